/* SPDX-License-Identifier: MIT */
/* kiwipatch find: where a text, number or pattern stands, and what points to it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "commands.h"
#include "search.h"
#include "target.h"
#include "xref.h"

#define PATTERN_LIMIT 8u
#define PROGRAM_LIMIT ((uint64_t)256 << 20) /* of a module whose pointers are looked for */
#define CONTEXT_LENGTH 48u
/* Place in LOADING.KWI less address in flash, the same for both modules of Gen2.1 units that are on record.
 */
#define GEN21_FLASH UINT32_C(0x416000)

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
    uint8_t *program;            /* the module last looked into for pointers */
    const struct kiwi_loading_module *program_of;
    struct xref_base base;
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
    fputs("  |", stdout);
    for (size_t i = 0; i < received; i++)
        putchar(bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.');
    puts("|");
    return true;
}

/** Reads a module and finds its load address, once. */
static bool load_program(struct finder *finder, const struct kiwi_loading_module *module)
{
    struct kiwi_error error;
    size_t received = 0;
    if (finder->program_of == module)
        return true;
    if (module->size > PROGRAM_LIMIT)
        return refuse(finder->failure, EXIT_INPUT, "module %s is too big for --xref", module->name);
    free(finder->program);
    finder->program = malloc((size_t)module->size + 1);
    finder->program_of = finder->program ? module : NULL;
    if (!finder->program)
        return refuse_memory(finder->failure);
    if (kiwi_source_read(finder->target.file->source, module->offset, finder->program, (size_t)module->size,
                         &received, &error) != KIWI_OK)
        return refuse(finder->failure, EXIT_SYSTEM, "%s", error.text);
    memset(finder->program + received, 0, (size_t)module->size - received);
    if (!xref_find_base(finder->program, (size_t)module->size, &finder->base))
        return refuse_memory(finder->failure);
    const struct xref_base *base = &finder->base;
    if (base->found)
        printf("  load address of %s: 0x%08" PRIX32
               ", %s-endian (%zu pointers meet %zu of its %zu texts; next best address: %zu)\n",
               module->name, base->address, base->little_endian ? "little" : "big", base->pointers, base->met,
               base->texts, base->next_best);
    if (base->found && (uint32_t)module->offset - base->address == GEN21_FLASH)
        printf("  this is its place in the flash of Jaguar and Land Rover units of Gen2.1\n");
    if (!base->found)
        printf("  load address of %s: none stands out (best meets %zu of its %zu texts, next best %zu)\n",
               module->name, base->met, base->texts, base->next_best);
    return true;
}

static void print_pointers(const struct finder *finder, const struct kiwi_loading_module *module,
                           size_t place, const char *what)
{
    size_t length = (size_t)module->size;
    size_t at = 0;
    bool any = false;
    while ((at = xref_next_pointer(finder->program, length, &finder->base, at, place)) < length) {
        uint64_t offset = module->offset + at;
        printf("  pointer to %s 0x%08" PRIX32 " at module 0x%zX, file 0x%" PRIX64, what,
               finder->base.address + (uint32_t)place, at, offset);
        if (kiwi_disc_container(finder->target.disc) == KIWI_CONTAINER_IMAGE)
            printf(", image 0x%" PRIX64, finder->target.base + offset);
        putchar('\n');
        any = true;
        at += 4;
    }
    if (!any)
        printf("  no pointer to %s 0x%08" PRIX32 "\n", what, finder->base.address + (uint32_t)place);
}

static bool print_references(struct finder *finder, const struct kiwi_loading_module *module, uint64_t offset)
{
    size_t place = (size_t)(offset - module->offset);
    if (!load_program(finder, module))
        return false;
    if (!finder->base.found)
        return true;
    size_t start = finder->needle->width ? xref_text_start(finder->program, place, finder->needle->width,
                                                           finder->needle->little_endian)
                                         : place;
    if (start != place)
        print_pointers(finder, module, start, "the beginning of its text");
    print_pointers(finder, module, place, "it");
    return true;
}

static bool print_hit(struct finder *finder, uint64_t offset)
{
    const struct kiwi_loading_module *module = module_at(finder, offset);
    if (module)
        printf("%s module 0x%" PRIX64 ", ", module->name, offset - module->offset);
    else
        printf("%s ", finder->target.file->path);
    printf("file 0x%" PRIX64, offset);
    if (kiwi_disc_container(finder->target.disc) == KIWI_CONTAINER_IMAGE)
        printf(", image 0x%" PRIX64, finder->target.base + offset);
    printf(", %s", finder->needle->encoding);
    return print_context(finder, offset) &&
           (!finder->xref || !module || print_references(finder, module, offset));
}

static bool search_range(struct finder *finder, uint64_t offset, uint64_t length)
{
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

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct finder *finder = context;
    const char *value = values[0];
    (void)failure;
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
    return true;
}

static bool run(struct finder *finder, const char *path)
{
    struct kiwi_error error;
    if (!target_open(&io_posix, path, finder->file, false, &finder->target, finder->failure))
        return false;
    const struct kiwi_file *file = finder->target.file;
    if (file->kind == KIWI_FILE_LOADING &&
        kiwi_loading_open(finder->target.disc, file, &finder->loading, &error) != KIWI_OK &&
        (error.status != KIWI_ERROR_NOT_KIWI || finder->module))
        return refuse_kiwi(finder->failure, path, &error);
    return add_needles(finder) && search_all(finder);
}

int command_find(const struct command *command, int argc, char **argv)
{
    struct failure failure = {EXIT_DONE, ""};
    struct finder finder = {.limit = UINT64_MAX, .failure = &failure};
    char **operands;
    int code = command_read(command, argc, argv, take, &finder, &operands);
    if (code >= 0)
        return code;
    if (!check_options(&finder))
        return complain(command, &failure);
    bool done = run(&finder, operands[0]);
    for (size_t i = 0; i < finder.needle_count; i++)
        pattern_free(&finder.needles[i].pattern);
    free(finder.program);
    kiwi_loading_close(finder.loading);
    target_close(&finder.target);
    code = finish_output(command, done, &failure);
    if (code == EXIT_DONE && finder.count == 0 && !command_quiet())
        fputs("kiwipatch find: nothing found\n", stderr);
    return code == EXIT_DONE && finder.count == 0 ? EXIT_FINDINGS : code;
}
