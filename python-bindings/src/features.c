/* SPDX-License-Identifier: MIT */
/* Features, made by the code that makes those which kiwidump prints. */
#include "features.h"

#include <stdlib.h>
#include <string.h>

#include "kiwidump/features/shape_feature.h"
#include "kiwidump/features/stream.h"
#include "kiwidump/tiles/tile.h"
#include "map.h"

/** A stream of features with what it needs to live. */
struct features {
    PyObject_HEAD
    struct handle handle;
    struct disc *disc;
    struct feature_stream *stream;
    struct options options;
    PyObject *type; /* bytes that options.type points to, or NULL */
};

/* Values */

/** An object for which the caller's reference is taken over; false with an exception. */
static bool put(PyObject *dict, const char *key, PyObject *value)
{
    bool good = value && PyDict_SetItemString(dict, key, value) == 0;
    Py_XDECREF(value);
    return good;
}

static bool append(PyObject *list, PyObject *value)
{
    bool good = value && PyList_Append(list, value) == 0;
    Py_XDECREF(value);
    return good;
}

/** What was made, or NULL if it is not whole. */
static PyObject *finish(PyObject *made, bool good)
{
    if (good)
        return made;
    Py_XDECREF(made);
    return NULL;
}

static PyObject *degrees(int64_t value)
{
    return PyFloat_FromDouble((double)value / 1e7);
}

static PyObject *position(struct point point)
{
    PyObject *pair = PyList_New(0);
    return finish(pair, pair && append(pair, degrees(point.x)) && append(pair, degrees(point.y)));
}

static PyObject *properties_of(const struct properties *properties);

static PyObject *rows_of(const struct value_list *rows)
{
    struct properties row = {.count = 0};
    struct kiwi_error error;
    PyObject *list = PyList_New(0);
    bool good = list;
    while (good && rows->next(rows->context, &row, &error) == KIWI_OK)
        good = append(list, properties_of(&row));
    return finish(list, good);
}

static PyObject *value_of(const struct property *property)
{
    switch ((enum value_type)property->type) {
    case VALUE_INTEGER: return PyLong_FromLongLong(property->value.integer);
    case VALUE_BOOL: return PyBool_FromLong(property->value.integer != 0);
    case VALUE_NAME:
    case VALUE_TEXT:
        return PyUnicode_DecodeUTF8(property->value.text, (Py_ssize_t)property->length, "replace");
    case VALUE_DEGREES: return degrees(property->value.integer);
    case VALUE_POSITION: return position(property->value.position);
    case VALUE_OBJECT: return properties_of(property->value.object);
    case VALUE_LIST: return rows_of(property->value.list);
    case VALUE_NULL: break;
    }
    return Py_NewRef(Py_None);
}

static PyObject *properties_of(const struct properties *properties)
{
    PyObject *dict = PyDict_New();
    bool good = dict;
    for (size_t i = 0; good && i < properties->count; i++)
        good = put(dict, property_names[properties->items[i].key], value_of(&properties->items[i]));
    return finish(dict, good);
}

/* Geometry */

static PyObject *positions(const struct geometry *geometry, const struct stroke *stroke, bool ring)
{
    PyObject *list = PyList_New(0);
    bool good = list;
    for (size_t i = 0; good && i < stroke->count; i++)
        good = append(list, position(geometry->points[stroke->first + i]));
    if (good && ring)
        good = append(list, position(geometry->points[stroke->first]));
    return finish(list, good);
}

static PyObject *lines(const struct geometry *geometry)
{
    PyObject *list = PyList_New(0);
    bool good = list;
    for (size_t i = 0; good && i < geometry->stroke_count; i++)
        good = append(list, positions(geometry, &geometry->strokes[i], false));
    return finish(list, good);
}

/** The polygon whose ring is that stroke, with the holes behind it; *stroke becomes the next one's. */
static PyObject *polygon(const struct geometry *geometry, size_t *stroke)
{
    PyObject *list = PyList_New(0);
    bool good = list && append(list, positions(geometry, &geometry->strokes[(*stroke)++], true));
    while (good && *stroke < geometry->stroke_count && geometry->strokes[*stroke].hole)
        good = append(list, positions(geometry, &geometry->strokes[(*stroke)++], true));
    return finish(list, good);
}

static PyObject *polygons(const struct geometry *geometry)
{
    PyObject *list = PyList_New(0);
    bool good = list;
    for (size_t stroke = 0; good && stroke < geometry->stroke_count;)
        good = append(list, polygon(geometry, &stroke));
    return finish(list, good);
}

static PyObject *coordinates(const struct geometry *geometry)
{
    size_t first = 0;
    switch (geometry->type) {
    case GEOMETRY_POINT: return position(geometry->points[geometry->strokes[0].first]);
    case GEOMETRY_MULTI_POINT:
    case GEOMETRY_LINE: return positions(geometry, &geometry->strokes[0], false);
    case GEOMETRY_MULTI_LINE: return lines(geometry);
    case GEOMETRY_POLYGON: return polygon(geometry, &first);
    default: return polygons(geometry);
    }
}

static PyObject *geometry_of(const struct geometry *geometry)
{
    if (geometry->type == GEOMETRY_NONE)
        return Py_NewRef(Py_None);
    PyObject *dict = PyDict_New();
    return finish(dict, dict && put(dict, "type", PyUnicode_FromString(geometry_names[geometry->type])) &&
                            put(dict, "coordinates", coordinates(geometry)));
}

/** A feature as a dict of the shape that GeoJSON has. */
static PyObject *feature_of(const struct feature *feature)
{
    PyObject *dict = PyDict_New();
    return finish(dict, dict && put(dict, "type", PyUnicode_FromString("Feature")) &&
                            put(dict, "id",
                                PyUnicode_FromFormat("%s:%llu", feature->file->path,
                                                     (unsigned long long)feature->offset)) &&
                            put(dict, "geometry", geometry_of(&feature->geometry)) &&
                            put(dict, "properties", properties_of(&feature->properties)));
}

