/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "bytes/codec.h"
#include "walk/walk_state.h"

struct kiwi_account *kiwi_walk_account_of(struct kiwi_walk *walk, const struct kiwi_file *file)
{
    for (size_t i = walk->account_count; i-- > 0;)
        if (walk->accounts[i].file == file)
            return &walk->accounts[i].account;
    struct kiwi_account_of *grown = realloc(walk->accounts, (walk->account_count + 1) * sizeof *grown);
    if (!grown)
        return &walk->uncounted;
    walk->accounts = grown;
    grown[walk->account_count] = (struct kiwi_account_of){.file = file};
    return &grown[walk->account_count++].account;
}

bool kiwi_walk_fail(struct kiwi_walk *walk)
{
    walk->stage = KIWI_STAGE_END;
    walk->in_engine = false;
    return false;
}

bool kiwi_walk_start(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                     uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_view view;
    if (kiwi_window_view(&walk->window, walk->file->source, offset, length, &view, &walk->error) != KIWI_OK)
        return kiwi_walk_fail(walk);
    walk->engine.account = kiwi_walk_account_of(walk, walk->file);
    kiwi_engine_start(&walk->engine, type, view, arguments, path);
    walk->in_engine = true;
    walk->in_frame = false;
    return true;
}

/** Keeps a record with its parts for later; arguments may be NULL. */
static bool collect_record(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                           uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_section section = {
        .kind = KIWI_SECTION_RECORD, .type = type, .offset = offset, .length = length};
    for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++) /* counts and sizes of records: they are small */
        section.of.record.arguments[i] = arguments ? (uint32_t)arguments[i] : 0;
    snprintf(section.of.record.path, sizeof section.of.record.path, "%s", path);
    kiwi_order_add(&walk->order, walk->file, &section);
    return true;
}

bool kiwi_walk_start_section(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                             uint64_t length, const uint64_t *arguments, const char *path)
{
    uint64_t size = walk->file->size;
    if (offset >= size)
        return false;
    length = length < size - offset ? length : size - offset;
    if (kiwi_claims_add(&walk->claims, walk->file, offset, length) != KIWI_CLAIM_FRESH) {
        kiwi_report(&walk->reporter, KIWI_ERROR, walk->file->path, offset, "",
                    "bytes that no other record uses", path);
        return false;
    }
    if (walk->collecting)
        return collect_record(walk, type, offset, length, arguments, path);
    return kiwi_walk_start(walk, type, offset, length, arguments, path);
}

bool kiwi_walk_in_range(const struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                        uint64_t length)
{
    const struct kiwi_file *only = walk->only ? walk->only : walk->map ? walk->map->file : NULL;
    const struct kiwi_extent *range = &walk->range;
    if (!walk->has_range)
        return true;
    return file == only && (offset < range->offset ? range->offset - offset < length
                                                   : offset - range->offset < range->length);
}

enum kiwi_event kiwi_walk_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                              uint64_t length, enum kiwi_gap kind, const char *name, const char *reason,
                              struct kiwi_item *item)
{
    kiwi_account_gap(kiwi_walk_account_of(walk, file), kind, length);
    *item = (struct kiwi_item){
        .offset = offset, .length = length, .file = file, .gap = kind, .name = name, .reason = reason};
    return KIWI_EVENT_GAP;
}

enum kiwi_event kiwi_walk_zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file,
                                           uint64_t offset, uint64_t length, bool zeros,
                                           struct kiwi_item *item)
{
    return zeros ? kiwi_walk_gap(walk, file, offset, length, KIWI_GAP_PADDING, "padding", "", item)
                 : kiwi_walk_gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "unreferenced",
                                 "no record refers to these bytes", item);
}

enum kiwi_event kiwi_walk_rest_gap(struct kiwi_walk *walk, uint64_t from, uint64_t end,
                                   struct kiwi_item *item)
{
    bool zeros = true;
    for (uint64_t at = from; zeros && at < end;) {
        struct kiwi_view view;
        if (kiwi_window_view(&walk->window, walk->file->source, at, end - at, &view, &walk->error) !=
                KIWI_OK ||
            view.length == 0) {
            kiwi_walk_fail(walk);
            return KIWI_EVENT_END;
        }
        zeros = !kiwi_any(view.bytes, view.length);
        at += view.length;
    }
    return kiwi_walk_zeros_or_unknown(walk, walk->file, from, end - from, zeros, item);
}
