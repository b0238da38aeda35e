/* SPDX-License-Identifier: MIT */
/* Writes LOADING.KWI (chapter 30) from a JSON description and the files of its modules. */
#include "loading_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "common/json_node.h"
#include "common/read_file.h"
#include "memory.h"
#include "target.h"

enum {
    BLOCK = 2048,
    MOST_BLOCKS = 65535,
    MOST_SYSTEMS = 100,
    MOST_MODULES = 1000,
};

/** Goes to element i of the array that node is. */
static struct json_node element(const struct json_node *array, size_t i)
{
    struct json_node node = *array;

    snprintf(node.where, sizeof node.where, "%.140s[%zu]", array->where, i);
    node.object = json_object_array_get_idx(array->object, i);
    return node;
}

/** Text of a C field that may be left out; ASCII that fits, NUL padded. */
static bool read_text(const struct json_node *node, const char *key, char *field, size_t size, bool needed)
{
    struct json_object *value = json_object_object_get(node->object, key);
    const char *text = json_object_get_string(value);
    char message[60];
    size_t length;

    if (!value && !needed)
        return true;
    if (!json_object_is_type(value, json_type_string))
        return json_complain(node, key, value ? "must be a string" : "is missing");
    length = (size_t)json_object_get_string_len(value);
    snprintf(message, sizeof message, "must be 1 to %zu characters of ASCII", size);
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] > 0x7E)
            return json_complain(node, key, message);
    if (length == 0 || length > size)
        return json_complain(node, key, message);
    memcpy(field, text, length);
    return true;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/** Bytes as hexadecimal digits, at most size of them. */
static bool read_hexadecimal(const struct json_node *node, const char *key, uint8_t *bytes, size_t size,
                             bool exact)
{
    struct json_object *value = json_object_object_get(node->object, key);
    const char *text = json_object_get_string(value);
    char message[60];
    size_t length;

    snprintf(message, sizeof message, "must be %s%zu hexadecimal digits",
             exact ? "" : "an even number of up to ", 2 * size);
    if (!json_object_is_type(value, json_type_string))
        return json_complain(node, key, message);
    length = strlen(text);
    if (length % 2 != 0 || length > 2 * size || (exact && length != 2 * size))
        return json_complain(node, key, message);
    for (size_t i = 0; i < length; i++) {
        if (digit(text[i]) < 0)
            return json_complain(node, key, message);
        bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | digit(text[i]));
    }
    return true;
}

/** Reads 1998-01-02; exactly so. */
static bool parse_day(const char *text, int *year, int *month, int *day)
{
    static const char form[] = "dddd-dd-dd";
    size_t i = 0;

    for (; form[i] && (form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i]); i++) {
    }
    if (form[i] || text[i])
        return false;
    *year = atoi(text);
    *month = atoi(text + 5);
    *day = atoi(text + 8);
    return true;
}

/** A day as 1998-01-02; 0 if it is left out. */
static bool read_day(const struct json_node *node, const char *key, uint16_t *days)
{
    struct json_object *value = json_object_object_get(node->object, key);
    const char *text = json_object_get_string(value);
    int year, month, day;

    if (!value)
        return true;
    if (json_object_is_type(value, json_type_string) && parse_day(text, &year, &month, &day) &&
        kiwi_date_days(year, month, day, days) && *days != 0) /* 0 is for no day */
        return true;
    return json_complain(node, key, "must be a day from 1997-01-02 to 2176-06-06");
}

static bool read_flag(const struct json_node *node, const char *key, bool *flag)
{
    return !json_has(node, key) || json_read_boolean(node, key, flag);
}

/** The module's file, from the place of the description. */
static bool find_file(const struct json_node *node, struct loading_module *module)
{
    struct kiwi_host_info info;
    char *name;
    size_t folder = (size_t)(kiwi_host_name(node->name) - node->name);

    if (!json_has(node, "file"))
        return json_complain(node, "file", "is missing");
    if (!json_read_string(node, "file", &name))
        return false;
    if (kiwi_host_is_absolute(name))
        folder = 0;
    module->path = allocate(folder + strlen(name) + 1, 1);
    memcpy(module->path, node->name, folder);
    strcpy(module->path + folder, name);
    release(name);
    int error = kiwi_host_info(module->path, true, &info);
    if (error != 0)
        return refuse_system(node->failure, module->path, error);
    if (info.kind != KIWI_HOST_FILE || info.size == 0 || info.size > (uint64_t)MOST_BLOCKS * BLOCK)
        return json_complain(node, "file", "must be a file of 1 to 134,215,680 bytes");
    module->size = info.size;
    module->management.size = (uint16_t)((module->size + BLOCK - 1) / BLOCK);
    return true;
}

