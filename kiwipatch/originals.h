/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ORIGINALS_H
#define KIWIPATCH_ORIGINALS_H

/*
 * Files that must never be changed, by their SHA-256, and the copies that kiwipatch made of them, which may:
 * both have the same bytes, so copies are known by their mark. A text file: $KIWIPATCH_STATE, or
 * $XDG_STATE_HOME/kiwipatch/originals, or
 * ~/.local/state/kiwipatch/originals.
 */

#include "mark.h"
#include "transaction.h"

bool originals_add(const char *original, const uint8_t hash[HASH_SIZE], uint64_t size, const char *mark,
                   struct failure *failure);

/** Refuses an image that is, or equals, a registered original, unless it is a registered copy. */
bool originals_refuse(const struct image *image, struct failure *failure);

#endif
