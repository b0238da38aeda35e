/* SPDX-License-Identifier: MIT */
/* UTF-8 that is not trusted. */
#include "common/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t utf8_sequence(const unsigned char *text, size_t length)
{
    unsigned char first = text[0];
    size_t count = first >= 0xC2 && first <= 0xDF   ? 2
                   : first >= 0xE0 && first <= 0xEF ? 3
                   : first >= 0xF0 && first <= 0xF4 ? 4
                                                    : 0;
    if (count == 0 || count > length)
        return 0;
    for (size_t i = 1; i < count; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (first == 0xE0 && text[1] < 0xA0) || (first == 0xF0 && text[1] < 0x90);
    bool surrogate = first == 0xED && text[1] > 0x9F;
    bool beyond = first == 0xF4 && text[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : count;
}

size_t utf8_control(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] == 0xC2 && bytes[1] >= 0x80 && bytes[1] <= 0x9F)
        return 2;
    return (bytes[0] != '\0' && bytes[0] < ' ') || (bytes[0] >= 0x7F && bytes[0] <= 0x9F);
}

void utf8_clean(char *text)
{
    char *to = text;
    while (*text) {
        const size_t control = utf8_control(text);
        size_t length = control != 0 ? control : utf8_sequence((const unsigned char *)text, strlen(text));
        length = length != 0 ? length : 1;
        if (control != 0)
            *to++ = '?';
        else
            to = (char *)memmove(to, text, length) + length;
        text += length;
    }
    *to = '\0';
}
