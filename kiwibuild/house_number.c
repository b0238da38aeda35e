/* SPDX-License-Identifier: MIT */
/* Reads house numbers as people write them. */
#include "house_number.h"

#include <stdbool.h>
#include <string.h>

enum {
    MOST_DIGITS = 9,
    LONGEST_RANGE = 50, /* more is a number with a dash in it, as in Queens */
};

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/** A number at the beginning of the text, which moves behind it. */
static bool take_number(const char **text, uint32_t *number)
{
    size_t digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > MOST_DIGITS)
        return false;
    *number = 0;
    for (; digits > 0; digits--)
        *number = *number * 10 + (uint32_t)(*(*text)++ - '0');
    return true;
}

/** Skips what stands behind a number, up to a dash; true if there is one with a number behind it. */
static bool skip_to_range(const char **text)
{
    static const char *const dashes[] = {"-", "\xE2\x80\x93", "\xE2\x80\x94"};
    for (; **text && !strchr(",;", **text); (*text)++)
        for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++) {
            size_t length = strlen(dashes[i]);
            const char *behind;
            if (strncmp(*text, dashes[i], length) != 0)
                continue;
            behind = skip_blanks(*text + length);
            if (strspn(behind, "0123456789") > 0) {
                *text = behind;
                return true;
            }
        }
    return false;
}

static void add(uint32_t numbers[HOUSE_NUMBERS], size_t *count, uint32_t number)
{
    if (*count < HOUSE_NUMBERS)
        numbers[(*count)++] = number;
}

/** Reads one number or range; false if there is none. */
static bool take_item(const char **text, uint32_t numbers[HOUSE_NUMBERS], size_t *count)
{
    uint32_t first, last;
    *text = skip_blanks(*text);
    if (!take_number(text, &first))
        return false;
    add(numbers, count, first);
    if (!skip_to_range(text))
        return true;
    if (!take_number(text, &last))
        return false;
    if (last > first && last - first <= LONGEST_RANGE)
        for (uint32_t step = (last - first) % 2 ? 1 : 2, n = first + step; n <= last; n += step)
            add(numbers, count, n);
    else if (last != first)
        add(numbers, count, last);
    while (**text && !strchr(",;", **text))
        (*text)++;
    return true;
}

size_t house_number_read(const char *text, uint32_t numbers[HOUSE_NUMBERS])
{
    size_t count = 0;
    do {
        text += *text == ',' || *text == ';';
        if (!take_item(&text, numbers, &count))
            return 0;
    } while (*text);
    return count;
}
