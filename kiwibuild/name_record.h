/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NAME_RECORD_H
#define KIWIBUILD_NAME_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "grid.h"
#include "label.h"
#include "memory.h"
#include "network.h"

/** Appends the record of a label of a level; number counts the labels of its frame. */
void name_record_append(struct buffer *buffer, bool *good, const struct level *level,
                        const struct network *network, const struct label *label, size_t number);

#endif
