/* SPDX-License-Identifier: MIT */
#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "geojson.h"
#include "memory.h"

enum { LAST_LINK = 0x3FFFFFFE }; /* 30 bits, the last value means "unfixed" */

void network_start(struct network *network, const struct profile *profile)
{
    *network = (struct network){.texts = texts_new(), .place_type_code = profile->place_type_code};
}

void network_free(struct network *network)
{
    free(network->positions);
    free(network->nodes);
    free(network->ways);
    free(network->shapes);
    free(network->places);
    texts_free(network->texts);
    *network = (struct network){0};
}

static bool same(struct position a, struct position b)
{
    return a.x == b.x && a.y == b.y;
}

/** Appends vertices without repetitions; of a line that is a single place two vertices remain. */
static size_t add_positions(struct network *network, const struct position *positions, size_t count)
{
    size_t first = network->position_count, i, end = first;

    network->positions =
        grow(network->positions, &network->position_capacity, first + count + 1, sizeof *positions);
    for (i = 0; i < count; i++)
        if (end == first || !same(positions[i], network->positions[end - 1]))
            network->positions[end++] = positions[i];
    if (count > 1 && end == first + 1)
        network->positions[end++] = positions[0];
    network->position_count = end;
    return end - first;
}

static bool is_set(const char *value)
{
    return value && strcmp(value, "no") && *value;
}

static void set_class(struct way *way, const struct profile *profile, const struct part *part,
                      const char *highway)
{
    const struct road_class *class = profile_road(profile, highway);

    way->planned = values_contain(&profile->planned, highway);
    if (way->planned)
        class = profile_road(profile, part_tag(part, highway)); /* construction=motorway */
    way->road_type = class->road_type;
    way->label_priority = class->label_priority;
    way->display_class = way->planned ? profile->planned_display_class : class->display_class;
    way->coarsest_level = way->planned ? profile->planned_coarsest_level : class->coarsest_level;
}

static void add_way(struct network *network, const struct profile *profile, const struct part *part,
                    const char *highway)
{
    const char *one_way = part_tag(part, "oneway"), *toll = part_tag(part, "toll");
    struct way way = {.first = network->position_count};

    set_class(&way, profile, part, highway);
    if (values_contain(&profile->forward, one_way))
        way.passage = PASSAGE_FORWARD;
    else if (values_contain(&profile->backward, one_way))
        way.passage = PASSAGE_BACKWARD;
    way.bridge = is_set(part_tag(part, "bridge"));
    way.tunnel = is_set(part_tag(part, "tunnel"));
    way.toll = toll && !strcmp(toll, "yes");
    way.name = texts_add(network->texts, part_tag(part, "name"));
    way.reference = texts_add(network->texts, part_tag(part, "ref"));
    way.count = add_positions(network, part->positions, part->count);
    network->ways = grow(network->ways, &network->way_capacity, network->way_count + 1, sizeof way);
    network->ways[network->way_count++] = way;
}

static void add_shape(struct network *network, const struct background_class *class, const struct part *part)
{
    struct shape shape = {.kind = class->shape,
                          .first = network->position_count,
                          .type_code = class->type_code,
                          .display_class = class->display_class,
                          .coarsest_level = class->coarsest_level};

    shape.count = add_positions(network, part->positions, part->count);
    network->shapes = grow(network->shapes, &network->shape_capacity, network->shape_count + 1, sizeof shape);
    network->shapes[network->shape_count++] = shape;
}

static bool add_place(struct network *network, const struct profile *profile, const struct part *part)
{
    const struct place_class *class = profile_place(profile, part_tag(part, "place"));
    struct place place;

    if (part->kind != SHAPE_POINT || !class || !part_tag(part, "name"))
        return false;
    place = (struct place){part->positions[0], class->coarsest_level, class->label_priority,
                           texts_add(network->texts, part_tag(part, "name"))};
    if (!place.name)
        return false;
    network->places = grow(network->places, &network->place_capacity, network->place_count + 1, sizeof place);
    network->places[network->place_count++] = place;
    return true;
}

