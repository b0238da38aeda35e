/* SPDX-License-Identifier: MIT */
/* Properties of many shapes at once, as columns for tables. */
#include "columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "base/grow.h"
#include "shapes.h"

/** What a column has: a property of shapes, or a field of their records. */
enum property {
    PROPERTY_FIELD,
    PROPERTY_OFFSET,
    PROPERTY_LIST,
    PROPERTY_DISPLAY_CLASS,
    PROPERTY_LINK_ID,
    PROPERTY_LENGTH,
    PROPERTY_LONGITUDE,
    PROPERTY_LATITUDE,
    PROPERTY_TEXT,
};

static const struct {
    const char *name;
    enum property property;
    enum element element;
    unsigned kinds;
} properties[] = {
    {"offset", PROPERTY_OFFSET, ELEMENT_I64, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME},
    {"list", PROPERTY_LIST, ELEMENT_I64, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME},
    {"display_class", PROPERTY_DISPLAY_CLASS, ELEMENT_F64, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME},
    {"link_id", PROPERTY_LINK_ID, ELEMENT_F64, KIWI_ROAD},
    {"length", PROPERTY_LENGTH, ELEMENT_F64, KIWI_ROAD | KIWI_BACKGROUND},
    {"longitude", PROPERTY_LONGITUDE, ELEMENT_F64, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME},
    {"latitude", PROPERTY_LATITUDE, ELEMENT_F64, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME},
    {"text", PROPERTY_TEXT, ELEMENT_I64, KIWI_NAME}, /* where each text ends in the column's memory */
};

struct column {
    enum property property;
    enum element element;
    const struct field *field; /* a reference */
    char *data;                /* elements */
    size_t size, capacity;
    char *text;
    size_t text_size, text_capacity;
};

struct columns {
    struct disc *disc;
    struct level *level;
    unsigned kind;
    struct python_box box;
    uint32_t first_row, end_row; /* of parcels */
    size_t count;
    struct column *columns;
    size_t rows;
};

/* Which columns */

/** Numbers that are never missing stay whole; the others become float64, where NaN means none. */
static bool element_of(const struct kiwi_field *field, enum element *element)
{
    bool whole = field->run == 0 && !field->has_null;
    if (field->repeated || field->high < field->low)
        return false;
    switch ((enum kiwi_field_type)field->type) {
    case KIWI_TYPE_FLAG: *element = whole ? ELEMENT_BOOL : ELEMENT_F64; return true;
    case KIWI_TYPE_ENUM:
    case KIWI_TYPE_N:
    case KIWI_TYPE_L:
    case KIWI_TYPE_I:
    case KIWI_TYPE_NZ: *element = whole ? ELEMENT_I64 : ELEMENT_F64; return true;
    case KIWI_TYPE_SWS:
    case KIWI_TYPE_D: *element = ELEMENT_F64; return true;
    default: return false;
    }
}

static bool set_property(struct column *column, const char *name, unsigned kind)
{
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (strcmp(properties[i].name, name) != 0 || !(properties[i].kinds & kind))
            continue;
        column->property = properties[i].property;
        column->element = properties[i].element;
        return true;
    }
    return false;
}

static bool set_field(struct column *column, const struct state *state, const char *name, unsigned kind)
{
    PyObject *field = PyObject_GetAttrString((PyObject *)shape_class(state, kind), name);
    if (!field)
        PyErr_Clear();
    bool good = field && Py_IS_TYPE(field, state->field) &&
                element_of(((struct field *)field)->field, &column->element);
    if (good)
        column->field = (const struct field *)field;
    else
        Py_XDECREF(field);
    return good;
}

static bool choose(struct columns *columns, PyObject *names)
{
    for (size_t i = 0; i < columns->count; i++) {
        PyObject *name = PyUnicode_AsUTF8String(PyTuple_GetItem(names, (Py_ssize_t)i));
        if (!name)
            return false;
        const char *text = PyBytes_AsString(name);
        bool good = set_property(&columns->columns[i], text, columns->kind) ||
                    set_field(&columns->columns[i], columns->disc->state, text, columns->kind);
        if (!good)
            PyErr_Format(PyExc_ValueError, "there is no column %s of such shapes", text);
        Py_DECREF(name);
        if (!good)
            return false;
    }
    return true;
}

/* Filling them, without the interpreter */

