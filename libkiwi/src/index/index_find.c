/* SPDX-License-Identifier: MIT */
/* Finds entries of an index by name. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

#include "bytes/options.h"
#include "bytes/utf8.h"
#include "index/index_data.h"

/* No address range is shorter than a position and two links: more of them than that are the same ones over
 * and over. */
enum { SHORTEST_RANGE = 8 };
enum { TEXT_LIMIT = 2048 };

struct kiwi_find {
    struct kiwi_index *index;
    enum kiwi_match match;
    int zone;
    unsigned kinds;
    char text[TEXT_LIMIT], folded[TEXT_LIMIT];
    size_t text_length, folded_length;
    size_t list;
    bool in_list;
    uint64_t position;
    uint64_t ranges_left; /* that may be looked at for the ones that stand for streets */
    char name[TEXT_LIMIT], key[TEXT_LIMIT], scratch[TEXT_LIMIT];
};

enum kiwi_status kiwi_find_open(struct kiwi_index *index, const struct kiwi_find_options *options,
                                struct kiwi_find **find, struct kiwi_error *error)
{
    struct kiwi_find_options ours = {.text = "", .zone = -1};
    *find = NULL;
    enum kiwi_status status = kiwi_options_take(&ours, sizeof ours, options, error);
    if (status != KIWI_OK)
        return status;
    const char *text = ours.text ? ours.text : "";
    size_t length = strlen(text);
    struct kiwi_find *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    if (length >= sizeof made->text) {
        free(made);
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL, "the text to find is longer than %d bytes",
                         TEXT_LIMIT - 1);
    }
    made->index = index;
    made->match = ours.match;
    made->zone = ours.zone;
    made->kinds = ours.kinds;
    made->ranges_left = kiwi_disc_size(index->disc) / SHORTEST_RANGE;
    for (size_t i = 0; i < index->list_count;
         i++) /* files that lie beside a file that was opened alone count, too */
        made->ranges_left += index->details[i].targets[0]
                                 ? index->details[i].targets[0]->length / SHORTEST_RANGE
                                 : 0;
    memcpy(made->text, text, length);
    made->text_length = length;
    made->folded_length = kiwi_fold(text, length, made->folded, sizeof made->folded);
    *find = made;
    return KIWI_OK;
}

void kiwi_find_close(struct kiwi_find *find)
{
    free(find);
}

static bool is_ascii(const char *text)
{
    while ((unsigned char)*text - 1u < 0x7F)
        text++;
    return *text == '\0';
}

/** Begins the list; false if it is of no interest. */
static bool begin_list(struct kiwi_find *find, struct kiwi_error *error, enum kiwi_status *status)
{
    struct kiwi_index *index = find->index;
    const struct kiwi_index_list *list = &index->lists[find->list];
    struct kiwi_list *detail = &index->details[find->list];
    if ((find->zone >= 0 && list->zone != find->zone) || (find->kinds && !(list->kind & find->kinds)))
        return false;
    if (!kiwi_list_prepare(detail, &index->window, error) ||
        !kiwi_list_begin(detail, find->folded, find->folded_length, &index->window, &find->position, error)) {
        *status = error->status;
        return false;
    }
    find->in_list = true;
    return !(detail->plain && !is_ascii(find->folded)); /* no key of the list can have it */
}

static bool begins_with(const char *text, const char *with, size_t length)
{
    return strncmp(text, with, length) == 0;
}

static bool folds_to(struct kiwi_find *find, const char *text)
{
    kiwi_fold(text, strlen(text), find->scratch, sizeof find->scratch);
    return begins_with(find->scratch, find->folded, find->folded_length);
}

static bool matches(struct kiwi_find *find)
{
    switch (find->match) {
    case KIWI_MATCH_EXACT: return strcmp(find->name, find->text) == 0 || strcmp(find->key, find->text) == 0;
    case KIWI_MATCH_PREFIX:
        return begins_with(find->name, find->text, find->text_length) ||
               begins_with(find->key, find->text, find->text_length);
    default: return folds_to(find, find->key) || folds_to(find, find->name);
    }
}

/** Text in UTF-8, without control characters at its end. */
static void to_text(struct kiwi_find *find, const struct kiwi_data_record *record, int entry, char *text)
{
    text[0] = '\0';
    if (entry >= 0 && record->data[entry].present)
        kiwi_disc_text(find->index->disc, record->bytes + record->data[entry].offset,
                       record->data[entry].length, text, TEXT_LIMIT);
}

