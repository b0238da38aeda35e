/* SPDX-License-Identifier: MIT */
/* Decodes all roads, backgrounds and names of a map with their points, and checks nothing: how fast that can
 * be done at all. Prints what shapes.c prints of the same disc, which must be intact and have no file names
 * in its lists: plain ALLDATA.KWI */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <kiwi/load.h>

enum { POINTS = 2048 };

struct point {
    int32_t x, y;
};

/** What is counted of shapes, so that they are worth decoding. */
static unsigned long long shapes, points, sum, characters;

static const uint8_t *data;
static uint8_t *seen; /* a bit for each logical sector in which a frame begins */
static size_t sector, logical;

static int32_t coordinate(const uint8_t *at)
{
    uint32_t word = kiwi_load16(at);
    return (int32_t)((word & 0x1FFF) + (word >> 13) * 4096);
}

static size_t address(const uint8_t *at)
{
    uint32_t word = kiwi_load32(at);
    return (word >> 8) * sector + (word & 63) * logical;
}

static void visit(uint32_t type, const struct point *line, size_t count, size_t text_length)
{
    shapes++;
    points += count;
    characters += text_length;
    sum += type;
    for (size_t i = 0; i < count; i++)
        sum += (uint32_t)line[i].x + 3 * (uint32_t)line[i].y;
}

/** Adds steps behind the first point; returns how many points there are. */
static size_t add_steps(struct point *line, const uint8_t *step, size_t count, int factor)
{
    for (size_t i = 1; i <= count; i++, step += 2)
        line[i] = (struct point){line[i - 1].x + (int8_t)step[0] * factor,
                                 line[i - 1].y + (int8_t)step[1] * factor};
    return count + 1;
}

/** 7.2.2.1.1: a chain of links. */
static void chain(const uint8_t *at)
{
    struct point line[POINTS];
    uint32_t nodes = kiwi_load16(at + 4) & 0x7FF;
    const uint8_t *node = at + 2 * at[3];
    if (at[0] & 0x80)
        return;
    line[0] = (struct point){coordinate(node + 2), coordinate(node + 4)};
    for (uint32_t link = 1; link < nodes; link++) {
        size_t steps = kiwi_load16(node) & 0x3FF;
        size_t count = add_steps(line, node + 6, steps, 1);
        node += 6 + 2 * steps;
        line[count] = (struct point){coordinate(node + 2), coordinate(node + 4)};
        visit(at[14] >> 4, line, count + 1, 0);
        line[0] = line[count];
    }
}

/** Records one behind the other; the size of each, in words, is in its first word. */
static inline void each(const uint8_t *head, const uint8_t *offset, uint32_t before, uint32_t count,
                        void (*read)(const uint8_t *))
{
    const uint8_t *at = head + 2 * kiwi_load16(offset) + before;
    if (kiwi_load16(offset) != 0xFFFF)
        for (; count > 0; count--, at += 2 * (kiwi_load16(at) & 0xFFF))
            read(at);
}

/** 7.2: lists by display class. */
static void roads(const uint8_t *head)
{
    for (const uint8_t *entry = head + 8, *end = entry + 4 * head[4]; entry < end; entry += 4)
        each(head, entry, 2, kiwi_load16(entry + 2) & 0xFFF, chain);
}

/** 7.3.2.2.1 */
static void background(const uint8_t *at)
{
    struct point line[POINTS] = {{coordinate(at + 8), coordinate(at + 10)}};
    if (at[0] & 0x80)
        return;
    size_t count = add_steps(line, at + 12, kiwi_load16(at + 2) & 0x7FF, 1 << (at[7] & 7));
    visit(kiwi_load16(at + 4), line, count, 0);
}

/** 7.3: element units, each with units of one class of shapes. */
static void backgrounds(const uint8_t *head)
{
    for (const uint8_t *entry = head + 2, *end = head + 2 * kiwi_load16(head); entry < end; entry += 4) {
        const uint8_t *unit = head + 2 * kiwi_load16(entry);
        if (kiwi_load16(entry) == 0xFFFF || kiwi_load16(entry + 2) == 0)
            continue;
        for (const uint8_t *type = unit + 2, *last = type + 4 * kiwi_load16(unit); type < last; type += 4)
            each(unit, type, 0, kiwi_load16(type + 2) & 0xFFF, background);
    }
}

