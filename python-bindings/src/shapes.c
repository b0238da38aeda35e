/* SPDX-License-Identifier: MIT */
/* kiwi.Road, Background and Name: the shapes of a parcel. */
#include "shapes.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "base/grow.h"
#include "features.h"
#include "record.h"

/* Reading a parcel */

static bool add_shape(struct shapes *shapes, const struct kiwi_parcel *parcel, const uint8_t *frame,
                      const struct kiwi_shape *shape)
{
    struct shape_entry *entries = grow_array(shapes->entries, &shapes->capacity, shapes->count, 1,
                                             sizeof *entries);
    if (!entries)
        return false;
    shapes->entries = entries;
    struct kiwi_point *points = grow_array(shapes->points, &shapes->point_capacity, shapes->point_count,
                                           shape->point_count, sizeof *points);
    if (!points)
        return false;
    shapes->points = points;
    for (size_t i = 0; i < shape->point_count; i++)
        shapes->points[shapes->point_count + i] = shape->points[i];
    shapes->entries[shapes->count++] = (struct shape_entry){
        .record = (uint32_t)(shape->offset - parcel->offset),
        .multilink = shape->multilink ? (uint32_t)(shape->multilink_offset - parcel->offset) : 0,
        .first_point = (uint32_t)shapes->point_count,
        .point_count = (uint32_t)shape->point_count,
        .list = shape->list,
        .display_class = shape->display_class,
        .type = shape->type,
        .link = shape->link,
        .link_id = shape->link_id,
        .text = shape->text ? (uint32_t)(shape->text - frame) : 0,
        .text_length = (uint32_t)shape->text_length,
        .kind = (uint8_t)shape->kind,
        .shape_class = (uint8_t)shape->shape_class,
        .pen_up = shape->pen_up,
    };
    shapes->point_count += shape->point_count;
    return true;
}

enum kiwi_status shapes_read(struct disc *disc, const struct kiwi_parcel *parcel, unsigned kinds,
                             struct shapes *shapes, struct kiwi_error *error)
{
    struct kiwi_shape shape;
    enum kiwi_status status = kiwi_shapes_start(disc->reader, parcel, kinds, error);
    shapes->count = shapes->point_count = shapes->frame_length = 0;
    if (status != KIWI_OK)
        return status;
    size_t length;
    const uint8_t *frame = kiwi_shapes_frame(disc->reader, &length);
    uint8_t *copy = realloc(shapes->frame, length ? length : 1);
    if (!copy)
        return no_memory(error);
    if (length != 0)
        memcpy(copy, frame, length);
    shapes->frame = copy;
    shapes->frame_length = length;
    /* A record has six bytes or more: what has more shapes than room for them has some again and again. */
    while (shapes->count <= length / 6 && (status = kiwi_shapes_next(disc->reader, &shape, error)) == KIWI_OK)
        if (!add_shape(shapes, parcel, frame, &shape))
            return no_memory(error);
    return status == KIWI_END ? KIWI_OK : status;
}

void shapes_free(struct shapes *shapes)
{
    free(shapes->frame);
    free(shapes->entries);
    free(shapes->points);
}

static enum kiwi_status read_parcel(struct shapes *shapes, unsigned kinds, struct kiwi_error *error)
{
    struct disc *disc = shapes->parcel->level->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_map(disc, error);
        if (status == KIWI_OK)
            status = shapes_read(disc, &shapes->parcel->parcel, kinds, shapes, error);
    Py_END_ALLOW_THREADS
    return status;
}

PyObject *shapes_of_parcel(PyObject *self, void *kinds)
{
    struct parcel *parcel = (struct parcel *)self;
    struct disc *disc = parcel->level->disc;
    struct shapes *shapes = NEW(disc->state->shapes);
    struct kiwi_error error;
    if (!shapes)
        return NULL;
    shapes->parcel = REF(parcel);
    if (!disc_enter(disc)) {
        UNREF(shapes);
        return NULL;
    }
    enum kiwi_status status = read_parcel(shapes, (unsigned)(uintptr_t)kinds, &error);
    if (disc_leave(disc) && status == KIWI_OK)
        return (PyObject *)shapes;
    UNREF(shapes);
    return status == KIWI_OK ? NULL : disc_fail(disc, &error);
}

/* The sequence */

static void shapes_dealloc(PyObject *self)
{
    struct shapes *shapes = (struct shapes *)self;
    shapes_free(shapes);
    UNREF(shapes->parcel);
    free_object(self);
}

