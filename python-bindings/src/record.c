/* SPDX-License-Identifier: MIT */
/* kiwi.Record with a class for each record type, and kiwi.Gap. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include <structmember.h>

/** A copy of one record, so that it stays when the walk goes on. */
struct record {
    PyObject_VAR_HEAD
    const struct record_class *class; /* NULL if its fields are defined on the disc, then the next two hold */
    PyObject *name, *values;
    struct disc *disc;
    PyObject *location;
    struct kiwi_layout layout;
    struct kiwi_sectors sectors;
    uint8_t bytes[];
};

struct gap {
    PyObject_HEAD
    PyObject *name, *reason, *location, *bytes;
};

static PyObject *make_location(const struct state *state, const struct kiwi_item *item, const char *path)
{
    return PyObject_CallFunction(state->location, "sKKs", item->file->path, (unsigned long long)item->offset,
                                 (unsigned long long)item->length, path);
}

static PyObject *make_gap(const struct state *state, const struct kiwi_item *item, const char *path)
{
    struct gap *gap = NEW(state->gap);
    if (!gap)
        return NULL;
    gap->name = PyUnicode_FromString(item->name);
    gap->reason = PyUnicode_FromString(item->reason);
    gap->location = make_location(state, item, path);
    gap->bytes = item->bytes ? PyBytes_FromStringAndSize((const char *)item->bytes, (Py_ssize_t)item->length)
                             : Py_NewRef(Py_None);
    if (!gap->name || !gap->reason || !gap->location || !gap->bytes)
        Py_CLEAR(gap);
    return (PyObject *)gap;
}

static struct record_bytes bytes_of(const struct record *record)
{
    return (struct record_bytes){.bytes = record->bytes,
                                 .available = (uint64_t)Py_SIZE((PyObject *)(uintptr_t)record),
                                 .layout = &record->layout,
                                 .sectors = record->sectors};
}

/** Reserved fields are shown only where they are not zero, absent ones not at all. */
static bool is_told(const struct kiwi_record_type *type, const struct kiwi_field *field,
                    const struct record_bytes *bytes)
{
    struct kiwi_value value;
    bool present = field_read(type, field, bytes, &value);
    if (!present || field->type != KIWI_TYPE_RESERVED)
        return present || value.kind == KIWI_VALUE_STEPS;
    if (value.kind != KIWI_VALUE_BYTES)
        return value.raw != 0;
    while (value.length > 0 && value.bytes[value.length - 1] == 0)
        value.length--;
    return value.length > 0;
}

/** {name: value} of a record whose fields are defined on the disc; its definition does not live as long. */
static PyObject *defined_values(struct record *record, const struct kiwi_record_type *type)
{
    struct record_bytes bytes = bytes_of(record);
    PyObject *values = PyDict_New();
    for (uint16_t i = 0; values && i < type->field_count; i++) {
        const struct field field = {.type = type, .field = &type->fields[i]};
        PyObject *value = is_told(type, field.field, &bytes)
                              ? field_object(record->disc, (PyObject *)record, &field, &bytes)
                              : NULL;
        if (PyErr_Occurred() || (value && PyDict_SetItemString(values, field.field->name, value) != 0))
            Py_CLEAR(values);
        Py_XDECREF(value);
    }
    return values;
}

PyObject *record_from_item(struct disc *disc, const struct kiwi_item *item, const char *path,
                           struct kiwi_sectors sectors)
{
    if (!item->type)
        return make_gap(disc->state, item, path);
    const struct record_class *class = record_class_of(disc->state, item->type);
    struct record *record = (void *)PyType_GenericAlloc(class ? class->class : disc->state->defined_record,
                                                        (Py_ssize_t)item->length);
    if (!record)
        return NULL;
    record->class = class;
    record->disc = REF(disc);
    record->location = make_location(disc->state, item, path);
    record->layout = *item->layout;
    record->sectors = sectors;
    memcpy(record->bytes, item->bytes, (size_t)item->length);
    if (record->location && !class) {
        record->name = PyUnicode_FromString(item->type->name);
        record->values = defined_values(record, item->type);
    }
    if (!record->location || (!class && (!record->name || !record->values)))
        Py_CLEAR(record);
    return (PyObject *)record;
}

struct disc *record_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    struct record *record = (struct record *)object;
    if (!record->class || record->class->type != type)
        return NULL;
    *bytes = bytes_of(record);
    return record->disc;
}

