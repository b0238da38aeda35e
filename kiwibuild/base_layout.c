/* SPDX-License-Identifier: MIT */
/* In which layout another disc is written, as some frames of each level show it. */
#include "base_layout.h"

#include <stdio.h>

#include <kiwi/fields.h>

#include "encoding.h"
#include "frame.h"

enum { SAMPLE_FRAMES = 400, SAMPLE_PARCELS = 20000, STRING_TYPES = 8 };

/** What was seen in the frames of a level. */
struct sample {
    struct base_disc *base;
    struct base_level *own;
    size_t frames, integrated, neighbours, header_only, empty, guided;
    uint32_t integration; /**< parcels along a side of the largest integrated one */
    size_t chains, connections, link_ids, infra_links, selected, planning, addresses; /**< of multilinks */
    size_t lower_edges, upper_edges;
    size_t street_types[STRING_TYPES], place_types[STRING_TYPES];
    bool pen_up;
    bool left_out[16]; /**< by enum part */
};

/** What frames of other discs have and kiwibuild does not write. */
enum part {
    PART_ROUTE_NUMBERS,
    PART_GUIDANCE_OFFSETS,
    PART_ADDITIONAL_NODES,
    PART_ALTITUDES,
    PART_PASSAGE,
    PART_STREET_ADDRESSES,
    PART_TEMPORAL,
    PART_EXTENSION,
    PART_NAME_OFFSETS,
    PART_AUXILIARY,
    PART_NAME_BODIES,
    PART_COUNT,
};

static const char *const part_names[PART_COUNT] = {
    "route numbers of roads",
    "route guidance offsets of roads",
    "additional node information",
    "altitudes",
    "passage regulations",
    "street addresses of roads",
    "times",
    "expansion data",
    "names of backgrounds",
    "auxiliary data",
    "names of string types whose layout is not known",
};

static void sample_multilink(struct sample *sample, const struct kiwi_multilink_header *header)
{
    const uint32_t sections = header->additional_node_size + header->altitude_size +
                              header->passage_regulation_size + header->street_address_size;

    sample->chains++;
    sample->connections += header->multilink_size > header->header_size + header->shape_size + sections;
    sample->link_ids += header->has_link_id;
    sample->infra_links += !header->not_infra_link;
    sample->selected += header->selected;
    sample->planning += header->route_planning;
    sample->addresses += header->has_street_address;
    sample->left_out[PART_ROUTE_NUMBERS] |= header->has_route_number;
    sample->left_out[PART_GUIDANCE_OFFSETS] |= header->has_guidance_offset;
    sample->left_out[PART_ADDITIONAL_NODES] |= header->additional_node_size > 0;
    sample->left_out[PART_ALTITUDES] |= header->altitude_size > 0;
    sample->left_out[PART_PASSAGE] |= header->passage_regulation_size > 0;
    sample->left_out[PART_STREET_ADDRESSES] |= header->street_address_size > 0;
    sample->left_out[PART_TEMPORAL] |= header->temporal;
    sample->left_out[PART_EXTENSION] |= header->expansion_record || header->expansion_header ||
                                        header->header_rest_length;
}

/** An edge between two parcels of an integrated one is 4096 of the one, or 0 of the other. */
static void sample_edge(struct sample *sample, uint16_t raw)
{
    sample->lower_edges += (raw & 0x1FFF) == CELL_UNITS && raw >> 13 < 7;
    sample->upper_edges += (raw & 0x1FFF) == 0 && raw >> 13 > 0;
}

static void sample_name(struct sample *sample, const struct kiwi_name_data_record *name)
{
    const bool street = name->string_type == KIWI_STRING_TYPE_LINEAR_C ||
                        name->string_type == KIWI_STRING_TYPE_LINEAR_B;

    if (name->string_type < STRING_TYPES)
        (street ? sample->street_types : sample->place_types)[name->string_type]++;
    sample->left_out[PART_TEMPORAL] |= name->temporal;
    sample->left_out[PART_EXTENSION] |= name->extended || name->has_additional_information;
    sample->left_out[PART_ALTITUDES] |= name->has_altitude;
    sample->left_out[PART_AUXILIARY] |= name->has_auxiliary_data || name->has_object_auxiliary_data;
    sample->left_out[PART_NAME_BODIES] |= name->string_type == KIWI_STRING_TYPE_POINT_INDICATING ||
                                          name->string_type == KIWI_STRING_TYPE_LINEAR_A ||
                                          name->string_type == KIWI_STRING_TYPE_LINEAR_D;
}

