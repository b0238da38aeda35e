/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_VALUE_H
#define KIWIDUMP_VALUE_H

#include <kiwi/kiwi.h>

#include "common/json.h"

/** What is needed to say what raw values mean. */
struct values {
    struct kiwi_disc *disc;
    struct kiwi_sectors sectors;
};

/** The fields of a record as one JSON object; reserved fields only where they are not zero. */
void value_fields(struct json *json, const struct values *values, const struct kiwi_record_type *type,
                  const uint8_t *bytes, const struct kiwi_layout *layout);

/** The value of one field that is present. */
void value_field(struct json *json, const struct values *values, const struct kiwi_field *field,
                 const uint8_t *bytes, const struct kiwi_layout *layout);

/** Members of an object that is open: where something stands. */
void value_site(struct json *json, const struct kiwi_file *file, uint64_t offset);

/** Degrees to 10^-7. */
void value_degrees(struct json *json, double degrees);

/** Longitude and latitude, the order of GeoJSON. */
void value_place(struct json *json, struct kiwi_place place);

/** West, south, east, north in degrees. */
void value_box(struct json *json, struct kiwi_box box);

/** Text in the charset of the disc without the NULs at its end. */
void value_text(struct json *json, struct kiwi_disc *disc, const uint8_t *bytes, size_t length);

#endif
