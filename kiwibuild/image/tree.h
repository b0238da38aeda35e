/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_TREE_H
#define KIWIBUILD_IMAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

enum { SECTOR_SIZE = 2048 };

/** An image shows its files three times, each time under names of another kind. */
enum image_view { VIEW_ISO, VIEW_JOLIET, VIEW_UDF, VIEW_COUNT };

/** Where a folder lists what is in it. */
struct image_list {
    uint32_t sector;
    uint32_t sectors;
    uint32_t size;   /**< in bytes, if that is not all of the sectors */
    uint32_t number; /**< of the folder in the path table, from 1 */
};

struct image_node {
    const char *path; /**< "" is the root */
    const char *name; /**< its last part */
    bool is_folder;
    struct image_node *parent;        /**< of the root: the root */
    uint8_t *identifiers[VIEW_COUNT]; /**< the name in each view: a byte with the length, and the bytes */
    uint32_t entry;                   /**< sector of UDF's file entry */
    /* Of a file */
    uint64_t size;
    uint32_t sector; /**< of its contents; 0 if it is empty */
    /* Of a folder */
    struct image_node **children;
    size_t child_count;
    struct image_list lists[VIEW_COUNT];
};

/** What an image has. */
struct image_tree {
    struct image_node *nodes; /**< by path, each folder before what is in it; the first is the root */
    size_t count;
    struct image_node **folders; /**< in the order that the view at hand wants */
    size_t folder_count;
    struct image_node **children; /**< of all folders */
};

/** A file or folder of the image; its folders are items, too. */
struct image_item {
    const char *path; /**< split by '/', and stays where it is */
    bool is_folder;
};

/** Links the items; they may come in any order, and each once. */
bool image_tree_make(struct image_tree *tree, const struct image_item *items, size_t count,
                     struct failure *failure);

/** Puts children and folders into the order of a view. The path table of ISO 9660 wants folders by their
 * depth, UDF's come as they are found. */
void image_tree_arrange(struct image_tree *tree, enum image_view view);

void image_tree_free(struct image_tree *tree);

static inline uint64_t sectors_of(uint64_t size)
{
    return size / SECTOR_SIZE + (size % SECTOR_SIZE != 0);
}

#endif
