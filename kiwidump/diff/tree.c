/* SPDX-License-Identifier: MIT */
/* The records of a disc as a tree with hashes, for --diff. */
#include "diff/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "value.h"

bool tree_counts(const struct kiwi_field *field)
{
    size_t length = strlen(field->name);
    return strncmp(field->name, "number_of_", 10) == 0 ||
           (length > 6 && strcmp(field->name + length - 6, ".count") == 0);
}

bool tree_tells(const struct kiwi_field *field)
{
    return field->type != KIWI_TYPE_DSA && field->type != KIWI_TYPE_BS && field->type != KIWI_TYPE_SWS &&
           field->type != KIWI_TYPE_D && !tree_counts(field);
}

const struct kiwi_field *tree_same_field(const struct kiwi_record_type *other,
                                         const struct kiwi_record_type *type, unsigned field)
{
    if (other == type)
        return &type->fields[field];
    const char *name = type->fields[field].name;
    for (unsigned i = 0; i < other->field_count; i++)
        if (strcmp(other->fields[i].name, name) == 0)
            return &other->fields[i];
    return NULL;
}

/** Records that only say where others lie are left out; what they lead to is compared instead. */
static bool is_wanted(const struct kiwi_record_type *type)
{
    if (type->part_count > 0 || type->frame)
        return true;
    if (type == &kiwi_type_adjacent_parcel_address || type == &kiwi_type_main_map_parcel_management_record ||
        type == &kiwi_type_route_guidance_parcel_management_record ||
        type == &kiwi_type_block_management_record || type == &kiwi_type_block_set_management_record ||
        type == &kiwi_type_parcel_management_information)
        return false;
    for (unsigned i = 0; i < type->field_count; i++)
        if (tree_tells(&type->fields[i]) && type->fields[i].type != KIWI_TYPE_RESERVED)
            return true;
    return false;
}

static bool is_of_schema(const struct kiwi_record_type *type)
{
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);
    for (size_t i = 0; i < count; i++)
        if (types[i] == type)
            return true;
    return false;
}

/* Hashes */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes, size_t length)
{
    hash = mix(hash, length);
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        hash = mix(hash, word);
    }
    for (size_t i = 0; i < length; i++)
        hash = mix(hash, bytes[i]);
    return hash;
}

/** Types of the schema stay, so what is known about them does, too. */
static const struct known_type *know(struct tree *tree, const struct kiwi_record_type *type)
{
    struct known_type *known = &tree->known[mix(0, (uintptr_t)type) % KNOWN_TYPES];
    if (known->type == type)
        return known;
    known->of_schema = is_of_schema(type);
    known->type = known->of_schema ? type : NULL;
    known->wanted = is_wanted(type);
    for (unsigned i = 0; i < type->field_count && i < KNOWN_FIELDS; i++) {
        known->tells[i] = tree_tells(&type->fields[i]);
        known->counts[i] = tree_counts(&type->fields[i]);
    }
    return known;
}

static uint64_t mix_field(uint64_t hash, const struct kiwi_field *field, const uint8_t *bytes, size_t length)
{
    if (!tree_is_number(field))
        return mix_bytes(hash, bytes, length);
    return mix(hash, kiwi_field_raw(field, bytes));
}

static void hash_record(struct tree_node *node, const struct kiwi_item *item, const struct known_type *known)
{
    for (unsigned i = 0; i < item->type->field_count; i++) {
        const struct kiwi_field *field = &item->type->fields[i];
        size_t offset;
        size_t length;
        if (!kiwi_field_place(field, item->layout, &offset, &length))
            continue;
        const uint8_t *bytes = item->bytes + offset;
        if (i < KNOWN_FIELDS ? known->tells[i] : tree_tells(field)) {
            node->own = mix_field(mix(node->own, i), field, bytes, length);
            continue;
        }
        if (i < KNOWN_FIELDS ? known->counts[i] : tree_counts(field))
            node->counts = mix_field(mix(node->counts, i), field, bytes, length);
        node->follow = mix_field(mix(node->follow, i), field, bytes, length);
    }
}

