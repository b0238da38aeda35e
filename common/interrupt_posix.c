/* SPDX-License-Identifier: MIT */
/* Somebody ends the program: signals. */
#include "common/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void (*clean_up)(void);

static void on_signal(int number)
{
    clean_up();
    _exit(128 + number);
}

void interrupt_watch(void (*clean)(void))
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction old;
    clean_up = clean;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}
