/* SPDX-License-Identifier: MIT */
/* Reads recipes; everything that is not understood is refused. */
#include "recipe.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/byte_order_mark.h"
#include "recipe_keys.h"

/** A place in the recipe: the object read and how to name it in a message. */
struct node {
    struct json_object *object;
    char where[48];
    const char *name;
    struct failure *failure;
};

static bool complain(const struct node *node, const char *key, const char *text)
{
    return refuse(node->failure, EXIT_INPUT, "%.200s: %s%s\"%.60s\": %s", node->name, node->where,
                  node->where[0] ? "." : "", key, text);
}

/** Every key of the object must be one of keys, which ends with NULL. */
static bool check_keys(const struct node *node, const char *const *keys)
{
    json_object_object_foreach(node->object, key, value)
    {
        size_t i = 0;
        (void)value;
        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (!keys[i])
            return complain(node, key, "unknown key");
    }
    return true;
}

/** The value, or NULL if there is none. False if it has another type, or is missing and needed. */
static bool get(const struct node *node, const char *key, enum json_type type, bool needed,
                struct json_object **value)
{
    static const char *const types[] = {[json_type_int] = "an integer",
                                        [json_type_string] = "a string",
                                        [json_type_object] = "an object",
                                        [json_type_array] = "an array",
                                        [json_type_boolean] = "true or false"};
    char text[40];
    *value = NULL;
    if (!json_object_object_get_ex(node->object, key, value))
        return !needed || complain(node, key, "is missing");
    snprintf(text, sizeof text, "must be %s", types[type]);
    return json_object_is_type(*value, type) || complain(node, key, text);
}

static bool copy_text(const struct node *node, const char *text, char **result)
{
    size_t length = strlen(text) + 1;
    *result = malloc(length);
    if (!*result)
        return refuse_memory(node->failure);
    memcpy(*result, text, length);
    return true;
}

static bool get_text(const struct node *node, const char *key, bool needed, char **result)
{
    struct json_object *value;
    if (!get(node, key, json_type_string, needed, &value))
        return false;
    if (!value)
        return true;
    if (strlen(json_object_get_string(value)) != (size_t)json_object_get_string_len(value))
        return complain(node, key, "must not contain NUL");
    if (needed && json_object_get_string_len(value) == 0)
        return complain(node, key, "must not be empty");
    return copy_text(node, json_object_get_string(value), result);
}

/** 0..2^53-1, which every JSON reader holds. */
static bool get_unsigned(const struct node *node, const char *key, bool needed, bool *has, uint64_t *result)
{
    struct json_object *value;
    if (!get(node, key, json_type_int, needed, &value))
        return false;
    if (has)
        *has = value;
    if (!value)
        return true;
    int64_t number = json_object_get_int64(value);
    if (number < 0 || number >= INT64_C(1) << 53)
        return complain(node, key, "must lie in 0..9007199254740991");
    *result = (uint64_t)number;
    return true;
}

static bool get_hash(const struct node *node, const char *key, bool needed, size_t digits, char **result)
{
    if (!get_text(node, key, needed, result))
        return false;
    if (!*result)
        return true;
    if (strlen(*result) != digits || strspn(*result, "0123456789abcdefABCDEF") != digits)
        return complain(node, key, digits == 64 ? "must be 64 hex digits" : "must be 32 hex digits");
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

static bool get_pattern(const struct node *node, const char *key, bool wildcards, struct pattern *pattern)
{
    char *text = NULL;
    bool done = get_text(node, key, true, &text);
    if (done && !pattern_read(text, pattern))
        done = complain(node, key,
                        wildcards ? "must be pairs of hex digits or ?" : "must be pairs of hex digits");
    for (size_t i = 0; done && !wildcards && i < pattern->length; i++)
        done = pattern->mask[i] == 0xFF || complain(node, key, "must be pairs of hex digits");
    free(text);
    return done;
}

/* Steps. */

static const char *const encodings_hint = "ascii, utf-16le, utf-16be, disc, or another name that iconv knows";

static bool read_text(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why",     "at",       "from", "to", "expect",
                                       "find", "replace", "encoding", "pad",  NULL};
    static const char *const pads[] = {"none", "space", "nul", "centre"};
    char *pad = NULL;
    if (!check_keys(node, keys) || !get_text(node, "find", true, &step->text) ||
        !get_text(node, "replace", false, &step->text_replace) ||
        !get_text(node, "encoding", true, &step->encoding))
        return false;
    if (!step->text_replace)
        return complain(node, "replace", "is missing");
    if (strlen(step->encoding) > 40)
        return complain(node, "encoding", encodings_hint);
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
    return known || complain(node, "pad", "must be none, space, nul or centre");
}

