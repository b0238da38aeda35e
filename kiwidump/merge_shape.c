/* SPDX-License-Identifier: MIT */
/* What chains and areas share: keys of shapes, printing them, counted memory, edges of frames. */
#include "merge_shape.h"

#include <stdlib.h>
#include <string.h>

/* Keys */

struct merge_key merge_key(const struct kiwi_shape *shape, const struct kiwi_parcel *parcel)
{
    struct merge_key key = {.kind = shape->kind,
                            .type = shape->type,
                            .display_class = shape->display_class,
                            .file = parcel->file,
                            .offset = shape->offset};
    if (shape->kind == KIWI_ROAD) {
        const struct kiwi_link_shape *link = shape->link_shape;
        key.multilink = shape->multilink_offset;
        key.link = shape->link;
        key.link_id = shape->link_id;
        key.flags = (uint32_t)link->one_way | (uint32_t)shape->multilink->toll << 2 |
                    (uint32_t)link->bridge << 3 | (uint32_t)link->tunnel << 4 | (uint32_t)link->planned << 5;
    } else {
        key.shape_class = shape->shape_class;
        key.flags = (uint32_t)shape->background->display_scale_flags |
                    (uint32_t)shape->background->underground << 5;
    }
    return key;
}

bool merge_same(const struct merge_key *a, const struct merge_key *b)
{
    return a->kind == b->kind && a->type == b->type && a->display_class == b->display_class &&
           a->flags == b->flags && a->shape_class == b->shape_class;
}

uint32_t merge_hash(const struct merge_key *key)
{
    uint32_t hash = (uint32_t)key->kind;
    hash = hash * 2654435761u + key->type;
    hash = hash * 2654435761u + key->display_class;
    hash = hash * 2654435761u + key->flags;
    return hash * 2654435761u + (uint32_t)key->shape_class;
}

void merge_begin(struct features *features, int level, const struct merge_key *key, uint32_t pieces,
                 struct merge_shape *shape)
{
    memset(shape, 0, sizeof *shape);
    shape->shape = (struct kiwi_shape){.kind = key->kind,
                                       .offset = key->offset,
                                       .display_class = key->display_class,
                                       .type = key->type,
                                       .multilink_offset = key->multilink,
                                       .link = key->link,
                                       .link_id = key->link_id,
                                       .shape_class = key->shape_class};
    if (key->kind == KIWI_ROAD) {
        shape->multilink.toll = (key->flags >> 2 & 1) != 0;
        shape->link.one_way = key->flags & 3;
        shape->link.bridge = (key->flags >> 3 & 1) != 0;
        shape->link.tunnel = (key->flags >> 4 & 1) != 0;
        shape->link.planned = (key->flags >> 5 & 1) != 0;
        shape->shape.multilink = &shape->multilink;
        shape->shape.link_shape = &shape->link;
    } else {
        shape->background.display_scale_flags = key->flags & 31;
        shape->background.underground = (key->flags >> 5 & 1) != 0;
        shape->shape.background = &shape->background;
    }
    feature_set(&features->writer, key->file, level, &shape->shape);
    features->writer.pieces = pieces;
    dump_feature_begin(features->dump, features->count);
    feature_begin(&features->writer);
}

void merge_end(struct features *features)
{
    feature_properties(&features->writer);
    feature_end(&features->writer);
    dump_feature_end(features->dump, &features->count);
    features->writer.pieces = 0;
}

/* Memory */

void *merge_take(struct merge_memory *memory, size_t size)
{
    void *block = size > MERGE_LIMIT - memory->used ? NULL : malloc(size);
    memory->failed = memory->failed || !block;
    if (block)
        memory->used += size;
    return block;
}

void *merge_grow(struct merge_memory *memory, void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t more = *capacity ? *capacity : 256;
    void *grown = more * size > MERGE_LIMIT - memory->used ? NULL : realloc(array, (*capacity + more) * size);
    if (!grown) {
        memory->failed = true;
        return NULL;
    }
    memory->used += more * size;
    *capacity += more;
    return grown;
}

void merge_give(struct merge_memory *memory, void *block, size_t size)
{
    if (block)
        memory->used -= size;
    free(block);
}

/* Frames */

uint32_t merge_due(const struct merge_frame *frame, int32_t y)
{
    return frame->parcel->row + (uint32_t)y / KIWI_PARCEL_UNITS;
}