static enum kiwi_status hash_gap(const struct tree *tree, struct tree_node *node,
                                 const struct kiwi_item *item, struct kiwi_error *error)
{
    for (uint64_t at = 0; item->file->source && at < item->length;) {
        size_t wanted = item->length - at < TREE_ROOM ? (size_t)(item->length - at) : TREE_ROOM;
        size_t received;
        enum kiwi_status status = kiwi_source_read_around(item->file->source, item->offset + at, tree->room,
                                                          wanted, &received, error);
        if (status != KIWI_OK)
            return status;
        if (received == 0)
            break;
        node->own = mix_bytes(node->own, tree->room, received);
        at += received;
    }
    return KIWI_OK;
}

/* Building */

void tree_clear(struct tree *tree)
{
    tree->count = 0;
    tree->text_length = 0;
    tree->data_length = 0;
    tree->depth = 0;
    tree->follow = 0;
}

void tree_free(struct tree *tree)
{
    free(tree->nodes);
    free(tree->text);
    free(tree->data);
}

/** Room for length bytes more; there is an array then, also for none. */
static bool reserve(struct tree *tree, void **array, size_t used, size_t *capacity, size_t length)
{
    char *grown = grow_array(*array, capacity, used, length, 1);
    tree->failed = tree->failed || !grown;
    if (grown)
        *array = grown;
    return grown;
}

static uint32_t new_node(struct tree *tree, const struct tree_node *node)
{
    struct tree_node *grown = tree->count == TREE_NONE
                                  ? NULL
                                  : grow_array(tree->nodes, &tree->capacity, tree->count, 1, sizeof *grown);
    tree->failed = tree->failed || !grown;
    if (!grown)
        return TREE_NONE;
    tree->nodes = grown;
    tree->nodes[tree->count] = *node;
    return tree->count++;
}

static bool begin_tree(struct tree *tree)
{
    static const struct tree_node root = {
        .parent = TREE_NONE, .first = TREE_NONE, .last = TREE_NONE, .next = TREE_NONE};
    if (tree->count > 0)
        return true;
    tree->depth = 1;
    tree->open[0] = new_node(tree, &root);
    tree->path_lengths[0] = 0;
    return tree->open[0] != TREE_NONE;
}

/** Whether the parts of a record with that name are a list, whose records are distinguished by what they say.
 */
static bool is_list(const struct kiwi_record_type *type, const char *name, size_t length)
{
    for (unsigned i = 0; type && i < type->part_count; i++) {
        const char *part = type->parts[i].name;
        if (type->parts[i].kind == KIWI_PART_LIST && strlen(part) == length &&
            memcmp(part, name, length) == 0)
            return true;
    }
    return false;
}

/** Splits the name into what its like share and an index. */
static void name_node(struct tree *tree, struct tree_node *node, const char *suffix)
{
    size_t length = strlen(suffix);
    const char *bracket = strrchr(suffix, '[');
    if (!reserve(tree, (void **)&tree->text, tree->text_length, &tree->text_capacity, length))
        return;
    memcpy(tree->text + tree->text_length, suffix, length);
    node->name = (uint32_t)tree->text_length;
    node->name_length = node->group_length = (uint32_t)length;
    tree->text_length += length;
    if (bracket && suffix[length - 1] == ']' && !strchr(bracket, ',')) {
        node->indexed = true;
        node->index = (uint32_t)strtoul(bracket + 1, NULL, 10);
        node->group_length = (uint32_t)(bracket - suffix);
    }
    if (node->group_length > 0 && suffix[0] == '.')
        node->list = is_list(tree->nodes[node->parent].type, suffix + 1, node->group_length - 1);
}

/** Goes up to the record whose path leads to another. */
static void go_up(struct tree *tree, const char *path)
{
    while (tree->depth > 1) {
        size_t length = tree->path_lengths[tree->depth - 1];
        if (!tree->flat && strncmp(tree->path, path, length) == 0 &&
            (path[length] == '.' || path[length] == '['))
            break;
        tree->depth--;
    }
}

/** A copy of a type that is made of a definition; the fields come behind it, their names behind the bytes of
 * the record. */
struct copied_type {
    struct kiwi_record_type type;
    struct kiwi_layout layout;
};

static size_t names_length(const struct kiwi_record_type *type)
{
    size_t length = 0;
    for (unsigned i = 0; i < type->field_count; i++)
        length += strlen(type->fields[i].name) + 1;
    return length;
}

