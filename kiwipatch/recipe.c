/* SPDX-License-Identifier: MIT */
/* Reads recipes; everything that is not understood is refused. */
#include "recipe.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "boot.h"
#include "common/files.h"
#include "common/json_node.h"
#include "common/read_file.h"

/** Text that is needed must not be empty. */
static bool get_text(const struct json_node *node, const char *key, bool needed, char **result)
{
    if (!needed && !json_has(node, key))
        return true;
    if (!json_read_string(node, key, result))
        return false;
    if (!needed || (*result)[0])
        return true;
    free(*result);
    *result = NULL;
    return json_complain(node, key, "must not be empty");
}

/** 0..2^53-1, which every JSON reader holds. */
static bool get_unsigned(const struct json_node *node, const char *key, bool needed, bool *has,
                         uint64_t *result)
{
    struct json_object *value;
    if (!json_get(node, key, json_type_int, needed, &value))
        return false;
    if (has)
        *has = value;
    if (!value)
        return true;
    int64_t number = json_object_get_int64(value);
    if (number < 0 || number >= INT64_C(1) << 53)
        return json_complain(node, key, "must lie in 0..9007199254740991");
    *result = (uint64_t)number;
    return true;
}

static bool get_hash(const struct json_node *node, const char *key, bool needed, size_t digits, char **result)
{
    if (!get_text(node, key, needed, result))
        return false;
    if (!*result)
        return true;
    if (strlen(*result) != digits || strspn(*result, "0123456789abcdefABCDEF") != digits)
        return json_complain(node, key, digits == 64 ? "must be 64 hex digits" : "must be 32 hex digits");
    for (char *c = *result; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return true;
}

/* Patterns. */

void pattern_free(struct pattern *pattern)
{
    free(pattern->bytes);
    free(pattern->mask);
    *pattern = (struct pattern){0};
}

static bool allocate_pattern(struct pattern *pattern, size_t length)
{
    pattern->bytes = calloc(length + 1, 1);
    pattern->mask = calloc(length + 1, 1);
    pattern->length = length;
    return pattern->bytes && pattern->mask;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c == '?'             ? 16
                                  : -1;
}

bool pattern_read(const char *text, struct pattern *pattern)
{
    if (!allocate_pattern(pattern, strlen(text) / 2 + 1))
        return false;
    pattern->length = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        int high = nibble(text[0]);
        int low = high < 0 ? -1 : nibble(text[1]);
        if (low < 0)
            return false;
        pattern->bytes[pattern->length] = (uint8_t)((high & 15) << 4 | (low & 15));
        pattern->mask[pattern->length++] = (uint8_t)((high == 16 ? 0 : 0xF0) | (low == 16 ? 0 : 0x0F));
        text++;
    }
    return pattern->length > 0;
}

static bool get_pattern(const struct json_node *node, const char *key, bool wildcards,
                        struct pattern *pattern)
{
    char *text = NULL;
    bool done = get_text(node, key, true, &text);
    if (done && !pattern_read(text, pattern))
        done = json_complain(node, key,
                             wildcards ? "must be pairs of hex digits or ?" : "must be pairs of hex digits");
    for (size_t i = 0; done && !wildcards && i < pattern->length; i++)
        done = pattern->mask[i] == 0xFF || json_complain(node, key, "must be pairs of hex digits");
    free(text);
    return done;
}

/* Steps. */

static const char *const encodings_hint = "ascii, utf-16le, utf-16be, disc, or another name that iconv knows";

static bool read_text(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why",     "at",       "from", "to", "expect",
                                       "find", "replace", "encoding", "pad",  NULL};
    static const char *const pads[] = {"none", "space", "nul", "centre"};
    char *pad = NULL;
    if (!json_only_keys(node, keys) || !get_text(node, "find", true, &step->text) ||
        !get_text(node, "replace", false, &step->text_replace) ||
        !get_text(node, "encoding", true, &step->encoding))
        return false;
    if (!step->text_replace)
        return json_complain(node, "replace", "is missing");
    if (strlen(step->encoding) > 40)
        return json_complain(node, "encoding", encodings_hint);
    if (!get_text(node, "pad", true, &pad))
        return false;
    bool known = false;
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(pads[i], pad) == 0) {
            step->pad = (enum pad)i;
            known = true;
        }
    }
    free(pad);
    return known || json_complain(node, "pad", "must be none, space, nul or centre");
}

