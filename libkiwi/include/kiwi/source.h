/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SOURCE_H
#define KIWI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The one door to bytes: a file, memory, or a part of another source. Counted references; reading is
 * thread-safe. */
struct kiwi_source;

/** A piece of a parent source. */
struct kiwi_extent {
    uint64_t offset;
    uint64_t length;
};

/** What a source of one's own must offer. */
struct kiwi_source_operations {
    /** Reads up to length bytes at offset into buffer and stores how many came; fewer only at the end.
     * Returns 0 or errno; after EIO and its like (ENODATA, EILSEQ, EREMOTEIO, ETIMEDOUT) the bytes are asked
     * for sector by sector, and what fails again cannot be read. */
    int (*read)(void *context, uint64_t offset, void *buffer, size_t length, size_t *received);
    void (*close)(void *context); /**< may be NULL */
};

/** Opens a regular file or block device for reading. On success the caller owns one reference of *source. */
KIWI_API enum kiwi_status kiwi_source_open(const char *path, struct kiwi_source **source,
                                           struct kiwi_error *error);

/** Bytes in memory, borrowed: they must outlive the source. */
KIWI_API enum kiwi_status kiwi_source_from_memory(const void *bytes, size_t length,
                                                  struct kiwi_source **source, struct kiwi_error *error);

/** A source of one's own; operations are copied, close is called with the last reference. */
KIWI_API enum kiwi_status kiwi_source_from_operations(const struct kiwi_source_operations *operations,
                                                      void *context, uint64_t size,
                                                      struct kiwi_source **source, struct kiwi_error *error);

/** count extents of parent, one after the other, seen as one source; extents are copied and clipped to the
 * parent. */
KIWI_API enum kiwi_status kiwi_source_from_extents(struct kiwi_source *parent,
                                                   const struct kiwi_extent *extents, size_t count,
                                                   struct kiwi_source **source, struct kiwi_error *error);

KIWI_API struct kiwi_source *kiwi_source_ref(struct kiwi_source *source);
KIWI_API void kiwi_source_unref(struct kiwi_source *source); /**< NULL is allowed */

KIWI_API uint64_t kiwi_source_size(const struct kiwi_source *source);

/** Reads up to length bytes at offset; *received is smaller only at the end of the source (also if it
 * shrank), and before bytes that cannot be read: then it is KIWI_ERROR_IO. */
KIWI_API enum kiwi_status kiwi_source_read(struct kiwi_source *source, uint64_t offset, void *buffer,
                                           size_t length, size_t *received, struct kiwi_error *error);

/** The same, with zeros for what the medium does not give back; kiwi_source_unreadable() says where they are.
 * Other failures are failures. */
KIWI_API enum kiwi_status kiwi_source_read_around(struct kiwi_source *source, uint64_t offset, void *buffer,
                                                  size_t length, size_t *received, struct kiwi_error *error);

/** The first bytes from start on and before end of which it is known that they cannot be read: of a scratched
 * disc in whole sectors. What was not read yet is not known. False: there are none. */
KIWI_API bool kiwi_source_unreadable(const struct kiwi_source *source, uint64_t start, uint64_t end,
                                     struct kiwi_extent *extent);

/** Gives up all of source, which does not lie in memory, that a map file of GNU ddrescue does not call
 * rescued. KIWI_ERROR_NOT_KIWI with the number of the line if it is no map file. */
KIWI_API enum kiwi_status kiwi_source_apply_mapfile(struct kiwi_source *source, const char *path,
                                                    struct kiwi_error *error);

#ifdef __cplusplus
}
#endif

#endif