static Py_ssize_t shapes_count(PyObject *self)
{
    return (Py_ssize_t)((struct shapes *)self)->count;
}

PyTypeObject *shape_class(const struct state *state, unsigned kind)
{
    return kind == KIWI_ROAD ? state->road : kind == KIWI_BACKGROUND ? state->background : state->name;
}

static PyObject *shapes_item(PyObject *self, Py_ssize_t index)
{
    struct shapes *shapes = (struct shapes *)self;
    if (index < 0 || (size_t)index >= shapes->count) {
        PyErr_SetString(PyExc_IndexError, "no such shape");
        return NULL;
    }
    struct shape *shape = NEW(shape_class(shapes->parcel->level->disc->state, shapes->entries[index].kind));
    if (!shape)
        return NULL;
    shape->shapes = REF(shapes);
    shape->index = (size_t)index;
    return (PyObject *)shape;
}

void shapes_position(enum kiwi_geodetic datum, const struct kiwi_parcel *parcel, struct kiwi_point point,
                     double *longitude, double *latitude)
{
    struct kiwi_place place = kiwi_to_wgs84(datum, kiwi_parcel_place(parcel, point));
    *longitude = place.longitude;
    *latitude = place.latitude;
}

/** Array of longitude and latitude of some of the points. */
static PyObject *coordinates(const struct shapes *shapes, const struct kiwi_point *points, size_t count)
{
    double *places = malloc((2 * count + 1) * sizeof *places);
    if (!places)
        return PyErr_NoMemory();
    for (size_t i = 0; i < count; i++)
        shapes_position(shapes->parcel->level->disc->datum, &shapes->parcel->parcel, points[i],
                        &places[2 * i], &places[2 * i + 1]);
    return array_take(shapes->parcel->level->disc->state, places, ELEMENT_F64, (Py_ssize_t)count, 2);
}

/* All shapes at once */

static PyObject *shapes_points(PyObject *self, void *closure)
{
    const struct shapes *shapes = (const struct shapes *)self;
    (void)closure;
    return array_borrow(shapes->parcel->level->disc->state, self, shapes->points, ELEMENT_I32,
                        (Py_ssize_t)shapes->point_count, 2);
}

static PyObject *shapes_coordinates(PyObject *self, void *closure)
{
    const struct shapes *shapes = (const struct shapes *)self;
    (void)closure;
    return coordinates(shapes, shapes->points, shapes->point_count);
}

static PyObject *shapes_starts(PyObject *self, void *closure)
{
    const struct shapes *shapes = (const struct shapes *)self;
    int32_t *starts = malloc((shapes->count + 1) * sizeof *starts);
    (void)closure;
    if (!starts)
        return PyErr_NoMemory();
    for (size_t i = 0; i < shapes->count; i++)
        starts[i] = (int32_t)shapes->entries[i].first_point;
    starts[shapes->count] = (int32_t)shapes->point_count;
    return array_take(shapes->parcel->level->disc->state, starts, ELEMENT_I32, (Py_ssize_t)shapes->count + 1,
                      0);
}

static PyObject *shapes_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<kiwi.Shapes, %zd of %R>", shapes_count(self),
                                ((struct shapes *)self)->parcel);
}

PyTypeObject *shapes_type(PyObject *module)
{
    static PyMethodDef methods[] = {{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
                                     "Shapes[Road] for annotations: what is in it."},
                                    {NULL, NULL, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"points", shapes_points, NULL,
         "Array of int32, (n, 2): the points of all shapes, one shape after the other; see starts.", NULL},
        {"coordinates", shapes_coordinates, NULL,
         "Array of float64, (n, 2): longitude and latitude of the same points, in degrees.", NULL},
        {"starts", shapes_starts, NULL,
         "Array of int32: where the points of each shape begin, and behind the last one where they end.",
         NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "The shapes of one parcel: a sequence of Road, Background and Name. Its arrays hold "
        "all of them at once, without an object for each.";
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)(uintptr_t)doc}, {Py_tp_dealloc, shapes_dealloc}, {Py_tp_repr, shapes_repr},
        {Py_tp_iter, PySeqIter_New},         {Py_tp_methods, methods},        {Py_tp_getset, attributes},
        {Py_sq_length, shapes_count},        {Py_sq_item, shapes_item},       {0, NULL}};
    PyType_Spec spec = {"kiwi.Shapes", sizeof(struct shapes), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}

