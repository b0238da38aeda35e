/* SPDX-License-Identifier: MIT */
/* The module kiwi._kiwi: enumerations, classes and functions. */
#include <stdlib.h>
#include <string.h>

#include <kiwi/version.h>

#include "array.h"
#include "columns.h"
#include "disc.h"
#include "error.h"
#include "map.h"
#include "search.h"
#include "regions.h"
#include "loading.h"
#include "features.h"
#include "patch.h"
#include "record.h"
#include "shapes.h"
#include "walk.h"

/* Enumerations of the schema become subclasses of enum.IntEnum */

/** "one_way" -> "OneWay" for classes, -> "ONE_WAY" for members; a digit in front gets an underscore. */
static PyObject *spelled(const char *name, bool class)
{
    char text[128];
    bool upper = true;
    size_t length = 0;
    if (*name >= '0' && *name <= '9')
        text[length++] = '_';
    for (; *name && length + 1 < sizeof text; name++) {
        if (class && *name == '_') {
            upper = true;
            continue;
        }
        text[length++] = (char)((upper || !class) && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A'
                                                                                  : *name);
        upper = false;
    }
    return PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
}

/** [(name, code), ...] */
static PyObject *entries_of(const struct kiwi_enumeration *enumeration)
{
    PyObject *entries = PyList_New((Py_ssize_t)enumeration->count);
    for (size_t i = 0; entries && i < enumeration->count; i++) {
        PyObject *entry = Py_BuildValue("(Nk)", spelled(enumeration->entries[i].name, false),
                                        (unsigned long)enumeration->entries[i].code);
        if (!entry || PyList_SetItem(entries, (Py_ssize_t)i, entry) != 0)
            Py_CLEAR(entries);
    }
    return entries;
}

/** enum.IntEnum(name, [(name, code), ...], module="kiwi") */
static PyObject *make_enumeration(const struct kiwi_enumeration *enumeration)
{
    PyObject *module = PyImport_ImportModule("enum");
    PyObject *base = module ? PyObject_GetAttrString(module, "IntEnum") : NULL;
    PyObject *arguments = Py_BuildValue("(NN)", spelled(enumeration->name, true), entries_of(enumeration));
    PyObject *keywords = Py_BuildValue("{ss}", "module", "kiwi");
    PyObject *made = base && arguments && keywords ? PyObject_Call(base, arguments, keywords) : NULL;
    Py_XDECREF(keywords);
    Py_XDECREF(arguments);
    Py_XDECREF(base);
    Py_XDECREF(module);
    return made;
}

static bool document(PyObject *object, PyObject *text)
{
    bool good = text && PyObject_SetAttrString(object, "__doc__", text) == 0;
    Py_XDECREF(text);
    return good;
}

/** {code: member}; each member gets its meaning as documentation. */
static PyObject *members_of(const struct kiwi_enumeration *enumeration, PyObject *class)
{
    PyObject *members = PyDict_New();
    for (size_t i = 0; members && i < enumeration->count; i++) {
        PyObject *code = PyLong_FromUnsignedLong(enumeration->entries[i].code);
        PyObject *member = code ? PyObject_CallFunctionObjArgs(class, code, NULL) : NULL;
        if (!member || !document(member, PyUnicode_FromString(enumeration->entries[i].meaning)) ||
            PyDict_SetItem(members, code, member) != 0)
            Py_CLEAR(members);
        Py_XDECREF(member);
        Py_XDECREF(code);
    }
    return members;
}

static bool add_enumeration(struct state *state, PyObject *module, const struct kiwi_enumeration *enumeration)
{
    PyObject *class = make_enumeration(enumeration);
    PyObject *name = class ? PyObject_GetAttrString(class, "__name__") : NULL;
    PyObject *key = PyLong_FromVoidPtr((void *)(uintptr_t)enumeration);
    PyObject *members = class ? members_of(enumeration, class) : NULL;
    bool good = name && key && members &&
                document(class, PyUnicode_FromFormat("%s: %s", enumeration->section, enumeration->meaning)) &&
                PyObject_SetAttr(module, name, class) == 0 &&
                PyDict_SetItemString(state->enumerations, enumeration->name, class) == 0 &&
                PyDict_SetItem(state->members, key, members) == 0;
    Py_XDECREF(members);
    Py_XDECREF(key);
    Py_XDECREF(name);
    Py_XDECREF(class);
    return good;
}

static bool add_enumerations(struct state *state, PyObject *module)
{
    size_t count;
    const struct kiwi_enumeration *const *enumerations = kiwi_enumerations(&count);
    state->enumerations = PyDict_New();
    state->members = PyDict_New();
    bool good = state->enumerations && state->members;
    for (size_t i = 0; good && i < count; i++)
        good = add_enumeration(state, module, enumerations[i]);
    return good;
}