static void record_dealloc(PyObject *self)
{
    struct record *record = (struct record *)self;
    UNREF(record->disc);
    Py_XDECREF(record->location);
    Py_XDECREF(record->name);
    Py_XDECREF(record->values);
    free_object(self);
}

static PyObject *record_as_dict(PyObject *self, PyObject *none)
{
    struct record *record = (struct record *)self;
    struct record_bytes bytes = bytes_of(record);
    (void)none;
    if (record->values)
        return PyDict_Copy(record->values);
    PyObject *dict = PyDict_New();
    for (uint16_t i = 0; dict && i < record->class->type->field_count; i++) {
        const struct kiwi_field *source = &record->class->type->fields[i];
        const struct field *field = (const void *)PyTuple_GetItem(record->class->fields, i);
        if (!is_told(record->class->type, source, &bytes))
            continue;
        PyObject *value = field_object(record->disc, self, field, &bytes);
        if (!value || PyDict_SetItemString(dict, source->name, value) != 0)
            Py_CLEAR(dict);
        Py_XDECREF(value);
    }
    return dict;
}

static PyObject *record_bytes(PyObject *self, PyObject *none)
{
    (void)none;
    return PyBytes_FromStringAndSize((const char *)((struct record *)self)->bytes, Py_SIZE(self));
}

static PyObject *record_repr(PyObject *self)
{
    const struct record *record = (const struct record *)self;
    PyObject *path = PyObject_GetAttrString(record->location, "path");
    PyObject *name = path ? PyObject_GetAttrString(self, "record_name") : NULL;
    PyObject *text = name ? PyUnicode_FromFormat("<kiwi.Record %U %U>", name, path) : NULL;
    Py_XDECREF(name);
    Py_XDECREF(path);
    return text;
}

