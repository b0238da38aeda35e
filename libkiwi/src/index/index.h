/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_H
#define KIWI_SRC_INDEX_H

/* An opened index: the volumes, zones and lists of names that its pieces make. */

#include "disc/disc.h"
#include "index/index_areas.h"
#include "index/index_list.h"
#include "index/index_pieces.h"
#include "bytes/view.h"

enum { KIWI_ZONE_LIMIT = 256 };
enum { KIWI_ZONE_NAME = 64 };

struct kiwi_index {
    struct kiwi_disc *disc;
    struct kiwi_reporter reporter;
    struct kiwi_index_pieces *pieces;
    struct kiwi_index_volume *volumes;
    size_t volume_count;
    struct kiwi_index_zone zones[KIWI_ZONE_LIMIT];
    char zone_names[KIWI_ZONE_LIMIT][KIWI_ZONE_NAME];
    size_t zone_count;
    struct kiwi_index_list *lists;
    struct kiwi_list *details; /* of the lists */
    size_t list_count;
    struct kiwi_area_names areas;
    struct kiwi_window window, range_window;
};

/** Finds zones and names them. */
void kiwi_index_find_zones(struct kiwi_index *index);

/** Finds the menu that names area codes. */
void kiwi_index_find_areas(struct kiwi_index *index);

/** Name of an area code, "" if there is none; valid until the next call. */
const char *kiwi_index_area(struct kiwi_index *index, uint32_t code);

/** Finds the lists that can be searched by name. False if memory ran out. */
bool kiwi_index_find_lists(struct kiwi_index *index);

/** A tag of four characters as text of five bytes. */
void kiwi_index_copy_tag(char *text, const char *tag);

bool kiwi_index_is_tag(const char *tag, const char *text);

/** The record that leads to data, or NULL. */
const struct kiwi_index_piece *kiwi_index_record_of(const struct kiwi_index *index,
                                                    const struct kiwi_index_piece *data);

/** The position in an entry of a record; false if there is none. */
bool kiwi_index_position(const struct kiwi_data_record *record, int entry, struct kiwi_place *place);

#endif
