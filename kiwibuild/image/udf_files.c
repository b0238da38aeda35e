/* SPDX-License-Identifier: MIT */
/* UDF's file set: folders, file entries, and where the bytes of files are (ECMA-167 part 4). */
#include <string.h>

#include "common/bytes.h"
#include "udf.h"
#include "udf_descriptor.h"

/* Offsets; each list is of the descriptor that its section is about. */
enum {
    DESCRIPTOR_SIZE = 512,
    /* 4/14.1, and UDF 2.3.2 */
    SET_TIME = 16,
    SET_INTERCHANGE = 28,
    SET_CHARSET_LISTS = 32,
    SET_VOLUME_CHARSET = 48,
    SET_VOLUME_ID = 112,
    SET_VOLUME_ID_SIZE = 128,
    SET_CHARSET = 240,
    SET_ID = 304,
    SET_ID_SIZE = 32,
    SET_COPYRIGHT = 336,
    SET_ABSTRACT = 368,
    SET_ROOT = 400,
    SET_DOMAIN = 416,
    /* 4/14.4 */
    NAME_VERSION = 16,
    NAME_CHARACTERISTICS = 18,
    NAME_IS_FOLDER = 2,
    NAME_IS_PARENT = 8,
    NAME_LENGTH = 19,
    NAME_ENTRY = 20,
    NAME_UNIQUE_ID = 32, /* in what a long address has for implementations: UDF 2.3.4.3 */
    NAME_HEAD = 38,
    /* 4/14.6, 4/14.9, and UDF 2.3.6 */
    ENTRY_STRATEGY = 20,
    ENTRY_MOST_ENTRIES = 24,
    ENTRY_TYPE = 27,
    ENTRY_TYPE_FOLDER = 4,
    ENTRY_TYPE_FILE = 5,
    ENTRY_FLAGS = 34,
    ENTRY_PERMISSIONS = 44,
    ENTRY_LINKS = 48,
    ENTRY_SIZE = 56,
    ENTRY_BLOCKS = 64,
    ENTRY_TIMES = 72, /* of access, modification, attributes */
    ENTRY_CHECKPOINT = 108,
    ENTRY_IMPLEMENTATION = 128,
    ENTRY_UNIQUE_ID = 160,
    ENTRY_EXTENTS_LENGTH = 172,
    ENTRY_EXTENTS = 176,
    EXTENT_SIZE = 8,
};

enum {
    FLAGS = 0x0230, /* short addresses, not to be moved, archive, in one piece */
    MAY_READ = 0x1084,
    MAY_SEARCH = 0x0421,
    FIRST_UNIQUE_ID = 16, /* UDF 3.2.1.1; the root has 0 */
    MOST_EXTENTS = (SECTOR_SIZE - ENTRY_EXTENTS) / EXTENT_SIZE,
    EXTENT_LIMIT = (1 << 30) - SECTOR_SIZE, /* 4/14.14.1.1: 30 bits, whole blocks */
};

static uint32_t block_of(uint64_t sector)
{
    return (uint32_t)(sector - PARTITION_SECTOR);
}

static uint32_t unique_id(const struct image_tree *tree, const struct image_node *node)
{
    return node == tree->nodes ? 0 : FIRST_UNIQUE_ID + (uint32_t)(node - tree->nodes);
}

/** What a folder has for one of its files, or for the folder that it is in; list begins in the given sector.
 */
static void append_name(struct buffer *list, uint64_t sector, const struct image_tree *tree,
                        const struct image_node *node, bool is_parent)
{
    uint8_t name[NAME_HEAD + UINT8_MAX + 3] = {0};
    const size_t length = is_parent ? 0 : node->identifiers[VIEW_UDF][0];
    const size_t size = (NAME_HEAD + length + 3) & ~(size_t)3;

    store16_little(name + NAME_VERSION, 1);
    name[NAME_CHARACTERISTICS] = (uint8_t)((node->is_folder ? NAME_IS_FOLDER : 0) |
                                           (is_parent ? NAME_IS_PARENT : 0));
    name[NAME_LENGTH] = (uint8_t)length;
    udf_put_long_ad(name + NAME_ENTRY, SECTOR_SIZE, block_of(node->entry));
    store32_little(name + NAME_UNIQUE_ID, unique_id(tree, node));
    if (length > 0)
        memcpy(name + NAME_HEAD, node->identifiers[VIEW_UDF] + 1, length);
    udf_set_tag(name, UDF_FILE_IDENTIFIER, size, block_of(sector + list->size / SECTOR_SIZE));
    buffer_append(list, name, size);
}

static void make_list(struct buffer *list, const struct image_tree *tree, const struct image_node *folder)
{
    const uint64_t sector = folder->lists[VIEW_UDF].sector;

    append_name(list, sector, tree, folder->parent, true);
    for (size_t i = 0; i < folder->child_count; i++)
        append_name(list, sector, tree, folder->children[i], false);
}

bool udf_plan(struct image_tree *tree, uint64_t *sector, struct failure *failure)
{
    struct buffer bytes = {0};

    image_tree_arrange(tree, VIEW_UDF);
    for (size_t i = 0; i < tree->folder_count; i++) {
        struct image_list *list = &tree->folders[i]->lists[VIEW_UDF];

        tree->folders[i]->entry = (uint32_t)(*sector)++;
        list->sector = (uint32_t)*sector;
        bytes.size = 0;
        make_list(&bytes, tree, tree->folders[i]);
        list->size = (uint32_t)bytes.size;
        list->sectors = (uint32_t)sectors_of(bytes.size);
        *sector += list->sectors;
    }
    buffer_free(&bytes);
    for (size_t i = 0; i < tree->count; i++) {
        struct image_node *node = &tree->nodes[i];

        if (node->size > (uint64_t)MOST_EXTENTS * EXTENT_LIMIT)
            return refuse(failure, EXIT_SYSTEM, "%s: a file of an image has at most %llu bytes, not %llu",
                          node->path, (unsigned long long)MOST_EXTENTS * EXTENT_LIMIT,
                          (unsigned long long)node->size);
        if (!node->is_folder)
            node->entry = (uint32_t)(*sector)++;
    }
    return true;
}

