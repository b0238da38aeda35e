/* SPDX-License-Identifier: MIT */
/* The input is a disc image. */
#include "oracle.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    oracle_check_bytes(bytes, length, "disc.iso", NULL);
    return 0;
}
