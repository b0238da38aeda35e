/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_RECORD_H
#define KIWI_PYTHON_RECORD_H

#include "field.h"

/**
 * kiwi.Record, the base of one class for each record type of the schema; kiwi.DefinedRecord, whose fields are
 * defined on the disc (11.5); and kiwi.Gap.
 */
PyTypeObject *record_type(PyObject *module);
PyTypeObject *defined_record_type(PyObject *module, PyTypeObject *record);
PyTypeObject *gap_type(PyObject *module);

/** Makes the class of each record type with its fields, and adds them to the module. False with an exception.
 */
bool record_add_classes(struct state *state, PyObject *module);

/** NULL if the type is none of the schema. */
const struct record_class *record_class_of(const struct state *state, const struct kiwi_record_type *type);

/** Gives a class the fields of a record type as attributes, except reserved ones and those that it has its
 * own word for. */
bool record_add_fields(const struct state *state, PyTypeObject *class, const struct kiwi_record_type *type);

/** A record or gap that a walk met. */
PyObject *record_from_item(struct disc *disc, const struct kiwi_item *item, const char *path,
                           struct kiwi_sectors sectors);

/** The bytes of a record that an object keeps; zeroed where there are none. */
struct stored_record {
    const struct kiwi_record_type *type;
    uint64_t argument; /* its one parameter: the size that the disc has */
    uint8_t *bytes;
    size_t length;
};

/** Reads the record of size bytes at an offset of an open disc's file; false without memory. What cannot be
 * read stays away. */
bool stored_read(struct stored_record *record, const struct kiwi_record_type *type,
                 const struct kiwi_file *file, uint64_t offset, uint64_t size);
void stored_free(struct stored_record *record);
/** Whether it is of that type; then the bytes, but for the sectors. */
bool stored_holds(const struct stored_record *record, const struct kiwi_record_type *type,
                  struct record_bytes *bytes);

/** The disc and the bytes of a Record if it is one of that type, else NULL. */
struct disc *record_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);

#endif
