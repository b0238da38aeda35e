/* SPDX-License-Identifier: MIT */
/* The lines of --diff. */
#include "diff/diff.h"

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

/** Begins a line with what says what it is about. */
static void begin_line(struct diff *diff, const char *change, const char *record, const char *path,
                       const char *file, const struct kiwi_extent *extent)
{
    diff->count++;
    json_begin_object(diff->json);
    put_text(diff->json, "change", change);
    put_text(diff->json, "record", record);
    put_text(diff->json, "path", path);
    put_text(diff->json, "file", file);
    put_number(diff->json, "offset", extent->offset);
    put_number(diff->json, "length", extent->length);
}

/** Begins a line about a record or gap. */
static void begin_node(struct diff *diff, const char *change, struct side *side, uint32_t number)
{
    char path[512];
    const struct tree_node *node = diff_node(side, number);
    const struct kiwi_extent extent = {node->offset, node->length};
    struct pair *pair = diff_pair_of(diff, side, node->file);
    if (pair)
        pair->named = true;
    tree_path(&side->tree, number, path, sizeof path);
    begin_line(diff, change, node->record ? node->record : "unknown", path, node->file->path, &extent);
    if (node->gap)
        put_text(diff->json, "name", node->gap);
}

void diff_put_one(struct diff *diff, const char *change, struct side *side, uint32_t number)
{
    const struct tree_node *node = diff_node(side, number);
    struct kiwi_layout layout;
    if (diff_is_enough(diff))
        return;
    begin_node(diff, change, side, number);
    if (node->below > 0)
        put_number(diff->json, "records_below", node->below);
    if (node->record) {
        const uint8_t *bytes = tree_bytes(&side->tree, node, &layout);
        json_key(diff->json, "fields");
        value_fields(diff->json, &side->values, tree_type(&side->tree, node), bytes, &layout);
    }
    json_end_object(diff->json);
}

void diff_put_file(struct diff *diff, const char *change, const struct kiwi_file *file)
{
    const struct kiwi_extent whole = {0, file->size};
    if (diff_is_enough(diff))
        return;
    begin_line(diff, change, "file", "", file->path, &whole);
    json_end_object(diff->json);
}

/* Bytes */

static void put_difference(struct json *json, const struct stretch *stretches,
                           const struct difference *difference)
{
    json_key(json, "bytes");
    json_begin_object(json);
    put_number(json, "first", stretches[1].offset + difference->first);
    put_number(json, "differing", difference->count);
    json_key(json, "old");
    json_hexadecimal(json, difference->bytes[0], difference->lengths[0]);
    json_key(json, "new");
    json_hexadecimal(json, difference->bytes[1], difference->lengths[1]);
    json_end_object(json);
}

void diff_put_bytes(struct diff *diff, const char *record, const char *path, const char *what,
                    const struct stretch *stretches, const struct difference *difference)
{
    const struct kiwi_extent extent = {stretches[1].offset, stretches[1].length};
    if (diff_is_enough(diff))
        return;
    begin_line(diff, "changed", record, "", path, &extent);
    put_text(diff->json, "name", what);
    put_number(diff->json, "old_offset", stretches[0].offset);
    put_number(diff->json, "old_length", stretches[0].length);
    json_key(diff->json, "fields");
    json_begin_object(diff->json);
    put_difference(diff->json, stretches, difference);
    json_end_object(diff->json);
    json_end_object(diff->json);
}

/* Records and gaps that were changed */

/** A record or gap on both discs. */
struct both {
    const struct tree_node *nodes[2];
    const struct kiwi_record_type *types[2];
    const uint8_t *bytes[2];
    struct kiwi_layout layouts[2];
    bool counts; /* they are worth a word: nothing below explains them */
};

static struct both both_of(const struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const uint32_t numbers[2] = {old_number, new_number};
    struct both both = {0};
    for (int i = 0; i < 2; i++) {
        const struct tree *tree = &diff->sides[i].tree;
        both.nodes[i] = &tree->nodes[numbers[i]];
        both.types[i] = tree_type(tree, both.nodes[i]);
        if (both.nodes[i]->record)
            both.bytes[i] = tree_bytes(tree, both.nodes[i], &both.layouts[i]);
    }
    both.counts = both.nodes[0]->counts != both.nodes[1]->counts &&
                  both.nodes[0]->hash == both.nodes[1]->hash && !diff->sides[0].tree.flat;
    return both;
}

