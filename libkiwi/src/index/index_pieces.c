/* SPDX-License-Identifier: MIT */
/* Finds the pieces of all index files of a disc, from the heads on. */
#include "index/index_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "index/index_take.h"
#include "map/header_table.h"

/* Files that nothing leads to, and whose names say nothing, are known by their first bytes; a seek on a DVD
 * takes 0.1 s. */
enum { PROBE_LIMIT = 256 };

static bool is_management(const struct kiwi_index_place *place)
{
    uint8_t bytes[4];
    return kiwi_index_read(place->file, place->offset, bytes, sizeof bytes) == sizeof bytes &&
           memcmp(bytes, "DCTR", 4) == 0;
}

static void take_management(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                            bool stray)
{
    uint8_t bytes[92];
    size_t length = kiwi_index_read(place->file, place->offset, bytes, sizeof bytes);
    if (kiwi_index_piece_at(pieces, KIWI_STEP_MANAGEMENT, place) == KIWI_NO_PIECE)
        kiwi_index_take_management(pieces, place, bytes, length, stray);
}

/** A place where something says that a search begins. False if neither kind of frame does. */
static bool take_start(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place)
{
    if (is_management(place)) {
        take_management(pieces, place, false);
        return true;
    }
    if (!kiwi_index_is_frame(place))
        return false;
    uint32_t frame = kiwi_index_piece_at(pieces, KIWI_STEP_FRAME, place);
    if (frame == KIWI_NO_PIECE)
        frame = kiwi_index_take_frame(pieces, place, KIWI_NO_PIECE, pieces->roots++);
    if (frame != KIWI_NO_PIECE)
        pieces->pieces[frame].led = true;
    return true;
}

/* Zones and volumes lead to other files. */

static void follow_volume(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_volume_management_record record;
    struct kiwi_index_place place;
    uint8_t bytes[48];
    size_t length = kiwi_index_read(piece.file, piece.offset, bytes, sizeof bytes);
    if (!kiwi_volume_management_record_decode(&record, bytes, length) ||
        !kiwi_index_resolve(pieces, piece.file, piece.offset, piece.length, record.address, &place))
        return;
    if (!take_start(pieces, &place))
        kiwi_index_report(pieces, piece.file, piece.offset, "address", "the address of a search frame",
                          "other bytes there");
}

static void follow_zones(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_definition definition;
    unsigned split;
    int name;
    if (!kiwi_index_definition(pieces, piece.definition, &definition, NULL) ||
        (name = kiwi_definition_find(&definition, "NXFM")) < 0 ||
        !kiwi_index_split(&definition, piece.parent_size, piece.option_size, &split))
        return;
    uint64_t room = piece.length < piece.parent_size ? 0
                                                     : (piece.length - piece.parent_size) / piece.option_size;
    for (uint32_t i = 0; i < piece.count && i < room && i < 256; i++) {
        uint8_t bytes[256];
        char text[128] = "";
        struct kiwi_data_record record;
        size_t length = kiwi_index_read(
            piece.file, piece.offset + piece.parent_size + (uint64_t)i * piece.option_size, bytes,
            piece.option_size < sizeof bytes ? piece.option_size : sizeof bytes);
        if (!kiwi_definition_decode(&definition, split, definition.count, bytes, length, &record) ||
            !record.data[name].present || record.data[name].length >= sizeof text)
            continue;
        memcpy(text, bytes + record.data[name].offset, record.data[name].length);
        const struct kiwi_file *file = text[0] ? kiwi_index_find_file(pieces, text, piece.file) : NULL;
        if (file && file->source)
            take_start(pieces, &(struct kiwi_index_place){file, 0});
    }
}

/** What a piece leads to. */
static void follow(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    uint8_t bytes[92];
    if (piece.step == KIWI_STEP_VOLUME && !piece.stray)
        follow_volume(pieces, at);
    if (piece.step == KIWI_STEP_CATEGORY)
        follow_zones(pieces, at);
    if (piece.step != KIWI_STEP_RECORD)
        return;
    size_t length = kiwi_index_read(piece.file, piece.offset, bytes, sizeof bytes);
    if (piece.type == &kiwi_type_poi_information_record)
        kiwi_index_take_poi_record(pieces, at, bytes, length);
    else
        kiwi_index_take_search_record(pieces, at, bytes, length);
}

/** Follows the pieces from one on; others are appended while this goes over them. Returns where it ended. */
static uint32_t follow_all(struct kiwi_index_pieces *pieces, uint32_t from)
{
    for (; from < pieces->count; from++)
        follow(pieces, from);
    return from;
}

/* Where an index begins */

