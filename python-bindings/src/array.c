/* SPDX-License-Identifier: MIT */
/* kiwi.Array: read-only numbers with the buffer protocol. */
#include "array.h"

#include <stdlib.h>
#include <string.h>

struct array {
    PyObject_HEAD
    PyObject *owner; /* of data, or NULL if it is our own */
    const char *data;
    char format[2];
    int dimensions;
    Py_ssize_t item;       /* bytes of an element */
    Py_ssize_t shape[2];   /* rows, columns */
    Py_ssize_t strides[2]; /* bytes */
};

static Py_ssize_t size_of(enum element element)
{
    switch (element) {
    case ELEMENT_I8:
    case ELEMENT_BOOL: return 1;
    case ELEMENT_I32: return 4;
    case ELEMENT_I64:
    case ELEMENT_F64: break;
    }
    return 8;
}

PyObject *array_borrow(const struct state *state, PyObject *owner, const void *data, enum element element,
                       Py_ssize_t rows, Py_ssize_t columns)
{
    struct array *array = NEW(state->array);
    if (!array)
        return NULL;
    array->owner = Py_XNewRef(owner);
    array->data = data;
    array->format[0] = (char)element;
    array->dimensions = columns > 0 ? 2 : 1;
    array->item = size_of(element);
    array->shape[0] = rows;
    array->shape[1] = columns;
    array->strides[0] = columns > 0 ? columns * array->item : array->item;
    array->strides[1] = array->item;
    return (PyObject *)array;
}

PyObject *array_take(const struct state *state, void *data, enum element element, Py_ssize_t rows,
                     Py_ssize_t columns)
{
    PyObject *array = array_borrow(state, NULL, data, element, rows, columns);
    if (!array)
        free(data);
    return array;
}

static void array_dealloc(PyObject *self)
{
    struct array *array = (struct array *)self;
    if (!array->owner)
        free((void *)(uintptr_t)array->data);
    Py_XDECREF(array->owner);
    free_untracked(self);
}

static int array_get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    struct array *array = (struct array *)self;
    view->obj = NULL;
    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "what a disc holds is read-only");
        return -1;
    }
    memset(view, 0, sizeof *view);
    view->obj = REF(self);
    view->buf = (void *)(uintptr_t)array->data;
    view->len = array->shape[0] * array->strides[0];
    view->readonly = 1;
    view->itemsize = array->item;
    view->format = (flags & PyBUF_FORMAT) == PyBUF_FORMAT ? array->format : NULL;
    view->ndim = array->dimensions;
    view->shape = (flags & PyBUF_ND) == PyBUF_ND ? array->shape : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? array->strides : NULL;
    return 0;
}

static PyObject *element(const struct array *array, const char *at)
{
    switch ((enum element)array->format[0]) {
    case ELEMENT_I8: return PyLong_FromLong((signed char)*at);
    case ELEMENT_BOOL: return PyBool_FromLong(*at != 0);
    case ELEMENT_I32: {
        int32_t value;
        memcpy(&value, at, sizeof value);
        return PyLong_FromLong(value);
    }
    case ELEMENT_I64: {
        int64_t value;
        memcpy(&value, at, sizeof value);
        return PyLong_FromLongLong(value);
    }
    case ELEMENT_F64: break;
    }
    double value;
    memcpy(&value, at, sizeof value);
    return PyFloat_FromDouble(value);
}

static Py_ssize_t array_length(PyObject *self)
{
    return ((struct array *)self)->shape[0];
}

static PyObject *array_item(PyObject *self, Py_ssize_t index)
{
    const struct array *array = (const struct array *)self;
    if (index < 0 || index >= array->shape[0]) {
        PyErr_SetString(PyExc_IndexError, "no such element");
        return NULL;
    }
    const char *row = array->data + index * array->strides[0];
    if (array->dimensions == 1)
        return element(array, row);
    PyObject *made = PyTuple_New(array->shape[1]);
    for (Py_ssize_t i = 0; made && i < array->shape[1]; i++) {
        PyObject *value = element(array, row + i * array->item);
        if (!value || PyTuple_SetItem(made, i, value) != 0)
            Py_CLEAR(made);
    }
    return made;
}

static PyObject *array_tolist(PyObject *self, PyObject *none)
{
    (void)none;
    return PySequence_List(self);
}

/** numpy.array(memoryview(self), dtype, copy=...), which is what numpy asks of __array__(). */
static PyObject *array_numpy(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"dtype", "copy", NULL};
    PyObject *dtype = Py_None;
    PyObject *copy = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|OO", names, &dtype, &copy))
        return NULL;
    PyObject *numpy = PyImport_ImportModule("numpy");
    PyObject *make = numpy ? PyObject_GetAttrString(numpy, copy == Py_True ? "array" : "asarray") : NULL;
    PyObject *view = make ? PyMemoryView_FromObject(self) : NULL;
    PyObject *made = view ? PyObject_CallFunctionObjArgs(make, view, dtype, NULL) : NULL;
    Py_XDECREF(view);
    Py_XDECREF(make);
    Py_XDECREF(numpy);
    return made;
}

static PyObject *array_shape(PyObject *self, void *closure)
{
    const struct array *array = (const struct array *)self;
    (void)closure;
    return array->dimensions == 2 ? Py_BuildValue("(nn)", array->shape[0], array->shape[1])
                                  : Py_BuildValue("(n)", array->shape[0]);
}

static PyObject *array_format(PyObject *self, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(((struct array *)self)->format);
}

static PyObject *array_repr(PyObject *self)
{
    const struct array *array = (const struct array *)self;
    if (array->dimensions == 2)
        return PyUnicode_FromFormat("<kiwi.Array '%s' %zd x %zd>", array->format, array->shape[0],
                                    array->shape[1]);
    return PyUnicode_FromFormat("<kiwi.Array '%s' %zd>", array->format, array->shape[0]);
}

PyTypeObject *array_type(PyObject *module)
{
    static PyMethodDef methods[] = {
        {"tolist", array_tolist, METH_NOARGS,
         "tolist($self, /)\n--\n\nThe elements as a list; rows as tuples."},
        {"__array__", (PyCFunction)(void (*)(void))array_numpy, METH_VARARGS | METH_KEYWORDS,
         "__array__($self, dtype=None, copy=None)\n--\n\nA numpy array over the same memory. ImportError "
         "without numpy."},
        {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
         "Array[int] for annotations: what an element is."},
        {NULL, NULL, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"shape", array_shape, NULL, "(rows,) or (rows, columns).", NULL},
        {"format", array_format, NULL, "Type of the elements, a character of the struct module.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "Numbers in memory, read-only, with the buffer protocol: numpy.asarray() copies "
        "nothing. Stays valid after the disc is closed.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, array_dealloc},
                           {Py_tp_repr, array_repr},
                           {Py_tp_iter, PySeqIter_New},
                           {Py_tp_methods, methods},
                           {Py_tp_getset, attributes},
                           {Py_bf_getbuffer, array_get_buffer},
                           {Py_sq_length, array_length},
                           {Py_sq_item, array_item},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Array", sizeof(struct array), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}
