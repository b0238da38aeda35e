/* SPDX-License-Identifier: MIT */
/* Lists of search keys: where to begin looking for a text. */
#include "index/index_list.h"

#include <stdlib.h>
#include <string.h>

#include "index/index_data.h"

const uint8_t *kiwi_list_key(const struct kiwi_list *list, const struct kiwi_data_record *record,
                             size_t *length)
{
    const struct kiwi_datum *datum = &record->data[list->key];
    if (!datum->present)
        return NULL;
    *length = datum->length < KIWI_LIST_KEY ? datum->length : KIWI_LIST_KEY;
    return record->bytes + datum->offset;
}

static int compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    size_t common = a_length < b_length ? a_length : b_length;
    int order = common ? memcmp(a, b, common) : 0;
    return order != 0 ? order : a_length < b_length ? -1 : a_length > b_length;
}

static bool is_plain(const uint8_t *key, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] >= 0x7F || (key[i] >= 'a' && key[i] <= 'z'))
            return false;
    return true;
}

/** Remembers where every mark_step-th record with a key lies. */
static void mark(struct kiwi_list *list, uint64_t number, uint64_t position)
{
    if (number % list->mark_step != 0)
        return;
    if (list->mark_count == KIWI_LIST_MARKS) {
        for (size_t i = 0; i < KIWI_LIST_MARKS / 2; i++)
            list->marks[i] = list->marks[2 * i];
        list->mark_count /= 2;
        list->mark_step *= 2;
        if (number % list->mark_step != 0)
            return;
    }
    list->marks[list->mark_count++] = position;
}

static enum kiwi_status read_record(const struct kiwi_list_data *data, struct kiwi_window *window,
                                    uint64_t position, struct kiwi_data_record *record,
                                    struct kiwi_error *error)
{
    if (position >= data->length)
        return KIWI_END;
    return kiwi_index_record(&data->definition, 0, data->definition.count, window, data->file->source,
                             data->offset + position, data->length - position, record, error);
}

bool kiwi_list_prepare(struct kiwi_list *list, struct kiwi_window *window, struct kiwi_error *error)
{
    uint8_t before[KIWI_LIST_KEY];
    size_t before_length = 0;
    uint64_t number = 0;
    struct kiwi_data_record record;
    enum kiwi_status status;
    if (list->prepared)
        return true;
    if (!list->marks && !(list->marks = malloc(KIWI_LIST_MARKS * sizeof *list->marks))) {
        kiwi_fail_memory(error);
        return false;
    }
    list->mark_count = 0;
    list->mark_step = 1;
    list->sorted = list->plain = true;
    list->end = 0;
    while ((status = read_record(&list->data, window, list->end, &record, error)) == KIWI_OK) {
        size_t length;
        const uint8_t *key = kiwi_list_key(list, &record, &length);
        if (key) {
            list->plain = list->plain && is_plain(key, length);
            list->sorted = list->sorted && compare(before, before_length, key, length) <= 0;
            mark(list, number++, list->end);
            memcpy(before, key, length);
            before_length = length;
        }
        list->end += record.length;
    }
    list->prepared = status == KIWI_END;
    return list->prepared;
}

bool kiwi_list_begin(const struct kiwi_list *list, const char *text, size_t length,
                     struct kiwi_window *window, uint64_t *position, struct kiwi_error *error)
{
    size_t low = 0; /* marks below are smaller than text */
    size_t high = list->mark_count;
    struct kiwi_data_record record;
    *position = 0;
    if (!list->sorted || !list->plain)
        return true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t key_length;
        enum kiwi_status status = read_record(&list->data, window, list->marks[middle], &record, error);
        if (status == KIWI_END)
            return true; /* it changed under us: look at everything */
        if (status != KIWI_OK)
            return false;
        const uint8_t *key = kiwi_list_key(list, &record, &key_length);
        if (!key || compare(key, key_length, (const uint8_t *)text, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0)
        *position = list->marks[low - 1];
    return true;
}

void kiwi_list_free(struct kiwi_list *list)
{
    for (size_t i = 0; i < KIWI_LIST_TARGETS; i++)
        free(list->targets[i]);
    free(list->marks);
}
