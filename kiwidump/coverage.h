/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_COVERAGE_H
#define KIWIDUMP_COVERAGE_H

#include "dump.h"

/** Whether the map has something of --bbox or --at; if not, says so, with what it covers. */
bool coverage_check(struct dump *dump);

#endif
