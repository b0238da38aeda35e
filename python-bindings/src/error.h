/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_ERROR_H
#define KIWI_PYTHON_ERROR_H

#include "module.h"

/** Raises what an error of libkiwi stands for; path is a record path or "". Returns NULL. */
void *raise_error(const struct state *state, const struct kiwi_error *error, const char *file,
                  const char *path);

/** Fills error and returns its status: memory ran out where the interpreter is not ours. */
enum kiwi_status no_memory(struct kiwi_error *error);

/** An offset as int, KIWI_NULL as None. */
PyObject *offset_object(uint64_t offset);

/** Findings on their way to Python: they come up while the interpreter is not ours. */
struct kept_findings {
    struct finding_copy *items;
    size_t count, capacity;
};

/** A kiwi_finding_callback; context is a struct kept_findings. What memory does not suffice for is left out.
 */
void findings_take(void *context, const struct kiwi_finding *finding);

/** Hands all to callback (NULL: nobody) and forgets them. False if it raised; the rest is forgotten, too. */
bool findings_deliver(const struct state *state, struct kept_findings *findings, PyObject *callback);

#endif