/* Streams */

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
    if (!disc_enter(disc)) {
        UNREF(features);
        return NULL;
    }
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
    int deleted;
    const struct kiwi_file *found;
    if (!PyArg_ParseTuple(arguments, "OO&O&sOp", &file, map_convert_level, &level, map_convert_box, &box,
                          &kinds, &type, &deleted) ||
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
                                         .level = level.number,
                                         .deleted = deleted != 0};
    if (*kinds && !options_read_kinds(&features->options, kinds))
        PyErr_SetString(PyExc_ValueError, "kinds are road, background, name, address, poi and route");
    features->type = type == Py_None || PyErr_Occurred() ? NULL : PyUnicode_AsUTF8String(type);
    features->options.type = features->type ? PyBytes_AsString(features->type) : NULL;
    if (!PyErr_Occurred())
        return start(features);
    UNREF(features);
    return NULL;
}

static PyObject *features_next(PyObject *self)
{
    struct features *features = (struct features *)self;
    const struct feature *feature = NULL;
    struct kiwi_error error;
    enum kiwi_status status;
    if (!disc_enter(features->disc))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
        status = feature_stream_next(features->stream, &feature, &error);
    Py_END_ALLOW_THREADS
    PyObject *made = status == KIWI_OK ? feature_of(feature) : NULL;
    if (!disc_leave(features->disc))
        Py_CLEAR(made);
    else if (status != KIWI_OK && status != KIWI_END)
        disc_fail(features->disc, &error);
    return made;
}

PyTypeObject *features_type(PyObject *module)
{
    static const char doc[] =
        "GeoJSON features, dicts, one after the other; ends with ValueError when the disc is closed.";
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

/* Tiles */

PyObject *features_tile(PyObject *self, PyObject *arguments)
{
    struct disc *disc = (struct disc *)self;
    struct options options = {.quiet = true};
    struct python_level level;
    const char *kinds;
    int deleted;
    struct buffer tile;
    uint64_t count;
    struct kiwi_error error;
    enum kiwi_status status;
    if (!PyArg_ParseTuple(arguments, "IIIO&sp", &options.tile.zoom, &options.tile.x, &options.tile.y,
                          map_convert_level, &level, &kinds, &deleted))
        return NULL;
    options.has_level = level.given;
    options.level = level.number;
    options.deleted = deleted != 0;
    if (*kinds && !options_read_kinds(&options, kinds)) {
        PyErr_SetString(PyExc_ValueError, "kinds are road, background and name");
        return NULL;
    }
    if (!disc_enter(disc))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
        status = tile_make(disc->disc, &options, findings_take, &disc->findings, &tile, &count, &error);
    Py_END_ALLOW_THREADS
    PyObject *bytes = status == KIWI_OK
                          ? PyBytes_FromStringAndSize((const char *)tile.bytes, (Py_ssize_t)tile.length)
                          : NULL;
    free(tile.bytes);
    if (!disc_leave(disc))
        Py_CLEAR(bytes);
    else if (status != KIWI_OK)
        disc_fail(disc, &error);
    return bytes;
}

/* One shape as a feature */

/** A shape again, as libkiwi handed it out. */
static void restore_shape(const struct shapes *shapes, const struct shape_entry *entry,
                          struct kiwi_shape *shape)
{
    *shape = (struct kiwi_shape){.kind = entry->kind,
                                 .offset = shapes->parcel->parcel.offset + entry->record,
                                 .list = entry->list,
                                 .display_class = entry->display_class,
                                 .type = entry->type,
                                 .record = shapes->frame + entry->record,
                                 .record_length = (uint32_t)(shapes->frame_length - entry->record),
                                 .pen_up = entry->pen_up,
                                 .points = shapes->points + entry->first_point,
                                 .point_count = entry->point_count,
                                 .link = entry->link,
                                 .link_id = entry->link_id,
                                 .shape_class = entry->shape_class,
                                 .text = shapes->frame + entry->text,
                                 .text_length = entry->text_length};
    if (entry->kind == KIWI_ROAD) {
        shape->multilink_offset = shapes->parcel->parcel.offset + entry->multilink;
        shape->multilink = shapes->frame + entry->multilink;
        shape->multilink_length = (uint32_t)(shapes->frame_length - entry->multilink);
    }
}

/** Makes the shape a feature; NULL with an exception. */
static PyObject *make_feature(struct shape_maker *maker, const struct shape *self)
{
    const struct shapes *shapes = self->shapes;
    const struct kiwi_parcel *parcel = &shapes->parcel->parcel;
    struct disc *disc = shapes->parcel->level->disc;
    struct kiwi_shape shape;
    struct kiwi_error error;
    if (!disc_enter(disc))
        return NULL;
    restore_shape(shapes, &shapes->entries[self->index], &shape);
    maker->disc = disc->disc;
    shape_points(maker, parcel, &shape);
    enum kiwi_status status = shape_make(maker, parcel->file, parcel->level->number, &shape, &error);
    PyObject *feature = status == KIWI_OK ? feature_of(&maker->feature) : PyErr_NoMemory();
    shape_maker_end(maker);
    if (!disc_leave(disc))
        Py_CLEAR(feature);
    return feature;
}

PyObject *features_of_shape(PyObject *self, void *closure)
{
    struct shape_maker *maker = calloc(1, sizeof *maker); /* too large for the stack of a thread */
    (void)closure;
    if (!maker)
        return PyErr_NoMemory();
    PyObject *feature = make_feature(maker, (struct shape *)self);
    free(maker);
    return feature;
}
