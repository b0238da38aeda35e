/* SPDX-License-Identifier: MIT */
/* Values of fields: the bits of a record as numbers, angles, texts and arrays. */
#include <kiwi/value.h>

#include <string.h>

#include "bytes/codec.h"

/* What is public has a twin that the compiler may inline: values are read for every field of a dump. */

static inline bool place(const struct kiwi_field *field, const struct kiwi_layout *layout, size_t *offset,
                         size_t *length)
{
    *offset = layout->start[field->run] + (size_t)field->offset;
    *length = field->repeated ? layout->length[field->run] : field->width;
    return field->run == 0 || layout->length[field->run] != 0;
}

static inline uint32_t mask_of(const struct kiwi_field *field)
{
    return UINT32_MAX >> (31 - (field->high - field->low));
}

static inline uint32_t word_of(const struct kiwi_field *field, const uint8_t *bytes)
{
    switch (field->width) {
    case 1: return kiwi_load8(bytes);
    case 2: return kiwi_load16(bytes);
    case 3: return kiwi_load24(bytes);
    default: return field->type == KIWI_TYPE_L ? kiwi_load32_little(bytes) : kiwi_load32(bytes);
    }
}

static inline uint32_t raw_of(const struct kiwi_field *field, const uint8_t *bytes)
{
    return word_of(field, bytes) >> field->low & mask_of(field);
}

bool kiwi_field_place(const struct kiwi_field *field, const struct kiwi_layout *layout, size_t *offset,
                      size_t *length)
{
    return place(field, layout, offset, length);
}

uint32_t kiwi_field_raw(const struct kiwi_field *field, const uint8_t *bytes)
{
    return raw_of(field, bytes);
}

static int64_t sign_extended(uint32_t raw, uint32_t mask)
{
    uint32_t sign = (mask >> 1) + 1;
    return (raw & sign) != 0 ? (int64_t)raw - mask - 1 : (int64_t)raw;
}

/** A word or a part of one. */
static inline void take_number(const struct kiwi_field *field, const uint8_t *bytes,
                               struct kiwi_sectors sectors, struct kiwi_value *value)
{
    uint32_t mask = mask_of(field);
    uint32_t raw = raw_of(field, bytes);
    value->raw = raw;
    value->number = (int64_t)raw + field->plus;
    value->kind = KIWI_VALUE_NUMBER;
    switch ((enum kiwi_field_type)field->type) {
    case KIWI_TYPE_FLAG: value->kind = KIWI_VALUE_FLAG; break;
    case KIWI_TYPE_ENUM: value->kind = KIWI_VALUE_CODE; break;
    case KIWI_TYPE_I: value->number = sign_extended(raw, mask); break;
    case KIWI_TYPE_NZ: value->number = kiwi_nz((uint16_t)raw); break;
    case KIWI_TYPE_DATE: value->kind = KIWI_VALUE_DATE; break;
    case KIWI_TYPE_DSA:
        value->kind = raw == KIWI_DSA_NULL ? KIWI_VALUE_NONE : KIWI_VALUE_ADDRESS;
        value->number = (int64_t)kiwi_dsa_offset(raw, sectors);
        break;
    case KIWI_TYPE_BS:
        value->kind = KIWI_VALUE_SIZE;
        value->number = (int64_t)raw * sectors.logical_sector_size;
        break;
    case KIWI_TYPE_SWS:
    case KIWI_TYPE_D:
        value->number = (int64_t)raw * 2;
        /* Sizes of a byte or inside words have no null. */
        if (field->high - field->low + 1 == field->width * 8 && field->width > 1 && raw == mask)
            value->kind = KIWI_VALUE_NONE;
        break;
    default: break;
    }
    if (field->has_null && raw == field->null_value)
        value->kind = KIWI_VALUE_NONE;
}

static void take_angle(const struct kiwi_field *field, struct kiwi_value *value)
{
    value->raw = kiwi_load24(value->bytes);
    value->number = kiwi_angle_eighths(value->raw);
    value->kind = field->has_null && value->raw == field->null_value ? KIWI_VALUE_NONE : KIWI_VALUE_ANGLE;
}

static bool all_ones(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != 0xFF)
            return false;
    return true;
}

static enum kiwi_value_kind kind_of_array(const struct kiwi_field *field)
{
    switch ((enum kiwi_field_type)field->type) {
    case KIWI_TYPE_C:
    case KIWI_TYPE_CC: return KIWI_VALUE_TEXT;
    case KIWI_TYPE_STEP: return KIWI_VALUE_STEPS;
    case KIWI_TYPE_N: return KIWI_VALUE_NUMBERS;
    default: return KIWI_VALUE_BYTES;
    }
}

bool kiwi_field_value(const struct kiwi_field *field, const uint8_t *bytes, const struct kiwi_layout *layout,
                      struct kiwi_sectors sectors, struct kiwi_value *value)
{
    size_t offset;
    bool present = place(field, layout, &offset, &value->length);
    value->bytes = bytes + offset;
    value->raw = 0;
    value->number = 0;
    if (!present) {
        value->kind = kind_of_array(field);
        value->length = 0;
        return false;
    }
    if (!field->repeated && field->high >= field->low && field->type != KIWI_TYPE_ANGLE) {
        take_number(field, value->bytes, sectors, value);
    } else if (field->repeated || field->type == KIWI_TYPE_C || field->type == KIWI_TYPE_CC) {
        value->kind = kind_of_array(field);
        while (value->kind == KIWI_VALUE_TEXT && value->length > 0 && value->bytes[value->length - 1] == '\0')
            value->length--;
    } else if (field->type == KIWI_TYPE_PID) {
        value->kind = KIWI_VALUE_POSITION;
    } else if (field->type == KIWI_TYPE_MID) {
        value->kind = all_ones(value->bytes, value->length) ? KIWI_VALUE_NONE : KIWI_VALUE_MANUFACTURER;
    } else if (field->type == KIWI_TYPE_ANGLE) {
        take_angle(field, value);
    } else {
        value->kind = KIWI_VALUE_BYTES;
    }
    return true;
}

struct kiwi_pid kiwi_value_position(const uint8_t *bytes)
{
    return kiwi_load_pid(bytes);
}

struct kiwi_mid kiwi_value_manufacturer(const uint8_t *bytes)
{
    return kiwi_load_mid(bytes);
}

uint32_t kiwi_value_element(const struct kiwi_field *field, const uint8_t *bytes)
{
    return word_of(field, bytes);
}
