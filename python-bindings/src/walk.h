/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_WALK_H
#define KIWI_PYTHON_WALK_H

#include "disc.h"

PyTypeObject *records_type(PyObject *module);  /**< iterator over records and gaps */
PyTypeObject *checking_type(PyObject *module); /**< iterator over the pieces of a check */

/** Disc._records(file, level, bbox) */
PyObject *walk_records(PyObject *disc, PyObject *arguments);

/** Disc._check(on_finding) */
PyObject *walk_check(PyObject *disc, PyObject *on_finding);

#endif
