/* SPDX-License-Identifier: MIT */
/* Reads the parts of patches that UPS and BPS have both. */
#include "patch_reader.h"

#include <inttypes.h>

#include <zlib.h>

#include "common/bytes.h"
#include "interchange.h"

bool patch_damaged(const struct patch_reader *reader, const char *what)
{
    return refuse(reader->failure, EXIT_INPUT, "%.300s: byte %zu: %s", reader->path, reader->at, what);
}

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

bool patch_number(struct patch_reader *reader, uint64_t *value)
{
    return varint_read(reader->bytes, reader->length, &reader->at, value) ||
           patch_damaged(reader, "a number is not complete");
}

bool patch_read_head(struct patch_reader *reader, uint32_t *target_crc)
{
    uint64_t source_size;
    uint64_t target_size;
    uint32_t crc;
    if (reader->length < 4 + 2 + 12)
        return patch_damaged(reader, "the patch is too short");
    const uint8_t *tail = reader->bytes + reader->length - 12;
    if ((uint32_t)crc32_z(0, reader->bytes, reader->length - 4) != load32_little(tail + 8))
        return refuse(reader->failure, EXIT_INPUT,
                      "%.300s: the patch is damaged: it does not fit its own checksum", reader->path);
    reader->length -= 12;
    reader->at = 4;
    if (!patch_number(reader, &source_size) || !patch_number(reader, &target_size))
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

bool patch_check_target(const struct patch_reader *reader, struct kiwi_source *target, uint32_t wanted)
{
    uint32_t crc;
    if (!hash_crc32(target, 0, kiwi_source_size(target), &crc, reader->monitor, "hashing the result",
                    reader->failure))
        return false;
    return crc == wanted || refuse(reader->failure, EXIT_INPUT,
                                   "%.300s: does not make what its checksum promises", reader->path);
}

bool patch_read_bytes(const struct patch_reader *reader, struct kiwi_source *source, uint64_t offset,
                      uint8_t *bytes, size_t length)
{
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read(source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse(reader->failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    return received == length || refuse(reader->failure, EXIT_REFUSED, "the file became shorter");
}
