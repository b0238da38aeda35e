/* SPDX-License-Identifier: MIT */
/* A line on stderr that says what is being done. */
#include "stage.h"

#include <stdio.h>

static struct {
    bool wanted;
    const char *what;
    unsigned shown; /* percent */
} stage;

static void print(void)
{
    fprintf(stderr, "\r%-32s %3u %% ", stage.what, stage.shown);
    fflush(stderr);
}

void stages_start(bool wanted)
{
    stage.wanted = wanted;
}

void stage_begin(const char *what)
{
    stage.what = what;
    stage.shown = 0;
    if (stage.wanted)
        print();
}

void stage_show(uint64_t done, uint64_t total)
{
    const unsigned percent = total && done < total ? (unsigned)((double)done / (double)total * 100) : 100;
    if (!stage.wanted || percent == stage.shown)
        return;
    stage.shown = percent;
    print();
}

void stages_end(void)
{
    if (stage.wanted && stage.what)
        fprintf(stderr, "\r%38s\r", "");
    stage.what = NULL;
}
