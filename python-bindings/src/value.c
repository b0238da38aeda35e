/* SPDX-License-Identifier: MIT */
/* Raw values of fields as Python has them. */
#include "value.h"

#include "array.h"

static PyObject *date_object(const struct state *state, uint32_t days)
{
    int year;
    int month;
    int day;
    kiwi_date((uint16_t)days, &year, &month, &day);
    return PyObject_CallFunction(state->make_date, "iii", year, month, day);
}

static PyObject *position_object(const struct state *state, const uint8_t *bytes)
{
    struct kiwi_pid pid = kiwi_value_position(bytes);
    return PyObject_CallFunction(state->position, "ddy#", kiwi_angle_degrees(pid.latitude),
                                 kiwi_angle_degrees(pid.longitude), (const char *)bytes, (Py_ssize_t)8);
}

static PyObject *manufacturer_object(const struct state *state, const uint8_t *bytes)
{
    struct kiwi_mid mid = kiwi_value_manufacturer(bytes);
    return PyObject_CallFunction(state->manufacturer, "NiNy#", position_object(state, bytes), (int)mid.floor,
                                 date_object(state, mid.date), (const char *)bytes, (Py_ssize_t)12);
}

static PyObject *code_object(const struct field *field, uint32_t code)
{
    PyObject *number = PyLong_FromUnsignedLong(code);
    PyObject *member = number ? PyDict_GetItemWithError(field->members, number) : NULL;
    if (!member)
        return PyErr_Occurred() ? NULL : number;
    Py_DECREF(number);
    return Py_NewRef(member);
}

static PyObject *numbers_object(const struct kiwi_field *field, const struct kiwi_value *value)
{
    Py_ssize_t count = (Py_ssize_t)(value->length / field->width);
    PyObject *numbers = PyTuple_New(count);
    for (Py_ssize_t i = 0; numbers && i < count; i++) {
        uint32_t element = kiwi_value_element(field, value->bytes + i * field->width);
        PyObject *number = PyLong_FromUnsignedLong(element);
        if (!number || PyTuple_SetItem(numbers, i, number) != 0)
            Py_CLEAR(numbers);
    }
    return numbers;
}

PyObject *value_object(struct disc *disc, PyObject *owner, const struct field *field,
                       const struct kiwi_value *value)
{
    const struct state *state = disc->state;
    switch (value->kind) {
    case KIWI_VALUE_NONE: break;
    case KIWI_VALUE_FLAG: return PyBool_FromLong(value->number != 0);
    case KIWI_VALUE_NUMBER: return PyLong_FromLongLong(value->number);
    case KIWI_VALUE_CODE: return code_object(field, value->raw);
    case KIWI_VALUE_ANGLE:
        return PyObject_CallFunction(state->angle, "Id", (unsigned)value->raw,
                                     kiwi_eighths_degrees(value->number));
    case KIWI_VALUE_ADDRESS:
        return PyObject_CallFunction(state->address, "IL", (unsigned)value->raw, (long long)value->number);
    case KIWI_VALUE_SIZE:
        return PyObject_CallFunction(state->size, "IL", (unsigned)value->raw, (long long)value->number);
    case KIWI_VALUE_DATE: return date_object(state, value->raw);
    case KIWI_VALUE_POSITION: return position_object(state, value->bytes);
    case KIWI_VALUE_MANUFACTURER: return manufacturer_object(state, value->bytes);
    case KIWI_VALUE_TEXT: return disc_text(disc, value->bytes, value->length);
    case KIWI_VALUE_STEPS:
        return array_borrow(state, owner, value->bytes, ELEMENT_I8, (Py_ssize_t)(value->length / 2), 2);
    case KIWI_VALUE_NUMBERS: return numbers_object(field->field, value);
    case KIWI_VALUE_BYTES:
        return PyBytes_FromStringAndSize((const char *)value->bytes, (Py_ssize_t)value->length);
    }
    return Py_NewRef(Py_None);
}
