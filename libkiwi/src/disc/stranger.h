/* SPDX-License-Identifier: MIT */
#ifndef KIWI_STRANGER_H
#define KIWI_STRANGER_H

#include <kiwi/source.h>

/** What a file is that has the first bytes of an archive or a compressed image, which no KIWI file has, and
 * what to do with it; NULL if it has not. What an archive has in it may look like a KIWI file. */
const char *kiwi_stranger_by_head(struct kiwi_source *source);

/** The same of a file that is known to be no KIWI file, also by fewer bytes and by its name. */
const char *kiwi_stranger(struct kiwi_source *source, const char *name);

#endif
