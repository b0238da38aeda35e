/* SPDX-License-Identifier: MIT */
/* The functions beneath kiwi/patch.py. */
#include "patch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/output_memory.h"
#include "kiwipatch/patch.h"

/** A call of one of the functions: its arguments, and what it hands to kiwipatch's library. */
struct call {
    struct patch_request request;
    PyObject *disc, *patch, *output, *mapfile; /* bytes that request points into */
    PyObject *progress;                        /* borrowed; None: nobody wants to know */
    PyObject *copied;                          /* list of copy */
    PyObject *unreadable;                      /* list of the file that is copied */
    PyThreadState *thread;                     /* while the interpreter is not ours */
    bool raised;                               /* an exception waits for the end of the work */
    struct monitor monitor;
    struct failure failure;
};

/** Messages may end within a character, and paths need not be UTF-8. */
static PyObject *decode(const char *text, size_t length)
{
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "backslashreplace");
}

/** NULL and "" become None. */
static PyObject *optional(const char *text)
{
    return text && text[0] ? decode(text, strlen(text)) : Py_NewRef(Py_None);
}

/* Arguments. */

static void end_call(struct call *call)
{
    Py_XDECREF(call->disc);
    Py_XDECREF(call->patch);
    Py_XDECREF(call->output);
    Py_XDECREF(call->mapfile);
    Py_XDECREF(call->unreadable);
    Py_XDECREF(call->copied);
}

static bool report(void *context, const char *stage, uint64_t done, uint64_t total);

/** A path, or None. */
static int convert_optional(PyObject *argument, void *result)
{
    return argument == Py_None ? 1 : PyUnicode_FSConverter(argument, result);
}

/** All functions take the same arguments; end_call() it only if that succeeded. */
static bool begin_call(struct call *call, PyObject *arguments, PyObject *keywords)
{
    static const char *const names[] = {"disc",        "patch", "output", "file",    "override", "hash",
                                        "accept_risk", "full",  "format", "mapfile", "progress", NULL};
    struct patch_request *request = &call->request;
    int full = 0;
    *call = (struct call){.progress = Py_None, .monitor = {report, call}};
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&|$O&O&zzzzpzO&O", (char **)names,
                                     PyUnicode_FSConverter, &call->disc, PyUnicode_FSConverter, &call->patch,
                                     PyUnicode_FSConverter, &call->output, &request->file, &request->override,
                                     &request->hash, &request->accept_risk, &full, &request->format,
                                     convert_optional, &call->mapfile, &call->progress))
        return false;
    request->disc = PyBytes_AsString(call->disc);
    request->patch = call->patch ? PyBytes_AsString(call->patch) : "";
    request->output = call->output ? PyBytes_AsString(call->output) : "";
    request->mapfile = call->mapfile ? PyBytes_AsString(call->mapfile) : NULL;
    request->full = full != 0;
    request->monitor = &call->monitor;
    return true;
}

/* The work, without the interpreter. */

static void take_interpreter(struct call *call)
{
    PyEval_RestoreThread(call->thread);
}

static void leave_interpreter(struct call *call)
{
    call->thread = PyEval_SaveThread();
}

/** After an exception Python is not asked again: what cannot be stopped goes on, all else ends. */
static bool report(void *context, const char *stage, uint64_t done, uint64_t total)
{
    struct call *call = context;
    if (call->raised)
        return false;
    take_interpreter(call);
    call->raised = PyErr_CheckSignals() != 0;
    if (!call->raised && call->progress != Py_None) {
        PyObject *result = PyObject_CallFunction(call->progress, "sKK", stage, (unsigned long long)done,
                                                 (unsigned long long)total);
        call->raised = !result;
        Py_XDECREF(result);
    }
    leave_interpreter(call);
    return !call->raised;
}

static PyObject *make_error(const struct failure *failure)
{
    PyObject *module = PyImport_ImportModule("kiwi.patch");
    PyObject *text = module ? decode(failure->text, strlen(failure->text)) : NULL;
    PyObject *error = text ? PyObject_CallMethod(module, "_make", "iO", (int)failure->code, text) : NULL;
    Py_XDECREF(text);
    Py_XDECREF(module);
    return error;
}

