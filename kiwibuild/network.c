/* SPDX-License-Identifier: MIT */
/* Collects what goes on the disc: ways, shapes, places and their shared vertices. */
#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "name_choice.h"
#include "sort.h"

enum { LAST_LINK = 0x3FFFFFFE }; /* 30 bits, the last value means "unfixed" */

static void add_categories(struct network *network, const struct poi_profile *pois)
{
    network->category_count = pois->category_count;
    network->categories = allocate(network->category_count + 1, sizeof *network->categories);
    for (size_t i = 0; i < network->category_count; i++)
        network->categories[i] = (struct category){pois->categories[i].code,
                                                   texts_add(network->texts, pois->categories[i].title)};
}

/** 0, 2 and 4. */
#define OWN_LEVELS (UINT64_C(0x15) << 32)

bool network_start(struct network *network, const struct profile *profile, enum charset charset,
                   struct failure *failure)
{
    *network = (struct network){
        .texts = texts_new(charset), .place_type_code = profile->place_type_code, .disc_levels = OWN_LEVELS};
    if (!network->texts)
        return refuse(failure, EXIT_SYSTEM, "iconv of this system cannot write %s", charset_name(charset));
    add_categories(network, &profile->pois);
    return true;
}

void network_free(struct network *network)
{
    release(network->positions);
    release(network->ids);
    release(network->nodes);
    release(network->joints);
    release(network->pairs);
    release(network->ways);
    release(network->references);
    release(network->restrictions);
    release(network->shapes);
    release(network->holes);
    release(network->places);
    release(network->categories);
    texts_free(network->texts);
    *network = (struct network){0};
}

static bool same(struct position a, struct position b)
{
    return a.x == b.x && a.y == b.y;
}

/** Leaving out a vertex must not leave out what meets there. */
static void pair_nodes(struct network *network, int64_t from, int64_t to)
{
    if (from == to || from == NO_NODE)
        return;
    network->pairs = grow(network->pairs, &network->pair_capacity, network->pair_count + 1,
                          sizeof *network->pairs);
    network->pairs[network->pair_count++] = (struct node_pair){from, to};
}

/** What becomes of a vertex that is where the one before it is. */
enum repetition {
    REPEATED_VERTEX_GOES,
    REPEATED_NODE_IS_PAIRED, /* with the one before it */
    REPEATED_VERTEX_STAYS,
};

/** Appends vertices; of a line that is a single place two remain. */
static size_t add_contour(struct network *network, const struct contour *contour, enum repetition repetition)
{
    size_t first = network->position_count, end = first;
    const struct position *positions = contour->positions;

    network->positions = grow(network->positions, &network->position_capacity, first + contour->count + 1,
                              sizeof *positions);
    network->ids = grow(network->ids, &network->id_capacity, first + contour->count + 1,
                        sizeof *network->ids);
    for (size_t i = 0; i < contour->count; i++) {
        int64_t id = repetition && contour->nodes ? contour->nodes[i] : NO_NODE;

        if (repetition != REPEATED_VERTEX_STAYS && end > first &&
            same(positions[i], network->positions[end - 1])) {
            pair_nodes(network, id, network->ids[end - 1]);
            continue;
        }
        network->ids[end] = id;
        network->positions[end++] = positions[i];
    }
    if (contour->count > 1 && end == first + 1) {
        network->ids[end] = network->ids[first];
        network->positions[end++] = positions[0];
    }
    network->position_count = end;
    return end - first;
}

void network_add_way(struct network *network, struct way way, const struct contour *contour)
{
    way.first = network->position_count;
    way.count = add_contour(network, contour,
                            way.codes.present ? REPEATED_VERTEX_STAYS : REPEATED_NODE_IS_PAIRED);
    if (way.given_link > network->last_given_link)
        network->last_given_link = way.given_link;
    network->ways = grow(network->ways, &network->way_capacity, network->way_count + 1, sizeof way);
    network->ways[network->way_count++] = way;
}

/** The class of a road that is not built yet: construction=motorway. */
static const struct road_class *planned_class(const struct profile *profile, const struct tags *tags,
                                              const char *highway)
{
    const struct road_class *class = profile_road(profile, tags_get(tags, highway));

    return class ? class : &profile->default_road;
}

/** Of a feature that is a road; NULL: it is none. */
static const struct road_class *find_class(const struct profile *profile, const struct tags *tags)
{
    const char *highway = tags_get(tags, "highway");

    if (values_contain(&profile->planned, highway))
        return planned_class(profile, tags, highway);
    return highway ? profile_road(profile, highway) : profile_route(profile, tags_get(tags, "route"));
}

