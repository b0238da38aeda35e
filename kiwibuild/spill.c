/* SPDX-License-Identifier: MIT */
/* Memory in temporary files without a name, one for each piece, so that nothing is left whatever happens. */
#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/grow.h"
#include "common/failure.h"

enum { PAGE_LEAST = 4096 }; /* all pages begin at multiples of it */

/** A file that is mapped. */
struct spill {
    void *memory;
    size_t size;
    int file;
};

static struct spill *spills;
static size_t spill_count, spill_room;

/** Not /tmp, which is often in memory itself. */
static const char *folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/var/tmp";
}

static _Noreturn void end(int error)
{
    fprintf(stderr, "kiwibuild: %s: %s (TMPDIR is where temporary files go)\n", folder(), strerror(error));
    exit(EXIT_SYSTEM);
}

static int open_file(void)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/kiwibuild.XXXXXX", folder());
    if (length < 0 || (size_t)length >= sizeof path)
        end(ENAMETOOLONG);
    int file = mkstemp(path);
    if (file < 0)
        end(errno);
    unlink(path);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
}

/** Room is taken now: a page without it would end the program by a signal when it is written. */
static void take_room(int file, size_t from, size_t size)
{
    int error = posix_fallocate(file, (off_t)from, (off_t)(size - from));
    if (error == EINVAL || error == EOPNOTSUPP) /* the file system cannot */
        error = ftruncate(file, (off_t)size) ? errno : 0;
    if (error)
        end(error);
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
    spills[spill_count] = (struct spill){.file = open_file()};
    return &spills[spill_count++];
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
    take_room(spill->file, spill->size, size);
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, spill->file, 0);
    if (mapped == MAP_FAILED)
        end(errno);
    if (spill->memory)
        munmap(spill->memory, spill->size);
    spill->memory = mapped;
    spill->size = size;
    return mapped;
}

bool spill_free(void *memory)
{
    struct spill *spill = find(memory);
    if (!spill)
        return false;
    munmap(spill->memory, spill->size);
    close(spill->file);
    *spill = spills[--spill_count];
    return true;
}
