/* SPDX-License-Identifier: MIT */
/* Reads patches in the formats IPS, UPS and BPS, and knows others by their first bytes. */
#include "interchange.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/bytes.h"
#include "common/read_file.h"
#include "ppf.h"

#include <zlib.h>

#define IPS_END 0x454F46u /* "EOF", which is also an offset */
#define NEAR 16u          /* equal bytes between two changes of a BPS patch that are not worth two changes */

struct reader {
    const char *path;
    uint8_t *bytes;
    size_t length, at;
    struct kiwi_source *file;
    struct changes *changes;
    const struct monitor *monitor;
    struct failure *failure;
};

static bool damaged(const struct reader *reader, const char *what)
{
    return refuse(reader->failure, EXIT_INPUT, "%.300s: byte %zu: %s", reader->path, reader->at, what);
}

/* IPS: "PATCH", then offset (3 bytes), length (2) and the bytes, or 0, a count (2) and one byte; "EOF".
 * Big-endian. */

static uint32_t big(const uint8_t *bytes, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool add_run(const struct reader *reader, uint64_t offset, uint8_t byte, size_t count)
{
    uint8_t *bytes = malloc(count);
    if (!bytes)
        return refuse_memory(reader->failure);
    memset(bytes, byte, count);
    bool done = changes_add(reader->changes, offset, bytes, count, "IPS run", NULL, reader->failure);
    free(bytes);
    return done;
}

static bool read_ips_record(struct reader *reader)
{
    const uint8_t *bytes = reader->bytes + reader->at;
    size_t left = reader->length - reader->at;
    if (left < 5)
        return damaged(reader, "the patch ends too early");
    uint32_t offset = big(bytes, 3);
    size_t length = big(bytes + 3, 2);
    bool run = length == 0;
    if (left - 5 < (run ? 3 : length))
        return damaged(reader, "the patch ends too early");
    if (run)
        length = big(bytes + 5, 2);
    if (length == 0)
        return damaged(reader, "a run of no bytes");
    uint64_t size = kiwi_source_size(reader->file);
    if (offset > size || length > size - offset)
        return refuse(reader->failure, EXIT_REFUSED, "%.300s: changes bytes beyond the end of the file",
                      reader->path);
    reader->at += run ? 8 : 5 + length;
    return run ? add_run(reader, offset, bytes[7], length)
               : changes_add(reader->changes, offset, bytes + 5, length, "IPS record", NULL, reader->failure);
}

static bool read_ips(struct reader *reader)
{
    reader->at = 5;
    for (;;) {
        size_t left = reader->length - reader->at;
        bool end = left >= 3 && big(reader->bytes + reader->at, 3) == IPS_END;
        if (end && left == 3) /* elsewhere it is the offset of a record */
            return true;
        if (end && left == 6) { /* an extension: the length that the file is cut to */
            if (big(reader->bytes + reader->at + 3, 3) == kiwi_source_size(reader->file))
                return true;
            return refuse(reader->failure, EXIT_REFUSED, "%.300s: cuts the file; its length must stay",
                          reader->path);
        }
        if (!read_ips_record(reader))
            return false;
    }
}

/* UPS and BPS. */

bool varint_read(const uint8_t *bytes, size_t length, size_t *at, uint64_t *value)
{
    uint64_t scale = 1;
    *value = 0;
    for (unsigned i = 0; i < 10 && *at < length; i++) {
        uint8_t byte = bytes[(*at)++];
        uint64_t part;
        if (__builtin_mul_overflow((uint64_t)(byte & 0x7F), scale, &part) ||
            __builtin_add_overflow(*value, part, value))
            return false;
        if (byte & 0x80)
            return true;
        if (__builtin_mul_overflow(scale, UINT64_C(128), &scale) ||
            __builtin_add_overflow(*value, scale, value))
            return false;
    }
    return false;
}

size_t varint_write(uint64_t value, uint8_t bytes[10])
{
    size_t length = 0;
    for (;;) {
        uint8_t low = value & 0x7F;
        value >>= 7;
        if (value == 0) {
            bytes[length++] = low | 0x80;
            return length;
        }
        bytes[length++] = low;
        value--;
    }
}

static bool number(struct reader *reader, uint64_t *value)
{
    return varint_read(reader->bytes, reader->length, &reader->at, value) ||
           damaged(reader, "a number is not complete");
}

/** Magic, sizes and the three checksums at the end, which are taken off. */
static bool read_head(struct reader *reader, uint32_t *target_crc)
{
    uint64_t source_size;
    uint64_t target_size;
    uint32_t crc;
    if (reader->length < 4 + 2 + 12)
        return damaged(reader, "the patch is too short");
    const uint8_t *tail = reader->bytes + reader->length - 12;
    if ((uint32_t)crc32_z(0, reader->bytes, reader->length - 4) != load32_little(tail + 8))
        return refuse(reader->failure, EXIT_INPUT,
                      "%.300s: the patch is damaged: it does not fit its own checksum", reader->path);
    reader->length -= 12;
    reader->at = 4;
    if (!number(reader, &source_size) || !number(reader, &target_size))
        return false;
    if (!hash_crc32(reader->file, 0, kiwi_source_size(reader->file), &crc, reader->monitor,
                    "hashing the file", reader->failure))
        return false;
    *target_crc = load32_little(tail + 4);
    if (crc == *target_crc && crc != load32_little(tail) && target_size == kiwi_source_size(reader->file))
        return refuse(reader->failure, EXIT_REFUSED,
                      "%.300s: the file is what the patch makes: is it patched already?", reader->path);
    if (source_size != kiwi_source_size(reader->file) || crc != load32_little(tail))
        return refuse(reader->failure, EXIT_REFUSED,
                      "%.250s: is for another file: of %" PRIu64 " bytes with CRC-32 %08" PRIX32
                      ", not %" PRIu64 " with %08" PRIX32,
                      reader->path, source_size, load32_little(tail), kiwi_source_size(reader->file), crc);
    if (source_size != target_size)
        return refuse(reader->failure, EXIT_REFUSED,
                      "%.300s: changes the length of the file, which must stay", reader->path);
    return true;
}

static bool check_target(const struct reader *reader, struct kiwi_source *target, uint32_t wanted)
{
    uint32_t crc;
    if (!hash_crc32(target, 0, kiwi_source_size(target), &crc, reader->monitor, "hashing the result",
                    reader->failure))
        return false;
    return crc == wanted || refuse(reader->failure, EXIT_INPUT,
                                   "%.300s: does not make what its checksum promises", reader->path);
}

/** Bytes of the file, of which there are enough. */
static bool read_file_bytes(const struct reader *reader, struct kiwi_source *source, uint64_t offset,
                            uint8_t *bytes, size_t length)
{
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read(source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse(reader->failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    return received == length || refuse(reader->failure, EXIT_REFUSED, "the file became shorter");
}

static bool read_ups(struct reader *reader)
{
    uint32_t target_crc;
    struct kiwi_source *overlay;
    uint64_t offset = 0;
    uint64_t size = kiwi_source_size(reader->file);
    bool done = read_head(reader, &target_crc);
    while (done && reader->at < reader->length) {
        uint64_t skip;
        if (!number(reader, &skip))
            return false;
        const uint8_t * xor = reader->bytes + reader->at;
        const uint8_t *end = memchr(xor, 0, reader->length - reader->at);
        size_t length = end ? (size_t)(end - xor) : 0;
        if (length == 0)
            return damaged(reader, "a difference without end");
        if (skip > size || offset > size - skip || length > size - skip - offset)
            return damaged(reader, "a difference beyond the end of the file");
        offset += skip;
        uint8_t *bytes = malloc(length);
        if (!bytes)
            return refuse_memory(reader->failure);
        done = read_file_bytes(reader, reader->file, offset, bytes, length);
        for (size_t i = 0; i < length; i++)
            bytes[i] ^= xor[i];
        done = done &&
               changes_add(reader->changes, offset, bytes, length, "UPS difference", NULL, reader->failure);
        free(bytes);
        reader->at += length + 1;
        offset += length + 1;
    }
    if (!done || !changes_sort(reader->changes, reader->failure) ||
        !changes_overlay(reader->changes, reader->file, &overlay, reader->failure))
        return false;
    done = check_target(reader, overlay, target_crc);
    kiwi_source_unref(overlay);
    return done;
}

/* BPS builds the new file out of pieces of both, so it is built beside, in a file without name. */

struct bps {
    struct reader *reader;
    FILE *target;
    uint64_t written, size;
    uint64_t source_at, target_at;
};

enum bps_action { BPS_SOURCE_READ, BPS_TARGET_READ, BPS_SOURCE_COPY, BPS_TARGET_COPY };

static bool fail_temporary(const struct bps *bps)
{
    return refuse(bps->reader->failure, EXIT_SYSTEM, "the temporary file for a BPS patch: %s",
                  strerror(errno));
}

static bool append(struct bps *bps, const uint8_t *bytes, size_t length)
{
    if (fseeko(bps->target, (off_t)bps->written, SEEK_SET) != 0 ||
        fwrite(bytes, 1, length, bps->target) != length)
        return fail_temporary(bps);
    bps->written += length;
    return true;
}

static bool append_source(struct bps *bps, uint64_t offset, uint64_t length)
{
    uint8_t bytes[16384];
    if (offset > bps->size || length > bps->size - offset)
        return damaged(bps->reader, "a copy from beyond the end of the file");
    while (length > 0) {
        size_t count = length < sizeof bytes ? (size_t)length : sizeof bytes;
        if (!read_file_bytes(bps->reader, bps->reader->file, offset, bytes, count) ||
            !append(bps, bytes, count))
            return false;
        offset += count;
        length -= count;
    }
    return true;
}

/** From what was written; it may reach into what it writes, which repeats it. */
static bool append_target(struct bps *bps, uint64_t offset, uint64_t length)
{
    uint8_t bytes[16384];
    if (offset >= bps->written)
        return damaged(bps->reader, "a copy of what is not yet made");
    while (length > 0) {
        uint64_t there = bps->written - offset;
        size_t count = length < sizeof bytes ? (size_t)length : sizeof bytes;
        count = there < count ? (size_t)there : count;
        if (fseeko(bps->target, (off_t)offset, SEEK_SET) != 0 || fread(bytes, 1, count, bps->target) != count)
            return fail_temporary(bps);
        if (!append(bps, bytes, count))
            return false;
        offset += count;
        length -= count;
    }
    return true;
}

static bool move(struct bps *bps, uint64_t *at)
{
    uint64_t value;
    if (!number(bps->reader, &value))
        return false;
    uint64_t distance = value >> 1;
    if ((value & 1) ? distance > *at : distance > bps->size || *at > bps->size - distance)
        return damaged(bps->reader, "a copy from outside the file");
    *at = (value & 1) ? *at - distance : *at + distance;
    return true;
}

static bool do_action(struct bps *bps)
{
    struct reader *reader = bps->reader;
    uint64_t value;
    if (!number(reader, &value))
        return false;
    uint64_t length = (value >> 2) + 1;
    if (length > bps->size - bps->written)
        return damaged(reader, "more bytes than the file has");
    switch ((enum bps_action)(value & 3)) {
    case BPS_SOURCE_READ: return append_source(bps, bps->written, length);
    case BPS_TARGET_READ:
        if (length > reader->length - reader->at)
            return damaged(reader, "the patch ends too early");
        reader->at += (size_t)length;
        return append(bps, reader->bytes + reader->at - length, (size_t)length);
    case BPS_SOURCE_COPY:
        if (!move(bps, &bps->source_at) || !append_source(bps, bps->source_at, length))
            return false;
        bps->source_at += length;
        return true;
    case BPS_TARGET_COPY:
        if (!move(bps, &bps->target_at) || !append_target(bps, bps->target_at, length))
            return false;
        bps->target_at += length;
        return true;
    }
    return false;
}

static int temporary_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    FILE *file = context;
    *received = 0;
    if (fseeko(file, (off_t)offset, SEEK_SET) != 0)
        return errno;
    *received = fread(buffer, 1, length, file);
    return ferror(file) ? EIO : 0;
}

/** Adds what differs between two files of the same length. */
static bool add_differences(const struct reader *reader, struct kiwi_source *target)
{
    static const size_t window = 65536;
    uint64_t size = kiwi_source_size(target);
    uint8_t *old_bytes = malloc(2 * window);
    bool done = old_bytes || refuse_memory(reader->failure);
    uint8_t *new_bytes = done ? old_bytes + window : NULL;
    for (uint64_t offset = 0; done && offset < size; offset += window) {
        size_t length = size - offset < window ? (size_t)(size - offset) : window;
        done = read_file_bytes(reader, reader->file, offset, old_bytes, length) &&
               read_file_bytes(reader, target, offset, new_bytes, length);
        for (size_t at = 0; done && at < length; at++) {
            if (old_bytes[at] == new_bytes[at])
                continue;
            size_t end = at + 1;
            for (size_t i = end; i < length && i - end <= NEAR; i++)
                if (old_bytes[i] != new_bytes[i])
                    end = i + 1;
            done = changes_add(reader->changes, offset + at, new_bytes + at, end - at, "BPS difference", NULL,
                               reader->failure);
            at = end - 1;
        }
    }
    free(old_bytes);
    return done;
}

static bool read_bps(struct reader *reader)
{
    static const struct kiwi_source_operations operations = {temporary_read, NULL};
    struct bps bps = {.reader = reader, .size = kiwi_source_size(reader->file)};
    struct kiwi_source *target = NULL;
    uint64_t metadata;
    uint32_t target_crc;
    if (!read_head(reader, &target_crc) || !number(reader, &metadata))
        return false;
    if (metadata > reader->length - reader->at)
        return damaged(reader, "the patch ends too early");
    reader->at += (size_t)metadata;
    bps.target = tmpfile();
    if (!bps.target)
        return fail_temporary(&bps);
    bool done = true;
    while (done && reader->at < reader->length)
        done = do_action(&bps);
    if (done && bps.written != bps.size)
        done = damaged(reader, "the patch does not make the whole file");
    if (done && fflush(bps.target) != 0)
        done = fail_temporary(&bps);
    if (done && kiwi_source_from_operations(&operations, bps.target, bps.size, &target, NULL) != KIWI_OK)
        done = refuse_memory(reader->failure);
    done = done && check_target(reader, target, target_crc) && add_differences(reader, target);
    kiwi_source_unref(target);
    fclose(bps.target);
    return done;
}

enum patch_format interchange_by_name(const char *name)
{
    return strcasecmp(name, "ips") == 0   ? PATCH_IPS
           : strcasecmp(name, "ups") == 0 ? PATCH_UPS
           : strcasecmp(name, "bps") == 0 ? PATCH_BPS
                                          : PATCH_NONE;
}

static enum patch_format format_of(const uint8_t *bytes, size_t length)
{
    if (length >= 5 && memcmp(bytes, "PATCH", 5) == 0)
        return PATCH_IPS;
    if (length >= 4 && memcmp(bytes, "UPS1", 4) == 0)
        return PATCH_UPS;
    if (length >= 4 && memcmp(bytes, "BPS1", 4) == 0)
        return PATCH_BPS;
    return ppf_is(bytes, length) ? PATCH_PPF : PATCH_NONE;
}

enum { HEAD = 8 }; /* bytes that formats are known by */

static size_t read_magic(const char *path, uint8_t bytes[HEAD])
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t length = fread(bytes, 1, HEAD, file);
    fclose(file);
    return length;
}

enum patch_format interchange_format(const char *path)
{
    uint8_t bytes[HEAD];
    size_t length = read_magic(path, bytes);
    return format_of(bytes, length);
}

const char *interchange_foreign(const char *path)
{
    static const struct {
        const char *magic, *name;
    } rows[] = {{"\xD6\xC3\xC4", "VCDIFF (xdelta 3)"},
                {"%XDELTA", "xdelta 1"},
                {"%XDZ", "xdelta 1"},
                {"BSDIFF40", "bsdiff"},
                {"ENDSLEY/", "bsdiff"},
                {"\xD1\xFF\xD1\xFF", "GDIFF"},
                {"NINJA2", "RUP (NINJA 2)"},
                {"APS1", "APS"},
                {"IPS32", "IPS32"}};
    uint8_t bytes[HEAD];
    size_t length = read_magic(path, bytes);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t magic = strlen(rows[i].magic);
        if (length >= magic && memcmp(bytes, rows[i].magic, magic) == 0)
            return rows[i].name;
    }
    return NULL;
}

