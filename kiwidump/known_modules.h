/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_KNOWN_MODULES_H
#define KIWIDUMP_KNOWN_MODULES_H

/** The disc that a module with this MD5 (lower case) was seen on, or NULL. */
const char *known_module(const char *md5);

#endif