/** A ring may be drawn as a line, but a line is no area. */
static bool fits(const struct background_class *class, const struct part *part)
{
    const char *value = part_tag(part, class->tag);

    if (!value || (strcmp(class->value, value) && (strcmp(class->value, "*") || !is_set(value))))
        return false;
    return class->shape == part->kind || (class->shape == SHAPE_LINE && part->kind == SHAPE_AREA);
}

static void add_background(struct network *network, const struct profile *profile, const struct part *part)
{
    size_t i;

    for (i = 0; i < profile->background_count; i++) {
        const struct background_class *class = &profile->backgrounds[i];

        if (!fits(class, part))
            continue;
        if (part->hole && class->shape == SHAPE_AREA)
            network->holes++;
        else
            add_shape(network, class, part);
        return;
    }
    network->ignored++;
}

void network_add(struct network *network, const struct profile *profile, const struct part *part)
{
    const char *highway = part_tag(part, "highway");

    if (highway && part->kind != SHAPE_POINT)
        add_way(network, profile, part, highway);
    else if (!add_place(network, profile, part))
        add_background(network, profile, part);
}

/** Of -180..180 and 0..360 the range in which the network is narrower. */
static void unwrap(struct network *network)
{
    const int64_t turn = 360 * (int64_t)X_PER_DEGREE;
    int64_t low = turn, high = -turn, east_low = turn, east_high = 0, x;
    size_t i, total = network->position_count + network->place_count;
    struct position *position;
    int pass;

    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < total; i++) {
            position = i < network->position_count ? &network->positions[i]
                                                   : &network->places[i - network->position_count].position;
            x = position->x < 0 ? position->x + turn : position->x;
            low = position->x < low ? position->x : low;
            high = position->x > high ? position->x : high;
            east_low = x < east_low ? x : east_low;
            east_high = x > east_high ? x : east_high;
            if (pass == 1)
                position->x = x;
        }
        if (high - low <= east_high - east_low)
            return;
    }
}

static size_t hash_position(struct position position)
{
    uint64_t hash = (uint64_t)position.x * 0x9E3779B97F4A7C15u ^ (uint64_t)position.y * 0xC2B2AE3D27D4EB4Fu;

    return (size_t)(hash ^ hash >> 29);
}

/** Marks the vertices of ways that share their coordinates with another vertex of a way. */
static void mark_shared(struct network *network)
{
    size_t slot_count = 64, i, v, slot;
    uint32_t *slots;

    while (slot_count < network->position_count * 2)
        slot_count *= 2;
    slots = allocate(slot_count, sizeof *slots);
    for (i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        for (v = way->first; v < way->first + way->count; v++) {
            slot = hash_position(network->positions[v]) & (slot_count - 1);
            while (slots[slot] && !same(network->positions[slots[slot] - 1], network->positions[v]))
                slot = (slot + 1) & (slot_count - 1);
            if (slots[slot])
                network->nodes[v] = network->nodes[slots[slot] - 1] = true;
            else
                slots[slot] = (uint32_t)v + 1;
        }
    }
    free(slots);
}

static void number_links(struct network *network)
{
    size_t i, v;

    for (i = 0; i < network->way_count; i++) {
        struct way *way = &network->ways[i];

        network->nodes[way->first] = network->nodes[way->first + way->count - 1] = true;
        way->first_link = network->last_link + (i ? 2 : 1);
        network->last_link = way->first_link - 1;
        for (v = way->first + 1; v < way->first + way->count; v++)
            network->last_link += network->nodes[v];
    }
}

bool network_finish(struct network *network, struct failure *failure)
{
    if (!network->position_count && !network->place_count)
        return refuse(failure, EXIT_INPUT, "the input has nothing that the profile knows");
    if (network->position_count >= LAST_LINK / 2)
        return refuse(failure, EXIT_INPUT, "the input has more than %d vertices", LAST_LINK / 2);
    unwrap(network);
    network->nodes = allocate(network->position_count, sizeof *network->nodes);
    mark_shared(network);
    number_links(network);
    return true;
}
