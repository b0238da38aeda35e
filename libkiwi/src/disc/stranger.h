/* SPDX-License-Identifier: MIT */
#ifndef KIWI_STRANGER_H
#define KIWI_STRANGER_H

#include <kiwi/source.h>

/** What a file is that is no KIWI file, and what to do with it; NULL if nobody knows. */
const char *kiwi_stranger(struct kiwi_source *source, const char *name);

#endif
