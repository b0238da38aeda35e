/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_LOADING_H
#define KIWIDUMP_LOADING_H

#include <kiwi/kiwi.h>

struct dump;

/** The member "loading" of the document: the systems and modules of the first LOADING.KWI. */
enum kiwi_status loading_document(struct dump *dump, struct kiwi_error *error);

/** A module, or a picture in one, as --extract writes it. */
struct loading_piece {
    char path[160];
    const char *kind;
    uint64_t offset, size; /* in LOADING.KWI */
};

typedef enum kiwi_status loading_piece_callback(void *context, const struct kiwi_file *file,
                                                const struct loading_piece *piece, struct kiwi_error *error);

/** Calls back with every module of a LOADING.KWI and every picture in it; nothing if the file is another
 * container. */
enum kiwi_status loading_pieces(const struct kiwi_disc *disc, const struct kiwi_file *file,
                                loading_piece_callback *callback, void *context, struct kiwi_error *error);

#endif
