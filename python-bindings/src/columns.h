/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_COLUMNS_H
#define KIWI_PYTHON_COLUMNS_H

#include "module.h"

/** kiwi._kiwi._columns(level, kind, names, bbox): a dict of Array, or of lists of str. */
PyObject *columns_make(PyObject *module, PyObject *arguments);

#endif
