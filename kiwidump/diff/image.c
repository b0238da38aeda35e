/* SPDX-License-Identifier: MIT */
/* What lies outside of the files of two images: descriptors, folders, the rest of sectors. */
#include "diff/diff.h"

/** Whether both discs are images of the same shape, so that one byte can be held against the other. Their
 * file systems may differ: one that is damaged is not among them. */
static bool have_same_shape(const struct diff *diff)
{
    const struct kiwi_disc *a = diff->sides[0].disc;
    const struct kiwi_disc *b = diff->sides[1].disc;
    bool same = kiwi_disc_container(a) == KIWI_CONTAINER_IMAGE &&
                kiwi_disc_container(b) == KIWI_CONTAINER_IMAGE && kiwi_disc_size(a) == kiwi_disc_size(b);
    for (size_t i = 0; i < diff->pair_count && same; i++) {
        const struct kiwi_file *old_file = diff->pairs[i].files[0];
        const struct kiwi_file *new_file = diff->pairs[i].files[1];
        same = old_file && new_file && old_file->extent_count == new_file->extent_count &&
               (old_file->extent_count == 0 ||
                memcmp(old_file->extents, new_file->extents,
                       old_file->extent_count * sizeof *old_file->extents) == 0);
    }
    return same;
}

/** Where the files begin and end around a byte: up to there all bytes are in a file, or none is. */
static bool in_a_file(const struct diff *diff, uint64_t at, uint64_t *until)
{
    *until = UINT64_MAX;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const struct kiwi_file *file = diff->pairs[i].files[1];
        for (size_t k = 0; k < file->extent_count; k++) {
            const struct kiwi_extent *extent = &file->extents[k];
            if (extent->offset > at) {
                *until = extent->offset < *until ? extent->offset : *until;
            } else if (at - extent->offset < extent->length) {
                *until = extent->offset + extent->length;
                return true;
            }
        }
    }
    return false;
}

enum kiwi_status diff_images(struct diff *diff, struct kiwi_error *error)
{
    struct stretch stretches[2];
    enum kiwi_status status = KIWI_OK;
    uint64_t size = kiwi_disc_size(diff->sides[0].disc);
    uint64_t until;
    if (diff->dump->options.file || !have_same_shape(diff))
        return KIWI_OK;
    for (uint64_t at = 0; status == KIWI_OK && at < size && !diff_is_enough(diff); at = until) {
        struct difference difference;
        bool inside = in_a_file(diff, at, &until);
        until = until < size ? until : size;
        if (inside)
            continue;
        for (int i = 0; i < 2; i++)
            stretches[i] = (struct stretch){kiwi_disc_image(diff->sides[i].disc), at, until - at};
        status = diff_bytes(diff, stretches, &difference, error);
        if (status == KIWI_OK && difference.count > 0)
            diff_put_bytes(diff, "image", "", "outside of the files", stretches, &difference);
    }
    return status;
}
