/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_TYPES_H
#define KIWIDUMP_TYPES_H

#include "common/failure.h"
#include "options.h"

/** Whether there is a type as --type names it; refuses it with the known ones. */
bool types_check(const struct options *options, struct failure *failure);

#endif
