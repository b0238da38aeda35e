/* SPDX-License-Identifier: MIT */
/* Which matching data of an index are lists of names, and what their entries are. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_LIMIT = 1024 };
enum { ZONE_DIGITS = 3 }; /* as in SADSR201.IDX and POISR201.IDX */

static bool read_data(const struct kiwi_index *index, const struct kiwi_index_piece *piece,
                      struct kiwi_list_data *data)
{
    *data = (struct kiwi_list_data){.file = piece->file, .offset = piece->offset, .length = piece->length};
    return kiwi_index_definition(index->pieces, piece->definition, &data->definition, NULL);
}

/** The matching data of the detailed records of the frame that a record leads to. False if memory ran out. */
static bool find_targets(const struct kiwi_index *index, const struct kiwi_index_piece *record,
                         struct kiwi_list *list)
{
    const struct kiwi_index_piece *pieces = index->pieces->pieces;
    if (record->below == KIWI_NO_PIECE)
        return true;
    /* the records of a frame are the pieces behind it */
    for (uint32_t i = record->below + 1; i < index->pieces->count && i - record->below <= KIWI_LIST_TARGETS &&
                                         pieces[i].above == record->below;
         i++) {
        if (pieces[i].matching == KIWI_NO_PIECE)
            continue;
        struct kiwi_list_data *target = malloc(sizeof *target);
        if (!target)
            return false;
        if (read_data(index, &pieces[pieces[i].matching], target))
            list->targets[i - record->below - 1] = target;
        else
            free(target);
    }
    return true;
}

/** What the entries of a list are, by what they say; 0 if they cannot be searched by name. */
static unsigned kind_of(const struct kiwi_list *list, const char *type)
{
    if (list->key < 0)
        return 0;
    if (kiwi_index_is_tag(type, "SRHA"))
        return KIWI_ENTRY_PLACE;
    if (list->street >= 0)
        return KIWI_ENTRY_STREET;
    return list->position >= 0 || list->category >= 0 || list->poi >= 0 ? KIWI_ENTRY_POI : 0;
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
    list->poi = kiwi_definition_find(definition, "POIO");
    list->areas = kiwi_definition_find(definition, "ARCD");
}

/** The digits before the extension of a path: what the files of one zone have in common; "" if there are
 * none. */
static const char *zone_digits(const char *path, size_t *length)
{
    const char *end = strrchr(path, '.');
    const char *at = end ? end : path + strlen(path);
    const char *first = at;
    while (first > path && first[-1] >= '0' && first[-1] <= '9')
        first--;
    *length = (size_t)(at - first);
    return first;
}

/** On the disc known best the zone table names the files of streets alone; others have their number. */
static int zone_of_number(const struct kiwi_index *index, const char *path)
{
    size_t length, other;
    const char *digits = zone_digits(path, &length);
    for (size_t i = 0; i < index->zone_count; i++) {
        const char *of_zone = zone_digits(index->zones[i].file->path, &other);
        if (length >= ZONE_DIGITS && length == other && memcmp(digits, of_zone, length) == 0)
            return (int)i;
    }
    return -1;
}

/** The zone whose file a frame lies in, or one above it, or of its number; -1 if there is none. */
static int zone_of(const struct kiwi_index *index, uint32_t frame)
{
    const struct kiwi_index_piece *pieces = index->pieces->pieces;
    for (;;) {
        for (size_t i = 0; i < index->zone_count; i++)
            if (index->zones[i].file == pieces[frame].file)
                return (int)i;
        if (pieces[frame].above == KIWI_NO_PIECE)
            return zone_of_number(index, pieces[frame].file->path);
        frame = pieces[pieces[frame].above].above;
    }
}

/**
 * Whether a list on a level above, of the same search, has entries of this kind: then the ones below are the
 * same in another order, such as the streets of each place beside all streets.
 */
static bool is_below_its_kind(const struct kiwi_index *index, size_t at)
{
    const struct kiwi_list *list = &index->details[at];
    for (size_t i = 0; i < index->list_count; i++)
        if (index->details[i].root == list->root && index->details[i].depth < list->depth &&
            index->lists[i].kind == index->lists[at].kind)
            return true;
    return false;
}

