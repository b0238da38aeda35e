/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_RECIPE_H
#define KIWIPATCH_RECIPE_H

/* A patch as a JSON file. recipe.schema.json describes it for people and editors; this reader refuses more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checksum.h"
#include "common/failure.h"
#include "hash.h"

enum { RECIPE_VERSION = 1 };

enum step_kind { STEP_TEXT, STEP_PATTERN, STEP_NUMBER, STEP_FIELD, STEP_MODULE, STEP_PICTURE, STEP_CHECKSUM };

enum pad { PAD_NONE, PAD_SPACE, PAD_NUL, PAD_CENTRE };

/** Bytes with a bit mask each: mask bits that are 0 match anything, and keep what is there. */
struct pattern {
    uint8_t *bytes, *mask;
    size_t length;
};

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_TEXT, VALUE_BYTES };

/** Of a field. */
struct field_value {
    enum value_kind kind;
    int64_t number;
    char *text;
    struct pattern bytes;
};

struct step {
    enum step_kind kind;
    char *why;
    bool has_at, has_range;
    uint64_t at;       /* from the first byte of the module, or of the file if the recipe names no module */
    uint64_t from, to; /* the search is limited to it */
    uint64_t expect;   /* hits */
    struct pattern find, replace; /* of the same length; empty for texts until their encoding is known */
    char *text, *text_replace, *encoding;
    enum pad pad;
    char *path; /* of a field */
    struct field_value old_value, new_value;
    char *content;             /* file with the new bytes, beside the recipe */
    char *sha256, *old_sha256; /* of the new bytes, and of the old ones (may be NULL) */
    bool boot;                 /* the rule of boot.h; there is no block then */
    struct checksum_rule rule;
    uint64_t length; /* of the block that is summed, with its value */
};

struct recipe {
    char *folder; /* that it lies in */
    char *id, *title, *author, *licence, *risk;
    char *file;             /* on the disc; NULL: LOADING.KWI */
    char *module, *version; /* of LOADING.KWI, or NULL */
    bool has_size;
    uint64_t size; /* of the module, or of the file; so the hashes */
    char *sha256, *md5;
    char *result_sha256;
    struct step *steps;
    size_t step_count;
};

bool recipe_read(struct recipe *recipe, const char *path, struct failure *failure);
/** For tests and import: text ends with NUL at length. folder is where contents are looked for. */
bool recipe_parse(struct recipe *recipe, const char *name, const char *folder, const char *text,
                  size_t length, struct failure *failure);
void recipe_free(struct recipe *recipe);

/** Hex digits with ? for any nibble; blanks between bytes are allowed. */
bool pattern_read(const char *text, struct pattern *pattern);
void pattern_free(struct pattern *pattern);

#endif
