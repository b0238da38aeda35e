/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_FOLD_TABLE_H
#define KIWI_SRC_FOLD_TABLE_H

/* What characters become when case, accents and widths do not matter; made by fold_table.py. */

#include <stddef.h>
#include <stdint.h>

/** A character and its folded form, in kiwi_fold_texts; those that are not listed stay. */
struct kiwi_fold {
    uint32_t code;
    uint16_t text;
    uint8_t length;
};

/** A kana, a mark that voices it, and the kana that both are. */
struct kiwi_voiced {
    uint16_t base, mark, code;
};

extern const char kiwi_fold_texts[];
extern const struct kiwi_fold kiwi_folds[]; /* by code */
extern const size_t kiwi_fold_count;
extern const struct kiwi_voiced kiwi_voiced[];
extern const size_t kiwi_voiced_count;

#endif
