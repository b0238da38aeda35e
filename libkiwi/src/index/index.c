/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <kiwi/index.h>

#include "bytes/codec.h"
#include "index/index_data.h"
#include "index/index_list.h"
#include "bytes/source.h"
#include "bytes/view.h"

enum { ZONE_LIMIT = 256 };
enum { ZONE_NAME = 64 };
enum { LIST_LIMIT = 1024 };
/* No address range is shorter than a position and two links: more of them than that are the same ones over
 * and over. */
enum { SHORTEST_RANGE = 8 };
enum { TEXT_LIMIT = 2048 };

struct kiwi_index {
    struct kiwi_disc *disc;
    struct kiwi_reporter reporter;
    struct kiwi_index_pieces *pieces;
    struct kiwi_index_volume *volumes;
    size_t volume_count;
    struct kiwi_index_zone zones[ZONE_LIMIT];
    char zone_names[ZONE_LIMIT][ZONE_NAME];
    size_t zone_count;
    struct kiwi_index_list *lists;
    struct kiwi_list *details; /* of the lists */
    size_t list_count;
    struct kiwi_window window, range_window;
};

/* Volumes */

static void copy_tag(char *text, const char *tag)
{
    memcpy(text, tag, 4);
    text[4] = '\0';
    for (int i = 0; i < 4; i++)
        text[i] = text[i] >= ' ' && text[i] < 0x7F ? text[i] : '?';
}

static void read_volume(struct kiwi_index *index, const struct kiwi_index_piece *piece)
{
    uint8_t bytes[48];
    size_t received = 0;
    struct kiwi_volume_management_record record;
    struct kiwi_index_place place;
    struct kiwi_index_volume *volume = &index->volumes[index->volume_count];
    if (kiwi_source_read(piece->file->source, piece->offset, bytes, sizeof bytes, &received, NULL) !=
            KIWI_OK ||
        !kiwi_volume_management_record_decode(&record, bytes, received))
        return;
    memset(volume, 0, sizeof *volume);
    copy_tag(volume->declaration, record.data_declaration);
    copy_tag(volume->function, record.function_declaration);
    volume->south = kiwi_angle_eighths(record.lower_left.latitude);
    volume->west = kiwi_angle_eighths(record.lower_left.longitude);
    volume->north = kiwi_angle_eighths(record.upper_right.latitude);
    volume->east = kiwi_angle_eighths(record.upper_right.longitude);
    if (kiwi_index_resolve(index->pieces, piece->file, piece->offset, piece->length, record.address,
                           &place)) {
        volume->file = place.file;
        volume->offset = place.offset;
    }
    index->volume_count++;
}

static bool read_volumes(struct kiwi_index *index)
{
    const struct kiwi_index_pieces *pieces = index->pieces;
    index->volumes = calloc(pieces->count + 1, sizeof *index->volumes);
    for (size_t i = 0; index->volumes && i < pieces->count; i++)
        if (pieces->pieces[i].step == KIWI_STEP_VOLUME)
            read_volume(index, &pieces->pieces[i]);
    return index->volumes;
}

/* Zones */

static bool is_tag(const char *tag, const char *text)
{
    return memcmp(tag, text, 4) == 0;
}