static void copy_type(uint8_t *data, const struct kiwi_item *item)
{
    const struct copied_type copy = {*item->type, *item->layout};
    size_t fields = item->type->field_count * sizeof *item->type->fields;
    memcpy(data, &copy, sizeof copy);
    memcpy(data + sizeof copy, item->type->fields, fields);
    data += sizeof copy + fields;
    memcpy(data, item->bytes, item->layout->head);
    data += item->layout->head;
    for (unsigned i = 0; i < item->type->field_count; i++) {
        size_t length = strlen(item->type->fields[i].name) + 1;
        memcpy(data, item->type->fields[i].name, length);
        data += length;
    }
}

static bool keep_bytes(struct tree *tree, struct tree_node *node, const struct kiwi_item *item)
{
    const struct kiwi_layout *layout = item->layout;
    size_t runs = item->type->variable ? item->type->run_count * sizeof layout->start[0] : 0;
    size_t length = node->type
                        ? 2 * runs + layout->head
                        : sizeof(struct copied_type) + item->type->field_count * sizeof *item->type->fields +
                              layout->head + names_length(item->type);
    length = (length + 7) / 8 * 8; /* copied types are aligned */
    if (!reserve(tree, (void **)&tree->data, tree->data_length, &tree->data_capacity, length))
        return false;
    uint8_t *data = tree->data + tree->data_length;
    node->bytes = tree->data_length;
    tree->data_length += length;
    if (!node->type) {
        copy_type(data, item);
        return true;
    }
    memcpy(data, layout->start, runs);
    memcpy(data + runs, layout->length, runs);
    memcpy(data + 2 * runs, item->bytes, layout->head);
    return true;
}

const struct kiwi_record_type *tree_type(const struct tree *tree, const struct tree_node *node)
{
    if (node->type || !node->record)
        return node->type;
    struct copied_type *copy = (void *)(tree->data + node->bytes);
    struct kiwi_field *fields = (void *)(copy + 1);
    char *name = (char *)(fields + copy->type.field_count) + copy->layout.head;
    copy->type.fields = fields; /* it may have been moved */
    for (unsigned i = 0; i < copy->type.field_count; i++) {
        fields[i].name = name;
        name += strlen(name) + 1;
    }
    return &copy->type;
}

const uint8_t *tree_bytes(const struct tree *tree, const struct tree_node *node, struct kiwi_layout *layout)
{
    const uint8_t *data = tree->data + node->bytes;
    if (!node->type) {
        const struct copied_type *copy = (const void *)data;
        *layout = copy->layout;
        return data + sizeof *copy + copy->type.field_count * sizeof(struct kiwi_field);
    }
    size_t runs = node->type->variable ? node->type->run_count * sizeof layout->start[0] : 0;
    memset(layout, 0, sizeof *layout);
    layout->head = layout->length[0] = node->type->fixed_size;
    if (runs > 0) {
        memcpy(layout->start, data, runs);
        memcpy(layout->length, data + runs, runs);
        layout->head = (uint32_t)node->length;
    }
    return data + 2 * runs;
}

/** What a record or gap says, as hashes. */
static enum kiwi_status hash_item(struct tree *tree, struct tree_node *node, const struct kiwi_item *item,
                                  struct kiwi_error *error)
{
    if (item->type) {
        const struct known_type *known = know(tree, item->type);
        hash_record(node, item, known);
        node->tells = known->wanted;
        node->type = known->of_schema ? item->type : NULL;
        return KIWI_OK;
    }
    node->list = true; /* among the gaps of its record */
    node->tells = item->gap != KIWI_GAP_PADDING;
    node->follow = mix(0, item->length);
    return node->tells ? hash_gap(tree, node, item, error) : KIWI_OK;
}

/** Puts a node below the record that is open. */
static void hang_up(struct tree *tree, uint32_t number)
{
    struct tree_node *above = &tree->nodes[tree->nodes[number].parent];
    if (above->last == TREE_NONE)
        above->first = number;
    else
        tree->nodes[above->last].next = number;
    above->last = number;
    above->children++;
}

