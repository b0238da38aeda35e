/* SPDX-License-Identifier: MIT */
/* kiwipatch find: where a text, number or pattern stands, and what points to it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "common/utf8.h"
#include "references.h"
#include "script.h"
#include "search.h"
#include "target.h"

#define PATTERN_LIMIT 8u
#define CONTEXT_LENGTH 48u
#define PATH_LENGTH 1000u /* of a file, as far as it is shown */

/** One way in which the thing wanted may stand in the file. */
struct needle {
    struct pattern pattern;
    char encoding[64];
    unsigned width; /* bytes of a character; 0 if it is no text */
    bool little_endian;
};

struct finder {
    const char *text, *hex, *number, *pattern, *module, *file, *encoding;
    unsigned number_width;
    bool xref;
    uint64_t limit, count;
    struct target target;
    struct kiwi_loading *loading;
    struct needle needles[PATTERN_LIMIT];
    size_t needle_count;
    const struct needle *needle; /* that is being looked for */
    bool ignore_case;
    uint64_t from, to; /* of the module, or the file: what is looked through */
    struct references references;
    struct patch_request request; /* of a recipe */
    struct failure *failure;
};

/* What is wanted */

static struct needle *add_needle(struct finder *finder, const char *encoding, size_t length)
{
    if (finder->needle_count == PATTERN_LIMIT)
        return NULL;
    struct needle *needle = &finder->needles[finder->needle_count];
    *needle = (struct needle){
        .pattern = {.bytes = calloc(length + 1, 1), .mask = malloc(length + 1), .length = length}};
    finder->needle_count++;
    if (!needle->pattern.bytes || !needle->pattern.mask)
        return NULL;
    memset(needle->pattern.mask, 0xFF, length + 1);
    snprintf(needle->encoding, sizeof needle->encoding, "%s", encoding);
    return needle;
}

static bool is_known(const struct finder *finder, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < finder->needle_count; i++) {
        const struct pattern *pattern = &finder->needles[i].pattern;
        if (pattern->length == length && memcmp(pattern->bytes, bytes, length) == 0)
            return true;
    }
    return false;
}

static const char *iconv_name(const struct finder *finder, const char *encoding)
{
    if (strcmp(encoding, "disc") == 0)
        return kiwi_disc_iconv_charset(finder->target.disc);
    return strcmp(encoding, "ascii") == 0 ? "US-ASCII" : encoding;
}

/** The text in each encoding that has it; the same bytes once. */
static bool add_texts(struct finder *finder)
{
    static const char *const all[] = {"ascii", "utf-16be", "utf-16le", "disc", NULL};
    const char *const one[] = {finder->encoding, NULL};
    struct failure last = {EXIT_DONE, ""};
    for (const char *const *name = finder->encoding ? one : all; *name; name++) {
        uint8_t *bytes;
        size_t length;
        if (!encode_text(finder->text, strlen(finder->text), iconv_name(finder, *name), &bytes, &length,
                         &last)) {
            if (last.code == EXIT_SYSTEM)
                break;
            continue;
        }
        struct needle *needle = length == 0 || is_known(finder, bytes, length)
                                    ? NULL
                                    : add_needle(finder, *name, length);
        if (needle) {
            memcpy(needle->pattern.bytes, bytes, length);
            for (size_t i = 0; finder->ignore_case && i < length; i++)
                if ((bytes[i] >= 'A' && bytes[i] <= 'Z') || (bytes[i] >= 'a' && bytes[i] <= 'z'))
                    needle->pattern.mask[i] = 0xDF; /* the bit that makes small letters of ASCII */
            needle->width = strncmp(*name, "utf-16", 6) == 0 ? 2 : 1;
            needle->little_endian = strcmp(*name, "utf-16le") == 0;
        }
        free(bytes);
    }
    if (finder->needle_count != 0)
        return true;
    if (last.text[0] == '\0')
        return refuse(finder->failure, EXIT_USAGE, "the text is empty");
    *finder->failure = last;
    return false;
}

