/* SPDX-License-Identifier: MIT */
/* Memory in temporary files without a name, one for each piece, so that nothing is left whatever happens. */
#include "spill.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "common/failure.h"
#include "common/files.h"

enum { PAGE_LEAST = 4096 }; /* all pages begin at multiples of it */

/** A file that is mapped. */
struct spill {
    void *memory;
    size_t size;
    int file;
};

static struct spill *spills;
static size_t spill_count, spill_room;

static _Noreturn void end(int error)
{
    fprintf(stderr, "kiwibuild: %s: %s (TMPDIR is where temporary files go)\n", files_temporary_folder(),
            strerror(error));
    exit(EXIT_SYSTEM);
}

static struct spill *find(const void *memory)
{
    if ((uintptr_t)memory % PAGE_LEAST) /* as most of the heap's is not */
        return NULL;
    for (size_t i = 0; memory && i < spill_count; i++)
        if (spills[i].memory == memory)
            return &spills[i];
    return NULL;
}

static struct spill *add(void)
{
    struct spill *grown = grow_array(spills, &spill_room, spill_count, 1, sizeof *spills);
    if (!grown)
        end(ENOMEM);
    spills = grown;
    struct spill *spill = &spills[spill_count++];
    *spill = (struct spill){.file = -1};
    int error = files_create_nameless(&spill->file);
    if (error != 0)
        end(error);
    return spill;
}

bool spill_has(const void *memory)
{
    return find(memory);
}

void *spill_grow(void *memory, size_t size)
{
    struct spill *spill = find(memory);
    if (!spill)
        spill = add();
    else
        files_unmap(spill->memory, spill->size);
    /* Room is taken now: a page without it would end the program by a signal when it is written. */
    int error = files_map(spill->file, size, &spill->memory);
    if (error != 0)
        end(error);
    spill->size = size;
    return spill->memory;
}

bool spill_free(void *memory)
{
    struct spill *spill = find(memory);
    if (!spill)
        return false;
    files_unmap(spill->memory, spill->size);
    files_close(spill->file);
    *spill = spills[--spill_count];
    return true;
}
