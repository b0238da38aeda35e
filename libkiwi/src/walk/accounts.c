/* SPDX-License-Identifier: MIT */
/* Accounts of files, found by file. */
#include "walk/accounts.h"

#include <stdlib.h>

#include "base/grow.h"

void kiwi_accounts_free(struct kiwi_accounts *accounts)
{
    free(accounts->files);
}

struct kiwi_account *kiwi_accounts_of(struct kiwi_accounts *accounts, const struct kiwi_file *file)
{
    for (size_t i = accounts->count; i-- > 0;)
        if (accounts->files[i].file == file)
            return &accounts->files[i].account;
    struct kiwi_account_of *grown = grow_array(accounts->files, &accounts->room, accounts->count, 1,
                                               sizeof *grown);
    if (!grown)
        return &accounts->uncounted;
    accounts->files = grown;
    grown[accounts->count] = (struct kiwi_account_of){.file = file};
    return &grown[accounts->count++].account;
}

void kiwi_account_add_since(struct kiwi_account *sum, const struct kiwi_account *account,
                            const struct kiwi_account *before)
{
    sum->field += account->field - before->field;
    sum->padding += account->padding - before->padding;
    sum->reserved += account->reserved - before->reserved;
    sum->unknown += account->unknown - before->unknown;
}

struct kiwi_account kiwi_accounts_get(const struct kiwi_accounts *accounts, const struct kiwi_file *file)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (accounts->files[i].file == file)
            return accounts->files[i].account;
    return (struct kiwi_account){0};
}
