/* SPDX-License-Identifier: MIT */
/* Names that are put onto the map of another disc: frames that get larger go to the end of their file, and
 * what leads to them follows. */
#include "add_map.h"

#include <string.h>

#include <kiwi/walk.h>

#include "add_frame.h"
#include "encoding.h"
#include "frame.h"
#include "name_record.h"
#include "sort.h"

/** A place in a frame. */
struct placed {
    size_t frame; /**< number of the frame in which it is */
    size_t place; /**< of the network */
};

/** A frame that gets names. */
struct target_frame {
    struct kiwi_parcel parcel;
    size_t first, size;  /**< of the new bytes; size 0: it stays */
    uint64_t offset;     /**< where it comes to lie */
    uint64_t basic_size; /**< bytes of roads, backgrounds and names, with what is before them */
};

/** The work on a level. */
struct adder {
    const struct base_disc *base;
    const struct level *level;
    const struct network *network;
    struct patches *patches;
    struct passed_over *passed_over;
    struct kiwi_sectors sectors;
    struct placed *placed;
    size_t placed_count, placed_capacity;
    struct target_frame *frames; /**< by file and offset */
    size_t frame_count, frame_capacity;
    struct buffer bytes; /**< of the new frames */
    bool moved;          /**< some frame comes to lie elsewhere */
};

/* Which frames */

static int compare_frames(const struct kiwi_parcel *a, const struct kiwi_file *file, uint64_t offset)
{
    int order = a->file == file ? 0 : strcmp(a->file->path, file->path);

    return order ? order : (a->offset > offset) - (a->offset < offset);
}

