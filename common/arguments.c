/* SPDX-License-Identifier: MIT */
/* The command line of all programs: options from a table, their help and what is wrong with them. */
#include "common/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "common/suggest.h"

enum {
    ROW_LIMIT = 64,
    WHO_LENGTH = 40,
    FORM_TEXT = 200,
    ID_OPERAND = 1, /* getopt's own, if its letters begin with a hyphen */
};

/** Reading of one command line. */
struct reader {
    const struct program *program;
    int count;
    char **texts;
    bool seen[ROW_LIMIT];
    struct failure failure;
};

/** The row of an option; of two with one name the one that goes with the command. */
static const struct option_row *row_of(const struct program *program, int id)
{
    const struct option_row *found = NULL;
    for (size_t i = 0; i < program->row_count; i++) {
        const struct option_row *row = &program->rows[i];
        if (row->id == id && (!found || !program->command || option_goes_with(row, program->command)))
            found = row;
    }
    return found;
}

static int has_argument(const struct option_row *row)
{
    return row->value ? required_argument : no_argument;
}

/** getopt's tables; an option that several commands explain differently is in there once. Operands come in
 * their order: C libraries differ in when they move them behind the options, and thus in what follows an
 * option of two values. */
static void make_table(const struct program *program, struct option table[ROW_LIMIT + 1],
                       char letters[2 * ROW_LIMIT + 3])
{
    size_t count = 0;
    *letters++ = '-';
    *letters++ = ':';
    for (size_t i = 0; i < program->row_count; i++) {
        const struct option_row *row = &program->rows[i];
        if (row_of(program, row->id) != row)
            continue;
        table[count++] = (struct option){row->name, has_argument(row), NULL, row->id};
        if (row->id >= OPTION_LONG)
            continue;
        *letters++ = (char)row->id;
        if (row->value)
            *letters++ = ':';
    }
    table[count] = (struct option){NULL, 0, NULL, 0};
    *letters = '\0';
}

/* What is wrong with an option */

static bool refuse_unknown(struct reader *reader, const char *name)
{
    const struct program *program = reader->program;
    struct suggestion suggestion = suggest_for(name);
    char hint[SUGGEST_TEXT];
    for (size_t i = 0; i < program->row_count; i++)
        if (!program->command || option_goes_with(&program->rows[i], program->command))
            suggest_try(&suggestion, program->rows[i].name);
    return refuse(&reader->failure, EXIT_USAGE, "unknown option --%.100s%s", name,
                  suggest_text(&suggestion, "--", hint));
}

/** An option that getopt does not know, is not sure about, or that has a value and takes none. */
static bool refuse_option(struct reader *reader)
{
    const struct program *program = reader->program;
    const char *text = reader->texts[optind - 1];
    char could[120] = "";
    size_t used = 0;
    if (optopt > 0 && optopt < OPTION_LONG && !row_of(program, optopt))
        return refuse(&reader->failure, EXIT_USAGE, "unknown option -%c", optopt);
    if (optopt != 0)
        return refuse(&reader->failure, EXIT_USAGE, "--%s takes no value", row_of(program, optopt)->name);
    char name[100];
    size_t length = strcspn(text + 2, "=");
    snprintf(name, sizeof name, "%.*s", (int)length, text + 2);
    for (size_t i = 0; i < program->row_count && used < sizeof could; i++) {
        const struct option_row *row = &program->rows[i];
        if (row_of(program, row->id) == row && strncmp(row->name, name, strlen(name)) == 0)
            used += (size_t)snprintf(could + used, sizeof could - used, "%s--%s", used ? ", " : "",
                                     row->name);
    }
    if (used > 0)
        return refuse(&reader->failure, EXIT_USAGE, "--%s can be %s", name, could);
    return refuse_unknown(reader, name);
}

/** What an option takes, in words: "ips, ups or bps". */
static const char *describe(const struct program *program, const struct option_row *row, char text[FORM_TEXT])
{
    const char *word = option_word(program, row, 0);
    size_t used = (size_t)snprintf(text, FORM_TEXT, "%s%s",
                                   row->form ? row->form
                                   : word    ? ""
                                             : row->value,
                                   row->form && word ? ": " : "");
    for (size_t i = 0; word && used < FORM_TEXT; i++) {
        const char *next = option_word(program, row, i + 1);
        used += (size_t)snprintf(text + used, FORM_TEXT - used, "%s%s",
                                 i == 0 ? ""
                                 : next ? ", "
                                        : " or ",
                                 word);
        word = next;
    }
    return text;
}

