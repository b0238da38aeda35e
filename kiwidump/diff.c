/* SPDX-License-Identifier: MIT */
/* --diff: what differs between two discs, record by record. */
#include <stdio.h>
#include <stdlib.h>

#include "align.h"
#include "dump.h"
#include "value.h"

/*
 * What is compared at a time is small: all that lies outside of the levels, then one parcel after the other.
 * Addresses, sizes and displacements are not compared, since they follow from what lies there; counts only
 * where nothing else differs.
 */

/** One of the two discs. */
struct side {
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_walk *walk;
    struct values values;
    struct tree tree;
    struct kiwi_item item; /* the one after the tree, if the walk goes on */
    bool more;
    struct kiwi_parcel parcel; /* of the tree */
    bool has_parcel;
};

struct diff {
    struct dump *dump;
    struct json *json;
    struct side sides[2]; /* old, new */
    uint64_t count;
    bool failed; /* out of memory */
};

/* Output */

static const struct tree_node *node_of(const struct side *side, uint32_t node)
{
    return &side->tree.nodes[node];
}

static void put_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static void put_number(struct json *json, const char *key, uint64_t number)
{
    json_key(json, key);
    json_unsigned(json, number);
}

static const char *record_name(const struct tree_node *node)
{
    return node->type ? node->type->name : "unknown";
}

/** Begins a line with what says which record it is. */
static void begin_line(struct diff *diff, const char *change, const struct side *side, uint32_t number)
{
    char path[512];
    const struct tree_node *node = node_of(side, number);
    diff->count++;
    tree_path(&side->tree, number, path, sizeof path);
    json_begin_object(diff->json);
    put_text(diff->json, "change", change);
    put_text(diff->json, "record", record_name(node));
    put_text(diff->json, "path", path);
    put_text(diff->json, "file", node->file->path);
    put_number(diff->json, "offset", node->offset);
    put_number(diff->json, "length", node->length);
    if (node->gap)
        put_text(diff->json, "name", node->gap);
}

static void put_one(struct diff *diff, const char *change, const struct side *side, uint32_t number)
{
    const struct tree_node *node = node_of(side, number);
    struct kiwi_layout layout;
    if (dump_enough(diff->dump, diff->count))
        return;
    begin_line(diff, change, side, number);
    if (node->below > 0)
        put_number(diff->json, "records_below", node->below);
    if (node->type) {
        const uint8_t *bytes = tree_bytes(&side->tree, node, &layout);
        json_key(diff->json, "fields");
        value_fields(diff->json, &side->values, node->type, bytes, &layout);
    }
    json_end_object(diff->json);
}

static void put_value(struct diff *diff, const struct side *side, const struct tree_node *node,
                      const struct kiwi_field *field)
{
    struct kiwi_layout layout;
    const uint8_t *bytes = tree_bytes(&side->tree, node, &layout);
    size_t offset;
    size_t length;
    if (kiwi_field_place(field, &layout, &offset, &length))
        value_field(diff->json, &side->values, field, bytes, &layout);
    else
        json_null(diff->json);
}

static bool same_field(const struct side *sides, const struct tree_node *const *nodes,
                       const struct kiwi_field *field)
{
    struct kiwi_layout layouts[2];
    const uint8_t *bytes[2];
    size_t offsets[2];
    size_t lengths[2];
    bool present[2];
    for (int i = 0; i < 2; i++) {
        bytes[i] = tree_bytes(&sides[i].tree, nodes[i], &layouts[i]);
        present[i] = kiwi_field_place(field, &layouts[i], &offsets[i], &lengths[i]);
    }
    if (!present[0] || !present[1])
        return present[0] == present[1];
    if (field->high >= field->low && !field->repeated)
        return kiwi_field_raw(field, bytes[0] + offsets[0]) == kiwi_field_raw(field, bytes[1] + offsets[1]);
    return lengths[0] == lengths[1] && memcmp(bytes[0] + offsets[0], bytes[1] + offsets[1], lengths[0]) == 0;
}

