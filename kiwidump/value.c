/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <math.h>
#include <stdio.h>

/* The JSON Schema of these values is made by spec/kwis/emit_json_schema.py and schema.json. */

uint32_t value_load(const uint8_t *bytes, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int32_t angle_degrees(uint32_t raw)
{
    return (int32_t)llrint(kiwi_angle_eighths(raw) * 1e7 / KIWI_EIGHTHS_PER_DEGREE);
}

static void angle(struct json *json, uint32_t raw)
{
    json_begin_object(json);
    json_key(json, "value");
    json_unsigned(json, raw);
    json_key(json, "degrees");
    json_degrees(json, angle_degrees(raw));
    json_end_object(json);
}

static void position(struct json *json, const uint8_t *bytes)
{
    json_begin_object(json);
    json_key(json, "latitude");
    json_degrees(json, angle_degrees(value_load(bytes, 3)));
    json_key(json, "longitude");
    json_degrees(json, angle_degrees(value_load(bytes + 4, 3)));
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
    static const uint8_t none[12] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    if (memcmp(bytes, none, sizeof none) == 0) {
        json_null(json);
        return;
    }
    json_begin_object(json);
    json_key(json, "position");
    position(json, bytes);
    json_key(json, "floor");
    json_signed(json, (int8_t)bytes[8]);
    json_key(json, "date");
    date(json, value_load(bytes + 10, 2));
    json_key(json, "bytes");
    json_hexadecimal(json, bytes, 12);
    json_end_object(json);
}

static void pair(struct json *json, uint64_t value, const char *key, uint64_t meaning)
{
    json_begin_object(json);
    json_key(json, "value");
    json_unsigned(json, value);
    json_key(json, key);
    json_unsigned(json, meaning);
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

static void address(struct json *json, const struct values *values, uint32_t raw)
{
    if (raw == KIWI_DSA_NULL)
        json_null(json);
    else
        pair(json, raw, "offset", kiwi_dsa_offset(raw, values->sectors));
}

/** Numbers in words, and what is not text or bytes. */
static void number(struct json *json, const struct values *values, const struct kiwi_field *field,
                   const uint8_t *bytes)
{
    uint32_t mask = UINT32_MAX >> (31 - (field->high - field->low));
    uint32_t raw = value_load(bytes, field->width) >> field->low & mask;
    bool whole = field->high - field->low + 1 == field->width * 8;
    if (field->has_null && raw == field->null_value) {
        json_null(json);
        return;
    }
    switch ((enum kiwi_field_type)field->type) {
    case KIWI_TYPE_FLAG: json_bool(json, raw != 0); break;
    case KIWI_TYPE_ENUM: enumeration(json, field->enumeration, raw); break;
    case KIWI_TYPE_I: {
        uint32_t sign = (mask >> 1) + 1;
        json_signed(json, (raw & sign) != 0 ? (int64_t)raw - mask - 1 : (int64_t)raw);
        break;
    }
    case KIWI_TYPE_NZ: json_unsigned(json, kiwi_nz((uint16_t)raw)); break;
    case KIWI_TYPE_DSA: address(json, values, raw); break;
    case KIWI_TYPE_BS: pair(json, raw, "bytes", (uint64_t)raw * values->sectors.logical_sector_size); break;
    case KIWI_TYPE_SWS:
    case KIWI_TYPE_D:
        if (whole && field->width > 1 && raw == mask) /* sizes of a byte or inside words have no null */
            json_null(json);
        else
            json_unsigned(json, (uint64_t)raw * 2);
        break;
    case KIWI_TYPE_DATE: date(json, raw); break;
    default: json_unsigned(json, (uint64_t)raw + field->plus); break;
    }
}

void value_text(struct json *json, struct kiwi_disc *disc, const uint8_t *bytes, size_t length)
{
    /* Up to 1,024 bytes at a time: three bytes of UTF-8 for each at most, and a NUL. Long texts are ASCII
     * files. */
    char text[4096];
    while (length > 0 && bytes[length - 1] == '\0')
        length--;
    if (length <= 1024) {
        json_text(json, text, kiwi_disc_text(disc, bytes, length, text, sizeof text));
        return;
    }
    json_text(json, (const char *)bytes, length);
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
            char *text = output_room(json->output, 16);
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

static void repeated(struct json *json, const struct values *values, const struct kiwi_field *field,
                     const uint8_t *bytes, size_t length)
{
    if (field->type == KIWI_TYPE_STEP) {
        steps(json, bytes, length);
    } else if (field->type == KIWI_TYPE_C || field->type == KIWI_TYPE_CC) {
        value_text(json, values->disc, bytes, length);
    } else if (field->type == KIWI_TYPE_N) {
        json_begin_array(json);
        for (size_t i = 0; i + field->width <= length; i += field->width)
            json_unsigned(json, value_load(bytes + i, field->width));
        json_end_array(json);
    } else {
        json_hexadecimal(json, bytes, length);
    }
}

static bool all_zero(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static bool reserved_zero(const struct kiwi_field *field, const uint8_t *bytes, size_t length)
{
    if (field->high < field->low)
        return all_zero(bytes, length);
    return (value_load(bytes, field->width) >> field->low &
            (UINT32_MAX >> (31 - (field->high - field->low)))) == 0;
}

bool value_place(const struct kiwi_field *field, const struct kiwi_layout *layout, size_t *offset,
                 size_t *length)
{
    *offset = layout->start[field->run] + (size_t)field->offset;
    *length = field->repeated ? layout->length[field->run] : field->width;
    return field->run == 0 || layout->length[field->run] != 0;
}

void value_field(struct json *json, const struct values *values, const struct kiwi_field *field,
                 const uint8_t *bytes, const struct kiwi_layout *layout)
{
    size_t offset;
    size_t length;
    value_place(field, layout, &offset, &length);
    bytes += offset;
    if (field->repeated)
        repeated(json, values, field, bytes, length);
    else if (field->type == KIWI_TYPE_PID)
        position(json, bytes);
    else if (field->type == KIWI_TYPE_MID)
        manufacturer(json, bytes);
    else if (field->type == KIWI_TYPE_ANGLE && field->has_null && value_load(bytes, 3) == field->null_value)
        json_null(json);
    else if (field->type == KIWI_TYPE_ANGLE)
        angle(json, value_load(bytes, 3));
    else if (field->type == KIWI_TYPE_C || field->type == KIWI_TYPE_CC)
        value_text(json, values->disc, bytes, length);
    else if (field->high >= field->low)
        number(json, values, field, bytes);
    else
        json_hexadecimal(json, bytes, length);
}

void value_fields(struct json *json, const struct values *values, const struct kiwi_record_type *type,
                  const uint8_t *bytes, const struct kiwi_layout *layout)
{
    json_begin_object(json);
    for (unsigned i = 0; i < type->field_count; i++) {
        const struct kiwi_field *field = &type->fields[i];
        size_t offset;
        size_t length;
        bool present = value_place(field, layout, &offset, &length);
        if (!present && (!field->repeated || field->type != KIWI_TYPE_STEP))
            continue;
        if (field->type == KIWI_TYPE_RESERVED && reserved_zero(field, bytes + offset, length))
            continue;
        json_key(json, field->name);
        value_field(json, values, field, bytes, layout);
    }
    json_end_object(json);
}

void value_box(struct json *json, struct kiwi_box box)
{
    const double edges[] = {box.west, box.south, box.east, box.north};
    json_begin_array(json);
    for (int i = 0; i < 4; i++)
        json_degrees(json, (int32_t)lrint(edges[i] * 1e7));
    json_end_array(json);
}
