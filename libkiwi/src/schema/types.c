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

enum { FIRST_YEAR = 1997, MONTHS = 12 };

static int leap_days(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 ? leap_days(year) : 0);
}

void kiwi_date(uint16_t days, int *year, int *month, int *day)
{
    int rest = days;
    *year = FIRST_YEAR;
    for (; rest >= 365 + leap_days(*year); (*year)++)
        rest -= 365 + leap_days(*year);
    *month = 1;
    for (; rest >= month_days(*year, *month); (*month)++)
        rest -= month_days(*year, *month);
    *day = rest + 1;
}

bool kiwi_date_days(int year, int month, int day, uint16_t *days)
{
    const int last_year = FIRST_YEAR + UINT16_MAX / 365;
    if (year < FIRST_YEAR || year > last_year || month < 1 || month > MONTHS || day < 1 ||
        day > month_days(year, month))
        return false;
    int before = year - 1;
    int past = FIRST_YEAR - 1;
    int count = 365 * (year - FIRST_YEAR) + (before / 4 - before / 100 + before / 400) -
                (past / 4 - past / 100 + past / 400) + day - 1;
    for (int i = 1; i < month; i++)
        count += month_days(year, i);
    *days = (uint16_t)count;
    return count <= UINT16_MAX;
}
