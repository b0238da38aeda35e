/* SPDX-License-Identifier: MIT */
/* kiwi.Field: a field of a record type, and the attribute that reads it. */
#include "field.h"

#include <string.h>
bool field_read(const struct kiwi_record_type *type, const struct kiwi_field *field,
                const struct record_bytes *record, struct kiwi_value *value)
{
    static const struct kiwi_layout fixed; /* of what lies in the first run, a layout says nothing */
    struct kiwi_layout layout;
    const struct kiwi_layout *used = record->layout ? record->layout : &fixed;
    if (!record->layout && record->available < type->fixed_size)
        return false;
    if (!record->layout && field->run != 0) {
        memset(&layout, 0, sizeof layout);
        if (!type->layout(record->bytes, record->available, record->arguments, &layout))
            return false;
        used = &layout;
    }
    return kiwi_field_value(field, record->bytes, used, record->sectors, value);
}

PyObject *field_object(struct disc *disc, PyObject *owner, const struct field *field,
                       const struct record_bytes *record)
{
    struct kiwi_value value = {.kind = KIWI_VALUE_NONE};
    if (!field_read(field->type, field->field, record, &value) && value.kind != KIWI_VALUE_STEPS)
        value.kind = KIWI_VALUE_NONE; /* no steps are a list of none */
    return value_object(disc, owner, field, &value);
}

PyObject *field_make(const struct state *state, const struct kiwi_record_type *type,
                     const struct kiwi_field *source)
{
    struct field *field = NEW(state->field);
    if (!field)
        return NULL;
    field->state = state;
    field->type = type;
    field->field = source;
    if (!source->enumeration)
        return (PyObject *)field;
    PyObject *key = PyLong_FromVoidPtr((void *)(uintptr_t)source->enumeration);
    field->members = key ? Py_XNewRef(PyDict_GetItemWithError(state->members, key)) : NULL;
    Py_XDECREF(key);
    if (!field->members)
        Py_CLEAR(field);
    return (PyObject *)field;
}

/** instance.field: whatever holds a record of the field's type. */
static PyObject *field_get(PyObject *self, PyObject *instance, PyObject *class)
{
    const struct field *field = (const struct field *)self;
    (void)class;
    if (!instance)
        return REF(self);
    const struct holder *holders = field->state->holders;
    struct record_bytes record;
    struct disc *disc = NULL;
    for (size_t i = 0; !disc && i < HOLDERS; i++)
        if (PyObject_TypeCheck(instance, holders[i].class))
            disc = holders[i].holds(instance, field->type, &record);
    if (disc)
        return field_object(disc, instance, field, &record);
    PyErr_Format(PyExc_AttributeError, "no record %s here", field->type->name);
    return NULL;
}

static void field_dealloc(PyObject *self)
{
    UNREF(((struct field *)self)->members);
    free_object(self);
}

static const char *text_of(const struct field *field, const char *which)
{
    static const char *const certainties[] = {"standard", "seen on a disc", "inferred", "unknown"};
    switch (which[0]) {
    case 'n': return field->field->name;
    case 'u': return field->field->unit;
    case 'm': return field->field->meaning;
    case 'r': return field->type->name;
    case 's': return field->type->section;
    default: return certainties[field->field->certainty];
    }
}

static PyObject *field_text(PyObject *self, void *which)
{
    return PyUnicode_FromString(text_of((const struct field *)self, which));
}

static PyObject *field_doc(PyObject *self)
{
    const struct field *field = (const struct field *)self;
    return PyUnicode_FromFormat("%s%s%s (%s)", field->field->meaning, field->field->unit[0] ? ", in " : "",
                                field->field->unit, field->type->section);
}

/** __doc__ among the attributes would take the place of the documentation of the class. */
static PyObject *field_attribute(PyObject *self, PyObject *name)
{
    return PyUnicode_CompareWithASCIIString(name, "__doc__") == 0 ? field_doc(self)
                                                                  : PyObject_GenericGetAttr(self, name);
}

static PyObject *field_repr(PyObject *self)
{
    const struct field *field = (const struct field *)self;
    return PyUnicode_FromFormat("<kiwi.Field %s.%s>", field->type->name, field->field->name);
}

PyTypeObject *field_type(PyObject *module)
{
    static PyMethodDef methods[] = {{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
                                     "Field[int] for annotations: what it reads."},
                                    {NULL, NULL, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"name", field_text, NULL, "As in the schema.", "name"},
        {"record", field_text, NULL, "Name of the record type.", "record"},
        {"unit", field_text, NULL, "Of numbers, or ''.", "unit"},
        {"meaning", field_text, NULL, "What it says, in a few words.", "meaning"},
        {"section", field_text, NULL, "Of the standard.", "section"},
        {"certainty", field_text, NULL, "'standard', 'seen on a disc', 'inferred' or 'unknown'.",
         "certainty"},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "A field of a record type, as its class has it. Of a record, the attribute is the value.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, field_dealloc},
                           {Py_tp_repr, field_repr},
                           {Py_tp_getattro, field_attribute},
                           {Py_tp_methods, methods},
                           {Py_tp_getset, attributes},
                           {Py_tp_descr_get, field_get},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Field", sizeof(struct field), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}