/* Shapes */

static const struct shape_entry *entry_of(PyObject *self)
{
    const struct shape *shape = (const struct shape *)self;
    return &shape->shapes->entries[shape->index];
}

static struct parcel *parcel_of(PyObject *self)
{
    return ((struct shape *)self)->shapes->parcel;
}

static const struct state *state_of(PyObject *self)
{
    return parcel_of(self)->level->disc->state;
}

bool shape_record(const struct shapes *shapes, const struct shape_entry *entry,
                  const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    uint32_t offset = entry->record;
    bool holds = (entry->kind == KIWI_ROAD && type == &kiwi_type_link_shape) ||
                 (entry->kind == KIWI_BACKGROUND && type == &kiwi_type_minimum_graphics_data_record) ||
                 (entry->kind == KIWI_NAME && type == &kiwi_type_name_data_record);
    if (entry->kind == KIWI_ROAD && type == &kiwi_type_multilink_header) {
        offset = entry->multilink;
        holds = true;
    }
    if (!holds || offset > shapes->frame_length)
        return false;
    /* None of the four layouts depends on the parameters of its record. */
    *bytes = (struct record_bytes){.bytes = shapes->frame + offset,
                                   .available = shapes->frame_length - offset};
    return true;
}

struct disc *shape_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    const struct shape *shape = (const struct shape *)object;
    if (!shape_record(shape->shapes, entry_of(object), type, bytes))
        return NULL;
    bytes->sectors = parcel_of(object)->level->sectors;
    return parcel_of(object)->level->disc;
}

static void shape_dealloc(PyObject *self)
{
    UNREF(((struct shape *)self)->shapes);
    free_untracked(self);
}

double shapes_length(const struct kiwi_parcel *parcel, const struct shapes *shapes,
                     const struct shape_entry *entry)
{
    const struct kiwi_point *points = shapes->points + entry->first_point;
    double length = 0;
    struct kiwi_place from = {0, 0};
    for (uint32_t i = 0; i < entry->point_count; i++) {
        struct kiwi_place to = kiwi_parcel_place(parcel, points[i]);
        length += i == 0 ? 0 : kiwi_distance(from, to);
        from = to;
    }
    return length;
}

static PyObject *get_points(PyObject *self, void *closure)
{
    const struct shape_entry *entry = entry_of(self);
    struct shapes *shapes = ((struct shape *)self)->shapes;
    (void)closure;
    return array_borrow(state_of(self), (PyObject *)shapes, shapes->points + entry->first_point, ELEMENT_I32,
                        entry->point_count, 2);
}

static PyObject *get_coordinates(PyObject *self, void *closure)
{
    const struct shape_entry *entry = entry_of(self);
    const struct shapes *shapes = ((struct shape *)self)->shapes;
    (void)closure;
    return coordinates(shapes, shapes->points + entry->first_point, entry->point_count);
}

static PyObject *get_length(PyObject *self, void *closure)
{
    (void)closure;
    return PyFloat_FromDouble(
        shapes_length(&parcel_of(self)->parcel, ((struct shape *)self)->shapes, entry_of(self)));
}

/** Numbers of an entry; closure says which. */
enum number { NUMBER_OFFSET, NUMBER_MULTILINK, NUMBER_LIST, NUMBER_CLASS, NUMBER_LINK, NUMBER_LINK_ID };

static PyObject *get_number(PyObject *self, void *closure)
{
    const struct shape_entry *entry = entry_of(self);
    uint64_t frame = parcel_of(self)->parcel.offset;
    switch ((enum number)(uintptr_t)closure) {
    case NUMBER_OFFSET: return PyLong_FromUnsignedLongLong(frame + entry->record);
    case NUMBER_MULTILINK: return PyLong_FromUnsignedLongLong(frame + entry->multilink);
    case NUMBER_LIST: return PyLong_FromUnsignedLong(entry->list);
    case NUMBER_LINK: return PyLong_FromUnsignedLong(entry->link);
    case NUMBER_CLASS:
        return entry->display_class == UINT32_MAX ? Py_NewRef(Py_None)
                                                  : PyLong_FromUnsignedLong(entry->display_class);
    case NUMBER_LINK_ID: break;
    }
    return entry->link_id == 0 ? Py_NewRef(Py_None) : PyLong_FromUnsignedLong(entry->link_id);
}

