/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_ROUTE_H
#define KIWI_PYTHON_ROUTE_H

#include "disc.h"

/** Disc._route(latitude, longitude, latitude, longitude, level): (summary, [leg, ...]) as tuples. */
PyObject *route_find(PyObject *disc, PyObject *arguments);

#endif
