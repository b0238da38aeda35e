/* SPDX-License-Identifier: MIT */
/* Cuts lines at the edges of cells, with points on the grid of a level and steps that fit a record. */
#include "cut.h"

#include <stdlib.h>

#include "memory.h"

/** One straight piece of the input, exact and in units of the level. */
struct segment {
    const struct level *level;
    struct position from, to;
    struct cut_point start, end;
};

void cut_points_add(struct cut_points *points, struct cut_point point)
{
    points->items = grow(points->items, &points->capacity, points->count + 1, sizeof point);
    points->items[points->count++] = point;
}

void cut_points_copy(struct cut_points *target, const struct cut_points *source)
{
    target->count = 0;
    for (size_t i = 0; i < source->count; i++)
        cut_points_add(target, source->items[i]);
}

int64_t cut_points_area(const struct cut_points *ring)
{
    int64_t sum = 0;
    for (size_t i = 0; i < ring->count; i++) {
        struct cut_point a = ring->items[i], b = ring->items[(i + 1) % ring->count];
        sum += a.x * b.y - b.x * a.y;
    }
    return sum;
}

struct cut_points *cut_rings_add(struct cut_rings *rings)
{
    size_t before = rings->capacity;
    rings->items = grow(rings->items, &rings->capacity, rings->count + 1, sizeof *rings->items);
    for (size_t i = before; i < rings->capacity; i++)
        rings->items[i] = (struct cut_points){0};
    struct cut_points *ring = &rings->items[rings->count++];
    ring->count = 0;
    return ring;
}

void cut_rings_free(struct cut_rings *rings)
{
    for (size_t i = 0; i < rings->capacity; i++)
        release(rings->items[i].items);
    release(rings->items);
    *rings = (struct cut_rings){0};
}

static struct cut_point quantise(const struct level *level, struct position position)
{
    return (struct cut_point){quantise_x(level, position.x), quantise_y(level, position.y), false};
}

static int64_t clamp(int64_t value, int64_t a, int64_t b)
{
    int64_t low = a < b ? a : b, high = a < b ? b : a;

    return value < low ? low : value > high ? high : value;
}

/** Where a column begins: exact on kiwibuild's own grid, on that of another disc to 10^-7 degrees. */
static int64_t exact_x(const struct level *level, int64_t column)
{
    return axis_position(&level->x, column * CELL_UNITS);
}

static int64_t exact_y(const struct level *level, int64_t row)
{
    return axis_position(&level->y, row * CELL_UNITS);
}

/** from + (to - from) * part / whole, rounded. */
static int64_t between(int64_t from, int64_t to, int64_t part, int64_t whole)
{
    if (whole < 0) {
        part = -part;
        whole = -whole;
    }
    return from + round_divide((to - from) * part, whole);
}

static struct cut_point at_column(const struct segment *s, int64_t column)
{
    int64_t y = between(s->from.y, s->to.y, exact_x(s->level, column) - s->from.x, s->to.x - s->from.x);

    return (struct cut_point){column * CELL_UNITS, clamp(quantise_y(s->level, y), s->start.y, s->end.y),
                              false};
}

static struct cut_point at_row(const struct segment *s, int64_t row)
{
    int64_t x = between(s->from.x, s->to.x, exact_y(s->level, row) - s->from.y, s->to.y - s->from.y);

    return (struct cut_point){clamp(quantise_x(s->level, x), s->start.x, s->end.x), row * CELL_UNITS, false};
}

/** Edges strictly between two coordinates, in the direction of travel. */
struct edges {
    int64_t next, count, step;
};

static struct edges edges_between(int64_t start, int64_t end)
{
    struct edges edges = {.step = start < end ? 1 : -1};
    int64_t low = start < end ? start : end, high = start < end ? end : start;
    int64_t first = floor_divide(low, CELL_UNITS) + 1, last = floor_divide(high - 1, CELL_UNITS);

    edges.count = low < high && last >= first ? last - first + 1 : 0;
    edges.next = start < end ? first : last;
    return edges;
}

/** Whether the segment meets the column edge before the row edge; both lie inside it. */
static bool column_first(const struct segment *s, int64_t column, int64_t row)
{
    int64_t dx = llabs(s->to.x - s->from.x), dy = llabs(s->to.y - s->from.y);
    int64_t to_column = llabs(exact_x(s->level, column) - s->from.x),
            to_row = llabs(exact_y(s->level, row) - s->from.y);

    return to_column * dy <= to_row * dx;
}

static void add_distinct(struct cut_points *points, struct cut_point point)
{
    if (!points->count || points->items[points->count - 1].x != point.x ||
        points->items[points->count - 1].y != point.y)
        cut_points_add(points, point);
}

void cut_segment(const struct level *level, struct position from, struct position to,
                 struct cut_points *points)
{
    struct segment s = {level, from, to, quantise(level, from), quantise(level, to)};
    struct edges columns = edges_between(s.start.x, s.end.x), rows = edges_between(s.start.y, s.end.y);

