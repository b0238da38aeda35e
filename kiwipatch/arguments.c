/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "plan.h"

int complain(const char *command, const struct failure *failure)
{
    fprintf(stderr, "kiwipatch %s: %s%s\n", command, failure->text,
            failure->code == EXIT_USAGE ? "; see kiwipatch --help" : "");
    return (int)failure->code;
}

static bool take(struct arguments *arguments, int letter, struct failure *failure)
{
    switch (letter) {
    case 'f': arguments->file = optarg; break;
    case 'H': arguments->hash = optarg; break;
    case 'r': arguments->accept_risk = optarg; break;
    case 'o': arguments->format = optarg; break;
    case 'F': arguments->full = true; break;
    default:
        arguments->override = strcmp(optarg, PLAN_OVERRIDE) == 0;
        return arguments->override ||
               refuse(failure, EXIT_USAGE, "--override wants the words \"%s\"", PLAN_OVERRIDE);
    }
    return true;
}

bool arguments_read(struct arguments *arguments, int argc, char **argv, const char *letters, int operands,
                    struct failure *failure)
{
    static const struct option table[] = {
        {"file", required_argument, NULL, 'f'},
        {"hash", required_argument, NULL, 'H'},
        {"accept-risk", required_argument, NULL, 'r'},
        {"format", required_argument, NULL, 'o'},
        {"override", required_argument, NULL, 'O'},
        {"full", no_argument, NULL, 'F'},
        {NULL, 0, NULL, 0},
    };
    int letter;
    *arguments = (struct arguments){0};
    opterr = 0;
    while ((letter = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (letter == ':')
            return refuse(failure, EXIT_USAGE, "%.100s lacks its value", argv[optind - 1]);
        if (letter == '?' || !strchr(letters, letter))
            return refuse(failure, EXIT_USAGE, "unknown option %.100s", argv[optind - 1]);
        if (!take(arguments, letter, failure))
            return false;
    }
    if (argc - optind != operands)
        return refuse(failure, EXIT_USAGE, "takes %d argument(s), not %d", operands, argc - optind);
    const char **places[] = {&arguments->disc, &arguments->patch, &arguments->output};
    for (int i = 0; i < operands; i++)
        *places[i] = argv[optind + i];
    return true;
}