/** Raises what failed; an exception of the callback, if there is one, becomes its context. */
static void raise_failure(const struct failure *failure)
{
    PyObject *type;
    PyObject *earlier;
    PyObject *traceback;
    PyErr_Fetch(&type, &earlier, &traceback);
    PyErr_NormalizeException(&type, &earlier, &traceback);
    if (traceback)
        PyException_SetTraceback(earlier, traceback);
    PyObject *error = make_error(failure);
    if (error) {
        PyException_SetContext(error, earlier); /* takes it */
        earlier = NULL;
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    Py_XDECREF(type);
    Py_XDECREF(earlier);
    Py_XDECREF(traceback);
}

/**
 * Back with the interpreter: whether there is a result. What the medium did (a journal may be open now) is
 * more urgent than an exception of the callback.
 */
static bool succeeded(struct call *call, bool done)
{
    take_interpreter(call);
    if (!done && (!call->raised || call->failure.code == EXIT_SYSTEM))
        raise_failure(&call->failure);
    return done && !call->raised;
}

/* Functions that make a document. */

typedef bool describe(struct call *call, struct output *output, const char **warning);

static PyObject *document(PyObject *arguments, PyObject *keywords, describe *act)
{
    struct call call;
    struct output_memory text = {.bytes = NULL};
    const char *warning = NULL;
    PyObject *result = NULL;
    if (!begin_call(&call, arguments, keywords))
        return NULL;
    struct output *output = PyMem_Calloc(1, sizeof *output);
    if (output) {
        output->take = output_memory_take;
        output->context = &text;
        leave_interpreter(&call);
        bool done = act(&call, output, &warning);
        if (succeeded(&call, done))
            result = Py_BuildValue("NN", decode(text.bytes, text.length), optional(warning));
    } else {
        PyErr_NoMemory();
    }
    free(text.bytes);
    PyMem_Free(output);
    end_call(&call);
    return result;
}

static bool describe_plan(struct call *call, struct output *output, const char **warning)
{
    (void)warning; /* it is in the document */
    return patch_plan(&call->request, output, &call->failure);
}

static bool describe_status(struct call *call, struct output *output, const char **warning)
{
    bool open; /* so is this */
    (void)warning;
    return patch_status(&call->request, output, &open, &call->failure);
}

static bool describe_import(struct call *call, struct output *output, const char **warning)
{
    return patch_import(&call->request, output, warning, &call->failure);
}

static PyObject *plan(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    return document(arguments, keywords, describe_plan);
}

static PyObject *status(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    return document(arguments, keywords, describe_status);
}

static PyObject *import(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    return document(arguments, keywords, describe_import);
}

/* The others. */

static PyObject *apply(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    struct call call;
    struct patch_applied applied;
    PyObject *result = NULL;
    (void)module;
    if (!begin_call(&call, arguments, keywords))
        return NULL;
    leave_interpreter(&call);
    bool done = patch_apply(&call.request, &applied, &call.failure);
    if (succeeded(&call, done))
        result = Py_BuildValue("snNNNN", applied.plan, (Py_ssize_t)applied.change_count,
                               PyUnicode_DecodeFSDefault(applied.journal), optional(applied.warning),
                               optional(applied.outside), optional(applied.in_use));
    free(applied.journal);
    end_call(&call);
    return result;
}

typedef bool recover(const struct patch_request *request, struct patch_recovered *recovered,
                     struct failure *failure);

static PyObject *recovery(PyObject *arguments, PyObject *keywords, recover *act)
{
    static const char *const results[] = {[TRANSACTION_NOTHING] = "nothing",
                                          [TRANSACTION_DISCARDED] = "discarded",
                                          [TRANSACTION_OLD] = "old",
                                          [TRANSACTION_NEW] = "new"};
    struct call call;
    struct patch_recovered recovered;
    PyObject *result = NULL;
    if (!begin_call(&call, arguments, keywords))
        return NULL;
    leave_interpreter(&call);
    bool done = act(&call.request, &recovered, &call.failure);
    if (succeeded(&call, done))
        result = Py_BuildValue("NsN", PyUnicode_DecodeFSDefault(recovered.image), results[recovered.result],
                               optional(recovered.in_use));
    free(recovered.image);
    end_call(&call);
    return result;
}

static PyObject *undo(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    return recovery(arguments, keywords, patch_undo);
}

static PyObject *resume(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    return recovery(arguments, keywords, patch_resume);
}

static void note_unreadable(void *context, const struct patch_unreadable *bad)
{
    struct call *call = context;
    if (call->raised)
        return;
    take_interpreter(call);
    PyObject *extent = Py_BuildValue("KKN", (unsigned long long)bad->offset, (unsigned long long)bad->length,
                                     optional(bad->file));
    call->raised = !extent || PyList_Append(call->unreadable, extent) != 0;
    Py_XDECREF(extent);
    leave_interpreter(call);
}

static void note_copied(void *context, const struct patch_copied *copied)
{
    struct call *call = context;
    if (call->raised)
        return;
    take_interpreter(call);
    PyObject *item = Py_BuildValue("NsNN", PyUnicode_DecodeFSDefault(copied->path), copied->sha256,
                                   PyList_AsTuple(call->unreadable), optional(copied->in_use));
    call->raised = !item || PyList_Append(call->copied, item) != 0 ||
                   PyList_SetSlice(call->unreadable, 0, PY_SSIZE_T_MAX, NULL) != 0;
    Py_XDECREF(item);
    leave_interpreter(call);
}

static PyObject *copy(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    struct call call;
    PyObject *result = NULL;
    (void)module;
    if (!begin_call(&call, arguments, keywords))
        return NULL;
    call.copied = PyList_New(0);
    call.unreadable = PyList_New(0);
    if (call.copied && call.unreadable) {
        const struct patch_copy_reports reports = {note_unreadable, note_copied, &call};
        leave_interpreter(&call);
        bool done = patch_copy(&call.request, &reports, &call.failure);
        if (succeeded(&call, done))
            result = Py_NewRef(call.copied);
    }
    end_call(&call);
    return result;
}

static PyObject *export(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    struct call call;
    (void)module;
    if (!begin_call(&call, arguments, keywords))
        return NULL;
    leave_interpreter(&call);
    bool done = patch_export(&call.request, &call.failure);
    done = succeeded(&call, done);
    end_call(&call);
    return done ? Py_NewRef(Py_None) : NULL;
}

#define FUNCTION(name)                                                                         \
    {                                                                                          \
        "_patch_" #name, (PyCFunction)(void (*)(void))name, METH_VARARGS | METH_KEYWORDS, NULL \
    }

PyMethodDef patch_functions[] = {FUNCTION(plan),   FUNCTION(apply),  FUNCTION(undo),
                                 FUNCTION(resume), FUNCTION(status), FUNCTION(copy),
                                 FUNCTION(import), FUNCTION(export), {NULL, NULL, 0, NULL}};
