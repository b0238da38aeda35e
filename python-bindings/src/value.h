/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_VALUE_H
#define KIWI_PYTHON_VALUE_H

#include "disc.h"

/** kiwi.Field: a field of a record type; as a class attribute it reads the field of an instance. */
struct field {
    PyObject_HEAD
    const struct state *state;
    const struct kiwi_record_type *type;
    const struct kiwi_field *field;
    PyObject *members; /* dict: code -> member of its enumeration, else NULL */
};

/**
 * A value as Python has it: int, bool, str, bytes, None for null, a member of an IntEnum (int if the code
 * has no name), datetime.date, a tuple of values.py, Array for steps, tuple of int. owner keeps
 * value->bytes alive.
 */
PyObject *value_object(struct disc *disc, PyObject *owner, const struct field *field,
                       const struct kiwi_value *value);

#endif
