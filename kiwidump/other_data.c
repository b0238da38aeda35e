/* SPDX-License-Identifier: MIT */
/* Members of the document for parameters, images, voice and other data of the header table. */
#include "dump.h"
#include "value.h"

/** Kind of an item: the first part of its path, NULL if it belongs to no kind that the standard has. */
static const char *kind_of(const char *path)
{
    for (uint32_t number = KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS;
         number <= KIWI_MANAGEMENT_HEADER_KIND_VOICE_DATA; number++) {
        const char *name = kiwi_enumeration_name(&kiwi_enum_management_header_kind, number);
        size_t length = strlen(name);
        if (strncmp(path, name, length) == 0 && (path[length] == '\0' || path[length] == '.'))
            return name;
    }
    return NULL;
}

static void put_item(struct json *json, const struct values *values, const struct kiwi_item *item,
                     const char *kind, const char *path)
{
    json_begin_object(json);
    json_key(json, "kind");
    json_string(json, kind);
    json_key(json, item->type ? "record" : "unknown");
    json_string(json, item->type ? item->type->name : item->name);
    json_key(json, "path");
    json_string(json, path);
    value_site(json, item->file, item->offset);
    json_key(json, "length");
    json_unsigned(json, item->length);
    if (item->type) {
        json_key(json, "fields");
        value_fields(json, values, item->type, item->bytes, item->layout);
    }
    json_end_object(json);
}

void dump_other_data(struct dump *dump, struct kiwi_walk *walk)
{
    struct json *json = &dump->json;
    const struct values values = {dump->disc, kiwi_walk_sectors(walk)};
    struct kiwi_item item;
    bool any = false;
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        const char *path = kiwi_walk_path(walk);
        const char *kind = kind_of(path);
        if (!kind || (!item.type && item.gap != KIWI_GAP_UNKNOWN))
            continue;
        if (!any) {
            json_key(json, "other_data");
            json_begin_array(json);
        }
        any = true;
        put_item(json, &values, &item, kind, path);
    }
    if (any)
        json_end_array(json);
}
