/* SPDX-License-Identifier: MIT */
/* --help from the table of options: groups, two columns, lines of a terminal's width. */
#include <stdio.h>
#include <string.h>

#include "common/arguments.h"

enum { LINE_LENGTH = 80, COLUMN = 26 };

/** Puts words behind a text that ends at column; returns where the last one ends. */
static int put_words(int column, const char *text)
{
    for (;;) {
        text += strspn(text, " ");
        int length = (int)strcspn(text, " ");
        if (length == 0)
            return column;
        bool fits = column + 1 + length <= LINE_LENGTH;
        if (!fits)
            printf("\n%*s", COLUMN - 1, "");
        printf(" %.*s", length, text);
        column = (fits ? column : COLUMN - 1) + 1 + length;
        text += length;
    }
}

/** The left column, and words in the right one. */
static int put_columns(const char *left, const char *text)
{
    int column = printf("%-*s", COLUMN - 1, left);
    return put_words(column < COLUMN ? column : LINE_LENGTH, text);
}

/** What the option goes with: " (with --svg)"; needs no words where --help is that of a command. */
static void put_company(int column, const char *names)
{
    char text[200] = "(with";
    size_t used = strlen(text);
    while (*names && used < sizeof text) {
        size_t length = strcspn(names, " ");
        used += (size_t)snprintf(text + used, sizeof text - used, " --%.*s%s", (int)length, names,
                                 names[length] ? "," : ")");
        names += length + (names[length] == ' ');
    }
    put_words(column, text);
}

static void put_row(const struct program *program, const struct option_row *row)
{
    char left[60];
    int used = row->id < OPTION_LONG ? snprintf(left, sizeof left, "  -%c, ", row->id)
                                     : snprintf(left, sizeof left, "      ");
    snprintf(left + used, sizeof left - (size_t)used, "--%s%s%s", row->name, row->value ? " " : "",
             row->value ? row->value : "");
    int column = put_columns(left, row->help);
    if (row->with && !program->command)
        put_company(column, row->with);
    putchar('\n');
}

void help_row(const char *name, const char *text)
{
    char left[60];
    snprintf(left, sizeof left, "  %s", name);
    put_columns(left, text);
    putchar('\n');
}

void arguments_help(const struct program *program)
{
    bool any = false;
    fputs(program->usage, stdout);
    for (size_t i = 0; i < program->row_count; i++) {
        const struct option_row *row = &program->rows[i];
        if (row->group || !any)
            printf("\n%s%s", row->group ? row->group : "", row->group ? ":\n" : "");
        if (!program->command || option_goes_with(row, program->command))
            put_row(program, row);
        if (program->help_more)
            program->help_more(row->id);
        any = true;
    }
    printf("\n%s%s%s", program->notes ? program->notes : "", program->notes ? "\n" : "", EXIT_CODE_HELP);
}
