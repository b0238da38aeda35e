/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SMALL_FILE_H
#define KIWI_SRC_SMALL_FILE_H

#include <kiwi/disc.h>
#include <kiwi/schema.h>

/** Bytes of a file's head by which its layout is judged. */
enum { KIWI_SMALL_FILE_HEAD = 64 };
/** A longer file is not one of them. */
enum { KIWI_SMALL_FILE_LIMIT = 65536 };

/** Whether files of that name and size are records that are known. */
bool kiwi_small_file_has_type(const struct kiwi_file *file);

/** The record that a small file is, and the path of it; NULL if the head does not look like the layout that
 * is known. */
const struct kiwi_record_type *kiwi_small_file_type(const struct kiwi_file *file, const uint8_t *head,
                                                    size_t length, const char **path);

#endif
