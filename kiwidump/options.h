/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_OPTIONS_H
#define KIWIDUMP_OPTIONS_H

#include <kiwi/kiwi.h>

enum mode { MODE_DOCUMENT, MODE_RECORDS, MODE_FEATURES, MODE_CHECK, MODE_SCHEMA };

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FINDINGS = 1, /* done, with findings of level error */
    EXIT_USAGE = 2,
    EXIT_NOT_KIWI = 3,
    EXIT_IO = 4,
    EXIT_REFUSED = 5,
};

struct options {
    enum mode mode;
    const char *path;
    const char *file;        /* --file, or NULL */
    bool has_level;
    int level;
    bool has_box;
    struct kiwi_box box;
    unsigned kinds;          /* bits of enum kiwi_shape_kind; 0 = all */
    const char *type;        /* --type, or NULL: a code, its name, or the name of a record type */
    bool has_limit;
    uint64_t limit;
    bool collection;         /* --format geojson: one FeatureCollection */
    bool quiet;              /* no progress and no findings on stderr */
};

/** Reads the command line; returns a value below zero to go on, else the exit code. */
int options_read(struct options *options, int count, char **arguments);

#endif
