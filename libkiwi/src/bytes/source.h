/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SOURCE_H
#define KIWI_SRC_SOURCE_H

#include <kiwi/source.h>

/** Bytes that came from the operating system or from the caller's read operation so far; 0 for memory. */
uint64_t kiwi_source_bytes_read(const struct kiwi_source *source);

/** The whole source where it lies in memory, or NULL if it does not. */
const uint8_t *kiwi_source_memory(const struct kiwi_source *source);

/** Opens path and finds its size; only regular files and block devices. The caller closes *descriptor. */
enum kiwi_status kiwi_source_open_descriptor(const char *path, int *descriptor, uint64_t *size,
                                             struct kiwi_error *error);

/** Says beforehand of bytes that they cannot be read; nobody tries. */
void kiwi_source_give_up(struct kiwi_source *source, uint64_t offset, uint64_t length);

/** As kiwi_source_read(), but bytes that cannot be read end what is there, as the end of the source does. */
enum kiwi_status kiwi_source_read_before(struct kiwi_source *source, uint64_t offset, void *buffer,
                                         size_t length, size_t *received, struct kiwi_error *error);

#endif
