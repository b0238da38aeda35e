/* SPDX-License-Identifier: MIT */
/* Steps that several cursors share: claims, gaps, records outside of the engine. */
#include "walk/walk.h"

#include <stdio.h>
#include <string.h>

#include "bytes/codec.h"

bool kiwi_walk_only_parcels(const struct kiwi_walk *walk)
{
    return walk->scope.has_level || walk->scope.has_box;
}

bool kiwi_walk_in_range(const struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                        uint64_t length)
{
    const struct kiwi_scope *scope = &walk->scope;
    const struct kiwi_file *only = scope->only ? scope->only : walk->map ? walk->map->file : NULL;
    if (!scope->has_range)
        return true;
    return file == only &&
           (offset < scope->range.offset ? scope->range.offset - offset < length
                                         : offset - scope->range.offset < scope->range.length);
}

bool kiwi_walk_claim(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset, uint64_t *length,
                     const char *path)
{
    if (offset >= file->size)
        return false;
    *length = *length < file->size - offset ? *length : file->size - offset;
    if (kiwi_claims_add(&walk->claims, file, offset, *length) == KIWI_CLAIM_FRESH)
        return true;
    kiwi_report(&walk->reporter, KIWI_ERROR, file->path, offset, "", "bytes that no other record uses", path);
    return false;
}

/** Keeps a record with its parts for later; arguments may be NULL. */
static void collect(struct kiwi_walk *walk, const struct kiwi_record_type *type, const struct kiwi_file *file,
                    uint64_t offset, uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_section section = {
        .kind = KIWI_SECTION_RECORD, .type = type, .offset = offset, .length = length};
    for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++) /* counts and sizes of records: they are small */
        section.of.record.arguments[i] = arguments ? (uint32_t)arguments[i] : 0;
    snprintf(section.of.record.path, sizeof section.of.record.path, "%s", path);
    kiwi_order_add(walk->order, file, &section);
}

enum kiwi_turn kiwi_walk_take(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                              const struct kiwi_file *file, uint64_t offset, uint64_t length,
                              const uint64_t *arguments, const char *path)
{
    if (!walk->order)
        return kiwi_record_begin(walk, type, file, offset, length, arguments, path);
    collect(walk, type, file, offset, length, arguments, path);
    return KIWI_TURN_AGAIN;
}

enum kiwi_turn kiwi_walk_claim_and_take(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                                        const struct kiwi_file *file, uint64_t offset, uint64_t length,
                                        const uint64_t *arguments, const char *path)
{
    return kiwi_walk_claim(walk, file, offset, &length, path)
               ? kiwi_walk_take(walk, type, file, offset, length, arguments, path)
               : KIWI_TURN_AGAIN;
}

/** Reads bytes that nobody else does, so that a check finds those that cannot be read. */
static bool read_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t from, uint64_t end)
{
    struct kiwi_view view = {.length = 1};
    for (uint64_t at = from; file->source && at < end && view.length > 0; at += view.length)
        if (kiwi_window_view_around(&walk->window, file->source, at, end - at, &view, &walk->error) !=
            KIWI_OK)
            return false;
    return true;
}

enum kiwi_turn kiwi_walk_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                             uint64_t length, enum kiwi_gap kind, const char *name, const char *reason,
                             struct kiwi_item *item)
{
    struct kiwi_extent bad;
    if (walk->scope.check && !read_gap(walk, file, offset, offset + length))
        return KIWI_TURN_FAILED;
    if (file->source && kiwi_source_unreadable(file->source, offset, offset + length, &bad)) {
        kind = KIWI_GAP_UNKNOWN;
        name = "unreadable";
        reason = "bytes here cannot be read";
    }
    kiwi_account_gap(kiwi_accounts_of(&walk->accounts, file), kind, length);
    *item = (struct kiwi_item){
        .offset = offset, .length = length, .file = file, .gap = kind, .name = name, .reason = reason};
    return KIWI_TURN_ITEM;
}

enum kiwi_turn kiwi_walk_zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file,
                                          uint64_t offset, uint64_t length, bool zeros,
                                          struct kiwi_item *item)
{
    return zeros ? kiwi_walk_gap(walk, file, offset, length, KIWI_GAP_PADDING, "padding", "", item)
                 : kiwi_walk_gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "unreferenced",
                                 "no record refers to these bytes", item);
}

enum kiwi_turn kiwi_walk_unclaimed(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t from,
                                   uint64_t end, struct kiwi_item *item)
{
    bool zeros = true;
    for (uint64_t at = from; zeros && at < end;) {
        struct kiwi_view view;
        if (kiwi_window_view_around(&walk->window, file->source, at, end - at, &view, &walk->error) !=
                KIWI_OK ||
            view.length == 0)
            return KIWI_TURN_FAILED;
        zeros = !kiwi_any(view.bytes, view.length);
        at += view.length;
    }
    return kiwi_walk_zeros_or_unknown(walk, file, from, end - from, zeros, item);
}

enum kiwi_turn kiwi_walk_other_gap(struct kiwi_walk *walk, const struct kiwi_other_data *data,
                                   struct kiwi_item *item)
{
    return kiwi_walk_gap(walk, data->file, data->offset, data->length, KIWI_GAP_UNKNOWN, data->name,
                         "this kind of data is not decoded", item);
}

enum kiwi_turn kiwi_walk_tree_record(struct kiwi_walk *walk, struct kiwi_tree_record *record,
                                     const struct kiwi_tree_item *met, struct kiwi_item *item)
{
    struct kiwi_extent bad;
    memset(record->arguments, 0, sizeof record->arguments);
    record->arguments[0] = met->argument;
    if (kiwi_source_unreadable(met->file->source, met->offset, met->offset + met->available, &bad))
        return kiwi_walk_gap(walk, met->file, met->offset, met->available, KIWI_GAP_UNKNOWN, "", "", item);
    if (!kiwi_layout_record(met->type, met->bytes, met->available, record->arguments, &record->layout))
        return KIWI_TURN_AGAIN;
    kiwi_account_record(kiwi_accounts_of(&walk->accounts, met->file), met->type, &record->layout);
    *item = (struct kiwi_item){.type = met->type,
                               .layout = &record->layout,
                               .bytes = met->bytes,
                               .arguments = record->arguments,
                               .offset = met->offset,
                               .length = record->layout.head,
                               .file = met->file};
    return KIWI_TURN_ITEM;
}