static PyObject *get_parcel(PyObject *self, void *closure)
{
    (void)closure;
    return Py_NewRef((PyObject *)parcel_of(self));
}

static PyObject *get_text(PyObject *self, void *closure)
{
    const struct shape_entry *entry = entry_of(self);
    (void)closure;
    return disc_text(parcel_of(self)->level->disc, ((struct shape *)self)->shapes->frame + entry->text,
                     entry->text_length);
}

static PyObject *get_shape_class(PyObject *self, void *closure)
{
    PyObject *class = PyDict_GetItemString(state_of(self)->enumerations, kiwi_enum_shape_class.name);
    (void)closure;
    return PyObject_CallFunction(class, "i", entry_of(self)->shape_class);
}

static PyObject *shape_repr(PyObject *self)
{
    static const char *const kinds[] = {
        [KIWI_ROAD] = "Road", [KIWI_BACKGROUND] = "Background", [KIWI_NAME] = "Name"};
    const struct shape_entry *entry = entry_of(self);
    return PyUnicode_FromFormat("<kiwi.%s at %llu, %lu points>", kinds[entry->kind],
                                (unsigned long long)(parcel_of(self)->parcel.offset + entry->record),
                                (unsigned long)entry->point_count);
}

PyTypeObject *shape_type(PyObject *module)
{
    static PyGetSetDef attributes[] = {
        {"parcel", get_parcel, NULL, "The Parcel that it lies in.", NULL},
        {"offset", get_number, NULL, "Of its record in the file, in bytes.", (void *)NUMBER_OFFSET},
        {"list", get_number, NULL, "Number of the road list, background element unit or name list.",
         (void *)NUMBER_LIST},
        {"display_class", get_number, NULL, "Code of that list; None if the level has no table.",
         (void *)NUMBER_CLASS},
        {"points", get_points, NULL,
         "Array of int32, (n, 2): x east and y north in frame units, 4096 for each parcel.", NULL},
        {"coordinates", get_coordinates, NULL, "Array of float64, (n, 2): longitude and latitude in degrees.",
         NULL},
        {"length", get_length, NULL, "Metres along its points, on a sphere.", NULL},
        {"__geo_interface__", features_of_shape, NULL,
         "The same GeoJSON feature as kiwidump --features prints; ValueError once the disc is closed.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "What is drawn in a parcel.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, shape_dealloc},
                           {Py_tp_repr, shape_repr},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Shape", sizeof(struct shape), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

/* Road, Background, Name */

static PyTypeObject *make_class(PyObject *module, const struct state *state, const char *name,
                                const char *doc, PyGetSetDef *attributes)
{
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, shape_dealloc}, /* is not inherited */
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {name, 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, state->shape);
}

bool shape_add_classes(struct state *state, PyObject *module)
{
    static PyGetSetDef road[] = {{"multilink_offset", get_number, NULL,
                                  "Of the chain's record in the file, in bytes.", (void *)NUMBER_MULTILINK},
                                 {"link", get_number, NULL, "Position in the chain.", (void *)NUMBER_LINK},
                                 {"link_id", get_number, NULL,
                                  "Line number of the link (7.2.2.1.1.1), None if it has none.",
                                  (void *)NUMBER_LINK_ID},
                                 {NULL, NULL, NULL, NULL, NULL}};
    static PyGetSetDef background[] = {
        {"shape_class", get_shape_class, NULL, "ShapeClass: area, line or point.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static PyGetSetDef name[] = {{"text", get_text, NULL, "What is written.", NULL},
                                 {NULL, NULL, NULL, NULL, NULL}};
    state->road = make_class(module, state, "kiwi.Road",
                             "A link of a road from node to node (7.2), with the fields of its chain "
                             "(MultilinkHeader) and its own (LinkShape).",
                             road);
    state->background = make_class(
        module, state, "kiwi.Background",
        "An area, line or point (7.3), with the fields of MinimumGraphicsDataRecord.", background);
    state->name = make_class(module, state, "kiwi.Name",
                             "A text on the map (7.4), with the fields of NameDataRecord.", name);
    return state->road && state->background && state->name &&
           record_add_fields(state, state->road, &kiwi_type_link_shape) &&
           record_add_fields(state, state->road, &kiwi_type_multilink_header) &&
           record_add_fields(state, state->background, &kiwi_type_minimum_graphics_data_record) &&
           record_add_fields(state, state->name, &kiwi_type_name_data_record);
}