static void set_class(struct way *way, const struct profile *profile, const struct road_class *class,
                      const char *highway)
{
    way->planned = values_contain(&profile->planned, highway);
    way->road_type = class->road_type;
    way->label_priority = class->label_priority;
    way->display_class = way->planned ? profile->planned_display_class : class->display_class;
    way->coarsest_level = way->planned ? profile->planned_coarsest_level : class->coarsest_level;
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
    release(copy);
    way->reference_count = network->reference_count - way->first_reference;
}

static void add_ways(struct network *network, const struct profile *profile, const struct road_class *class,
                     const struct feature *feature, const struct report *report)
{
    const struct tags *tags = feature->tags;
    const char *name = name_choose(network->texts, tags), *reference = tags_get(tags, "ref");
    bool has_id = strcmp(feature->name.word, "way") == 0;
    struct way way = {.id = has_id ? feature->name.number : NO_WAY};

    set_class(&way, profile, class, tags_get(tags, "highway"));
    way.tags = road_tags_read(profile, feature, road_type_is_for_cars(way.road_type), report);
    if (!class->unnamed && !(class->unnumbered && name && reference && strcmp(name, reference) == 0))
        way.name = texts_add(network->texts, name);
    if (!class->unnamed && !class->unnumbered)
        add_references(network, &way, reference);
    for (size_t i = 0; i < feature->contour_count; i++)
        network_add_way(network, way, &feature->contours[i]);
}

static void add_shape(struct network *network, struct shape shape, const struct contour *contour)
{
    shape.first = network->position_count;
    shape.first_hole = network->hole_count;
    shape.count = add_contour(network, contour, REPEATED_VERTEX_GOES);
    network->shapes = grow(network->shapes, &network->shape_capacity, network->shape_count + 1, sizeof shape);
    network->shapes[network->shape_count++] = shape;
}

/** Adds a hole to the last shape. */
static void add_hole(struct network *network, const struct contour *contour)
{
    struct hole hole = {.first = network->position_count, .outer = !contour->hole};

    hole.count = add_contour(network, contour, REPEATED_VERTEX_GOES);
    network->holes = grow(network->holes, &network->hole_capacity, network->hole_count + 1, sizeof hole);
    network->holes[network->hole_count++] = hole;
    network->shapes[network->shape_count - 1].hole_count++;
}

void network_add_shape(struct network *network, struct shape shape, const struct feature *feature)
{
    for (size_t i = 0; i < feature->contour_count; i++)
        if (i > 0 && shape.kind == SHAPE_AREA)
            add_hole(network, &feature->contours[i]);
        else
            add_shape(network, shape, &feature->contours[i]);
}

void network_add_place(struct network *network, struct place place)
{
    network->places = grow(network->places, &network->place_capacity, network->place_count + 1, sizeof place);
    network->places[network->place_count++] = place;
}

static bool add_place(struct network *network, const struct profile *profile, const struct feature *feature)
{
    const struct place_class *class = profile_place(profile, tags_get(feature->tags, "place"));

    if (feature->kind != SHAPE_POINT || !class)
        return false;
    uint32_t name = texts_add(network->texts, name_choose(network->texts, feature->tags));
    if (!name)
        return false;
    network_add_place(network, (struct place){.position = feature->contours[0].positions[0],
                                              .coarsest_level = class->coarsest_level,
                                              .label_priority = class->label_priority,
                                              .name = name,
                                              .type_code = class->type_code,
                                              .reach = class->reach});
    return true;
}

/** A ring may be drawn as a line, but a line is no area. */
static bool fits(const struct background_class *class, const struct feature *feature)
{
    const char *value = tags_get(feature->tags, class->tag);

    if (class->sea || !value ||
        (strcmp(class->value, value) && (strcmp(class->value, "*") || value_is_no(value))))
        return false;
    return class->shape == feature->kind || (class->shape == SHAPE_LINE && feature->kind == SHAPE_AREA);
}

static bool add_background(struct network *network, const struct profile *profile,
                           const struct feature *feature)
{
    const struct background_class *class = profile->backgrounds;
    const struct background_class *end = class + profile->background_count;

    while (class < end && !fits(class, feature))
        class ++;
    if (class == end)
        return false;
    network_add_shape(network,
                      (struct shape){.kind = class->shape,
                                     .type_code = class->type_code,
                                     .display_class = class->display_class,
                                     .coarsest_level = class->coarsest_level,
                                     .finest_level = class->finest_level},
                      feature);
    return true;
}

