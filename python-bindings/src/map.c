/* SPDX-License-Identifier: MIT */
/* kiwi.Level and kiwi.Parcel. */
#include "map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <structmember.h>

#include "shapes.h"

int map_convert_level(PyObject *object, void *address)
{
    struct python_level *level = address;
    level->given = object != Py_None;
    level->number = 0;
    return !level->given || PyArg_Parse(object, "i", &level->number);
}

int map_convert_box(PyObject *object, void *address)
{
    struct python_box *box = address;
    box->given = object != Py_None;
    if (!box->given)
        return 1;
    PyObject *tuple = PySequence_Tuple(object);
    int good = tuple && PyArg_ParseTuple(tuple, "dddd;a box is (west, south, east, north) in degrees",
                                         &box->box.west, &box->box.south, &box->box.east, &box->box.north);
    Py_XDECREF(tuple);
    if (good && !(isfinite(box->box.west) && isfinite(box->box.south) && isfinite(box->box.east) &&
                  isfinite(box->box.north) && box->box.south <= box->box.north)) {
        PyErr_SetString(PyExc_ValueError, "a box is (west, south, east, north) in degrees");
        return 0;
    }
    return good;
}

enum kiwi_status map_open_parcels(struct disc *disc, const struct kiwi_level *level,
                                  const struct python_box *box, struct kiwi_parcels **parcels,
                                  struct kiwi_error *error)
{
    const struct kiwi_box own = kiwi_box_from_wgs84(disc->datum, box->box);
    return kiwi_parcels_open(disc->map, level, box->given ? &own : NULL, parcels, error);
}

static PyObject *box_object(struct kiwi_box box)
{
    return Py_BuildValue("(dddd)", box.west, box.south, box.east, box.north);
}

/* Levels */

/** Copies count classes behind those already there. */
static const uint16_t *keep_classes(uint16_t **at, const uint16_t *classes, uint32_t count)
{
    uint16_t *copy = *at;
    if (count != 0)
        memcpy(copy, classes, count * sizeof *copy);
    *at += count;
    return copy;
}

static PyObject *make_level(struct disc *disc, const struct kiwi_level *from, struct kiwi_sectors sectors)
{
    struct level *level = NEW(disc->state->level);
    if (!level)
        return NULL;
    size_t count = (size_t)from->road_class_count + from->background_class_count + from->name_class_count;
    level->disc = REF(disc);
    level->level = *from;
    level->sectors = sectors;
    level->classes = malloc((count + 1) * sizeof *level->classes);
    if (!level->classes || !stored_read(&level->record, &kiwi_type_level_management_record, from->file,
                                        from->offset, from->record_size)) {
        UNREF(level);
        return PyErr_NoMemory();
    }
    uint16_t *at = level->classes;
    level->level.road_classes = keep_classes(&at, from->road_classes, from->road_class_count);
    level->level.background_classes = keep_classes(&at, from->background_classes,
                                                   from->background_class_count);
    level->level.name_classes = keep_classes(&at, from->name_classes, from->name_class_count);
    return (PyObject *)level;
}

static PyObject *make_levels(struct disc *disc)
{
    size_t count = disc->map ? kiwi_map_level_count(disc->map) : 0;
    PyObject *levels = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; levels && i < count; i++) {
        PyObject *level = make_level(disc, kiwi_map_level(disc->map, i), kiwi_map_sectors(disc->map));
        if (!level || PyTuple_SetItem(levels, (Py_ssize_t)i, level) != 0)
            Py_CLEAR(levels);
    }
    return levels;
}

static enum kiwi_status open_map(struct disc *disc, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_map(disc, error);
    Py_END_ALLOW_THREADS
    return status;
}

/** The tuple of Level; borrowed, NULL with an exception. */
static PyObject *levels_of(struct disc *disc)
{
    struct kiwi_error error;
    if (disc->levels)
        return disc->levels;
    if (!disc_enter(disc))
        return NULL;
    enum kiwi_status status = open_map(disc, &error);
    bool good = status == KIWI_OK || status == KIWI_ERROR_NOT_FOUND; /* a disc without a map */
    PyObject *levels = good ? make_levels(disc) : NULL;
    if (!disc_leave(disc))
        Py_CLEAR(levels);
    if (!good)
        return disc_fail(disc, &error);
    if (!disc->levels)
        disc->levels = levels;
    else
        Py_XDECREF(levels); /* another thread was first */
    return levels ? disc->levels : NULL;
}

