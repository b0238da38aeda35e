/* SPDX-License-Identifier: MIT */
/* Sources of bytes: files, memory, extents of another source, the caller's operations. */
#include "bytes/source.h"

#include "base/host.h"
#include "bytes/fail.h"
#include "bytes/unreadable.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct kiwi_source {
    atomic_size_t references;
    uint64_t size;
    const uint8_t *memory; /* all of it, or NULL; then operations are not asked */
    struct kiwi_source_operations operations;
    void *context;
    const struct extents_context *extents; /* context of a source from extents, else NULL */
    struct kiwi_unreadable unreadable;     /* of a source that is not from extents */
    atomic_uint_least64_t bytes_read;
};

/* Linux refuses more in one call; a bound of our own is the same everywhere. */
#define READ_LIMIT ((size_t)1 << 30)

/* What a medium gives back or not: of optical discs and all their images. */
enum { SECTOR = 2048 };

static struct kiwi_source *new_source(uint64_t size)
{
    struct kiwi_source *source = calloc(1, sizeof *source);

    if (source) {
        atomic_init(&source->references, 1);
        atomic_init(&source->bytes_read, 0);
        kiwi_unreadable_init(&source->unreadable);
        source->size = size;
    }
    return source;
}

/* Regular files and block devices. No mmap: a file that shrinks would end the process with SIGBUS. */

struct file_context {
    int descriptor;
};

static enum kiwi_status refuse_kind(enum kiwi_host_kind kind, const char *path, struct kiwi_error *error)
{
    const char *what = kind == KIWI_HOST_FOLDER       ? "a directory"
                       : kind == KIWI_HOST_PIPE       ? "a pipe"
                       : kind == KIWI_HOST_CHARACTERS ? "a character device"
                       : kind == KIWI_HOST_SOCKET     ? "a socket"
                                                      : "a special file";

    return kiwi_fail(error, KIWI_ERROR_IO, kind == KIWI_HOST_FOLDER ? EISDIR : ESPIPE, KIWI_NULL,
                     "cannot read '%s': it is %s, not a file or a block device", path, what);
}

enum kiwi_status kiwi_source_open_descriptor(const char *path, int *descriptor, uint64_t *size,
                                             struct kiwi_error *error)
{
    struct kiwi_host_info info;
    int cause = kiwi_host_open(path, descriptor, &info);

    if (cause != 0) {
        return kiwi_fail(error, KIWI_ERROR_IO, cause, KIWI_NULL, "cannot open '%s': %s", path,
                         kiwi_errno_text(cause));
    }
    if (info.kind != KIWI_HOST_FILE && info.kind != KIWI_HOST_DRIVE) {
        kiwi_host_close(*descriptor);
        return refuse_kind(info.kind, path, error);
    }
    *size = info.size;
    return KIWI_OK;
}

static int file_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct file_context *file = context;

    return kiwi_host_read(file->descriptor, offset, buffer, length, received);
}

static void file_close(void *context)
{
    struct file_context *file = context;

    kiwi_host_close(file->descriptor);
    free(file);
}

enum kiwi_status kiwi_source_open(const char *path, struct kiwi_source **source, struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {file_read, file_close};
    struct file_context *file;
    uint64_t size = 0;
    enum kiwi_status status;

    assert(path && source);
    *source = NULL;
    file = malloc(sizeof *file);
    if (!file)
        return kiwi_fail_memory(error);
    status = kiwi_source_open_descriptor(path, &file->descriptor, &size, error);
    if (status != KIWI_OK) {
        free(file);
        return status;
    }
    status = kiwi_source_from_operations(&operations, file, size, source, error);
    if (status != KIWI_OK)
        file_close(file);
    return status;
}

enum kiwi_status kiwi_source_from_memory(const void *bytes, size_t length, struct kiwi_source **source,
                                         struct kiwi_error *error)
{
    static const uint8_t nothing = 0;

    assert(source && (bytes || length == 0));
    *source = new_source(length);
    if (!*source)
        return kiwi_fail_memory(error);
    (*source)->memory = length > 0 ? bytes : &nothing;
    return KIWI_OK;
}

enum kiwi_status kiwi_source_from_operations(const struct kiwi_source_operations *operations, void *context,
                                             uint64_t size, struct kiwi_source **source,
                                             struct kiwi_error *error)
{
    assert(operations && operations->read && source);
    *source = new_source(size);
    if (!*source)
        return kiwi_fail_memory(error);
    (*source)->operations = *operations;
    (*source)->context = context;
    return KIWI_OK;
}

/* Extents of a parent: piece i covers [start, start + length) of the source. */

struct piece {
    uint64_t start;
    uint64_t length;
    uint64_t offset; /* in the parent */
};

struct extents_context {
    struct kiwi_source *parent;
    size_t count;
    struct piece pieces[];
};

