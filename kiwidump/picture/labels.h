/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PICTURE_LABELS_H
#define KIWIDUMP_PICTURE_LABELS_H

/* Which places of a picture are taken by labels, and which texts stand where. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Texts remembered, so that the same one does not stand twice side by side; the oldest are forgotten. */
#define LABELS_SEEN ((size_t)1 << 14)

struct labels {
    double width, height;
    size_t columns, rows;
    uint8_t *taken; /* a bit for each cell */
    struct labels_seen {
        uint64_t hash;
        float x, y;
    } * seen;
    size_t next; /* in seen */
};

struct label {
    double x, y;          /* middle */
    double angle;         /* degrees, clockwise */
    double width, height; /* of the text */
};

bool labels_open(struct labels *labels, double width, double height);
void labels_close(struct labels *labels);

/** Takes the place of a label; false if it is taken, outside, or too near to the same text. */
bool labels_place(struct labels *labels, const struct label *label, const char *text, size_t length,
                  double distance);

/** Keeps labels away from a box; what of it lies outside does not matter. */
void labels_reserve(struct labels *labels, double x, double y, double width, double height);

/** Of a text; never 0. */
uint64_t labels_hash(const char *text, size_t length);

/** Width of a text of size 1, roughly. */
double labels_width(const char *utf8, size_t length);

#endif