PyObject *map_levels(PyObject *self, void *closure)
{
    (void)closure;
    return Py_XNewRef(levels_of((struct disc *)self));
}

/** The level with a number; borrowed, NULL with an exception. */
static struct level *level_by_number(struct disc *disc, int number)
{
    PyObject *levels = levels_of(disc);
    struct kiwi_error error = {.status = KIWI_ERROR_NOT_FOUND, .offset = KIWI_NULL};
    for (Py_ssize_t i = 0; levels && i < PyTuple_Size(levels); i++) {
        struct level *level = (struct level *)PyTuple_GetItem(levels, i);
        if (level->level.number == number)
            return level;
    }
    snprintf(error.text, sizeof error.text, "the disc has no level %d", number);
    return levels ? disc_fail(disc, &error) : NULL;
}

static void level_dealloc(PyObject *self)
{
    struct level *level = (struct level *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    UNREF(level->disc);
    free(level->classes);
    stored_free(&level->record);
    PyObject_GC_Del(self);
    UNREF(type);
}

struct disc *level_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    struct level *level = (struct level *)object;
    bool holds = stored_holds(&level->record, type, bytes);
    bytes->sectors = level->sectors;
    return holds ? level->disc : NULL;
}

static int level_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct level *)self)->disc);
    return 0;
}

static PyObject *level_box(PyObject *self, void *closure)
{
    const struct kiwi_level *level = &((struct level *)self)->level;
    (void)closure;
    return box_object(kiwi_box_to_wgs84(((struct level *)self)->disc->datum, level->box));
}

static PyObject *level_classes(PyObject *self, void *kind)
{
    const struct kiwi_level *level = &((struct level *)self)->level;
    const uint16_t *classes = level->road_classes;
    uint32_t count = level->road_class_count;
    if ((uintptr_t)kind == KIWI_BACKGROUND) {
        classes = level->background_classes;
        count = level->background_class_count;
    } else if ((uintptr_t)kind == KIWI_NAME) {
        classes = level->name_classes;
        count = level->name_class_count;
    }
    PyObject *made = PyTuple_New((Py_ssize_t)count);
    for (uint32_t i = 0; made && i < count; i++) {
        PyObject *code = PyLong_FromUnsignedLong(classes[i]);
        if (!code || PyTuple_SetItem(made, (Py_ssize_t)i, code) != 0)
            Py_CLEAR(made);
    }
    return made;
}

static PyObject *level_repr(PyObject *self)
{
    const struct kiwi_level *level = &((struct level *)self)->level;
    return PyUnicode_FromFormat("<kiwi.Level %d, %lu x %lu parcels>", level->number,
                                (unsigned long)level->columns, (unsigned long)level->rows);
}

/* Iterating over parcels */

struct parcels {
    PyObject_HEAD
    struct handle handle;
    struct level *level;
    struct kiwi_parcels *parcels;
};

static void close_parcels(struct handle *handle)
{
    struct parcels *parcels = (struct parcels *)((char *)handle - offsetof(struct parcels, handle));
    kiwi_parcels_close(parcels->parcels);
    parcels->parcels = NULL;
}

static enum kiwi_status open_parcels(struct parcels *parcels, const struct python_box *box,
                                     struct kiwi_error *error)
{
    struct disc *disc = parcels->level->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_map(disc, error);
        if (status == KIWI_OK)
            status = map_open_parcels(disc, &parcels->level->level, box, &parcels->parcels, error);
        if (status == KIWI_OK)
            disc_add_handle(disc, &parcels->handle, close_parcels);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *level_parcels(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"bbox", NULL};
    struct level *level = (struct level *)self;
    struct python_box box = {.given = false};
    struct kiwi_error error;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O&", names, map_convert_box, &box))
        return NULL;
    struct parcels *parcels = NEW(level->disc->state->parcels);
    if (!parcels)
        return NULL;
    parcels->level = REF(level);
    if (!disc_enter(level->disc)) {
        UNREF(parcels);
        return NULL;
    }
    enum kiwi_status status = open_parcels(parcels, &box, &error);
    if (disc_leave(level->disc) && status == KIWI_OK)
        return (PyObject *)parcels;
    UNREF(parcels);
    return status == KIWI_OK ? NULL : disc_fail(level->disc, &error);
}

