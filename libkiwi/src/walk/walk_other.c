/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "walk/parameters.h"
#include "walk/walk_state.h"

enum kiwi_event kiwi_walk_other_gap(struct kiwi_walk *walk, const struct kiwi_other_data *data,
                                    struct kiwi_item *item)
{
    snprintf(walk->path, sizeof walk->path, "%s", data->path);
    walk->path_kind = KIWI_PATH_TEXT;
    return kiwi_walk_gap(walk, data->file, data->offset, data->length, KIWI_GAP_UNKNOWN, data->name,
                         "this kind of data is not decoded", item);
}

/** Claims data whose layout is not known, and hands them out or puts them into order. */
static enum kiwi_event take_other(struct kiwi_walk *walk, const struct kiwi_other_data *data,
                                  struct kiwi_item *item)
{
    enum kiwi_claim claim = kiwi_claims_add(&walk->claims, data->file, data->offset, data->length);
    if (claim != KIWI_CLAIM_FRESH) {
        if (walk->stage == KIWI_STAGE_PARAMETERS)
            kiwi_report(&walk->reporter, KIWI_WARNING, data->file->path, data->offset, "",
                        "bytes that no other record uses", data->path);
        return KIWI_EVENT_END;
    }
    if (!walk->collecting)
        return kiwi_walk_other_gap(walk, data, item);
    struct kiwi_section section = {
        .kind = KIWI_SECTION_OTHER, .offset = data->offset, .length = data->length};
    section.of.other = *data;
    kiwi_order_add(&walk->order, data->file, &section);
    return KIWI_EVENT_END;
}

enum kiwi_event kiwi_walk_next_other(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_other_data data;
    if (!walk->map || walk->next_record >= KIWI_HEADER_RECORDS) {
        walk->next_record = 0;
        walk->stage = KIWI_STAGE_PARAMETERS;
        return KIWI_EVENT_END;
    }
    enum kiwi_status status = kiwi_other_data_find(walk->map, (uint32_t)++walk->next_record, &data,
                                                   &walk->error);
    if (status == KIWI_ERROR_NOT_FOUND)
        return KIWI_EVENT_END;
    if (status != KIWI_OK) {
        kiwi_walk_fail(walk);
        return KIWI_EVENT_END;
    }
    if (!data.type) /* another file as a whole says what it is by itself */
        return data.file == walk->map->file ? take_other(walk, &data, item) : KIWI_EVENT_END;
    walk->file = data.file;
    if (kiwi_walk_start_section(walk, data.type, data.offset, data.length, NULL, data.path) &&
        data.type == &kiwi_type_parameters_distribution_header)
        walk->parameters = data;
    return KIWI_EVENT_END;
}

enum kiwi_event kiwi_walk_next_parameters(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_other_data data;
    enum kiwi_status status = KIWI_END;
    if (walk->parameters.type)
        status = kiwi_parameters_find(walk->map, &walk->parameters, (uint32_t)walk->next_record++, &data,
                                      &walk->error);
    if (status == KIWI_OK)
        return take_other(walk, &data, item);
    if (status == KIWI_END) {
        walk->parameters.type = NULL;
        walk->file = walk->map ? walk->map->file : NULL;
        walk->rest = 0;
        walk->stage = walk->headers ? KIWI_STAGE_END : KIWI_STAGE_REST;
    } else if (status != KIWI_ERROR_NOT_FOUND) {
        kiwi_walk_fail(walk);
    }
    return KIWI_EVENT_END;
}