static const struct piece *find_piece(const struct extents_context *extents, uint64_t offset)
{
    size_t low = 0;
    size_t high = extents->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (extents->pieces[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return &extents->pieces[low];
}

static int extents_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct extents_context *extents = context;
    const struct piece *piece = find_piece(extents, offset);
    uint64_t inside = offset - piece->start;
    struct kiwi_error error = {.system_error = 0};

    if (length > piece->length - inside)
        length = (size_t)(piece->length - inside);
    if (kiwi_source_read(extents->parent, piece->offset + inside, buffer, length, received, &error) !=
        KIWI_OK)
        return error.system_error != 0 ? error.system_error : EIO;
    return 0;
}

static void extents_close(void *context)
{
    struct extents_context *extents = context;

    kiwi_source_unref(extents->parent);
    free(extents);
}

/* Fills the pieces from what lies inside the parent; returns the sum of their lengths. */
static uint64_t clip_extents(struct extents_context *extents, const struct kiwi_extent *extent, size_t count,
                             uint64_t available)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t offset = extent[i].offset < available ? extent[i].offset : available;
        uint64_t length = extent[i].length < available - offset ? extent[i].length : available - offset;

        if (length == 0)
            continue;
        if (length > UINT64_MAX - total)
            break;
        extents->pieces[extents->count++] = (struct piece){total, length, offset};
        total += length;
    }
    return total;
}

enum kiwi_status kiwi_source_from_extents(struct kiwi_source *parent, const struct kiwi_extent *extents,
                                          size_t count, struct kiwi_source **source, struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {extents_read, extents_close};
    struct extents_context *context;
    uint64_t size;
    enum kiwi_status status;

    assert(parent && source && (extents || count == 0));
    *source = NULL;
    if (count > (SIZE_MAX - sizeof *context) / sizeof(struct piece))
        return kiwi_fail_memory(error);
    context = calloc(1, sizeof *context + count * sizeof(struct piece));
    if (!context)
        return kiwi_fail_memory(error);
    size = clip_extents(context, extents, count, parent->size);
    status = kiwi_source_from_operations(&operations, context, size, source, error);
    if (status != KIWI_OK) {
        free(context);
        return status;
    }
    context->parent = kiwi_source_ref(parent);
    (*source)->extents = context;
    if (parent->memory && context->count == 1)
        (*source)->memory = parent->memory + context->pieces[0].offset;
    return KIWI_OK;
}

struct kiwi_source *kiwi_source_ref(struct kiwi_source *source)
{
    assert(source);
    atomic_fetch_add_explicit(&source->references, 1, memory_order_relaxed);
    return source;
}

void kiwi_source_unref(struct kiwi_source *source)
{
    if (!source || atomic_fetch_sub_explicit(&source->references, 1, memory_order_acq_rel) != 1)
        return;
    if (source->operations.close)
        source->operations.close(source->context);
    kiwi_unreadable_free(&source->unreadable);
    free(source);
}

uint64_t kiwi_source_size(const struct kiwi_source *source)
{
    return source->size;
}

uint64_t kiwi_source_bytes_read(const struct kiwi_source *source)
{
    return atomic_load_explicit(&source->bytes_read, memory_order_relaxed);
}

const uint8_t *kiwi_source_memory(const struct kiwi_source *source)
{
    return source->memory;
}

/* Scratches */

/* Linux says most of these of a drive that gives up; others mean that nothing at all can be read. */
static bool is_medium_error(int cause)
{
#ifdef EREMOTEIO
    if (cause == EREMOTEIO)
        return true;
#endif
    return cause == EIO || cause == ENODATA || cause == EILSEQ || cause == ETIMEDOUT;
}

void kiwi_source_give_up(struct kiwi_source *source, uint64_t offset, uint64_t length)
{
    const struct extents_context *extents = source->extents;
    uint64_t available = offset < source->size ? source->size - offset : 0;

    length = length < available ? length : available;
    if (length == 0 || source->memory)
        return;
    if (!extents) {
        kiwi_unreadable_add(&source->unreadable, offset, offset + length, source->size);
        return;
    }
    const struct piece *piece = find_piece(extents, offset);
    while (length > 0) {
        uint64_t inside = offset - piece->start;
        uint64_t part = length < piece->length - inside ? length : piece->length - inside;

        kiwi_source_give_up(extents->parent, piece->offset + inside, part);
        offset += part;
        length -= part;
        piece++;
    }
}

/* Reads sector by sector up to the one that fails, which is remembered. */
static int find_bad_sector(struct kiwi_source *source, uint64_t offset, uint8_t *buffer, size_t length,
                           size_t *received)
{
    while (*received < length) {
        uint64_t at = offset + *received;
        size_t left = SECTOR - (size_t)(at % SECTOR);
        size_t got = 0;

        left = left < length - *received ? left : length - *received;
        int cause = source->operations.read(source->context, at, buffer + *received, left, &got);
        *received += got;
        if (is_medium_error(cause))
            kiwi_source_give_up(source, at - at % SECTOR, SECTOR);
        if (cause != 0 || got == 0)
            return cause;
    }
    return 0;
}