PyTypeObject *record_type(PyObject *module)
{
    static PyMethodDef methods[] = {
        {"as_dict", record_as_dict, METH_NOARGS,
         "as_dict($self, /)\n--\n\nThe fields that are present, by name; reserved ones only where they are "
         "not zero."},
        {"__bytes__", record_bytes, METH_NOARGS,
         "__bytes__($self, /)\n--\n\nThe bytes of the record's fields, as on the disc."},
        {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        {"location", T_OBJECT, offsetof(struct record, location), READONLY, "Where the record lies."},
        {"record_name", T_OBJECT, offsetof(struct record, name), READONLY, "What it is a record of."},
        {NULL, 0, 0, 0, NULL}};
    static const char doc[] = "A record of the disc. Each record type of the standard is a subclass, whose "
                              "attributes are the fields.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, record_dealloc},
                           {Py_tp_repr, record_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Record", offsetof(struct record, bytes), 1,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

static PyObject *defined_get(PyObject *self, PyObject *name)
{
    const struct record *record = (const struct record *)self;
    PyObject *value = record->values ? PyDict_GetItemWithError(record->values, name) : NULL;
    if (value || PyErr_Occurred())
        return Py_XNewRef(value);
    return PyObject_GenericGetAttr(self, name);
}

PyTypeObject *defined_record_type(PyObject *module, PyTypeObject *record)
{
    static const char doc[] = "A record of category or matching data (11.2.2): its attributes are the usages "
                              "of the fields that the disc itself defines (11.5).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc}, {Py_tp_getattro, defined_get}, {0, NULL}};
    PyType_Spec spec = {"kiwi.DefinedRecord", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                        slots};
    return module_add_type(module, &spec, record);
}

static void gap_dealloc(PyObject *self)
{
    struct gap *gap = (struct gap *)self;
    Py_XDECREF(gap->name);
    Py_XDECREF(gap->reason);
    Py_XDECREF(gap->location);
    Py_XDECREF(gap->bytes);
    free_object(self);
}

PyTypeObject *gap_type(PyObject *module)
{
    static PyMemberDef members[] = {
        {"name", T_OBJECT, offsetof(struct gap, name), READONLY, "What the bytes are called."},
        {"reason", T_OBJECT, offsetof(struct gap, reason), READONLY, "Why nobody knows what they mean."},
        {"location", T_OBJECT, offsetof(struct gap, location), READONLY, "Where they lie."},
        {"bytes", T_OBJECT, offsetof(struct gap, bytes), READONLY,
         "The bytes, None if they are too many to hand out; see File.read()."},
        {NULL, 0, 0, 0, NULL}};
    static const char doc[] = "Bytes whose meaning is not known.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, gap_dealloc},
                           {Py_tp_members, members},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Gap", sizeof(struct gap), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}

/* Classes */

/** "link_shape" -> "LinkShape" */
static void class_name(const char *name, char *text, size_t capacity)
{
    bool upper = true;
    size_t length = 0;
    for (; *name && length + 1 < capacity; name++) {
        if (*name == '_') {
            upper = true;
            continue;
        }
        text[length++] = (char)(upper && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
        upper = false;
    }
    text[length] = '\0';
}

static PyObject *make_fields(const struct state *state, const struct kiwi_record_type *type)
{
    PyObject *fields = PyTuple_New(type->field_count);
    for (uint16_t i = 0; fields && i < type->field_count; i++) {
        PyObject *field = field_make(state, type, &type->fields[i]);
        if (!field || PyTuple_SetItem(fields, i, field) != 0)
            Py_CLEAR(fields);
    }
    return fields;
}

static bool set_text(PyObject *class, const char *name, const char *text)
{
    PyObject *value = PyUnicode_FromString(text);
    bool good = value && PyObject_SetAttrString(class, name, value) == 0;
    Py_XDECREF(value);
    return good;
}

static PyTypeObject *make_class(PyObject *module, const struct state *state,
                                const struct kiwi_record_type *type, PyObject *fields)
{
    char name[96] = "kiwi.";
    char doc[512];
    PyType_Slot slots[] = {{Py_tp_doc, doc}, {0, NULL}};
    PyType_Spec spec = {name, 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    size_t prefix = strlen(name);
    class_name(type->name, name + prefix, sizeof name - prefix);
    snprintf(doc, sizeof doc, "%s: %s", type->section, type->meaning);
    PyObject *class = (PyObject *)module_add_type(module, &spec, state->record);
    bool good = class && set_text(class, "record_name", type->name) &&
                set_text(class, "section", type->section);
    for (uint16_t i = 0; good && i < type->field_count; i++)
        good = PyObject_SetAttrString(class, type->fields[i].name, PyTuple_GetItem(fields, i)) == 0;
    if (!good)
        Py_CLEAR(class);
    return (PyTypeObject *)class;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)((const struct record_class *)a)->type;
    uintptr_t right = (uintptr_t)((const struct record_class *)b)->type;
    return (left > right) - (left < right);
}

bool record_add_classes(struct state *state, PyObject *module)
{
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);
    state->records_by_type = calloc(count, sizeof *state->records_by_type);
    if (!state->records_by_type) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct record_class *class = &state->records_by_type[i];
        class->type = types[i];
        state->record_count++;
        class->fields = make_fields(state, types[i]);
        class->class = class->fields ? make_class(module, state, types[i], class->fields) : NULL;
        if (!class->class)
            return false;
    }
    qsort(state->records_by_type, count, sizeof *state->records_by_type, by_address);
    return true;
}

const struct record_class *record_class_of(const struct state *state, const struct kiwi_record_type *type)
{
    const struct record_class key = {.type = type};
    return bsearch(&key, state->records_by_type, state->record_count, sizeof key, by_address);
}

bool record_add_fields(const struct state *state, PyTypeObject *class, const struct kiwi_record_type *type)
{
    PyObject *fields = record_class_of(state, type)->fields;
    for (uint16_t i = 0; i < type->field_count; i++) {
        const char *name = type->fields[i].name;
        if (type->fields[i].type == KIWI_TYPE_RESERVED || PyObject_HasAttrString((PyObject *)class, name))
            continue;
        if (PyObject_SetAttrString((PyObject *)class, name, PyTuple_GetItem(fields, i)) != 0)
            return false;
    }
    return true;
}

/* Records that other objects keep */

bool stored_read(struct stored_record *record, const struct kiwi_record_type *type,
                 const struct kiwi_file *file, uint64_t offset, uint64_t size)
{
    record->type = type;
    record->argument = size;
    record->bytes = malloc((size_t)size + 1);
    if (record->bytes && file->source)
        kiwi_source_read(file->source, offset, record->bytes, (size_t)size, &record->length, NULL);
    return record->bytes;
}

void stored_free(struct stored_record *record)
{
    free(record->bytes);
}

bool stored_holds(const struct stored_record *record, const struct kiwi_record_type *type,
                  struct record_bytes *bytes)
{
    *bytes = (struct record_bytes){
        .bytes = record->bytes, .available = record->length, .arguments = {record->argument}};
    return record->type == type;
}
