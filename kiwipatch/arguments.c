/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

int complain(const char *command, const struct failure *failure)
{
    fprintf(stderr, "kiwipatch %s: %s%s\n", command, failure->text,
            failure->code == EXIT_USAGE ? "; see kiwipatch --help" : "");
    return (int)failure->code;
}

int finish_output(const char *command, bool done, struct failure *failure)
{
    if (done && fflush(stdout) == 0)
        return EXIT_DONE;
    if (done)
        refuse(failure, EXIT_SYSTEM, "done, but writing the output failed: %s", strerror(errno));
    return complain(command, failure);
}

static void take(struct patch_request *request, int letter)
{
    switch (letter) {
    case 'f': request->file = optarg; break;
    case 'H': request->hash = optarg; break;
    case 'r': request->accept_risk = optarg; break;
    case 'o': request->format = optarg; break;
    case 'O': request->override = optarg; break;
    default: request->full = true; break;
    }
}

static void take_operand(struct patch_request *request, char operand, const char *text)
{
    switch (operand) {
    case 'd': request->disc = text; break;
    case 'p': request->patch = text; break;
    default: request->output = text; break;
    }
}

bool arguments_read(struct patch_request *request, int argc, char **argv, const char *letters,
                    const char *operands, struct failure *failure)
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
    *request = (struct patch_request){0};
    opterr = 0;
    while ((letter = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (letter == ':')
            return refuse(failure, EXIT_USAGE, "%.100s lacks its value", argv[optind - 1]);
        if (letter == '?' || !strchr(letters, letter))
            return refuse(failure, EXIT_USAGE, "unknown option %.100s", argv[optind - 1]);
        take(request, letter);
    }
    int count = (int)strlen(operands);
    if (argc - optind != count)
        return refuse(failure, EXIT_USAGE, "takes %d argument(s), not %d", count, argc - optind);
    for (int i = 0; i < count; i++)
        take_operand(request, operands[i], argv[optind + i]);
    return true;
}