static bool same_value(const struct both *both, const struct kiwi_field *const *fields)
{
    size_t offsets[2];
    size_t lengths[2];
    bool present[2];
    for (int i = 0; i < 2; i++)
        present[i] = fields[i] && kiwi_field_place(fields[i], &both->layouts[i], &offsets[i], &lengths[i]);
    if (!present[0] || !present[1])
        return present[0] == present[1];
    if (tree_is_number(fields[0]) && tree_is_number(fields[1]))
        return kiwi_field_raw(fields[0], both->bytes[0] + offsets[0]) ==
               kiwi_field_raw(fields[1], both->bytes[1] + offsets[1]);
    return lengths[0] == lengths[1] &&
           memcmp(both->bytes[0] + offsets[0], both->bytes[1] + offsets[1], lengths[0]) == 0;
}

/** The fields to compare: that of number i of one side, and the other's; false if there is nothing to say. */
static bool differ(const struct diff *diff, const struct both *both, int side, unsigned i,
                   const struct kiwi_field **fields)
{
    const struct kiwi_field *field = &both->types[side]->fields[i];
    fields[side] = field;
    fields[!side] = tree_same_field(both->types[!side], both->types[side], i);
    if (!diff->exact && !tree_tells(field) && !(both->counts && tree_counts(field)))
        return false;
    return !same_value(both, fields);
}

static void put_value(struct diff *diff, const struct both *both, int side, const struct kiwi_field *field)
{
    size_t offset;
    size_t length;
    json_key(diff->json, side == 0 ? "old" : "new");
    if (field && kiwi_field_place(field, &both->layouts[side], &offset, &length))
        value_field(diff->json, &diff->sides[side].values, field, both->bytes[side], &both->layouts[side]);
    else
        json_null(diff->json);
}

static void put_field(struct diff *diff, const struct both *both, const struct kiwi_field *const *fields)
{
    json_key(diff->json, fields[fields[0] ? 0 : 1]->name);
    json_begin_object(diff->json);
    for (int i = 0; i < 2; i++)
        put_value(diff, both, i, fields[i]);
    json_end_object(diff->json);
}

/** Fields with their old and new value, and then those that only the new record has. */
static void put_fields(struct diff *diff, const struct both *both)
{
    const struct kiwi_field *fields[2];
    for (unsigned i = 0; i < both->types[0]->field_count; i++)
        if (differ(diff, both, 0, i, fields))
            put_field(diff, both, fields);
    for (unsigned i = 0; i < both->types[1]->field_count; i++)
        if (differ(diff, both, 1, i, fields) && !fields[0])
            put_field(diff, both, fields);
}

static void put_gap_bytes(struct diff *diff, const struct both *both)
{
    struct stretch stretches[2];
    struct difference difference;
    for (int i = 0; i < 2; i++)
        stretches[i] = (struct stretch){both->nodes[i]->file->source, both->nodes[i]->offset,
                                        both->nodes[i]->length};
    if (stretches[0].source && stretches[1].source &&
        diff_bytes(diff, stretches, &difference, &diff->error) == KIWI_OK)
        put_difference(diff->json, stretches, &difference);
}

static bool is_changed(const struct diff *diff, const struct both *both)
{
    const struct tree_node *a = both->nodes[0];
    const struct tree_node *b = both->nodes[1];
    return a->own != b->own || both->counts || (!a->record && a->tells && a->length != b->length) ||
           (diff->exact && a->follow != b->follow);
}

void diff_put_changed(struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const struct both both = both_of(diff, old_number, new_number);
    char path[512];
    char old_path[512];
    if (!is_changed(diff, &both) || diff_is_enough(diff))
        return;
    tree_path(&diff->sides[0].tree, old_number, old_path, sizeof old_path);
    tree_path(&diff->sides[1].tree, new_number, path, sizeof path);
    begin_node(diff, "changed", &diff->sides[1], new_number);
    if (strcmp(path, old_path) != 0)
        put_text(diff->json, "old_path", old_path);
    put_number(diff->json, "old_offset", both.nodes[0]->offset);
    put_number(diff->json, "old_length", both.nodes[0]->length);
    json_key(diff->json, "fields");
    json_begin_object(diff->json);
    if (both.nodes[0]->record)
        put_fields(diff, &both);
    else
        put_gap_bytes(diff, &both);
    json_end_object(diff->json);
    json_end_object(diff->json);
}