static bool append(char **data, size_t *size, size_t *capacity, const void *bytes, size_t length)
{
    char *moved = grow_array(*data, capacity, *size, length, 1);
    if (!moved)
        return false;
    *data = moved;
    if (length != 0)
        memcpy(*data + *size, bytes, length);
    *size += length;
    return true;
}

static bool append_number(struct column *column, double number, int64_t whole)
{
    const uint8_t flag = whole != 0;
    if (column->element == ELEMENT_BOOL)
        return append(&column->data, &column->size, &column->capacity, &flag, sizeof flag);
    if (column->element == ELEMENT_I64)
        return append(&column->data, &column->size, &column->capacity, &whole, sizeof whole);
    return append(&column->data, &column->size, &column->capacity, &number, sizeof number);
}

static bool append_field(struct column *column, const struct columns *columns, const struct shapes *shapes,
                         const struct shape_entry *entry)
{
    struct record_bytes record;
    struct kiwi_value value;
    bool present = shape_record(shapes, entry, column->field->type, &record);
    if (present) {
        record.sectors = columns->level->sectors;
        present = field_read(column->field->type, column->field->field, &record, &value) &&
                  value.kind != KIWI_VALUE_NONE;
    }
    if (!present)
        return append_number(column, NAN, 0);
    int64_t number = value.kind == KIWI_VALUE_CODE ? value.raw : value.number;
    return append_number(column, (double)number, number);
}

static bool append_text(struct column *column, struct disc *disc, const struct shapes *shapes,
                        const struct shape_entry *entry)
{
    char converted[3 * KIWI_TEXT_LIMIT + 1];
    const char *text = (const char *)shapes->frame + entry->text;
    size_t size = entry->text_length;
    if (size <= KIWI_TEXT_LIMIT) {
        size = kiwi_disc_text(disc->disc, text, size, converted, sizeof converted);
        text = converted;
    }
    return append(&column->text, &column->text_size, &column->text_capacity, text, size) &&
           append_number(column, 0, (int64_t)column->text_size);
}

static bool append_place(const struct columns *columns, struct column *column,
                         const struct kiwi_parcel *parcel, const struct shapes *shapes,
                         const struct shape_entry *entry)
{
    double place[2] = {NAN, NAN};
    if (entry->point_count != 0)
        shapes_position(columns->disc->datum, parcel, shapes->points[entry->first_point], &place[0],
                        &place[1]);
    return append_number(column, place[column->property == PROPERTY_LATITUDE], 0);
}

static bool append_cell(struct columns *columns, struct column *column, const struct kiwi_parcel *parcel,
                        const struct shapes *shapes, const struct shape_entry *entry)
{
    switch (column->property) {
    case PROPERTY_FIELD: return append_field(column, columns, shapes, entry);
    case PROPERTY_OFFSET: return append_number(column, 0, (int64_t)(parcel->offset + entry->record));
    case PROPERTY_LIST: return append_number(column, 0, entry->list);
    case PROPERTY_DISPLAY_CLASS:
        return append_number(column, entry->display_class == UINT32_MAX ? NAN : (double)entry->display_class,
                             0);
    case PROPERTY_LINK_ID:
        return append_number(column, entry->link_id == 0 ? NAN : (double)entry->link_id, 0);
    case PROPERTY_LENGTH: return append_number(column, shapes_length(parcel, shapes, entry), 0);
    case PROPERTY_TEXT: return append_text(column, columns->disc, shapes, entry);
    case PROPERTY_LONGITUDE:
    case PROPERTY_LATITUDE: break;
    }
    return append_place(columns, column, parcel, shapes, entry);
}

static bool append_parcel(struct columns *columns, const struct kiwi_parcel *parcel,
                          const struct shapes *shapes)
{
    for (size_t i = 0; i < shapes->count; i++) {
        for (size_t j = 0; j < columns->count; j++)
            if (!append_cell(columns, &columns->columns[j], parcel, shapes, &shapes->entries[i]))
                return false;
    }
    columns->rows += shapes->count;
    return true;
}

