/* SPDX-License-Identifier: MIT */
#ifndef KIWI_TESTS_TARGET_H
#define KIWI_TESTS_TARGET_H

#include <stddef.h>
#include <stdint.h>

/** What libFuzzer calls, and main.c with the files of the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
