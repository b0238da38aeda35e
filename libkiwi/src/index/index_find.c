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
/* Letters of a text that is found inside of words, too; a shorter one is in most of them. */
enum { LONG_ENOUGH = 3 };

struct kiwi_find {
    struct kiwi_index *index;
    enum kiwi_match match;
    int zone;
    unsigned kinds;
    char text[TEXT_LIMIT], folded[TEXT_LIMIT];
    size_t text_length, folded_length, letters;
    bool inside; /* second round: entries that have the text, and do not begin with it */
    size_t list;
    bool in_list;
    uint64_t position;
    uint64_t looked;      /* records up to there may have the text inside */
    uint64_t ranges_left; /* that may be looked at for the ones that stand for streets */
    char name[TEXT_LIMIT], key[TEXT_LIMIT], scratch[TEXT_LIMIT];
    char areas[KIWI_AREA_CODES * (KIWI_AREA_NAME + 2)];
};

/** Whether entries are looked for that have the text anywhere. */
static bool looks_inside(const struct kiwi_find *find)
{
    return find->inside || find->match == KIWI_MATCH_CONTAINS;
}

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
    for (size_t i = 0; i < made->folded_length; i++)
        made->letters += ((unsigned char)made->folded[i] & 0xC0) != 0x80;
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
    find->position = find->looked = 0;
    if (!kiwi_list_prepare(detail, index->disc, &index->window, error) ||
        (!looks_inside(find) && !kiwi_list_begin(detail, find->folded, find->folded_length, &index->window,
                                                 &find->position, error))) {
        *status = error->status;
        return false;
    }
    find->in_list = true;
    return looks_inside(find) || !(detail->plain && !is_ascii(find->folded)); /* no key can begin with it */
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

