/* SPDX-License-Identifier: MIT */
/* Words, numbers and paths of the page that --summary prints. */
#include "summary/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/utf8.h"

void words_add(char text[static PAGE_TEXT], const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, PAGE_TEXT - length, format, arguments);
    va_end(arguments);
}

void words_number(char text[static PAGE_TEXT], uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < length; i++)
        words_add(text, "%s%c", i > 0 && (length - i) % 3 == 0 ? "," : "", digits[i]);
}

void words_count(char text[static PAGE_TEXT], uint64_t count, const char *one, const char *many)
{
    words_number(text, count);
    words_add(text, " %s", count == 1 ? one : many);
}

void words_size(char text[static PAGE_TEXT], uint64_t bytes)
{
    if (bytes >= 1000000000)
        words_add(text, "%.2f GB", (double)bytes / 1e9);
    else if (bytes >= 100000)
        words_add(text, "%.1f MB", (double)bytes / 1e6);
    else
        words_count(text, bytes, "byte", "bytes");
}

void words_clean(char text[static PAGE_TEXT], const char *utf8)
{
    char clean[PAGE_TEXT];
    bool blank = true; /* the last one was; none at the start */
    size_t length = 0;
    for (const char *c = utf8; *c && length < sizeof clean - 1; c++) {
        const bool space = *c == ' ' || *c == '\n' || *c == '\r' || *c == '\t';
        if (!space || !blank)
            clean[length++] = space ? ' ' : *c;
        blank = space;
    }
    clean[length] = '\0';
    utf8_clean(clean);
    length = strlen(clean);
    while (length > 0 && clean[length - 1] == ' ')
        length--;
    words_add(text, "%.*s", (int)length, clean);
}

void words_degrees(char text[static PAGE_TEXT], double from, double to, char positive, char negative)
{
    double degrees[] = {from, to};
    for (int i = 0; i < 2; i++) {
        double value = round(degrees[i] * 10) / 10;
        bool last = i == 1 || (from < 0) != (to < 0);
        words_add(text, "%s%.*f", i > 0 ? ".." : "", value != floor(value), fabs(value));
        if (last)
            words_add(text, " %c", value < 0 ? negative : positive);
    }
}

void words_path(char text[static PAGE_TEXT], const char *path)
{
    bool plain = strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@%") ==
                 strlen(path);
    if (plain) {
        words_add(text, "%s", path);
        return;
    }
    char clean[PAGE_TEXT];
    snprintf(clean, sizeof clean, "%s", path);
    utf8_clean(clean);
    words_add(text, "'");
    for (const char *c = clean; *c; c++)
        if (*c == '\'')
            words_add(text, "'\\''");
        else
            words_add(text, "%c", *c);
    words_add(text, "'");
}
