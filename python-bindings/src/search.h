/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_SEARCH_H
#define KIWI_PYTHON_SEARCH_H

#include "disc.h"

PyTypeObject *entry_type(PyObject *module);   /**< kiwi.IndexEntry */
PyTypeObject *entries_type(PyObject *module); /**< iterator over what a search finds */
PyTypeObject *ranges_type(PyObject *module);  /**< iterator over the address ranges of an entry */

/** Disc._find(text, match, zone, kinds) */
PyObject *search_find(PyObject *disc, PyObject *arguments);

#endif
