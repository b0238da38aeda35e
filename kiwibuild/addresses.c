/* SPDX-License-Identifier: MIT */
/* Collects addresses (https://wiki.openstreetmap.org/wiki/Key:addr has the tags). */
#include "addresses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feature_centre.h"
#include "house_number.h"
#include "memory.h"
#include "sort.h"

struct membership {
    struct object object;
    uint32_t street;
};

/** A line between houses; those between them have numbers with so much between one and the next. */
struct interpolation {
    size_t first, count; /* of its nodes */
    uint32_t street;     /* 0: that of the houses at its ends */
    uint32_t step;       /* 0: there are letters between, which the format does not have */
    uint32_t parity;     /* of all numbers, or ANY_PARITY */
    int64_t id;
};

enum {
    ANY_PARITY = 2,
    MOST_STEPS = 1000, /* on one line */
};

static uint32_t street_of(struct texts *texts, const struct tags *tags)
{
    uint32_t street = texts_add(texts, tags_get(tags, "addr:street"));
    return street ? street : texts_add(texts, tags_get(tags, "addr:place"));
}

static bool is_word(const char *word, const char *text)
{
    return strcmp(word, text) == 0;
}

static struct object object_of(const struct feature_name *name)
{
    enum member_type type = is_word(name->word, "node")  ? MEMBER_NODE
                            : is_word(name->word, "way") ? MEMBER_WAY
                                                         : MEMBER_RELATION;
    return (struct object){type, name->number};
}

/* Features */

static bool read_step(const char *text, struct interpolation *line)
{
    static const struct {
        const char *text;
        uint32_t step, parity;
    } kinds[] = {{"all", 1, ANY_PARITY}, {"even", 2, 0}, {"odd", 2, 1}, {"alphabetic", 0, ANY_PARITY}};
    char *end;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (is_word(kinds[i].text, text)) {
            line->step = kinds[i].step;
            line->parity = kinds[i].parity;
            return true;
        }
    long step = strtol(text, &end, 10);
    line->step = (uint32_t)step;
    line->parity = ANY_PARITY;
    return *text >= '1' && *text <= '9' && *end == '\0' && step < MOST_STEPS;
}

/** A line with addr:interpolation; false if it cannot be understood. */
static bool add_line(struct addresses *addresses, struct texts *texts, const struct feature *feature,
                     const char *kind)
{
    const struct contour *contour = &feature->contours[0];
    size_t end = addresses->vertex_count + contour->count;
    struct interpolation line = {.first = addresses->vertex_count,
                                 .count = contour->count,
                                 .street = street_of(texts, feature->tags),
                                 .id = feature->name.number};
    if (feature->kind == SHAPE_POINT || !contour->nodes || !read_step(kind, &line))
        return false;
    addresses->line_nodes = grow(addresses->line_nodes, &addresses->node_capacity, end,
                                 sizeof *addresses->line_nodes);
    addresses->line_positions = grow(addresses->line_positions, &addresses->position_capacity, end,
                                     sizeof *addresses->line_positions);
    memcpy(addresses->line_nodes + line.first, contour->nodes, contour->count * sizeof *contour->nodes);
    memcpy(addresses->line_positions + line.first, contour->positions,
           contour->count * sizeof *contour->positions);
    addresses->vertex_count = end;
    addresses->lines = grow(addresses->lines, &addresses->line_capacity, addresses->line_count + 1,
                            sizeof line);
    addresses->lines[addresses->line_count++] = line;
    return true;
}

static void add_address(struct addresses *addresses, const struct house *address)
{
    struct house copy = *address; /* it may be one of them */
    addresses->items = grow(addresses->items, &addresses->capacity, addresses->count + 1, sizeof copy);
    addresses->items[addresses->count++] = copy;
}

static bool is_part_of_last(const struct addresses *addresses, const struct feature *feature)
{
    struct object object = object_of(&feature->name);
    const struct house *last = addresses->count ? &addresses->items[addresses->count - 1] : NULL;
    return last && feature->kind == SHAPE_AREA && last->object.type == object.type &&
           last->object.id == object.id;
}

bool addresses_add(struct addresses *addresses, struct texts *texts, const struct feature *feature,
                   const char *path, struct passed_over *passed_over)
{
    const char *text = tags_get(feature->tags, "addr:housenumber");
    const char *kind = tags_get(feature->tags, "addr:interpolation");
    uint32_t numbers[HOUSE_NUMBERS];
    if (kind && !add_line(addresses, texts, feature, kind))
        pass_over(passed_over, 1, "values of addr:interpolation are not understood", "%s: %s %lld, %s", path,
                  feature->name.word, (long long)feature->name.number, kind);
    if (!text || kind)
        return kind;
    size_t count = house_number_read(text, numbers);
    if (count == 0)
        pass_over(passed_over, 1, "house numbers are no numbers", "%s: %s %lld, %s", path, feature->name.word,
                  (long long)feature->name.number, text);
    if (is_part_of_last(addresses, feature))
        return true;
    struct house address = {.position = feature_centre(feature),
                            .street = street_of(texts, feature->tags),
                            .object = object_of(&feature->name)};
    for (size_t i = 0; i < count; i++) {
        address.number = numbers[i];
        add_address(addresses, &address);
    }
    return true;
}

