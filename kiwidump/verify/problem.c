/* SPDX-License-Identifier: MIT */
/* A problem of --verify, in the document and on standard error. */
#include "verify/verify.h"

#include <stdio.h>

void verify_problem(struct verification *verification, const char *kind, const char *file, uint64_t offset,
                    const char *says)
{
    struct json *json = &verification->dump->json;
    verification->problems++;
    json_begin_object(json);
    json_key(json, "kind");
    json_string(json, kind);
    json_key(json, "file");
    json_string(json, file);
    json_key(json, "offset");
    if (offset == KIWI_NULL)
        json_null(json);
    else
        json_unsigned(json, offset);
    json_key(json, "says");
    json_string(json, says);
    json_end_object(json);
    if (!verification->dump->options.quiet)
        fprintf(stderr, "kiwidump: %s%s%s: %s\n", kind, file[0] ? ": " : "", file, says);
}
