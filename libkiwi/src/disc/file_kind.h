/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_DISC_FILE_KIND_H
#define KIWI_SRC_DISC_FILE_KIND_H

/* The register of file kinds, which is made from the schema (spec/91_files.kwis). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/file_kind.h>

struct kiwi_record_type;

struct kiwi_file_kind_data {
    const char *name;
    bool by_map;            /* the map leads into it */
    bool is_text;           /* every file of the kind is one text */
    const char *one, *many; /* what people call them; NULL if they are part of something larger */
};

/** A name that files of a kind have. */
struct kiwi_file_name {
    const char *folder;  /* in which the file lies; NULL for any */
    const char *pattern; /* of the name in it; one '*' stands for anything */
    enum kiwi_file_kind kind;
    const char *reason;
    bool sure;                           /* a file of that name makes what it lies in a KIWI disc */
    const struct kiwi_record_type *type; /* what the whole file is, or NULL */
    const char *path;                    /* of that record */
    /* Whether the head of the file looks like that record; NULL if it always does. */
    bool (*plausible)(const uint8_t *bytes, uint64_t length, uint64_t size);
};

/** The text by which a file is known whatever its name is. */
struct kiwi_file_mark {
    enum kiwi_file_kind kind;
    uint32_t offset, length; /* of the field that contains it */
    const char *text;
    const char *field;
    const char *there, *missing; /* reasons for the kind */
};

extern const struct kiwi_file_kind_data kiwi_file_kinds[];
/** A file has the kind of the first name that fits. */
extern const struct kiwi_file_name kiwi_file_names[];
extern const size_t kiwi_file_name_count;
extern const struct kiwi_file_mark kiwi_file_mark;

/** The first name that fits a path, or NULL. */
const struct kiwi_file_name *kiwi_file_name_of(const char *path);

#endif