static bool is_letter(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/** Scripts from U+2E80 on (three bytes, from E2 BA 80) have no blanks between words, nor has Thai. */
static bool begins_word(const char *folded, const char *at)
{
    const unsigned char *c = (const unsigned char *)at;
    return at == folded || !is_letter(c[-1]) || c[0] >= 0xE3 || (c[0] == 0xE2 && c[1] >= 0xBA) ||
           (c[0] == 0xE0 && (c[1] == 0xB8 || c[1] == 0xB9));
}

/** Whether a folded text has the one that is sought: in any place, or where a word begins or is long enough.
 */
static bool holds(const struct kiwi_find *find, const char *folded)
{
    const char *at = folded;
    while ((at = strstr(at, find->folded))) {
        if (find->match == KIWI_MATCH_CONTAINS || find->letters >= LONG_ENOUGH || begins_word(folded, at))
            return true;
        at++;
    }
    return false;
}

/** Whether bytes hold the sought text, which has some. */
static bool bytes_hold(const struct kiwi_find *find, const uint8_t *bytes, size_t length)
{
    const uint8_t *at = bytes;
    const uint8_t *end = bytes + length;
    while ((size_t)(end - at) >= find->folded_length &&
           (at = memchr(at, find->folded[0], (size_t)(end - at) - find->folded_length + 1))) {
        if (memcmp(at, find->folded, find->folded_length) == 0)
            return true;
        at++;
    }
    return false;
}

/** Whether an entry may have the text: a look at the bytes of keys that are folded, before any text is made.
 */
static bool may_hold(const struct kiwi_find *find, const struct kiwi_list *list,
                     const struct kiwi_data_record *record, const uint8_t *key, size_t length)
{
    bool named = list->name >= 0 && record->data[list->name].present && record->data[list->name].length > 0;
    return !list->plain || find->folded_length == 0 || (named && !list->spelt) ||
           bytes_hold(find, key, length);
}

/** Goes on to the next place that is remembered of the list behind which some bytes hold the text, without
 * looking at a record. */
static enum kiwi_status skip_records(struct kiwi_find *find, struct kiwi_list *list, struct kiwi_error *error)
{
    while (list->spelt && find->folded_length > 0 && find->looked <= find->position &&
           find->position < list->end) {
        const uint64_t end = kiwi_list_next_mark(list, find->position);
        const uint64_t length = end - find->position;
        struct kiwi_view view;
        enum kiwi_status status = kiwi_window_view(&find->index->window, list->data.file->source,
                                                   list->data.offset + find->position, length, &view, error);
        if (status != KIWI_OK)
            return status;
        if (view.length < length || bytes_hold(find, view.bytes, view.length))
            find->looked = end;
        else
            find->position = end;
    }
    return KIWI_OK;
}

/** The second round leaves out what the first one met. */
static bool matches_inside(struct kiwi_find *find, bool ordered)
{
    bool begins = false;
    bool found = false;
    for (int i = 0; i < 2; i++) {
        const char *text = i == 0 ? find->key : find->name;
        kiwi_fold(text, strlen(text), find->scratch, sizeof find->scratch);
        begins = begins ||
                 (!(i == 1 && ordered) && begins_with(find->scratch, find->folded, find->folded_length));
        found = found || holds(find, find->scratch);
    }
    return found && (find->match == KIWI_MATCH_CONTAINS || !begins);
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

/** Names of area codes, with commas between them. */
static void name_areas(struct kiwi_find *find, const uint32_t *codes, uint32_t count)
{
    size_t length = 0;
    find->areas[0] = '\0';
    for (uint32_t i = 0; i < count && i < KIWI_AREA_CODES; i++) {
        const char *name = kiwi_index_area(find->index, codes[i]);
        size_t size = strlen(name);
        if (size == 0)
            continue;
        memcpy(find->areas + length, ", ", 2);
        length += length > 0 ? 2 : 0;
        memcpy(find->areas + length, name, size + 1);
        length += size;
    }
}

/** The areas that the record of an entry has itself; those of a street are its ranges'. */
static void read_areas(struct kiwi_find *find, const struct kiwi_data_record *record)
{
    const struct kiwi_list *detail = &find->index->details[find->list];
    uint32_t codes[KIWI_AREA_CODES];
    uint32_t count = 0;
    while (count < KIWI_AREA_CODES && detail->areas >= 0 && record->data[detail->areas].present &&
           kiwi_datum_number(&detail->data.definition, record, detail->areas, count, &codes[count]))
        count++;
    name_areas(find, codes, count);
}

static void fill_entry(struct kiwi_find *find, const struct kiwi_data_record *record,
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
                                       .ranges_offset = KIWI_NULL,
                                       .areas = find->areas};
    read_areas(find, record);
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
        if (range.area_codes > 0)
            name_areas(find, range.area_code, range.area_codes);
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
    struct kiwi_list *detail = &index->details[find->list];
    const struct kiwi_list_data *data = &detail->data;
    bool inside = looks_inside(find);
    bool by_key = detail->sorted && detail->plain; /* as the first round goes */
    bool ordered = by_key && !inside;
    while (find->position < detail->end) {
        struct kiwi_data_record record;
        size_t length;
        enum kiwi_status status = inside ? skip_records(find, detail, error) : KIWI_OK;
        if (status != KIWI_OK)
            return status;
        if (find->position >= detail->end)
            break;
        status = kiwi_index_record(&data->definition, 0, data->definition.count, &index->window,
                                   data->file->source, data->offset + find->position,
                                   data->length - find->position, &record, error);
        if (status != KIWI_OK)
            return status;
        const uint8_t *key = kiwi_list_key(detail, &record, &length);
        size_t common = length < find->folded_length ? length : find->folded_length;
        int order = !key ? -1 : ordered && common > 0 ? memcmp(key, find->folded, common) : 0;
        bool candidate = key && order == 0 && (!ordered || length >= find->folded_length) &&
                         (!inside || may_hold(find, detail, &record, key, length));
        if (ordered && order > 0)
            return KIWI_END;
        if (candidate) {
            to_text(find, &record, detail->key, find->key);
            to_text(find, &record, detail->name, find->name);
            if (!find->name[0])
                memcpy(find->name, find->key, strlen(find->key) + 1);
            candidate = inside ? matches_inside(find, by_key) : matches(find);
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
        if (find->list == find->index->list_count && !find->inside && find->match == KIWI_MATCH_FOLDED &&
            find->folded_length > 0) {
            find->inside = true;
            find->list = 0;
        }
    }
    return KIWI_END;
}
