/* SPDX-License-Identifier: MIT */
/* kiwi.Disc and kiwi.File. */
#include "disc.h"

#include <stdlib.h>
#include <string.h>

#include "features.h"
#include "loading.h"
#include "map.h"
#include "regions.h"
#include "route.h"
#include "search.h"
#include "walk.h"

#include <structmember.h>

/* Turns */

bool disc_enter(struct disc *disc)
{
    unsigned long self = PyThread_get_thread_ident();
    if (pthread_mutex_trylock(&disc->mutex) != 0) {
        if (atomic_load(&disc->owner) == self) {
            PyErr_SetString(PyExc_RuntimeError, "the disc is being read for this very thread");
            return false;
        }
        Py_BEGIN_ALLOW_THREADS
            pthread_mutex_lock(&disc->mutex);
        Py_END_ALLOW_THREADS
    }
    atomic_store(&disc->owner, self);
    if (disc->disc)
        return true;
    disc_leave(disc);
    PyErr_SetString(PyExc_ValueError, "the disc is closed");
    return false;
}

static void unlock(struct disc *disc)
{
    atomic_store(&disc->owner, 0);
    pthread_mutex_unlock(&disc->mutex);
}

bool disc_leave(struct disc *disc)
{
    struct kept_findings findings = disc->findings;
    bool raised = source_raise(disc->source);
    uint64_t unreadable = disc->disc && disc->on_finding ? kiwi_disc_unreadable(disc->disc, NULL, NULL) : 0;
    if (unreadable > disc->unreadable) {
        kiwi_disc_unreadable(disc->disc, findings_take, &findings);
        disc->unreadable = unreadable;
    }
    memset(&disc->findings, 0, sizeof disc->findings);
    unlock(disc);
    return findings_deliver(disc->state, &findings, raised ? NULL : disc->on_finding) && !raised;
}

void *disc_fail(struct disc *disc, const struct kiwi_error *error)
{
    if (!PyErr_Occurred())
        raise_error(disc->state, error, "", "");
    return NULL;
}

/* Handles */

void disc_add_handle(struct disc *disc, struct handle *handle, void (*close)(struct handle *handle))
{
    handle->close = close;
    handle->next = disc->handles;
    handle->link = &disc->handles;
    if (handle->next)
        handle->next->link = &handle->next;
    disc->handles = handle;
}

static void close_handle(struct handle *handle)
{
    if (!handle->link)
        return;
    *handle->link = handle->next;
    if (handle->next)
        handle->next->link = handle->link;
    handle->link = NULL;
    handle->close(handle);
}

void disc_close_handle(struct disc *disc, struct handle *handle)
{
    unsigned long self = PyThread_get_thread_ident();
    bool nested = atomic_load(&disc->owner) == self; /* garbage collected while a file object is read */
    if (!nested) { /* before a look at the handle: a neighbour of it in the list may come or go */
        Py_BEGIN_ALLOW_THREADS
            pthread_mutex_lock(&disc->mutex);
        Py_END_ALLOW_THREADS
        atomic_store(&disc->owner, self);
    }
    close_handle(handle);
    if (!nested)
        unlock(disc);
}

/* Opening and closing */

static void close_all(struct disc *disc)
{
    while (disc->handles)
        close_handle(disc->handles);
    kiwi_index_close(disc->index);
    kiwi_regions_close(disc->regions);
    kiwi_shapes_close(disc->reader);
    kiwi_map_close(disc->map);
    kiwi_disc_close(disc->disc);
    disc->index = NULL;
    disc->regions = NULL;
    disc->reader = NULL;
    disc->map = NULL;
    disc->disc = NULL;
}

static enum kiwi_status open_path(struct disc *disc, const char *path,
                                  const struct kiwi_disc_options *options, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_disc_open(path, options, &disc->disc, error);
    Py_END_ALLOW_THREADS
    return status;
}

static enum kiwi_status open_source(struct disc *disc, const char *name,
                                    const struct kiwi_disc_options *options, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_disc_open_source(source_of(disc->source), name, options, &disc->disc, error);
    Py_END_ALLOW_THREADS
    return status;
}