static bool read_module(const struct json_node *node, struct loading_module *module)
{
    static const char *const keys[] = {"file",       "name",     "version", "kind",  "diagnostic", "test",
                                       "valid_from", "valid_to", "title",   "maker", "maker_hex",  NULL};
    static const char *const kinds[] = {"initial_program", "program", "library", "data", NULL};
    int kind = KIWI_MODULE_KIND_PROGRAM;

    if (!json_object_is_type(node->object, json_type_object))
        return json_complain(node, "", "must be an object");
    if (!json_only_keys(node, keys) || !find_file(node, module) ||
        !read_text(node, "name", module->identification.name, sizeof module->identification.name, true) ||
        !read_text(node, "version", module->identification.version, sizeof module->identification.version,
                   true) ||
        (json_has(node, "kind") && !json_read_name(node, "kind", kinds, &kind)) ||
        !read_flag(node, "diagnostic", &module->identification.is_diagnostic) ||
        !read_flag(node, "test", &module->identification.is_test) ||
        !read_day(node, "valid_from", &module->management.valid_from) ||
        !read_day(node, "valid_to", &module->management.valid_to) ||
        (json_has(node, "title") && !json_read_string(node, "title", &module->title)) ||
        !read_text(node, "maker", (char *)module->management.maker_dependent,
                   sizeof module->management.maker_dependent, false))
        return false;
    module->identification.module_kind = (uint8_t)kind;
    if (!json_has(node, "maker_hex"))
        return true;
    if (json_has(node, "maker"))
        return json_complain(node, "maker_hex", "and \"maker\" are the same bytes");
    return read_hexadecimal(node, "maker_hex", module->management.maker_dependent,
                            sizeof module->management.maker_dependent, false);
}

static bool read_manufacturer(const struct json_node *node, struct kiwi_system_identification *record)
{
    uint8_t id[16] = {0};
    char letter;

    if (json_has(node, "manufacturer") == json_has(node, "manufacturer_id"))
        return json_complain(node, "manufacturer", "or \"manufacturer_id\" is needed");
    if (json_has(node, "manufacturer")) {
        if (!read_text(node, "manufacturer", record->manufacturer_name, sizeof record->manufacturer_name,
                       true))
            return false;
        letter = (char)(record->manufacturer_name[0] | 0x20);
        return (letter >= 'a' && letter <= 'z') ||
               json_complain(node, "manufacturer", "must begin with a letter");
    }
    return read_hexadecimal(node, "manufacturer_id", id, 12, true) &&
           kiwi_system_identification_decode(record, id, sizeof id);
}

