/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_SCRIPT_H
#define KIWIPATCH_SCRIPT_H

/* What is known of a module, as a script for a program that reverse engineers use. */

#include "references.h"

/** The name of a kind of script by its number, or NULL. */
const char *script_name(size_t number);

/** Prints the script of that name about the module that references were looked for in. */
bool script_print(struct references *references, const char *name);

#endif
