/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_DOCUMENT_H
#define KIWIPATCH_DOCUMENT_H

/* JSON documents of kiwipatch: indented, one object. */

#include "common/json.h"
#include "common/failure.h"
#include "hash.h"

typedef bool put_members(struct json *json, void *context, struct failure *failure);

/** Writes the object whose members put writes. A reader who closes the pipe early is no failure. */
bool document_write(struct output *output, put_members *put, void *context, struct failure *failure);

void put_hash(struct json *json, const char *key, const uint8_t hash[HASH_SIZE]);
void put_number(struct json *json, const char *key, uint64_t value);
/** null for NULL. */
void put_text(struct json *json, const char *key, const char *text);
void put_bool(struct json *json, const char *key, bool value);

#endif
