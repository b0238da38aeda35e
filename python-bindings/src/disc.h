/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_DISC_H
#define KIWI_PYTHON_DISC_H

#include <pthread.h>
#include <stdatomic.h>

#include "error.h"
#include "source.h"

/**
 * Something opened on a disc that must be closed before the disc is: an iterator of libkiwi. The disc knows
 * all of them, so that close() does not wait for Python's garbage.
 */
struct handle {
    struct handle *next, **link; /* link is NULL when closed */
    void (*close)(struct handle *handle);
};

/**
 * An opened disc. Threads take turns: whoever works with the disc holds its mutex, without the interpreter's
 * lock where the work is long.
 */
struct disc {
    PyObject_HEAD
    const struct state *state;
    PyObject *module; /* keeps state alive */
    pthread_mutex_t mutex;
    _Atomic unsigned long owner;  /* thread that holds the mutex, 0 = nobody */
    struct kiwi_disc *disc;       /* NULL when closed */
    enum kiwi_geodetic datum;     /* of its places, which become WGS 84 here */
    struct kiwi_map *map;         /* opened when first needed, else NULL */
    struct kiwi_shapes *reader;   /* the same */
    struct kiwi_regions *regions; /* the same */
    struct kiwi_index *index;     /* the same */
    struct handle *handles;
    struct python_source *source; /* of buffers and file objects, else NULL */
    struct kept_findings findings;
    uint64_t unreadable;     /* bytes that on_finding knows of */
    PyObject *on_finding;    /* or NULL */
    PyObject *name;          /* what was opened, for repr() */
    PyObject *files;         /* tuple of File, made when first needed */
    PyObject *levels;        /* tuple of Level, the same */
    PyObject *region_levels; /* tuple of RegionLevel, the same */
};

PyTypeObject *disc_type(PyObject *module);
PyTypeObject *file_type(PyObject *module);

/** kiwi._kiwi._open_disc(class, source, name, on_finding) */
PyObject *disc_open(PyObject *module, PyObject *arguments);

/**
 * Begins work with a disc: takes its mutex. False with an exception if it is closed, or if this thread is at
 * work with it already (a file object that uses the disc it is read for).
 */
bool disc_enter(struct disc *disc);

/**
 * Ends it and hands findings to the callback. False with an exception if the callback or the source raised,
 * which is what status KIWI_ERROR_IO then means.
 */
bool disc_leave(struct disc *disc);

/** After disc_leave(): raises what went wrong unless something is raised already; returns NULL. */
void *disc_fail(struct disc *disc, const struct kiwi_error *error);

/** The map, between disc_enter() and disc_leave(); opens it at first. */
enum kiwi_status disc_map(struct disc *disc, struct kiwi_error *error);

/** Likewise the regions and the index; KIWI_ERROR_NOT_FOUND if the disc has none. */
enum kiwi_status disc_regions(struct disc *disc, struct kiwi_error *error);
enum kiwi_status disc_index(struct disc *disc, struct kiwi_error *error);

/** Lets disc know of a handle that was opened, between disc_enter() and disc_leave(). */
void disc_add_handle(struct disc *disc, struct handle *handle, void (*close)(struct handle *handle));

/** Closes a handle, at any time; closed ones are allowed. */
void disc_close_handle(struct disc *disc, struct handle *handle);

/** A place (latitude, longitude) in WGS 84 as the disc has it. */
static inline struct kiwi_place disc_place(const struct disc *disc, const double *place)
{
    return kiwi_from_wgs84(disc->datum, (struct kiwi_place){place[0], place[1]});
}

/** Text in the charset of the disc as str. */
PyObject *disc_text(struct disc *disc, const uint8_t *bytes, size_t length);

/** The tuple of File; borrowed, NULL with an exception. */
PyObject *disc_files(struct disc *disc);

/** The file at a path on the disc; *file is NULL for None. False with an exception if there is none. */
bool disc_find_file(struct disc *disc, PyObject *path, const struct kiwi_file **file);

#endif
