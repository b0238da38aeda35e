/* SPDX-License-Identifier: MIT */
/* Prints what completions of kiwibuild are made from; runs while it is built, and is not installed. */
#include "common/completion.h"
#include "options.h"

int main(void)
{
    return completion_print(&kiwibuild_program, NULL, 0);
}
