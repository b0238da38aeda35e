/* SPDX-License-Identifier: MIT */
#ifndef COMMON_EXIT_CODE_H
#define COMMON_EXIT_CODE_H

/** Exit codes of all programs; they are part of the interface. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FINDINGS = 1, /* done, with something to say: findings, differences, an open journal, no hits */
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,   /* no KIWI disc, or the input cannot be used */
    EXIT_SYSTEM = 4,  /* reading, writing or memory failed; also a file that is not there */
    EXIT_REFUSED = 5, /* it could be done, but not safely */
};

/** The last lines of every --help. */
#define EXIT_CODE_HELP                                                                \
    "Exit status: 0 done, 1 done with something to say, 2 usage, 3 input cannot be\n" \
    "used, 4 input or output failed, 5 refused.\n"

#endif
