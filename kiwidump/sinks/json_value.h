/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_JSON_VALUE_H
#define KIWIDUMP_JSON_VALUE_H

#include "kiwidump/features/feature.h"
#include "common/json.h"

/** The value of a property as JSON, with all that stands within it. */
enum kiwi_status json_value(struct json *json, const struct property *property, struct kiwi_error *error);

#endif
