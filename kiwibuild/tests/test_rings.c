/* SPDX-License-Identifier: MIT */
/* Which ring of a multipolygon lies in which, and which sides of a ring reach a height. */
#include <stdlib.h>

#include "input/multipolygon.h"
#include "input/strips.h"
#include "main.h"

enum { SQUARES = 100000, CORNERS = 5, COMB = 2000 };

/** A square in a square, and so on: squares of one row are side by side. */
struct square {
    int64_t west, south, size;
    size_t parent;
};

static struct square squares[SQUARES];
static struct position corners[SQUARES][CORNERS];
static int64_t nodes[SQUARES][CORNERS];
static struct strand strands[SQUARES];

/** Each square has up to nine in it; the first one has all of the others. */
static void make_squares(void)
{
    size_t made = 1;
    squares[0] = (struct square){-(1 << 30), -(1 << 30), (int64_t)1 << 31, SIZE_MAX};
    for (size_t outer = 0; made < SQUARES; outer++) {
        const int64_t side = outer ? 3 : 250, step = squares[outer].size / side;
        for (int64_t i = 0; i < side * side && made < SQUARES; i++)
            squares[made++] = (struct square){squares[outer].west + i % side * step + step / 8,
                                              squares[outer].south + i / side * step + step / 8, step / 2,
                                              outer};
    }
}

static void make_strands(void)
{
    srand(7);
    for (size_t i = 0; i < SQUARES; i++) {
        const struct square *s = &squares[i];
        const size_t other = (size_t)rand() % (i + 1);
        for (int c = 0; c < CORNERS; c++) {
            corners[i][c] = (struct position){s->west + (c == 1 || c == 2 ? s->size : 0),
                                              s->south + (c == 2 || c == 3 ? s->size : 0)};
            nodes[i][c] = (int64_t)i * CORNERS + c % (CORNERS - 1);
        }
        strands[i] = strands[other]; /* shuffled */
        strands[other] = (struct strand){nodes[i], corners[i], CORNERS};
    }
}

START_TEST(nesting)
{
    struct multipolygon m = {0};
    size_t children = 0;
    make_squares();
    make_strands();
    ck_assert(multipolygon_make(&m, strands, SQUARES));
    ck_assert_uint_eq(m.ring_count, SQUARES);
    for (size_t i = 0; i < SQUARES; i++) {
        const struct square *square = &squares[m.nodes[m.rings[i].first] / CORNERS];
        const size_t parent = m.rings[i].parent;
        if (square->parent == SIZE_MAX)
            ck_assert_uint_eq(parent, SIZE_MAX);
        else
            ck_assert_uint_eq((size_t)m.nodes[m.rings[parent].first] / CORNERS, square->parent);
        ck_assert_int_eq(m.rings[i].hole, parent != SIZE_MAX && !m.rings[parent].hole);
        for (size_t k = m.rings[i].first_inner; k != SIZE_MAX; k = m.rings[k].next_inner, children++)
            ck_assert_uint_eq(m.rings[k].parent, i);
    }
    ck_assert_uint_eq(children, SQUARES - 1);
    multipolygon_free(&m);
}
END_TEST

/** Of a comb with long teeth and of one with a fine edge: the same answer as all sides give. */
static void look_at_sides(int64_t tooth, int64_t spine)
{
    static struct position comb[COMB + 1];
    struct strip_store store = {0};
    for (int64_t i = 0; i <= COMB; i++)
        comb[i] = (struct position){i, i % 2 ? spine + i : spine + i + tooth};
    const struct sides sides = {comb, 1, COMB};
    const struct strips strips = strips_make(&store, &sides);
    ck_assert_uint_le(store.side_count, 5 * COMB);
    for (int64_t y = strips.low - 1; y <= strips.high + 1; y += 1 + tooth / 50) {
        size_t wanted = 0, found = 0, count;
        for (size_t i = 0; i < COMB; i++)
            wanted += (comb[i].y > y) != (comb[i + 1].y > y);
        const uint32_t *at = strips_at(&store, &strips, y, &count);
        for (size_t i = 0; i < count; i++)
            found += (comb[at[i]].y > y) != (comb[at[i] + 1].y > y);
        ck_assert_uint_eq(found, wanted);
    }
    strip_store_free(&store);
}

START_TEST(strips_of_sides)
{
    look_at_sides(1, 0);
    look_at_sides(40, -100);
    look_at_sides(100000, -5000);
    look_at_sides((int64_t)1 << 33, -((int64_t)1 << 32));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {nesting, strips_of_sides};

    return run_tests("rings", tests, sizeof tests / sizeof tests[0]);
}
