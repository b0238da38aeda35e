/* SPDX-License-Identifier: MIT */
/* What a file consists of, in ascending order and as far as there is room. */
#include "walk/order.h"

#include <stdlib.h>
#include <string.h>

bool kiwi_order_init(struct kiwi_order *order)
{
    memset(order, 0, sizeof *order);
    order->sections = malloc(KIWI_ORDER_LIMIT * sizeof *order->sections);
    return order->sections;
}

void kiwi_order_free(struct kiwi_order *order)
{
    free(order->sections);
    order->sections = NULL;
}

void kiwi_order_begin(struct kiwi_order *order, const struct kiwi_file *file, uint64_t from, uint64_t end)
{
    order->file = file;
    order->from = from;
    order->end = end;
    order->before = 0;
    order->after = file->size;
    order->limit = KIWI_NULL;
    order->count = order->next = 0;
    memset(order->is_pending, 0, sizeof order->is_pending);
}

static int by_offset(const void *left, const void *right)
{
    const struct kiwi_section *a = left;
    const struct kiwi_section *b = right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/** Room is made by dropping the sections that come last; the next pass finds them again. */
static void drop_half(struct kiwi_order *order)
{
    qsort(order->sections, order->count, sizeof *order->sections, by_offset);
    order->count /= 2;
    order->limit = order->sections[order->count].offset;
}

static void keep(struct kiwi_order *order, const struct kiwi_section *section)
{
    uint64_t end = section->offset + section->length; /* claimed, so it lies in the file */
    if (section->length == 0)
        return;
    if (end <= order->from) {
        order->before = end > order->before ? end : order->before;
        return;
    }
    if (section->offset >= order->end) {
        order->after = section->offset < order->after ? section->offset : order->after;
        return;
    }
    if (section->offset >= order->limit)
        return;
    if (order->count == KIWI_ORDER_LIMIT)
        drop_half(order);
    if (section->offset < order->limit)
        order->sections[order->count++] = *section;
}

struct kiwi_tree_place kiwi_section_place(const struct kiwi_section *section, uint32_t i)
{
    struct kiwi_tree_place place = section->of.tree.place;
    if (section->of.tree.step == KIWI_TREE_BLOCK_SET)
        place.block_set += i;
    else if (section->of.tree.step == KIWI_TREE_BLOCK)
        place.block += i;
    else if (section->of.tree.step == KIWI_TREE_SLOT && place.in_part)
        place.part_slot += i;
    else if (section->of.tree.step == KIWI_TREE_SLOT)
        place.slot += i;
    return place;
}

/** Whether a record of the parcel management follows the ones of a section. */
static bool goes_on(const struct kiwi_section *section, const struct kiwi_section *next)
{
    uint64_t count = section->length / section->of.tree.stride;
    struct kiwi_tree_place expected = kiwi_section_place(section, (uint32_t)count);
    const struct kiwi_tree_place *place = &next->of.tree.place;
    return next->offset == section->offset + section->length &&
           next->of.tree.stride == section->of.tree.stride && next->type == section->type &&
           next->of.tree.argument == section->of.tree.argument && place->level == expected.level &&
           place->block_set == expected.block_set && place->block == expected.block &&
           place->slot == expected.slot && place->in_part == expected.in_part &&
           place->guidance == expected.guidance &&
           (!place->in_part || place->part_slot == expected.part_slot);
}

void kiwi_order_add(struct kiwi_order *order, const struct kiwi_file *file,
                    const struct kiwi_section *section)
{
    if (file != order->file)
        return;
    if (section->kind != KIWI_SECTION_TREE || section->of.tree.stride == 0) {
        keep(order, section);
        return;
    }
    enum kiwi_tree_step step = section->of.tree.step;
    struct kiwi_section *pending = &order->pending[step];
    if (order->is_pending[step] && goes_on(pending, section)) {
        pending->length += section->length;
        return;
    }
    if (order->is_pending[step])
        keep(order, pending);
    *pending = *section;
    order->is_pending[step] = true;
}

void kiwi_order_finish(struct kiwi_order *order)
{
    for (size_t i = 0; i < sizeof order->pending / sizeof order->pending[0]; i++) {
        if (order->is_pending[i])
            keep(order, &order->pending[i]);
        order->is_pending[i] = false;
    }
    qsort(order->sections, order->count, sizeof *order->sections, by_offset);
}
