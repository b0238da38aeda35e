/* SPDX-License-Identifier: MIT */
/* Prints what completions of kiwipatch are made from; runs while it is built, and is not installed. */
#include "common/completion.h"
#include "commands.h"

int main(void)
{
    return completion_print(&kiwipatch_program, commands, command_count);
}