/** The end of the last byte that an IPS patch changes. */
static uint64_t ips_reach(const uint8_t *bytes, size_t length)
{
    uint64_t reach = 0;
    for (size_t at = 5; length - at >= 6;) {
        size_t count = big(bytes + at + 3, 2);
        size_t size = count == 0 ? 8 : 5 + count;
        if (size > length - at || (length - at == 6 && big(bytes + at, 3) == IPS_END))
            break;
        uint64_t end = big(bytes + at, 3) + (count == 0 ? big(bytes + at + 5, 2) : count);
        reach = end > reach ? end : reach;
        at += size;
    }
    return reach;
}

bool interchange_is_for_image(const char *path, uint64_t file_size, uint64_t image_size)
{
    char *bytes;
    size_t length;
    size_t at = 4;
    struct failure failure;
    struct ppf ppf;
    bool result = false;
    uint64_t size;
    if (!read_file(path, PATCH_LIMIT, &bytes, &length, &failure))
        return false;
    const uint8_t *data = (const uint8_t *)bytes;
    enum patch_format format = format_of(data, length);
    if (format == PATCH_IPS) {
        size = ips_reach(data, length);
        result = size > file_size && size <= image_size;
    } else if (format == PATCH_PPF) { /* is for images, unless it says the size of the file */
        result = ppf_read_head(path, data, length, &ppf, &failure) &&
                 (ppf.version != 2 || ppf.size == image_size || ppf.size != file_size);
    } else if (format != PATCH_NONE) {
        result = varint_read(data, length, &at, &size) && size == image_size;
    }
    free(bytes);
    return result;
}

bool interchange_read(const char *path, struct kiwi_source *file, const struct monitor *monitor,
                      struct changes *changes, const char **warning, struct failure *failure)
{
    struct reader reader = {
        .path = path, .file = file, .changes = changes, .monitor = monitor, .failure = failure};
    bool done;
    *warning = NULL;
    char *bytes;
    if (!read_file(path, PATCH_LIMIT, &bytes, &reader.length, failure))
        return false;
    reader.bytes = (uint8_t *)bytes;
    switch (format_of(reader.bytes, reader.length)) {
    case PATCH_IPS:
        *warning =
            "IPS tells neither which file it is for nor what it makes; compare the old bytes of the plan";
        done = read_ips(&reader);
        break;
    case PATCH_UPS: done = read_ups(&reader); break;
    case PATCH_BPS: done = read_bps(&reader); break;
    case PATCH_PPF:
        done = ppf_read(path, reader.bytes, reader.length, file, changes, warning, failure);
        break;
    default: done = refuse(failure, EXIT_INPUT, "%.300s: neither IPS nor UPS nor BPS nor PPF", path);
    }
    free(bytes);
    return done;
}
