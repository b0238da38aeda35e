/* SPDX-License-Identifier: MIT */
/* What a level shows, cut into cells and sorted for the lists of their frames. */
#include "content.h"

#include "area.h"
#include "classes.h"
#include "memory.h"
#include "simplify.h"
#include "sort.h"

/** What the callbacks of cutting and clipping need. */
struct collector {
    struct content *content;
    struct items *items;
    struct item item;
};

static size_t cell_at(const struct content *content, int64_t row, int64_t column)
{
    if (content->divided)
        return (size_t)row * content->parts.columns + (size_t)column;
    return (size_t)(row - content->first_row) * content->column_count +
           (size_t)(column - content->first_column);
}

static void add_item(struct collector *c, int64_t row, int64_t column, const struct cut_point *points,
                     size_t count, struct cut_point origin)
{
    struct cut_points *stored = &c->content->points;
    struct item item = c->item;

    item.cell = cell_at(c->content, row, column);
    item.first = stored->count;
    item.count = count;
    for (size_t i = 0; i < count; i++) {
        struct cut_point point = {points[i].x - origin.x, points[i].y - origin.y, points[i].node};

        cut_points_add(stored, point);
    }
    c->items->items = grow(c->items->items, &c->items->capacity, c->items->count + 1, sizeof item);
    c->items->items[c->items->count++] = item;
}

static void add_piece(void *context, const struct piece *piece)
{
    struct collector *c = context;
    struct cut_point origin = {piece->column * CELL_UNITS, piece->row * CELL_UNITS, false};

    if (c->content->divided)
        origin = (struct cut_point){0};
    c->item.link = piece->link;
    add_item(c, piece->row, piece->column, piece->points, piece->count, origin);
}

static void add_area(void *context, const struct area *area)
{
    struct collector *c = context;

    c->item.exponent = area->exponent;
    add_item(c, area->row, area->column, area->points, area->count, (struct cut_point){0});
}

static void add_point(struct collector *c, struct position position)
{
    const struct level *level = c->content->level;
    const struct rectangle *cells = &level->populated;
    struct cut_point point = {quantise_x(level, position.x), quantise_y(level, position.y), false},
                     origin = {0};
    unsigned group;
    int64_t row = floor_divide(point.y, CELL_UNITS), column = floor_divide(point.x, CELL_UNITS);

    row = row > cells->last_row ? cells->last_row : row; /* on the northern edge of all */
    column = column > cells->last_column ? cells->last_column : column;
    group = level_group(level, row, column);
    row = group_start(row, group);
    column = group_start(column, group);
    origin.x = column * CELL_UNITS;
    origin.y = row * CELL_UNITS;
    add_item(c, row, column, &point, 1, origin);
}

static void add_way(struct collector *c, const struct network *network, const struct way *way,
                    const struct cut_limits *limits, struct simplified *line)
{
    const struct level *level = c->content->level;

    c->item.list = class_index(level->roads, way->display_class);
    if (way->codes.present)
        simplify_nothing(network->positions + way->first, network->nodes + way->first, way->count, line);
    else
        simplify(level, network->positions + way->first, network->nodes + way->first, way->count, false,
                 line);
    cut_line(level, limits, line->positions, line->nodes, line->count, way->first_link, add_piece, c);
}

static void add_ways(struct content *content, const struct network *network, const struct cut_limits *limits)
{
    struct collector c = {.content = content, .items = &content->roads, .item.kind = SHAPE_LINE};
    struct simplified line = {0};

    for (size_t i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        if (!level_shows(content->level, way->coarsest_level, way->finest_level, way->codes.present) ||
            !class_known(content->level->roads, way->display_class))
            continue;
        c.item.source = i;
        add_way(&c, network, way, limits, &line);
    }
    simplified_free(&line);
}

/** What other discs have is simple enough. */
static void simplify_run(const struct level *level, const struct network *network, const struct shape *shape,
                         size_t first, size_t count, struct simplified *line)
{
    const struct position *positions = network->positions + first;
    const bool *nodes = network->nodes + first;

    if (shape->codes.present)
        simplify_nothing(positions, nodes, count, line);
    else
        simplify(level, positions, nodes, count, shape->kind == SHAPE_AREA, line);
}

static void clip_shape(struct collector *c, const struct network *network, const struct shape *shape,
                       const struct cut_limits *limits)
{
    const struct level *level = c->content->level;
    size_t count = 1 + shape->hole_count;
    struct simplified *lines = allocate(count, sizeof *lines);
    struct area_ring *rings = allocate(count, sizeof *rings);

    simplify_run(level, network, shape, shape->first, shape->count, &lines[0]);
    for (size_t i = 0; i < shape->hole_count; i++) {
        const struct hole *hole = &network->holes[shape->first_hole + i];

        simplify_run(level, network, shape, hole->first, hole->count, &lines[1 + i]);
    }
    for (size_t i = 0; i < count; i++)
        rings[i] = (struct area_ring){lines[i].positions, lines[i].count,
                                      i > 0 && !network->holes[shape->first_hole + i - 1].outer};
    area_clip(level, rings, count, limits->points, add_area, c);
    for (size_t i = 0; i < count; i++)
        simplified_free(&lines[i]);
    release(lines);
    release(rings);
}

