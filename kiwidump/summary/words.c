/* SPDX-License-Identifier: MIT */
/* Words, numbers and paths of the page that --summary prints. */
#include "summary/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
    const unsigned char *c = (const unsigned char *)utf8;
    bool blank = true; /* the last one was; none at the start */
    for (; *c; c++) {
        bool control = *c < ' ' || *c == 0x7F || (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0);
        if (*c == ' ' || *c == '\n' || *c == '\r' || *c == '\t') {
            if (!blank)
                words_add(text, " ");
            blank = true;
            continue;
        }
        c += control && *c == 0xC2;
        words_add(text, "%c", control ? '?' : *c);
        blank = false;
    }
    for (size_t length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
        text[length - 1] = '\0';
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
    words_add(text, "'");
    for (const char *c = path; *c; c++)
        if (*c == '\'')
            words_add(text, "'\\''");
        else
            words_add(text, "%c", (unsigned char)*c < ' ' || *c == 0x7F ? '?' : *c);
    words_add(text, "'");
}
