/* SPDX-License-Identifier: MIT */
/* Writes patches in the formats IPS, UPS and BPS. */
#include "interchange.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <zlib.h>

#define WINDOW 4096u
#define IPS_END 0x454F46u
#define IPS_LIMIT (UINT64_C(1) << 24)

struct writer {
    enum patch_format format;
    FILE *output;
    uint32_t crc; /* of what was written */
    struct kiwi_source *overlay;
    uint64_t at; /* end of what the patch has said */
    bool open;   /* UPS: a difference that may go on */
    const struct monitor *monitor;
    struct failure *failure;
};

static bool put(struct writer *writer, const void *bytes, size_t length)
{
    writer->crc = (uint32_t)crc32_z(writer->crc, bytes, length);
    return fwrite(bytes, 1, length, writer->output) == length ||
           refuse(writer->failure, EXIT_SYSTEM, "writing the patch failed: %s", strerror(errno));
}

static bool put_number(struct writer *writer, uint64_t value)
{
    uint8_t bytes[10];
    return put(writer, bytes, varint_write(value, bytes));
}

static bool put_little32(struct writer *writer, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 24)};
    return put(writer, bytes, sizeof bytes);
}

static bool is_run(const uint8_t *bytes, size_t length)
{
    for (size_t i = 1; i < length; i++)
        if (bytes[i] != bytes[0])
            return false;
    return length > 3;
}

static bool put_ips(struct writer *writer, uint64_t offset, const uint8_t *bytes, size_t length)
{
    uint8_t longer[WINDOW + 1];
    if (offset == IPS_END) { /* would be read as the end: begin one byte earlier */
        size_t received;
        memcpy(longer + 1, bytes, length++);
        offset--;
        if (kiwi_source_read(writer->overlay, offset, longer, 1, &received, NULL) != KIWI_OK || received != 1)
            return refuse(writer->failure, EXIT_SYSTEM, "reading failed");
        bytes = longer;
    }
    if (offset >= IPS_LIMIT)
        return refuse(writer->failure, EXIT_REFUSED,
                      "byte %" PRIu64 " is beyond the 16 MiB that IPS can tell: use BPS or UPS", offset);
    bool run = is_run(bytes, length);
    const uint8_t head[8] = {
        (uint8_t)(offset >> 16),   (uint8_t)(offset >> 8), (uint8_t)offset, run ? 0 : (uint8_t)(length >> 8),
        run ? 0 : (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)length, bytes[0]};
    return run ? put(writer, head, 8) : put(writer, head, 5) && put(writer, bytes, length);
}

static bool close_difference(struct writer *writer)
{
    static const uint8_t zero = 0;
    if (!writer->open)
        return true;
    writer->open = false;
    writer->at++;
    return put(writer, &zero, 1);
}

/** Bytes that differ; what goes on from one call to the next does so at writer->at. */
static bool put_difference(struct writer *writer, uint64_t offset, const uint8_t *old_bytes,
                           const uint8_t *new_bytes, size_t length)
{
    uint8_t bytes[WINDOW];
    if (writer->format == PATCH_IPS)
        return put_ips(writer, offset, new_bytes, length);
    if (writer->format == PATCH_BPS) {
        if (offset > writer->at && !put_number(writer, (offset - writer->at - 1) << 2))
            return false;
        writer->at = offset + length;
        return put_number(writer, (uint64_t)(length - 1) << 2 | 1) && put(writer, new_bytes, length);
    }
    if (writer->open && offset != writer->at && !close_difference(writer))
        return false;
    if (!writer->open && !put_number(writer, offset - writer->at))
        return false;
    writer->open = true;
    writer->at = offset + length;
    for (size_t i = 0; i < length; i++)
        bytes[i] = old_bytes[i] ^ new_bytes[i];
    return put(writer, bytes, length);
}

static bool put_window(struct writer *writer, uint64_t offset, const uint8_t *old_bytes,
                       const uint8_t *new_bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t end = at;
        while (end < length && old_bytes[end] != new_bytes[end])
            end++;
        if (end > at && !put_difference(writer, offset + at, old_bytes + at, new_bytes + at, end - at))
            return false;
        at = end + 1;
    }
    return true;
}

static bool put_change(struct writer *writer, struct kiwi_source *file, const struct change *change)
{
    uint8_t old_bytes[WINDOW];
    uint8_t new_bytes[WINDOW];
    for (uint64_t done = 0; done < change->length;) {
        size_t length = change->length - done < WINDOW ? (size_t)(change->length - done) : WINDOW;
        size_t received[2] = {0, 0};
        struct kiwi_error error;
        if (change->offset + done + length == IPS_END && length > 1)
            length--; /* so that no record has to begin there */
        if (kiwi_source_read(file, change->offset + done, old_bytes, length, &received[0], &error) !=
                KIWI_OK ||
            kiwi_source_read(writer->overlay, change->offset + done, new_bytes, length, &received[1],
                             &error) != KIWI_OK)
            return refuse(writer->failure, EXIT_SYSTEM, "reading failed: %s", error.text);
        if (received[0] != length || received[1] != length)
            return refuse(writer->failure, EXIT_REFUSED, "the file became shorter");
        if (!put_window(writer, change->offset + done, old_bytes, new_bytes, length))
            return false;
        done += length;
    }
    return true;
}

static bool put_end(struct writer *writer, struct kiwi_source *file)
{
    uint64_t size = kiwi_source_size(file);
    uint32_t source_crc;
    uint32_t target_crc;
    if (writer->format == PATCH_IPS)
        return put(writer, "EOF", 3);
    if (!close_difference(writer))
        return false;
    if (writer->format == PATCH_BPS && writer->at < size && !put_number(writer, (size - writer->at - 1) << 2))
        return false;
    return hash_crc32(file, 0, size, &source_crc, writer->monitor, "hashing the file", writer->failure) &&
           hash_crc32(writer->overlay, 0, size, &target_crc, writer->monitor, "hashing the result",
                      writer->failure) &&
           put_little32(writer, source_crc) && put_little32(writer, target_crc) &&
           put_little32(writer, writer->crc);
}

bool interchange_write(enum patch_format format, struct kiwi_source *file, const struct changes *changes,
                       const struct monitor *monitor, FILE *output, struct failure *failure)
{
    static const char *const magics[] = {[PATCH_IPS] = "PATCH", [PATCH_UPS] = "UPS1", [PATCH_BPS] = "BPS1"};
    struct writer writer = {.format = format, .output = output, .monitor = monitor, .failure = failure};
    uint64_t size = kiwi_source_size(file);
    if (!changes_overlay(changes, file, &writer.overlay, failure))
        return false;
    bool done = put(&writer, magics[format], strlen(magics[format]));
    if (format != PATCH_IPS)
        done = done && put_number(&writer, size) && put_number(&writer, size);
    if (format == PATCH_BPS)
        done = done && put_number(&writer, 0); /* no metadata */
    for (size_t i = 0; done && i < changes->count; i++)
        done = put_change(&writer, file, &changes->items[i]);
    done = done && put_end(&writer, file);
    kiwi_source_unref(writer.overlay);
    return done;
}
