/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_ACCOUNTS_H
#define KIWI_SRC_ACCOUNTS_H

/* What the bytes of each file are: fields, padding, reserved, unknown. */

#include <kiwi/disc.h>
#include <kiwi/schema.h>

struct kiwi_accounts {
    struct kiwi_account_of {
        const struct kiwi_file *file;
        struct kiwi_account account;
    } * files;
    size_t count, room;
    struct kiwi_account uncounted; /* of files that there was no memory for */
};

void kiwi_accounts_free(struct kiwi_accounts *accounts);

/** Account of a file, to add to; one that is thrown away if there is no memory for it. Valid until the next
 * call. */
struct kiwi_account *kiwi_accounts_of(struct kiwi_accounts *accounts, const struct kiwi_file *file);

/** Adds to a sum what an account has more than before. */
void kiwi_account_add_since(struct kiwi_account *sum, const struct kiwi_account *account,
                            const struct kiwi_account *before);

/** The account of a file so far; zeros if nothing of it was met. */
struct kiwi_account kiwi_accounts_get(const struct kiwi_accounts *accounts, const struct kiwi_file *file);

#endif
