/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_CURSOR_DATA_H
#define KIWI_SRC_CURSOR_DATA_H

#include "index/index_data.h"
#include "walk/walk.h"

/** Puts a cursor over data that were begun on the stack; they must outlive it. */
void kiwi_data_begin(struct kiwi_walk *walk, struct kiwi_index_data *data);

#endif
