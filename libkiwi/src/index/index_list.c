/* SPDX-License-Identifier: MIT */
/* Lists of search keys: where to begin looking for a text. */
#include "index/index_list.h"

#include <stdlib.h>
#include <string.h>

#include <kiwi/index.h>

#include "base/grow.h"

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

/** Whether a name is the key with case and accents; the key is plain. */
static bool is_spelt(struct kiwi_disc *disc, const uint8_t *name, size_t name_length, const uint8_t *key,
                     size_t length)
{
    char text[KIWI_LIST_KEY], folded[KIWI_LIST_KEY];
    bool same = name_length == length;
    for (size_t i = 0; same && i < length; i++) /* most are ASCII, and need no charset */
        same = (name[i] >= 'a' && name[i] <= 'z' ? name[i] - 0x20 : name[i]) == key[i];
    if (same || name_length == 0)
        return true;
    if (length >= sizeof folded || name_length > sizeof text / 4)
        return false;
    size_t made = kiwi_disc_text(disc, name, name_length, text, sizeof text);
    return made == strlen(text) && kiwi_fold(text, made, folded, sizeof folded) == length &&
           memcmp(folded, key, length) == 0;
}

/** Remembers where every mark_step-th record with a key lies. False if memory ran out. */
static bool mark(struct kiwi_list *list, uint64_t number, uint64_t position)
{
    if (number % list->mark_step != 0)
        return true;
    if (list->mark_count == KIWI_LIST_MARKS) {
        for (size_t i = 0; i < KIWI_LIST_MARKS / 2; i++)
            list->marks[i] = list->marks[2 * i];
        list->mark_count /= 2;
        list->mark_step *= 2;
        if (number % list->mark_step != 0)
            return true;
    }
    uint64_t *marks = grow_array(list->marks, &list->mark_capacity, list->mark_count, 1, sizeof *marks);
    if (!marks)
        return false;
    list->marks = marks;
    marks[list->mark_count++] = position;
    return true;
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

/** The key of the record before, and how many have one. */
struct key {
    uint8_t bytes[KIWI_LIST_KEY];
    size_t length;
    uint64_t number;
};

/** Looks at the next record, whose key lies behind before; false if memory ran out. */
static bool take_record(struct kiwi_list *list, struct kiwi_disc *disc, const struct kiwi_data_record *record,
                        struct key *before)
{
    size_t length;
    const uint8_t *key = kiwi_list_key(list, record, &length);
    if (!key)
        return true;
    list->plain = list->plain && is_plain(key, length);
    list->sorted = list->sorted && compare(before->bytes, before->length, key, length) <= 0;
    const struct kiwi_datum *name = list->name >= 0 ? &record->data[list->name] : NULL;
    list->spelt = list->spelt && list->plain &&
                  (!name || !name->present ||
                   is_spelt(disc, record->bytes + name->offset, name->length, key, length));
    memcpy(before->bytes, key, length);
    before->length = length;
    return mark(list, before->number++, list->end);
}

bool kiwi_list_prepare(struct kiwi_list *list, struct kiwi_disc *disc, struct kiwi_window *window,
                       struct kiwi_error *error)
{
    struct key before = {.length = 0};
    struct kiwi_data_record record;
    enum kiwi_status status;
    if (list->prepared)
        return true;
    list->mark_count = 0;
    list->mark_step = 1;
    list->sorted = list->plain = list->spelt = true;
    list->end = 0;
    while ((status = read_record(&list->data, window, list->end, &record, error)) == KIWI_OK) {
        if (!take_record(list, disc, &record, &before)) {
            kiwi_fail_memory(error);
            return false;
        }
        list->end += record.length;
    }
    list->prepared = status == KIWI_END;
    return list->prepared;
}

uint64_t kiwi_list_next_mark(const struct kiwi_list *list, uint64_t position)
{
    size_t low = 0; /* marks below are not behind the position */
    size_t high = list->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->marks[middle] <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->mark_count ? list->marks[low] : list->end;
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
