/* SPDX-License-Identifier: MIT */
/* Reads patches in the format PPF. All numbers are little-endian. */
#include "ppf.h"

#include <inttypes.h>
#include <string.h>

#include "common/bytes.h"

/*
 * "PPF", version and "0" as digits, method (version - 1), 50 bytes of description. Version 2: size of the
 * image (4), 1,024 bytes of it. Version 3: type of image, whether there are 1,024 bytes of it, whether there
 * are old bytes, a filler (1 each), those 1,024 bytes. Then records: offset (4; version 3: 8), length (1),
 * new bytes, old bytes. At the end there may be a text, between two marks, and its length (4; version 3: 2).
 */
enum { MAGIC = 5, METHOD = 5, HEAD = 56, HEAD_3 = 60 };

static const char text_begin[] = "@BEGIN_FILE_ID.DIZ", text_end[] = "@END_FILE_ID.DIZ";

static bool damaged(const char *path, size_t at, const char *what, struct failure *failure)
{
    return refuse(failure, EXIT_INPUT, "%.300s: byte %zu: %s", path, at, what);
}

bool ppf_is(const uint8_t *bytes, size_t length)
{
    return length >= MAGIC && memcmp(bytes, "PPF", 3) == 0 && bytes[3] >= '0' && bytes[3] <= '9' &&
           bytes[4] == '0';
}

/** Takes the text at the end off, if there is one. */
static bool take_text_off(const char *path, const uint8_t *bytes, struct ppf *ppf, struct failure *failure)
{
    const size_t mark = sizeof text_end - 1, begin = sizeof text_begin - 1;
    size_t width = ppf->version == 3 ? 2 : 4;
    size_t left = ppf->end - ppf->records;
    if (left < begin + mark + width || memcmp(bytes + ppf->end - width - mark, text_end, mark) != 0)
        return true;
    const uint8_t *number = bytes + ppf->end - width;
    size_t length = width == 2 ? load16_little(number) : load32_little(number);
    left -= begin + mark + width;
    if (length > left || memcmp(bytes + ppf->records + left - length, text_begin, begin) != 0)
        return damaged(path, ppf->end - width, "the text at the end does not begin where its length says",
                       failure);
    ppf->end = ppf->records + left - length;
    return true;
}

bool ppf_read_head(const char *path, const uint8_t *bytes, size_t length, struct ppf *ppf,
                   struct failure *failure)
{
    enum { BIN_CHECK = 0x9320, GI_CHECK = 0x80A0 };
    if (length < HEAD)
        return damaged(path, length, "the patch ends too early", failure);
    *ppf = (struct ppf){.version = bytes[3] - '0', .records = HEAD, .end = length};
    if (ppf->version < 1 || ppf->version > 3 || bytes[METHOD] != ppf->version - 1)
        return refuse(failure, EXIT_INPUT, "%.300s: PPF of version %c with method %u is not known", path,
                      bytes[3], bytes[METHOD]);
    bool has_check = ppf->version == 2;
    ppf->check_offset = BIN_CHECK;
    if (ppf->version > 1) {
        if (length < HEAD_3)
            return damaged(path, length, "the patch ends too early", failure);
        ppf->records = HEAD_3;
    }
    if (ppf->version == 2)
        ppf->size = load32_little(bytes + HEAD);
    if (ppf->version == 3) {
        for (size_t i = 0; i < 3; i++)
            if (bytes[HEAD + i] > 1)
                return damaged(path, HEAD + i, "is neither 0 nor 1", failure);
        ppf->check_offset = bytes[HEAD] ? GI_CHECK : BIN_CHECK;
        has_check = bytes[HEAD + 1];
        ppf->undo = bytes[HEAD + 2];
    }
    if (has_check) {
        if (length - ppf->records < PPF_CHECK)
            return damaged(path, length, "the patch ends too early", failure);
        ppf->check = bytes + ppf->records;
        ppf->records += PPF_CHECK;
    }
    return take_text_off(path, bytes, ppf, failure);
}

/** Whether the file has these bytes there, which lie inside it. */
static bool compare(struct kiwi_source *file, uint64_t offset, const uint8_t *bytes, size_t length,
                    bool *equal, struct failure *failure)
{
    uint8_t found[PPF_CHECK];
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read(file, offset, found, length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    *equal = received == length && memcmp(found, bytes, length) == 0;
    return true;
}

static bool check_image(const char *path, const struct ppf *ppf, struct kiwi_source *file,
                        struct failure *failure)
{
    uint64_t size = kiwi_source_size(file);
    bool equal = false;
    if (ppf->version == 2 && ppf->size != size)
        return refuse(failure, EXIT_REFUSED,
                      "%.250s: is for another file: of %" PRIu32 " bytes, not %" PRIu64, path, ppf->size,
                      size);
    if (!ppf->check)
        return true;
    if (size >= PPF_CHECK && ppf->check_offset <= size - PPF_CHECK &&
        !compare(file, ppf->check_offset, ppf->check, PPF_CHECK, &equal, failure))
        return false;
    return equal ||
           refuse(failure, EXIT_REFUSED,
                  "%.250s: is for another file: the %d bytes at %" PRIu64 " are not those of the patch", path,
                  PPF_CHECK, ppf->check_offset);
}

static uint64_t load64_little(const uint8_t *bytes)
{
    return (uint64_t)load32_little(bytes + 4) << 32 | load32_little(bytes);
}

/** Adds the record at *at, which moves behind it. */
static bool read_record(const char *path, const uint8_t *bytes, const struct ppf *ppf, size_t *at,
                        struct kiwi_source *file, struct changes *changes, struct failure *failure)
{
    size_t width = ppf->version == 3 ? 8 : 4;
    size_t left = ppf->end - *at;
    if (left < width + 1)
        return damaged(path, *at, "the patch ends too early", failure);
    const uint8_t *record = bytes + *at;
    uint64_t offset = width == 8 ? load64_little(record) : load32_little(record);
    size_t length = record[width];
    const uint8_t *new_bytes = record + width + 1;
    left -= width + 1;
    if (length == 0)
        return damaged(path, *at + width, "a record of no bytes", failure);
    if (left < (ppf->undo ? 2 : 1) * length)
        return damaged(path, *at, "the patch ends too early", failure);
    uint64_t size = kiwi_source_size(file);
    if (offset > size || length > size - offset)
        return refuse(failure, EXIT_REFUSED, "%.300s: changes bytes beyond the end of the file", path);
    bool equal = true;
    if (ppf->undo && !compare(file, offset, new_bytes + length, length, &equal, failure))
        return false;
    if (!equal)
        return refuse(failure, EXIT_REFUSED,
                      "%.250s: the old bytes at %" PRIu64
                      " are not those of the patch: is it patched already?",
                      path, offset);
    *at += width + 1 + (ppf->undo ? 2 : 1) * length;
    return changes_add(changes, offset, new_bytes, length, "PPF record", NULL, failure);
}

bool ppf_read(const char *path, const uint8_t *bytes, size_t length, struct kiwi_source *file,
              struct changes *changes, const char **warning, struct failure *failure)
{
    struct ppf ppf;
    if (!ppf_read_head(path, bytes, length, &ppf, failure) || !check_image(path, &ppf, file, failure))
        return false;
    if (!ppf.check && !ppf.undo)
        *warning = "this PPF patch does not say which image it is for; compare the old bytes of the plan";
    for (size_t at = ppf.records; at < ppf.end;)
        if (!read_record(path, bytes, &ppf, &at, file, changes, failure))
            return false;
    return true;
}
