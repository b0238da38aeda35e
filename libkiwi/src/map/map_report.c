/* SPDX-License-Identifier: MIT */
/* Findings about the map. */
#include <stdio.h>
#include <string.h>

#include "map/map.h"

void kiwi_map_report(const struct kiwi_map *map, enum kiwi_severity severity, const struct kiwi_file *file,
                     uint64_t offset, const char *path, const char *field, const char *expected,
                     const char *found)
{
    if (!map->reporter.callback)
        return;
    struct kiwi_finding finding = {severity, offset, file ? file->path : "", path, field, expected, found};
    map->reporter.callback(map->reporter.context, &finding);
}

uint64_t kiwi_field_offset(const struct kiwi_record_type *type, const char *field)
{
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].run == 0 && strcmp(type->fields[i].name, field) == 0)
            return type->fields[i].offset;
    return 0;
}

void kiwi_map_report_field(const struct kiwi_map *map, enum kiwi_severity severity,
                           const struct kiwi_file *file, const struct kiwi_record_type *type, uint64_t offset,
                           const char *path, const char *field, const char *expected, uint64_t found)
{
    char text[32] = "null";
    if (found != KIWI_NULL)
        snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(map, severity, file, offset + kiwi_field_offset(type, field), path, field, expected,
                    text);
}

void kiwi_map_report_derived(const struct kiwi_map *map, const struct kiwi_file *file,
                             const struct kiwi_record_type *type, uint64_t offset, const char *path,
                             const char *field, uint64_t derived, uint64_t found)
{
    char expected[64];
    char number[24] = "null";
    if (derived != KIWI_NULL)
        snprintf(number, sizeof number, "%llu", (unsigned long long)derived);
    snprintf(expected, sizeof expected, "%s, as the records around it bear out", number);
    kiwi_map_report_field(map, KIWI_ERROR, file, type, offset, path, field, expected, found);
}
