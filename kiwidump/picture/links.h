/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PICTURE_LINKS_H
#define KIWIDUMP_PICTURE_LINKS_H

/*
 * The links of one parcel in memory, in pixels, and paths put together from them: bridges are drawn along
 * paths, names of streets stand on them. Room is bounded; links beyond it are left out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINKS_MOST = 8192, LINKS_POINTS = 65536, PATH_POINTS = 4096 };

struct link {
    size_t first, count; /* points */
    unsigned style;      /* paths go over links of one style only */
    uint32_t id;         /* 0 if none */
    uint64_t owner;      /* hash of the name that stands on it, 0 if none */
    bool used;
    float west, north, east, south; /* its box */
};

struct links {
    struct link *items;
    size_t count;
    double *x, *y;
    size_t points;
};

/** A line that goes over several links. */
struct path {
    double x[PATH_POINTS], y[PATH_POINTS];
    double along[PATH_POINTS]; /* length up to a point */
    size_t count;
    double own_from, own_to; /* the part of the way that it was begun with */
};

/** False if memory runs out; links_close() is needed in any case. */
bool links_open(struct links *links);
void links_close(struct links *links);
void links_clear(struct links *links);
/** False if there is no room. */
bool links_add(struct links *links, const double *x, const double *y, size_t count, unsigned style,
               uint32_t id);

/** The nearest link within a distance that runs in the direction (degrees; below -360: any), or SIZE_MAX. */
size_t links_nearest(const struct links *links, double x, double y, double distance, double direction);

/** Gives a link, and those of the same way before and behind it, to a name. */
void links_own(struct links *links, size_t index, uint64_t owner);

/**
 * The path that goes on from a link at both ends: over the links of its way, then as straight as possible
 * over links of the same style that belong to no other name. Links of the path are marked as used.
 */
void links_follow(struct links *links, size_t index, uint64_t owner, struct path *path);

/** A place on a path; length is cut to that of the path. */
void path_at(const struct path *path, double length, double *x, double *y);
double path_length(const struct path *path);
/** How far along the path its nearest point to x, y lies. */
double path_nearest(const struct path *path, double x, double y);

#endif
