/* SPDX-License-Identifier: MIT */
#ifndef KIWI_CODEC_H
#define KIWI_CODEC_H

/* Raw numbers of the format, big-endian, and the laws that the primitive types obey: null is tested on the
 * raw value. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kiwi/load.h>
#include <kiwi/schema.h>
#include <kiwi/types.h>

/** Longest head of a record: a data frame is at most 65,534 words, its head cannot be longer. */
#define KIWI_MAXIMUM_HEAD (65535 * 2 + 64)

static inline void kiwi_store8(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)value;
}

static inline void kiwi_store16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static inline void kiwi_store24(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 16);
    kiwi_store16(bytes + 1, value);
}

static inline void kiwi_store32(uint8_t *bytes, uint32_t value)
{
    kiwi_store16(bytes, value >> 16);
    kiwi_store16(bytes + 2, value);
}

static inline void kiwi_store32_little(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static inline bool kiwi_store_words16(uint8_t *bytes, uint64_t value)
{
    kiwi_store16(bytes, value == KIWI_NULL ? 0xFFFF : (uint32_t)(value / 2));
    return value == KIWI_NULL || (value % 2 == 0 && value / 2 < 0xFFFF);
}

static inline bool kiwi_store_words32(uint8_t *bytes, uint64_t value)
{
    kiwi_store32(bytes, value == KIWI_NULL ? UINT32_MAX : (uint32_t)(value / 2));
    return value == KIWI_NULL || (value % 2 == 0 && value / 2 < UINT32_MAX);
}

/** Numbers of which a reader adds one to what is stored. */
static inline bool kiwi_store_less_one8(uint8_t *bytes, uint32_t value)
{
    kiwi_store8(bytes, value - 1);
    return value - 1 <= 0xFF;
}

static inline bool kiwi_store_less_one16(uint8_t *bytes, uint32_t value)
{
    kiwi_store16(bytes, value - 1);
    return value - 1 <= 0xFFFF;
}

/** A size for expressions of the schema, where null is -1. */
static inline int64_t kiwi_number(uint64_t value)
{
    return (int64_t)value;
}

static inline uint32_t kiwi_bit_mask(unsigned high, unsigned low)
{
    return UINT32_MAX >> (31 - (high - low));
}

/** Puts value into bits high..low of a word; false if it does not fit. */
static inline bool kiwi_put_bits(uint32_t *word, int64_t value, unsigned high, unsigned low)
{
    uint32_t mask = kiwi_bit_mask(high, low);
    *word |= ((uint32_t)value & mask) << low;
    return value >= 0 && value <= (int64_t)mask;
}

static inline bool kiwi_put_signed(uint32_t *word, int64_t value, unsigned high, unsigned low)
{
    int64_t limit = INT64_C(1) << (high - low);
    *word |= ((uint32_t)value & kiwi_bit_mask(high, low)) << low;
    return value >= -limit && value < limit;
}

static inline bool kiwi_put_words(uint32_t *word, uint64_t bytes, unsigned high, unsigned low)
{
    return kiwi_put_bits(word, bytes > INT32_MAX ? -1 : (int64_t)(bytes / 2), high, low) && bytes % 2 == 0;
}

static inline struct kiwi_pid kiwi_load_pid(const uint8_t *bytes)
{
    return (struct kiwi_pid){kiwi_load24(bytes), kiwi_load24(bytes + 4), bytes[3], bytes[7]};
}

static inline bool kiwi_store_pid(uint8_t *bytes, const struct kiwi_pid *pid)
{
    kiwi_store24(bytes, pid->latitude);
    bytes[3] = pid->latitude_expansion;
    kiwi_store24(bytes + 4, pid->longitude);
    bytes[7] = pid->longitude_expansion;
    return pid->latitude <= 0xFFFFFF && pid->longitude <= 0xFFFFFF;
}

static inline struct kiwi_mid kiwi_load_mid(const uint8_t *bytes)
{
    return (struct kiwi_mid){kiwi_load_pid(bytes), (int8_t)bytes[8], bytes[9],
                             (uint16_t)kiwi_load16(bytes + 10)};
}

static inline bool kiwi_store_mid(uint8_t *bytes, const struct kiwi_mid *mid)
{
    bytes[8] = (uint8_t)mid->floor;
    bytes[9] = mid->reserved;
    kiwi_store16(bytes + 10, mid->date);
    return kiwi_store_pid(bytes, &mid->position);
}

static inline bool kiwi_any(const uint8_t *bytes, uint64_t length)
{
    uint8_t all = 0;
    for (uint64_t i = 0; i < length; i++)
        all |= bytes[i];
    return all != 0;
}

/** text(offset) of the schema: characters of ASCII and NULs, of which the first is a letter. */
static inline bool kiwi_is_text(const uint8_t *bytes, uint64_t length)
{
    bool text = length > 0 && (uint8_t)((bytes[0] | 0x20) - 'a') < 26;
    for (uint64_t i = 0; i < length; i++)
        text = text && (bytes[i] == 0 || (bytes[i] >= 0x20 && bytes[i] < 0x7F));
    return text;
}

/** fits(length, space) of the schema: what is there is taken whole or not at all. */
static inline int64_t kiwi_fits(int64_t length, int64_t space)
{
    return length <= space ? length : 0;
}

/** Begins a layout with the fixed part; returns its size. */
static inline uint64_t kiwi_layout_start(struct kiwi_layout *layout, uint32_t size)
{
    layout->start[0] = 0;
    layout->length[0] = layout->head = size;
    return size;
}

/** Appends a run to a layout; a length below zero is none. False if it does not fit. */
static inline bool kiwi_layout_run(struct kiwi_layout *layout, unsigned run, int64_t length,
                                   uint64_t *position, uint64_t available)
{
    uint64_t size = length < 0 ? 0 : (uint64_t)length;
    layout->start[run] = (uint32_t)*position;
    layout->length[run] = 0;
    if (size > available - *position)
        return false;
    layout->length[run] = (uint32_t)size;
    *position += size;
    layout->head = (uint32_t)*position;
    return true;
}

/** What a part's own function found out, but for the arguments: the others stay as they are. */
static inline void kiwi_set_part(struct kiwi_part_values *values, bool present, int64_t count, int64_t stride,
                                 int64_t length, int64_t offset)
{
    values->present = present;
    values->count = count;
    values->stride = stride;
    values->length = length;
    values->offset = offset;
}

/** The bytes of a run, and how many; none where it is absent. */
static inline uint32_t kiwi_view_run(const struct kiwi_layout *layout, unsigned run, const uint8_t *bytes,
                                     const uint8_t **view)
{
    *view = layout->length[run] != 0 ? bytes + layout->start[run] : NULL;
    return layout->length[run];
}

/** Copies a run to position, if it has the length that the schema wants (below zero is none) and there is
 * room. */
static inline bool kiwi_encode_run(uint8_t *bytes, uint64_t capacity, uint64_t *position, const uint8_t *run,
                                   uint32_t length, int64_t wanted)
{
    if (length != (wanted < 0 ? 0 : wanted) || length > capacity - *position)
        return false;
    if (length != 0)
        memcpy(bytes + *position, run, length);
    *position += length;
    return true;
}

/** The law of the schema: what has been encoded again is what the fields of the record were. */
static inline bool kiwi_is_again(const struct kiwi_record_type *type, const uint8_t *bytes, uint64_t length,
                                 const uint64_t *arguments, const uint8_t *again, size_t size)
{
    struct kiwi_layout layout;
    layout.head = type->fixed_size;
    if (type->layout && !type->layout(bytes, length, arguments, &layout))
        return false;
    return size == layout.head && memcmp(again, bytes, size) == 0;
}

/** A record's function that tries the law; behind the name stand the arguments of its decode and encode: size
 * and those of the record. */
#define KIWI_ROUND_TRIP(name, ...)                                                                  \
    static bool round_trip_##name(const uint8_t *bytes, uint64_t length, const uint64_t *arguments) \
    {                                                                                               \
        struct kiwi_##name record;                                                                  \
        uint8_t again[KIWI_MAXIMUM_HEAD];                                                           \
        {                                                                                           \
            uint64_t size = length;                                                                 \
            if (!kiwi_##name##_decode(&record, bytes, __VA_ARGS__))                                 \
                return false;                                                                       \
        }                                                                                           \
        size_t size = sizeof again;                                                                 \
        size = kiwi_##name##_encode(&record, again, __VA_ARGS__);                                   \
        return kiwi_is_again(&kiwi_type_##name, bytes, length, arguments, again, size);             \
    }

/** All that such a function calls is made part of it. */
#define KIWI_FLAT __attribute__((flatten))
/** Such a function is made part of none, so that who seldom calls it stays short. */
#define KIWI_APART __attribute__((noinline))

/* Parts of records whose measure is taken; see kiwi_measure. False where the engine has something to report.
 */

static inline bool kiwi_measure_bytes(const uint8_t *bytes, uint64_t end,
                                      const struct kiwi_part_values *values, bool unknown,
                                      struct kiwi_account *account, uint64_t *position)
{
    uint64_t length = values->present && values->length > 0 ? (uint64_t)values->length : 0;
    if (length > end - *position || (!unknown && kiwi_any(bytes + *position, length)))
        return false;
    if (unknown)
        account->unknown += length;
    else
        account->reserved += length;
    *position += length;
    return true;
}

static inline void kiwi_account_add(struct kiwi_account *account, const struct kiwi_account *one,
                                    uint64_t count)
{
    account->field += one->field * count;
    account->reserved += one->reserved * count;
    account->unknown += one->unknown * count;
}

/** uniform: all records measure as the first one does. */
static inline bool kiwi_measure_table(const uint8_t *bytes, uint64_t end,
                                      const struct kiwi_part_values *values, kiwi_measure *measure,
                                      bool uniform, struct kiwi_account *account, uint64_t *position)
{
    uint64_t length = values->length == -1 ? end - *position : (uint64_t)values->length;
    if (!values->present || values->count <= 0 || values->stride <= 0 || values->length < -1)
        return true;
    uint64_t stride = (uint64_t)values->stride;
    uint64_t all;
    if (length > end - *position || __builtin_mul_overflow((uint64_t)values->count, stride, &all) ||
        all > length)
        return false;
    if (uniform) {
        struct kiwi_account one = {0};
        if (measure(bytes + *position, stride, values->arguments, &one) != stride)
            return false;
        kiwi_account_add(account, &one, (uint64_t)values->count);
        *position += all;
        return true;
    }
    for (int64_t i = 0; i < values->count; i++, *position += stride)
        if (measure(bytes + *position, stride, values->arguments, account) != stride)
            return false;
    return true;
}

/** exact: the part says its length, so its records must fill it. */
static inline bool kiwi_measure_list(const uint8_t *bytes, uint64_t end,
                                     const struct kiwi_part_values *values, kiwi_measure *measure, bool exact,
                                     struct kiwi_account *account, uint64_t *position)
{
    uint64_t length = values->length == -1 ? end - *position : (uint64_t)values->length;
    if (!values->present || values->count <= 0 || values->length < -1)
        return !exact || values->length <= 0;
    if (length > end - *position)
        return false;
    uint64_t part_end = *position + length;
    for (int64_t i = 0; i < values->count; i++) {
        uint64_t size = measure(bytes + *position, part_end - *position, values->arguments, account);
        if (size == 0)
            return false;
        *position += size;
    }
    return !exact || *position == part_end;
}

#endif