/** Opens source, a path or something to read from; false with an exception. */
static bool open_any(struct disc *disc, PyObject *source, const char *name,
                     const struct kiwi_disc_options *given)
{
    struct kiwi_disc_options options = *given;
    options.size = sizeof options;
    options.finding = findings_take;
    options.context = &disc->findings;
    struct kiwi_error error = {.status = KIWI_OK};
    enum kiwi_status status;
    PyObject *path = NULL;
    if (PyUnicode_Check(source)) {
        if (!PyUnicode_FSConverter(source, &path))
            return false;
        pthread_mutex_lock(&disc->mutex);
        status = open_path(disc, PyBytes_AsString(path), &options, &error);
        Py_DECREF(path);
    } else {
        disc->source = source_make(disc->state, source);
        if (!disc->source)
            return false;
        pthread_mutex_lock(&disc->mutex);
        atomic_store(&disc->owner, PyThread_get_thread_ident());
        status = open_source(disc, name, &options, &error);
    }
    if (status == KIWI_OK)
        disc->datum = kiwi_disc_geodetic(disc->disc);
    bool good = disc_leave(disc);
    if (status != KIWI_OK)
        disc_fail(disc, &error);
    return good && status == KIWI_OK;
}

PyObject *disc_open(PyObject *module, PyObject *arguments)
{
    const struct state *state = PyModule_GetState(module);
    PyTypeObject *class;
    PyObject *source;
    const char *name;
    PyObject *on_finding;
    struct kiwi_disc_options options = {.size = 0};
    if (!PyArg_ParseTuple(arguments, "O!OsOzzz", &PyType_Type, &class, &source, &name, &on_finding,
                          &options.mapfile, &options.charset, &options.datum))
        return NULL;
    if (!PyType_IsSubtype(class, state->disc)) {
        PyErr_SetString(PyExc_TypeError, "not a class of discs");
        return NULL;
    }
    struct disc *disc = NEW(class);
    if (!disc)
        return NULL;
    disc->state = state;
    disc->module = Py_NewRef(module);
    disc->on_finding = on_finding == Py_None ? NULL : Py_NewRef(on_finding);
    disc->name = PyUnicode_FromString(name);
    pthread_mutex_init(&disc->mutex, NULL);
    if (!disc->name || !open_any(disc, source, name, &options))
        Py_CLEAR(disc);
    return (PyObject *)disc;
}

static PyObject *disc_close(PyObject *self, PyObject *none)
{
    struct disc *disc = (struct disc *)self;
    (void)none;
    if (!disc->disc)
        Py_RETURN_NONE;
    if (!disc_enter(disc)) {
        if (disc->disc)
            return NULL;
        PyErr_Clear(); /* another thread closed it meanwhile */
        Py_RETURN_NONE;
    }
    struct python_source *source = disc->source;
    close_all(disc);
    bool good = disc_leave(disc);
    disc->source = NULL;
    source_release(source);
    if (!good)
        return NULL;
    Py_RETURN_NONE;
}

