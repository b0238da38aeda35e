/* SPDX-License-Identifier: MIT */
/* What makes a plan safe: programs change only under check values that fit again afterwards. */
#include "plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum { WINDOW = 16384 };

/* Check values */

static bool check_boot(const struct plan *plan, struct kiwi_source *source, struct failure *failure)
{
    uint32_t stored, wanted;
    if (!plan->has_boot)
        return true;
    if (!boot_values(&plan->boot, source, plan->files[0].base, &stored, &wanted, failure))
        return false;
    return stored == wanted || refuse(failure, EXIT_REFUSED,
                                      "after all changes pmb of %.150s says %08" PRIX32
                                      ", and its kernel has the CRC-32 %08" PRIX32,
                                      plan->target.image.path, stored, wanted);
}

bool plan_check_sums(const struct plan *plan, struct kiwi_source *source, struct failure *failure)
{
    for (size_t i = 0; i < plan->block_count; i++) {
        const struct summed_block *block = &plan->blocks[i];
        uint32_t stored, wanted;
        char rule[CHECKSUM_RULE_TEXT];
        if (!checksum_rule_stored(&block->rule, source, block->offset, block->length, &stored, failure) ||
            !checksum_rule_wanted(&block->rule, source, block->offset, block->length, &wanted, failure))
            return false;
        if (stored == wanted)
            continue;
        checksum_rule_text(&block->rule, rule);
        return refuse(failure, EXIT_REFUSED,
                      "after all changes the block at byte %" PRIu64 " of %.150s ends with %08" PRIX32
                      ", and its rule %s makes %08" PRIX32,
                      block->offset, plan->target.image.path, stored, rule, wanted);
    }
    return check_boot(plan, source, failure);
}

/* Bytes that may change */

/** Of the file of the host. */
struct ranges {
    struct kiwi_extent *items;
    size_t count, room;
};

static bool add_range(struct ranges *ranges, uint64_t offset, uint64_t length, struct failure *failure)
{
    struct kiwi_extent *items = grow_array(ranges->items, &ranges->room, ranges->count, 1, sizeof *items);
    if (!items)
        return refuse_memory(failure);
    ranges->items = items;
    items[ranges->count++] = (struct kiwi_extent){offset, length};
    return true;
}

/** Up to where the bytes from offset on are in a range, or in none; at most end. */
static uint64_t next_edge(const struct ranges *ranges, uint64_t offset, uint64_t end, bool *inside)
{
    uint64_t edge = end;
    *inside = false;
    for (size_t i = 0; i < ranges->count && !*inside; i++) {
        const struct kiwi_extent *range = &ranges->items[i];
        if (range->offset <= offset && offset - range->offset < range->length) {
            uint64_t left = range->length - (offset - range->offset);
            *inside = true;
            return left < end - offset ? offset + left : end;
        }
        if (range->offset > offset && range->offset < edge)
            edge = range->offset;
    }
    return edge;
}

/** Whether a stretch of the file meets what some module has: its place, or a section of its own. */
static bool meets_program(const struct kiwi_loading *loading, uint64_t offset, uint64_t length)
{
    for (size_t i = 0; i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (module->rule != KIWI_LOADING_NOWHERE && ranges_meet(offset, length, module->offset, module->size))
            return true;
        for (size_t k = 0; k < module->section_count; k++)
            if (ranges_meet(offset, length, module->sections[k].offset, module->sections[k].length))
                return true;
    }
    return false;
}

/** A table that may change; one that a program shares bytes with may not. */
static bool add_table(const struct plan_file *file, uint64_t offset, uint64_t length, struct ranges *ranges,
                      struct failure *failure)
{
    return meets_program(file->loading, offset, length) ||
           add_range(ranges, file->base + offset, length, failure);
}

/** The tables of a LOADING file, as far as they look like such: a count that is none leads anywhere. */
static bool add_tables(const struct plan_file *file, struct ranges *ranges, struct failure *failure)
{
    const struct kiwi_loading *loading = file->loading;
    bool good = true;
    for (size_t i = 0; good && i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (!is_program_table(module))
            continue;
        good = add_table(file, 0, kiwi_type_loading_module_management.fixed_size, ranges, failure) &&
               add_table(file, kiwi_loading_system(loading, module->system)->offset,
                         kiwi_type_system_identification.fixed_size, ranges, failure) &&
               add_table(file, module->identification_offset, kiwi_type_module_identification.fixed_size,
                         ranges, failure) &&
               add_table(file, module->management_offset, kiwi_type_module_management_information.fixed_size,
                         ranges, failure);
    }
    return good;
}

