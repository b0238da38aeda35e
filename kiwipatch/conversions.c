/* SPDX-License-Identifier: MIT */
/* Compares the conversions, such as %d and %-8.3s, that two texts have. */
#include "conversions.h"

#include <stddef.h>
#include <string.h>

/** The next conversion, and its length; NULL if there is none. A blank behind the % is a percentage. */
static const char *next(const char *text, size_t *length)
{
    while ((text = strchr(text, '%'))) {
        size_t used = 1 + strspn(text + 1, "-+#0");
        used += strspn(text + used, "0123456789*");
        if (text[used] == '.')
            used += 1 + strspn(text + used + 1, "0123456789*");
        used += strspn(text + used, "hlLqjzt");
        if (text[used] && strchr("diouxXeEfFgGaAcspn%", text[used])) {
            *length = used + 1;
            return text;
        }
        text++;
    }
    return NULL;
}

bool conversions_agree(const char *old_text, const char *new_text)
{
    size_t old_length, new_length;
    for (;;) {
        old_text = next(old_text, &old_length);
        new_text = next(new_text, &new_length);
        if (!old_text || !new_text)
            return !old_text && !new_text;
        if (old_length != new_length || memcmp(old_text, new_text, old_length) != 0)
            return false;
        old_text += old_length;
        new_text += new_length;
    }
}