/** mask, of find only: bits that are 0 match anything, besides the wildcards. */
static bool read_mask(const struct json_node *node, struct pattern *find)
{
    struct pattern mask = {0};
    if (!json_object_object_get_ex(node->object, "mask", NULL))
        return true;
    bool done = get_pattern(node, "mask", false, &mask);
    if (done && mask.length != find->length)
        done = json_complain(node, "mask", "must be as long as \"find\"");
    for (size_t i = 0; done && i < mask.length; i++)
        find->mask[i] &= mask.bytes[i];
    pattern_free(&mask);
    return done;
}

static bool read_pattern(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step",   "why",  "at",   "from",    "to",
                                       "expect", "find", "mask", "replace", NULL};
    if (!json_only_keys(node, keys) || !get_pattern(node, "find", true, &step->find) ||
        !read_mask(node, &step->find) || !get_pattern(node, "replace", true, &step->replace))
        return false;
    return step->find.length == step->replace.length ||
           json_complain(node, "replace", "must be as long as \"find\"");
}

static bool number_pattern(const struct json_node *node, const char *key, unsigned width, bool little,
                           struct pattern *pattern)
{
    struct json_object *value;
    if (!json_get(node, key, json_type_int, true, &value))
        return false;
    int64_t number = json_object_get_int64(value);
    uint64_t bits = number < 0 ? (uint64_t)number : json_object_get_uint64(value);
    if (width < 8 && (number < 0 ? number < -(INT64_C(1) << (8 * width - 1)) : bits >> 8 * width != 0))
        return json_complain(node, key, "does not fit its width");
    if (!allocate_pattern(pattern, width))
        return refuse_memory(node->failure);
    for (unsigned i = 0; i < width; i++) {
        pattern->bytes[little ? i : width - 1 - i] = (uint8_t)(bits >> 8 * i);
        pattern->mask[i] = 0xFF;
    }
    return true;
}

static bool read_number(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step",  "why",    "at",  "from", "to", "expect",
                                       "width", "endian", "old", "new",  NULL};
    uint64_t width = 0;
    char *endian = NULL;
    if (!json_only_keys(node, keys) || !get_unsigned(node, "width", true, NULL, &width))
        return false;
    if (width != 1 && width != 2 && width != 3 && width != 4 && width != 8)
        return json_complain(node, "width", "must be 1, 2, 3, 4 or 8 bytes");
    if (!get_text(node, "endian", true, &endian))
        return false;
    bool little = strcmp(endian, "little") == 0;
    bool known = little || strcmp(endian, "big") == 0;
    free(endian);
    if (!known)
        return json_complain(node, "endian", "must be big or little");
    return number_pattern(node, "old", (unsigned)width, little, &step->find) &&
           number_pattern(node, "new", (unsigned)width, little, &step->replace);
}

static bool read_value(const struct json_node *node, const char *key, struct field_value *value)
{
    static const char *const keys[] = {"hex", NULL};
    struct json_node inner = *node;
    if (!json_object_object_get_ex(node->object, key, &inner.object))
        return json_complain(node, key, "is missing");
    switch (json_object_get_type(inner.object)) {
    case json_type_int: value->kind = VALUE_NUMBER; return json_read_number(node, key, &value->number);
    case json_type_string: value->kind = VALUE_TEXT; return get_text(node, key, false, &value->text);
    case json_type_object:
        value->kind = VALUE_BYTES;
        return json_only_keys(&inner, keys) && get_pattern(&inner, "hex", false, &value->bytes);
    default: return json_complain(node, key, "must be a number, a text or {\"hex\": ...}");
    }
}

static bool read_field(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "path", "old", "new", NULL};
    return json_only_keys(node, keys) && get_text(node, "path", true, &step->path) &&
           read_value(node, "old", &step->old_value) && read_value(node, "new", &step->new_value);
}

static bool read_content(const struct json_node *node, struct step *step)
{
    return get_text(node, "content", true, &step->content) &&
           get_hash(node, "sha256", true, 64, &step->sha256) &&
           get_hash(node, "old_sha256", false, 64, &step->old_sha256);
}

static bool read_module(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "content", "sha256", "old_sha256", NULL};
    return json_only_keys(node, keys) && read_content(node, step);
}

