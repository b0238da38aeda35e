/* SPDX-License-Identifier: MIT */
/* For builds with MemorySanitizer: clang 14 does not know the functions that glibc has had for stat()
 * since 2.33, and takes what they fill in for uninitialized. Linked with --wrap (tools/sanitizers). */
#include <stddef.h>

#include <sys/stat.h>

/* Weak: meson tries the linker without the sanitizer, too. */
__attribute__((weak)) void __msan_unpoison(const volatile void *bytes, size_t length);

#define FILLS(name, parameters, arguments)           \
    int __real_##name parameters;                    \
    int __wrap_##name parameters;                    \
    int __wrap_##name parameters                     \
    {                                                \
        int result = __real_##name arguments;        \
        if (result == 0 && __msan_unpoison)          \
            __msan_unpoison(status, sizeof *status); \
        return result;                               \
    }

FILLS(stat64, (const char *path, struct stat *status), (path, status))
FILLS(lstat64, (const char *path, struct stat *status), (path, status))
FILLS(fstat64, (int file, struct stat *status), (file, status))
FILLS(fstatat64, (int folder, const char *path, struct stat *status, int flags),
      (folder, path, status, flags))
