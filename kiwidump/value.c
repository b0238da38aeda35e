/* SPDX-License-Identifier: MIT */
/* Values of fields as JSON: numbers, degrees, dates, names of codes, texts. */
#include "value.h"

#include <math.h>
#include <stdio.h>

#include "disc_text.h"

/* The JSON Schema of these values is made by spec/kwis/emit_json_schema.py and schema.json. */

void value_site(struct json *json, const struct kiwi_file *file, uint64_t offset)
{
    json_key(json, "file");
    json_string(json, file->path);
    json_key(json, "offset");
    json_unsigned(json, offset);
}

void value_degrees(struct json *json, double degrees)
{
    json_e7(json, llrint(degrees * 1e7));
}

void value_place(struct json *json, struct kiwi_place place)
{
    json_begin_array(json);
    value_degrees(json, place.longitude);
    value_degrees(json, place.latitude);
    json_end_array(json);
}

static void angle(struct json *json, const struct kiwi_value *value)
{
    json_begin_object(json);
    json_key(json, "value");
    json_unsigned(json, value->raw);
    json_key(json, "degrees");
    value_degrees(json, kiwi_eighths_degrees(value->number));
    json_end_object(json);
}

static void position(struct json *json, const uint8_t *bytes)
{
    const struct kiwi_pid pid = kiwi_value_position(bytes);
    const struct kiwi_place place = kiwi_pid_place(&pid);
    json_begin_object(json);
    json_key(json, "latitude");
    value_degrees(json, place.latitude);
    json_key(json, "longitude");
    value_degrees(json, place.longitude);
    json_key(json, "bytes");
    json_hexadecimal(json, bytes, 8);
    json_end_object(json);
}

static void date(struct json *json, uint32_t days)
{
    int year;
    int month;
    int day;
    char text[32];
    kiwi_date((uint16_t)days, &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    json_string(json, text);
}

static void manufacturer(struct json *json, const uint8_t *bytes)
{
    struct kiwi_mid mid = kiwi_value_manufacturer(bytes);
    json_begin_object(json);
    json_key(json, "position");
    position(json, bytes);
    json_key(json, "floor");
    json_signed(json, mid.floor);
    json_key(json, "date");
    date(json, mid.date);
    json_key(json, "bytes");
    json_hexadecimal(json, bytes, 12);
    json_end_object(json);
}

static void pair(struct json *json, const struct kiwi_value *value, const char *key)
{
    json_begin_object(json);
    json_key(json, "value");
    json_unsigned(json, value->raw);
    json_key(json, key);
    json_signed(json, value->number);
    json_end_object(json);
}

static void enumeration(struct json *json, const struct kiwi_enumeration *names, uint32_t code)
{
    const char *name = kiwi_enumeration_name(names, code);
    json_begin_object(json);
    json_key(json, "value");
    json_unsigned(json, code);
    json_key(json, "name");
    if (name)
        json_name(json, name);
    else
        json_null(json);
    json_end_object(json);
}

void value_text(struct json *json, struct kiwi_disc *disc, const uint8_t *bytes, size_t length)
{
    char room[DISC_TEXT_ROOM];
    const char *text = text_of_disc(disc, bytes, &length, room);
    json_text(json, text, length);
}

static void steps(struct json *json, const uint8_t *bytes, size_t length)
{
    json_begin_array(json);
    if (json->indent) {
        for (size_t i = 0; i + 1 < length; i += 2) {
            json_begin_array(json);
            json_signed(json, (int8_t)bytes[i]);
            json_signed(json, (int8_t)bytes[i + 1]);
            json_end_array(json);
        }
    } else {
        for (size_t i = 0; i + 1 < length; i += 2) {
            char *text = output_room(json->output, 16 + FORMAT_DIGITS);
            if (i != 0)
                *text++ = ',';
            *text++ = '[';
            text = format_signed(text, (int8_t)bytes[i]);
            *text++ = ',';
            text = format_signed(text, (int8_t)bytes[i + 1]);
            *text++ = ']';
            output_advance(json->output, text);
        }
    }
    json_end_array(json);
}

static void numbers(struct json *json, const struct kiwi_field *field, const struct kiwi_value *value)
{
    json_begin_array(json);
    for (size_t i = 0; i + field->width <= value->length; i += field->width)
        json_unsigned(json, kiwi_value_element(field, value->bytes + i));
    json_end_array(json);
}

static void put_value(struct json *json, struct kiwi_disc *disc, const struct kiwi_field *field,
                      const struct kiwi_value *value)
{
    switch (value->kind) {
    case KIWI_VALUE_NONE: json_null(json); break;
    case KIWI_VALUE_FLAG: json_bool(json, value->number != 0); break;
    case KIWI_VALUE_NUMBER: json_signed(json, value->number); break;
    case KIWI_VALUE_CODE: enumeration(json, field->enumeration, value->raw); break;
    case KIWI_VALUE_ANGLE: angle(json, value); break;
    case KIWI_VALUE_ADDRESS: pair(json, value, "offset"); break;
    case KIWI_VALUE_SIZE: pair(json, value, "bytes"); break;
    case KIWI_VALUE_DATE: date(json, value->raw); break;
    case KIWI_VALUE_POSITION: position(json, value->bytes); break;
    case KIWI_VALUE_MANUFACTURER: manufacturer(json, value->bytes); break;
    case KIWI_VALUE_TEXT: value_text(json, disc, value->bytes, value->length); break;
    case KIWI_VALUE_STEPS: steps(json, value->bytes, value->length); break;
    case KIWI_VALUE_NUMBERS: numbers(json, field, value); break;
    case KIWI_VALUE_BYTES: json_hexadecimal(json, value->bytes, value->length); break;
    }
}

void value_field(struct json *json, const struct values *values, const struct kiwi_field *field,
                 const uint8_t *bytes, const struct kiwi_layout *layout)
{
    struct kiwi_value value;
    kiwi_field_value(field, bytes, layout, values->sectors, &value);
    put_value(json, values->disc, field, &value);
}

static bool is_zero(const struct kiwi_value *value)
{
    if (value->kind != KIWI_VALUE_BYTES)
        return value->raw == 0;
    for (size_t i = 0; i < value->length; i++)
        if (value->bytes[i] != 0)
            return false;
    return true;
}

void value_fields(struct json *json, const struct values *values, const struct kiwi_record_type *type,
                  const uint8_t *bytes, const struct kiwi_layout *layout)
{
    json_begin_object(json);
    for (unsigned i = 0; i < type->field_count; i++) {
        const struct kiwi_field *field = &type->fields[i];
        struct kiwi_value value;
        bool present = kiwi_field_value(field, bytes, layout, values->sectors, &value);
        if (!present && value.kind != KIWI_VALUE_STEPS) /* no steps are a list of none */
            continue;
        if (field->type == KIWI_TYPE_RESERVED && is_zero(&value))
            continue;
        json_key(json, field->name);
        put_value(json, values->disc, field, &value);
    }
    json_end_object(json);
}

void value_box(struct json *json, struct kiwi_box box)
{
    const double edges[] = {box.west, box.south, box.east, box.north};
    json_begin_array(json);
    for (int i = 0; i < 4; i++)
        value_degrees(json, edges[i]);
    json_end_array(json);
}
