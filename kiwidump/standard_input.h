/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_STANDARD_INPUT_H
#define KIWIDUMP_STANDARD_INPUT_H

#include <kiwi/source.h>

/** Standard input as a source: itself if it can be read anywhere, else a nameless temporary copy. */
enum kiwi_status standard_input_open(struct kiwi_source **source, struct kiwi_error *error);

#endif
