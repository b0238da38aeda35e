/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_MAP_H
#define KIWI_PYTHON_MAP_H

#include "record.h"

/** A level with its own copy of what libkiwi knows about it, so that it stays when the disc is closed. */
struct level {
    PyObject_HEAD
    struct disc *disc;
    struct kiwi_level level; /* its class tables are our own */
    struct kiwi_sectors sectors;
    uint16_t *classes;
    struct stored_record record;
};

/** A parcel; parcel.level points into level. */
struct parcel {
    PyObject_HEAD
    struct level *level;
    struct kiwi_parcel parcel;
};

/** Makes Level with the fields of its record. False with an exception. */
bool level_add_class(struct state *state, PyObject *module);

/** The disc and the bytes of a level's record if it is of that type, else NULL. */
struct disc *level_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);

PyTypeObject *parcel_type(PyObject *module);
PyTypeObject *parcels_type(PyObject *module); /**< the iterator */

PyObject *map_levels(PyObject *disc, void *closure);
PyObject *map_parcel_at(PyObject *disc, PyObject *arguments, PyObject *keywords);

/** Whether (latitude, longitude) are degrees; false with an exception. */
bool map_check_place(const double *place);

/** Parses the number of a level; None gives *given = false. A converter for PyArg_Parse. */
struct python_level {
    bool given;
    int number;
};
int map_convert_level(PyObject *object, void *level);

/** Parses (west, south, east, north); None gives *given = false. A converter for PyArg_Parse. */
struct python_box {
    bool given;
    struct kiwi_box box;
};
int map_convert_box(PyObject *object, void *box);

/** The parcels of a level that a box in WGS 84 touches, if one is given; between disc_enter() and
 * disc_leave(). */
enum kiwi_status map_open_parcels(struct disc *disc, const struct kiwi_level *level,
                                  const struct python_box *box, struct kiwi_parcels **parcels,
                                  struct kiwi_error *error);

#endif
