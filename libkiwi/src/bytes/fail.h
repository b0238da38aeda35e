/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_FAIL_H
#define KIWI_SRC_FAIL_H

#include <kiwi/error.h>

/**
 * Fills error (NULL is allowed) with a printf-like sentence and returns status, so that `return
 * kiwi_fail(...)` works.
 */
enum kiwi_status kiwi_fail(struct kiwi_error *error, enum kiwi_status status, int system_error,
                           uint64_t offset, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 5, 6)))
#endif
    ;

/** KIWI_ERROR_MEMORY. */
enum kiwi_status kiwi_fail_memory(struct kiwi_error *error);

/** English words for errno; strerror() would ask the locale. */
const char *kiwi_errno_text(int system_error);

/** Where findings go; callback may be NULL. */
struct kiwi_reporter {
    kiwi_finding_callback *callback;
    void *context;
};

/** One finding about a whole file: no record path. */
void kiwi_report(const struct kiwi_reporter *reporter, enum kiwi_severity severity, const char *file,
                 uint64_t offset, const char *field, const char *expected, const char *found);

#endif