/** Where the management header table says that the index begins. False if it does not say so. */
static bool named_start(const struct kiwi_index_pieces *pieces, struct kiwi_index_place *place)
{
    const struct kiwi_reporter nobody = {NULL, NULL};
    struct kiwi_header_place named;
    struct kiwi_map *map;
    if (kiwi_map_open_reporting(pieces->disc, &nobody, &map, NULL) != KIWI_OK)
        return false;
    enum kiwi_status status = kiwi_header_place_of(map, KIWI_MANAGEMENT_HEADER_KIND_INDEX_DATA, &named, NULL);
    *place = (struct kiwi_index_place){named.file, named.offset};
    bool good = status == KIWI_OK &&
                (is_management(place) || (kiwi_index_declares_frame(place) && kiwi_index_records_fit(place)));
    if (status == KIWI_OK && !good)
        kiwi_report(&pieces->reporter, KIWI_WARNING, named.file->path, named.offset, "index_data",
                    "a data management frame (DCTR)", "other bytes");
    kiwi_map_close(map);
    return good;
}

static bool is_taken(const struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place)
{
    for (int step = 0; step <= KIWI_STEP_MATCHING; step++)
        if (kiwi_index_piece_at(pieces, (enum kiwi_index_step)step, place) != KIWI_NO_PIECE)
            return true;
    return false;
}

/**
 * Files whose names or places say that they belong to the index. What they begin with may be no frame but
 * what another file leads to: first the ones that are sure. Returns how many files there are.
 */
static uint32_t take_named_files(struct kiwi_index_pieces *pieces, bool sure, bool stray)
{
    uint32_t number = 0;
    for (size_t i = 0; i < kiwi_disc_file_count(pieces->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(pieces->disc, i);
        const struct kiwi_index_place start = {file, 0};
        if (file->kind != KIWI_FILE_INDEX || !file->source)
            continue;
        if (is_management(&start))
            take_management(pieces, &start, stray);
        else if (sure ? kiwi_index_declares_frame(&start) : !is_taken(pieces, &start))
            kiwi_index_take_frame(pieces, &start, KIWI_NO_PIECE, number);
        number++;
    }
    return number;
}

/** Files that nothing led to. */
static void take_other_files(struct kiwi_index_pieces *pieces)
{
    unsigned probes = PROBE_LIMIT;
    for (size_t i = 0; i < kiwi_disc_file_count(pieces->disc) && probes > 0; i++) {
        const struct kiwi_file *file = kiwi_disc_file(pieces->disc, i);
        const struct kiwi_index_place start = {file, 0};
        if (file->kind != KIWI_FILE_UNKNOWN || !file->source)
            continue;
        probes--;
        if (kiwi_index_declares_frame(&start) && kiwi_index_records_fit(&start) && !is_taken(pieces, &start))
            kiwi_index_take_frame(pieces, &start, KIWI_NO_PIECE, pieces->roots++);
    }
}

static void find_pieces(struct kiwi_index_pieces *pieces)
{
    struct kiwi_index_place start;
    bool named = named_start(pieces, &start);
    if (named && is_management(&start))
        take_management(pieces, &start, false);
    pieces->roots = take_named_files(pieces, true, named);
    if (named)
        take_start(pieces, &start);
    if (pieces->count == 0) { /* a file that was opened alone may have an index beside it */
        const struct kiwi_file *file = kiwi_disc_find(pieces->disc, "INDEXDAT.KWI", NULL);
        if (file && file->source)
            take_start(pieces, &(struct kiwi_index_place){file, 0});
    }
    uint32_t end = follow_all(pieces, 0);
    take_named_files(pieces, false, named);
    take_other_files(pieces);
    follow_all(pieces, end);
    kiwi_index_join_frames(pieces);
}

enum kiwi_status kiwi_index_pieces_make(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                        struct kiwi_index_pieces **result, struct kiwi_error *error)
{
    struct kiwi_index_pieces *pieces = calloc(1, sizeof *pieces);
    *result = NULL;
    if (!pieces)
        return kiwi_fail_memory(error);
    pieces->disc = disc;
    pieces->reporter = *reporter;
    pieces->slots = malloc(KIWI_INDEX_SLOTS * sizeof *pieces->slots);
    if (pieces->slots) {
        memset(pieces->slots, 0xFF, KIWI_INDEX_SLOTS * sizeof *pieces->slots);
        find_pieces(pieces);
    }
    bool good = pieces->slots && kiwi_index_put_in_order(pieces);
    free(pieces->slots);
    pieces->slots = NULL;
    if (!good) {
        kiwi_index_pieces_free(pieces);
        return kiwi_fail_memory(error);
    }
    *result = pieces;
    return KIWI_OK;
}

void kiwi_index_pieces_free(struct kiwi_index_pieces *pieces)
{
    if (!pieces)
        return;
    free(pieces->pieces);
    free(pieces->slots);
    free(pieces->order);
    free(pieces);
}
