/* SPDX-License-Identifier: MIT */
/* What of another disc does not fit, in sentences. */
#include "base_notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

static struct base_note *find_note(struct base_notes *notes, const char *text)
{
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->items[i].text, text) == 0)
            return &notes->items[i];
    notes->items = grow(notes->items, &notes->capacity, notes->count + 1, sizeof *notes->items);
    notes->items[notes->count] = (struct base_note){0};
    snprintf(notes->items[notes->count].text, sizeof notes->items->text, "%s", text);
    return &notes->items[notes->count++];
}

void base_note(struct base_notes *notes, const struct kiwi_level *level, const char *format, ...)
{
    char text[sizeof notes->items->text];
    struct base_note *note;
    va_list arguments;
    size_t used;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    note = find_note(notes, text);
    used = strlen(note->levels);
    if (level)
        snprintf(note->levels + used, sizeof note->levels - used, used ? ", %d" : "%d", level->number);
}

void base_notes_print(const struct base_notes *notes, const char *path)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct base_note *note = &notes->items[i];

        fprintf(stderr, "kiwibuild: warning: %s: %s%s%s%s\n", path,
                !*note->levels              ? ""
                : strchr(note->levels, ',') ? "levels "
                                            : "level ",
                note->levels, *note->levels ? ": " : "", note->text);
    }
}
