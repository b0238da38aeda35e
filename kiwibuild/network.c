/* SPDX-License-Identifier: MIT */
/* Collects what goes on the disc: ways, shapes, places and their shared vertices. */
#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "geojson.h"
#include "hole.h"
#include "memory.h"

enum { LAST_LINK = 0x3FFFFFFE }; /* 30 bits, the last value means "unfixed" */

bool network_start(struct network *network, const struct profile *profile, enum charset charset,
                   struct failure *failure)
{
    *network = (struct network){.texts = texts_new(charset), .place_type_code = profile->place_type_code};
    return network->texts ||
           refuse(failure, EXIT_SYSTEM, "iconv of this system cannot write %s", charset_name(charset));
}

void network_free(struct network *network)
{
    free(network->positions);
    free(network->nodes);
    free(network->ways);
    free(network->references);
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
    size_t first = network->position_count, end = first;

    network->positions = grow(network->positions, &network->position_capacity, first + count + 1,
                              sizeof *positions);
    for (size_t i = 0; i < count; i++)
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

static const struct road_class *set_class(struct way *way, const struct profile *profile,
                                          const struct geometry *geometry, const char *highway)
{
    const struct road_class *class = profile_road(profile, highway);

    way->planned = values_contain(&profile->planned, highway);
    if (way->planned)
        class = profile_road(profile, geometry_tag(geometry, highway)); /* construction=motorway */
    way->road_type = class->road_type;
    way->label_priority = class->label_priority;
    way->display_class = way->planned ? profile->planned_display_class : class->display_class;
    way->coarsest_level = way->planned ? profile->planned_coarsest_level : class->coarsest_level;
    return class;
}

/** Route numbers: a tag has several values with semicolons between them. */
static void add_references(struct network *network, struct way *way, const char *value)
{
    char *copy = allocate(strlen(value ? value : "") + 1, 1), *rest = NULL;

    strcpy(copy, value ? value : "");
    way->first_reference = network->reference_count;
    for (char *one = strtok_r(copy, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
        uint32_t text;

        one += strspn(one, " ");
        for (size_t end = strlen(one); end > 0 && one[end - 1] == ' '; end--)
            one[end - 1] = '\0';
        text = texts_add(network->texts, one);
        if (!text)
            continue;
        network->references = grow(network->references, &network->reference_capacity,
                                   network->reference_count + 1, sizeof text);
        network->references[network->reference_count++] = text;
    }
    free(copy);
    way->reference_count = network->reference_count - way->first_reference;
}

static void add_way(struct network *network, const struct profile *profile, const struct geometry *geometry,
                    const char *highway)
{
    const char *one_way = geometry_tag(geometry, "oneway"), *toll = geometry_tag(geometry, "toll");
    const char *name = geometry_tag(geometry, "name"), *reference = geometry_tag(geometry, "ref");
    struct way way = {.first = network->position_count};
    const struct road_class *class = set_class(&way, profile, geometry, highway);

    if (values_contain(&profile->forward, one_way))
        way.passage = PASSAGE_FORWARD;
    else if (values_contain(&profile->backward, one_way))
        way.passage = PASSAGE_BACKWARD;
    way.bridge = is_set(geometry_tag(geometry, "bridge"));
    way.tunnel = is_set(geometry_tag(geometry, "tunnel"));
    way.toll = toll && strcmp(toll, "yes") == 0;
    if (!class->unnamed && !(class->unnumbered && name && reference && strcmp(name, reference) == 0))
        way.name = texts_add(network->texts, name);
    if (!class->unnamed && !class->unnumbered)
        add_references(network, &way, reference);
    way.count = add_positions(network, geometry->positions, geometry->count);
    network->ways = grow(network->ways, &network->way_capacity, network->way_count + 1, sizeof way);
    network->ways[network->way_count++] = way;
}

static void add_shape(struct network *network, const struct background_class *class,
                      const struct geometry *geometry)
{
    struct shape shape = {.kind = class->shape,
                          .first = network->position_count,
                          .type_code = class->type_code,
                          .display_class = class->display_class,
                          .coarsest_level = class->coarsest_level,
                          .finest_level = class->finest_level};

    shape.count = add_positions(network, geometry->positions, geometry->count);
    network->shapes = grow(network->shapes, &network->shape_capacity, network->shape_count + 1, sizeof shape);
    network->shapes[network->shape_count++] = shape;
}

/** Cuts a hole into the last shape, whose vertices are the last ones. */
static void add_hole(struct network *network, const struct geometry *geometry)
{
    struct shape *shape = &network->shapes[network->shape_count - 1];
    struct position *hole = allocate(geometry->count, sizeof *hole);

    memcpy(hole, geometry->positions, geometry->count * sizeof *hole);
    network->positions = grow(network->positions, &network->position_capacity,
                              network->position_count + geometry->count + 1, sizeof *hole);
    shape->count = hole_join(network->positions + shape->first, shape->count, hole, geometry->count);
    network->position_count = shape->first + shape->count;
    free(hole);
}

static bool add_place(struct network *network, const struct profile *profile, const struct geometry *geometry)
{
    const struct place_class *class = profile_place(profile, geometry_tag(geometry, "place"));
    struct place place;

    if (geometry->kind != SHAPE_POINT || !class || !geometry_tag(geometry, "name"))
        return false;
    place = (struct place){geometry->positions[0], class->coarsest_level, class->label_priority,
                           texts_add(network->texts, geometry_tag(geometry, "name"))};
    if (!place.name)
        return false;
    network->places = grow(network->places, &network->place_capacity, network->place_count + 1, sizeof place);
    network->places[network->place_count++] = place;
    return true;
}

/** A ring may be drawn as a line, but a line is no area. */
static bool fits(const struct background_class *class, const struct geometry *geometry)
{
    const char *value = geometry_tag(geometry, class->tag);

    if (!value || (strcmp(class->value, value) && (strcmp(class->value, "*") || !is_set(value))))
        return false;
    return class->shape == geometry->kind || (class->shape == SHAPE_LINE && geometry->kind == SHAPE_AREA);
}

static void add_background(struct network *network, const struct profile *profile,
                           const struct geometry *geometry)
{
    for (size_t i = 0; i < profile->background_count; i++) {
        const struct background_class *class = &profile->backgrounds[i];

        if (!fits(class, geometry))
            continue;
        add_shape(network, class, geometry);
        network->ring_open = class->shape == SHAPE_AREA;
        return;
    }
    network->ignored++;
}

void network_add(struct network *network, const struct profile *profile, const struct geometry *geometry)
{
    const char *highway = geometry_tag(geometry, "highway");

    if (geometry->hole && network->ring_open) {
        add_hole(network, geometry);
        return;
    }
    network->ring_open = false;
    if (highway && geometry->kind != SHAPE_POINT)
        add_way(network, profile, geometry, highway);
    else if (!add_place(network, profile, geometry))
        add_background(network, profile, geometry);
}

/** Of -180..180 and 0..360 the range in which the network is narrower. */
static void unwrap(struct network *network)
{
    const int64_t turn = 360 * (int64_t)X_PER_DEGREE;
    int64_t low = turn, high = -turn, east_low = turn, east_high = 0, x;
    size_t total = network->position_count + network->place_count;
    struct position *position;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < total; i++) {
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

/** Positions under open addressing, as numbers of vertices plus one. */
struct vertex_table {
    const struct position *positions;
    uint32_t *slots;
    size_t slot_count;
};

static struct vertex_table table_make(const struct network *network)
{
    struct vertex_table table = {.positions = network->positions, .slot_count = 64};

    while (table.slot_count < network->position_count * 2)
        table.slot_count *= 2;
    table.slots = allocate(table.slot_count, sizeof *table.slots);
    return table;
}

/** The first vertex that was looked up at the same position: this one if there was none. */
static size_t find_vertex(struct vertex_table *table, size_t vertex)
{
    size_t slot = hash_position(table->positions[vertex]) & (table->slot_count - 1);

    while (table->slots[slot] && !same(table->positions[table->slots[slot] - 1], table->positions[vertex]))
        slot = (slot + 1) & (table->slot_count - 1);
    if (!table->slots[slot])
        table->slots[slot] = (uint32_t)vertex + 1;
    return table->slots[slot] - 1;
}

/** Marks the vertices of ways that share their coordinates with another vertex of a way. */
static void mark_shared(struct network *network)
{
    struct vertex_table table = table_make(network);
    size_t first;

    for (size_t i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        for (size_t v = way->first; v < way->first + way->count; v++) {
            first = find_vertex(&table, v);
            if (first != v)
                network->nodes[v] = network->nodes[first] = true;
        }
    }
    free(table.slots);
}

/** The vertices before and after one of a shape, around the ring of an area; at the end of a line itself. */
static void find_sides(const struct shape *shape, size_t v, size_t sides[2])
{
    size_t last = shape->first + shape->count - 1;
    bool ring = shape->kind == SHAPE_AREA;

    sides[0] = v > shape->first ? v - 1 : ring ? last - 1 : v;
    sides[1] = v < last ? v + 1 : ring ? shape->first + 1 : v;
}

static bool same_sides(const struct position *p, const size_t a[2], const size_t b[2])
{
    return (same(p[a[0]], p[b[0]]) && same(p[a[1]], p[b[1]])) ||
           (same(p[a[0]], p[b[1]]) && same(p[a[1]], p[b[0]]));
}

/** Marks the vertices where a border that shapes share begins or ends, so that it stays shared. */
static void mark_junctions(struct network *network)
{
    struct vertex_table table = table_make(network);
    size_t *sides = allocate(2 * network->position_count, sizeof *sides), first;

    for (size_t i = 0; i < network->shape_count; i++) {
        const struct shape *shape = &network->shapes[i];

        for (size_t v = shape->first; v < shape->first + shape->count; v++) {
            find_sides(shape, v, &sides[2 * v]);
            first = find_vertex(&table, v);
            if (!same_sides(network->positions, &sides[2 * v], &sides[2 * first]))
                network->nodes[first] = true;
        }
    }
    for (size_t i = 0; i < network->shape_count; i++)
        for (size_t v = network->shapes[i].first; v < network->shapes[i].first + network->shapes[i].count;
             v++)
            network->nodes[v] = network->nodes[find_vertex(&table, v)];
    free(table.slots);
    free(sides);
}

static void number_links(struct network *network)
{
    for (size_t i = 0; i < network->way_count; i++) {
        struct way *way = &network->ways[i];

        network->nodes[way->first] = network->nodes[way->first + way->count - 1] = true;
        way->first_link = network->last_link + (i ? 2 : 1);
        network->last_link = way->first_link - 1;
        for (size_t v = way->first + 1; v < way->first + way->count; v++)
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
    mark_junctions(network);
    number_links(network);
    return true;
}
