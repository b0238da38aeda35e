/* SPDX-License-Identifier: MIT */
/* The members that every feature begins with. */
#include "feature_source.h"

void feature_head(struct json *json, struct output *output, const struct kiwi_file *file, uint64_t offset)
{
    char number[24];
    char *end = format_unsigned(number, offset);
    *json = (struct json){.output = output, .depth = 1}; /* no line feed behind a feature */
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "Feature");
    json_key(json, "id");
    output_char(output, '"');
    output_escaped(output, file->path, strlen(file->path));
    output_char(output, ':');
    output_bytes(output, number, (size_t)(end - number));
    output_char(output, '"');
    json->after_key = false;
}