static void sample_background(struct sample *sample, const struct kiwi_minimum_graphics_data_record *record)
{
    sample->pen_up |= record->pen_up;
    sample->left_out[PART_TEMPORAL] |= record->temporal;
    sample->left_out[PART_EXTENSION] |= record->extended || record->has_additional_information;
    sample->left_out[PART_NAME_OFFSETS] |= record->has_name_offset && record->name_offset != KIWI_NULL;
    sample->left_out[PART_AUXILIARY] |= record->has_auxiliary_data;
}

static void sample_road(struct sample *sample, const struct kiwi_shape *shape)
{
    struct kiwi_multilink_header multilink;
    if (shape->link == 0 &&
        kiwi_multilink_header_decode(&multilink, shape->multilink, shape->multilink_length))
        sample_multilink(sample, &multilink);
    sample_edge(sample, (uint16_t)kiwi_link_shape_x(shape->record));
    sample_edge(sample, (uint16_t)kiwi_link_shape_y(shape->record));
}

static void sample_shape(struct sample *sample, const struct kiwi_shape *shape)
{
    struct kiwi_name_data_record name;
    struct kiwi_minimum_graphics_data_record background;
    if (shape->kind == KIWI_ROAD)
        sample_road(sample, shape);
    else if (shape->kind == KIWI_NAME &&
             kiwi_name_data_record_decode(&name, shape->record, shape->record_length))
        sample_name(sample, &name);
    else if (shape->kind == KIWI_BACKGROUND &&
             kiwi_minimum_graphics_data_record_decode(&background, shape->record, shape->record_length,
                                                      shape->has_height))
        sample_background(sample, &background);
}

static void sample_frame(struct sample *sample, const struct kiwi_parcel *parcel, const uint8_t *bytes,
                         size_t length, size_t shapes)
{
    struct kiwi_main_map_distribution_header header;

    if (!kiwi_main_map_distribution_header_decode(&header, bytes, length))
        return;
    sample->frames++;
    sample->neighbours += header.adjacency;
    sample->guided += header.route_guidance_address != KIWI_DSA_NULL && header.route_guidance_size > 0;
    sample->empty += shapes == 0;
    sample->header_only += shapes == 0 &&
                           header.header_size + sample->own->layout.logical_sector_size >= parcel->size;
    sample->integrated += parcel->columns > 1;
    if (parcel->columns > sample->integration)
        sample->integration = parcel->columns;
}

static void sample_parcel(struct sample *sample, struct kiwi_shapes *shapes, const struct kiwi_parcel *parcel)
{
    struct kiwi_error error;
    struct kiwi_shape shape;
    const uint8_t *bytes;
    size_t length, count = 0;

    if (kiwi_shapes_start(shapes, parcel, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME, &error) != KIWI_OK)
        return;
    while (kiwi_shapes_next(shapes, &shape, &error) == KIWI_OK) {
        sample_shape(sample, &shape);
        count++;
    }
    bytes = kiwi_shapes_frame(shapes, &length);
    sample_frame(sample, parcel, bytes, length, count);
}

static bool take_sample(struct sample *sample, struct failure *failure)
{
    const struct base_disc *base = sample->base;
    struct kiwi_shapes *shapes = NULL;
    struct kiwi_parcels *parcels = NULL;
    struct kiwi_error error;
    struct kiwi_parcel parcel;
    bool good = kiwi_shapes_open(base->map, &shapes, &error) == KIWI_OK &&
                kiwi_parcels_open(base->map, sample->own->level, NULL, &parcels, &error) == KIWI_OK;

    for (size_t i = 0; good && i < SAMPLE_PARCELS && sample->frames - sample->empty < SAMPLE_FRAMES; i++) {
        if (kiwi_parcels_next(parcels, &parcel, &error) != KIWI_OK)
            break;
        sample_parcel(sample, shapes, &parcel);
    }
    kiwi_parcels_close(parcels);
    kiwi_shapes_close(shapes);
    return good || refuse_kiwi(failure, base->path, &error);
}

/* From what was seen to a layout */

/** The text type that is most frequent, or the usual one. */
static void set_type(const size_t *seen, unsigned *types)
{
    static const unsigned with_text[] = {KIWI_STRING_TYPE_BARYCENTRIC, KIWI_STRING_TYPE_LINEAR_C,
                                         KIWI_STRING_TYPE_SYMBOL};
    size_t most = 0;

    for (size_t i = 0; i < sizeof with_text / sizeof with_text[0]; i++)
        if (seen[with_text[i]] > most) {
            most = seen[with_text[i]];
            types[0] = with_text[i];
        }
}

/** Sides of integrated parcels divide the blocks, which have lists of their own. */
static unsigned side_that_fits(const struct kiwi_level_management_record *record, unsigned side)
{
    while (side > 1 && (record->parcels_latitude % side || record->parcels_longitude % side))
        side /= 2;
    return side;
}

