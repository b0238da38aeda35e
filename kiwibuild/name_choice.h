/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NAME_CHOICE_H
#define KIWIBUILD_NAME_CHOICE_H

#include "input/feature.h"
#include "text.h"

/**
 * The name of a feature: in the first of the texts' languages that it has, else the local one (`name`), else
 * an international or any other one. A name that the charset cannot write gives way to the next. NULL: no
 * name.
 */
const char *name_choose(const struct texts *texts, const struct tags *tags);

#endif