/** Zones and their files: options of a menu that name files. */
static void read_zones(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    struct kiwi_definition definition;
    struct kiwi_data_record record;
    unsigned split;
    if (!kiwi_index_definition(index->pieces, piece->definition, &definition, NULL) ||
        !kiwi_index_split(&definition, piece->parent_size, piece->option_size, &split))
        return;
    int code = kiwi_definition_find(&definition, "SZCD");
    int name = kiwi_definition_find(&definition, "NXFM");
    uint64_t position = piece->parent_size;
    for (uint32_t i = 0; name >= 0 && i < piece->count && position < piece->length;
         i++, position += piece->option_size) {
        char text[256] = "";
        if (index->zone_count == ZONE_LIMIT ||
            kiwi_index_record(&definition, split, definition.count, &index->window, piece->file->source,
                              piece->offset + position, piece->length - position, &record, NULL) != KIWI_OK ||
            !record.data[name].present || record.data[name].length >= sizeof text)
            return;
        memcpy(text, record.bytes + record.data[name].offset, record.data[name].length);
        const struct kiwi_file *file = text[0] ? kiwi_index_find_file(index->pieces, text, piece->file)
                                               : NULL;
        struct kiwi_index_zone *zone = &index->zones[index->zone_count];
        *zone = (struct kiwi_index_zone){.name = index->zone_names[index->zone_count], .file = file};
        kiwi_datum_number(&definition, &record, code, 0, &zone->code);
        if (file)
            index->zone_count++;
    }
}

/** Names of zones: entries with the code and the name of a zone; the first one counts. */
static void name_zones(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    struct kiwi_definition definition;
    struct kiwi_data_record record;
    if (!kiwi_index_definition(index->pieces, piece->definition, &definition, NULL))
        return;
    int code = kiwi_definition_find(&definition, "SZCD");
    int name = kiwi_definition_find(&definition, "NAME");
    uint64_t position = 0;
    for (uint32_t i = 0; code >= 0 && name >= 0 && i < ZONE_LIMIT && position < piece->length;
         i++, position += record.length) {
        uint32_t value;
        if (kiwi_index_record(&definition, 0, definition.count, &index->window, piece->file->source,
                              piece->offset + position, piece->length - position, &record, NULL) != KIWI_OK)
            return;
        for (size_t k = 0; k < index->zone_count; k++) {
            if (kiwi_datum_number(&definition, &record, code, 0, &value) && value == index->zones[k].code &&
                !index->zone_names[k][0] && record.data[name].present)
                kiwi_disc_text(index->disc, record.bytes + record.data[name].offset, record.data[name].length,
                               index->zone_names[k], ZONE_NAME);
        }
    }
}

static const struct kiwi_index_piece *record_of(const struct kiwi_index *index,
                                                const struct kiwi_index_piece *data)
{
    return data->above == KIWI_NO_PIECE ? NULL : &index->pieces->pieces[data->above];
}

static void find_zones(struct kiwi_index *index)
{
    const struct kiwi_index_pieces *pieces = index->pieces;
    for (uint32_t i = 0; i < pieces->count; i++) {
        const struct kiwi_index_piece *record = record_of(index, &pieces->pieces[i]);
        if (pieces->pieces[i].step == KIWI_STEP_CATEGORY && record && is_tag(record->tag, "SRZN"))
            read_zones(index, i);
    }
    for (uint32_t i = 0; i < pieces->count; i++) {
        const struct kiwi_index_piece *record = record_of(index, &pieces->pieces[i]);
        if (pieces->pieces[i].step == KIWI_STEP_MATCHING && record && is_tag(record->tag, "SRSZ"))
            name_zones(index, i);
    }
}

/* Lists */

static bool read_data(const struct kiwi_index *index, const struct kiwi_index_piece *piece,
                      struct kiwi_list_data *data)
{
    *data = (struct kiwi_list_data){.file = piece->file, .offset = piece->offset, .length = piece->length};
    return kiwi_index_definition(index->pieces, piece->definition, &data->definition, NULL);
}

/** The matching data of the detailed records of the frame that a record leads to. False if memory ran out. */
static bool find_targets(const struct kiwi_index *index, uint32_t record, struct kiwi_list *list)
{
    const struct kiwi_index_piece *pieces = index->pieces->pieces;
    for (uint32_t i = 0; i < index->pieces->count; i++) {
        const struct kiwi_index_piece *data = &pieces[i];
        if (data->step != KIWI_STEP_MATCHING || data->above == KIWI_NO_PIECE)
            continue;
        const struct kiwi_index_piece *below = &pieces[data->above];
        if (below->step != KIWI_STEP_RECORD || pieces[below->above].above != record ||
            below->number >= KIWI_LIST_TARGETS || list->targets[below->number])
            continue;
        struct kiwi_list_data *target = malloc(sizeof *target);
        if (!target)
            return false;
        if (read_data(index, data, target))
            list->targets[below->number] = target;
        else
            free(target);
    }
    return true;
}