/** 7.4.2.1.1: a text and, but for those along a line, where it stands. */
static void name(const uint8_t *at)
{
    static const uint8_t text_at[8] = {0,  12, 0,  0,
                                       10, 14, 14, 0}; /* by type of string; 0 = it is not known */
    uint32_t kind = at[2] & 7;
    const uint8_t *text = at + text_at[kind] + (kind == 4 ? 2 * (at[7] & 15) : 0);
    size_t length = text_at[kind] ? 2 * kiwi_load16(text) : 0;
    if (at[0] & 0x80)
        return;
    while (length > 0 && text[1 + length] == '\0')
        length--;
    struct point place = {coordinate(at + 8), coordinate(at + 10)};
    visit(kiwi_load16(at + 4), &place, text_at[kind] && kind != 4, length);
}

/** 7.4: lists by display class. */
static void names(const uint8_t *head)
{
    for (const uint8_t *entry = head + 2, *end = head + 2 * kiwi_load16(head); entry < end; entry += 4)
        each(head, entry, 0, kiwi_load16(entry + 2), name);
}

/** 7.1: the data frames of a parcel. */
static void frame(const uint8_t *head, unsigned kinds)
{
    static void (*const read[])(const uint8_t *) = {roads, backgrounds, names};
    const uint8_t *entry = head + 36 + 4 * kiwi_load16(head + 34);
    for (unsigned kind = 0; kind < kinds; kind++, entry += 6)
        if (kiwi_load32(entry) != UINT32_MAX && kiwi_load16(entry + 4) != 0)
            read[kind](head + 2 * (size_t)kiwi_load32(entry));
}

/** 6.3: a list of parcels, or of the parts of a divided one; counts are those of level, by type of list. */
static void list(const uint8_t *root, const uint8_t *at, const uint8_t *level)
{
    static const uint8_t sizes[] = {6, 8, 8};
    const uint8_t *counts = level + 28 + 2 * (at[0] & 3);
    uint32_t left = (counts[0] + 1u) * (counts[1] + 1u);
    for (const uint8_t *slot = at + 4; left > 0; left--, slot += sizes[at[1]]) {
        size_t number = address(slot) / logical;
        if (kiwi_load32(slot) == UINT32_MAX)
            continue;
        if (kiwi_load16(slot + 4) == 0) {
            list(root, root + 2 * (size_t)kiwi_load32(slot), level);
        } else if (!(seen[number / 8] & 1 << number % 8)) {
            seen[number / 8] |= (uint8_t)(1 << number % 8);
            frame(data + address(slot), level[2] >> 4 < 3 ? level[2] >> 4 : 3);
        }
    }
}

/** 6.1: the sets of blocks of a level, and their blocks. */
static void level(const uint8_t *head, const uint8_t *at)
{
    const uint8_t *set = head + 2 * kiwi_load16(at + 36);
    for (uint32_t sets = (at[24] + 1u) * (at[25] + 1u); sets > 0; sets--, set += 2 * kiwi_load16(head + 22)) {
        const uint8_t *block = head + 2 * (size_t)kiwi_load32(set + 2);
        uint32_t blocks = kiwi_load32(set + 6) == 0 ? 0 : (at[26] + 1u) * (at[27] + 1u);
        for (; blocks > 0; blocks--, block += 2 * kiwi_load16(head + 24))
            if (kiwi_load32(block) != UINT32_MAX)
                list(data + address(block), data + address(block), at);
    }
}

int main(int count, char **arguments)
{
    struct stat status;
    int file = count == 2 ? open(arguments[1], O_RDONLY) : -1;
    if (file < 0 || fstat(file, &status) != 0)
        return 2;
    size_t size = (size_t)status.st_size;
    data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    logical = kiwi_load16(data + 472);
    sector = kiwi_load16(data + 474);
    seen = calloc(size / logical / 8 + 1, 1);
    const uint8_t *head = data + address(data + 2048);
    for (uint32_t i = 0; i < kiwi_load16(head + 26); i++)
        level(head, head + 30 + 2 * (size_t)i * kiwi_load16(head + 20));
    printf("%llu shapes, %llu points, %llu characters, sum %llu\n", shapes, points, characters, sum);
    return 0;
}
