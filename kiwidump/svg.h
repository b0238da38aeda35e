/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SVG_H
#define KIWIDUMP_SVG_H

#include "dump.h"
#include "labels.h"

/** A link has at most 1,023 points and two nodes, a background 2,047 steps and its start. */
enum { SVG_POINTS = 2048 };
/** Longest side of a picture, in pixels. */
#define SVG_SIDE 20000.0

#endif
