/* SPDX-License-Identifier: MIT */
/* What changes in files that are copied from another disc. */
#include "patches.h"

#include <errno.h>
#include <string.h>

#include "encoding.h"

void patches_add(struct patches *patches, const struct kiwi_file *file, uint64_t offset, const void *bytes,
                 size_t size)
{
    patches->items = grow(patches->items, &patches->capacity, patches->count + 1, sizeof *patches->items);
    patches->items[patches->count++] = (struct patch){file, offset, patches->bytes.size, size};
    buffer_append(&patches->bytes, bytes, size);
}

static struct growth *find_growth(const struct patches *patches, const struct kiwi_file *file)
{
    for (size_t i = 0; i < patches->grown_count; i++)
        if (patches->grown[i].file == file)
            return &patches->grown[i];
    return NULL;
}

uint64_t patches_grow(struct patches *patches, const struct kiwi_file *file, uint64_t size, uint64_t unit)
{
    struct growth *growth = find_growth(patches, file);
    uint64_t start;

    if (!growth) {
        patches->grown = grow(patches->grown, &patches->grown_capacity, patches->grown_count + 1,
                              sizeof *patches->grown);
        growth = &patches->grown[patches->grown_count++];
        *growth = (struct growth){file, file->size};
    }
    start = (growth->end + unit - 1) / unit * unit;
    growth->end = start + size;
    return start;
}

static bool write_at(FILE *copy, uint64_t offset, const void *bytes, size_t size)
{
    return !fseeko(copy, (off_t)offset, SEEK_SET) && fwrite(bytes, 1, size, copy) == size;
}

bool patches_apply(const struct patches *patches, const struct kiwi_file *file, FILE *copy,
                   struct failure *failure)
{
    const struct growth *growth = find_growth(patches, file);
    bool done = true;

    for (size_t i = 0; done && i < patches->count; i++) {
        const struct patch *patch = &patches->items[i];

        if (patch->file == file)
            done = write_at(copy, patch->offset, patches->bytes.bytes + patch->first, patch->size);
    }
    if (done && growth && file->size % SECTOR == 0 && growth->end % SECTOR)
        done = write_at(copy, growth->end / SECTOR * SECTOR + SECTOR - 1, "", 1);
    return done || refuse(failure, EXIT_SYSTEM, "%s: %s", file->path, strerror(errno));
}

void patches_free(struct patches *patches)
{
    release(patches->items);
    release(patches->grown);
    buffer_free(&patches->bytes);
    *patches = (struct patches){0};
}