/** What the entries of a list are, by what they say; 0 if they cannot be searched by name. */
static unsigned kind_of(const struct kiwi_list *list, const char *type)
{
    const struct kiwi_definition *definition = &list->data.definition;
    if (list->key < 0)
        return 0;
    if (is_tag(type, "SRHA"))
        return KIWI_ENTRY_PLACE;
    if (list->street >= 0)
        return KIWI_ENTRY_STREET;
    return list->position >= 0 || list->category >= 0 || kiwi_definition_find(definition, "POIO") >= 0
               ? KIWI_ENTRY_POI
               : 0;
}

static void find_fields(struct kiwi_list *list)
{
    const struct kiwi_definition *definition = &list->data.definition;
    list->key = kiwi_definition_find(definition, "KYCH");
    list->name = kiwi_definition_find(definition, "NAME");
    list->position = kiwi_definition_find(definition, "RLXY");
    list->category = kiwi_definition_find(definition, "CTGY");
    list->street = kiwi_definition_find(definition, "STID");
    list->next_record = kiwi_definition_find(definition, "NXFN");
    list->next_start = kiwi_definition_find(definition, "NXST");
    list->next_count = kiwi_definition_find(definition, "NXCT");
}

static int zone_of(const struct kiwi_index *index, const struct kiwi_file *file)
{
    for (size_t i = 0; i < index->zone_count; i++)
        if (index->zones[i].file == file)
            return (int)i;
    return -1;
}

/** The file of the first search frame, from which a detailed record was reached. */
static const struct kiwi_file *root_file(const struct kiwi_index *index,
                                         const struct kiwi_index_piece *record)
{
    const struct kiwi_index_piece *pieces = index->pieces->pieces;
    while (pieces[record->above].depth > 0)
        record = &pieces[pieces[record->above].above];
    return record->file;
}

/**
 * Whether a list on a level above, in the same file, has entries of this kind: then the ones below are the
 * same in another order, such as the streets of each place beside all streets. Levels above come first in the
 * parts.
 */
static bool is_repeated(const struct kiwi_index *index, const struct kiwi_index_list *list, uint32_t depth)
{
    for (size_t i = 0; i < index->list_count; i++)
        if (index->details[i].depth < depth && index->lists[i].kind == list->kind &&
            index->lists[i].file == list->file)
            return true;
    return false;
}

/** Matching data with a search key that are not repeated. False if memory ran out. */
static bool take_list(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    const struct kiwi_index_piece *record = record_of(index, piece);
    struct kiwi_list *list = &index->details[index->list_count];
    if (!record || record->step != KIWI_STEP_RECORD || index->list_count == LIST_LIMIT)
        return true;
    memset(list, 0, sizeof *list);
    if (!read_data(index, piece, &list->data))
        return true;
    list->piece = at;
    find_fields(list);
    unsigned kind = kind_of(list, record->tag);
    struct kiwi_index_list *made = &index->lists[index->list_count];
    *made = (struct kiwi_index_list){.file = piece->file,
                                     .offset = piece->offset,
                                     .length = piece->length,
                                     .records = piece->count,
                                     .zone = zone_of(index, root_file(index, record)),
                                     .kind = kind};
    copy_tag(made->type, record->tag);
    list->depth = index->pieces->pieces[record->above].depth;
    if (kind == 0 || is_repeated(index, made, list->depth))
        return true;
    index->list_count++;
    return find_targets(index, piece->above, list);
}

