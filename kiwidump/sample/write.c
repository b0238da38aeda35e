/* SPDX-License-Identifier: MIT */
/* Packs a sample. */
#include "sample/sampler.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <zlib.h>

enum { ZEROS = 512 /* so many in a row are not written */, GZIP = 15 + 16, MEMORY = 8 };

struct packer {
    const struct sampler *sampler;
    z_stream stream;
    size_t next_text; /* the first one that may touch what comes */
};

static void pack(struct packer *packer, const void *bytes, size_t length, int flush)
{
    uint8_t packed[4096];
    packer->stream.next_in = (Bytef *)(uintptr_t)bytes;
    packer->stream.avail_in = (uInt)length;
    do {
        packer->stream.next_out = packed;
        packer->stream.avail_out = sizeof packed;
        deflate(&packer->stream, flush);
        output_bytes(packer->sampler->dump->output, packed, sizeof packed - packer->stream.avail_out);
    } while (packer->stream.avail_out == 0);
}

static void pack_line(void *context, const char *line)
{
    pack(context, line, strlen(line), Z_NO_FLUSH);
    pack(context, "\n", 1, Z_NO_FLUSH);
}

static void __attribute__((format(printf, 2, 3))) pack_text(struct packer *packer, const char *format, ...)
{
    char line[4600]; /* paths are up to 9 names of 255 characters */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    pack_line(packer, line);
}

/** The first run of zeros from *begin on that is worth a line; false, and the end, if there is none. */
static void find_zeros(const uint8_t *bytes, size_t length, size_t *begin, size_t *end)
{
    for (size_t at = *begin; at < length; at = *end + 1) {
        *begin = *end = at;
        while (*end < length && bytes[*end] == 0)
            ++*end;
        if (*end - *begin >= ZEROS)
            return;
    }
    *begin = *end = length;
}

/** A piece as runs of zeros and of other bytes. */
static void pack_piece(struct packer *packer, uint64_t offset, const uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t zeros = at;
        size_t end;
        find_zeros(bytes, length, &zeros, &end);
        if (zeros > at) {
            pack_text(packer, "BYTES %llu %zu", (unsigned long long)(offset + at), zeros - at);
            pack(packer, bytes + at, zeros - at, Z_NO_FLUSH);
            pack(packer, "\n", 1, Z_NO_FLUSH);
        }
        if (end > zeros)
            pack_text(packer, "ZEROS %llu %zu", (unsigned long long)(offset + zeros), end - zeros);
        at = end;
    }
}

/** What a text and a piece have in common, from the start of the piece; false if that is nothing. */
static bool overlap(const struct span *text, const struct span *piece, size_t *begin, size_t *end)
{
    if (text->file != piece->file || text->offset >= span_end(piece) || span_end(text) <= piece->offset)
        return false;
    *begin = text->offset > piece->offset ? (size_t)(text->offset - piece->offset) : 0;
    *end = (size_t)(span_end(text) - piece->offset);
    *end = *end < piece->length ? *end : piece->length;
    return true;
}

static bool is_behind(const struct span *text, const struct span *piece)
{
    return text->file > piece->file || (text->file == piece->file && text->offset >= span_end(piece));
}

/** Whether no later piece has anything of a text. */
static bool is_done(const struct span *text, const struct span *piece)
{
    return text->file < piece->file || (text->file == piece->file && span_end(text) <= span_end(piece));
}

/** Makes harmless what of a piece is text. Texts ascend by where they begin, as pieces do. */
static void mask_piece(struct packer *packer, const struct span *piece, uint8_t *bytes)
{
    const struct spans *texts = &packer->sampler->texts;
    for (size_t i = packer->next_text; i < texts->count && !is_behind(&texts->items[i], piece); i++) {
        size_t begin;
        size_t end;
        if (overlap(&texts->items[i], piece, &begin, &end))
            sample_mask_bytes(packer->sampler->dump->disc, texts->items[i].mask, bytes + begin, end - begin);
    }
    while (packer->next_text < texts->count && is_done(&texts->items[packer->next_text], piece))
        packer->next_text++;
}

static enum kiwi_status pack_span(struct packer *packer, struct kiwi_source *source, const struct span *span,
                                  struct kiwi_error *error)
{
    uint8_t *bytes = malloc(span->length);
    size_t received;
    if (!bytes)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    enum kiwi_status status = kiwi_source_read_around(source, span->offset, bytes, span->length, &received,
                                                      error);
    if (status == KIWI_OK) {
        struct span piece = *span;
        piece.length = (uint32_t)received;
        mask_piece(packer, &piece, bytes);
        pack_piece(packer, span->offset, bytes, received);
    }
    free(bytes);
    return status;
}

/** The pieces of a file from *next on. */
static enum kiwi_status pack_file(struct packer *packer, uint32_t number, const char *name, uint64_t size,
                                  struct kiwi_source *source, size_t *next, struct kiwi_error *error)
{
    const struct spans *kept = &packer->sampler->kept;
    enum kiwi_status status = KIWI_OK;
    pack_text(packer, "FILE %llu %s", (unsigned long long)size, name);
    for (; status == KIWI_OK && *next < kept->count && kept->items[*next].file == number; ++*next)
        status = pack_span(packer, source, &kept->items[*next], error);
    return status;
}

static enum kiwi_status pack_all(struct packer *packer, struct kiwi_error *error)
{
    static const char *const containers[] = {"file", "directory", "image"};
    struct kiwi_disc *disc = packer->sampler->dump->disc;
    size_t next = 0;
    pack_line(packer, "KIWI SAMPLE 1");
    enum kiwi_status status = sample_manifest(packer->sampler, pack_line, packer, error);
    pack_text(packer, "DATA %s", containers[kiwi_disc_container(disc)]);
    if (status == KIWI_OK && packer->sampler->image)
        status = pack_file(packer, 0, "image", kiwi_disc_size(disc), kiwi_disc_image(disc), &next, error);
    for (size_t i = 0; status == KIWI_OK && !packer->sampler->image && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        if (!strpbrk(file->path, "\n\r\t"))
            status = pack_file(packer, (uint32_t)i, file->path, file->size, file->source, &next, error);
    }
    pack_line(packer, "END");
    pack(packer, "", 0, Z_FINISH);
    return status;
}

enum kiwi_status sample_write(const struct sampler *sampler, struct kiwi_error *error)
{
    struct packer packer = {.sampler = sampler};
    if (deflateInit2(&packer.stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    enum kiwi_status status = pack_all(&packer, error);
    deflateEnd(&packer.stream);
    return status;
}
