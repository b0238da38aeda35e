/* SPDX-License-Identifier: MIT */
/* Conditions that code elsewhere has made impossible, and that are looked at all the same where bytes of
 * strangers are near. */
#ifndef BASE_NEVER_H
#define BASE_NEVER_H

#include <assert.h>
#include <stdbool.h>

/**
 * NEVER(condition) is false unless there is a mistake in the code: then a build with asserts ends here, and
 * any other takes the safe way. No input can make it true. It is a constant where coverage is measured, since
 * no test can reach what stands behind it.
 */
#if defined KIWI_COVERAGE
#define NEVER(condition) (false && (condition))
#elif defined NDEBUG
#define NEVER(condition) (condition)
#else
#define NEVER(condition) ((condition) ? (assert(!#condition), true) : false)
#endif

#endif
