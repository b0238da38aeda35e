/* SPDX-License-Identifier: MIT */
/* Knows formats of patches by their first bytes, and reads those that it can. */
#include "interchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/read_file.h"
#include "patch_reader.h"
#include "ppf.h"

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
    struct patch_reader reader = {
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
        done = ips_read(&reader);
        break;
    case PATCH_UPS: done = ups_read(&reader); break;
    case PATCH_BPS: done = bps_read(&reader); break;
    case PATCH_PPF:
        done = ppf_read(path, reader.bytes, reader.length, file, changes, warning, failure);
        break;
    default: done = refuse(failure, EXIT_INPUT, "%.300s: neither IPS nor UPS nor BPS nor PPF", path);
    }
    free(bytes);
    return done;
}
