/* SPDX-License-Identifier: MIT */
/* Which labels of a picture have room, and which text stands nearby already. */
#include "picture/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 3.0 /* pixels */

bool labels_open(struct labels *labels, double width, double height)
{
    labels->width = width;
    labels->height = height;
    labels->columns = (size_t)(width / CELL) + 1;
    labels->rows = (size_t)(height / CELL) + 1;
    labels->next = 0;
    labels->taken = calloc((labels->columns * labels->rows + 7) / 8, 1);
    labels->seen = calloc(LABELS_SEEN, sizeof *labels->seen);
    return labels->taken && labels->seen;
}

void labels_close(struct labels *labels)
{
    free(labels->taken);
    free(labels->seen);
    labels->taken = NULL;
    labels->seen = NULL;
}

double labels_width(const char *utf8, size_t length)
{
    double width = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)utf8[i];
        if ((c & 0xC0) == 0x80)
            continue;
        if (c >= 0xE3)
            width += 1; /* Japanese */
        else if (strchr("iljtfI.,' ", c))
            width += 0.34;
        else
            width += c >= 'A' && c <= 'Z' ? 0.72 : 0.61;
    }
    return width;
}

uint64_t labels_hash(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash | 1;
}

static bool near_same(const struct labels *labels, uint64_t hash, const struct label *label, double distance)
{
    for (size_t i = 0; i < LABELS_SEEN && labels->seen[i].hash != 0; i++) {
        const struct labels_seen *seen = &labels->seen[i];
        if (seen->hash == hash && hypot(seen->x - label->x, seen->y - label->y) < distance)
            return true;
    }
    return false;
}

/** Goes over the cells of a label; sets them if asked to. False if one is taken or outside. */
static bool cover(struct labels *labels, const struct label *label, bool set)
{
    double c = cos(label->angle * acos(-1.0) / 180);
    double s = sin(label->angle * acos(-1.0) / 180);
    for (double along = -label->width / 2; along <= label->width / 2; along += CELL * 0.7) {
        for (double across = -label->height / 2; across <= label->height / 2; across += CELL * 0.7) {
            double x = label->x + along * c - across * s;
            double y = label->y + along * s + across * c;
            if (!(x >= 0 && y >= 0 && x < labels->width && y < labels->height))
                return false;
            size_t cell = (size_t)(y / CELL) * labels->columns + (size_t)(x / CELL);
            if (set)
                labels->taken[cell / 8] |= (uint8_t)(1u << cell % 8);
            else if (labels->taken[cell / 8] >> cell % 8 & 1)
                return false;
        }
    }
    return true;
}

void labels_reserve(struct labels *labels, double x, double y, double width, double height)
{
    for (double down = fmax(y, 0); down < y + height && down < labels->height; down += CELL * 0.7) {
        for (double along = fmax(x, 0); along < x + width && along < labels->width; along += CELL * 0.7) {
            size_t cell = (size_t)(down / CELL) * labels->columns + (size_t)(along / CELL);
            labels->taken[cell / 8] |= (uint8_t)(1u << cell % 8);
        }
    }
}

bool labels_place(struct labels *labels, const struct label *label, const char *text, size_t length,
                  double distance)
{
    uint64_t hash = labels_hash(text, length);
    if (label->width > labels->width || !cover(labels, label, false) ||
        near_same(labels, hash, label, distance))
        return false;
    cover(labels, label, true);
    labels->seen[labels->next] = (struct labels_seen){hash, (float)label->x, (float)label->y};
    labels->next = (labels->next + 1) % LABELS_SEEN;
    return true;
}
