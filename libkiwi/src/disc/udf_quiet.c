/* SPDX-License-Identifier: MIT */
/* Keeps libudfread from printing. */
#define _GNU_SOURCE /* fopencookie, and a stderr that can be set */
#include "disc/udf_quiet.h"

#include <pthread.h>
#include <stdio.h>

/*
 * libudfread 1.1.2 writes to stderr about what it does not like, and has no switch. stderr is a variable of
 * the GNU library (manual, section 12.2): while the last thread is in libudfread it is a stream that throws
 * all away, which has no descriptor and is never closed, since another thread may just have taken it. The
 * descriptor 2 and whoever writes to it stay as they are; what other threads print by stdio in these moments
 * is lost. Where stderr cannot be set libudfread prints.
 */
#ifdef __GLIBC__
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static FILE *nowhere, *kept;
static unsigned users;

void kiwi_udf_quiet_begin(void)
{
    static const cookie_io_functions_t nothing = {NULL, NULL, NULL, NULL};

    pthread_mutex_lock(&mutex);
    if (!nowhere)
        nowhere = fopencookie(NULL, "w", nothing);
    if (users++ == 0) {
        kept = stderr;
        stderr = nowhere ? nowhere : stderr;
    }
    pthread_mutex_unlock(&mutex);
}

void kiwi_udf_quiet_end(void)
{
    pthread_mutex_lock(&mutex);
    if (--users == 0 && stderr == nowhere) /* somebody may have set another one */
        stderr = kept;
    pthread_mutex_unlock(&mutex);
}
#else
void kiwi_udf_quiet_begin(void)
{
}

void kiwi_udf_quiet_end(void)
{
}
#endif
