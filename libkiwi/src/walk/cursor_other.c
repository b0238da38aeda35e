/* SPDX-License-Identifier: MIT */
/* What other records of the management header table lead to, and the parameters behind their header. */
#include "walk/walk.h"

#include "walk/parameters.h"

struct other_cursor {
    struct kiwi_cursor base;
    uint32_t record;                   /* of the table, that comes next */
    uint32_t entry;                    /* of the parameters, that comes next */
    struct kiwi_other_data parameters; /* their distribution header; without a type if there is none */
    struct kiwi_other_data met;        /* that was handed out last */
};

/** Hands out data whose layout is not known, or puts them into order. */
static enum kiwi_turn take_data(struct kiwi_walk *walk, struct other_cursor *other,
                                const struct kiwi_other_data *data, struct kiwi_item *item)
{
    if (walk->order) {
        struct kiwi_section section = {
            .kind = KIWI_SECTION_OTHER, .offset = data->offset, .length = data->length};
        section.of.other = *data;
        kiwi_order_add(walk->order, data->file, &section);
        return KIWI_TURN_AGAIN;
    }
    other->met = *data;
    return kiwi_walk_other_gap(walk, data, item);
}

static enum kiwi_turn next_record(struct kiwi_walk *walk, struct other_cursor *other, struct kiwi_item *item)
{
    struct kiwi_other_data data;
    enum kiwi_status status = kiwi_other_data_find(walk->map, other->record++, &data, &walk->error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_TURN_AGAIN : KIWI_TURN_FAILED;
    if (data.type) {
        if (!kiwi_walk_claim(walk, data.file, data.offset, &data.length, data.path))
            return KIWI_TURN_AGAIN;
        if (data.type == &kiwi_type_parameters_distribution_header)
            other->parameters = data;
        return kiwi_walk_take(walk, data.type, data.file, data.offset, data.length, NULL, data.path);
    }
    /* another file as a whole says what it is by itself */
    return data.file == walk->map->file &&
                   kiwi_claims_add(&walk->claims, data.file, data.offset, data.length) == KIWI_CLAIM_FRESH
               ? take_data(walk, other, &data, item)
               : KIWI_TURN_AGAIN;
}

static enum kiwi_turn next_entry(struct kiwi_walk *walk, struct other_cursor *other, struct kiwi_item *item)
{
    struct kiwi_other_data data;
    enum kiwi_status status = kiwi_parameters_find(walk->map, &other->parameters, other->entry++, &data,
                                                   &walk->error);
    if (status == KIWI_END)
        return KIWI_TURN_OVER;
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_TURN_AGAIN : KIWI_TURN_FAILED;
    if (kiwi_claims_add(&walk->claims, data.file, data.offset, data.length) == KIWI_CLAIM_FRESH)
        return take_data(walk, other, &data, item);
    kiwi_report(&walk->reporter, KIWI_WARNING, data.file->path, data.offset, "",
                "bytes that no other record uses", data.path);
    return KIWI_TURN_AGAIN;
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct other_cursor *other = (struct other_cursor *)cursor;
    if (other->record <= KIWI_HEADER_RECORDS)
        return next_record(walk, other, item);
    return other->parameters.type ? next_entry(walk, other, item) : KIWI_TURN_OVER;
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    (void)walk, (void)room;
    return ((const struct other_cursor *)cursor)->met.path;
}

void kiwi_other_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct other_cursor), next, path_of, NULL};
    struct other_cursor *other = kiwi_stack_push(&walk->stack, &type);
    other->record = 2; /* the first one leads to the map */
}
