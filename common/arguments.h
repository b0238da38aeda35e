/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ARGUMENTS_H
#define COMMON_ARGUMENTS_H

#include <stddef.h>

#include "common/failure.h"

/** Ids of options without a letter begin here. */
enum { OPTION_LONG = 256 };

/** One home for an option: getopt's table, --help and the messages are made from it. */
struct option_row {
    const char *name;  /* behind the two dashes */
    int id;            /* its letter, or OPTION_LONG and above */
    const char *value; /* as --help calls it; NULL: takes none. With a space in it: takes two */
    const char *help;
    const char *form; /* "takes ..." of the message about a wrong value, or what comes before the program's
                         words for it; NULL: the words, or any text is good */
    const char *with; /* options or, where the program has them, commands, one of which it needs; separated by
                         spaces; NULL: goes with everything */
    const char *group; /* heading of --help that begins here, or NULL */
};

/** One home for a sub-command: what runs it, and what --help shows. */
struct command {
    const char *name;
    int (*run)(const struct command *command, int argc, char **argv);
    const char *operands;
    const char *help;
};

struct program {
    const char *name;
    const char *command; /* NULL: the program has none */
    const char *usage;   /* what --help begins with */
    const char *notes;   /* what it ends with, before the exit codes; may be NULL */
    const struct option_row *rows;
    size_t row_count;
    void (*help_more)(int id); /* prints what --help has below the row of an option; may be NULL */
    const char *(*word)(int id, size_t index); /* the words that an option's value is one of, or several of,
                                                  behind which, and for any other, NULL; may be NULL */
};

/* The rows that every program has, the last ones of its table. */
/* clang-format off */
#define OPTION_QUIET {"quiet", 'q', NULL, "nothing on stderr but what stops the work", NULL, NULL, NULL}
#define OPTION_HELP {"help", 'h', NULL, "this text", NULL, NULL, NULL}
#define OPTION_VERSION {"version", 'V', NULL, "the version", NULL, NULL, NULL}
/* clang-format on */

/** Takes an option with its values; false if they are not what row->form says, or, with failure filled, for
 * another reason. --help and --version do not come here. */
typedef bool take_option(void *context, int id, const char *const *values, struct failure *failure);

/** What is left of the command line: its operands. */
struct operands {
    int count;
    char **texts;
};

/** Returns a value below zero to go on, else the exit code; whatever there was to say has been said. */
int arguments_read(const struct program *program, int count, char **texts, take_option *take, void *context,
                   struct operands *operands);

/** Says what is wrong with the command line; returns the exit code. */
int arguments_refuse(const struct program *program, const struct failure *failure);

/** One of the words that an option's value can be; NULL behind the last one. */
const char *option_word(const struct program *program, const struct option_row *row, size_t index);

/** Whether an option goes with a command, or with another option. */
bool option_goes_with(const struct option_row *row, const char *name);

/** Prints a row of two columns, such as a command and what it does. */
void help_row(const char *name, const char *text);

/** Prints --help. */
void arguments_help(const struct program *program);

#endif
