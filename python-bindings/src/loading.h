/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_LOADING_H
#define KIWI_PYTHON_LOADING_H

#include "field.h"

/** Makes Module with the fields of its records. False with an exception. */
bool loading_add_classes(struct state *state, PyObject *module);

/** Attribute of Disc. */
PyObject *loading_modules(PyObject *disc, void *closure);

/** The disc and the bytes of a module's record of that type, else NULL. */
struct disc *module_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);

#endif
