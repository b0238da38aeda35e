/* SPDX-License-Identifier: MIT */
/* Lines cut at the edges of cells keep their points, and each piece stays in its cell. */
#include <string.h>

#include "cut.h"
#include "main.h"

enum { X_CELL = X_PER_DEGREE / 32, Y_CELL = Y_PER_DEGREE / 48, MOST = 64 };

/** Pieces that came out, with room for a few. */
static struct {
    struct piece pieces[MOST];
    struct cut_point points[MOST][4096];
    size_t count;
} found;

static struct level level = {.populated = {-4, 3, -4, 3}};
static struct cut_limits limits;

static void keep(void *context, const struct piece *piece)
{
    (void)context;
    ck_assert_uint_lt(found.count, MOST);
    ck_assert_uint_le(piece->count, 4096);
    found.pieces[found.count] = *piece;
    memcpy(found.points[found.count], piece->points, piece->count * sizeof *piece->points);
    found.pieces[found.count].points = found.points[found.count];
    found.count++;
}

/** x and y in units of level 0. */
static struct position at(int64_t x, int64_t y)
{
    return (struct position){x * X_CELL / 4096, y * Y_CELL / 4096};
}

static void cut(const struct position *positions, const bool *nodes, size_t count)
{
    static const struct cut_limits plenty = {511, 1023, 8190, 24, 14, 2};

    found.count = 0;
    limits = plenty;
    cut_line(&level, &limits, positions, nodes, count, 10, keep, NULL);
}

static void check_piece(size_t index, int64_t row, int64_t column, uint32_t link, struct cut_point first,
                        struct cut_point last)
{
    const struct piece *piece = &found.pieces[index];
    const struct cut_point *points = piece->points;

    ck_assert_uint_lt(index, found.count);
    ck_assert_int_eq(piece->row, row);
    ck_assert_int_eq(piece->column, column);
    ck_assert_uint_eq(piece->link, link);
    ck_assert_int_eq(points[0].x, first.x);
    ck_assert_int_eq(points[0].y, first.y);
    ck_assert_int_eq(points[piece->count - 1].x, last.x);
    ck_assert_int_eq(points[piece->count - 1].y, last.y);
    ck_assert(points[0].node && points[piece->count - 1].node);
}

/** Steps fit into a byte and no point leaves the piece's cell. */
static void check_steps(void)
{
    for (size_t i = 0; i < found.count; i++) {
        const struct piece *piece = &found.pieces[i];

        for (size_t k = 0; k < piece->count; k++) {
            const struct cut_point *p = &piece->points[k];

            ck_assert(p->x >= piece->column * 4096 && p->x <= (piece->column + 1) * 4096);
            ck_assert(p->y >= piece->row * 4096 && p->y <= (piece->row + 1) * 4096);
            if (k)
                ck_assert(p->x - p[-1].x >= -128 && p->x - p[-1].x <= 127 && p->y - p[-1].y >= -128 &&
                          p->y - p[-1].y <= 127);
        }
    }
}

START_TEST(inside_stays_whole)
{
    const struct position line[] = {at(10, 10), at(100, 60), at(90, 120)};

    cut(line, NULL, 3);
    ck_assert_uint_eq(found.count, 1);
    check_piece(0, 0, 0, 10, (struct cut_point){10, 10, true}, (struct cut_point){90, 120, true});
    ck_assert_uint_eq(found.pieces[0].count, 3);
    ck_assert(!found.points[0][1].node);
}
END_TEST

START_TEST(edge_is_shared)
{
    const struct position line[] = {at(4000, 100), at(4200, 200)};

    cut(line, NULL, 2);
    ck_assert_uint_eq(found.count, 2);
    check_piece(0, 0, 0, 10, (struct cut_point){4000, 100, true}, (struct cut_point){4096, 148, true});
    check_piece(1, 0, 1, 10, (struct cut_point){4096, 148, true}, (struct cut_point){4200, 200, true});
    check_steps();
}
END_TEST

START_TEST(corner_has_no_third_cell)
{
    const struct position up[] = {at(4000, 4000), at(4200, 4200)}, down[] = {at(4200, 4000), at(4000, 4192)};

    cut(up, NULL, 2);
    ck_assert_uint_eq(found.count, 2);
    check_piece(0, 0, 0, 10, (struct cut_point){4000, 4000, true}, (struct cut_point){4096, 4096, true});
    check_piece(1, 1, 1, 10, (struct cut_point){4096, 4096, true}, (struct cut_point){4200, 4200, true});
    cut(down, NULL, 2);
    check_steps();
    ck_assert_uint_eq(found.count, 3); /* just beside the corner */
}
END_TEST

START_TEST(negative_cells)
{
    const struct position line[] = {at(-4100, -4100), at(-4090, -4090), at(5, 5)};

    cut(line, NULL, 3);
    ck_assert_uint_eq(found.count, 3);
    check_piece(0, -2, -2, 10, (struct cut_point){-4100, -4100, true},
                (struct cut_point){-4096, -4096, true});
    check_piece(1, -1, -1, 10, (struct cut_point){-4096, -4096, true}, (struct cut_point){0, 0, true});
    check_piece(2, 0, 0, 10, (struct cut_point){0, 0, true}, (struct cut_point){5, 5, true});
    check_steps();
}
END_TEST

