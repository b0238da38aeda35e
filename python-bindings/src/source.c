/* SPDX-License-Identifier: MIT */
/* A source over bytes or a file object of Python. */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

struct python_source {
    struct kiwi_source *source;
    Py_buffer buffer; /* obj is NULL if it is a file object */
    PyObject *file;   /* or NULL */
    PyObject *exception;
};

/** The result of file.read(length) at offset as a view; 0 or errno with an exception. */
static int read_piece(PyObject *file, uint64_t offset, size_t length, Py_buffer *view)
{
    PyObject *result = PyObject_CallMethod(file, "seek", "K", (unsigned long long)offset);
    Py_XDECREF(result);
    if (!result)
        return EIO;
    result = PyObject_CallMethod(file, "read", "n", (Py_ssize_t)length);
    int failed = result && PyObject_GetBuffer(result, view, PyBUF_SIMPLE) == 0 ? 0 : EIO;
    Py_XDECREF(result);
    return failed;
}

/** True if the exception that is set is an OSError about a sector that cannot be read: libkiwi reads the
 * rest. */
static bool is_scratch(void)
{
    PyObject *type;
    PyObject *value;
    PyObject *traceback;
    bool scratch = false;
    if (!PyErr_ExceptionMatches(PyExc_OSError))
        return false;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *number = PyObject_GetAttrString(value, "errno");
    scratch = number && PyLong_Check(number) && PyLong_AsLong(number) == EIO;
    Py_XDECREF(number);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    return scratch;
}

/** Keeps the exception that is set: it cannot be raised inside of libkiwi. */
static void keep_exception(struct python_source *source)
{
    PyObject *type;
    PyObject *value;
    PyObject *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    Py_XDECREF(source->exception);
    source->exception = value;
}

static int read_file(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct python_source *source = context;
    PyGILState_STATE gil = PyGILState_Ensure();
    int failed = 0;
    *received = 0;
    while (failed == 0 && *received < length) {
        Py_buffer view;
        failed = read_piece(source->file, offset + *received, length - *received, &view);
        if (failed != 0)
            break;
        size_t count = (size_t)view.len < length - *received ? (size_t)view.len : length - *received;
        if (count != 0)
            memcpy((char *)buffer + *received, view.buf, count);
        PyBuffer_Release(&view);
        *received += count;
        if (count == 0)
            break;
    }
    if (failed != 0 && is_scratch()) {
        PyErr_Clear();
    } else if (failed != 0) {
        keep_exception(source);
        failed = ECANCELED; /* which is no scratch to libkiwi */
    }
    PyGILState_Release(gil);
    return failed;
}

static enum kiwi_status open_file(struct python_source *source, struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {.read = read_file};
    PyObject *end = PyObject_CallMethod(source->file, "seek", "ii", 0, 2);
    unsigned long long size = end ? PyLong_AsUnsignedLongLong(end) : 0;
    Py_XDECREF(end);
    if (PyErr_Occurred())
        return KIWI_ERROR_IO;
    return kiwi_source_from_operations(&operations, source, size, &source->source, error);
}

struct python_source *source_make(const struct state *state, PyObject *object)
{
    struct python_source *source = calloc(1, sizeof *source);
    struct kiwi_error error = {.status = KIWI_OK};
    enum kiwi_status status;
    if (!source)
        return (void *)PyErr_NoMemory();
    if (PyObject_CheckBuffer(object)) {
        status = PyObject_GetBuffer(object, &source->buffer, PyBUF_SIMPLE) == 0
                     ? kiwi_source_from_memory(source->buffer.buf, (size_t)source->buffer.len,
                                               &source->source, &error)
                     : KIWI_ERROR_IO;
    } else {
        source->file = Py_NewRef(object);
        status = open_file(source, &error);
    }
    if (status == KIWI_OK)
        return source;
    if (!PyErr_Occurred())
        raise_error(state, &error, "", "");
    source_release(source);
    return NULL;
}

struct kiwi_source *source_of(const struct python_source *source)
{
    return source->source;
}

bool source_raise(struct python_source *source)
{
    if (!source || !source->exception)
        return false;
    PyObject *exception = source->exception;
    source->exception = NULL;
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
    return true;
}

void source_release(struct python_source *source)
{
    if (!source)
        return;
    kiwi_source_unref(source->source);
    PyBuffer_Release(&source->buffer);
    Py_XDECREF(source->file);
    Py_XDECREF(source->exception);
    free(source);
}

int source_visit(const struct python_source *source, visitproc visit, void *arg)
{
    if (source) {
        Py_VISIT(source->file);
        Py_VISIT(source->buffer.obj);
        Py_VISIT(source->exception);
    }
    return 0;
}
