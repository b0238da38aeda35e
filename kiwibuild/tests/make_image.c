/* SPDX-License-Identifier: MIT */
/* Makes an image of any folder: make_image FOLDER IMAGE TITLE. Prints its size, and a word if that is much.
 */
#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "image/image.h"
#include "memory.h"

/** What is found below a folder. */
struct finder {
    const char *root, *folder;
    struct image_item *items;
    size_t count, capacity;
};

static char *join(const char *folder, const char *name)
{
    char *path = allocate(1, strlen(folder) + strlen(name) + 2);

    sprintf(path, "%s%s%s", folder, *folder ? "/" : "", name);
    return path;
}

static bool take(void *context, const char *name)
{
    struct finder *finder = context;
    const char *folder = finder->folder;
    char *path = join(folder, name), *whole = join(finder->root, path);
    struct kiwi_host_info info;
    bool done = kiwi_host_info(whole, false, &info) == 0;

    finder->items = grow(finder->items, &finder->capacity, finder->count + 1, sizeof *finder->items);
    finder->items[finder->count++] = (struct image_item){path, info.kind == KIWI_HOST_FOLDER};
    finder->folder = path;
    if (done && info.kind == KIWI_HOST_FOLDER)
        done = kiwi_host_list(whole, take, finder) == 0;
    finder->folder = folder;
    release(whole);
    return done;
}

int main(int argc, char **argv)
{
    struct finder finder = {.root = argv[1], .folder = ""};
    struct failure failure;
    uint64_t size;

    if (argc != 4 || kiwi_host_list(argv[1], take, &finder) != 0)
        return EXIT_USAGE;
    bool done = image_write(argv[1], finder.items, finder.count, argv[2], argv[3], false, &size, &failure);
    for (size_t i = 0; i < finder.count; i++)
        release((void *)(uintptr_t)finder.items[i].path);
    release(finder.items);
    if (!done)
        return failure_print("make_image", &failure);
    printf("%llu %s\n", (unsigned long long)size, image_medium(size) ? image_medium(size) : "");
    return EXIT_DONE;
}
