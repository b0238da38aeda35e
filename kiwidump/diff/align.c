/* SPDX-License-Identifier: MIT */
/* Pairs the records of two lists for --diff: same ones first, then those that are alike. */
#include "diff/align.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "value.h"

/** Cells of the table for lists that have nothing in common. */
#define TABLE_LIMIT ((uint64_t)1 << 18)
/** Records at least this much alike are taken for one that was changed. */
#define ALIKE 0.5f

struct lists {
    const struct tree *old_tree, *new_tree;
    const uint32_t *old_list, *new_list;
    uint32_t *pair;
};

static const struct tree_node *old_node(const struct lists *lists, uint32_t i)
{
    return &lists->old_tree->nodes[lists->old_list[i]];
}

static const struct tree_node *new_node(const struct lists *lists, uint32_t i)
{
    return &lists->new_tree->nodes[lists->new_list[i]];
}

/* Likeness */

/** Bytes that are the same at the same place. */
static size_t same_bytes(const uint8_t *a, const uint8_t *b, size_t length)
{
    size_t same = 0;
    for (size_t i = 0; i < length; i++)
        same += a[i] == b[i];
    return same;
}

/** Share of what two records say that is the same, by size. */
static float likeness_of_fields(const struct lists *lists, const struct tree_node *a,
                                const struct tree_node *b)
{
    struct kiwi_layout old_layout;
    struct kiwi_layout new_layout;
    const struct kiwi_record_type *old_type = tree_type(lists->old_tree, a);
    const struct kiwi_record_type *new_type = tree_type(lists->new_tree, b);
    const uint8_t *old_bytes = tree_bytes(lists->old_tree, a, &old_layout);
    const uint8_t *new_bytes = tree_bytes(lists->new_tree, b, &new_layout);
    size_t all = 0;
    size_t same = 0;
    for (unsigned i = 0; i < old_type->field_count; i++) {
        const struct kiwi_field *field = &old_type->fields[i];
        const struct kiwi_field *other = tree_same_field(new_type, old_type, i);
        size_t old_offset;
        size_t old_length;
        size_t new_offset;
        size_t new_length;
        bool was = kiwi_field_place(field, &old_layout, &old_offset, &old_length);
        bool is = other && kiwi_field_place(other, &new_layout, &new_offset, &new_length);
        if (!tree_tells(field) || field->type == KIWI_TYPE_RESERVED || (!was && !is))
            continue;
        old_length = was ? old_length : 0;
        new_length = is ? new_length : 0;
        if (was && is && tree_is_number(field) && tree_is_number(other)) {
            unsigned bits = field->high - field->low + 1u;
            all += bits;
            if (kiwi_field_raw(field, old_bytes + old_offset) ==
                kiwi_field_raw(other, new_bytes + new_offset))
                same += bits;
            continue;
        }
        size_t shorter = old_length < new_length ? old_length : new_length;
        all += 8 * (old_length > new_length ? old_length : new_length);
        same += 8 * same_bytes(old_bytes + old_offset, new_bytes + new_offset, shorter);
    }
    return all == 0 ? 1 : (float)same / (float)all;
}

/** Share of the records below that are the same from the start or from the end on. */
static float likeness_of_children(const struct lists *lists, const struct tree_node *a,
                                  const struct tree_node *b)
{
    uint32_t more = a->children > b->children ? a->children : b->children;
    uint32_t same = 0;
    uint32_t x = a->first;
    uint32_t y = b->first;
    for (; x != TREE_NONE && y != TREE_NONE;
         x = lists->old_tree->nodes[x].next, y = lists->new_tree->nodes[y].next)
        same += lists->old_tree->nodes[x].hash == lists->new_tree->nodes[y].hash;
    return more == 0 ? 1 : (float)same / (float)more;
}

static bool has_same_name(const struct lists *lists, const struct tree_node *a, const struct tree_node *b)
{
    return a->name_length == b->name_length && strcasecmp(a->file->path, b->file->path) == 0 &&
           (a->name_length == 0 ||
            memcmp(lists->old_tree->text + a->name, lists->new_tree->text + b->name, a->name_length) == 0);
}

static float likeness(const struct lists *lists, uint32_t i, uint32_t k)
{
    const struct tree_node *a = old_node(lists, i);
    const struct tree_node *b = new_node(lists, k);
    if (a->hash == b->hash)
        return 2;
    if (!a->record != !b->record || (a->record && strcmp(a->record, b->record) != 0))
        return 0;
    bool same_name = has_same_name(lists, a, b);
    if (!a->record)
        return a->length == b->length || (same_name && strcmp(a->gap, b->gap) == 0) ? ALIKE : 0;
    if (same_name && !a->indexed)
        return 1;
    float like = likeness_of_fields(lists, a, b);
    if (a->children > 0 || b->children > 0)
        like = (like + likeness_of_children(lists, a, b)) / 2;
    return like >= ALIKE ? like : 0;
}

/* Lists that are too long for what follows: records go together by their place */

static void pair_by_place(const struct lists *lists, uint32_t old_first, uint32_t old_end, uint32_t new_first,
                          uint32_t new_end)
{
    for (uint32_t i = 0; i < old_end - old_first && i < new_end - new_first; i++)
        if (likeness(lists, old_first + i, new_first + i) > 0)
            lists->pair[old_first + i] = new_first + i;
}

/* Short lists: the pairing with the greatest likeness */

