/* SPDX-License-Identifier: MIT */
/* Member "index" of the document. */
#include "index_json.h"
#include "value.h"

static void put_place(struct json *json, const struct kiwi_file *file, uint64_t offset)
{
    json_key(json, "file");
    if (file)
        json_string(json, file->path);
    else
        json_null(json);
    json_key(json, "offset");
    json_unsigned(json, offset);
}

static void put_volumes(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_volume *volumes = kiwi_index_volumes(index, &count);
    json_key(json, "volumes");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_index_volume *volume = &volumes[i];
        json_begin_object(json);
        json_key(json, "declaration");
        json_string(json, volume->declaration);
        json_key(json, "function");
        json_string(json, volume->function);
        put_place(json, volume->file, volume->offset);
        json_key(json, "bbox");
        value_box(json, volume->box);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_zones(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_zone *zones = kiwi_index_zones(index, &count);
    json_key(json, "zones");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(json);
        json_key(json, "code");
        json_unsigned(json, zones[i].code);
        json_key(json, "name");
        json_string(json, zones[i].name);
        json_key(json, "file");
        json_string(json, zones[i].file->path);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_lists(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    json_key(json, "lists");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_index_list *list = &lists[i];
        json_begin_object(json);
        json_key(json, "kind");
        json_string(json, index_kind_name((enum kiwi_entry_kind)list->kind));
        json_key(json, "type");
        json_string(json, list->type);
        put_place(json, list->file, list->offset);
        json_key(json, "length");
        json_unsigned(json, list->length);
        json_key(json, "entries");
        json_unsigned(json, list->records);
        json_key(json, "zone");
        if (list->zone >= 0)
            json_unsigned(json, (uint64_t)list->zone);
        else
            json_null(json);
        json_end_object(json);
    }
    json_end_array(json);
}

void index_document(struct dump *dump, const struct kiwi_index *index)
{
    struct json *json = &dump->json;
    json_key(json, "index");
    json_begin_object(json);
    put_volumes(json, index);
    put_zones(json, index);
    put_lists(json, index);
    json_end_object(json);
}
