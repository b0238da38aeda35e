/* SPDX-License-Identifier: MIT */
/* GeoJSON features, by the code that kiwidump prints them with. */
#include "features.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kiwidump/feature.h"
#include "kiwidump/feature_stream.h"
#include "common/output_memory.h"
#include "map.h"

/** A stream of features with what it needs to live. */
struct features {
    PyObject_HEAD
    struct handle handle;
    struct disc *disc;
    struct feature_stream *stream;
    struct options options;
    PyObject *type; /* bytes that options.type points to, or NULL */
    struct output *output;
    struct output_memory memory;
};

static void start_output(struct output *output, struct output_memory *memory)
{
    output->descriptor = -1;
    output->take = output_memory_take;
    output->context = memory;
    memory->limit = FEATURE_LIMIT;
    output->error = 0;
    output->used = 0;
}

static void close_stream(struct handle *handle)
{
    struct features *features = (struct features *)((char *)handle - offsetof(struct features, handle));
    feature_stream_close(features->stream);
    features->stream = NULL;
}

static void features_dealloc(PyObject *self)
{
    struct features *features = (struct features *)self;
    if (features->disc)
        disc_close_handle(features->disc, &features->handle);
    UNREF(features->disc);
    Py_XDECREF(features->type);
    free(features->output);
    free(features->memory.bytes);
    free_object(self);
}

static enum kiwi_status open_stream(struct features *features, struct kiwi_error *error)
{
    struct disc *disc = features->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = feature_stream_open(disc->disc, &features->options, findings_take, &disc->findings,
                                     &features->stream, error);
        if (status == KIWI_OK)
            disc_add_handle(disc, &features->handle, close_stream);
    Py_END_ALLOW_THREADS
    return status;
}

/** Opens the stream of features, or lets go of them with an exception. */
static PyObject *start(struct features *features)
{
    struct disc *disc = features->disc;
    struct kiwi_error error;
    features->output = malloc(sizeof *features->output);
    if (!features->output)
        PyErr_NoMemory();
    if (!features->output || !disc_enter(disc)) {
        UNREF(features);
        return NULL;
    }
    start_output(features->output, &features->memory);
    enum kiwi_status status = open_stream(features, &error);
    if (disc_leave(disc) && status == KIWI_OK)
        return (PyObject *)features;
    if (status != KIWI_OK)
        disc_fail(disc, &error);
    UNREF(features);
    return NULL;
}

PyObject *features_open(PyObject *self, PyObject *arguments)
{
    struct disc *disc = (struct disc *)self;
    PyObject *file;
    struct python_level level;
    struct python_box box;
    const char *kinds;
    PyObject *type;
    const struct kiwi_file *found;
    if (!PyArg_ParseTuple(arguments, "OO&O&sO", &file, map_convert_level, &level, map_convert_box, &box,
                          &kinds, &type) ||
        !disc_find_file(disc, file, &found))
        return NULL;
    struct features *features = NEW(disc->state->features);
    if (!features)
        return NULL;
    features->disc = REF(disc);
    features->options = (struct options){.quiet = true,
                                         .file = found ? found->path : NULL,
                                         .has_box = box.given,
                                         .box = box.box,
                                         .has_level = level.given,
                                         .level = level.number};
    if (*kinds && !options_read_kinds(&features->options, kinds))
        PyErr_SetString(PyExc_ValueError, "kinds are road, background, name, address, poi and route");
    features->type = type == Py_None || PyErr_Occurred() ? NULL : PyUnicode_AsUTF8String(type);
    features->options.type = features->type ? PyBytes_AsString(features->type) : NULL;
    if (!PyErr_Occurred())
        return start(features);
    UNREF(features);
    return NULL;
}

