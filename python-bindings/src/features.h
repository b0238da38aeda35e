/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_FEATURES_H
#define KIWI_PYTHON_FEATURES_H

#include "shapes.h"

/** Iterator over features as dicts, the same as kiwidump --features prints. */
PyTypeObject *features_type(PyObject *module);

/** Attribute of Shape: the shape as a GeoJSON feature, a dict. */
PyObject *features_of_shape(PyObject *shape, void *closure);

/** Disc._features(file, level, bbox, kinds, type) */
PyObject *features_open(PyObject *disc, PyObject *arguments);

/** Disc._tile(zoom, x, y, level, kinds, deleted) */
PyObject *features_tile(PyObject *disc, PyObject *arguments);

#endif