static bool align_table(const struct lists *lists, uint32_t old_first, uint32_t old_end, uint32_t new_first,
                        uint32_t new_end)
{
    size_t rows = old_end - old_first + 1u;
    size_t columns = new_end - new_first + 1u;
    if (rows == 1 || columns == 1)
        return true;
    if ((uint64_t)rows * columns > TABLE_LIMIT) {
        pair_by_place(lists, old_first, old_end, new_first, new_end);
        return true;
    }
    float *best = calloc(rows * columns, sizeof *best);
    if (!best)
        return false;
    for (size_t i = 1; i < rows; i++) {
        for (size_t k = 1; k < columns; k++) {
            float like = likeness(lists, old_first + (uint32_t)i - 1, new_first + (uint32_t)k - 1);
            float above = best[(i - 1) * columns + k];
            float left = best[i * columns + k - 1];
            float both = like > 0 ? best[(i - 1) * columns + k - 1] + like : 0;
            best[i * columns + k] = both > above && both > left ? both : above > left ? above : left;
        }
    }
    for (size_t i = rows - 1, k = columns - 1; i > 0 && k > 0;) {
        float value = best[i * columns + k];
        if (value == best[(i - 1) * columns + k]) {
            i--;
        } else if (value == best[i * columns + k - 1]) {
            k--;
        } else {
            i--;
            k--;
            lists->pair[old_first + i] = new_first + (uint32_t)k;
        }
    }
    free(best);
    return true;
}

/* Long lists: what occurs once on both sides holds the rest together */

struct once {
    uint64_t hash;
    uint32_t place;
    bool is_new;
};

static int by_hash(const void *left, const void *right)
{
    const struct once *a = left;
    const struct once *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->is_new != b->is_new)
        return a->is_new ? 1 : -1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/** Sets match[i] to the place of the only record in the new list that is the same as the only old one. */
static void match_once(struct once *all, size_t count, uint32_t old_first, uint32_t *match)
{
    qsort(all, count, sizeof *all, by_hash);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && all[end].hash == all[i].hash)
            end++;
        if (end == i + 2 && !all[i].is_new && all[i + 1].is_new)
            match[all[i].place - old_first] = all[i + 1].place;
        i = end;
    }
}

/** Keeps the longest run of matches whose places ascend on both sides. tails and before have a place for each
 * match. */
static void keep_ascending(uint32_t *match, uint32_t count, uint32_t *tails, uint32_t *before)
{
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (match[i] == TREE_NONE)
            continue;
        uint32_t low = 0;
        uint32_t high = length;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (match[tails[middle]] < match[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low > 0 ? tails[low - 1] : TREE_NONE;
        tails[low] = i;
        length = low == length ? length + 1 : length;
    }
    uint32_t keep = length > 0 ? tails[length - 1] : TREE_NONE;
    for (uint32_t i = count; i-- > 0;)
        if (i == keep)
            keep = before[i];
        else
            match[i] = TREE_NONE;
}

static bool align_long(const struct lists *lists, uint32_t old_first, uint32_t old_end, uint32_t new_first,
                       uint32_t new_end)
{
    uint32_t old_count = old_end - old_first;
    uint32_t new_count = new_end - new_first;
    size_t count = (size_t)old_count + new_count;
    struct once *all = malloc((count + 1) * sizeof *all);
    uint32_t *match = malloc(3 * ((size_t)old_count + 1) * sizeof *match);
    bool good = all && match;
    if (good) {
        for (uint32_t i = 0; i < old_count; i++) {
            all[i] = (struct once){old_node(lists, old_first + i)->hash, old_first + i, false};
            match[i] = TREE_NONE;
        }
        for (uint32_t i = 0; i < new_count; i++)
            all[old_count + i] = (struct once){new_node(lists, new_first + i)->hash, new_first + i, true};
        match_once(all, count, old_first, match);
        keep_ascending(match, old_count, match + old_count + 1, match + 2 * ((size_t)old_count + 1));
        uint32_t old_at = old_first;
        uint32_t new_at = new_first;
        for (uint32_t i = 0; i < old_count && good; i++) {
            if (match[i] == TREE_NONE)
                continue;
            good = align_table(lists, old_at, old_first + i, new_at, match[i]);
            lists->pair[old_first + i] = match[i];
            old_at = old_first + i + 1;
            new_at = match[i] + 1;
        }
        good = good && align_table(lists, old_at, old_end, new_at, new_end);
    }
    free(all);
    free(match);
    return good;
}

bool align(const struct tree *old_tree, const uint32_t *old_list, uint32_t old_count,
           const struct tree *new_tree, const uint32_t *new_list, uint32_t new_count, uint32_t *pair)
{
    const struct lists lists = {old_tree, new_tree, old_list, new_list, pair};
    uint32_t first = 0;
    for (uint32_t i = 0; i < old_count; i++)
        pair[i] = TREE_NONE;
    while (first < old_count && first < new_count &&
           old_node(&lists, first)->hash == new_node(&lists, first)->hash) {
        pair[first] = first;
        first++;
    }
    while (old_count > first && new_count > first &&
           old_node(&lists, old_count - 1)->hash == new_node(&lists, new_count - 1)->hash)
        pair[--old_count] = --new_count;
    if ((uint64_t)(old_count - first + 1) * (new_count - first + 1) <= 4096)
        return align_table(&lists, first, old_count, first, new_count);
    return align_long(&lists, first, old_count, first, new_count);
}
