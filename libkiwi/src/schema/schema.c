/* SPDX-License-Identifier: MIT */
/* Names of codes in the tables of the schema. */
#include <kiwi/schema.h>

const char *kiwi_enumeration_name(const struct kiwi_enumeration *enumeration, uint32_t code)
{
    size_t low = 0;
    size_t high = enumeration->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (enumeration->entries[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < enumeration->count && enumeration->entries[low].code == code)
        return enumeration->entries[low].name;
    return NULL;
}
