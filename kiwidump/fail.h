/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FAIL_H
#define KIWIDUMP_FAIL_H

/* What stops a mode: failure, and a file that is not there. */

#include <kiwi/kiwi.h>

/** Fills error and returns status. */
enum kiwi_status dump_fail(struct kiwi_error *error, enum kiwi_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The file that --file names; KIWI_ERROR_NOT_FOUND if there is none. */
enum kiwi_status dump_file(const struct kiwi_disc *disc, const char *name, const struct kiwi_file **file,
                           struct kiwi_error *error);

#endif
