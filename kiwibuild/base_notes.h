/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_NOTES_H
#define KIWIBUILD_BASE_NOTES_H

#include <stddef.h>

#include <kiwi/map.h>

/** Sentences on what of another disc does not fit, each with the levels that it is about, if it is about
 * levels. */
struct base_notes {
    struct base_note {
        char text[440], levels[64];
    } * items;
    size_t count, capacity;
};

/** Adds a sentence: about a level, or NULL. */
void base_note(struct base_notes *notes, const struct kiwi_level *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Prints them as warnings about the disc. */
void base_notes_print(const struct base_notes *notes, const char *path);

#endif
