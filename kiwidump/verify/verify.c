/* SPDX-License-Identifier: MIT */
/* --verify: before and after burning. */
#include "verify/verify.h"

#include <stdio.h>

/** The second disc; what its opening finds is said as of any disc. */
static enum kiwi_status open_other(struct verification *verification, struct kiwi_error *error)
{
    struct dump *dump = verification->dump;
    const struct kiwi_disc_options options = {
        .size = sizeof options, .finding = findings_take, .context = &dump->findings};
    if (!dump->options.other)
        return KIWI_OK;
    enum kiwi_status status = kiwi_disc_open(dump->options.other, &options, &verification->discs[1], error);
    dump->options.path = status == KIWI_OK ? dump->options.path : dump->options.other; /* for the message */
    return status;
}

static uint64_t bytes_to_read(const struct verification *verification)
{
    uint64_t size = kiwi_disc_size(verification->discs[0]);
    return (kiwi_disc_image(verification->discs[0]) ? size : 0) + (verification->discs[1] ? size : 0);
}

static void say_verdict(const struct verification *verification, size_t problems)
{
    if (verification->dump->options.quiet)
        return;
    fprintf(stderr, "kiwidump: it is %s", problems == 0 ? "whole" : "not whole");
    if (verification->discs[1])
        fprintf(stderr, verification->problems == problems ? ", and the other one is equal to it"
                                                           : ", and the other one is not equal to it");
    fputc('\n', stderr);
}

enum kiwi_status dump_verify(struct dump *dump, struct kiwi_error *error)
{
    struct verification verification = {.dump = dump, .discs = {dump->disc, NULL}};
    enum kiwi_status status = open_other(&verification, error);
    if (status != KIWI_OK)
        return status;
    verification.total = bytes_to_read(&verification);
    progress_begin(&verification.progress, dump->options.quiet);
    json_begin_object(&dump->json);
    status = verify_whole(&verification, error);
    size_t problems = verification.problems;
    verify_medium(&verification);
    if (status == KIWI_OK && verification.discs[1])
        status = verify_compare(&verification, error);
    json_end_object(&dump->json);
    progress_end(&verification.progress);
    dump->different = verification.problems > 0;
    if (status == KIWI_OK)
        say_verdict(&verification, problems);
    kiwi_disc_close(verification.discs[1]);
    return status;
}