/** The first frame that is not before a place. */
static size_t lower_bound(const struct adder *adder, const struct kiwi_file *file, uint64_t offset)
{
    size_t low = 0, high = adder->frame_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_frames(&adder->frames[middle].parcel, file, offset) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct target_frame *find_frame(const struct adder *adder, const struct kiwi_file *file,
                                       uint64_t offset)
{
    size_t at = lower_bound(adder, file, offset);

    return at < adder->frame_count && compare_frames(&adder->frames[at].parcel, file, offset) == 0
               ? &adder->frames[at]
               : NULL;
}

static int compare_by_place(const void *left, const void *right)
{
    const struct target_frame *a = left, *b = right;

    return compare_frames(&a->parcel, b->parcel.file, b->parcel.offset);
}

static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;

    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static bool find_parcel(const struct adder *adder, struct position position, struct kiwi_parcel *parcel)
{
    const struct kiwi_place place = {(double)position.y / Y_PER_DEGREE, (double)position.x / X_PER_DEGREE};
    struct kiwi_error error;

    return kiwi_map_parcel_at(adder->base->map, adder->base->levels[adder->level->index].level, place, parcel,
                              &error) == KIWI_OK;
}

static bool is_shown(const struct adder *adder, const struct place *place)
{
    return level_shows(adder->level, place->coarsest_level, place->finest_level, false);
}

/** The frames of all places, each once. */
static void find_frames(struct adder *adder)
{
    size_t kept = 0;

    for (size_t i = 0; i < adder->network->place_count; i++) {
        const struct place *place = &adder->network->places[i];
        struct target_frame *frame;

        if (!is_shown(adder, place))
            continue;
        adder->frames = grow(adder->frames, &adder->frame_capacity, adder->frame_count + 1,
                             sizeof *adder->frames);
        frame = &adder->frames[adder->frame_count];
        *frame = (struct target_frame){0};
        if (find_parcel(adder, place->position, &frame->parcel))
            adder->frame_count++;
        else
            pass_over(adder->passed_over, 1, "points lie where a level of the disc has no map",
                      "level %d, %.5f,%.5f", adder->level->number, (double)place->position.y / Y_PER_DEGREE,
                      (double)place->position.x / X_PER_DEGREE);
    }
    sort(adder->frames, adder->frame_count, sizeof *adder->frames, compare_by_place);
    for (size_t i = 0; i < adder->frame_count; i++)
        if (i == 0 || compare_by_place(&adder->frames[i], &adder->frames[kept - 1]) != 0)
            adder->frames[kept++] = adder->frames[i];
    adder->frame_count = kept;
}

static void sort_places(struct adder *adder)
{
    for (size_t i = 0; i < adder->network->place_count; i++) {
        const struct place *place = &adder->network->places[i];
        struct kiwi_parcel parcel;

        if (!is_shown(adder, place) || !find_parcel(adder, place->position, &parcel))
            continue;
        adder->placed = grow(adder->placed, &adder->placed_capacity, adder->placed_count + 1,
                             sizeof *adder->placed);
        adder->placed[adder->placed_count++] = (struct placed){lower_bound(adder, parcel.file, parcel.offset),
                                                               i};
    }
    sort(adder->placed, adder->placed_count, sizeof *adder->placed, compare_placed);
}

/* New frames */

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static bool append_record(const struct adder *adder, const struct kiwi_parcel *parcel,
                          const struct place *place, size_t number, struct buffer *records)
{
    const struct level *level = adder->level;
    const bool next_turn = place->position.x * KIWI_EIGHTHS_PER_DEGREE < level->x.origin * X_PER_DEGREE;
    const int64_t x = place->position.x + (next_turn ? 360 * (int64_t)X_PER_DEGREE : 0);
    const struct label label = {
        .kind = LABEL_PLACE,
        .text = place->name,
        .x = clamp(quantise_x(level, x) - (int64_t)parcel->column * CELL_UNITS,
                   (int64_t)parcel->columns * CELL_UNITS),
        .y = clamp(quantise_y(level, place->position.y) - (int64_t)parcel->row * CELL_UNITS,
                   (int64_t)parcel->rows * CELL_UNITS),
        .priority = place->label_priority,
        .type_code = place->type_code,
    };
    bool good = true;

    name_record_append(records, &good, level, adder->network, &label, number);
    return good;
}

static bool read_frame(const struct adder *adder, const struct kiwi_parcel *parcel, uint8_t *bytes,
                       struct failure *failure)
{
    struct kiwi_error error;
    size_t received = 0;

    if (kiwi_source_read(parcel->file->source, parcel->offset, bytes, (size_t)parcel->size, &received,
                         &error) != KIWI_OK)
        return refuse_kiwi(failure, parcel->file->path, &error);
    return received == parcel->size ||
           refuse(failure, EXIT_INPUT, "%s: %s: a frame at %llu goes beyond the end", adder->base->path,
                  parcel->file->path, (unsigned long long)parcel->offset);
}

/** Decides where a frame comes to lie: in its place, or at the end. */
static void settle(struct adder *adder, struct target_frame *target, struct add_frame *frame)
{
    const struct kiwi_parcel *parcel = &target->parcel;

    target->offset = parcel->offset;
    if (frame->bytes.size > parcel->size) {
        target->offset = patches_grow(adder->patches, parcel->file, frame->bytes.size,
                                      adder->sectors.logical_sector_size);
        adder->moved = true;
    } else {
        size_t rest = (size_t)(parcel->size - frame->bytes.size);

        memset(buffer_room(&frame->bytes, rest), 0, rest);
        frame->bytes.size += rest;
    }
    target->first = adder->bytes.size;
    target->size = frame->bytes.size;
    target->basic_size = frame->basic_size;
    buffer_append(&adder->bytes, frame->bytes.bytes, frame->bytes.size);
}

static bool change_frame(struct adder *adder, struct kiwi_shapes *shapes, struct target_frame *target,
                         const struct placed *placed, size_t count, struct failure *failure)
{
    struct buffer records = {0};
    uint8_t *old = allocate((size_t)target->parcel.size, 1);
    struct add_frame frame = {.level = adder->level, .parcel = &target->parcel, .old = old};
    bool done = read_frame(adder, &target->parcel, old, failure), good = true;
    const char *reason = NULL;

    for (size_t i = 0; i < count; i++)
        good = append_record(adder, &target->parcel, &adder->network->places[placed[i].place], i, &records) &&
               good;
    if (done)
        reason = good ? add_frame_names(&frame, shapes, &records, count) : "names are too long for a record";
    if (reason)
        pass_over(adder->passed_over, count, reason, "level %d, \"%s\"", adder->level->number,
                  texts_get(adder->network->texts, adder->network->places[placed[0].place].name));
    else if (done)
        settle(adder, target, &frame);
    release(old);
    buffer_free(&frame.bytes);
    buffer_free(&records);
    return done;
}

static bool change_frames(struct adder *adder, struct failure *failure)
{
    struct kiwi_shapes *shapes = NULL;
    struct kiwi_error error;
    bool done = true;

    if (kiwi_shapes_open(adder->base->map, &shapes, &error) != KIWI_OK)
        return refuse_kiwi(failure, adder->base->path, &error);
    for (size_t first = 0, end; done && first < adder->placed_count; first = end) {
        for (end = first;
             end < adder->placed_count && adder->placed[end].frame == adder->placed[first].frame;)
            end++;
        done = change_frame(adder, shapes, &adder->frames[adder->placed[first].frame], adder->placed + first,
                            end - first, failure);
    }
    kiwi_shapes_close(shapes);
    return done;
}

/* What leads there */

static uint16_t in_sectors(const struct adder *adder, uint64_t bytes)
{
    const uint32_t unit = adder->sectors.logical_sector_size;

    return (uint16_t)((bytes + unit - 1) / unit);
}

static const struct kiwi_file *slot_file(const struct adder *adder, const char *field, size_t size,
                                         const struct kiwi_file *from)
{
    char name[32] = {0};

    memcpy(name, field, size < sizeof name ? size : sizeof name - 1);
    return name[0] ? kiwi_disc_find(adder->base->disc, name, from) : from;
}

/** A slot of the parcel management that leads to a frame that changed. */
static bool change_slot(struct adder *adder, const struct kiwi_item *item)
{
    const uint64_t list_type = item->arguments[0];
    struct kiwi_main_map_parcel_management_record slot;
    const struct target_frame *frame;
    const struct kiwi_file *file;
    uint8_t bytes[64];
    size_t size;

    if (!kiwi_main_map_parcel_management_record_decode(&slot, item->bytes, item->length, list_type) ||
        slot.address == KIWI_DSA_NULL || slot.size == 0)
        return true;
    file = slot_file(adder, slot.file_name, sizeof slot.file_name, item->file);
    frame = file ? find_frame(adder, file, kiwi_dsa_offset(slot.address, adder->sectors)) : NULL;
    if (!frame || !frame->size)
        return true;
    if (frame->offset != frame->parcel.offset) {
        slot.address = kiwi_dsa(frame->offset, adder->sectors);
        slot.size = in_sectors(adder, frame->size);
    }
    if (list_type == 1 && in_sectors(adder, frame->basic_size) > slot.part_size)
        slot.part_size = in_sectors(adder, frame->basic_size);
    size = kiwi_main_map_parcel_management_record_encode(&slot, bytes, sizeof bytes, list_type);
    if (slot.address == KIWI_DSA_NULL || size == 0)
        return false;
    patches_add(adder->patches, item->file, item->offset, bytes, size);
    return true;
}

static bool change_slots(struct adder *adder, struct failure *failure)
{
    const int number = adder->level->number;
    const struct kiwi_walk_options options = {.size = sizeof options, .level = &number, .whole_frames = true};
    struct kiwi_walk *walk = NULL;
    struct kiwi_error error;
    struct kiwi_item item;
    bool good = true;

    if (kiwi_walk_open(adder->base->disc, &options, &walk, &error) != KIWI_OK)
        return refuse_kiwi(failure, adder->base->path, &error);
    while (good && kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        if (item.type == &kiwi_type_main_map_parcel_management_record)
            good = change_slot(adder, &item);
    bool read = kiwi_walk_status(walk, &error) == KIWI_OK;

    kiwi_walk_close(walk);
    if (!good)
        return refuse(failure, EXIT_INPUT, "%s: the map becomes larger than sector addresses can tell",
                      adder->base->path);
    return read || refuse_kiwi(failure, adder->base->path, &error);
}

/** The addresses of neighbours behind the data frames of a header, as far as they change. */
static void change_neighbours(struct adder *adder, const struct kiwi_parcel *parcel, const uint8_t *head,
                              size_t size)
{
    const size_t step = kiwi_type_adjacent_parcel_address.fixed_size;
    struct target_frame *own = find_frame(adder, parcel->file, parcel->offset);
    struct kiwi_main_map_distribution_header header;
    size_t at;

    if (!kiwi_main_map_distribution_header_decode(&header, head, size))
        return;
    at = kiwi_type_main_map_distribution_header.fixed_size +
         (size_t)header.number_of_regions * kiwi_type_region_number.fixed_size +
         ((size_t)BASIC_FRAMES + adder->level->layout->extra_frames) *
             kiwi_type_data_frame_management_record.fixed_size;
    for (; at + step <= header.header_size && at + step <= size; at += step) {
        struct kiwi_adjacent_parcel_address entry;
        const struct target_frame *frame;
        uint8_t bytes[16];

        if (!kiwi_adjacent_parcel_address_decode(&entry, head + at, step) || entry.size == 0 ||
            entry.address == KIWI_DSA_NULL)
            continue;
        frame = find_frame(adder, parcel->file, kiwi_dsa_offset(entry.address, adder->sectors));
        if (!frame || !frame->size || frame->offset == frame->parcel.offset)
            continue;
        entry.address = kiwi_dsa(frame->offset, adder->sectors);
        entry.size = in_sectors(adder, frame->size);
        kiwi_adjacent_parcel_address_encode(&entry, bytes, sizeof bytes);
        if (own && own->size)
            memcpy(adder->bytes.bytes + own->first + at, bytes, step);
        else
            patches_add(adder->patches, parcel->file, parcel->offset + at, bytes, step);
    }
}

static bool change_all_neighbours(struct adder *adder, struct failure *failure)
{
    enum { LONGEST_HEADER = 0xFFFF * 2 };
    struct kiwi_parcels *parcels = NULL;
    struct kiwi_parcel parcel;
    struct kiwi_error error;
    uint8_t *head = allocate(LONGEST_HEADER, 1);
    bool done = kiwi_parcels_open(adder->base->map, adder->base->levels[adder->level->index].level, NULL,
                                  &parcels, &error) == KIWI_OK;

    while (done && adder->moved && kiwi_parcels_next(parcels, &parcel, &error) == KIWI_OK) {
        struct kiwi_main_map_distribution_header header;
        size_t received = 0, wanted = kiwi_type_main_map_distribution_header.fixed_size;

        done = kiwi_source_read(parcel.file->source, parcel.offset, head, wanted, &received, &error) ==
               KIWI_OK;
        if (!done || !kiwi_main_map_distribution_header_decode(&header, head, received) || !header.adjacency)
            continue;
        wanted = (size_t)(header.header_size < parcel.size ? header.header_size : parcel.size);
        done = kiwi_source_read(parcel.file->source, parcel.offset, head, wanted, &received, &error) ==
               KIWI_OK;
        change_neighbours(adder, &parcel, head, received);
    }
    kiwi_parcels_close(parcels);
    release(head);
    return done || refuse_kiwi(failure, adder->base->path, &error);
}

/** Old frames that moved leave zeros behind. */
static void write_frames(struct adder *adder)
{
    for (size_t i = 0; i < adder->frame_count; i++) {
        const struct target_frame *frame = &adder->frames[i];

        if (!frame->size)
            continue;
        if (frame->offset != frame->parcel.offset) {
            uint8_t *zeros = allocate((size_t)frame->parcel.size, 1);

            patches_add(adder->patches, frame->parcel.file, frame->parcel.offset, zeros,
                        (size_t)frame->parcel.size);
            release(zeros);
        }
        patches_add(adder->patches, frame->parcel.file, frame->offset, adder->bytes.bytes + frame->first,
                    frame->size);
    }
}

static bool add_to_level(struct adder *adder, struct failure *failure)
{
    bool done;

    if (!class_known(adder->level->names, NAME_CLASS_PLACE))
        return true; /* as reported */
    find_frames(adder);
    sort_places(adder);
    done = adder->placed_count == 0 || (change_frames(adder, failure) && change_slots(adder, failure) &&
                                        change_all_neighbours(adder, failure));
    if (done)
        write_frames(adder);
    release(adder->placed);
    release(adder->frames);
    buffer_free(&adder->bytes);
    return done;
}

bool add_to_map(const struct base_disc *base, const struct grid *grid, const struct network *network,
                struct patches *patches, struct passed_over *passed_over, struct failure *failure)
{
    for (int i = 0; i < grid->level_count; i++) {
        struct adder adder = {.base = base,
                              .level = &grid->levels[i],
                              .network = network,
                              .patches = patches,
                              .passed_over = passed_over,
                              .sectors = kiwi_map_sectors(base->map)};

        if (!add_to_level(&adder, failure))
            return false;
    }
    return true;
}
