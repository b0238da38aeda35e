/* SPDX-License-Identifier: MIT */
#ifndef BASE_HOST_WINDOWS_H
#define BASE_HOST_WINDOWS_H

/* What the files *_windows.c share; nobody else includes this. */

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/** A path for functions of Windows, to be freed; one that is too long for them gets the form that is not.
 * NULL and errno: no memory, or no UTF-8. */
wchar_t *kiwi_windows_path(const char *path);
/** UTF-8, to be freed; NULL: no memory. */
char *kiwi_windows_utf8(const wchar_t *text);
/** The errno of an error of Windows. */
int kiwi_windows_errno(DWORD error);

#endif