/** A hierarchy of areas beside points of interest leads to these: its places are not listed twice. */
static void drop_places_of_pois(struct kiwi_index *index)
{
    size_t kept = 0;
    for (size_t i = 0; i < index->list_count; i++) {
        const struct kiwi_index_list *list = &index->lists[i];
        bool beside_poi = false;
        for (size_t k = 0; k < index->list_count; k++)
            beside_poi = beside_poi ||
                         (index->lists[k].file == list->file && index->lists[k].kind == KIWI_ENTRY_POI);
        if (list->kind == KIWI_ENTRY_PLACE && beside_poi) {
            kiwi_list_free(&index->details[i]);
            continue;
        }
        index->lists[kept] = index->lists[i];
        index->details[kept++] = index->details[i];
    }
    index->list_count = kept;
}

static bool find_lists(struct kiwi_index *index)
{
    size_t room = 1;
    for (size_t i = 0; i < index->pieces->count; i++)
        room += index->pieces->pieces[i].step == KIWI_STEP_MATCHING;
    room = room < LIST_LIMIT + 1 ? room : LIST_LIMIT + 1;
    index->lists = calloc(room, sizeof *index->lists);
    index->details = calloc(room, sizeof *index->details);
    if (!index->lists || !index->details)
        return false;
    for (uint32_t i = 0; i < index->pieces->count; i++)
        if (index->pieces->pieces[i].step == KIWI_STEP_MATCHING && !take_list(index, i))
            return false;
    drop_places_of_pois(index);
    return true;
}

enum kiwi_status kiwi_index_open(struct kiwi_disc *disc, kiwi_finding_callback *finding, void *context,
                                 struct kiwi_index **index, struct kiwi_error *error)
{
    struct kiwi_index *made = calloc(1, sizeof *made);
    *index = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->reporter = (struct kiwi_reporter){finding, context};
    kiwi_window_init(&made->window);
    kiwi_window_init(&made->range_window);
    enum kiwi_status status = kiwi_index_pieces_make(disc, &made->reporter, &made->pieces, error);
    if (status == KIWI_OK && made->pieces->count == 0)
        status = kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                           "the disc has no index data that can be read");
    if (status == KIWI_OK && !read_volumes(made))
        status = kiwi_fail_memory(error);
    if (status == KIWI_OK) {
        find_zones(made);
        if (!find_lists(made))
            status = kiwi_fail_memory(error);
    }
    if (status != KIWI_OK) {
        kiwi_index_close(made);
        return status;
    }
    *index = made;
    return KIWI_OK;
}

void kiwi_index_close(struct kiwi_index *index)
{
    if (!index)
        return;
    for (size_t i = 0; i < index->list_count; i++)
        kiwi_list_free(&index->details[i]);
    kiwi_index_pieces_free(index->pieces);
    kiwi_window_free(&index->window);
    kiwi_window_free(&index->range_window);
    free(index->volumes);
    free(index->lists);
    free(index->details);
    free(index);
}

const struct kiwi_index_volume *kiwi_index_volumes(const struct kiwi_index *index, size_t *count)
{
    *count = index->volume_count;
    return index->volumes;
}

const struct kiwi_index_zone *kiwi_index_zones(const struct kiwi_index *index, size_t *count)
{
    *count = index->zone_count;
    return index->zones;
}

const struct kiwi_index_list *kiwi_index_lists(const struct kiwi_index *index, size_t *count)
{
    *count = index->list_count;
    return index->lists;
}

enum kiwi_status kiwi_index_prepare(struct kiwi_index *index, int zone, struct kiwi_error *error)
{
    struct kiwi_error own = {.status = KIWI_OK};
    for (size_t i = 0; i < index->list_count; i++)
        if ((zone < 0 || index->lists[i].zone == zone) &&
            !kiwi_list_prepare(&index->details[i], &index->window, error ? error : &own))
            return error ? error->status : own.status;
    return KIWI_OK;
}

