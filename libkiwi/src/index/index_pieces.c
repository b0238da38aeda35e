/* SPDX-License-Identifier: MIT */
/* Finds the pieces of all index files of a disc, from the heads on. */
#include "index/index_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "bytes/grow.h"
#include "index/index_take.h"

static bool known_file(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file)
{
    for (size_t i = 0; i < pieces->file_count; i++)
        if (pieces->files[i] == file)
            return true;
    return false;
}

/** What a file begins with. */
static bool begin_file(struct kiwi_index_pieces *pieces, const struct kiwi_file *file)
{
    uint8_t bytes[92];
    if (!file->source || known_file(pieces, file))
        return true;
    const struct kiwi_file **files = kiwi_grow(pieces->files, &pieces->file_capacity, pieces->file_count, 1,
                                               sizeof *files);
    if (!files)
        return false;
    pieces->files = files;
    uint32_t number = (uint32_t)pieces->file_count;
    pieces->files[pieces->file_count++] = file;
    size_t length = kiwi_index_read(file, 0, bytes, sizeof bytes);
    if (length >= 4 && memcmp(bytes, "DCTR", 4) == 0)
        kiwi_index_take_management(pieces, file, bytes, length);
    else
        kiwi_index_begin_frame(pieces, &(struct kiwi_index_place){file, 0}, KIWI_NO_PIECE, number);
    return true;
}

/* Zones and volumes lead to other files. */

static bool follow_volume(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_volume_management_record record;
    struct kiwi_index_place place;
    uint8_t bytes[48];
    size_t length = kiwi_index_read(piece.file, piece.offset, bytes, sizeof bytes);
    if (!kiwi_volume_management_record_decode(&record, bytes, length) ||
        !kiwi_index_resolve(pieces, piece.file, piece.offset, piece.length, record.address, &place))
        return true;
    return begin_file(pieces, place.file);
}

static bool follow_zones(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_definition definition;
    unsigned split;
    int name;
    if (!kiwi_index_definition(pieces, piece.definition, &definition, NULL) ||
        (name = kiwi_definition_find(&definition, "NXFM")) < 0 ||
        !kiwi_index_split(&definition, piece.parent_size, piece.option_size, &split))
        return true;
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
        if (file && !begin_file(pieces, file))
            return false;
    }
    return true;
}

/** What a piece leads to; pieces are appended while this goes over them. */
static bool follow(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    uint8_t bytes[92];
    if (piece.step == KIWI_STEP_VOLUME)
        return follow_volume(pieces, at);
    if (piece.step == KIWI_STEP_CATEGORY)
        return follow_zones(pieces, at);
    if (piece.step != KIWI_STEP_RECORD)
        return true;
    size_t length = kiwi_index_read(piece.file, piece.offset, bytes, sizeof bytes);
    if (piece.type == &kiwi_type_poi_information_record)
        kiwi_index_take_poi_record(pieces, at, bytes, length);
    else
        kiwi_index_take_search_record(pieces, at, bytes, length);
    return true;
}

enum kiwi_status kiwi_index_pieces_make(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                        struct kiwi_index_pieces **result, struct kiwi_error *error)
{
    struct kiwi_index_pieces *pieces = calloc(1, sizeof *pieces);
    *result = NULL;
    if (!pieces)
        return kiwi_fail_memory(error);
    pieces->slots = malloc(KIWI_INDEX_SLOTS * sizeof *pieces->slots);
    bool good = pieces->slots;
    if (good)
        memset(pieces->slots, 0xFF, KIWI_INDEX_SLOTS * sizeof *pieces->slots);
    pieces->disc = disc;
    pieces->reporter = *reporter;
    for (size_t i = 0; good && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        good = file->kind != KIWI_FILE_INDEX || begin_file(pieces, file);
    }
    if (good && pieces->file_count == 0) { /* a file that was opened alone may have an index beside it */
        const struct kiwi_file *file = kiwi_disc_find(disc, "INDEXDAT.KWI", NULL);
        good = !file || begin_file(pieces, file);
    }
    for (size_t i = 0; good && i < pieces->count; i++)
        good = follow(pieces, (uint32_t)i);
    good = good && kiwi_index_put_in_order(pieces);
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
    free(pieces->files);
    free(pieces);
}