static int disc_traverse(PyObject *self, visitproc visit, void *arg)
{
    struct disc *disc = (struct disc *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(disc->module);
    Py_VISIT(disc->on_finding);
    Py_VISIT(disc->files);
    Py_VISIT(disc->levels);
    Py_VISIT(disc->region_levels);
    return source_visit(disc->source, visit, arg);
}

static int disc_clear(PyObject *self)
{
    struct disc *disc = (struct disc *)self;
    Py_CLEAR(disc->on_finding);
    Py_CLEAR(disc->files);
    Py_CLEAR(disc->levels);
    Py_CLEAR(disc->region_levels);
    return 0;
}

static void disc_dealloc(PyObject *self)
{
    struct disc *disc = (struct disc *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    close_all(disc);
    source_release(disc->source);
    findings_deliver(disc->state, &disc->findings, NULL);
    pthread_mutex_destroy(&disc->mutex);
    disc_clear(self);
    Py_XDECREF(disc->name);
    Py_XDECREF(disc->module);
    PyObject_GC_Del(self);
    UNREF(type);
}

/* Parts */

enum kiwi_status disc_map(struct disc *disc, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    if (!disc->map)
        status = kiwi_map_open(disc->disc, &disc->map, error);
    if (status == KIWI_OK && !disc->reader)
        status = kiwi_shapes_open(disc->map, &disc->reader, error);
    return status;
}

enum kiwi_status disc_regions(struct disc *disc, struct kiwi_error *error)
{
    enum kiwi_status status = disc->regions ? KIWI_OK : disc_map(disc, error);
    if (status == KIWI_OK && !disc->regions)
        status = kiwi_regions_open(disc->map, &disc->regions, error);
    return status;
}

enum kiwi_status disc_index(struct disc *disc, struct kiwi_error *error)
{
    if (disc->index)
        return KIWI_OK;
    return kiwi_index_open(disc->disc, &disc->index, error);
}

PyObject *disc_text(struct disc *disc, const uint8_t *bytes, size_t length)
{
    char text[3 * KIWI_TEXT_LIMIT + 1]; /* three bytes of UTF-8 for each at most, and a NUL */
    if (length > KIWI_TEXT_LIMIT)
        return PyUnicode_DecodeUTF8((const char *)bytes, (Py_ssize_t)length, "replace");
    if (!disc_enter(disc))
        return NULL;
    size_t size = kiwi_disc_text(disc->disc, bytes, length, text, sizeof text);
    if (!disc_leave(disc))
        return NULL;
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace");
}

bool disc_find_file(struct disc *disc, PyObject *path, const struct kiwi_file **file)
{
    *file = NULL;
    if (path == Py_None)
        return true;
    PyObject *bytes = PyUnicode_AsUTF8String(path);
    if (!bytes)
        return false;
    if (disc_enter(disc)) {
        *file = kiwi_disc_find(disc->disc, PyBytes_AsString(bytes), NULL);
        if (disc_leave(disc) && !*file) {
            struct kiwi_error error = {.status = KIWI_ERROR_NOT_FOUND, .offset = KIWI_NULL};
            snprintf(error.text, sizeof error.text, "there is no file %.400s on the disc",
                     PyBytes_AsString(bytes));
            disc_fail(disc, &error);
        }
    }
    Py_DECREF(bytes);
    return *file;
}

/* Files */

struct file {
    PyObject_HEAD
    struct disc *disc;
    const struct kiwi_file *file; /* lives as long as the opened disc */
    PyObject *path, *kind, *reason, *extents;
    uint64_t size;
};

static PyObject *make_extents(const struct kiwi_file *file)
{
    PyObject *list = PyTuple_New((Py_ssize_t)file->extent_count);
    for (size_t i = 0; list && i < file->extent_count; i++) {
        PyObject *extent = Py_BuildValue("(KK)", (unsigned long long)file->extents[i].offset,
                                         (unsigned long long)file->extents[i].length);
        if (!extent || PyTuple_SetItem(list, (Py_ssize_t)i, extent) != 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *make_file(struct disc *disc, const struct kiwi_file *from)
{
    struct file *file = NEW(disc->state->file);
    if (!file)
        return NULL;
    file->disc = REF(disc);
    file->file = from;
    file->size = from->size;
    file->path = PyUnicode_DecodeUTF8(from->path, (Py_ssize_t)strlen(from->path), "replace");
    file->kind = PyUnicode_FromString(kiwi_file_kind_name(from->kind));
    file->reason = PyUnicode_FromString(from->reason);
    file->extents = make_extents(from);
    if (!file->path || !file->kind || !file->reason || !file->extents)
        Py_CLEAR(file);
    return (PyObject *)file;
}

static int file_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct file *)self)->disc);
    return 0;
}

static int file_clear(PyObject *self)
{
    (void)self; /* a disc lets go of its files, not the other way round */
    return 0;
}

static void file_dealloc(PyObject *self)
{
    struct file *file = (struct file *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    UNREF(file->disc);
    Py_XDECREF(file->path);
    Py_XDECREF(file->kind);
    Py_XDECREF(file->reason);
    Py_XDECREF(file->extents);
    PyObject_GC_Del(self);
    UNREF(type);
}

static enum kiwi_status read_bytes(const struct file *file, uint64_t offset, char *buffer, size_t length,
                                   size_t *received, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    *received = 0;
    Py_BEGIN_ALLOW_THREADS
        if (file->file->source)
            status = kiwi_source_read(file->file->source, offset, buffer, length, received, error);
    Py_END_ALLOW_THREADS
    return status;
}

/** A converter for PyArg_Parse: an int that is not negative, None leaves what is there. */
static int convert_unsigned(PyObject *object, void *number)
{
    if (object != Py_None)
        *(uint64_t *)number = PyLong_AsUnsignedLongLong(object);
    return !PyErr_Occurred();
}

static PyObject *file_read(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"offset", "length", NULL};
    struct file *file = (struct file *)self;
    uint64_t offset = 0;
    uint64_t length = UINT64_MAX;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O&O&", names, convert_unsigned, &offset,
                                     convert_unsigned, &length))
        return NULL;
    uint64_t left = offset < file->size ? file->size - offset : 0;
    length = length < left ? length : left;
    if (length > PY_SSIZE_T_MAX) /* what a file object says of its size need not be true */
        return PyErr_NoMemory();
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    struct kiwi_error error;
    size_t received;
    if (!bytes || !disc_enter(file->disc)) {
        Py_XDECREF(bytes);
        return NULL;
    }
    enum kiwi_status status = read_bytes(file, offset, PyBytes_AsString(bytes), (size_t)length, &received,
                                         &error);
    if (!disc_leave(file->disc) || status != KIWI_OK) {
        Py_DECREF(bytes);
        return status != KIWI_OK ? disc_fail(file->disc, &error) : NULL;
    }
    if (received < length) { /* the file shrank under us */
        PyObject *shorter = PyBytes_FromStringAndSize(PyBytes_AsString(bytes), (Py_ssize_t)received);
        Py_DECREF(bytes);
        return shorter;
    }
    return bytes;
}