/* Finding */

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
    struct kiwi_find *made = calloc(1, sizeof *made);
    size_t length = strlen(options->text);
    *find = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    if (length >= sizeof made->text) {
        free(made);
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL, "the text to find is longer than %d bytes",
                         TEXT_LIMIT - 1);
    }
    made->index = index;
    made->match = options->match;
    made->zone = options->zone;
    made->kinds = options->kinds;
    made->ranges_left = kiwi_disc_size(index->disc) / SHORTEST_RANGE;
    for (size_t i = 0; i < index->list_count;
         i++) /* files that lie beside a file that was opened alone count, too */
        made->ranges_left += index->details[i].targets[0]
                                 ? index->details[i].targets[0]->length / SHORTEST_RANGE
                                 : 0;
    memcpy(made->text, options->text, length);
    made->text_length = length;
    made->folded_length = kiwi_fold(options->text, length, made->folded, sizeof made->folded);
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

static bool read_position(const struct kiwi_data_record *record, int entry, int32_t *latitude,
                          int32_t *longitude)
{
    if (entry < 0 || !record->data[entry].present || record->data[entry].length != 6)
        return false;
    const uint8_t *bytes = record->bytes + record->data[entry].offset;
    *latitude = kiwi_angle_eighths(kiwi_load24(bytes));
    *longitude = kiwi_angle_eighths(kiwi_load24(bytes + 3));
    return true;
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
    entry->has_position = read_position(record, detail->position, &entry->latitude, &entry->longitude);
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
        entry->latitude = range.latitude;
        entry->longitude = range.longitude;
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

/* Address ranges */

static bool read_number(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                        const char *usage, uint32_t i, uint32_t *value)
{
    return kiwi_datum_number(definition, record, kiwi_definition_find(definition, usage), i, value);
}

static void fill_range(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                       struct kiwi_address_range *range)
{
    uint32_t value = 0;
    int areas = kiwi_definition_find(definition, "ARCD");
    range->has_position = read_position(record, kiwi_definition_find(definition, "RLXY"), &range->latitude,
                                        &range->longitude);
    range->has_link = read_number(definition, record, "LKID", 0, &range->link);
    range->has_numbers = read_number(definition, record, "STAD", 0, &range->first) &&
                         read_number(definition, record, "STAD", 1, &range->last) &&
                         (range->first != UINT32_MAX || range->last != UINT32_MAX);
    range->representative = read_number(definition, record, "FGSA", 0, &value) && (value & 0x80) != 0;
    range->area_codes = areas >= 0 && record->data[areas].present ? record->data[areas].count : 0;
    for (uint32_t i = 0; i < 4 && i < range->area_codes; i++)
        kiwi_datum_number(definition, record, areas, i, &range->area_code[i]);
}

enum kiwi_status kiwi_ranges_next(struct kiwi_index *index, struct kiwi_ranges *ranges,
                                  struct kiwi_address_range *range, struct kiwi_error *error)
{
    const struct kiwi_index_entry *entry = &ranges->entry;
    struct kiwi_data_record record;
    if (entry->ranges_offset == KIWI_NULL || ranges->next >= entry->ranges)
        return KIWI_END;
    const struct kiwi_list_data *data = index->details[entry->list].targets[entry->next_record - 1];
    if (ranges->next == 0)
        ranges->position = entry->ranges_offset;
    if (ranges->position >= data->length)
        return KIWI_END;
    enum kiwi_status status = kiwi_index_record(
        &data->definition, 0, data->definition.count, &index->range_window, data->file->source,
        data->offset + ranges->position, data->length - ranges->position, &record, error);
    if (status != KIWI_OK)
        return status;
    *range = (struct kiwi_address_range){.file = data->file, .offset = data->offset + ranges->position};
    fill_range(&data->definition, &record, range);
    ranges->position += record.length;
    ranges->next++;
    return KIWI_OK;
}
