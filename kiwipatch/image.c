/* SPDX-License-Identifier: MIT */
/* Opens the file of an image, looks at its kind and its links, and finds its journals. */
#include "transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int source_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct image *image = context;
    return image->io->read(image->file, offset, buffer, length, received);
}

static bool check_info(const struct image *image, bool writable, struct failure *failure)
{
    const struct io_info *info = &image->info;
    if (!info->regular)
        return refuse(failure, EXIT_REFUSED,
                      "%.400s is a device or the like; kiwipatch changes copies in files only", image->path);
    if (!writable)
        return true;
    if (!info->writable)
        return refuse(failure, EXIT_REFUSED, "%.400s is read-only", image->path);
    if (info->links > 1)
        return refuse(failure, EXIT_REFUSED,
                      "%.400s has %llu names (hard links); the change would reach all of them", image->path,
                      (unsigned long long)info->links);
    return true;
}

/** From here on the image owns what it has, also if this fails. */
static bool prepare(struct image *image, bool writable, struct failure *failure)
{
    static const struct kiwi_source_operations operations = {source_read, NULL};
    int error = image->io->info(image->file, &image->info);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.400s: %s", image->path, strerror(error));
    if (!check_info(image, writable, failure))
        return false;
    error = writable ? image->io->lock(image->file) : 0;
    if (error == EAGAIN)
        return refuse(failure, EXIT_REFUSED, "%.400s is in use by another program", image->path);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.400s cannot be locked: %s", image->path, strerror(error));
    if (kiwi_source_from_operations(&operations, image, image->info.size, &image->source, NULL) != KIWI_OK)
        return refuse_memory(failure);
    return true;
}

/** For those who may not write a file at all, its mode decides what is said; root gets as far as check_info.
 */
static bool is_read_only(const struct io *io, const char *path)
{
    struct io_file *file;
    struct io_info info;
    if (io->open(io, path, IO_READ, &file) != 0)
        return false;
    bool read_only = io->info(file, &info) == 0 && info.regular && !info.writable;
    io->close(file);
    return read_only;
}

bool image_open(const struct io *io, const char *path, bool writable, struct image *image,
                struct failure *failure)
{
    *image = (struct image){.io = io, .path = malloc(strlen(path) + 1)};
    if (!image->path)
        return refuse_memory(failure);
    strcpy(image->path, path);
    int error = io->open(io, path, writable ? IO_WRITE : IO_READ, &image->file);
    if (error == EAGAIN)
        refuse(failure, EXIT_REFUSED, "%.400s is in use by another program", path);
    else if (writable && error == EACCES && is_read_only(io, path))
        refuse(failure, EXIT_REFUSED, "%.400s is read-only", path);
    else if (error == EACCES || error == EPERM || error == EROFS || error == ETXTBSY || error == EBUSY)
        refuse(failure, EXIT_REFUSED, "%.400s cannot be written: %s", path, strerror(error));
    else if (error != 0)
        refuse(failure, EXIT_SYSTEM, "%.400s: %s", path, strerror(error));
    if (error == 0 && prepare(image, writable, failure))
        return true;
    image_close(image);
    return false;
}

void image_close(struct image *image)
{
    kiwi_source_unref(image->source);
    if (image->file)
        image->io->close(image->file);
    free(image->path);
    *image = (struct image){.io = image->io};
}

/* Journals are found by their names in the folder: somebody may have removed some between them. */

struct numbers {
    const char *image;
    bool has[JOURNAL_LIMIT + 1];
};

static void take_name(void *context, const char *name)
{
    struct numbers *numbers = context;
    numbers->has[journal_number(numbers->image, name)] = true;
}

static bool take_journal(const struct io *io, const char *image, unsigned number, struct journals *journals,
                         struct failure *failure)
{
    char *path = journal_path(image, number);
    struct journal journal;
    bool found;
    if (!path)
        return refuse_memory(failure);
    bool done = journal_open(io, path, false, &journal, &found, failure);
    free(path);
    if (!done || !found)
        return done;
    journals->last = number;
    if (journal.state == JOURNAL_COMMITTED) {
        journals->committed = number;
    } else if (journal.state != JOURNAL_UNDONE) {
        journals->open = number;
        journals->open_state = journal.state;
    }
    journal_close(&journal);
    return true;
}

bool journals_find(const struct io *io, const char *path, struct journals *journals, struct failure *failure)
{
    struct numbers numbers = {.image = path};
    *journals = (struct journals){0};
    int error = io->list(io, path, take_name, &numbers);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.300s: its folder cannot be listed: %s", path, strerror(error));
    for (unsigned number = 1; number <= JOURNAL_LIMIT; number++)
        if (numbers.has[number] && !take_journal(io, path, number, journals, failure))
            return false;
    return true;
}

bool journals_refuse_open(const struct io *io, const char *path, struct failure *failure)
{
    struct journals journals;
    if (!journals_find(io, path, &journals, failure))
        return false;
    if (journals.open == 0)
        return true;
    return refuse(failure, EXIT_REFUSED,
                  "%.400s has an open journal%s (.kiwipatch-%04u): kiwipatch status, then undo or resume",
                  path, journals.open_state == JOURNAL_DAMAGED ? " that is damaged" : "", journals.open);
}