/** A record that was changed: each field with its old and its new value. */
static void put_changed(struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const struct side *sides = diff->sides;
    const struct tree_node *nodes[2] = {node_of(&sides[0], old_number), node_of(&sides[1], new_number)};
    char path[512];
    char old_path[512];
    /* Counts are worth a line only if nothing below explains them. */
    bool counts = nodes[0]->counts != nodes[1]->counts && nodes[0]->hash == nodes[1]->hash;
    if ((nodes[0]->own == nodes[1]->own && !counts) || dump_enough(diff->dump, diff->count))
        return;
    tree_path(&sides[0].tree, old_number, old_path, sizeof old_path);
    tree_path(&sides[1].tree, new_number, path, sizeof path);
    begin_line(diff, "changed", &sides[1], new_number);
    if (strcmp(path, old_path) != 0)
        put_text(diff->json, "old_path", old_path);
    put_number(diff->json, "old_offset", nodes[0]->offset);
    put_number(diff->json, "old_length", nodes[0]->length);
    if (nodes[0]->type) {
        json_key(diff->json, "fields");
        json_begin_object(diff->json);
        for (unsigned i = 0; i < nodes[0]->type->field_count; i++) {
            const struct kiwi_field *field = &nodes[0]->type->fields[i];
            if (!(tree_tells(field) || (counts && tree_counts(field))) || same_field(sides, nodes, field))
                continue;
            json_key(diff->json, field->name);
            json_begin_object(diff->json);
            json_key(diff->json, "old");
            put_value(diff, &sides[0], nodes[0], field);
            json_key(diff->json, "new");
            put_value(diff, &sides[1], nodes[1], field);
            json_end_object(diff->json);
        }
        json_end_object(diff->json);
    }
    json_end_object(diff->json);
}

/* Comparing */

static void compare(struct diff *diff, uint32_t old_number, uint32_t new_number);

/** What the records of one name below a record have in common. */
struct group {
    const char *name;
    size_t length;
    const struct kiwi_file *file; /* at the top */
    bool gaps;
};

static struct group group_of(const struct side *side, const struct tree_node *node)
{
    bool top = node->parent == 0;
    return (struct group){side->tree.text + node->name, node->group_length, top ? node->file : NULL,
                          node->gap};
}

static bool in_group(const struct side *side, const struct tree_node *node, const struct group *group)
{
    struct group own = group_of(side, node);
    return own.length == group->length && own.gaps == group->gaps &&
           (own.length == 0 || memcmp(own.name, group->name, own.length) == 0) &&
           (!own.file || !group->file || strcmp(own.file->path, group->file->path) == 0);
}

/** Children of a node that belong to a group, from one of them on. */
static uint32_t collect(const struct side *side, uint32_t child, const struct group *group, uint32_t *list)
{
    uint32_t count = 0;
    for (; child != TREE_NONE; child = node_of(side, child)->next)
        if (in_group(side, node_of(side, child), group))
            list[count++] = child;
    return count;
}

/** Pairs the records of a group: lists by what they say, others by their number. */
static bool pair_up(struct diff *diff, const uint32_t *old_list, uint32_t old_count, const uint32_t *new_list,
                    uint32_t new_count, uint32_t *pair)
{
    const struct tree_node *any = old_count > 0 ? node_of(&diff->sides[0], old_list[0])
                                                : node_of(&diff->sides[1], new_list[0]);
    if (any->list)
        return align(&diff->sides[0].tree, old_list, old_count, &diff->sides[1].tree, new_list, new_count,
                     pair);
    uint32_t k = 0;
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t index = node_of(&diff->sides[0], old_list[i])->index;
        while (k < new_count && node_of(&diff->sides[1], new_list[k])->index < index)
            k++;
        bool found = k < new_count && node_of(&diff->sides[1], new_list[k])->index == index &&
                     node_of(&diff->sides[1], new_list[k])->type ==
                         node_of(&diff->sides[0], old_list[i])->type;
        pair[i] = found ? k++ : TREE_NONE;
    }
    return true;
}

static void compare_lists(struct diff *diff, const uint32_t *old_list, uint32_t old_count,
                          const uint32_t *new_list, uint32_t new_count, uint32_t *pair)
{
    uint32_t k = 0;
    if (!pair_up(diff, old_list, old_count, new_list, new_count, pair)) {
        diff->failed = true;
        return;
    }
    for (uint32_t i = 0; i < old_count; i++) {
        if (pair[i] == TREE_NONE) {
            put_one(diff, "removed", &diff->sides[0], old_list[i]);
            continue;
        }
        for (; k < pair[i]; k++)
            put_one(diff, "added", &diff->sides[1], new_list[k]);
        compare(diff, old_list[i], new_list[k++]);
    }
    for (; k < new_count; k++)
        put_one(diff, "added", &diff->sides[1], new_list[k]);
}