static bool read_picture(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "at", "content", "sha256", "old_sha256", NULL};
    if (!json_only_keys(node, keys) || !read_content(node, step))
        return false;
    return step->has_at || json_complain(node, "at", "is missing");
}

static bool read_checksum(const struct json_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "at", "length", "rule", NULL};
    char *rule = NULL;
    struct failure why;
    bool has_length = false;
    if (!json_only_keys(node, keys) || !get_unsigned(node, "length", false, &has_length, &step->length) ||
        !get_text(node, "rule", true, &rule))
        return false;
    step->boot = strcmp(rule, BOOT_RULE) == 0;
    if (step->boot) {
        free(rule);
        return (!has_length && !step->has_at) ||
               json_complain(node, "rule", "knows its block: \"at\" and \"length\" do not go with it");
    }
    bool done = checksum_rule_read(rule, &step->rule, &why);
    free(rule);
    if (!done)
        return json_complain(node, "rule", why.text);
    if (!has_length)
        return json_complain(node, "length", "is missing");
    if (step->length <= CHECKSUM_SIZE + step->rule.skip)
        return json_complain(node, "length", "has no room for a checksum");
    return step->has_at || json_complain(node, "at", "is missing");
}

static bool read_range(const struct json_node *node, struct step *step)
{
    bool has_from = false;
    bool has_to = false;
    bool has_expect = false;
    step->expect = 1;
    step->to = UINT64_MAX;
    if (!get_text(node, "why", false, &step->why) ||
        !get_unsigned(node, "at", false, &step->has_at, &step->at) ||
        !get_unsigned(node, "from", false, &has_from, &step->from) ||
        !get_unsigned(node, "to", false, &has_to, &step->to) ||
        !get_unsigned(node, "expect", false, &has_expect, &step->expect))
        return false;
    step->has_range = has_from || has_to;
    if (step->has_at && (step->has_range || has_expect))
        return json_complain(node, "at", "does not go together with \"from\", \"to\" or \"expect\"");
    if (has_expect && (step->expect == 0 || step->expect > 65536))
        return json_complain(node, "expect", "must lie in 1..65536");
    return step->from < step->to || json_complain(node, "to", "must be greater than \"from\"");
}

static bool read_step(const struct json_node *node, struct step *step)
{
    static const struct {
        const char *name;
        bool (*read)(const struct json_node *node, struct step *step);
    } kinds[] = {[STEP_TEXT] = {"text", read_text},
                 [STEP_PATTERN] = {"pattern", read_pattern},
                 [STEP_NUMBER] = {"number", read_number},
                 [STEP_FIELD] = {"field", read_field},
                 [STEP_MODULE] = {"module", read_module},
                 [STEP_PICTURE] = {"picture", read_picture},
                 [STEP_CHECKSUM] = {"checksum", read_checksum}};
    char *name = NULL;
    if (!get_text(node, "step", true, &name))
        return false;
    size_t kind = 0;
    while (kind < sizeof kinds / sizeof kinds[0] && strcmp(kinds[kind].name, name) != 0)
        kind++;
    free(name);
    if (kind == sizeof kinds / sizeof kinds[0])
        return json_complain(node, "step",
                             "must be text, pattern, number, field, module, picture or checksum");
    step->kind = (enum step_kind)kind;
    return read_range(node, step) && kinds[kind].read(node, step);
}

static bool read_steps(const struct json_node *root, struct recipe *recipe)
{
    struct json_object *array;
    if (!json_get(root, "steps", json_type_array, true, &array))
        return false;
    size_t count = json_object_array_length(array);
    if (count == 0)
        return json_complain(root, "steps", "must not be empty");
    recipe->steps = calloc(count, sizeof *recipe->steps);
    if (!recipe->steps)
        return refuse_memory(root->failure);
    for (size_t i = 0; i < count; i++) {
        struct json_node node = *root;
        node.object = json_object_array_get_idx(array, i);
        snprintf(node.where, sizeof node.where, "\"steps\"[%zu]", i);
        if (!json_object_is_type(node.object, json_type_object))
            return refuse(root->failure, EXIT_INPUT, "%.200s: %s: must be an object", root->name, node.where);
        recipe->step_count++;
        if (!read_step(&node, &recipe->steps[i]))
            return false;
    }
    return true;
}

