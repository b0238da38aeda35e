/* SPDX-License-Identifier: MIT */
/* JSON documents on standard output, and their usual members. */
#include "document.h"

#include <errno.h>
#include <string.h>

bool document_write(struct output *output, put_members *put, void *context, struct failure *failure)
{
    struct json json = {.output = output, .indent = true};
    json_begin_object(&json);
    if (!put(&json, context, failure))
        return false;
    json_end_object(&json);
    output_flush(output);
    if (output->error != 0 && output->error != EPIPE)
        return refuse(failure, EXIT_SYSTEM, "writing failed: %s", strerror(output->error));
    return true;
}

void put_hash(struct json *json, const char *key, const uint8_t hash[HASH_SIZE])
{
    char text[HASH_TEXT];
    hash_text(hash, text);
    put_text(json, key, text);
}

void put_number(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

void put_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    if (text)
        json_string(json, text);
    else
        json_null(json);
}

void put_bool(struct json *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}