/** mask, of find only: bits that are 0 match anything, besides the wildcards. */
static bool read_mask(const struct node *node, struct pattern *find)
{
    struct pattern mask = {0};
    if (!json_object_object_get_ex(node->object, "mask", NULL))
        return true;
    bool done = get_pattern(node, "mask", false, &mask);
    if (done && mask.length != find->length)
        done = complain(node, "mask", "must be as long as \"find\"");
    for (size_t i = 0; done && i < mask.length; i++)
        find->mask[i] &= mask.bytes[i];
    pattern_free(&mask);
    return done;
}

static bool read_pattern(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step",   "why",  "at",   "from",    "to",
                                       "expect", "find", "mask", "replace", NULL};
    if (!check_keys(node, keys) || !get_pattern(node, "find", true, &step->find) ||
        !read_mask(node, &step->find) || !get_pattern(node, "replace", true, &step->replace))
        return false;
    return step->find.length == step->replace.length ||
           complain(node, "replace", "must be as long as \"find\"");
}

static bool number_pattern(const struct node *node, const char *key, unsigned width, bool little,
                           struct pattern *pattern)
{
    struct json_object *value;
    if (!get(node, key, json_type_int, true, &value))
        return false;
    int64_t number = json_object_get_int64(value);
    if (width < 8 && (number >= INT64_C(1) << 8 * width || number < -(INT64_C(1) << (8 * width - 1))))
        return complain(node, key, "does not fit its width");
    if (!allocate_pattern(pattern, width))
        return refuse_memory(node->failure);
    for (unsigned i = 0; i < width; i++) {
        pattern->bytes[little ? i : width - 1 - i] = (uint8_t)((uint64_t)number >> 8 * i);
        pattern->mask[i] = 0xFF;
    }
    return true;
}

static bool read_number(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step",  "why",    "at",  "from", "to", "expect",
                                       "width", "endian", "old", "new",  NULL};
    uint64_t width = 0;
    char *endian = NULL;
    if (!check_keys(node, keys) || !get_unsigned(node, "width", true, NULL, &width))
        return false;
    if (width != 1 && width != 2 && width != 3 && width != 4 && width != 8)
        return complain(node, "width", "must be 1, 2, 3, 4 or 8 bytes");
    if (!get_text(node, "endian", true, &endian))
        return false;
    bool little = strcmp(endian, "little") == 0;
    bool known = little || strcmp(endian, "big") == 0;
    free(endian);
    if (!known)
        return complain(node, "endian", "must be big or little");
    return number_pattern(node, "old", (unsigned)width, little, &step->find) &&
           number_pattern(node, "new", (unsigned)width, little, &step->replace);
}

static bool read_value(const struct node *node, const char *key, struct field_value *value)
{
    static const char *const keys[] = {"hex", NULL};
    struct node inner = *node;
    if (!json_object_object_get_ex(node->object, key, &inner.object))
        return complain(node, key, "is missing");
    switch (json_object_get_type(inner.object)) {
    case json_type_int:
        value->kind = VALUE_NUMBER;
        value->number = json_object_get_int64(inner.object);
        return true;
    case json_type_string: value->kind = VALUE_TEXT; return get_text(node, key, false, &value->text);
    case json_type_object:
        value->kind = VALUE_BYTES;
        return check_keys(&inner, keys) && get_pattern(&inner, "hex", false, &value->bytes);
    default: return complain(node, key, "must be a number, a text or {\"hex\": ...}");
    }
}