static bool read_for(const struct json_node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"file", "module", "version", "size", "sha256", "md5", NULL};
    struct json_node node = *root;
    if (!json_get(root, "for", json_type_object, true, &node.object))
        return false;
    snprintf(node.where, sizeof node.where, "\"for\"");
    if (!json_only_keys(&node, keys) || !get_text(&node, "file", false, &recipe->file) ||
        !get_text(&node, "module", false, &recipe->module) ||
        !get_text(&node, "version", false, &recipe->version) ||
        !get_unsigned(&node, "size", false, &recipe->has_size, &recipe->size) ||
        !get_hash(&node, "sha256", false, 64, &recipe->sha256) ||
        !get_hash(&node, "md5", false, 32, &recipe->md5))
        return false;
    if (recipe->version && !recipe->module)
        return json_complain(&node, "version", "needs \"module\"");
    if (!recipe->sha256 && !recipe->md5 && !recipe->version)
        return json_complain(root, "for",
                             "must tell what it is for: \"sha256\", \"md5\", or \"module\" with \"version\"");
    return true;
}

static bool read_result(const struct json_node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"sha256", NULL};
    struct json_node node = *root;
    if (!json_get(root, "result", json_type_object, false, &node.object))
        return false;
    snprintf(node.where, sizeof node.where, "\"result\"");
    return !node.object ||
           (json_only_keys(&node, keys) && get_hash(&node, "sha256", true, 64, &recipe->result_sha256));
}

static bool read_root(const struct json_node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"kiwipatch", "id",  "title", "author", "licence",
                                       "risk",      "for", "steps", "result", NULL};
    uint64_t version = 0;
    if (!json_only_keys(root, keys) || !get_unsigned(root, "kiwipatch", true, NULL, &version))
        return false;
    if (version != RECIPE_VERSION)
        return json_complain(root, "kiwipatch", "must be 1");
    if (!get_text(root, "id", true, &recipe->id) || !get_text(root, "title", true, &recipe->title) ||
        !get_text(root, "author", false, &recipe->author) ||
        !get_text(root, "licence", false, &recipe->licence) || !get_text(root, "risk", false, &recipe->risk))
        return false;
    return read_for(root, recipe) && read_steps(root, recipe) && read_result(root, recipe);
}

bool recipe_parse(struct recipe *recipe, const char *name, const char *folder, const char *text,
                  size_t length, struct failure *failure)
{
    struct json_node root = {.name = name, .failure = failure};
    *recipe = (struct recipe){0};
    root.object = json_parse_object(name, text, length, failure);
    if (!root.object)
        return false;
    recipe->folder = strdup(folder);
    bool done = recipe->folder ? read_root(&root, recipe) : refuse_memory(failure);
    json_object_put(root.object);
    if (!done)
        recipe_free(recipe);
    return done;
}

bool recipe_read(struct recipe *recipe, const char *path, struct failure *failure)
{
    char *text;
    size_t length;
    char folder[FILES_PATH_LIMIT];
    *recipe = (struct recipe){0};
    if (!read_file(path, JSON_FILE_LIMIT - 1, &text, &length, failure))
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)(kiwi_host_name(path) - path), path);
    bool done = recipe_parse(recipe, path, folder, text, length, failure);
    free(text);
    return done;
}

static void free_step(struct step *step)
{
    free(step->why);
    pattern_free(&step->find);
    pattern_free(&step->replace);
    free(step->text);
    free(step->text_replace);
    free(step->encoding);
    free(step->path);
    free(step->old_value.text);
    pattern_free(&step->old_value.bytes);
    free(step->new_value.text);
    pattern_free(&step->new_value.bytes);
    free(step->content);
    free(step->sha256);
    free(step->old_sha256);
}

void recipe_free(struct recipe *recipe)
{
    char *texts[] = {recipe->folder,  recipe->id,     recipe->title, recipe->author,
                     recipe->licence, recipe->risk,   recipe->file,  recipe->module,
                     recipe->version, recipe->sha256, recipe->md5,   recipe->result_sha256};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    for (size_t i = 0; i < recipe->step_count; i++)
        free_step(&recipe->steps[i]);
    free(recipe->steps);
    *recipe = (struct recipe){0};
}
