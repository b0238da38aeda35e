/* SPDX-License-Identifier: MIT */
/* The files of a disc one by one, each by ascending offset: what the map consists of is put into order first.
 */
#include "walk/walk.h"

struct files_cursor {
    struct kiwi_cursor base;
    size_t next;     /* file */
    unsigned passes; /* over the structure of the map, so far */
    struct kiwi_order order;
};

/** A file whose sections are in order, as far as there was room. */
struct sections_cursor {
    struct kiwi_cursor base;
    struct files_cursor *files;
    const struct kiwi_file *file;
};

/** Goes through the structure of the map; sections go into the order. */
static enum kiwi_turn walk_map(struct kiwi_walk *walk)
{
    const struct kiwi_cursor *here = walk->stack.top;
    enum kiwi_turn turn = KIWI_TURN_AGAIN;
    struct kiwi_item item;
    kiwi_map_begin(walk);
    while (turn != KIWI_TURN_FAILED && walk->stack.top != here)
        turn = kiwi_stack_turn(&walk->stack, walk, &item);
    return turn;
}

/** Puts what a file consists of into order, from a byte on, as far as there is room. */
static enum kiwi_turn collect(struct kiwi_walk *walk, struct files_cursor *files,
                              const struct kiwi_file *file, uint64_t from, uint64_t end)
{
    struct kiwi_reporter reporter = walk->reporter;
    kiwi_order_begin(&files->order, file, from, end);
    if (!walk->map || (files->passes > 0 && !kiwi_claims_of(&walk->claims, file)))
        return KIWI_TURN_AGAIN;
    kiwi_claims_free(&walk->claims);
    kiwi_claims_init(&walk->claims, walk->disc);
    if (files->passes++ > 0) /* once is enough */
        walk->reporter.callback = walk->map->reporter.callback = NULL;
    walk->order = &files->order;
    enum kiwi_turn turn = walk_map(walk);
    walk->order = NULL;
    walk->reporter = walk->map->reporter = reporter;
    kiwi_order_finish(&files->order);
    return turn == KIWI_TURN_FAILED ? turn : KIWI_TURN_AGAIN;
}

/** The gap before the next section, or that section. */
static enum kiwi_turn next_section(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct sections_cursor *sections = (struct sections_cursor *)cursor;
    struct kiwi_order *order = &sections->files->order;
    const struct kiwi_section *section = order->next < order->count ? &order->sections[order->next] : NULL;
    uint64_t until = section ? section->offset : order->after;
    uint64_t from = walk->position;
    if (!section && order->limit != KIWI_NULL)
        return collect(walk, sections->files, sections->file, order->limit, order->end);
    if (from < until && (section || from < order->end)) {
        walk->position = until;
        return kiwi_walk_unclaimed(walk, sections->file, from, until, item);
    }
    if (!section)
        return KIWI_TURN_OVER;
    order->next++;
    walk->position = section->offset + section->length;
    return kiwi_section_begin(walk, sections->file, section, order->from, order->end);
}

static void begin_sections(struct kiwi_walk *walk, struct files_cursor *files, const struct kiwi_file *file)
{
    static const struct kiwi_cursor_type type = {sizeof(struct sections_cursor), next_section, kiwi_no_path,
                                                 NULL};
    struct sections_cursor *sections = kiwi_stack_push(&walk->stack, &type);
    sections->files = files;
    sections->file = file;
}

/** Whether a file has to be walked. */
static bool wanted(const struct kiwi_walk *walk, const struct kiwi_file *file)
{
    const struct kiwi_scope *scope = &walk->scope;
    return scope->only ? file == scope->only : !scope->has_range || (walk->map && file == walk->map->file);
}

static enum kiwi_turn next_file(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct files_cursor *files = (struct files_cursor *)cursor;
    const struct kiwi_extent *range = &walk->scope.range;
    if (files->next >= kiwi_disc_file_count(walk->disc))
        return KIWI_TURN_OVER;
    const struct kiwi_file *file = kiwi_disc_file(walk->disc, files->next++);
    uint64_t from = 0;
    uint64_t end = file->size;
    if (!wanted(walk, file))
        return KIWI_TURN_AGAIN;
    if (walk->scope.has_range) {
        from = range->offset < end ? range->offset : end;
        end = range->length < end - from ? from + range->length : end;
    }
    if (collect(walk, files, file, from, end) == KIWI_TURN_FAILED)
        return KIWI_TURN_FAILED;
    walk->position = files->order.before;
    if (!walk->map || !kiwi_claims_of(&walk->claims, file))
        return kiwi_file_begin(walk, file, item);
    begin_sections(walk, files, file);
    return KIWI_TURN_AGAIN;
}

static void free_order(struct kiwi_cursor *cursor)
{
    kiwi_order_free(&((struct files_cursor *)cursor)->order);
}

bool kiwi_ordered_files_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct files_cursor), next_file, kiwi_no_path,
                                                 free_order};
    struct files_cursor *files = kiwi_stack_push(&walk->stack, &type);
    return kiwi_order_init(&files->order);
}
