/* SPDX-License-Identifier: MIT */
/* Types of the standard that are more than a number: sector addresses and dates. */
#include <kiwi/types.h>

uint32_t kiwi_dsa(uint64_t offset, struct kiwi_sectors sectors)
{
    uint64_t sector = offset / sectors.sector_size;
    uint64_t rest = offset % sectors.sector_size;
    if (sector > 0xFFFFFF || rest % sectors.logical_sector_size != 0 ||
        rest / sectors.logical_sector_size > 0x3F)
        return KIWI_DSA_NULL;
    return (uint32_t)(sector << 8 | rest / sectors.logical_sector_size);
}

void kiwi_date(uint16_t days, int *year, int *month, int *day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int rest = days;
    *year = 1997;
    for (;;) {
        int leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
        if (rest < 365 + leap)
            break;
        rest -= 365 + leap;
        (*year)++;
    }
    int leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
    *month = 1;
    for (int i = 0; rest >= lengths[i] + (i == 1 ? leap : 0); i++) {
        rest -= lengths[i] + (i == 1 ? leap : 0);
        (*month)++;
    }
    *day = rest + 1;
}