/** What a rule covers: the bytes that it sums, and its value. */
static bool add_blocks(const struct plan *plan, struct ranges *ranges, struct failure *failure)
{
    for (size_t i = 0; i < plan->block_count; i++) {
        const struct summed_block *block = &plan->blocks[i];
        if (!add_range(ranges, block->offset + block->rule.skip, block->length - block->rule.skip, failure))
            return false;
    }
    return !plan->has_boot ||
           add_range(ranges, plan->files[0].base + plan->boot.kernel, plan->boot.kernel_size, failure);
}

/** Whether length bytes at offset are others in the two sources. */
static bool differs(struct kiwi_source *before, struct kiwi_source *after, uint64_t offset, uint64_t length,
                    bool *result, struct failure *failure)
{
    uint8_t bytes[2][WINDOW];
    *result = false;
    while (length > 0 && !*result) {
        size_t part = length < WINDOW ? (size_t)length : WINDOW;
        size_t received[2];
        struct kiwi_error error;
        if (kiwi_source_read(before, offset, bytes[0], part, &received[0], &error) != KIWI_OK ||
            kiwi_source_read(after, offset, bytes[1], part, &received[1], &error) != KIWI_OK)
            return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
        *result = received[0] != part || received[1] != part || memcmp(bytes[0], bytes[1], part) != 0;
        offset += part;
        length -= part;
    }
    return true;
}

/** A step that brings the whole module that a recipe names, of which no other module has a part only. */
static bool is_whole(const struct plan *plan, const struct plan_file *file, const struct change *change)
{
    if (!change->module || !plan->module)
        return false;
    for (size_t i = 0; i < kiwi_loading_module_count(file->loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(file->loading, i);
        uint64_t start = file->base + module->offset;
        if (module->rule != KIWI_LOADING_NOWHERE &&
            ranges_meet(change->offset, change->length, start, module->size) &&
            (start < change->offset || start - change->offset > change->length ||
             module->size > change->length - (start - change->offset)))
            return false;
    }
    return true;
}

static bool refuse_uncovered(const struct plan_file *file, const struct change *change, uint64_t offset,
                             struct failure *failure)
{
    const struct kiwi_loading_module *module = loading_module_at(file->loading, offset - file->base);
    if (module)
        return refuse(failure, EXIT_REFUSED,
                      "%.150s: lies in module %.60s, and no checksum step covers it (byte %" PRIu64
                      " of %.100s); see --override",
                      change->why, module->name, offset - file->base, file->file->path);
    return refuse(failure, EXIT_REFUSED,
                  "%.150s: byte %" PRIu64
                  " of %.100s lies outside its tables, and no checksum step covers it; "
                  "see --override",
                  change->why, offset - file->base, file->file->path);
}

/** The bytes that a change makes others must lie in a range. */
static bool check_change(const struct plan *plan, const struct plan_file *file, const struct change *change,
                         const struct ranges *ranges, struct kiwi_source *overlay, struct failure *failure)
{
    uint64_t end = change->offset + change->length;
    for (uint64_t at = change->offset; at != end;) {
        bool inside, different = false;
        uint64_t edge = next_edge(ranges, at, end, &inside);
        if (!inside && !differs(plan->target.image.source, overlay, at, edge - at, &different, failure))
            return false;
        if (different)
            return refuse_uncovered(file, change, at, failure);
        at = edge;
    }
    return true;
}

bool plan_check_covered(const struct plan *plan, struct kiwi_source *overlay, struct failure *failure)
{
    struct ranges ranges = {0};
    bool good = plan->override || add_blocks(plan, &ranges, failure);
    for (size_t i = 0; good && !plan->override && i < plan->file_count; i++)
        good = !plan->files[i].loading || add_tables(&plan->files[i], &ranges, failure);
    for (size_t i = 0; good && !plan->override && i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        const struct plan_file *file = plan_file_at(plan, change->offset);
        if (file && file->program && !change->derived && !is_whole(plan, file, change))
            good = check_change(plan, file, change, &ranges, overlay, failure);
    }
    free(ranges.items);
    return good;
}
