/* SPDX-License-Identifier: MIT */
#ifndef KIWI_ERROR_H
#define KIWI_ERROR_H

#include <stdint.h>

#if defined(__GNUC__)
#define KIWI_API __attribute__((visibility("default")))
#else
#define KIWI_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** "No value": the null of sizes and displacements, and an offset that is not known. */
#define KIWI_NULL UINT64_MAX

enum kiwi_status {
    KIWI_OK = 0,
    KIWI_END,             /**< nothing left to iterate; not an error */
    KIWI_ERROR_NOT_KIWI,  /**< the input is no KIWI disc or file, or a container that cannot be read */
    KIWI_ERROR_NOT_FOUND, /**< no such file, level or parcel on the disc */
    KIWI_ERROR_IO,        /**< the operating system refused; see system_error */
    KIWI_ERROR_MEMORY,    /**< out of memory */
    KIWI_ERROR_RANGE,     /**< a value that the format cannot hold, or a place outside the file */
};

/** Filled by the function that failed, owned by the caller; every function accepts NULL instead. */
struct kiwi_error {
    enum kiwi_status status;
    int system_error; /**< errno, or 0 */
    uint64_t offset;  /**< in the file, or KIWI_NULL */
    char text[512];   /**< one sentence in English, without a line feed; always terminated */
};

enum kiwi_severity {
    KIWI_NOTE,    /**< unusual, nothing lost */
    KIWI_WARNING, /**< against the standard, read all the same */
    KIWI_ERROR,   /**< something could not be read */
};

/** What was expected of a disc and not found there. Strings live until the callback returns. */
struct kiwi_finding {
    enum kiwi_severity severity;
    uint64_t offset;      /**< in the file, or KIWI_NULL */
    const char *file;     /**< path on the disc, or "" */
    const char *path;     /**< record path such as level[0].parcel[3,4].road[7], or "" */
    const char *field;    /**< field of that record, or "" */
    const char *expected; /**< what should have been there */
    const char *found;    /**< what was there */
};

/** Receives findings while the work goes on; context is the caller's. */
typedef void kiwi_finding_callback(void *context, const struct kiwi_finding *finding);

#ifdef __cplusplus
}
#endif

#endif
