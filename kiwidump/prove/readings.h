/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PROVE_READINGS_H
#define KIWIDUMP_PROVE_READINGS_H

/* Readings that --assume takes for right. */

#include "options.h"

/** Their names, by a number from 0; NULL behind the last one. */
const char *reading_to_assume(size_t index);

/** Has a disc be read so; false if there is no such reading, or nothing is read by it. */
bool reading_assume(struct options *options, const char *name);

#endif