const char *network_add(struct network *network, const struct profile *profile, const struct feature *feature,
                        const struct report *report)
{
    const struct road_class *class = feature->kind == SHAPE_POINT ? NULL : find_class(profile, feature->tags);

    if (class) {
        add_ways(network, profile, class, feature, report);
        return NULL;
    }
    if (add_place(network, profile, feature) || add_background(network, profile, feature))
        return NULL;
    const char *highway = feature->kind == SHAPE_POINT ? NULL : tags_get(feature->tags, "highway");
    if (!highway || poi_profile_lists(&profile->pois, "highway", highway))
        return "features have no tag that the profile knows";
    report_tag(report, feature, "features have a value of %s that the profile does not know", "highway");
    return NULL;
}

bool road_type_is_for_cars(int road_type)
{
    return road_type <= 7 || road_type == 10 || road_type == 11 || road_type == 13;
}

/** Of -180..180 and 0..360 the range in which the network is narrower. */
void network_unwrap_all(struct network *network)
{
    const int64_t turn = 360 * (int64_t)X_PER_DEGREE;
    int64_t low = turn, high = -turn, east_low = turn, east_high = 0, x;
    size_t total = network->position_count + network->place_count;
    struct position *position;

    for (int pass = 0; pass < 2; pass++) {
        network->unwrapped = pass == 1;
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

struct position network_unwrap(const struct network *network, struct position position)
{
    position.x += network->unwrapped && position.x < 0 ? 360 * (int64_t)X_PER_DEGREE : 0;
    return position;
}

void bounds_extend(struct position position, struct position *low, struct position *high)
{
    low->x = position.x < low->x ? position.x : low->x;
    low->y = position.y < low->y ? position.y : low->y;
    high->x = position.x > high->x ? position.x : high->x;
    high->y = position.y > high->y ? position.y : high->y;
}

void network_bounds(const struct network *network, struct position *low, struct position *high)
{
    *low = (struct position){INT64_MAX, INT64_MAX};
    *high = (struct position){INT64_MIN, INT64_MIN};
    for (size_t i = 0; i < network->position_count; i++)
        bounds_extend(network->positions[i], low, high);
    for (size_t i = 0; i < network->place_count; i++)
        bounds_extend(network->places[i].position, low, high);
}

static size_t hash_vertex(struct position position, int64_t id)
{
    uint64_t hash = id != NO_NODE ? (uint64_t)id * 0x9E3779B97F4A7C15u
                                  : (uint64_t)position.x * 0x9E3779B97F4A7C15u ^
                                        (uint64_t)position.y * 0xC2B2AE3D27D4EB4Fu;

    return (size_t)(hash ^ hash >> 29);
}

/** Vertices under open addressing, as their numbers plus one: one for each node, or for each position. */
struct vertex_table {
    const struct position *positions;
    const int64_t *ids; /**< NULL: positions alone count */
    uint32_t *slots;
    size_t slot_count;
};

static struct vertex_table table_make(const struct network *network, const int64_t *ids)
{
    struct vertex_table table = {.positions = network->positions, .ids = ids, .slot_count = 64};

    while (table.slot_count < network->position_count * 2)
        table.slot_count *= 2;
    table.slots = allocate(table.slot_count, sizeof *table.slots);
    return table;
}

static int64_t id_of(const struct vertex_table *table, size_t vertex)
{
    return table->ids ? table->ids[vertex] : NO_NODE;
}

/** A bridge may cross a road where both have a vertex: only ids say whether it is one node. */
static bool same_vertex(const struct vertex_table *table, size_t a, size_t b)
{
    int64_t id = id_of(table, a);

    return id == id_of(table, b) && (id != NO_NODE || same(table->positions[a], table->positions[b]));
}

/** The first vertex that was looked up and is the same: this one if there was none. */
static size_t find_vertex(struct vertex_table *table, size_t vertex)
{
    size_t slot = hash_vertex(table->positions[vertex], id_of(table, vertex)) & (table->slot_count - 1);

    while (table->slots[slot] && !same_vertex(table, table->slots[slot] - 1, vertex))
        slot = (slot + 1) & (table->slot_count - 1);
    if (!table->slots[slot])
        table->slots[slot] = (uint32_t)vertex + 1;
    return table->slots[slot] - 1;
}

static int compare_pairs(const void *left, const void *right)
{
    const struct node_pair *a = left, *b = right;

    return (a->from > b->from) - (a->from < b->from);
}

/** Of chains of pairs the end. */
int64_t network_node(const struct network *network, int64_t id)
{
    for (size_t i = 0; i < network->pair_count; i++) { /* no longer than that, if pairs go in a circle */
        const struct node_pair wanted = {.from = id};
        const struct node_pair *pair = bsearch(&wanted, network->pairs, network->pair_count, sizeof wanted,
                                               compare_pairs);

        if (!pair)
            break;
        id = pair->to;
    }
    return id;
}

static void join_pairs(struct network *network)
{
    if (!network->pair_count)
        return;
    sort(network->pairs, network->pair_count, sizeof *network->pairs, compare_pairs);
    for (size_t v = 0; v < network->position_count; v++)
        if (network->ids[v] != NO_NODE)
            network->ids[v] = network_node(network, network->ids[v]);
}

/** Marks the vertices of ways that are one node with another vertex of a way. */
static void mark_shared(struct network *network)
{
    struct vertex_table table = table_make(network, network->ids);
    size_t first;

    for (size_t i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        for (size_t v = way->first; v < way->first + way->count; v++) {
            first = find_vertex(&table, v);
            network->joints[v] = (uint32_t)first;
            if (first != v)
                network->nodes[v] = network->nodes[first] = true;
        }
    }
    release(table.slots);
}

/** Vertices of a shape that follow each other: the ring of an area, or a hole in it, or a line. */
struct run {
    size_t first, count;
    bool ring;
};

static size_t run_count(const struct network *network)
{
    return network->shape_count + network->hole_count;
}

static struct run run_at(const struct network *network, size_t index)
{
    if (index < network->shape_count) {
        const struct shape *shape = &network->shapes[index];
        return (struct run){shape->first, shape->count, shape->kind == SHAPE_AREA};
    }
    const struct hole *hole = &network->holes[index - network->shape_count];
    return (struct run){hole->first, hole->count, true};
}

/** The vertices before and after one of a run, around a ring; at the end of a line itself. */
static void find_sides(const struct run *run, size_t v, size_t sides[2])
{
    size_t last = run->first + run->count - 1;

    sides[0] = v > run->first ? v - 1 : run->ring ? last - 1 : v;
    sides[1] = v < last ? v + 1 : run->ring ? run->first + 1 : v;
}

static bool same_sides(const struct position *p, const size_t a[2], const size_t b[2])
{
    return (same(p[a[0]], p[b[0]]) && same(p[a[1]], p[b[1]])) ||
           (same(p[a[0]], p[b[1]]) && same(p[a[1]], p[b[0]]));
}

/** Marks the vertices where a border that shapes share begins or ends, so that it stays shared. */
static void mark_junctions(struct network *network)
{
    struct vertex_table table = table_make(network, NULL);
    size_t *sides = allocate(2 * network->position_count, sizeof *sides);

    for (size_t i = 0; i < run_count(network); i++) {
        struct run run = run_at(network, i);
        for (size_t v = run.first; v < run.first + run.count; v++) {
            find_sides(&run, v, &sides[2 * v]);
            size_t first = find_vertex(&table, v);
            if (!same_sides(network->positions, &sides[2 * v], &sides[2 * first]))
                network->nodes[first] = true;
        }
    }
    for (size_t i = 0; i < run_count(network); i++) {
        struct run run = run_at(network, i);
        for (size_t v = run.first; v < run.first + run.count; v++)
            network->nodes[v] = network->nodes[find_vertex(&table, v)];
    }
    release(table.slots);
    release(sides);
}

/** Ids of another disc stay; all others come behind them. */
static void number_links(struct network *network)
{
    network->last_link = network->last_given_link;
    for (size_t i = 0; i < network->way_count; i++) {
        struct way *way = &network->ways[i];

        network->nodes[way->first] = network->nodes[way->first + way->count - 1] = true;
        if (way->given_link) {
            way->first_link = way->given_link;
            continue;
        }
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
    if (network->position_count >= (LAST_LINK - network->last_given_link) / 2)
        return refuse(failure, EXIT_INPUT, "the input has more than %u vertices",
                      (LAST_LINK - network->last_given_link) / 2);
    network->nodes = allocate(network->position_count, sizeof *network->nodes);
    network->joints = allocate(network->position_count, sizeof *network->joints);
    join_pairs(network);
    mark_shared(network);
    mark_junctions(network);
    number_links(network);
    return true;
}

void network_forget_nodes(struct network *network)
{
    release(network->ids);
    network->ids = NULL;
}
