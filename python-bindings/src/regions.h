/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_REGIONS_H
#define KIWI_PYTHON_REGIONS_H

#include "field.h"

PyTypeObject *nodes_type(PyObject *module); /**< the graph of a region, as a sequence of Node */

/** Makes RegionLevel, Region, Node and Link with the fields of their records. False with an exception. */
bool region_add_classes(struct state *state, PyObject *module);

/** Attribute of Disc. */
PyObject *region_levels(PyObject *disc, void *closure);

/** The disc and the bytes of an object's record of that type, else NULL. */
struct disc *region_level_holds(PyObject *object, const struct kiwi_record_type *type,
                                struct record_bytes *bytes);
struct disc *region_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);
struct disc *node_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);
struct disc *link_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes);

#endif