/** Opens the parcels of the box, or those that touch the rows. */
static enum kiwi_status open_parcels(struct columns *columns, struct kiwi_parcels **parcels,
                                     struct kiwi_error *error)
{
    const struct kiwi_level *level = &columns->level->level;
    bool all = columns->first_row == 0 && columns->end_row >= level->rows;
    if (columns->box.given || all)
        return map_open_parcels(columns->disc, level, &columns->box, parcels, error);
    double south = (double)level->grid.south / KIWI_EIGHTHS_PER_DEGREE;
    double row = (double)level->grid.height / KIWI_EIGHTHS_PER_DEGREE / level->rows;
    struct kiwi_box box = level->box;
    /* Not the edges, which the neighbours touch, too. */
    box.south = fmin(south + (columns->first_row + 0.25) * row, 90);
    box.north = fmin(south + (columns->end_row - 0.25) * row, 90);
    if (box.west == box.east) {
        box.west = -180;
        box.east = 180;
    }
    return kiwi_parcels_open(columns->disc->map, level, &box, parcels, error);
}

/** Whether a parcel begins in one of the rows: one that is several rows high is in the first of them only. */
static bool is_in_rows(const struct columns *columns, const struct kiwi_parcel *parcel)
{
    return parcel->row >= columns->first_row && parcel->row < columns->end_row;
}

static enum kiwi_status fill(struct columns *columns, struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    struct shapes shapes;
    memset(&shapes, 0, sizeof shapes);
    enum kiwi_status status = disc_map(columns->disc, error);
    if (status == KIWI_OK && columns->first_row >= columns->end_row)
        return KIWI_OK;
    if (status == KIWI_OK)
        status = open_parcels(columns, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while (status == KIWI_OK && (status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        if (!is_in_rows(columns, &parcel))
            continue;
        status = shapes_read(columns->disc, &parcel, columns->kind, &shapes, error);
        if (status == KIWI_OK && !append_parcel(columns, &parcel, &shapes))
            status = no_memory(error);
    }
    shapes_free(&shapes);
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status fill_without_interpreter(struct columns *columns, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = fill(columns, error);
    Py_END_ALLOW_THREADS
    return status;
}

/* Handing them out */

static PyObject *text_list(const struct column *column, size_t rows)
{
    PyObject *list = PyList_New((Py_ssize_t)rows);
    int64_t begin = 0;
    for (size_t i = 0; list && i < rows; i++) {
        int64_t end;
        memcpy(&end, column->data + i * sizeof end, sizeof end);
        PyObject *text = PyUnicode_DecodeUTF8(column->text + begin, (Py_ssize_t)(end - begin), "replace");
        if (!text || PyList_SetItem(list, (Py_ssize_t)i, text) != 0)
            Py_CLEAR(list);
        begin = end;
    }
    return list;
}

static PyObject *hand_out(struct columns *columns, PyObject *names)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < columns->count; i++) {
        struct column *column = &columns->columns[i];
        PyObject *made;
        if (column->property == PROPERTY_TEXT) {
            made = text_list(column, columns->rows);
        } else {
            made = array_take(columns->disc->state, column->data, column->element, (Py_ssize_t)columns->rows,
                              0);
            column->data = NULL;
        }
        if (!made || PyDict_SetItem(dict, PyTuple_GetItem(names, (Py_ssize_t)i), made) != 0)
            Py_CLEAR(dict);
        Py_XDECREF(made);
    }
    return dict;
}

static PyObject *make(struct columns *columns, PyObject *names)
{
    struct kiwi_error error;
    columns->columns = calloc(columns->count + 1, sizeof *columns->columns);
    if (!columns->columns)
        return PyErr_NoMemory();
    if (!choose(columns, names) || !disc_enter(columns->disc))
        return NULL;
    enum kiwi_status status = fill_without_interpreter(columns, &error);
    if (!disc_leave(columns->disc))
        return NULL;
    return status == KIWI_OK ? hand_out(columns, names) : disc_fail(columns->disc, &error);
}

PyObject *columns_make(PyObject *module, PyObject *arguments)
{
    const struct state *state = PyModule_GetState(module);
    struct columns columns = {.rows = 0};
    PyObject *level;
    PyObject *names;
    if (!PyArg_ParseTuple(arguments, "O!IO!O&(II)", state->level, &level, &columns.kind, &PyTuple_Type,
                          &names, map_convert_box, &columns.box, &columns.first_row, &columns.end_row))
        return NULL;
    columns.level = (struct level *)level;
    columns.disc = columns.level->disc;
    columns.count = (size_t)PyTuple_Size(names);
    PyObject *dict = make(&columns, names);
    for (size_t i = 0; columns.columns && i < columns.count; i++) {
        UNREF(columns.columns[i].field);
        free(columns.columns[i].data);
        free(columns.columns[i].text);
    }
    free(columns.columns);
    return dict;
}
