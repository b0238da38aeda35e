/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_SHAPES_H
#define KIWI_PYTHON_SHAPES_H

#include "field.h"
#include "map.h"

/** One shape of a parcel; offsets count from the first byte of the frame. */
struct shape_entry {
    uint32_t record;    /* link_shape, minimum_graphics_data_record or name_data_record */
    uint32_t multilink; /* roads: of the chain */
    uint32_t first_point, point_count;
    uint32_t list, display_class; /* class UINT32_MAX = none */
    uint32_t type;                /* road type, or type code */
    uint32_t link, link_id;       /* roads; id 0 = none */
    uint32_t text, text_length;   /* names */
    uint8_t kind;                 /* enum kiwi_shape_kind */
    uint8_t shape_class;          /* backgrounds */
    bool pen_up;                  /* backgrounds */
};

/** kiwi.Shapes: the shapes of one parcel, read at once; each Road, Background and Name points into it. */
struct shapes {
    PyObject_HEAD
    struct parcel *parcel;
    uint8_t *frame;
    size_t frame_length;
    struct shape_entry *entries;
    size_t count, capacity;
    struct kiwi_point *points;
    size_t point_count, point_capacity;
};

/** kiwi.Shape and its subclasses. */
struct shape {
    PyObject_HEAD
    struct shapes *shapes;
    size_t index;
};

PyTypeObject *shapes_type(PyObject *module);
PyTypeObject *shape_type(PyObject *module);

/** Makes Road, Background and Name with the fields of their records. False with an exception. */
bool shape_add_classes(struct state *state, PyObject *module);

/** Road, Background or Name. */
PyTypeObject *shape_class(const struct state *state, unsigned kind);

/** Attribute of Parcel: the shapes of a set of kinds. */
PyObject *shapes_of_parcel(PyObject *parcel, void *kinds);

/** The disc and the bytes of a shape's record of that type, else NULL. */
struct disc *shape_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);

/** The record of that type that a shape consists of; false if its kind has none. */
bool shape_record(const struct shapes *shapes, const struct shape_entry *entry,
                  const struct kiwi_record_type *type, struct record_bytes *bytes);

/* For columns: all of it without Python objects; between disc_enter() and disc_leave(). */

/** Reads the shapes of a parcel, reusing memory that is there. */
enum kiwi_status shapes_read(struct disc *disc, const struct kiwi_parcel *parcel, unsigned kinds,
                             struct shapes *shapes, struct kiwi_error *error);
void shapes_free(struct shapes *shapes);
/** Degrees of a point of a parcel. */
void shapes_position(enum kiwi_geodetic datum, const struct kiwi_parcel *parcel, struct kiwi_point point,
                     double *longitude, double *latitude);
/** Metres along a shape's points. */
double shapes_length(const struct kiwi_parcel *parcel, const struct shapes *shapes,
                     const struct shape_entry *entry);

#endif