static bool refuse_value(struct reader *reader, const struct option_row *row, const char *const *values)
{
    const struct program *program = reader->program;
    const char *word;
    char hint[SUGGEST_TEXT], form[FORM_TEXT];
    if (reader->failure.code != EXIT_DONE)
        return false; /* of whatever kind, perhaps of an option without values */
    struct suggestion suggestion = suggest_for(values[0]);
    for (size_t i = 0; (word = option_word(program, row, i)); i++)
        suggest_try(&suggestion, word);
    return refuse(&reader->failure, EXIT_USAGE, "--%s takes %s, not '%.100s%s%.100s'%s", row->name,
                  describe(program, row, form), values[0], values[1] ? " " : "", values[1] ? values[1] : "",
                  suggest_text(&suggestion, "", hint));
}

static bool refuse_missing(struct reader *reader, const struct option_row *row)
{
    char form[FORM_TEXT];
    return refuse(&reader->failure, EXIT_USAGE, "--%s lacks its value: %s", row->name,
                  describe(reader->program, row, form));
}

/** What an option that came alone goes with: "--features or --find". */
static bool refuse_alone(struct reader *reader, const struct option_row *row)
{
    const char *command = reader->program->command;
    char names[200] = "";
    size_t used = 0;
    for (const char *name = row->with; *name && used < sizeof names;) {
        size_t length = strcspn(name, " ");
        const char *next = name + length + (name[length] == ' ');
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s%.*s",
                                 used == 0 ? ""
                                 : *next   ? ", "
                                           : " or ",
                                 command ? "" : "--", (int)length, name);
        name = next;
    }
    return refuse(&reader->failure, EXIT_USAGE, "--%s goes with %s", row->name, names);
}

/* Reading */

/** Whether one of the options that row needs was given, or the command is one that it needs. */
static bool is_accompanied(const struct reader *reader, const struct option_row *row)
{
    const struct program *program = reader->program;
    if (!row->with)
        return true;
    if (program->command)
        return option_goes_with(row, program->command);
    for (size_t i = 0; i < program->row_count; i++)
        if (reader->seen[i] && option_goes_with(row, program->rows[i].name))
            return true;
    return false;
}

static bool check_company(struct reader *reader)
{
    for (size_t i = 0; i < reader->program->row_count; i++)
        if (reader->seen[i] && !is_accompanied(reader, &reader->program->rows[i]))
            return refuse_alone(reader, &reader->program->rows[i]);
    return true;
}

static bool take_one(struct reader *reader, int id, take_option *take, void *context)
{
    const struct option_row *row = row_of(reader->program, id == ':' ? optopt : id);
    if (id == '?')
        return refuse_option(reader);
    if (id == ':')
        return refuse_missing(reader, row);
    const char *values[] = {optarg, NULL};
    if (row->value && strchr(row->value, ' ')) {
        if (optind >= reader->count)
            return refuse_missing(reader, row);
        values[1] = reader->texts[optind++];
    }
    reader->seen[row - reader->program->rows] = true;
    return take(context, id, values, &reader->failure) || refuse_value(reader, row, values);
}

/** --help and --version. */
static int answer(const struct reader *reader, int id)
{
    if (id == 'h')
        arguments_help(reader->program);
    else
        printf("%s %s\n", reader->program->name, KIWI_VERSION);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_DONE;
    fprintf(stderr, "%s: writing failed: %s\n", reader->program->name, strerror(errno));
    return EXIT_SYSTEM;
}

int arguments_read(const struct program *program, int count, char **texts, take_option *take, void *context,
                   struct operands *operands)
{
    struct reader reader = {.program = program, .count = count, .texts = texts};
    struct option table[ROW_LIMIT + 1];
    char letters[2 * ROW_LIMIT + 3];
    char **first = texts + 1; /* operands are gathered over what was read */
    bool good = true;
    int id;
    make_table(program, table, letters);
    *operands = (struct operands){0, first};
    optind = 1;
    while (good && (id = getopt_long(count, texts, letters, table, NULL)) != -1) {
        if (id == 'h' || id == 'V')
            return answer(&reader, id);
        if (id == ID_OPERAND)
            first[operands->count++] = optarg;
        else
            good = take_one(&reader, id, take, context);
    }
    for (; good && optind < count; optind++) /* behind -- */
        first[operands->count++] = texts[optind];
    if (operands->count < count - 1)
        first[operands->count] = NULL;
    return good && check_company(&reader) ? -1 : arguments_refuse(program, &reader.failure);
}

int arguments_refuse(const struct program *program, const struct failure *failure)
{
    char who[WHO_LENGTH];
    snprintf(who, sizeof who, "%s%s%s", program->name, program->command ? " " : "",
             program->command ? program->command : "");
    return failure_print(who, failure);
}