/** A number in both orders, in four bytes unless another width is wanted. */
static bool add_numbers(struct finder *finder)
{
    char *end;
    unsigned width = finder->number_width ? finder->number_width : 4;
    uint64_t number;
    if (!number_read(finder->number, &end, &number) || *end != '\0' ||
        (width < 8 && number >> (8 * width) != 0))
        return refuse(finder->failure, EXIT_USAGE, "--number takes a number of %u bytes, not '%.40s'", width,
                      finder->number);
    for (int order = 0; order < 2; order++) {
        uint8_t bytes[8];
        for (unsigned i = 0; i < width; i++)
            bytes[i] = (uint8_t)(number >> 8 * (order == 0 ? width - 1 - i : i));
        if (is_known(finder, bytes, width))
            continue;
        struct needle *needle = add_needle(finder, order == 0 ? "big-endian" : "little-endian", width);
        if (!needle)
            return refuse_memory(finder->failure);
        memcpy(needle->pattern.bytes, bytes, width);
    }
    return true;
}

static bool add_pattern(struct finder *finder, const char *text, bool wildcards)
{
    struct needle *needle = &finder->needles[finder->needle_count++];
    bool good = pattern_read(text, &needle->pattern);
    for (size_t i = 0; good && !wildcards && i < needle->pattern.length; i++)
        good = needle->pattern.mask[i] == 0xFF;
    snprintf(needle->encoding, sizeof needle->encoding, "%s", wildcards ? "pattern" : "hex");
    return good || refuse(finder->failure, EXIT_USAGE, "--%s takes pairs of hex digits%s, not '%.80s'",
                          wildcards ? "pattern" : "hex", wildcards ? " or ?" : "", text);
}

static bool add_needles(struct finder *finder)
{
    if (finder->text)
        return add_texts(finder);
    if (finder->number)
        return add_numbers(finder);
    return add_pattern(finder, finder->hex ? finder->hex : finder->pattern, !finder->hex);
}

/* What was found */

