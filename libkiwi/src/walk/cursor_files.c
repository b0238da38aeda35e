/* SPDX-License-Identifier: MIT */
/* The files of a disc one by one. */
#include "disc/file_kind.h"
#include "walk/walk.h"

struct files_cursor {
    struct kiwi_cursor base;
    size_t next; /* 0 = the map's; the others follow by their number + 1 */
};

/** Whether the map has to be walked: also for a file into which only the map may lead. */
static bool map_wanted(const struct kiwi_walk *walk)
{
    const struct kiwi_file *only = walk->scope.only;
    if (!walk->map)
        return false;
    return !only || only == walk->map->file || only->kind == KIWI_FILE_UNKNOWN ||
           kiwi_file_kinds[only->kind].by_map;
}

/** Whether a file beside the map has to be walked. */
static bool file_wanted(const struct kiwi_walk *walk, const struct kiwi_file *file)
{
    return !kiwi_walk_only_parcels(walk) && !(walk->map && file == walk->map->file) &&
           (!walk->scope.only || file == walk->scope.only);
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct files_cursor *files = (struct files_cursor *)cursor;
    size_t number = files->next++;
    if (number > (walk->scope.headers ? 0 : kiwi_disc_file_count(walk->disc)))
        return KIWI_TURN_OVER;
    if (number == 0) {
        if (map_wanted(walk))
            kiwi_map_begin(walk);
        return KIWI_TURN_AGAIN;
    }
    const struct kiwi_file *file = kiwi_disc_file(walk->disc, number - 1);
    if (!file_wanted(walk, file))
        return KIWI_TURN_AGAIN;
    if (!kiwi_claims_of(&walk->claims, file))
        return kiwi_file_begin(walk, file, item);
    kiwi_rest_begin(walk, file);
    return KIWI_TURN_AGAIN;
}

void kiwi_files_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct files_cursor), next, kiwi_no_path, NULL};
    kiwi_stack_push(&walk->stack, &type);
}
