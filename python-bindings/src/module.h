/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_MODULE_H
#define KIWI_PYTHON_MODULE_H

/* What every file of the extension needs: Python's limited API, libkiwi, and the module's own types. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stdio.h>

#include <kiwi/kiwi.h>

/** A record type of the schema with its Python class. */
struct record_class {
    const struct kiwi_record_type *type;
    PyTypeObject *class;
    PyObject *fields; /**< tuple of Field, as in type->fields */
};

struct disc;
struct record_bytes;

enum { HOLDERS = 8 };

/** A class whose objects hold records, and where their bytes are: returns the disc, or NULL if there is no
 * such record. */
struct holder {
    PyTypeObject *class;
    struct disc *(*holds)(PyObject *, const struct kiwi_record_type *, struct record_bytes *);
};

/** The module's state; every object of it knows where it is. What it refers to comes first. */
struct state {
    PyTypeObject *array, *disc, *field, *file, *gap, *level, *parcel, *parcels, *record, *records, *shape,
        *shapes, *checking, *defined_record, *region_level, *region, *nodes, *module, *entry, *entries,
        *ranges, *features;
    PyTypeObject *road, *background, *name, *node, *link; /**< with the fields of their records */
    PyObject *enumerations; /**< dict: name in the schema -> subclass of enum.IntEnum */
    PyObject *members;      /**< dict: address of a kiwi_enumeration -> dict: code -> member */
    PyObject *make_error, *finding, *severity; /**< of errors.py and values.py */
    PyObject *angle, *address, *size, *position, *manufacturer, *location, *account, *address_range;
    PyObject *make_date;                  /**< datetime.date */
    struct record_class *records_by_type; /**< ascending by address of type */
    size_t record_count;
    struct holder holders[HOLDERS]; /**< of classes above */
};

/** Makes a heap type without a name in the module: an iterator. NULL with an exception. */
PyTypeObject *module_make_type(PyObject *module, PyType_Spec *spec);

/** Makes a heap type and keeps it in the module under its name; NULL with an exception. */
PyTypeObject *module_add_type(PyObject *module, PyType_Spec *spec, PyTypeObject *base);

/** An object of a type without arguments; NULL with an exception. */
#define NEW(type) ((void *)PyType_GenericAlloc(type, 0))

/** A further reference to an object of whatever struct, of its own type. */
#define REF(object) ((void *)Py_NewRef((PyObject *)(object)))
/** Lets go of one; NULL is allowed. */
#define UNREF(object) Py_XDECREF((PyObject *)(object))

/** Frees the memory of an object of a heap type. */
static inline void free_object(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    UNREF(type);
}

/** The same for one that the collector does not track: of these there are many. */
static inline void free_untracked(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    UNREF(type);
}

#endif
