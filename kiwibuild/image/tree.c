/* SPDX-License-Identifier: MIT */
/* The files and folders of an image, with the names that they have in each of its views. */
#include "tree.h"

#include <string.h>

#include "kiwibuild/memory.h"
#include "kiwibuild/sort.h"
#include "names.h"

enum { MOST_FOLDERS = UINT16_MAX }; /* the path table counts them in 16 bits: ECMA-119 9.4.3 */

/** Folders come before what is in them: '/' before all letters. */
static int compare_paths(const void *left, const void *right)
{
    const unsigned char *a = (const unsigned char *)((const struct image_node *)left)->path;
    const unsigned char *b = (const unsigned char *)((const struct image_node *)right)->path;

    while (*a && *a == *b) {
        a++;
        b++;
    }
    const int one = *a == '/' ? 1 : *a, other = *b == '/' ? 1 : *b;
    return one - other;
}

static int compare_names(const void *left, const void *right)
{
    const struct image_node *const *a = left, *const *b = right;

    return strcmp((*a)->name, (*b)->name);
}

static int compare_iso(const void *left, const void *right)
{
    const struct image_node *const *a = left, *const *b = right;

    return image_names_compare((*a)->identifiers[VIEW_ISO], (*b)->identifiers[VIEW_ISO], 1);
}

static int compare_joliet(const void *left, const void *right)
{
    const struct image_node *const *a = left, *const *b = right;

    return image_names_compare((*a)->identifiers[VIEW_JOLIET], (*b)->identifiers[VIEW_JOLIET], 2);
}

static bool is_inside(const struct image_node *node, const struct image_node *folder)
{
    const size_t length = strlen(folder->path);

    return folder->is_folder && strncmp(node->path, folder->path, length) == 0 &&
           (length == 0 || node->path[length] == '/');
}

/** Each node goes into the nearest folder before it that its path begins with. */
static void link_parents(struct image_tree *tree)
{
    struct image_node *folder = tree->nodes;

    folder->parent = folder;
    for (size_t i = 1; i < tree->count; i++) {
        struct image_node *node = &tree->nodes[i];
        const char *slash = strrchr(node->path, '/');

        while (folder != tree->nodes && !is_inside(node, folder))
            folder = folder->parent;
        node->name = slash ? slash + 1 : node->path;
        node->parent = folder;
        folder->child_count++;
        if (node->is_folder)
            folder = node;
    }
}

/** Children are in the order of names then. */
static void link_children(struct image_tree *tree)
{
    size_t used = 0;

    tree->children = allocate(tree->count, sizeof(struct image_node *));
    tree->folders = allocate(tree->count, sizeof(struct image_node *));
    for (size_t i = 0; i < tree->count; i++) {
        struct image_node *node = &tree->nodes[i];

        if (i > 0)
            node->parent->children[node->parent->child_count++] = node;
        if (!node->is_folder)
            continue;
        tree->folders[tree->folder_count++] = node;
        node->children = tree->children + used;
        used += node->child_count;
        node->child_count = 0;
    }
}

bool image_tree_make(struct image_tree *tree, const struct image_item *items, size_t count,
                     struct failure *failure)
{
    *tree = (struct image_tree){.count = count + 1};
    tree->nodes = allocate(tree->count, sizeof *tree->nodes);
    tree->nodes[0] = (struct image_node){.path = "", .name = "", .is_folder = true};
    for (size_t i = 0; i < count; i++)
        tree->nodes[i + 1] = (struct image_node){.path = items[i].path, .is_folder = items[i].is_folder};
    sort(tree->nodes, tree->count, sizeof *tree->nodes, compare_paths);
    link_parents(tree);
    link_children(tree);
    if (tree->folder_count > MOST_FOLDERS)
        return refuse(failure, EXIT_SYSTEM, "an image has at most %d folders, not %zu", MOST_FOLDERS,
                      tree->folder_count);
    for (size_t i = 0; i < tree->folder_count; i++)
        image_names_make(tree->folders[i]);
    return true;
}

/** Folders of the root come before those in them, and so on. */
static void number_folders(struct image_tree *tree, enum image_view view)
{
    size_t count = 0;

    tree->folders[count++] = tree->nodes;
    for (size_t i = 0; i < count; i++) {
        struct image_node *folder = tree->folders[i];

        folder->lists[view].number = (uint32_t)i + 1;
        for (size_t k = 0; k < folder->child_count; k++)
            if (folder->children[k]->is_folder)
                tree->folders[count++] = folder->children[k];
    }
}

void image_tree_arrange(struct image_tree *tree, enum image_view view)
{
    static int (*const compare[VIEW_COUNT])(const void *, const void *) = {
        [VIEW_ISO] = compare_iso, [VIEW_JOLIET] = compare_joliet, [VIEW_UDF] = compare_names};
    size_t count = 0;

    for (size_t i = 0; i < tree->count; i++) {
        struct image_node *node = &tree->nodes[i];

        sort(node->children, node->child_count, sizeof *node->children, compare[view]);
        if (node->is_folder)
            tree->folders[count++] = node;
    }
    if (view != VIEW_UDF)
        number_folders(tree, view);
}

void image_tree_free(struct image_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        for (int view = 0; view < VIEW_COUNT; view++)
            release(tree->nodes[i].identifiers[view]);
    release(tree->nodes);
    release(tree->folders);
    release(tree->children);
    *tree = (struct image_tree){0};
}
