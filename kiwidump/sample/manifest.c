/* SPDX-License-Identifier: MIT */
/* What is in a sample and what is not, in words; without any text of the disc but the names of its files. */
#include "sample/sampler.h"

#include <stdio.h>

#include <kiwi/version.h>

#include "common/hash.h"

/** Files without a part of the map or index that is kept are read once for their hash; larger ones are not.
 */
static const uint64_t hash_limit = (uint64_t)1 << 30;

static enum kiwi_status hash_file(const struct kiwi_file *file, char text[HASH_TEXT],
                                  struct kiwi_error *error)
{
    static uint8_t bytes[65536];
    struct hasher hasher;
    struct hashes hashes;
    size_t received = 1;
    hasher_begin(&hasher, HASH_SHA256);
    for (uint64_t at = 0; at < file->size && received > 0; at += received) {
        enum kiwi_status status = kiwi_source_read_around(file->source, at, bytes, sizeof bytes, &received,
                                                          error);
        if (status != KIWI_OK)
            return status;
        hasher_take(&hasher, bytes, received);
    }
    hasher_end(&hasher, &hashes);
    hash_text(hashes.sha256, text);
    return KIWI_OK;
}

static bool wants_hash(const struct sampler *sampler, const struct kiwi_file *file, uint64_t share)
{
    struct kiwi_extent bad;
    return file->source && share < file->size && file->size <= hash_limit &&
           file->kind != KIWI_FILE_ALLDATA && file->kind != KIWI_FILE_INDEX &&
           !kiwi_disc_sample(sampler->dump->disc) &&
           !kiwi_source_unreadable(file->source, 0, file->size, &bad);
}

static enum kiwi_status write_file(const struct sampler *sampler, const struct kiwi_file *file,
                                   sample_line *write, void *context, struct kiwi_error *error)
{
    const uint64_t share = sample_share(sampler, file);
    char line[400];
    char hash[HASH_TEXT] = "";
    enum kiwi_status status = KIWI_OK;
    if (wants_hash(sampler, file, share))
        status = hash_file(file, hash, error);
    snprintf(line, sizeof line, "  %10llu of %10llu  %-12s  %.200s%s%s", (unsigned long long)share,
             (unsigned long long)file->size, kiwi_file_kind_name(file->kind), file->path,
             hash[0] ? "  SHA-256 of all of it: " : "", hash);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = '?';
    write(context, line);
    return status;
}

enum kiwi_status sample_manifest(const struct sampler *sampler, sample_line *write, void *context,
                                 struct kiwi_error *error)
{
    static const char *const words[] = {
        "A sample of a KIWI disc, by kiwidump " KIWI_VERSION
        " --sample. kiwidump opens it as the disc itself.",
        "It has, at their own places: headers, tables and lists; of each level of the map the frames around "
        "the",
        "richest one; the regions of route planning there; and of each other type of record the first ones.",
        "It has not: the rest of the map, programs, pictures, sounds, and what nobody understands.",
        "Every letter of every text is another one: names, titles, copyrights, labels of the volume. Names "
        "of files",
        "are those of the disc, and so are numbers: coordinates, addresses, types, house numbers.",
        "Bytes of unknown meaning that are in it say no more than whether they are zero.",
        "",
        "Bytes in the sample, of the file:",
    };
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        write(context, words[i]);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_disc_file_count(sampler->dump->disc); i++)
        status = write_file(sampler, kiwi_disc_file(sampler->dump->disc, i), write, context, error);
    if (sampler->full)
        write(context, "More of what belongs in it is left out, since it would be too long.");
    return status;
}
