/* SPDX-License-Identifier: MIT */
#ifndef KIWI_VALUE_H
#define KIWI_VALUE_H

/* What the raw bytes of a field mean, according to the tables of the schema. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>
#include <kiwi/schema.h>
#include <kiwi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of text that are converted; longer ones are whole ASCII files, to be shown as they are. */
enum { KIWI_TEXT_LIMIT = 1024 };

enum kiwi_value_kind {
    KIWI_VALUE_NONE,         /**< the field's null */
    KIWI_VALUE_FLAG,         /**< number is 0 or 1 */
    KIWI_VALUE_NUMBER,       /**< number; displacements and sizes in words are bytes already */
    KIWI_VALUE_CODE,         /**< raw; its name is in the field's enumeration */
    KIWI_VALUE_ANGLE,        /**< number is signed 1/8 seconds, see kiwi_eighths_degrees() */
    KIWI_VALUE_ADDRESS,      /**< number is a byte offset in the file that holds the target */
    KIWI_VALUE_SIZE,         /**< number is bytes, raw logical sectors */
    KIWI_VALUE_DATE,         /**< raw is days since 1997-01-01 */
    KIWI_VALUE_POSITION,     /**< bytes of a PID, see kiwi_value_position() and kiwi_pid_place() */
    KIWI_VALUE_MANUFACTURER, /**< bytes of a MID */
    KIWI_VALUE_TEXT,         /**< bytes without the NULs at their end, see kiwi_disc_text() */
    KIWI_VALUE_STEPS,        /**< bytes: pairs of signed bytes */
    KIWI_VALUE_NUMBERS,      /**< bytes: big-endian numbers of the field's width */
    KIWI_VALUE_BYTES,
};

struct kiwi_value {
    enum kiwi_value_kind kind;
    uint32_t raw; /**< of what is no array of bytes */
    int64_t number;
    const uint8_t *bytes; /**< inside the record */
    size_t length;        /**< of bytes */
};

/** Where a field lies: *offset counts from the first byte of the record. False if it is absent. */
KIWI_API bool kiwi_field_place(const struct kiwi_field *field, const struct kiwi_layout *layout,
                               size_t *offset, size_t *length);

/** The number in the bits of a field that is a word or a part of one; bytes are those at its place. */
KIWI_API uint32_t kiwi_field_raw(const struct kiwi_field *field, const uint8_t *bytes);

/** The value of a field of the record at bytes. False if the field is absent; value then has no bytes. */
KIWI_API bool kiwi_field_value(const struct kiwi_field *field, const uint8_t *bytes,
                               const struct kiwi_layout *layout, struct kiwi_sectors sectors,
                               struct kiwi_value *value);

/** What the bytes of a KIWI_VALUE_POSITION and of a KIWI_VALUE_MANUFACTURER consist of. */
KIWI_API struct kiwi_pid kiwi_value_position(const uint8_t *bytes);
KIWI_API struct kiwi_mid kiwi_value_manufacturer(const uint8_t *bytes);

/** The number at bytes, one of KIWI_VALUE_NUMBERS. */
KIWI_API uint32_t kiwi_value_element(const struct kiwi_field *field, const uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