static PyObject *make_parcel(struct level *level, const struct kiwi_parcel *from)
{
    struct parcel *parcel = NEW(level->disc->state->parcel);
    if (!parcel)
        return NULL;
    parcel->level = REF(level);
    parcel->parcel = *from;
    parcel->parcel.level = &level->level;
    return (PyObject *)parcel;
}

static enum kiwi_status next_parcel(struct parcels *parcels, struct kiwi_parcel *parcel,
                                    struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_parcels_next(parcels->parcels, parcel, error);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *parcels_next(PyObject *self)
{
    struct parcels *parcels = (struct parcels *)self;
    struct disc *disc = parcels->level->disc;
    struct kiwi_parcel parcel;
    struct kiwi_error error;
    if (!disc_enter(disc))
        return NULL;
    enum kiwi_status status = next_parcel(parcels, &parcel, &error);
    if (!disc_leave(disc) || status == KIWI_END)
        return NULL;
    return status == KIWI_OK ? make_parcel(parcels->level, &parcel) : disc_fail(disc, &error);
}

static void parcels_dealloc(PyObject *self)
{
    struct parcels *parcels = (struct parcels *)self;
    if (parcels->level)
        disc_close_handle(parcels->level->disc, &parcels->handle);
    UNREF(parcels->level);
    free_object(self);
}

PyTypeObject *parcels_type(PyObject *module)
{
    static const char doc[] =
        "The parcels of a level, one after the other; ends with ValueError when the disc "
        "is closed.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, parcels_dealloc},
                           {Py_tp_iter, PyObject_SelfIter},
                           {Py_tp_iternext, parcels_next},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi._kiwi.Parcels", sizeof(struct parcels), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_make_type(module, &spec);
}

#define LEVEL(name, type, doc)                                         \
    {                                                                  \
#name, type, offsetof(struct level, level.name), READONLY, doc \
    }

bool level_add_class(struct state *state, PyObject *module)
{
    static PyMethodDef methods[] = {{"parcels", (PyCFunction)(void (*)(void))level_parcels,
                                     METH_VARARGS | METH_KEYWORDS,
                                     "parcels($self, bbox=None)\n--\n\nIterates over the parcels of the "
                                     "level, each frame once; bbox is (west, south, east, north) in degrees, "
                                     "across 180 degrees if west > east."},
                                    {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        LEVEL(number, T_INT, "Coarse levels are greater."),
        LEVEL(index, T_UINT, "Position in the file."),
        LEVEL(offset, T_ULONGLONG, "Of its level management record (6.1.1), in bytes."),
        LEVEL(columns, T_UINT, "Parcels from west to east."),
        LEVEL(rows, T_UINT, "Parcels from south to north."),
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"bbox", level_box, NULL, "(west, south, east, north) of the coverage, in degrees.", NULL},
        {"road_classes", level_classes, NULL, "Display class code of each road list.", (void *)KIWI_ROAD},
        {"background_classes", level_classes, NULL, "Display class code of each background element unit.",
         (void *)KIWI_BACKGROUND},
        {"name_classes", level_classes, NULL, "Display class code of each name list.", (void *)KIWI_NAME},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "A level of the map, with the fields of LevelManagementRecord (6.1.1).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, level_dealloc},
                           {Py_tp_traverse, level_traverse},
                           {Py_tp_repr, level_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Level", sizeof(struct level), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    state->level = module_add_type(module, &spec, NULL);
    return state->level && record_add_fields(state, state->level, &kiwi_type_level_management_record);
}

/* Parcels */

static enum kiwi_status find_parcel(struct level *level, const double *place, struct kiwi_parcel *parcel,
                                    struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_map(level->disc, error);
        if (status == KIWI_OK)
            status = kiwi_map_parcel_at(level->disc->map, &level->level, disc_place(level->disc, place),
                                        parcel, error);
    Py_END_ALLOW_THREADS
    return status;
}

bool map_check_place(const double *place)
{
    if (fabs(place[0]) <= 90 && fabs(place[1]) <= 180)
        return true;
    PyErr_SetString(PyExc_ValueError, "latitude is within -90 and 90, longitude within -180 and 180");
    return false;
}

PyObject *map_parcel_at(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"latitude", "longitude", "level", NULL};
    struct disc *disc = (struct disc *)self;
    double place[2];
    int number = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "dd|i", names, &place[0], &place[1], &number))
        return NULL;
    if (!map_check_place(place))
        return NULL;
    struct level *level = level_by_number(disc, number);
    struct kiwi_parcel parcel;
    struct kiwi_error error;
    if (!level || !disc_enter(disc))
        return NULL;
    Py_INCREF((PyObject *)level);
    enum kiwi_status status = find_parcel(level, place, &parcel, &error);
    PyObject *made = NULL;
    if (!disc_leave(disc))
        made = NULL;
    else if (status == KIWI_ERROR_NOT_FOUND)
        made = Py_NewRef(Py_None);
    else if (status == KIWI_OK)
        made = make_parcel(level, &parcel);
    else
        disc_fail(disc, &error);
    UNREF(level);
    return made;
}