static const struct kiwi_loading_module *module_at(const struct finder *finder, uint64_t offset)
{
    for (size_t i = 0; finder->loading && i < kiwi_loading_module_count(finder->loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(finder->loading, i);
        if (module->rule != KIWI_LOADING_NOWHERE && offset >= module->offset &&
            offset - module->offset < module->size)
            return module;
    }
    return NULL;
}

/** The characters around a hit, "." for what is none. */
static bool print_context(const struct finder *finder, uint64_t offset)
{
    uint8_t bytes[CONTEXT_LENGTH];
    uint64_t start = offset < CONTEXT_LENGTH / 4 ? 0 : offset - CONTEXT_LENGTH / 4;
    size_t received = 0;
    struct kiwi_error error;
    if (kiwi_source_read(finder->target.file->source, start, bytes, sizeof bytes, &received, &error) !=
        KIWI_OK)
        return refuse(finder->failure, EXIT_SYSTEM, "%s", error.text);
    for (size_t i = 0; i < received; i++)
        if (bytes[i] < 0x20 || bytes[i] >= 0x7F)
            bytes[i] = '.';
    references_say(&finder->references, "  |%.*s|\n", (int)received, (const char *)bytes);
    return true;
}

static bool print_hit(struct finder *finder, uint64_t offset)
{
    const struct kiwi_loading_module *module = module_at(finder, offset);
    const struct references *references = &finder->references;
    char path[PATH_LENGTH + 1];
    snprintf(path, sizeof path, "%.*s", (int)PATH_LENGTH, finder->target.file->path);
    utf8_clean(path);
    if (module)
        references_say(references, "%s module 0x%" PRIX64 ", ", module->name, offset - module->offset);
    else
        references_say(references, "%s ", path);
    references_say(references, "file 0x%" PRIX64, offset);
    if (kiwi_disc_container(finder->target.disc) == KIWI_CONTAINER_IMAGE)
        references_say(references, ", image 0x%" PRIX64, finder->target.base + offset);
    references_say(references, ", %s", finder->needle->encoding);
    return print_context(finder, offset) &&
           (!finder->xref || !module ||
            references_print(&finder->references, module, offset, finder->needle->width,
                             finder->needle->little_endian));
}

static bool search_range(struct finder *finder, uint64_t offset, uint64_t length)
{
    length = length < finder->to ? length : finder->to;
    uint64_t skipped = finder->from < length ? finder->from : length;
    offset += skipped;
    length -= skipped;
    for (size_t i = 0; i < finder->needle_count; i++) {
        struct hits hits;
        finder->needle = &finder->needles[i];
        bool good = search_pattern(finder->target.file->source, offset, offset + length,
                                   &finder->needle->pattern, &hits, finder->failure);
        for (uint64_t j = 0; good && j < hits.count && j < HIT_LIMIT && finder->count < finder->limit;
             j++, finder->count++)
            good = print_hit(finder, hits.offsets[j]);
        if (good && hits.count > HIT_LIMIT && finder->count < finder->limit && !command_quiet())
            fprintf(stderr, "kiwipatch: only the first %u of %" PRIu64 " hits are shown\n", HIT_LIMIT,
                    hits.count);
        free(hits.offsets);
        if (!good)
            return false;
    }
    return true;
}

static bool search_all(struct finder *finder)
{
    bool any = false;
    if (!finder->module)
        return search_range(finder, 0, finder->target.file->size);
    for (size_t i = 0; finder->loading && i < kiwi_loading_module_count(finder->loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(finder->loading, i);
        if (strcmp(module->name, finder->module) != 0 || module->rule == KIWI_LOADING_NOWHERE)
            continue;
        any = true;
        if (!search_range(finder, module->offset, module->size))
            return false;
    }
    return any || refuse(finder->failure, EXIT_INPUT, "there is no module %.60s", finder->module);
}

/* The command */

static bool read_limit(const char *text, uint64_t *limit)
{
    char *end;
    return number_read(text, &end, limit) && *end == '\0';
}

static bool read_address(struct finder *finder, const char *text)
{
    uint64_t address;
    char *end;
    if (!number_read(text, &end, &address) || *end != '\0' || address > UINT32_MAX)
        return false;
    finder->references.has_address = true;
    finder->references.address = (uint32_t)address;
    return true;
}

/** OFFSET,LENGTH of a block with its check value; a block that is loaded as a whole has an ADDRESS, too. */
static bool add_block(struct finder *finder, const char *text, struct failure *failure)
{
    struct references *references = &finder->references;
    struct load_block block;
    char first[60];
    char *end;
    const char *comma = strchr(text, ',');
    comma = comma ? strchr(comma + 1, ',') : NULL;
    if (!comma)
        return request_add_block(&finder->request, text, failure);
    snprintf(first, sizeof first, "%.*s", (int)(comma - text < 59 ? comma - text : 59), text);
    if (references->block_count == LOAD_BLOCKS)
        return refuse(failure, EXIT_USAGE, "more than %d blocks with an address", LOAD_BLOCKS);
    if (!block_read(first, &block.offset, &block.length) || !number_read(comma + 1, &end, &block.address) ||
        *end != '\0' || block.address > UINT32_MAX)
        return false;
    references->blocks[references->block_count++] = block;
    return true;
}

static bool read_script(struct finder *finder, const char *name)
{
    finder->references.script = name;
    for (size_t i = 0; script_name(i); i++)
        if (strcmp(name, script_name(i)) == 0)
            return true;
    return false;
}

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct finder *finder = context;
    const char *value = values[0];
    switch (id) {
    case OPTION_TEXT: finder->text = value; break;
    case OPTION_HEX: finder->hex = value; break;
    case OPTION_NUMBER: finder->number = value; break;
    case OPTION_PATTERN: finder->pattern = value; break;
    case OPTION_ENCODING: finder->encoding = value; break;
    case OPTION_MODULE: finder->module = value; break;
    case OPTION_FILE: finder->file = value; break;
    case OPTION_WIDTH:
        finder->number_width = value[0] ? (unsigned)(value[0] - '0') : 0;
        return value[0] != '\0' && value[1] == '\0' && strchr("1248", value[0]);
    case OPTION_LIMIT: return read_limit(value, &finder->limit);
    case 'i': finder->ignore_case = true; break;
    case OPTION_RANGE: return block_read(value, &finder->from, &finder->to) && finder->from < finder->to;
    case OPTION_BASE: return read_address(finder, value);
    case OPTION_BLOCK: return add_block(finder, value, failure);
    case OPTION_SCRIPT: return read_script(finder, value);
    case OPTION_RULE: finder->request.rule = value; break;
    case OPTION_RECIPE:
        return read_limit(value, &finder->references.wanted) && finder->references.wanted != 0;
    default: finder->xref = true; break;
    }
    return true;
}

static bool check_options(const struct finder *finder)
{
    if (!!finder->text + !!finder->hex + !!finder->number + !!finder->pattern != 1)
        return refuse(finder->failure, EXIT_USAGE, "needs one of --text, --hex, --number and --pattern");
    if (finder->encoding && !finder->text)
        return refuse(finder->failure, EXIT_USAGE, "--encoding goes with --text");
    if (finder->number_width && !finder->number)
        return refuse(finder->failure, EXIT_USAGE, "--width goes with --number");
    if (finder->ignore_case && !finder->text)
        return refuse(finder->failure, EXIT_USAGE, "--ignore-case goes with --text");
    const struct references *references = &finder->references;
    if (!finder->xref && (references->has_address || references->block_count != 0 || references->wanted != 0))
        return refuse(finder->failure, EXIT_USAGE, "--base, --block and --recipe go with --xref");
    if (references->script && (!finder->xref || references->wanted != 0))
        return refuse(finder->failure, EXIT_USAGE, "--script goes with --xref, without --recipe");
    if (references->wanted == 0 && (finder->request.rule || finder->request.block_count != 0))
        return refuse(finder->failure, EXIT_USAGE, "--rule and its blocks go with --recipe");
    return true;
}

/** The change that was wanted, as a recipe; the disc is opened anew for it. */
static bool write_recipe(struct finder *finder, const char *path)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct references *references = &finder->references;
    if (!references->turn_of)
        return refuse(finder->failure, EXIT_INPUT, "there are %" PRIu64 " changes only", references->count);
    finder->request.disc = path;
    finder->request.file = finder->file;
    const struct patch_change change = {references->turn_of->name,
                                        references->turn_of->offset + references->turn.place,
                                        references->turn.bytes, references->turn.length, references->why};
    return patch_change_recipe(&finder->request, &change, &output, finder->failure);
}