/** Returns the bytes that they take. */
static size_t put_extents(uint8_t *field, uint64_t sector, uint64_t size)
{
    size_t used = 0;

    while (size > 0) {
        const uint32_t length = size < EXTENT_LIMIT ? (uint32_t)size : EXTENT_LIMIT;

        store32_little(field + used, length);
        store32_little(field + used + 4, block_of(sector));
        used += EXTENT_SIZE;
        sector += length / SECTOR_SIZE;
        size -= length;
    }
    return used;
}

/** Names that lead to a folder: its own, and ".." in each folder that it has. */
static unsigned count_links(const struct image_node *node)
{
    unsigned links = 1;

    for (size_t i = 0; i < node->child_count; i++)
        links += node->children[i]->is_folder;
    return links;
}

static bool put_entry(const struct image_tree *tree, const struct image_node *node,
                      const struct image_output *output, struct failure *failure)
{
    uint8_t entry[SECTOR_SIZE] = {0};
    const struct image_list *list = &node->lists[VIEW_UDF];
    const uint64_t size = node->is_folder ? list->size : node->size;
    size_t extents;

    store16_little(entry + ENTRY_STRATEGY, 4);
    store16_little(entry + ENTRY_MOST_ENTRIES, 1);
    entry[ENTRY_TYPE] = node->is_folder ? ENTRY_TYPE_FOLDER : ENTRY_TYPE_FILE;
    store16_little(entry + ENTRY_FLAGS, FLAGS);
    store32_little(entry + ENTRY_PERMISSIONS, MAY_READ | (node->is_folder ? MAY_SEARCH : 0));
    store16_little(entry + ENTRY_LINKS, count_links(node));
    store64_little(entry + ENTRY_SIZE, size);
    store64_little(entry + ENTRY_BLOCKS, sectors_of(size));
    for (size_t i = 0; i < 3; i++)
        udf_put_time(entry + ENTRY_TIMES + i * UDF_TIME_SIZE);
    store32_little(entry + ENTRY_CHECKPOINT, 1);
    udf_put_implementation(entry + ENTRY_IMPLEMENTATION);
    store64_little(entry + ENTRY_UNIQUE_ID, unique_id(tree, node));
    extents = put_extents(entry + ENTRY_EXTENTS, node->is_folder ? list->sector : node->sector, size);
    store32_little(entry + ENTRY_EXTENTS_LENGTH, (uint32_t)extents);
    udf_set_tag(entry, UDF_FILE_ENTRY, ENTRY_EXTENTS + extents, block_of(node->entry));
    return image_put(output, node->entry, entry, sizeof entry, failure);
}

static bool put_file_set(const struct image_tree *tree, const char *volume_id,
                         const struct image_output *output, struct failure *failure)
{
    uint8_t sectors[2 * SECTOR_SIZE] = {0}, *set = sectors, *terminator = sectors + SECTOR_SIZE;

    udf_put_time(set + SET_TIME);
    store16_little(set + SET_INTERCHANGE, 3);
    store16_little(set + SET_INTERCHANGE + 2, 3);
    store32_little(set + SET_CHARSET_LISTS, 1);
    store32_little(set + SET_CHARSET_LISTS + 4, 1);
    udf_put_charset(set + SET_VOLUME_CHARSET);
    udf_put_text(set + SET_VOLUME_ID, SET_VOLUME_ID_SIZE, volume_id);
    udf_put_charset(set + SET_CHARSET);
    udf_put_text(set + SET_ID, SET_ID_SIZE, volume_id);
    udf_put_long_ad(set + SET_ROOT, SECTOR_SIZE, block_of(tree->nodes->entry));
    udf_put_entity(set + SET_DOMAIN, "*OSTA UDF Compliant", UDF_OF_DOMAIN);
    udf_set_tag(set, UDF_FILE_SET, DESCRIPTOR_SIZE, block_of(UDF_FILE_SET_SECTOR));
    udf_set_tag(terminator, UDF_TERMINATING, DESCRIPTOR_SIZE, block_of(UDF_FILE_SET_SECTOR + 1));
    return image_put(output, UDF_FILE_SET_SECTOR, sectors, sizeof sectors, failure);
}

bool udf_write_files(struct image_tree *tree, const char *volume_id, const struct image_output *output,
                     struct udf_counts *counts, struct failure *failure)
{
    struct buffer bytes = {0};
    bool done = put_file_set(tree, volume_id, output, failure);

    image_tree_arrange(tree, VIEW_UDF);
    for (size_t i = 0; done && i < tree->folder_count; i++) {
        make_list(&bytes, tree, tree->folders[i]);
        done = image_put_buffer(output, tree->folders[i]->lists[VIEW_UDF].sector, &bytes, failure);
    }
    buffer_free(&bytes);
    for (size_t i = 0; done && i < tree->count; i++)
        done = put_entry(tree, &tree->nodes[i], output, failure);
    counts->folders = (uint32_t)tree->folder_count;
    counts->files = (uint32_t)(tree->count - tree->folder_count);
    counts->next_unique_id = FIRST_UNIQUE_ID + (uint64_t)tree->count;
    return done;
}
