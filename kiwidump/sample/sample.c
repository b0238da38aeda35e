/* SPDX-License-Identifier: MIT */
/* --sample: a small file with some of a disc, that may be shown to others. */
#include "sample/sampler.h"

#include <stdio.h>
#include <stdlib.h>

static void say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

static enum kiwi_status take_sample(struct sampler *sampler, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    if (sampler->image)
        status = sample_choose_volume(sampler, error);
    if (status == KIWI_OK)
        status = sample_choose(sampler, error);
    if (status == KIWI_OK && sampler->no_memory)
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (status != KIWI_OK)
        return status;
    sample_sort(sampler);
    status = sample_write(sampler, error);
    if (status == KIWI_OK && !sampler->dump->options.quiet)
        status = sample_manifest(sampler, say, NULL, error);
    return status;
}

enum kiwi_status dump_sample(struct dump *dump, struct kiwi_error *error)
{
    struct sampler sampler = {
        .dump = dump,
        .image = kiwi_disc_container(dump->disc) == KIWI_CONTAINER_IMAGE,
        .kept = {.limit = SAMPLE_PIECES},
        .texts = {.limit = SAMPLE_TEXTS},
    };
    enum kiwi_status status = take_sample(&sampler, error);
    free(sampler.kept.items);
    free(sampler.texts.items);
    return status;
}
