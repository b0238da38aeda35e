/* SPDX-License-Identifier: MIT */
/* Finds the names of area codes, which the records of an index have instead of the names of towns. */
#include "index/index.h"

#include <string.h>

#include "index/index_data.h"

/** Takes the menu if its options lead from codes to names. */
static bool take_menu(struct kiwi_index *index, const struct kiwi_index_piece *menu,
                      const struct kiwi_index_piece *names)
{
    struct kiwi_area_names *areas = &index->areas;
    areas->menu = (struct kiwi_list_data){.offset = menu->offset, .length = menu->length};
    areas->names = (struct kiwi_list_data){names->file, names->offset, names->length, {.count = 0}};
    if (!kiwi_index_definition(index->pieces, menu->definition, &areas->menu.definition, NULL) ||
        !kiwi_index_definition(index->pieces, names->definition, &areas->names.definition, NULL) ||
        !kiwi_index_split(&areas->menu.definition, menu->parent_size, menu->option_size, &areas->split))
        return false;
    areas->code = kiwi_definition_find(&areas->menu.definition, "ARCD");
    areas->start = kiwi_definition_find(&areas->menu.definition, "NXST");
    areas->name = kiwi_definition_find(&areas->names.definition, "NAME");
    if (areas->code < 0 || areas->start < 0 || areas->name < 0 || menu->length < menu->parent_size ||
        menu->option_size == 0)
        return false;
    uint64_t room = (menu->length - menu->parent_size) / menu->option_size;
    areas->first = menu->parent_size;
    areas->size = menu->option_size;
    areas->count = menu->count < room ? menu->count : (uint32_t)room;
    areas->menu.file = menu->file;
    return true;
}

void kiwi_index_find_areas(struct kiwi_index *index)
{
    const struct kiwi_index_piece *pieces = index->pieces->pieces;
    for (uint32_t i = 0; i < index->pieces->count; i++) {
        const struct kiwi_index_piece *record = kiwi_index_record_of(index, &pieces[i]);
        if (pieces[i].step == KIWI_STEP_CATEGORY && record && kiwi_index_is_tag(record->tag, "SRBT") &&
            record->matching != KIWI_NO_PIECE && take_menu(index, &pieces[i], &pieces[record->matching]))
            return;
    }
}

/** A menu that is not sorted is gone through for each code, and no longer than that in all. */
enum { STEP_LIMIT = 1 << 22 };

/** Code of an option, and where its name begins in the names; false if it cannot be read. */
static bool read_option(struct kiwi_index *index, uint32_t number, uint32_t *code, uint64_t *start)
{
    const struct kiwi_area_names *areas = &index->areas;
    uint64_t position = areas->first + (uint64_t)number * areas->size;
    struct kiwi_data_record record;
    uint32_t words = 0;
    if (kiwi_index_record(&areas->menu.definition, areas->split, areas->menu.definition.count,
                          &index->range_window, areas->menu.file->source, areas->menu.offset + position,
                          areas->menu.length - position, &record, NULL) != KIWI_OK)
        return false;
    *start = kiwi_datum_number(&areas->menu.definition, &record, areas->start, 0, &words)
                 ? 2 * (uint64_t)words
                 : KIWI_NULL;
    return kiwi_datum_number(&areas->menu.definition, &record, areas->code, 0, code);
}

static void check_order(struct kiwi_index *index)
{
    struct kiwi_area_names *areas = &index->areas;
    uint32_t last = 0, code = 0;
    uint64_t start;
    areas->checked = areas->sorted = true;
    for (uint32_t i = 0; areas->sorted && i < areas->count; i++, last = code)
        areas->sorted = read_option(index, i, &code, &start) && code >= last;
}

/** Where the name of a code begins, or KIWI_NULL. */
static uint64_t find_start(struct kiwi_index *index, uint32_t wanted)
{
    struct kiwi_area_names *areas = &index->areas;
    uint32_t low = 0, high = areas->count, code;
    uint64_t start;
    while (areas->sorted && low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (!read_option(index, middle, &code, &start))
            return KIWI_NULL;
        if (code < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < areas->count && areas->steps < STEP_LIMIT && read_option(index, low, &code, &start); low++) {
        if (code == wanted)
            return start;
        if (areas->sorted || ++areas->steps >= STEP_LIMIT)
            break;
    }
    return KIWI_NULL;
}

const char *kiwi_index_area(struct kiwi_index *index, uint32_t code)
{
    struct kiwi_area_names *areas = &index->areas;
    uint32_t slot = code % KIWI_AREA_CACHE;
    struct kiwi_data_record record;
    if (!areas->menu.file || (areas->cache[slot].known && areas->cache[slot].code == code))
        return areas->menu.file ? areas->cache[slot].name : "";
    if (!areas->checked)
        check_order(index);
    areas->cache[slot].known = true;
    areas->cache[slot].code = code;
    areas->cache[slot].name[0] = '\0';
    uint64_t start = find_start(index, code);
    if (start < areas->names.length &&
        kiwi_index_record(&areas->names.definition, 0, areas->names.definition.count, &index->range_window,
                          areas->names.file->source, areas->names.offset + start, areas->names.length - start,
                          &record, NULL) == KIWI_OK &&
        record.data[areas->name].present)
        kiwi_disc_text(index->disc, record.bytes + record.data[areas->name].offset,
                       record.data[areas->name].length, areas->cache[slot].name, KIWI_AREA_NAME);
    return areas->cache[slot].name;
}
