/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_SOURCE_H
#define KIWI_PYTHON_SOURCE_H

#include "module.h"

/**
 * A source over a Python object: bytes-like, or a binary file object with seek() and read(). What it needs
 * of the object stays alive until source_release(). NULL with an exception.
 */
struct python_source *source_make(const struct state *state, PyObject *object);

/** Its kiwi_source; lives until source_release(). */
struct kiwi_source *source_of(const struct python_source *source);

/** What a file object raised while it was read: raises it again and returns true. */
bool source_raise(struct python_source *source);

void source_release(struct python_source *source); /**< NULL is allowed */

/** For the garbage collector. */
int source_visit(const struct python_source *source, visitproc visit, void *arg);

#endif
