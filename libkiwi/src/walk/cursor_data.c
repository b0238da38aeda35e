/* SPDX-License-Identifier: MIT */
/* Category or matching data of an index, record by record, by their definition. */
#include "walk/cursor_data.h"

#include <stdio.h>

struct data_cursor {
    struct kiwi_cursor base;
    struct kiwi_index_data *data;
};

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct kiwi_index_data *data = ((struct data_cursor *)cursor)->data;
    const struct kiwi_file *file = data->piece->file;
    for (;;) {
        struct kiwi_account *account = kiwi_accounts_of(&walk->accounts, file);
        switch (kiwi_index_data_next(data, &walk->window, walk->engine.brief, item, &walk->error)) {
        case KIWI_DATA_FAILED: return KIWI_TURN_FAILED;
        case KIWI_DATA_END: return KIWI_TURN_OVER;
        case KIWI_DATA_GAP:
            return kiwi_walk_gap(walk, file, item->offset, item->length, item->gap, item->name, item->reason,
                                 item);
        case KIWI_DATA_RECORD:
            account->field += data->record.used;
            account->reserved += data->record.length - data->record.used;
            item->file = file;
            if (!walk->engine.brief && kiwi_walk_in_range(walk, file, item->offset, item->length))
                return KIWI_TURN_ITEM;
            break;
        }
    }
}

/** A gap is only at the end, behind the last record. */
static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    const struct kiwi_index_data *data = ((const struct data_cursor *)cursor)->data;
    (void)walk;
    if (data->ended)
        return data->path;
    snprintf(room, KIWI_PATH_LENGTH, "%.480s[%llu]", data->path, (unsigned long long)data->index - 1);
    return room;
}

void kiwi_data_begin(struct kiwi_walk *walk, struct kiwi_index_data *data)
{
    static const struct kiwi_cursor_type type = {sizeof(struct data_cursor), next, path_of, NULL};
    struct data_cursor *cursor = kiwi_stack_push(&walk->stack, &type);
    cursor->data = data;
}
