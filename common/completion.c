/* SPDX-License-Identifier: MIT */
/* The table of options as lines whose columns are separated by tabs. */
#include "common/completion.h"

#include <stdio.h>

static const char *text_or_nothing(const char *text)
{
    return text ? text : "";
}

static void print_option(const struct program *program, const struct option_row *row)
{
    const char letter[] = {row->id < OPTION_LONG ? (char)row->id : '\0', '\0'};
    const char *word;
    printf("option\t%s\t%s\t%s\t%s\t%s\t", letter, row->name, text_or_nothing(row->value), row->help,
           text_or_nothing(row->with));
    for (size_t i = 0; (word = option_word(program, row, i)); i++)
        printf("%s%s", i == 0 ? "" : " ", word);
    putchar('\n');
}

int completion_print(const struct program *program, const struct command *commands, size_t command_count)
{
    printf("program\t%s\n", program->name);
    for (size_t i = 0; i < command_count; i++)
        printf("command\t%s\t%s\t%s\n", commands[i].name, commands[i].help, commands[i].operands);
    for (size_t i = 0; i < program->row_count; i++)
        print_option(program, &program->rows[i]);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_DONE : EXIT_SYSTEM;
}