/** Matching data with a search key. False if memory ran out. */
static bool take_list(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    const struct kiwi_index_piece *record = kiwi_index_record_of(index, piece);
    struct kiwi_list *list = &index->details[index->list_count];
    if (!record || record->step != KIWI_STEP_RECORD || index->list_count == LIST_LIMIT)
        return true;
    memset(list, 0, sizeof *list);
    if (!read_data(index, piece, &list->data))
        return true;
    find_fields(list);
    unsigned kind = kind_of(list, record->tag);
    struct kiwi_index_list *made = &index->lists[index->list_count];
    *made = (struct kiwi_index_list){.file = piece->file,
                                     .offset = piece->offset,
                                     .length = piece->length,
                                     .records = piece->count,
                                     .zone = zone_of(index, record->above),
                                     .kind = kind};
    kiwi_index_copy_tag(made->type, record->tag);
    list->root = kiwi_index_root(index->pieces, record->above);
    list->depth = kiwi_index_depth(index->pieces, record->above);
    if (kind == 0 || is_below_its_kind(index, index->list_count))
        return true;
    index->list_count++;
    return find_targets(index, record, list);
}

/** A hierarchy of areas beside points of interest that have their places themselves, in one file. */
static bool is_area_of_pois(const struct kiwi_index *index, size_t at)
{
    bool beside_pois = false;
    for (size_t i = 0; i < index->list_count; i++) {
        if (index->lists[i].kind != KIWI_ENTRY_POI || index->lists[i].file != index->lists[at].file)
            continue;
        if (index->details[i].poi >= 0)
            return false;
        beside_pois = true;
    }
    return index->lists[at].kind == KIWI_ENTRY_PLACE && beside_pois;
}

/**
 * A hierarchy of areas beside points of interest leads to these: its places are not listed twice, and not
 * left out if no other list has any.
 */
static bool is_repeated(const struct kiwi_index *index, const bool *areas, size_t at)
{
    if (is_below_its_kind(index, at))
        return true;
    for (size_t i = 0; areas[at] && i < index->list_count; i++)
        if (index->lists[i].kind == KIWI_ENTRY_PLACE && !areas[i])
            return true;
    return false;
}

/** Keeps one list of those with the same entries. False if memory ran out. */
static bool drop_repeated(struct kiwi_index *index)
{
    bool *areas = calloc(2 * index->list_count + 1, sizeof *areas);
    bool *repeated = areas ? areas + index->list_count : NULL;
    size_t kept = 0;
    if (!areas)
        return false;
    for (size_t i = 0; i < index->list_count; i++)
        areas[i] = is_area_of_pois(index, i);
    for (size_t i = 0; i < index->list_count; i++)
        repeated[i] = is_repeated(index, areas, i);
    for (size_t i = 0; i < index->list_count; i++) {
        if (repeated[i]) {
            kiwi_list_free(&index->details[i]);
            continue;
        }
        index->lists[kept] = index->lists[i];
        index->details[kept++] = index->details[i];
    }
    index->list_count = kept;
    free(areas);
    return true;
}

/** Lists whose entries have their place elsewhere: in the POI information, which POIO counts into. Which of
 * its files goes with which list, and in what unit, was never published; at best the order and the sizes of
 * files hint at it. */
static void report_placeless(const struct kiwi_index *index)
{
    for (size_t i = 0; i < index->list_count; i++) {
        const struct kiwi_index_list *list = &index->lists[i];
        if (index->details[i].poi >= 0 && index->details[i].position < 0)
            kiwi_report(&index->reporter, KIWI_NOTE, list->file->path, list->offset, "POIO",
                        "a position in the records (RLXY); entries of this list have none", list->type);
    }
}

bool kiwi_index_find_lists(struct kiwi_index *index)
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
    if (!drop_repeated(index))
        return false;
    report_placeless(index);
    return true;
}
