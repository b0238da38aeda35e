/* SPDX-License-Identifier: MIT */
/* Opens the index of a disc. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"

static void read_volume(struct kiwi_index *index, const struct kiwi_index_piece *piece)
{
    uint8_t bytes[48];
    size_t received = 0;
    struct kiwi_volume_management_record record;
    struct kiwi_index_place place;
    struct kiwi_index_volume *volume = &index->volumes[index->volume_count];
    if (kiwi_source_read_before(piece->file->source, piece->offset, bytes, sizeof bytes, &received, NULL) !=
            KIWI_OK ||
        !kiwi_volume_management_record_decode(&record, bytes, received))
        return;
    memset(volume, 0, sizeof *volume);
    kiwi_index_copy_tag(volume->declaration, record.data_declaration);
    kiwi_index_copy_tag(volume->function, record.function_declaration);
    struct kiwi_place low = kiwi_pid_place(&record.lower_left);
    struct kiwi_place high = kiwi_pid_place(&record.upper_right);
    volume->box = (struct kiwi_box){low.longitude, low.latitude, high.longitude, high.latitude};
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
        if (pieces->pieces[i].step == KIWI_STEP_VOLUME && !pieces->pieces[i].stray)
            read_volume(index, &pieces->pieces[i]);
    return index->volumes;
}

enum kiwi_status kiwi_index_open(struct kiwi_disc *disc, struct kiwi_index **index, struct kiwi_error *error)
{
    struct kiwi_index *made = calloc(1, sizeof *made);
    *index = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->reporter = disc->listener;
    kiwi_window_init(&made->window);
    kiwi_window_init(&made->range_window);
    enum kiwi_status status = kiwi_index_pieces_make(disc, &made->reporter, &made->pieces, error);
    if (status == KIWI_OK && made->pieces->count == 0)
        status = kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                           "the disc has no index data that can be read");
    if (status == KIWI_OK && !read_volumes(made))
        status = kiwi_fail_memory(error);
    if (status == KIWI_OK) {
        kiwi_index_find_zones(made);
        kiwi_index_find_areas(made);
        if (!kiwi_index_find_lists(made))
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

bool kiwi_index_holds(const struct kiwi_index *index, const struct kiwi_file *file)
{
    size_t count;
    kiwi_index_pieces_of(index->pieces, file, &count);
    return count > 0;
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
            !kiwi_list_prepare(&index->details[i], index->disc, &index->window, error ? error : &own))
            return error ? error->status : own.status;
    return KIWI_OK;
}