static void fill_entry(const struct kiwi_find *find, const struct kiwi_data_record *record,
                       struct kiwi_index_entry *entry)
{
    const struct kiwi_index_list *list = &find->index->lists[find->list];
    const struct kiwi_list *detail = &find->index->details[find->list];
    const struct kiwi_definition *definition = &detail->data.definition;
    uint32_t start = 0;
    *entry = (struct kiwi_index_entry){.kind = (enum kiwi_entry_kind)list->kind,
                                       .name = find->name,
                                       .key = find->key,
                                       .zone = list->zone,
                                       .file = list->file,
                                       .offset = list->offset + find->position,
                                       .list = find->list,
                                       .ranges_offset = KIWI_NULL};
    entry->has_position = kiwi_index_position(record, detail->position, &entry->position);
    entry->has_street = kiwi_datum_number(definition, record, detail->street, 0, &entry->street);
    entry->has_category = kiwi_datum_number(definition, record, detail->category, 0, &entry->category);
    if (entry->kind != KIWI_ENTRY_STREET ||
        !kiwi_datum_number(definition, record, detail->next_start, 0, &start) || start == UINT32_MAX)
        return;
    entry->next_record = 1;
    kiwi_datum_number(definition, record, detail->next_record, 0, &entry->next_record);
    if (entry->next_record == 0 || entry->next_record > KIWI_LIST_TARGETS ||
        !detail->targets[entry->next_record - 1])
        return;
    entry->ranges_offset = (uint64_t)start * 2;
    entry->ranges = 1;
    kiwi_datum_number(definition, record, detail->next_count, 0, &entry->ranges);
}

/** The position of a street is that of the link that stands for it, or of its first one. */
static enum kiwi_status place_street(struct kiwi_find *find, struct kiwi_index_entry *entry,
                                     struct kiwi_error *error)
{
    struct kiwi_ranges ranges = {.entry = *entry};
    struct kiwi_address_range range;
    enum kiwi_status status = KIWI_OK;
    for (;
         find->ranges_left > 0 && (status = kiwi_ranges_next(find->index, &ranges, &range, error)) == KIWI_OK;
         find->ranges_left--) {
        if (!range.has_position || (entry->has_position && !range.representative))
            continue;
        entry->has_position = true;
        entry->position = range.position;
        if (range.representative)
            break;
    }
    return status == KIWI_END ? KIWI_OK : status;
}

/** The next entry of the current list; KIWI_END if it has no more. */
static enum kiwi_status next_in_list(struct kiwi_find *find, struct kiwi_index_entry *entry,
                                     struct kiwi_error *error)
{
    struct kiwi_index *index = find->index;
    const struct kiwi_list *detail = &index->details[find->list];
    const struct kiwi_list_data *data = &detail->data;
    bool ordered = detail->sorted && detail->plain;
    while (find->position < detail->end) {
        struct kiwi_data_record record;
        size_t length;
        enum kiwi_status status = kiwi_index_record(
            &data->definition, 0, data->definition.count, &index->window, data->file->source,
            data->offset + find->position, data->length - find->position, &record, error);
        if (status != KIWI_OK)
            return status;
        const uint8_t *key = kiwi_list_key(detail, &record, &length);
        size_t common = length < find->folded_length ? length : find->folded_length;
        int order = !key ? -1 : ordered && common > 0 ? memcmp(key, find->folded, common) : 0;
        bool candidate = key && order == 0 && (!ordered || length >= find->folded_length);
        if (ordered && order > 0)
            return KIWI_END;
        if (candidate) {
            to_text(find, &record, detail->key, find->key);
            to_text(find, &record, detail->name, find->name);
            if (!find->name[0])
                memcpy(find->name, find->key, strlen(find->key) + 1);
            candidate = matches(find);
        }
        if (candidate)
            fill_entry(find, &record, entry);
        find->position += record.length;
        if (candidate)
            return entry->kind == KIWI_ENTRY_STREET ? place_street(find, entry, error) : KIWI_OK;
    }
    return KIWI_END;
}

enum kiwi_status kiwi_find_next(struct kiwi_find *find, struct kiwi_index_entry *entry,
                                struct kiwi_error *error)
{
    struct kiwi_error own = {.status = KIWI_OK};
    enum kiwi_status status = KIWI_OK;
    if (!error)
        error = &own;
    while (find->list < find->index->list_count) {
        if (find->in_list || begin_list(find, error, &status)) {
            status = next_in_list(find, entry, error);
            if (status != KIWI_END)
                return status;
            status = KIWI_OK;
        } else if (status != KIWI_OK) {
            return status;
        }
        find->in_list = false;
        find->list++;
    }
    return KIWI_END;
}
