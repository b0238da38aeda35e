/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_ARRAY_H
#define KIWI_PYTHON_ARRAY_H

#include "module.h"

/** What the elements of an array are; the characters are those of Python's struct module. */
enum element {
    ELEMENT_I8 = 'b',
    ELEMENT_I32 = 'i',
    ELEMENT_I64 = 'q',
    ELEMENT_F64 = 'd',
    ELEMENT_BOOL = '?'
};

/** kiwi.Array: read-only numbers with the buffer protocol; columns is 0 for a plain list of numbers. */
PyTypeObject *array_type(PyObject *module);

/** Over memory that owner keeps alive. */
PyObject *array_borrow(const struct state *state, PyObject *owner, const void *data, enum element element,
                       Py_ssize_t rows, Py_ssize_t columns);

/** Takes memory of malloc(), also if it fails. */
PyObject *array_take(const struct state *state, void *data, enum element element, Py_ssize_t rows,
                     Py_ssize_t columns);

#endif