static bool read_system(const struct json_node *node, struct loading_system *system)
{
    static const char *const keys[] = {"manufacturer", "manufacturer_id", "modules", NULL};
    struct json_node array;
    size_t count;

    if (!json_object_is_type(node->object, json_type_object))
        return json_complain(node, "", "must be an object");
    if (!json_only_keys(node, keys) || !read_manufacturer(node, &system->record) ||
        !json_enter(node, "modules", json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    if (count == 0 || count > MOST_MODULES)
        return json_complain(node, "modules", "must have 1 to 1000 elements");
    system->modules = allocate(count, sizeof *system->modules);
    for (size_t i = 0; i < count; i++) {
        struct json_node module = element(&array, i);

        system->record.number_of_modules = (uint16_t)(i + 1);
        if (!read_module(&module, &system->modules[i]))
            return false;
    }
    return true;
}

static bool read_systems(const struct json_node *root, struct loading_file *loading)
{
    static const char *const keys[] = {"systems", NULL};
    struct json_node array;
    size_t count;

    if (!json_check_keys(root, keys) || !json_enter(root, "systems", json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    if (count == 0 || count > MOST_SYSTEMS)
        return json_complain(root, "systems", "must have 1 to 100 elements");
    loading->systems = allocate(count, sizeof *loading->systems);
    for (size_t i = 0; i < count; i++) {
        struct json_node system = element(&array, i);

        loading->system_count = i + 1;
        if (!read_system(&system, &loading->systems[i]))
            return false;
    }
    return true;
}

bool loading_file_read(struct loading_file *loading, const char *path, struct failure *failure)
{
    struct json_node root = {.name = path, .failure = failure};
    char *text;
    size_t length;

    memset(loading, 0, sizeof *loading);
    if (!read_file(path, JSON_FILE_LIMIT - 1, &text, &length, failure))
        return false;
    root.object = json_parse_object(path, text, length, failure);
    bool done = root.object && read_systems(&root, loading);
    json_object_put(root.object);
    release(text);
    return done;
}

void loading_file_free(struct loading_file *loading)
{
    for (size_t i = 0; i < loading->system_count; i++) {
        struct loading_system *system = &loading->systems[i];

        for (size_t j = 0; j < system->record.number_of_modules; j++) {
            release(system->modules[j].title);
            release(system->modules[j].path);
        }
        release(system->modules);
    }
    release(loading->systems);
    memset(loading, 0, sizeof *loading);
}

/** Bytes of all tables, filled up to a block. */
static uint64_t tables_size(const struct loading_file *loading)
{
    uint64_t size = kiwi_type_loading_module_management.fixed_size;

    for (size_t i = 0; i < loading->system_count; i++)
        size += kiwi_type_system_identification.fixed_size +
                (uint64_t)loading->systems[i].record.number_of_modules *
                    (kiwi_type_module_identification.fixed_size +
                     kiwi_type_module_management_information.fixed_size);
    return (size + BLOCK - 1) / BLOCK * BLOCK;
}

/** The management information of a module whose bytes are to begin at a block. */
static struct kiwi_module_management_information management_of(const struct loading_module *module,
                                                               struct texts *texts, uint64_t block)
{
    struct kiwi_module_management_information record = module->management;
    const char *title = texts_get(texts, texts_add(texts, module->title));
    size_t length = strlen(title);

    memcpy(record.title, title, length < sizeof record.title ? length : sizeof record.title);
    record.address = (uint32_t)block;
    return record;
}

/* Room for one record; the longest has 256 bytes. */
static uint8_t *room(struct buffer *buffer)
{
    return buffer_room(buffer, 256);
}

static void put_tables(const struct loading_file *loading, struct texts *texts, struct buffer *buffer)
{
    const struct kiwi_loading_module_management head = {.number_of_systems = (uint16_t)loading->system_count};
    uint64_t block = tables_size(loading) / BLOCK;

    buffer->size += kiwi_loading_module_management_encode(&head, room(buffer), 256);
    for (size_t i = 0; i < loading->system_count; i++)
        buffer->size += kiwi_system_identification_encode(&loading->systems[i].record, room(buffer), 256);
    for (size_t i = 0; i < loading->system_count; i++) {
        const struct loading_system *system = &loading->systems[i];
        size_t count = system->record.number_of_modules;

        for (size_t j = 0; j < count; j++)
            buffer->size += kiwi_module_identification_encode(&system->modules[j].identification,
                                                              room(buffer), 256);
        for (size_t j = 0; j < count; j++) {
            const struct kiwi_module_management_information record = management_of(&system->modules[j], texts,
                                                                                   block);

            buffer->size += kiwi_module_management_information_encode(&record, room(buffer), 256);
            block += record.size;
        }
    }
    buffer_pad(buffer, BLOCK);
}

/** Copies a module's file, which must still have its size, and fills up the last block. */
static bool copy_module(const struct loading_module *module, FILE *out, struct failure *failure)
{
    FILE *in = fopen(module->path, "rb");
    uint64_t left = module->size, padding = (uint64_t)module->management.size * BLOCK - module->size;
    static char bytes[65536];
    bool done = true;

    if (!in)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", module->path, strerror(errno));
    while (left && done) {
        size_t part = left < sizeof bytes ? (size_t)left : sizeof bytes;

        done = fread(bytes, 1, part, in) == part;
        if (!done)
            refuse(failure, EXIT_SYSTEM, "%s: %s", module->path,
                   ferror(in) ? strerror(errno) : "it became shorter");
        else
            fwrite(bytes, 1, part, out); /* closing reports errors */
        left -= part;
    }
    fclose(in);
    memset(bytes, 0, BLOCK);
    fwrite(bytes, 1, (size_t)padding, out);
    return done;
}

bool loading_file_write(const struct loading_file *loading, struct texts *texts, struct failure *failure)
{
    struct buffer tables = {0};
    FILE *file = target_create("LOADING.KWI", failure);
    bool done = file;

    if (!file)
        return false;
    put_tables(loading, texts, &tables);
    fwrite(tables.bytes, 1, tables.size, file);
    buffer_free(&tables);
    for (size_t i = 0; done && i < loading->system_count; i++)
        for (size_t j = 0; done && j < loading->systems[i].record.number_of_modules; j++)
            done = copy_module(&loading->systems[i].modules[j], file, failure);
    if (!done) {
        fclose(file);
        return false;
    }
    return target_close_file(file, failure);
}
