/* SPDX-License-Identifier: MIT */
/* Views of a source: checked pieces of it in one reusable buffer. */
#include "bytes/view.h"

#include "bytes/fail.h"
#include "bytes/source.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 2048u
#define NEAR ((uint64_t)64 << 10)
#define READ_AHEAD_FIRST ((uint64_t)16 << 10)
#define READ_AHEAD_LIMIT ((uint64_t)1 << 20)

void kiwi_window_init(struct kiwi_window *window)
{
    *window = (struct kiwi_window){.source = NULL};
}

void kiwi_window_free(struct kiwi_window *window)
{
    kiwi_source_unref(window->source);
    free(window->buffer);
    kiwi_window_init(window);
}

void kiwi_window_stop_at(struct kiwi_window *window, uint64_t end)
{
    window->stop = end;
}

/* The reference keeps the address from being used again for another source while its bytes are buffered. */
static void choose_source(struct kiwi_window *window, struct kiwi_source *source)
{
    if (window->source == source)
        return;
    kiwi_source_unref(window->source);
    window->source = kiwi_source_ref(source);
    window->offset = 0;
    window->length = 0;
    window->last_end = UINT64_MAX;
    window->read_ahead = 0;
}

static bool follows(uint64_t offset, uint64_t end)
{
    return offset >= end && offset - end <= NEAR;
}

/*
 * A walk that looks back into the buffer and then goes on is sequential too, hence the second and third line.

 */
static bool is_sequential(const struct kiwi_window *window, uint64_t offset)
{
    return follows(offset, window->last_end) ||
           (window->length > 0 && (follows(offset, window->offset + window->length) ||
                                   (offset >= window->offset && offset - window->offset < window->length)));
}

static void adapt_read_ahead(struct kiwi_window *window, uint64_t offset)
{
    if (!is_sequential(window, offset))
        window->read_ahead = 0;
    else if (window->read_ahead == 0)
        window->read_ahead = READ_AHEAD_FIRST;
    else if (window->read_ahead < READ_AHEAD_LIMIT)
        window->read_ahead *= 2;
}

static bool reserve(struct kiwi_window *window, size_t capacity)
{
    uint8_t *buffer;

    if (capacity <= window->capacity)
        return true;
    buffer = realloc(window->buffer, capacity);
    if (!buffer)
        return false;
    window->buffer = buffer;
    window->capacity = capacity;
    return true;
}

typedef enum kiwi_status read_source(struct kiwi_source *source, uint64_t offset, void *buffer, size_t length,
                                     size_t *received, struct kiwi_error *error);

/* Brings [start, end) into the buffer and keeps what is there already of its front. */
static enum kiwi_status fill(struct kiwi_window *window, uint64_t start, uint64_t end, read_source *read,
                             struct kiwi_error *error)
{
    size_t want = (size_t)(end - start);
    size_t keep = 0;
    size_t received;
    enum kiwi_status status;

    if (!reserve(window, want))
        return kiwi_fail_memory(error);
    if (start >= window->offset && start - window->offset < window->length) {
        size_t skip = (size_t)(start - window->offset);

        keep = window->length - skip < want ? window->length - skip : want;
        memmove(window->buffer, window->buffer + skip, keep);
    }
    window->offset = start;
    status = read(window->source, start + keep, window->buffer + keep, want - keep, &received, error);
    window->length = keep + received;
    return status;
}

static bool is_buffered(const struct kiwi_window *window, uint64_t offset, uint64_t length)
{
    return offset >= window->offset && offset - window->offset <= window->length &&
           length <= window->length - (offset - window->offset);
}

static uint64_t room_before(uint64_t stop, uint64_t offset)
{
    return stop > offset ? stop - offset : 0;
}

/* Reads what the request needs, rounded to sectors, with or without more behind it. */
static enum kiwi_status load(struct kiwi_window *window, uint64_t offset, uint64_t length,
                             struct kiwi_error *error)
{
    uint64_t size = kiwi_source_size(window->source);
    uint64_t start = offset - offset % SECTOR;
    uint64_t available = size - start;
    uint64_t need = offset - start + length;
    uint64_t more;
    enum kiwi_status status;

    need += (SECTOR - need % SECTOR) % SECTOR;
    need = need < available ? need : available;
    adapt_read_ahead(window, offset);
    more = window->read_ahead < available - need ? window->read_ahead : available - need;
    if (window->stop != 0 && more > room_before(window->stop, start + need))
        more = room_before(window->stop, start + need);
    status = fill(window, start, start + need + more, kiwi_source_read_before, error);
    if (status != KIWI_OK || is_buffered(window, offset, length))
        return status;
    window->read_ahead = 0; /* a drive needs seconds for a bad sector: only what is asked for is worth it */
    return fill(window, start, start + need, kiwi_source_read_around, error);
}

enum kiwi_status kiwi_window_view_around(struct kiwi_window *window, struct kiwi_source *source,
                                         uint64_t offset, uint64_t length, struct kiwi_view *view,
                                         struct kiwi_error *error)
{
    uint64_t size = kiwi_source_size(source);
    const uint8_t *memory = kiwi_source_memory(source);
    enum kiwi_status status = KIWI_OK;
    size_t skip;

    assert(window && view);
    length = length < KIWI_WINDOW_LIMIT ? length : KIWI_WINDOW_LIMIT;
    if (offset >= size)
        length = 0;
    else if (length > size - offset)
        length = size - offset;
    *view = (struct kiwi_view){(const uint8_t *)"", 0, offset, NULL};
    if (length == 0)
        return KIWI_OK;
    if (memory) {
        *view = (struct kiwi_view){memory + offset, (size_t)length, offset, NULL};
        return KIWI_OK;
    }
    choose_source(window, source);
    if (!is_buffered(window, offset, length))
        status = load(window, offset, length, error);
    window->last_end = offset + length;
    if (status != KIWI_OK || offset - window->offset >= window->length)
        return status;
    skip = (size_t)(offset - window->offset);
    view->bytes = window->buffer + skip;
    view->length = window->length - skip < length ? window->length - skip : (size_t)length;
    struct kiwi_extent bad;
    if (kiwi_source_unreadable(source, offset, offset + view->length, &bad))
        view->damaged = source;
    return KIWI_OK;
}

enum kiwi_status kiwi_window_view(struct kiwi_window *window, struct kiwi_source *source, uint64_t offset,
                                  uint64_t length, struct kiwi_view *view, struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_window_view_around(window, source, offset, length, view, error);

    view->length = (size_t)kiwi_view_readable(view, 0, view->length);
    view->damaged = NULL;
    return status;
}

uint64_t kiwi_view_readable(const struct kiwi_view *view, uint64_t start, uint64_t length)
{
    uint64_t from = view->offset + start;
    struct kiwi_extent bad;

    return view->damaged && kiwi_source_unreadable(view->damaged, from, from + length, &bad)
               ? bad.offset - from
               : length;
}
