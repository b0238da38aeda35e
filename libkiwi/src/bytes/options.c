/* SPDX-License-Identifier: MIT */
/* Takes options from a struct of another version. */
#include "bytes/options.h"

#include <string.h>

enum kiwi_status kiwi_options_take(void *ours, size_t size, const void *given, struct kiwi_error *error)
{
    const unsigned char *bytes = given;
    size_t given_size;
    if (!given)
        return KIWI_OK;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < sizeof given_size)
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL, "the options do not say their size");
    for (size_t i = size; i < given_size; i++)
        if (bytes[i] != 0)
            return kiwi_fail(
                error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                "byte %zu of the options is set: this version of libkiwi has only %zu bytes of them", i,
                size);
    memcpy(ours, given, given_size < size ? given_size : size);
    return KIWI_OK;
}
