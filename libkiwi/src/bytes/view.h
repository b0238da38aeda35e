/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_VIEW_H
#define KIWI_SRC_VIEW_H

#include <kiwi/source.h>

#include <stddef.h>
#include <stdint.h>

/** Longest view that a window gives. */
#define KIWI_WINDOW_LIMIT ((uint64_t)4 << 20)

/** Bytes that were checked to be there, and where they lie in their source. */
struct kiwi_view {
    const uint8_t *bytes;
    size_t length;
    uint64_t offset;
    struct kiwi_source
        *damaged; /* where some of the bytes, which are zeros here, cannot be read; else NULL */
};

/** A reusable buffer over a source. Not thread-safe: one window per thread. */
struct kiwi_window {
    struct kiwi_source *source; /* whose bytes are in the buffer; a reference */
    uint8_t *buffer;
    size_t capacity;
    uint64_t offset;     /* of the buffer's first byte */
    size_t length;       /* bytes in the buffer */
    uint64_t last_end;   /* where the last request ended */
    uint64_t read_ahead; /* bytes to read beyond a request */
    uint64_t stop;       /* nothing from here on is read before it is asked for; 0 = all may be */
};

void kiwi_window_init(struct kiwi_window *window);
void kiwi_window_free(struct kiwi_window *window);

/** What is asked for next ends there: more is not read ahead. */
void kiwi_window_stop_at(struct kiwi_window *window, uint64_t end);

/**
 * Up to length bytes at offset, shorter at the end of the source (0 behind it), before bytes that cannot be
 * read, and never more than KIWI_WINDOW_LIMIT. The view holds until the next call with this window. What is
 * buffered already is not read again; what lies in memory is handed out without a copy.
 */
enum kiwi_status kiwi_window_view(struct kiwi_window *window, struct kiwi_source *source, uint64_t offset,
                                  uint64_t length, struct kiwi_view *view, struct kiwi_error *error);

/** The same, with zeros for what cannot be read; kiwi_view_readable() says where they are. */
enum kiwi_status kiwi_window_view_around(struct kiwi_window *window, struct kiwi_source *source,
                                         uint64_t offset, uint64_t length, struct kiwi_view *view,
                                         struct kiwi_error *error);

/** How many of length bytes, from one of the view on, are what the disc has there. */
uint64_t kiwi_view_readable(const struct kiwi_view *view, uint64_t start, uint64_t length);

#endif