static enum kiwi_status next_feature(struct features *features, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        features->memory.length = 0;
        status = feature_stream_next(features->stream, error);
        if (status == KIWI_OK)
            status = feature_stream_put(features->stream, features->output, error);
        output_flush(features->output);
        if (status == KIWI_OK && features->output->error != 0) {
            *error = (struct kiwi_error){.status = KIWI_ERROR_RANGE, .offset = KIWI_NULL};
            snprintf(error->text, sizeof error->text, "a feature: %s", strerror(features->output->error));
            status = error->status;
        }
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *features_next(PyObject *self)
{
    struct features *features = (struct features *)self;
    struct kiwi_error error;
    if (!disc_enter(features->disc))
        return NULL;
    enum kiwi_status status = next_feature(features, &error);
    PyObject *text = NULL;
    if (status == KIWI_OK)
        text = PyUnicode_DecodeUTF8(features->memory.bytes, (Py_ssize_t)features->memory.length, "strict");
    if (!disc_leave(features->disc))
        Py_CLEAR(text);
    else if (status != KIWI_OK && status != KIWI_END)
        disc_fail(features->disc, &error);
    return text;
}

PyTypeObject *features_type(PyObject *module)
{
    static const char doc[] =
        "GeoJSON features as text, one after the other; ends with ValueError when the disc is closed.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, features_dealloc},
                           {Py_tp_iter, PyObject_SelfIter},
                           {Py_tp_iternext, features_next},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi._kiwi.Features", sizeof(struct features), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_make_type(module, &spec);
}

/* One shape as a feature */

/** What is needed to write one; too large for the stack of a thread. */
struct scribe {
    struct options options;
    struct feature_writer writer;
    struct output output;
    struct output_memory memory;
    struct kiwi_multilink_header multilink;
    struct kiwi_link_shape link_shape;
    struct kiwi_minimum_graphics_data_record background;
    struct kiwi_name_data_record name;
};

/** Decodes the records of a shape again, as libkiwi handed them out. */
static void restore_shape(struct scribe *scribe, const struct shapes *shapes, const struct shape_entry *entry,
                          struct kiwi_shape *shape)
{
    const uint8_t *record = shapes->frame + entry->record;
    size_t left = shapes->frame_length - entry->record;
    *shape = (struct kiwi_shape){.kind = entry->kind,
                                 .offset = shapes->parcel->parcel.offset + entry->record,
                                 .list = entry->list,
                                 .display_class = entry->display_class,
                                 .type = entry->type,
                                 .points = shapes->points + entry->first_point,
                                 .point_count = entry->point_count,
                                 .link = entry->link,
                                 .link_id = entry->link_id,
                                 .shape_class = entry->shape_class,
                                 .text = shapes->frame + entry->text,
                                 .text_length = entry->text_length};
    if (entry->kind == KIWI_ROAD) {
        shape->multilink_offset = shapes->parcel->parcel.offset + entry->multilink;
        kiwi_multilink_header_decode(&scribe->multilink, shapes->frame + entry->multilink,
                                     shapes->frame_length - entry->multilink);
        kiwi_link_shape_decode(&scribe->link_shape, record, left);
        shape->multilink = &scribe->multilink;
        shape->link_shape = &scribe->link_shape;
    } else if (entry->kind == KIWI_BACKGROUND) {
        kiwi_minimum_graphics_data_record_decode(&scribe->background, record, left);
        shape->background = &scribe->background;
    } else {
        kiwi_name_data_record_decode(&scribe->name, record, left);
        shape->name = &scribe->name;
    }
}

/** Writes the shape as text into the scribe's memory; false with an exception. */
static bool write_shape(struct scribe *scribe, const struct shape *self)
{
    const struct shapes *shapes = self->shapes;
    struct disc *disc = shapes->parcel->level->disc;
    struct kiwi_shape shape;
    if (!disc_enter(disc))
        return false;
    restore_shape(scribe, shapes, &shapes->entries[self->index], &shape);
    start_output(&scribe->output, &scribe->memory);
    feature_open(&scribe->writer, disc->disc, &scribe->options);
    feature_write_to(&scribe->writer, &scribe->output);
    feature_take(&scribe->writer, &shapes->parcel->parcel, &shape);
    feature_put(&scribe->writer);
    output_flush(&scribe->output);
    if (!disc_leave(disc))
        return false;
    if (scribe->output.error != 0)
        PyErr_NoMemory();
    return scribe->output.error == 0;
}

PyObject *features_of_shape(PyObject *self, void *closure)
{
    struct shape *shape = (struct shape *)self;
    struct scribe *scribe = calloc(1, sizeof *scribe);
    PyObject *feature = NULL;
    (void)closure;
    if (!scribe)
        return PyErr_NoMemory();
    if (write_shape(scribe, shape))
        feature = PyObject_CallFunction(shape->shapes->parcel->level->disc->state->loads, "s#",
                                        scribe->memory.bytes, (Py_ssize_t)scribe->memory.length);
    free(scribe->memory.bytes);
    free(scribe);
    return feature;
}
