/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_FIELD_H
#define KIWI_PYTHON_FIELD_H

#include "value.h"

/** The bytes of a record inside of an object that keeps them alive. */
struct record_bytes {
    const uint8_t *bytes;
    uint64_t available;
    const struct kiwi_layout *layout; /**< NULL: to be made, with arguments */
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    struct kiwi_sectors sectors;
};

/** kiwi.Field */
PyTypeObject *field_type(PyObject *module);

PyObject *field_make(const struct state *state, const struct kiwi_record_type *type,
                     const struct kiwi_field *field);

/** Raw value of a field in a record. False if it is absent or the record has no room for its fields. */
bool field_read(const struct kiwi_record_type *type, const struct kiwi_field *field,
                const struct record_bytes *record, struct kiwi_value *value);

/** The same as an object; None if it is absent. owner keeps the bytes alive. */
PyObject *field_object(struct disc *disc, PyObject *owner, const struct field *field,
                       const struct record_bytes *record);

#endif