static PyObject *file_repr(PyObject *self)
{
    const struct file *file = (const struct file *)self;
    return PyUnicode_FromFormat("<kiwi.File %R %S, %llu bytes>", file->path, file->kind,
                                (unsigned long long)file->size);
}

#define MEMBER(struct_type, name, type, doc)                           \
    {                                                                  \
#name, type, offsetof(struct struct_type, name), READONLY, doc \
    }

PyTypeObject *file_type(PyObject *module)
{
    static PyMethodDef methods[] = {{"read", (PyCFunction)(void (*)(void))file_read,
                                     METH_VARARGS | METH_KEYWORDS,
                                     "read($self, offset=0, length=None)\n--\n\nBytes of the file from "
                                     "offset on, all of them if length is "
                                     "None; fewer at its end."},
                                    {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        MEMBER(file, path, T_OBJECT, "Inside the disc, '/' between folders."),
        MEMBER(file, kind, T_OBJECT, "What it is, such as 'alldata', 'index' or 'unknown'."),
        MEMBER(file, reason, T_OBJECT, "Why it has that kind."),
        MEMBER(file, size, T_ULONGLONG, "Bytes; of a truncated image those that are left."),
        MEMBER(file, extents, T_OBJECT, "Where it lies in the image: (offset, length); empty outside."),
        {NULL, 0, 0, 0, NULL}};
    static const char doc[] = "A file of a disc.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, file_dealloc},
                           {Py_tp_traverse, file_traverse},
                           {Py_tp_clear, file_clear},
                           {Py_tp_repr, file_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.File", sizeof(struct file), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                            Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}

PyObject *disc_files(struct disc *disc)
{
    if (disc->files)
        return disc->files;
    if (!disc_enter(disc))
        return NULL;
    size_t count = kiwi_disc_file_count(disc->disc);
    PyObject *files = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; files && i < count; i++) {
        PyObject *file = make_file(disc, kiwi_disc_file(disc->disc, i));
        if (!file || PyTuple_SetItem(files, (Py_ssize_t)i, file) != 0)
            Py_CLEAR(files);
    }
    if (!disc_leave(disc))
        Py_CLEAR(files);
    if (!disc->files)
        disc->files = files;
    else
        Py_XDECREF(files); /* another thread was first */
    return files ? disc->files : NULL;
}

/* Attributes */

static PyObject *disc_get_files(PyObject *self, void *closure)
{
    (void)closure;
    return Py_XNewRef(disc_files((struct disc *)self));
}

static PyObject *disc_get_closed(PyObject *self, void *closure)
{
    (void)closure;
    return PyBool_FromLong(!((struct disc *)self)->disc);
}

/** What is known of the opened disc; closure says which. */
enum told { TOLD_CONTAINER, TOLD_VOLUME_ID, TOLD_CHARSET, TOLD_DATUM, TOLD_UNREADABLE, TOLD_SIZE };

static PyObject *tell(const struct kiwi_disc *disc, enum told told)
{
    static const char *const containers[] = {"file", "directory", "image"};
    switch (told) {
    case TOLD_CONTAINER: return PyUnicode_FromString(containers[kiwi_disc_container(disc)]);
    case TOLD_VOLUME_ID: {
        const char *id = kiwi_disc_volume_id(disc);
        return PyUnicode_DecodeUTF8(id, (Py_ssize_t)strlen(id), "replace");
    }
    case TOLD_CHARSET: return PyUnicode_FromString(kiwi_disc_iconv_charset(disc));
    case TOLD_DATUM: return PyUnicode_FromString(kiwi_disc_datum(disc));
    case TOLD_UNREADABLE: return PyLong_FromUnsignedLongLong(kiwi_disc_unreadable(disc, NULL, NULL));
    case TOLD_SIZE: break;
    }
    return PyLong_FromUnsignedLongLong(kiwi_disc_size(disc));
}

static PyObject *disc_get(PyObject *self, void *closure)
{
    struct disc *disc = (struct disc *)self;
    if (!disc_enter(disc))
        return NULL;
    PyObject *value = tell(disc->disc, (enum told)(uintptr_t)closure);
    if (!disc_leave(disc))
        Py_CLEAR(value);
    return value;
}

static PyObject *disc_enter_with(PyObject *self, PyObject *none)
{
    (void)none;
    if (((struct disc *)self)->disc)
        return REF(self);
    PyErr_SetString(PyExc_ValueError, "the disc is closed");
    return NULL;
}

static PyObject *disc_exit_with(PyObject *self, PyObject *arguments)
{
    (void)arguments;
    return disc_close(self, NULL);
}

static PyObject *disc_repr(PyObject *self)
{
    const struct disc *disc = (const struct disc *)self;
    return PyUnicode_FromFormat("<kiwi.Disc %R%s>", disc->name, disc->disc ? "" : ", closed");
}

PyTypeObject *disc_type(PyObject *module)
{
    static PyMethodDef methods[] = {
        {"close", disc_close, METH_NOARGS,
         "close($self, /)\n--\n\nCloses the disc and all that iterates over it. Arrays and records stay "
         "valid."},
        {"__enter__", disc_enter_with, METH_NOARGS,
         "__enter__($self, /)\n--\n\nThe disc itself. ValueError if it is closed."},
        {"__exit__", disc_exit_with, METH_VARARGS, "__exit__($self, /, *arguments)\n--\n\nCloses the disc."},
        {"parcel_at", (PyCFunction)(void (*)(void))map_parcel_at, METH_VARARGS | METH_KEYWORDS,
         "parcel_at($self, latitude, longitude, level=0)\n--\n\nThe Parcel of a level at a place in degrees "
         "(chapter 6), None if there is none.\nNotFoundError if the disc has no such level."},
        {"_find", search_find, METH_VARARGS, NULL},
        {"_route", route_find, METH_VARARGS, NULL},
        {"_features", features_open, METH_VARARGS, NULL},
        {"_tile", features_tile, METH_VARARGS, NULL},
        {"_records", walk_records, METH_VARARGS, NULL},
        {"_check", walk_check, METH_O, NULL},
        {NULL, NULL, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"files", disc_get_files, NULL, "The files of the disc, by path.", NULL},
        {"levels", map_levels, NULL, "The levels of the map in the order of the file; empty without a map.",
         NULL},
        {"region_levels", region_levels, NULL,
         "The levels of route planning in the order of the file; empty without route planning.", NULL},
        {"modules", loading_modules, NULL,
         "The programs in LOADING.KWI (chapter 30): a tuple of Module; empty without that file.", NULL},
        {"closed", disc_get_closed, NULL, "True after close().", NULL},
        {"container", disc_get, NULL, "'file', 'directory' or 'image'.", (void *)TOLD_CONTAINER},
        {"volume_id", disc_get, NULL, "Of the image, or ''.", (void *)TOLD_VOLUME_ID},
        {"charset", disc_get, NULL, "Character set that texts are read in (METADATA.KWI, 13).",
         (void *)TOLD_CHARSET},
        {"datum", disc_get, NULL,
         "Datum of the disc, as chosen or as METADATA.KWI declares it, or ''; all places are WGS 84, but in "
         "records.",
         (void *)TOLD_DATUM},
        {"unreadable", disc_get, NULL,
         "Bytes that turned out to be unreadable so far; on_finding and check() say where.",
         (void *)TOLD_UNREADABLE},
        {"size", disc_get, NULL, "Bytes of the image, or of all files.", (void *)TOLD_SIZE},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "An opened disc: an image, a folder with its files, or one KIWI file.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, disc_dealloc},
                           {Py_tp_traverse, disc_traverse},
                           {Py_tp_clear, disc_clear},
                           {Py_tp_repr, disc_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi._kiwi._Disc", sizeof(struct disc), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC |
                            Py_TPFLAGS_DISALLOW_INSTANTIATION,
                        slots};
    return module_add_type(module, &spec, NULL);
}