    while (columns.count || rows.count) {
        if (!rows.count || (columns.count && column_first(&s, columns.next, rows.next))) {
            add_distinct(points, at_column(&s, columns.next));
            columns.next += columns.step;
            columns.count--;
        } else {
            add_distinct(points, at_row(&s, rows.next));
            rows.next += rows.step;
            rows.count--;
        }
    }
    add_distinct(points, s.end);
}

/** The line on its way into pieces. */
struct cutter {
    const struct level *level; /**< NULL when a piece is cut again */
    int64_t units_x, units_y;  /**< of a cell's sides */
    unsigned group;            /**< cells along a side of the place of the piece */
    struct rectangle cells;    /**< that may be chosen */
    const struct cut_limits *limits;
    piece_callback *callback;
    void *context;
    struct cut_points points; /**< of the piece */
    struct cut_points trail;  /**< of the segment */
    bool open;
    int64_t row, column;
    uint32_t first_link; /**< of the piece */
    uint32_t link;       /**< that the next point belongs to */
    size_t nodes;        /**< in the piece */
    size_t since_node;   /**< points behind the last node */
};

static void close_piece(struct cutter *c)
{
    struct piece piece = {c->row, c->column, c->first_link, c->points.items, c->points.count};

    if (c->open && c->points.count > 1) {
        c->points.items[c->points.count - 1].node = true;
        c->callback(c->context, &piece);
    }
    c->open = false;
}

static void open_piece(struct cutter *c, struct cut_point start)
{
    start.node = true;
    c->points.count = 0;
    cut_points_add(&c->points, start);
    c->first_link = c->link;
    c->nodes = 1;
    c->since_node = 0;
    c->open = true;
}

/** A piece that is full ends at its last point; the link, if it is not at its end, goes on under the same id.
 */
static void make_room(struct cutter *c)
{
    const struct cut_limits *limits = c->limits;
    size_t others = c->points.count - c->nodes;
    size_t bytes = limits->fixed_bytes + (c->nodes + 2) * limits->node_bytes + others * limits->point_bytes;

    if (c->since_node < limits->points && c->nodes < limits->nodes && bytes <= limits->bytes)
        return;
    if (c->points.count > 1) {
        struct cut_point last = c->points.items[c->points.count - 1];

        close_piece(c);
        open_piece(c, last);
    }
}

static void push(struct cutter *c, struct cut_point point)
{
    make_room(c);
    point.node = false;
    cut_points_add(&c->points, point);
    c->since_node++;
}

static bool holds(const struct cutter *c, struct cut_point point)
{
    int64_t x = point.x - c->column * c->units_x, y = point.y - c->row * c->units_y;

    return x >= 0 && x <= c->units_x * c->group && y >= 0 && y <= c->units_y * c->group;
}

/**
 * The cell of a piece is that of its middle; on an edge the eastern or northern one, if the network reaches
 * there.
 */
static void choose_cell(struct cutter *c, struct cut_point a, struct cut_point b)
{
    c->row = clamp(floor_divide(a.y + b.y, 2 * c->units_y), c->cells.first_row, c->cells.last_row);
    c->column = clamp(floor_divide(a.x + b.x, 2 * c->units_x), c->cells.first_column, c->cells.last_column);
    c->group = c->level ? level_group(c->level, c->row, c->column) : 1;
    c->row = group_start(c->row, c->group);
    c->column = group_start(c->column, c->group);
}

static bool step_fits(struct cut_point a, struct cut_point b)
{
    return b.x - a.x >= STEP_MIN && b.x - a.x <= STEP_MAX && b.y - a.y >= STEP_MIN && b.y - a.y <= STEP_MAX;
}

/**
 * The point at part/whole of the way from a to b along the longer axis, across it the nearest unit to the
 * exact line.
 */
static struct cut_point point_on(const struct segment *s, struct cut_point a, struct cut_point b,
                                 int64_t part, int64_t whole)
{
    struct cut_point point = a;
    int64_t exact;

    if (llabs(b.x - a.x) >= llabs(b.y - a.y)) {
        point.x = a.x + (b.x - a.x) * part / whole;
        exact = axis_position(&s->level->x, point.x);
        exact = between(s->from.y, s->to.y, exact - s->from.x, s->to.x - s->from.x);
        point.y = clamp(quantise_y(s->level, exact), a.y, b.y);
    } else {
        point.y = a.y + (b.y - a.y) * part / whole;
        exact = axis_position(&s->level->y, point.y);
        exact = between(s->from.x, s->to.x, exact - s->from.y, s->to.y - s->from.y);
        point.x = clamp(quantise_x(s->level, exact), a.x, b.x);
    }
    return point;
}