START_TEST(along_an_edge_stays)
{
    const struct position line[] = {at(4000, 10), at(4096, 20), at(4096, 120), at(4000, 130)};

    cut(line, NULL, 4);
    ck_assert_uint_eq(found.count, 1);
    check_piece(0, 0, 0, 10, (struct cut_point){4000, 10, true}, (struct cut_point){4000, 130, true});
}
END_TEST

START_TEST(far_edge_of_all_cells)
{
    const struct position line[] = {at(4 * 4096, 100), at(4 * 4096, 200)};

    cut(line, NULL, 2);
    ck_assert_uint_eq(found.count, 1);
    check_piece(0, 0, 3, 10, (struct cut_point){4 * 4096, 100, true},
                (struct cut_point){4 * 4096, 200, true});
}
END_TEST

START_TEST(leaves_and_returns)
{
    const struct position line[] = {at(4050, 10), at(4110, 20), at(4050, 30)};
    const bool nodes[] = {true, true, true};

    cut(line, nodes, 3);
    ck_assert_uint_eq(found.count, 3);
    check_piece(0, 0, 0, 10, (struct cut_point){4050, 10, true}, (struct cut_point){4096, 18, true});
    ck_assert_uint_eq(found.pieces[1].link, 10);
    ck_assert_uint_eq(found.pieces[1].count, 3);
    ck_assert_uint_eq(found.pieces[2].link, 11);
}
END_TEST

START_TEST(link_without_length)
{
    const struct position line[] = {at(10, 10), at(10, 10), at(50, 50)};
    const bool nodes[] = {true, true, true};

    cut(line, nodes, 3);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_uint_eq(found.pieces[0].count, 3);
    ck_assert(found.points[0][1].node);
    ck_assert_int_eq(found.points[0][1].x, 10);
}
END_TEST

START_TEST(long_steps_are_split)
{
    for (int64_t x = 3000; x < 3400; x += 7) {
        for (int64_t y = -300; y < 300; y += 11) {
            const struct position line[] = {at(2000, 2000), at(x, 2000 + y)};

            cut(line, NULL, 2);
            check_steps();
            ck_assert_uint_eq(found.count, 1);
            ck_assert_uint_le(found.pieces[0].count, (size_t)(x - 2000 + 126) / 127 + 2);
        }
    }
}
END_TEST

START_TEST(full_pieces_keep_the_link)
{
    static struct position line[3000];

    for (size_t i = 0; i < 3000; i++)
        line[i] = at(100 + (int64_t)i % 2 * 20, 100 + (int64_t)i);
    cut(line, NULL, 3000);
    ck_assert_uint_eq(found.count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(found.pieces[i].link, 10);
        ck_assert_uint_le(found.pieces[i].count, 1025);
    }
}
END_TEST

START_TEST(many_nodes_make_new_pieces)
{
    static struct position line[1200];
    static bool nodes[1200];
    uint32_t link = 10;

    for (size_t i = 0; i < 1200; i++) {
        line[i] = at(100, 100 + (int64_t)i);
        nodes[i] = true;
    }
    cut(line, nodes, 1200);
    ck_assert_uint_eq(found.count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(found.pieces[i].link, link);
        ck_assert_uint_le(found.pieces[i].count, 511);
        link += (uint32_t)found.pieces[i].count - 1;
    }
    ck_assert_uint_eq(link, 10 + 1199);
}
END_TEST

START_TEST(divided_cell)
{
    const struct cut_point line[] = {{2000, 2000, true}, {2100, 2040, false}, {2040, 2100, true}};

    found.count = 0;
    limits = (struct cut_limits){511, 1023, 8190, 24, 14, 2};
    cut_piece((struct parts){2, 2}, &limits, line, 3, 7, keep, NULL);
    ck_assert_uint_eq(found.count, 4);
    ck_assert_int_eq(found.pieces[1].column, 1);
    ck_assert_int_eq(found.points[0][1].x, 2048);
    ck_assert_int_eq(found.points[0][1].y, 2019);
    ck_assert_int_eq(found.pieces[3].row, 1);
    ck_assert_int_eq(found.pieces[3].column, 0);
    ck_assert_uint_eq(found.pieces[3].link, 7);
}
END_TEST

int main(void)
{
    level_set_cells(&level, 0);
    const TTest *const tests[] = {inside_stays_whole,         edge_is_shared,
                                  corner_has_no_third_cell,   negative_cells,
                                  along_an_edge_stays,        far_edge_of_all_cells,
                                  leaves_and_returns,         link_without_length,
                                  long_steps_are_split,       full_pieces_keep_the_link,
                                  many_nodes_make_new_pieces, divided_cell};

    return run_tests("cut", tests, sizeof tests / sizeof tests[0]);
}