static void set_integration(struct sample *sample)
{
    const struct kiwi_level_management_record *record = &sample->own->level->record;
    struct layout *layout = &sample->own->layout;
    unsigned side = 1;

    while (2 * side <= sample->integration && side < MOST_INTEGRATION)
        side *= 2;
    side = side_that_fits(record, side);
    layout->most_automatic = side;
    for (int i = 0; i < MOST_LEVELS; i++)
        layout->levels[i] = (struct level_layout){
            .integration = side == 1 || sample->integrated == sample->frames ? side : AUTOMATIC};
}

static void set_divisions(struct layout *layout, const struct kiwi_level_management_record *record)
{
    layout->divisions[1] = (struct parts){record->divided_1_latitude, record->divided_1_longitude};
    layout->divisions[2] = (struct parts){record->divided_2_latitude, record->divided_2_longitude};
    layout->divisions[3] = (struct parts){record->divided_3_latitude, record->divided_3_longitude};
}

static void set_roads(const struct sample *sample, struct road_layout *roads)
{
    const size_t chains = sample->chains;

    roads->node_record_size = (unsigned)sample->own->level->record.node_record_size;
    if (chains == 0)
        return;
    roads->connections = sample->connections > 0 && roads->node_record_size > 0;
    roads->link_ids = sample->link_ids > 0;
    roads->infra_links = sample->infra_links > 0;
    roads->selected = sample->selected == chains;
    roads->route_planning = sample->planning == chains;
    roads->street_address_header = sample->addresses > 0;
}

static void set_layout(struct sample *sample)
{
    const struct kiwi_level_management_record *record = &sample->own->level->record;
    struct layout *layout = &sample->own->layout;

    layout->shift_jis = sample->base->charset == CHARSET_SHIFT_JIS;
    layout->extra_frames = (unsigned)record->basic_frames + record->extended_frames - BASIC_FRAMES;
    set_divisions(layout, record);
    set_integration(sample);
    set_roads(sample, &layout->roads);
    layout->adjacency = sample->neighbours > 0 ? ADJACENCY_ALL : ADJACENCY_NONE;
    layout->empty_parcels = sample->header_only > 0                    ? EMPTY_HEADER
                            : sample->empty > 0 || sample->frames == 0 ? EMPTY_FRAME
                                                                       : EMPTY_NONE;
    layout->upper_edges = sample->upper_edges > 0 && sample->lower_edges == 0;
    layout->backgrounds.pen_up = sample->pen_up;
    set_type(sample->street_types, layout->names.street_types);
    set_type(sample->place_types, layout->names.place_types);
}

static bool power_of_two(unsigned number)
{
    return number && !(number & (number - 1));
}

/** A type of division that kiwibuild cannot cut is not used; the record that announces it stays. */
static void drop_divisions(struct sample *sample)
{
    for (int i = 1; i <= DIVISION_TYPES; i++) {
        struct parts *parts = &sample->own->layout.divisions[i];

        if (power_of_two(parts->rows) && power_of_two(parts->columns) && parts->rows <= MOST_PARTS &&
            parts->columns <= MOST_PARTS)
            continue;
        base_note(&sample->base->notes, sample->own->level,
                  "parcels are not divided by type %d, %u x %u, which kiwibuild cannot cut", i, parts->rows,
                  parts->columns);
        *parts = (struct parts){1, 1};
    }
}

static void note_left_out(const struct sample *sample)
{
    char text[400] = "";
    size_t used = 0;

    for (int i = 0; i < PART_COUNT; i++)
        if (sample->left_out[i])
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     part_names[i]);
    if (used)
        base_note(&sample->base->notes, sample->own->level, "not written: %s", text);
    if (sample->guided)
        base_note(&sample->base->notes, sample->own->level, "route guidance is not written");
    if (sample->own->layout.extra_frames)
        base_note(&sample->base->notes, sample->own->level, "%u of the data frames of each parcel stay empty",
                  sample->own->layout.extra_frames);
}

bool base_layouts_read(struct base_disc *base, struct failure *failure)
{
    for (int i = 0; i < base->level_count; i++) {
        struct sample sample = {.base = base, .own = &base->levels[i]};

        sample.own->layout = layout_default;
        sample.own->layout.logical_sector_size = kiwi_map_volume(base->map)->logical_sector_size;
        sample.own->layout.level_record_size = sample.own->level->record_size;
        if (!take_sample(&sample, failure))
            return false;
        set_layout(&sample);
        drop_divisions(&sample);
        note_left_out(&sample);
    }
    return true;
}
