/* SPDX-License-Identifier: MIT */
/* Which matching data of an index are lists of names, and what their entries are. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_LIMIT = 1024 };

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
    if (kiwi_index_is_tag(type, "SRHA"))
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
    const struct kiwi_index_piece *record = kiwi_index_record_of(index, piece);
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
    kiwi_index_copy_tag(made->type, record->tag);
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
    drop_places_of_pois(index);
    return true;
}