/* One call of the operation, where a medium can be scratched. */
static int read_some(struct kiwi_source *source, uint64_t offset, uint8_t *buffer, size_t length,
                     size_t *received)
{
    struct kiwi_range bad;

    *received = 0;
    length = length < READ_LIMIT ? length : READ_LIMIT;
    if (kiwi_unreadable_first(&source->unreadable, offset, offset + length, &bad)) {
        if (bad.start == offset)
            return EIO;
        length = (size_t)(bad.start - offset);
    }
    int cause = source->operations.read(source->context, offset, buffer, length, received);
    assert(*received <= length);
    if (is_medium_error(cause) && !source->extents)
        cause = find_bad_sector(source, offset, buffer, length, received);
    return cause;
}

enum kiwi_status kiwi_source_read(struct kiwi_source *source, uint64_t offset, void *buffer, size_t length,
                                  size_t *received, struct kiwi_error *error)
{
    assert(source && received && (buffer || length == 0));
    *received = 0;
    if (offset >= source->size || length == 0)
        return KIWI_OK;
    if (length > source->size - offset)
        length = (size_t)(source->size - offset);
    if (source->memory) {
        memcpy(buffer, source->memory + offset, length);
        *received = length;
        return KIWI_OK;
    }
    while (*received < length) {
        size_t got = 0;
        int cause = read_some(source, offset + *received, (uint8_t *)buffer + *received, length - *received,
                              &got);

        atomic_fetch_add_explicit(&source->bytes_read, got, memory_order_relaxed);
        *received += got;
        if (cause != 0) {
            return kiwi_fail(error, KIWI_ERROR_IO, cause, offset + *received, "cannot read: %s",
                             kiwi_errno_text(cause));
        }
        if (got == 0)
            break; /* it shrank */
    }
    return KIWI_OK;
}

/* The place in the parent of one in a piece. */
static bool first_in_piece(const struct extents_context *extents, const struct piece *piece, uint64_t start,
                           uint64_t end, struct kiwi_extent *extent)
{
    uint64_t from = start > piece->start ? start - piece->start : 0;
    uint64_t to = end - piece->start < piece->length ? end - piece->start : piece->length;

    if (!kiwi_source_unreadable(extents->parent, piece->offset + from, piece->offset + to, extent))
        return false;
    extent->offset = extent->offset - piece->offset + piece->start;
    return true;
}

bool kiwi_source_unreadable(const struct kiwi_source *source, uint64_t start, uint64_t end,
                            struct kiwi_extent *extent)
{
    const struct extents_context *extents = source->extents;
    struct kiwi_range range;

    end = end < source->size ? end : source->size;
    if (start >= end || source->memory)
        return false;
    if (!extents) {
        struct kiwi_unreadable *unreadable = (struct kiwi_unreadable *)&source->unreadable; /* its lock */
        bool found = kiwi_unreadable_first(unreadable, start, end, &range);

        if (found)
            *extent = (struct kiwi_extent){range.start, range.end - range.start};
        return found;
    }
    for (const struct piece *piece = find_piece(extents, start);
         piece < extents->pieces + extents->count && piece->start < end; piece++)
        if (first_in_piece(extents, piece, start, end, extent))
            return true;
    return false;
}

static bool is_unreadable(const struct kiwi_source *source, uint64_t offset, struct kiwi_extent *extent)
{
    return kiwi_source_unreadable(source, offset, UINT64_MAX, extent) && extent->offset == offset;
}

enum kiwi_status kiwi_source_read_before(struct kiwi_source *source, uint64_t offset, void *buffer,
                                         size_t length, size_t *received, struct kiwi_error *error)
{
    struct kiwi_extent bad;
    struct kiwi_error own;
    enum kiwi_status status = kiwi_source_read(source, offset, buffer, length, received, &own);

    if (status == KIWI_ERROR_IO && is_unreadable(source, offset + *received, &bad))
        return KIWI_OK;
    if (status != KIWI_OK && error)
        *error = own;
    return status;
}

enum kiwi_status kiwi_source_read_around(struct kiwi_source *source, uint64_t offset, void *buffer,
                                         size_t length, size_t *received, struct kiwi_error *error)
{
    size_t step = length;
    struct kiwi_extent bad;

    *received = 0;
    while (*received < length) {
        size_t want = length - *received < step ? length - *received : step;
        uint8_t *at = (uint8_t *)buffer + *received;
        size_t got;
        enum kiwi_status status = kiwi_source_read_before(source, offset + *received, at, want, &got, error);

        *received += got;
        if (status != KIWI_OK)
            return status;
        step = step < length / 2 ? 2 * step : length;
        if (got == want)
            continue;
        if (!is_unreadable(source, offset + *received, &bad))
            break; /* the end */
        want = bad.length < length - *received ? (size_t)bad.length : length - *received;
        memset((uint8_t *)buffer + *received, 0, want);
        *received += want;
        step = SECTOR; /* others are likely behind it: one by one, then twice as many, and so on */
    }
    return KIWI_OK;
}
