/* SPDX-License-Identifier: MIT */
/* Errors of libkiwi as exceptions, and findings on their way to Python. */
#include "error.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/** A piece of work meets no more of them than this; a disc of nothing but errors must not fill the memory. */
enum { FINDING_LIMIT = 65536 };

struct finding_copy {
    enum kiwi_severity severity;
    uint64_t offset;
    char *texts; /* file, path, field, expected, found, one after the other */
};

enum kiwi_status no_memory(struct kiwi_error *error)
{
    *error = (struct kiwi_error){.status = KIWI_ERROR_MEMORY, .offset = KIWI_NULL, .text = "out of memory"};
    return error->status;
}

PyObject *offset_object(uint64_t offset)
{
    return offset == KIWI_NULL ? Py_NewRef(Py_None) : PyLong_FromUnsignedLongLong(offset);
}

/** Sentences may have been cut within a character. */
static PyObject *sentence(const char *text)
{
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

void *raise_error(const struct state *state, const struct kiwi_error *error, const char *file,
                  const char *path)
{
    PyObject *offset = offset_object(error->offset);
    PyObject *exception = offset ? PyObject_CallFunction(state->make_error, "iNOiss", (int)error->status,
                                                         sentence(error->text), offset, error->system_error,
                                                         file, path)
                                 : NULL;
    Py_XDECREF(offset);
    if (exception) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

static char *join(const char *const *texts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += strlen(texts[i]) + 1;
    char *joined = malloc(length);
    char *at = joined;
    for (size_t i = 0; joined && i < count; i++) {
        size_t size = strlen(texts[i]) + 1;
        memcpy(at, texts[i], size);
        at += size;
    }
    return joined;
}

void findings_take(void *context, const struct kiwi_finding *finding)
{
    struct kept_findings *findings = context;
    const char *const texts[] = {finding->file, finding->path, finding->field, finding->expected,
                                 finding->found};
    struct finding_copy *items = findings->count == FINDING_LIMIT
                                     ? NULL
                                     : grow_array(findings->items, &findings->capacity, findings->count, 1,
                                                  sizeof *items);
    if (!items)
        return;
    findings->items = items;
    char *joined = join(texts, sizeof texts / sizeof texts[0]);
    if (joined)
        findings->items[findings->count++] = (struct finding_copy){finding->severity, finding->offset,
                                                                   joined};
}

static const char *next_text(const char **at)
{
    const char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static PyObject *make_finding(const struct state *state, const struct finding_copy *finding)
{
    const char *at = finding->texts;
    const char *file = next_text(&at);
    const char *path = next_text(&at);
    const char *field = next_text(&at);
    const char *expected = next_text(&at);
    PyObject *severity = PyObject_CallFunction(state->severity, "i", (int)finding->severity);
    PyObject *offset = offset_object(finding->offset);
    PyObject *made = NULL;
    if (severity && offset)
        made = PyObject_CallFunction(state->finding, "OsOssNN", severity, file, offset, path, field,
                                     sentence(expected), sentence(at));
    Py_XDECREF(severity);
    Py_XDECREF(offset);
    return made;
}

bool findings_deliver(const struct state *state, struct kept_findings *findings, PyObject *callback)
{
    struct kept_findings taken = *findings; /* the callback may work with the disc, which finds more */
    bool good = true;
    memset(findings, 0, sizeof *findings);
    for (size_t i = 0; i < taken.count; i++) {
        PyObject *finding = good && callback ? make_finding(state, &taken.items[i]) : NULL;
        PyObject *result = finding ? PyObject_CallFunctionObjArgs(callback, finding, NULL) : NULL;
        good = good && (!callback || result);
        Py_XDECREF(finding);
        Py_XDECREF(result);
        free(taken.items[i].texts);
    }
    free(taken.items);
    return good;
}
