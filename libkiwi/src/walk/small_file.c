/* SPDX-License-Identifier: MIT */
/* Which record one of the small files is. */
#include "walk/small_file.h"

#include <string.h>

#include <kiwi/records.h>

#include "bytes/codec.h"
#include "disc/disc.h"
#include "bytes/utf8.h"

static bool is_text_file(const struct kiwi_file *file)
{
    return file->kind == KIWI_FILE_METADATA || file->kind == KIWI_FILE_SPEC ||
           file->kind == KIWI_FILE_VERSION ||
           (file->kind == KIWI_FILE_COVERAGE &&
            kiwi_compare_case(kiwi_base_name(file->path), "COVERAGE.TXT") == 0);
}

static bool has_name(const struct kiwi_file *file, const char *name)
{
    return kiwi_compare_case(kiwi_base_name(file->path), name) == 0;
}

/** Only one maker's files are known: another one's may have the same names. */
const struct kiwi_record_type *kiwi_small_file_type(const struct kiwi_file *file, const uint8_t *head,
                                                    size_t length, const char **path)
{
    uint64_t size = file->size;
    *path = "text";
    if (size == 0 || size > KIWI_SMALL_FILE_LIMIT)
        return NULL;
    if (is_text_file(file))
        return &kiwi_type_text_file;
    *path = "country_file";
    if (file->kind == KIWI_FILE_COUNTRY && length >= 2 && head[0] > 0 && head[1] > 0 &&
        size >= 2 + 3u * head[1] + head[0] * (4 + 2u * head[1]))
        return &kiwi_type_country_file;
    *path = "coverage_file";
    if (has_name(file, "COVERAGE.BIN") && length >= 5 && kiwi_load16(head) > 0 &&
        size >= 2 + 3 * (uint64_t)kiwi_load16(head) && head[4] <= size - 5)
        return &kiwi_type_coverage_file;
    *path = "cluster_file";
    if (file->kind == KIWI_FILE_CLUSTER && length >= 28 && size == 28 + 4 * (uint64_t)kiwi_load16(head + 18))
        return &kiwi_type_cluster_file;
    *path = "picture_management";
    if (has_name(file, "PCT2MNG.KWI") && length >= 6 && size == 6 + 24 * (uint64_t)kiwi_load16(head + 4))
        return &kiwi_type_picture_management;
    return NULL;
}