enum kiwi_status tree_add(struct tree *tree, const struct kiwi_item *item, const char *path,
                          struct kiwi_error *error)
{
    struct tree_node made = {.parent = TREE_NONE, .first = TREE_NONE, .last = TREE_NONE, .next = TREE_NONE};
    enum kiwi_status status = hash_item(tree, &made, item, error);
    tree->follow = mix(tree->follow, made.follow);
    if (status != KIWI_OK || !begin_tree(tree) || (!made.tells && !tree->flat))
        return status;
    go_up(tree, path);
    bool below = !item->type && tree->depth > 1 && strlen(path) == tree->path_lengths[tree->depth - 1];
    made.parent = tree->open[tree->depth - 1];
    made.record = item->type ? item->type->name : NULL;
    made.gap = item->type ? NULL : item->name;
    made.file = item->file;
    made.offset = item->offset;
    made.length = item->length;
    made.bytes = tree->data_length;
    name_node(tree, &made, below ? "" : path + tree->path_lengths[tree->depth - 1]);
    if (item->type)
        keep_bytes(tree, &made, item);
    uint32_t number = new_node(tree, &made);
    if (number == TREE_NONE)
        return KIWI_OK;
    hang_up(tree, number);
    size_t length = strlen(path);
    if (item->type && tree->depth < sizeof tree->open / sizeof tree->open[0] && length < sizeof tree->path) {
        tree->open[tree->depth] = number;
        tree->path_lengths[tree->depth++] = length;
        memcpy(tree->path, path, length + 1);
    }
    return KIWI_OK;
}

void tree_finish(struct tree *tree)
{
    /* Children come behind their parents. */
    for (uint32_t i = tree->count; i-- > 0;) {
        struct tree_node *node = &tree->nodes[i];
        uint64_t what = node->record ? mix_bytes(1, (const uint8_t *)node->record, strlen(node->record)) : 2;
        node->hash = mix(what, node->own);
        node->below = 0;
        node->all = mix(node->hash, node->counts);
        for (uint32_t child = node->first; child != TREE_NONE; child = tree->nodes[child].next) {
            const struct tree_node *below = &tree->nodes[child];
            uint64_t name = mix_bytes(3, (const uint8_t *)tree->text + below->name,
                                      below->list ? below->group_length : below->name_length);
            node->hash = mix(mix(node->hash, name), below->hash);
            node->all = mix(mix(node->all, name), below->all);
            node->below += below->below + 1;
        }
    }
}

void tree_drop(struct tree *tree, uint32_t count)
{
    struct tree_node *nodes = tree->nodes;
    if (count == 0)
        return;
    uint32_t left = tree->count - 1 - count;
    size_t text = left > 0 ? nodes[count + 1].name : tree->text_length;
    size_t data = left > 0 ? nodes[count + 1].bytes : tree->data_length;
    memmove(nodes + 1, nodes + 1 + count, left * sizeof *nodes);
    if (text < tree->text_length)
        memmove(tree->text, tree->text + text, tree->text_length - text);
    if (data < tree->data_length)
        memmove(tree->data, tree->data + data, tree->data_length - data);
    tree->text_length -= text;
    tree->data_length -= data;
    tree->count = left + 1;
    for (uint32_t i = 1; i <= left; i++) {
        nodes[i].name -= (uint32_t)text;
        nodes[i].bytes -= data;
        nodes[i].next = i < left ? i + 1 : TREE_NONE;
    }
    nodes[0].first = left > 0 ? 1 : TREE_NONE;
    nodes[0].last = left > 0 ? left : TREE_NONE;
    nodes[0].children = left;
}

void tree_path(const struct tree *tree, uint32_t node, char *path, size_t capacity)
{
    uint32_t way[32];
    unsigned depth = 0;
    size_t used = 0;
    for (; node != TREE_NONE && depth < 32; node = tree->nodes[node].parent)
        way[depth++] = node;
    while (depth-- > 0) {
        const struct tree_node *step = &tree->nodes[way[depth]];
        size_t length = step->name_length < capacity - 1 - used ? step->name_length : capacity - 1 - used;
        if (length > 0)
            memcpy(path + used, tree->text + step->name, length);
        used += length;
    }
    path[used] = '\0';
}