static bool write_script(struct finder *finder)
{
    struct references *references = &finder->references;
    if (references->several)
        return refuse(finder->failure, EXIT_INPUT, "several modules have it; say which (--module)");
    return script_print(references, references->script);
}

static bool run(struct finder *finder, const char *path)
{
    struct kiwi_error error;
    if (!target_open(&io_host, path, finder->file, false, &finder->target, finder->failure))
        return false;
    const struct kiwi_file *file = finder->target.file;
    if (file->kind == KIWI_FILE_LOADING &&
        kiwi_loading_open(finder->target.disc, file, &finder->loading, &error) != KIWI_OK &&
        (error.status != KIWI_ERROR_NOT_KIWI || finder->module))
        return refuse_kiwi(finder->failure, path, &error);
    finder->references.disc = finder->target.disc;
    finder->references.file = file;
    finder->references.base = finder->target.base;
    finder->references.failure = finder->failure;
    return add_needles(finder) && search_all(finder) &&
           (finder->references.wanted == 0 || finder->count == 0 || write_recipe(finder, path)) &&
           (!finder->references.script || finder->count == 0 || write_script(finder));
}

int command_find(const struct command *command, int argc, char **argv)
{
    struct failure failure = {EXIT_DONE, ""};
    struct finder finder = {.limit = UINT64_MAX, .to = UINT64_MAX, .failure = &failure};
    char **operands;
    int code = command_read(command, argc, argv, take, &finder, &operands);
    if (code >= 0)
        return code;
    if (!check_options(&finder))
        return complain(command, &failure);
    bool done = run(&finder, operands[0]);
    for (size_t i = 0; i < finder.needle_count; i++)
        pattern_free(&finder.needles[i].pattern);
    references_free(&finder.references);
    kiwi_loading_close(finder.loading);
    target_close(&finder.target);
    code = finish_output(command, done, &failure);
    if (code == EXIT_DONE && finder.count == 0 && !command_quiet())
        fputs("kiwipatch find: nothing found\n", stderr);
    return code == EXIT_DONE && finder.count == 0 ? EXIT_FINDINGS : code;
}
