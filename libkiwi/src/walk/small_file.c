/* SPDX-License-Identifier: MIT */
/* Which record one of the small files is. */
#include "walk/small_file.h"

#include "disc/file_kind.h"

bool kiwi_small_file_has_type(const struct kiwi_file *file)
{
    const struct kiwi_file_name *name = kiwi_file_name_of(file->path);
    return name && name->type && file->size > 0 && file->size <= KIWI_SMALL_FILE_LIMIT;
}

/** Only one maker's files are known: another one's may have the same names. */
const struct kiwi_record_type *kiwi_small_file_type(const struct kiwi_file *file, const uint8_t *head,
                                                    size_t length, const char **path)
{
    const struct kiwi_file_name *name = kiwi_file_name_of(file->path);
    if (!kiwi_small_file_has_type(file) || (name->plausible && !name->plausible(head, length, file->size)))
        return NULL;
    *path = name->path;
    return name->type;
}