static void parcel_dealloc(PyObject *self)
{
    UNREF(((struct parcel *)self)->level);
    free_object(self);
}

static PyObject *parcel_box(PyObject *self, void *closure)
{
    (void)closure;
    const struct parcel *parcel = (struct parcel *)self;
    return box_object(kiwi_box_to_wgs84(parcel->level->disc->datum, kiwi_parcel_box(&parcel->parcel)));
}

static PyObject *parcel_repr(PyObject *self)
{
    const struct kiwi_parcel *parcel = &((struct parcel *)self)->parcel;
    return PyUnicode_FromFormat("<kiwi.Parcel level %d, column %lu, row %lu>", parcel->level->number,
                                (unsigned long)parcel->column, (unsigned long)parcel->row);
}

#define PARCEL(name, type, doc)                                          \
    {                                                                    \
#name, type, offsetof(struct parcel, parcel.name), READONLY, doc \
    }

PyTypeObject *parcel_type(PyObject *module)
{
    static PyMemberDef members[] = {
        {"level", T_OBJECT, offsetof(struct parcel, level), READONLY, "The Level that it is a part of."},
        PARCEL(offset, T_ULONGLONG, "Of its main map data frame in its file, in bytes."),
        PARCEL(size, T_ULONGLONG, "Of the frame, in bytes."),
        PARCEL(column, T_UINT, "Of the south-western parcel, counted over the whole level from the west."),
        PARCEL(row, T_UINT, "The same from the south."),
        PARCEL(columns, T_UINT, "Parcels integrated in the frame from west to east, else 1."),
        PARCEL(rows, T_UINT, "The same from south to north."),
        PARCEL(divided, T_BOOL, "True if the frame is a part of a divided parcel."),
        PARCEL(part_column, T_UINT, "Of a divided parcel: which part from the west."),
        PARCEL(part_row, T_UINT, "The same from the south."),
        PARCEL(part_columns, T_UINT, "Parts of the divided parcel from west to east, else 1."),
        PARCEL(part_rows, T_UINT, "The same from south to north."),
        PARCEL(block_set, T_UINT, "Where the parcel is managed: number of the block set (6.1.2)."),
        PARCEL(block, T_UINT, "The same: number of the block in that set (6.2.1)."),
        PARCEL(slot, T_UINT, "The same: entry of that block's list (6.3)."),
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"bbox", parcel_box, NULL, "(west, south, east, north) in degrees.", NULL},
        {"roads", shapes_of_parcel, NULL, "Its roads (7.2): a sequence of Road.", (void *)KIWI_ROAD},
        {"backgrounds", shapes_of_parcel, NULL,
         "Its areas, lines and points (7.3): a sequence of Background.", (void *)KIWI_BACKGROUND},
        {"names", shapes_of_parcel, NULL, "Its texts (7.4): a sequence of Name.", (void *)KIWI_NAME},
        {"shapes", shapes_of_parcel, NULL, "All of these in the order of the frame.",
         (void *)(KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME)},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "A main map data frame (7.1): one parcel, several integrated ones, or a part of a "
        "divided one. What is in it is read each time it is asked for.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc}, {Py_tp_dealloc, parcel_dealloc},
                           {Py_tp_repr, parcel_repr},           {Py_tp_members, members},
                           {Py_tp_getset, attributes},          {0, NULL}};
    PyType_Spec spec = {"kiwi.Parcel", sizeof(struct parcel), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}