static bool read_field(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "path", "old", "new", NULL};
    return check_keys(node, keys) && get_text(node, "path", true, &step->path) &&
           read_value(node, "old", &step->old_value) && read_value(node, "new", &step->new_value);
}

static bool read_content(const struct node *node, struct step *step)
{
    return get_text(node, "content", true, &step->content) &&
           get_hash(node, "sha256", true, 64, &step->sha256) &&
           get_hash(node, "old_sha256", false, 64, &step->old_sha256);
}

static bool read_module(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "content", "sha256", "old_sha256", NULL};
    return check_keys(node, keys) && read_content(node, step);
}

static bool read_picture(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "at", "content", "sha256", "old_sha256", NULL};
    if (!check_keys(node, keys) || !read_content(node, step))
        return false;
    return step->has_at || complain(node, "at", "is missing");
}

static bool read_checksum(const struct node *node, struct step *step)
{
    static const char *const keys[] = {"step", "why", "at", "length", "rule", NULL};
    char *rule = NULL;
    struct failure why;
    if (!check_keys(node, keys) || !get_unsigned(node, "length", true, NULL, &step->length) ||
        !get_text(node, "rule", true, &rule))
        return false;
    bool done = checksum_rule_read(rule, &step->rule, &why);
    free(rule);
    if (!done)
        return complain(node, "rule", why.text);
    if (step->length <= CHECKSUM_SIZE + step->rule.skip)
        return complain(node, "length", "has no room for a checksum");
    return step->has_at || complain(node, "at", "is missing");
}

static bool read_range(const struct node *node, struct step *step)
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
        return complain(node, "at", "does not go together with \"from\", \"to\" or \"expect\"");
    if (has_expect && (step->expect == 0 || step->expect > 65536))
        return complain(node, "expect", "must lie in 1..65536");
    return step->from < step->to || complain(node, "to", "must be greater than \"from\"");
}

