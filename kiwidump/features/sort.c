/* SPDX-License-Identifier: MIT */
/* Sorts numbers with the places of their items, byte by byte from the lowest on, and then moves the items. */
#include "sort.h"

#include <stdlib.h>
#include <string.h>

struct numbered {
    uint64_t number;
    size_t at; /* the item, before it is moved */
};

struct sorting {
    char *items;
    size_t count;
    const struct sort_order *order;
};

/** So many are put in their places one by one. */
enum { FEW = 48 };

static const char *item(const struct sorting *sorting, const struct numbered *numbered)
{
    return sorting->items + numbered->at * sorting->order->size;
}

static bool is_before(const struct sorting *sorting, const struct numbered *a, const struct numbered *b)
{
    if (a->number != b->number || !sorting->order->compare)
        return a->number < b->number;
    return sorting->order->compare(item(sorting, a), item(sorting, b)) < 0;
}

static void sort_few(const struct sorting *sorting, struct numbered *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct numbered next = list[i];
        size_t place = i;
        for (; place > 0 && is_before(sorting, &next, &list[place - 1]); place--)
            list[place] = list[place - 1];
        list[place] = next;
    }
}

enum { DIGITS = sizeof(uint64_t), DIGIT_VALUES = 256 };

static uint8_t digit_of(uint64_t number, unsigned digit)
{
    return (uint8_t)(number >> 8 * digit);
}

/** Sorts by the numbers alone; returns which of the two lists they are in then. */
static struct numbered *sort_numbers(struct numbered *list, struct numbered *other, size_t count)
{
    size_t ends[DIGITS][DIGIT_VALUES] = {0};
    for (size_t i = 0; i < count; i++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            ends[digit][digit_of(list[i].number, digit)]++;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        size_t *places = ends[digit];
        size_t place = 0;
        if (places[digit_of(list[0].number, digit)] == count)
            continue; /* all the same */
        for (unsigned value = 0; value < DIGIT_VALUES; value++) {
            size_t there = places[value];
            places[value] = place;
            place += there;
        }
        for (size_t i = 0; i < count; i++)
            other[places[digit_of(list[i].number, digit)]++] = list[i];
        struct numbered *sorted = other;
        other = list;
        list = sorted;
    }
    return list;
}

/** Moves each item to where its number is, round by round of those that take each other's place. */
static void move_items(const struct sorting *sorting, struct numbered *list)
{
    size_t size = sorting->order->size;
    char first[SORT_ITEM];
    for (size_t i = 0; i < sorting->count; i++) {
        size_t to = i;
        if (list[i].at == i)
            continue;
        memcpy(first, sorting->items + i * size, size);
        while (list[to].at != i) {
            size_t from = list[to].at;
            memcpy(sorting->items + to * size, sorting->items + from * size, size);
            list[to].at = to;
            to = from;
        }
        list[to].at = to;
        memcpy(sorting->items + to * size, first, size);
    }
}

static size_t same_number(const struct numbered *list, size_t first, size_t count)
{
    size_t end = first + 1;
    while (end < count && list[end].number == list[first].number)
        end++;
    return end;
}

static void sort_many(const struct sorting *sorting, struct numbered *list, struct numbered *other)
{
    const struct sort_order *order = sorting->order;
    size_t count = sorting->count;
    list = sort_numbers(list, other, count);
    for (size_t first = 0, end; first < count && order->compare; first = end) {
        end = same_number(list, first, count);
        if (end - first <= FEW)
            sort_few(sorting, list + first, end - first);
    }
    move_items(sorting, list);
    for (size_t first = 0, end; first < count && order->compare; first = end) {
        end = same_number(list, first, count);
        if (end - first > FEW)
            qsort(sorting->items + first * order->size, end - first, order->size, order->compare);
    }
}

void sort_items(struct memory *memory, void *items, size_t count, const struct sort_order *order)
{
    const struct sorting sorting = {items, count, order};
    struct numbered few[FEW];
    size_t size = 2 * count * sizeof *few;
    struct numbered *list = count <= FEW ? few : memory_take(memory, size);
    for (size_t i = 0; list && i < count; i++)
        list[i] = (struct numbered){order->number(sorting.items + i * order->size), i};
    if (list == few) {
        sort_few(&sorting, list, count);
        move_items(&sorting, list);
    } else if (list) {
        sort_many(&sorting, list, list + count);
        memory_give(memory, list, size);
    }
}
