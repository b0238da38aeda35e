/* SPDX-License-Identifier: MIT */
/* Values of properties as JSON: objects and lists of them, too. */
#include "json_value.h"

static enum kiwi_status object(struct json *json, const struct properties *properties,
                               struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    json_begin_object(json);
    for (size_t i = 0; status == KIWI_OK && i < properties->count; i++) {
        json_key(json, property_names[properties->items[i].key]);
        status = json_value(json, &properties->items[i], error);
    }
    json_end_object(json);
    return status;
}

static enum kiwi_status list(struct json *json, const struct value_list *rows, struct kiwi_error *error)
{
    struct properties row = {.count = 0};
    enum kiwi_status status;
    json_begin_array(json);
    while ((status = rows->next(rows->context, &row, error)) == KIWI_OK) {
        status = object(json, &row, error);
        if (status != KIWI_OK)
            break;
    }
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static void position(struct json *json, struct point point)
{
    json_begin_array(json);
    json_e7(json, point.x);
    json_e7(json, point.y);
    json_end_array(json);
}

enum kiwi_status json_value(struct json *json, const struct property *property, struct kiwi_error *error)
{
    switch ((enum value_type)property->type) {
    case VALUE_NULL: json_null(json); break;
    case VALUE_INTEGER: json_signed(json, property->value.integer); break;
    case VALUE_BOOL: json_bool(json, property->value.integer != 0); break;
    case VALUE_NAME:
    case VALUE_TEXT: json_text(json, property->value.text, property->length); break;
    case VALUE_DEGREES: json_e7(json, property->value.integer); break;
    case VALUE_POSITION: position(json, property->value.position); break;
    case VALUE_OBJECT: return object(json, property->value.object, error);
    case VALUE_LIST: return list(json, property->value.list, error);
    }
    return KIWI_OK;
}