static void compare_group(struct diff *diff, const struct group *group, uint32_t old_number,
                          uint32_t new_number)
{
    const struct tree_node *a = node_of(&diff->sides[0], old_number);
    const struct tree_node *b = node_of(&diff->sides[1], new_number);
    uint32_t *lists = calloc((size_t)a->children * 2 + b->children + 1, sizeof *lists);
    if (!lists) {
        diff->failed = true;
        return;
    }
    uint32_t old_count = collect(&diff->sides[0], a->first, group, lists);
    uint32_t new_count = collect(&diff->sides[1], b->first, group, lists + a->children);
    compare_lists(diff, lists, old_count, lists + a->children, new_count, lists + a->children + b->children);
    free(lists);
}

/** Whether an earlier child of the same node is of the same group. */
static bool is_repeated(const struct side *side, uint32_t parent, uint32_t child)
{
    struct group group = group_of(side, node_of(side, child));
    for (uint32_t i = node_of(side, parent)->first; i != child; i = node_of(side, i)->next)
        if (in_group(side, node_of(side, i), &group))
            return true;
    return false;
}

static bool has_group(const struct side *side, uint32_t parent, const struct group *group)
{
    for (uint32_t i = node_of(side, parent)->first; i != TREE_NONE; i = node_of(side, i)->next)
        if (in_group(side, node_of(side, i), group))
            return true;
    return false;
}

/** Two records that go together. The records of the format are nested seven deep, so this is no deep
 * recursion. */
static void compare(struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const struct side *sides = diff->sides;
    const struct tree_node *a = node_of(&sides[0], old_number);
    const struct tree_node *b = node_of(&sides[1], new_number);
    if (a->all == b->all || dump_enough(diff->dump, diff->count))
        return;
    if (a->type || a->gap)
        put_changed(diff, old_number, new_number);
    uint32_t last = TREE_NONE;
    for (uint32_t i = a->first; i != TREE_NONE; i = node_of(&sides[0], i)->next) {
        struct group group = group_of(&sides[0], node_of(&sides[0], i));
        /* Most records of a group follow each other. */
        if ((last != TREE_NONE && in_group(&sides[0], node_of(&sides[0], last), &group)) ||
            is_repeated(&sides[0], old_number, i)) {
            last = i;
            continue;
        }
        last = i;
        compare_group(diff, &group, old_number, new_number);
    }
    last = TREE_NONE;
    for (uint32_t i = b->first; i != TREE_NONE; i = node_of(&sides[1], i)->next) {
        struct group group = group_of(&sides[1], node_of(&sides[1], i));
        bool same = last != TREE_NONE && in_group(&sides[1], node_of(&sides[1], last), &group);
        last = i;
        if (same || is_repeated(&sides[1], new_number, i) || has_group(&sides[0], old_number, &group))
            continue;
        compare_group(diff, &group, old_number, new_number);
    }
}

/* Walking */

static void step(struct side *side)
{
    side->more = kiwi_walk_next(side->walk, &side->item) != KIWI_EVENT_END;
}

static bool same_parcel(const struct kiwi_parcel *a, const struct kiwi_parcel *b)
{
    return a->file == b->file && a->offset == b->offset;
}