/* What the extension takes from Python */

static bool import(const char *module, const char *name, PyObject **object)
{
    PyObject *imported = PyImport_ImportModule(module);
    *object = imported ? PyObject_GetAttrString(imported, name) : NULL;
    Py_XDECREF(imported);
    return *object;
}

static bool import_all(struct state *state)
{
    return import("kiwi.errors", "_make", &state->make_error) &&
           import("kiwi.values", "Finding", &state->finding) &&
           import("kiwi.values", "Severity", &state->severity) &&
           import("kiwi.values", "Angle", &state->angle) &&
           import("kiwi.values", "Address", &state->address) && import("kiwi.values", "Size", &state->size) &&
           import("kiwi.values", "Position", &state->position) &&
           import("kiwi.values", "Manufacturer", &state->manufacturer) &&
           import("kiwi.values", "Location", &state->location) &&
           import("kiwi.values", "Account", &state->account) &&
           import("kiwi.values", "AddressRange", &state->address_range) &&
           import("datetime", "date", &state->make_date);
}

static bool add_types(struct state *state, PyObject *module)
{
    return (state->array = array_type(module)) && (state->field = field_type(module)) &&
           (state->record = record_type(module)) &&
           (state->defined_record = defined_record_type(module, state->record)) &&
           (state->gap = gap_type(module)) && (state->file = file_type(module)) &&
           (state->parcel = parcel_type(module)) && (state->parcels = parcels_type(module)) &&
           (state->shapes = shapes_type(module)) && (state->shape = shape_type(module)) &&
           (state->records = records_type(module)) && (state->checking = checking_type(module)) &&
           (state->nodes = nodes_type(module)) && (state->entry = entry_type(module)) &&
           (state->entries = entries_type(module)) && (state->ranges = ranges_type(module)) &&
           (state->features = features_type(module)) && (state->disc = disc_type(module));
}

/** Whose attributes the fields of record types are. */
static void set_holders(struct state *state)
{
    const struct holder holders[HOLDERS] = {{state->record, record_holds},
                                            {state->shape, shape_holds},
                                            {state->node, node_holds},
                                            {state->link, link_holds},
                                            {state->level, level_holds},
                                            {state->region, region_holds},
                                            {state->region_level, region_level_holds},
                                            {state->module, module_holds}};
    memcpy(state->holders, holders, sizeof holders);
}

static int execute(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    bool good = import_all(state) && add_types(state, module) && add_enumerations(state, module) &&
                record_add_classes(state, module) && shape_add_classes(state, module) &&
                level_add_class(state, module) && region_add_classes(state, module) &&
                loading_add_classes(state, module);
    set_holders(state);
    return good && PyModule_AddFunctions(module, patch_functions) == 0 &&
                   PyModule_AddStringConstant(module, "__version__", KIWI_VERSION) == 0
               ? 0
               : -1;
}

/* Everything that the state refers to, one after the other */

static PyObject **references(struct state *state, size_t *count)
{
    *count = offsetof(struct state, records_by_type) / sizeof(PyObject *);
    return (PyObject **)state;
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    struct state *state = PyModule_GetState(module);
    size_t count;
    PyObject **objects = references(state, &count);
    for (size_t i = 0; i < count; i++)
        Py_VISIT(objects[i]);
    for (size_t i = 0; i < state->record_count; i++) {
        Py_VISIT(state->records_by_type[i].class);
        Py_VISIT(state->records_by_type[i].fields);
    }
    return 0;
}

static int clear(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    size_t count;
    PyObject **objects = references(state, &count);
    for (size_t i = 0; i < count; i++)
        Py_CLEAR(objects[i]);
    for (size_t i = 0; i < state->record_count; i++) {
        Py_CLEAR(state->records_by_type[i].class);
        Py_CLEAR(state->records_by_type[i].fields);
    }
    return 0;
}

static void free_module(void *module)
{
    struct state *state = PyModule_GetState(module);
    clear(module);
    free(state->records_by_type);
    state->records_by_type = NULL;
    state->record_count = 0;
}

PyMODINIT_FUNC PyInit__kiwi(void);

PyMODINIT_FUNC PyInit__kiwi(void)
{
    static PyMethodDef functions[] = {{"_open_disc", disc_open, METH_VARARGS, NULL},
                                      {"_columns", columns_make, METH_VARARGS, NULL},
                                      {NULL, NULL, 0, NULL}};
    static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
    static struct PyModuleDef definition = {
        PyModuleDef_HEAD_INIT,  .m_name = "kiwi._kiwi", .m_size = sizeof(struct state),
        .m_methods = functions, .m_slots = slots,       .m_traverse = traverse,
        .m_clear = clear,       .m_free = free_module};
    return PyModuleDef_Init(&definition);
}