void addresses_add_relation(struct addresses *addresses, struct texts *texts, const struct relation *relation)
{
    const char *type = tags_get(relation->tags, "type"), *name = tags_get(relation->tags, "name");
    if (!type || (!is_word(type, "associatedStreet") && !is_word(type, "street")))
        return;
    name = name ? name : tags_get(relation->tags, "addr:street");
    uint32_t street = texts_add(texts, name);
    for (size_t i = 0; street && i < relation->member_count; i++) {
        const struct member *member = &relation->members[i];
        if (is_word(member->role, "street"))
            continue;
        addresses->memberships = grow(addresses->memberships, &addresses->membership_capacity,
                                      addresses->membership_count + 1, sizeof *addresses->memberships);
        addresses->memberships[addresses->membership_count++] = (struct membership){
            {member->type, member->id}, street};
    }
}

/* Behind the last feature */

static int compare_objects(const struct object *a, const struct object *b)
{
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static int compare_addresses(const void *left, const void *right)
{
    const struct house *a = left, *b = right;
    int order = compare_objects(&a->object, &b->object);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

/** The first of the addresses of an object, among the first sorted ones; sorted if there is none. */
static size_t find_object(const struct addresses *addresses, size_t sorted, const struct object *object)
{
    size_t low = 0, high = sorted;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_objects(&addresses->items[middle].object, object) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sorted && compare_objects(&addresses->items[low].object, object) == 0 ? low : sorted;
}

static void apply_relations(struct addresses *addresses)
{
    for (size_t i = 0; i < addresses->membership_count; i++) {
        const struct membership *membership = &addresses->memberships[i];
        for (size_t k = find_object(addresses, addresses->count, &membership->object);
             k < addresses->count && compare_objects(&addresses->items[k].object, &membership->object) == 0;
             k++)
            if (!addresses->items[k].street)
                addresses->items[k].street = membership->street;
    }
}

static double distance(struct position a, struct position b)
{
    const double x = (double)(b.x - a.x), y = (double)(b.y - a.y) / (Y_PER_DEGREE / X_PER_DEGREE);

    return sqrt(x * x + y * y); /* the same everywhere, which hypot() is not */
}

/** The point of a part of a line that has so much of its length before it. */
static struct position point_along(const struct position *positions, size_t count, double part)
{
    double whole = 0, left;
    for (size_t i = 1; i < count; i++)
        whole += distance(positions[i - 1], positions[i]);
    left = part * whole;
    for (size_t i = 1; i < count; i++) {
        double length = distance(positions[i - 1], positions[i]);
        if (left <= length && length > 0)
            return (struct position){
                positions[i - 1].x + llround((double)(positions[i].x - positions[i - 1].x) * left / length),
                positions[i - 1].y + llround((double)(positions[i].y - positions[i - 1].y) * left / length)};
        left -= length;
    }
    return positions[count - 1];
}

/** The houses between two of a line; false if their numbers do not fit it. */
static bool fill(struct addresses *addresses, const struct interpolation *line, size_t from, size_t to,
                 const struct house *a, const struct house *b)
{
    uint32_t low = a->number < b->number ? a->number : b->number, high = a->number + b->number - low;
    if (line->parity != ANY_PARITY && (a->number % 2 != line->parity || b->number % 2 != line->parity))
        return false;
    if (line->step == 0)
        return true;
    if ((high - low) % line->step != 0 || (high - low) / line->step > MOST_STEPS)
        return false;
    struct house between = *a;
    between.street = line->street ? line->street : a->street ? a->street : b->street;
    double span = (double)high - low;
    for (uint32_t number = low + line->step; number < high; number += line->step) {
        double part = (a->number == low ? number - low : high - number) / span;
        between.number = number;
        between.position = point_along(addresses->line_positions + from, to - from + 1, part);
        add_address(addresses, &between);
    }
    return true;
}

/** Fills the gaps between the numbered nodes of a line; false if there are not two, or they do not fit. */
static bool follow_line(struct addresses *addresses, size_t sorted, const struct interpolation *line)
{
    size_t last = SIZE_MAX, last_vertex = 0;
    bool filled = false;
    for (size_t v = line->first; v < line->first + line->count; v++) {
        const struct object node = {MEMBER_NODE, addresses->line_nodes[v]};
        size_t at = find_object(addresses, sorted, &node);
        if (at == sorted)
            continue;
        if (last != SIZE_MAX) {
            const struct house a = addresses->items[last], b = addresses->items[at];
            if (!fill(addresses, line, last_vertex, v, &a, &b))
                return false;
            filled = true;
        }
        if (!addresses->items[at].street)
            addresses->items[at].street = line->street;
        last = at;
        last_vertex = v;
    }
    return filled;
}

void addresses_finish(struct addresses *addresses, struct passed_over *passed_over)
{
    static const char *const words[] = {"node", "way", "relation"};
    size_t kept = 0, sorted = addresses->count;
    sort(addresses->items, sorted, sizeof *addresses->items, compare_addresses);
    apply_relations(addresses);
    for (size_t i = 0; i < addresses->line_count; i++)
        if (!follow_line(addresses, sorted, &addresses->lines[i]))
            pass_over(passed_over, 1, "numbers at the ends of address interpolations do not fit", "way %lld",
                      (long long)addresses->lines[i].id);
    for (size_t i = 0; i < addresses->count; i++) {
        const struct house *address = &addresses->items[i];
        if (address->street)
            addresses->items[kept++] = *address;
        else
            pass_over(passed_over, 1, "addresses have no street", "%s %lld, %u", words[address->object.type],
                      (long long)address->object.id, address->number);
    }
    addresses->count = kept;
}

void addresses_free(struct addresses *addresses)
{
    release(addresses->items);
    release(addresses->memberships);
    release(addresses->lines);
    release(addresses->line_nodes);
    release(addresses->line_positions);
    *addresses = (struct addresses){0};
}