/** Collects the next parcel's records. */
static enum kiwi_status next_parcel(struct side *side, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    const struct kiwi_parcel *parcel = NULL;
    tree_clear(&side->tree);
    side->has_parcel = false;
    while (side->more && !(parcel = kiwi_walk_parcel(side->walk)))
        step(side);
    if (side->more) {
        side->parcel = *parcel;
        side->has_parcel = true;
    }
    while (status == KIWI_OK && side->more && (parcel = kiwi_walk_parcel(side->walk)) &&
           same_parcel(parcel, &side->parcel)) {
        status = tree_add(&side->tree, &side->item, kiwi_walk_path(side->walk), error);
        step(side);
    }
    tree_finish(&side->tree);
    return status;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/** Order of parcels in the walk of a level. */
static int order_of(const struct kiwi_parcel *a, const struct kiwi_parcel *b)
{
    int order = compare_numbers(a->block_set, b->block_set);
    order = order != 0 ? order : compare_numbers(a->block, b->block);
    order = order != 0 ? order : compare_numbers(a->slot, b->slot);
    order = order != 0 ? order : (int)a->divided - (int)b->divided;
    order = order != 0 ? order : compare_numbers(a->part_row, b->part_row);
    return order != 0 ? order : compare_numbers(a->part_column, b->part_column);
}

static void put_all(struct diff *diff, const char *change, const struct side *side)
{
    if (side->tree.count > 0 && node_of(side, 0)->first != TREE_NONE)
        put_one(diff, change, side, node_of(side, 0)->first);
}

static enum kiwi_status open_walk(struct diff *diff, struct side *side,
                                  const struct kiwi_walk_options *options, struct kiwi_error *error)
{
    struct kiwi_walk_options all = *options;
    all.finding = findings_take;
    all.context = &diff->dump->findings;
    enum kiwi_status status = kiwi_walk_open(side->disc, &all, &side->walk, error);
    if (status != KIWI_OK)
        return status;
    side->values = (struct values){side->disc, kiwi_walk_sectors(side->walk)};
    step(side);
    return KIWI_OK;
}

static enum kiwi_status close_walk(struct side *side, enum kiwi_status status, struct kiwi_error *error)
{
    if (side->walk && status == KIWI_OK)
        status = kiwi_walk_status(side->walk, error);
    kiwi_walk_close(side->walk);
    side->walk = NULL;
    side->more = false;
    return status;
}

static const struct kiwi_level *level_of(const struct side *side, int number)
{
    return side->map ? kiwi_map_level_by_number(side->map, number) : NULL;
}

static bool same_grid(const struct kiwi_level *a, const struct kiwi_level *b)
{
    const struct kiwi_level_management_record *x = &a->record;
    const struct kiwi_level_management_record *y = &b->record;
    return a->columns == b->columns && a->rows == b->rows && a->grid.south == b->grid.south &&
           a->grid.west == b->grid.west && a->grid.height == b->grid.height &&
           a->grid.width == b->grid.width && x->blocks_latitude == y->blocks_latitude &&
           x->blocks_longitude == y->blocks_longitude && x->parcels_latitude == y->parcels_latitude &&
           x->parcels_longitude == y->parcels_longitude;
}

/** All parcels of a level on one disc only. */
static enum kiwi_status put_level(struct diff *diff, struct side *side, const char *change,
                                  const struct kiwi_walk_options *options, struct kiwi_error *error)
{
    enum kiwi_status status = open_walk(diff, side, options, error);
    while (status == KIWI_OK && !dump_enough(diff->dump, diff->count) &&
           (status = next_parcel(side, error)) == KIWI_OK && side->has_parcel)
        put_all(diff, change, side);
    return close_walk(side, status, error);
}

/** The parcels of a level on both discs, which have the same grid. */
static enum kiwi_status compare_parcels(struct diff *diff, const struct kiwi_walk_options *options,
                                        struct kiwi_error *error)
{
    struct side *a = &diff->sides[0];
    struct side *b = &diff->sides[1];
    enum kiwi_status status = open_walk(diff, a, options, error);
    if (status == KIWI_OK)
        status = open_walk(diff, b, options, error);
    if (status == KIWI_OK)
        status = next_parcel(a, error);
    if (status == KIWI_OK)
        status = next_parcel(b, error);
    while (status == KIWI_OK && (a->has_parcel || b->has_parcel) && !diff->failed &&
           !dump_enough(diff->dump, diff->count)) {
        int order = !a->has_parcel ? 1 : !b->has_parcel ? -1 : order_of(&a->parcel, &b->parcel);
        if (order == 0)
            compare(diff, 0, 0);
        else
            put_all(diff, order < 0 ? "removed" : "added", order < 0 ? a : b);
        if (order <= 0)
            status = next_parcel(a, error);
        if (order >= 0 && status == KIWI_OK)
            status = next_parcel(b, error);
    }
    status = close_walk(a, status, error);
    return close_walk(b, status, error);
}

static enum kiwi_status compare_level(struct diff *diff, int number, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    const struct kiwi_level *a = level_of(&diff->sides[0], number);
    const struct kiwi_level *b = level_of(&diff->sides[1], number);
    const struct kiwi_walk_options walk = {
        .size = sizeof walk, .level = &number, .box = options->has_box ? &options->box : NULL};
    enum kiwi_status status = KIWI_OK;
    if (a && b && same_grid(a, b))
        return compare_parcels(diff, &walk, error);
    if (a)
        status = put_level(diff, &diff->sides[0], "removed", &walk, error);
    if (b && status == KIWI_OK)
        status = put_level(diff, &diff->sides[1], "added", &walk, error);
    return status;
}

/** All but the parcels: headers, tables, levels, text files, and bytes that are not decoded. */
static enum kiwi_status collect_rest(struct diff *diff, struct side *side, struct kiwi_error *error)
{
    static const struct kiwi_extent nowhere = {0, 0};
    const struct kiwi_walk_options options = {.size = sizeof options, .range = &nowhere};
    const char *only = diff->dump->options.file;
    tree_clear(&side->tree);
    enum kiwi_status status = open_walk(diff, side, &options, error);
    const struct kiwi_file *file = only ? kiwi_disc_find(side->disc, only, NULL) : NULL;
    for (; status == KIWI_OK && side->more; step(side))
        if (!only || side->item.file == file)
            status = tree_add(&side->tree, &side->item, kiwi_walk_path(side->walk), error);
    tree_finish(&side->tree);
    return close_walk(side, status, error);
}

/** Files that one disc has and the other has not. */
static void compare_files(struct diff *diff)
{
    for (int i = 0; i < 2; i++) {
        const struct side *side = &diff->sides[i];
        for (size_t k = 0; k < kiwi_disc_file_count(side->disc) && !diff->dump->options.file; k++) {
            const struct kiwi_file *file = kiwi_disc_file(side->disc, k);
            const struct kiwi_file *other = kiwi_disc_find(diff->sides[!i].disc, file->path, NULL);
            if (other || kiwi_disc_container(diff->sides[!i].disc) == KIWI_CONTAINER_FILE ||
                dump_enough(diff->dump, diff->count))
                continue;
            diff->count++;
            json_begin_object(diff->json);
            put_text(diff->json, "change", i == 0 ? "removed" : "added");
            put_text(diff->json, "record", "file");
            put_text(diff->json, "path", "");
            put_text(diff->json, "file", file->path);
            put_number(diff->json, "offset", 0);
            put_number(diff->json, "length", file->size);
            json_end_object(diff->json);
        }
    }
}

static enum kiwi_status compare_discs(struct diff *diff, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    enum kiwi_status status = KIWI_OK;
    if (!options->has_level && !options->has_box) {
        compare_files(diff);
        status = collect_rest(diff, &diff->sides[0], error);
        if (status == KIWI_OK)
            status = collect_rest(diff, &diff->sides[1], error);
        if (status == KIWI_OK && diff->sides[0].tree.count > 0 && diff->sides[1].tree.count > 0)
            compare(diff, 0, 0);
    }
    for (int number = 31; status == KIWI_OK && number >= -32 && !diff->failed; number--) {
        bool wanted = !options->has_level || number == options->level;
        if (wanted && (level_of(&diff->sides[0], number) || level_of(&diff->sides[1], number)))
            status = compare_level(diff, number, error);
    }
    if (status == KIWI_OK && (diff->failed || diff->sides[0].tree.failed || diff->sides[1].tree.failed))
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    return status;
}

enum kiwi_status dump_diff(struct dump *dump, struct kiwi_error *error)
{
    static struct diff diff;
    const struct kiwi_disc_options options = {
        .size = sizeof options, .finding = findings_take, .context = &dump->findings};
    diff.dump = dump;
    diff.json = &dump->json;
    diff.sides[0].disc = dump->disc;
    enum kiwi_status status = kiwi_disc_open(dump->options.other, &options, &diff.sides[1].disc, error);
    if (status != KIWI_OK)
        dump->options.path = dump->options.other; /* for the message */
    findings_mute(&dump->findings);               /* the walks read the maps, too */
    for (int i = 0; i < 2 && status == KIWI_OK; i++) {
        status = kiwi_map_open(diff.sides[i].disc, &diff.sides[i].map, error);
        if (status == KIWI_ERROR_NOT_FOUND || status == KIWI_ERROR_NOT_KIWI)
            status = KIWI_OK; /* no map to compare */
    }
    findings_listen(&dump->findings);
    if (status == KIWI_OK)
        status = compare_discs(&diff, error);
    dump->different = diff.count > 0;
    for (int i = 0; i < 2; i++) {
        kiwi_map_close(diff.sides[i].map);
        tree_free(&diff.sides[i].tree);
    }
    kiwi_disc_close(diff.sides[1].disc);
    return status;
}