static bool read_step(const struct node *node, struct step *step)
{
    static const struct {
        const char *name;
        bool (*read)(const struct node *node, struct step *step);
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
        return complain(node, "step", "must be text, pattern, number, field, module, picture or checksum");
    step->kind = (enum step_kind)kind;
    return read_range(node, step) && kinds[kind].read(node, step);
}

static bool read_steps(const struct node *root, struct recipe *recipe)
{
    struct json_object *array;
    if (!get(root, "steps", json_type_array, true, &array))
        return false;
    size_t count = json_object_array_length(array);
    if (count == 0)
        return complain(root, "steps", "must not be empty");
    recipe->steps = calloc(count, sizeof *recipe->steps);
    if (!recipe->steps)
        return refuse_memory(root->failure);
    for (size_t i = 0; i < count; i++) {
        struct node node = *root;
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

static bool read_for(const struct node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"file", "module", "version", "size", "sha256", "md5", NULL};
    struct node node = *root;
    if (!get(root, "for", json_type_object, true, &node.object))
        return false;
    snprintf(node.where, sizeof node.where, "\"for\"");
    if (!check_keys(&node, keys) || !get_text(&node, "file", false, &recipe->file) ||
        !get_text(&node, "module", false, &recipe->module) ||
        !get_text(&node, "version", false, &recipe->version) ||
        !get_unsigned(&node, "size", false, &recipe->has_size, &recipe->size) ||
        !get_hash(&node, "sha256", false, 64, &recipe->sha256) ||
        !get_hash(&node, "md5", false, 32, &recipe->md5))
        return false;
    if (recipe->version && !recipe->module)
        return complain(&node, "version", "needs \"module\"");
    if (!recipe->sha256 && !recipe->md5 && !recipe->version)
        return complain(root, "for",
                        "must tell what it is for: \"sha256\", \"md5\", or \"module\" with \"version\"");
    return true;
}

static bool read_result(const struct node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"sha256", NULL};
    struct node node = *root;
    if (!get(root, "result", json_type_object, false, &node.object))
        return false;
    snprintf(node.where, sizeof node.where, "\"result\"");
    return !node.object ||
           (check_keys(&node, keys) && get_hash(&node, "sha256", true, 64, &recipe->result_sha256));
}

static bool read_root(const struct node *root, struct recipe *recipe)
{
    static const char *const keys[] = {"kiwipatch", "id",  "title", "author", "licence",
                                       "risk",      "for", "steps", "result", NULL};
    uint64_t version = 0;
    if (!json_object_is_type(root->object, json_type_object))
        return refuse(root->failure, EXIT_INPUT, "%.200s: must be an object", root->name);
    if (!check_keys(root, keys) || !get_unsigned(root, "kiwipatch", true, NULL, &version))
        return false;
    if (version != RECIPE_VERSION)
        return complain(root, "kiwipatch", "must be 1");
    if (!get_text(root, "id", true, &recipe->id) || !get_text(root, "title", true, &recipe->title) ||
        !get_text(root, "author", false, &recipe->author) ||
        !get_text(root, "licence", false, &recipe->licence) || !get_text(root, "risk", false, &recipe->risk))
        return false;
    return read_for(root, recipe) && read_steps(root, recipe) && read_result(root, recipe);
}

static struct json_object *parse_strictly(const char *name, const char *text, size_t length,
                                          struct failure *failure)
{
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_LIMIT);
    struct json_object *object = NULL;
    if (!tokener) {
        refuse_memory(failure);
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    if (length < RECIPE_LIMIT)
        object = json_tokener_parse_ex(tokener, text, (int)length + 1);
    if (!object)
        refuse(failure, EXIT_INPUT, "%.200s: byte %zu: %s", name, json_tokener_get_parse_end(tokener),
               json_tokener_error_desc(json_tokener_get_error(tokener)));
    json_tokener_free(tokener);
    return object;
}

bool recipe_parse(struct recipe *recipe, const char *name, const char *folder, const char *text,
                  size_t length, struct failure *failure)
{
    struct node root = {.name = name, .failure = failure};
    *recipe = (struct recipe){0};
    root.object = parse_strictly(name, text, length, failure);
    if (!root.object)
        return false;
    bool done = recipe_check_keys(name, text, length, failure) && copy_text(&root, folder, &recipe->folder) &&
                read_root(&root, recipe);
    json_object_put(root.object);
    if (!done)
        recipe_free(recipe);
    return done;
}

bool read_file(const char *path, size_t limit, char **bytes, size_t *length, struct failure *failure)
{
    FILE *file = fopen(path, "rb");
    size_t room = 65536;
    *length = 0;
    *bytes = file ? malloc(room + 1) : NULL;
    while (*bytes) {
        size_t count = fread(*bytes + *length, 1, room - *length, file);
        *length += count;
        if (count == 0 || *length > limit)
            break;
        if (*length < room)
            continue;
        char *larger = realloc(*bytes, room * 2 + 1);
        if (!larger)
            free(*bytes);
        *bytes = larger;
        room *= 2;
    }
    bool done = file && *bytes && !ferror(file) && *length <= limit;
    if (!file || (*bytes && ferror(file)))
        refuse_system(failure, path, errno);
    else if (!*bytes)
        refuse_memory(failure);
    else if (*length > limit)
        refuse(failure, EXIT_INPUT, "%.300s: more than %zu bytes", path, limit);
    if (file)
        fclose(file);
    if (done) {
        (*bytes)[*length] = '\0';
        return true;
    }
    free(*bytes);
    *bytes = NULL;
    return false;
}

bool recipe_read(struct recipe *recipe, const char *path, struct failure *failure)
{
    char *text;
    size_t length;
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    *recipe = (struct recipe){0};
    if (!read_file(path, RECIPE_LIMIT - 1, &text, &length, failure))
        return false;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 0, path);
    size_t mark = byte_order_mark(text, length);
    bool done = strlen(text) == length
                    ? recipe_parse(recipe, path, folder, text + mark, length - mark, failure)
                    : refuse(failure, EXIT_INPUT, "%.300s: contains NUL", path);
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