/** Appends b, with as many points in between as it takes; a is the last point. */
static void push_straight(struct cutter *c, const struct segment *s, struct cut_point a, struct cut_point b)
{
    int64_t length = llabs(b.x - a.x) > llabs(b.y - a.y) ? llabs(b.x - a.x) : llabs(b.y - a.y);
    int64_t whole, part;
    struct cut_point last;

    for (whole = (length + STEP_MAX - 1) / STEP_MAX;; whole++) {
        for (part = 1, last = a; part <= whole; part++) {
            struct cut_point next = part < whole ? point_on(s, a, b, part, whole) : b;

            if (!step_fits(last, next))
                break;
            last = next;
        }
        if (part > whole)
            break;
    }
    for (part = 1; part < whole; part++)
        push(c, point_on(s, a, b, part, whole));
    push(c, b);
}

/** Goes on in the cell of the piece if a-b lies in it. */
static void enter_cell(struct cutter *c, struct cut_point a, struct cut_point b)
{
    if (c->open && holds(c, a) && holds(c, b))
        return;
    close_piece(c);
    choose_cell(c, a, b);
    open_piece(c, a);
}

static void cut_one(struct cutter *c, struct position from, struct position to)
{
    struct segment s = {c->level, from, to, quantise(c->level, from), quantise(c->level, to)};
    struct cut_point a = s.start;

    c->trail.count = 0;
    cut_points_add(&c->trail, a);
    cut_segment(c->level, from, to, &c->trail);
    for (size_t i = 1; i < c->trail.count; i++) {
        struct cut_point b = c->trail.items[i];

        enter_cell(c, a, b);
        push_straight(c, &s, a, b);
        a = b;
    }
}

/** The last point becomes a node; a link without length gets a second point at the same place. */
static void end_link(struct cutter *c, struct cut_point point)
{
    if (!c->open) {
        choose_cell(c, point, point);
        open_piece(c, point);
    }
    if (c->points.items[c->points.count - 1].node)
        push(c, point);
    c->points.items[c->points.count - 1].node = true;
    c->nodes++;
    c->since_node = 0;
    c->link++;
}

void cut_line(const struct level *level, const struct cut_limits *limits, const struct position *positions,
              const bool *nodes, size_t count, uint32_t first_link, piece_callback *callback, void *context)
{
    struct cutter c = {.level = level,
                       .units_x = CELL_UNITS,
                       .units_y = CELL_UNITS,
                       .cells = level->populated,
                       .limits = limits,
                       .callback = callback,
                       .context = context,
                       .link = first_link};

    for (size_t i = 1; i < count; i++) {
        cut_one(&c, positions[i - 1], positions[i]);
        if (i + 1 == count || (nodes && nodes[i]))
            end_link(&c, quantise(level, positions[i]));
    }
    close_piece(&c);
    release(c.points.items);
    release(c.trail.items);
}

/** Where a-b meets a line at part/whole along its x axis (or y axis, with x and y exchanged). */
static int64_t meet(int64_t from, int64_t to, int64_t start, int64_t end, int64_t edge)
{
    return between(from, to, edge - start, end - start);
}

/** Crossings of one short step with the edges of the parts, in order; a step is shorter than a part. */
static void cut_step(struct cutter *c, struct cut_point a, struct cut_point b)
{
    int64_t column = floor_divide(a.x < b.x ? b.x - 1 : a.x - 1, c->units_x) * c->units_x;
    int64_t row = floor_divide(a.y < b.y ? b.y - 1 : a.y - 1, c->units_y) * c->units_y;
    bool crosses_column = column > (a.x < b.x ? a.x : b.x), crosses_row = row > (a.y < b.y ? a.y : b.y);
    struct cut_point at_edge;

    c->trail.count = 0;
    cut_points_add(&c->trail, a);
    if (crosses_column) {
        at_edge = (struct cut_point){column, meet(a.y, b.y, a.x, b.x, column), false};
        add_distinct(&c->trail, at_edge);
    }
    if (crosses_row) {
        at_edge = (struct cut_point){meet(a.x, b.x, a.y, b.y, row), row, false};
        if (crosses_column && llabs(row - a.y) * llabs(b.x - a.x) < llabs(column - a.x) * llabs(b.y - a.y)) {
            struct cut_point later = c->trail.items[c->trail.count - 1];

            c->trail.count = 1;
            add_distinct(&c->trail, at_edge);
            at_edge = later;
        }
        add_distinct(&c->trail, at_edge);
    }
    add_distinct(&c->trail, b);
}

void cut_piece(struct parts parts, const struct cut_limits *limits, const struct cut_point *points,
               size_t count, uint32_t first_link, piece_callback *callback, void *context)
{
    struct cutter c = {.units_x = CELL_UNITS / parts.columns,
                       .units_y = CELL_UNITS / parts.rows,
                       .cells = {0, parts.rows - 1, 0, parts.columns - 1},
                       .limits = limits,
                       .callback = callback,
                       .context = context,
                       .link = first_link};

    for (size_t i = 1; i < count; i++) {
        cut_step(&c, points[i - 1], points[i]);
        for (size_t k = 1; k < c.trail.count; k++) {
            enter_cell(&c, c.trail.items[k - 1], c.trail.items[k]);
            push(&c, c.trail.items[k]);
        }
        if (points[i].node)
            end_link(&c, points[i]);
    }
    close_piece(&c);
    release(c.points.items);
    release(c.trail.items);
}
