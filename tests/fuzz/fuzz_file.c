/* SPDX-License-Identifier: MIT */
/* The input is one ALLDATA.KWI. */
#include "oracle.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    oracle_check_bytes(bytes, length, "ALLDATA.KWI", NULL);
    return 0;
}