static void add_shape(struct collector *c, const struct network *network, const struct shape *shape,
                      const struct cut_limits *limits, struct simplified *line)
{
    const struct level *level = c->content->level;

    if (shape->kind == SHAPE_POINT) {
        add_point(c, network->positions[shape->first]);
    } else if (shape->kind == SHAPE_AREA) {
        clip_shape(c, network, shape, limits);
    } else {
        simplify_run(level, network, shape, shape->first, shape->count, line);
        cut_line(level, limits, line->positions, NULL, line->count, 0, add_piece, c);
    }
}

static void add_shapes(struct content *content, const struct network *network,
                       const struct cut_limits *limits)
{
    struct collector c = {.content = content, .items = &content->shapes};
    struct simplified line = {0};

    for (size_t i = 0; i < network->shape_count; i++) {
        const struct shape *shape = &network->shapes[i];

        if (!level_shows(content->level, shape->coarsest_level, shape->finest_level, shape->codes.present) ||
            !class_known(content->level->backgrounds, shape->display_class))
            continue;
        c.item = (struct item){.source = i,
                               .kind = shape->kind,
                               .list = class_index(content->level->backgrounds, shape->display_class)};
        add_shape(&c, network, shape, limits, &line);
    }
    simplified_free(&line);
}

static void add_places(struct content *content, const struct network *network)
{
    struct collector c = {.content = content, .items = &content->places, .item.kind = SHAPE_POINT};

    for (c.item.source = 0; c.item.source < network->place_count; c.item.source++) {
        const struct place *place = &network->places[c.item.source];

        if (level_shows(content->level, place->coarsest_level, place->finest_level, place->codes.present))
            add_point(&c, place->position);
    }
}

/** Drawing kinds of one list stand together, as each background type unit has one kind. */
static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    if (a->list != b->list)
        return a->list < b->list ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind > b->kind ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static void sort_items(struct items *items)
{
    sort(items->items, items->count, sizeof *items->items, compare_items);
}

void content_make(struct content *content, const struct level *level, const struct network *network,
                  const struct cut_limits *road_limits, const struct cut_limits *shape_limits)
{
    const struct rectangle *cells = &level->populated;

    *content = (struct content){.level = level, .parts = {1, 1}};
    content->first_row = cells->first_row;
    content->first_column = cells->first_column;
    content->row_count = (size_t)(cells->last_row - cells->first_row + 1);
    content->column_count = (size_t)(cells->last_column - cells->first_column + 1);
    add_ways(content, network, road_limits);
    add_shapes(content, network, shape_limits);
    add_places(content, network);
    sort_items(&content->roads);
    sort_items(&content->shapes);
    sort_items(&content->places);
}

static void divide_item(struct collector *c, const struct content *whole, const struct item *item,
                        const struct cut_limits *limits)
{
    const struct cut_point *points = whole->points.items + item->first;
    const struct parts parts = c->content->parts;
    int64_t row = points[0].y / (CELL_UNITS / parts.rows),
            column = points[0].x / (CELL_UNITS / parts.columns);

    c->item = *item;
    if (item->kind == SHAPE_AREA)
        area_divide(parts, points, item->count, limits->points, add_area, c);
    else if (item->kind == SHAPE_LINE)
        cut_piece(parts, limits, points, item->count, item->link, add_piece, c);
    else
        add_item(c, row < parts.rows ? row : parts.rows - 1,
                 column < parts.columns ? column : parts.columns - 1, points, 1, (struct cut_point){0});
}

static void divide_items(struct content *content, struct items *parts, const struct content *whole,
                         const struct items *items, size_t cell, const struct cut_limits *limits)
{
    struct collector c = {.content = content, .items = parts};
    size_t count;
    const struct item *item = items_of_cell(items, cell, &count);

    for (size_t i = 0; i < count; i++)
        divide_item(&c, whole, &item[i], limits);
    sort_items(parts);
}

void content_divide(struct content *content, const struct content *whole, size_t cell, struct parts parts,
                    const struct cut_limits *road_limits, const struct cut_limits *shape_limits)
{
    *content = (struct content){
        .level = whole->level, .divided = true, .parts = parts, .row_count = 1, .column_count = 1};
    content->first_row = whole->first_row + (int64_t)(cell / whole->column_count);
    content->first_column = whole->first_column + (int64_t)(cell % whole->column_count);
    divide_items(content, &content->roads, whole, &whole->roads, cell, road_limits);
    divide_items(content, &content->shapes, whole, &whole->shapes, cell, shape_limits);
    divide_items(content, &content->places, whole, &whole->places, cell, shape_limits);
}

bool content_empty(const struct content *content, size_t cell)
{
    size_t roads, shapes, places;

    items_of_cell(&content->roads, cell, &roads);
    items_of_cell(&content->shapes, cell, &shapes);
    items_of_cell(&content->places, cell, &places);
    return roads + shapes + places == 0;
}

void content_free(struct content *content)
{
    release(content->points.items);
    release(content->roads.items);
    release(content->shapes.items);
    release(content->places.items);
    *content = (struct content){0};
}

const struct item *items_of_cell(const struct items *items, size_t cell, size_t *count)
{
    size_t low = 0, high = items->count, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (items->items[middle].cell < cell)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < items->count && items->items[high].cell == cell; high++)
        ;
    *count = high - low;
    return items->items ? items->items + low : NULL;
}

int64_t content_row(const struct content *content, size_t cell)
{
    return content->first_row + (content->divided ? 0 : (int64_t)(cell / content->column_count));
}

int64_t content_column(const struct content *content, size_t cell)
{
    return content->first_column + (content->divided ? 0 : (int64_t)(cell % content->column_count));
}
