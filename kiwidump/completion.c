/* SPDX-License-Identifier: MIT */
/* Prints what completions of kiwidump are made from; runs while it is built, and is not installed. */
#include "common/completion.h"
#include "options.h"

int main(void)
{
    return completion_print(&kiwidump_program, NULL, 0);
}
