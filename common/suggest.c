/* SPDX-License-Identifier: MIT */
/* "Did you mean": the edit distance with swapped neighbours, case ignored. */
#include "common/suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LIMIT = 64 }; /* longer ones are not looked at */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static int fold(char c)
{
    return tolower((unsigned char)c);
}

/** How many letters to insert, remove, change or swap with the next one. */
static unsigned distance(const char *from, const char *to)
{
    unsigned cost[NAME_LIMIT + 1][NAME_LIMIT + 1];
    size_t rows = strlen(from);
    size_t columns = strlen(to);
    for (unsigned i = 0; i <= rows; i++)
        cost[i][0] = i;
    for (unsigned j = 0; j <= columns; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            unsigned differs = fold(from[i - 1]) != fold(to[j - 1]);
            unsigned best = least(cost[i - 1][j], cost[i][j - 1]) + 1;
            best = least(best, cost[i - 1][j - 1] + differs);
            if (i > 1 && j > 1 && fold(from[i - 1]) == fold(to[j - 2]) &&
                fold(from[i - 2]) == fold(to[j - 1]))
                best = least(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[rows][columns];
}

struct suggestion suggest_for(const char *wrong)
{
    size_t length = strlen(wrong);
    return (struct suggestion){wrong, NULL, length < 4 ? 2 : (unsigned)length / 3 + 1};
}

void suggest_try(struct suggestion *suggestion, const char *name)
{
    if (strlen(suggestion->wrong) > NAME_LIMIT || strlen(name) > NAME_LIMIT)
        return;
    unsigned found = distance(suggestion->wrong, name);
    if (found >= suggestion->distance)
        return;
    suggestion->best = name;
    suggestion->distance = found;
}

const char *suggest_text(const struct suggestion *suggestion, const char *prefix, char text[SUGGEST_TEXT])
{
    text[0] = '\0';
    if (suggestion->best)
        snprintf(text, SUGGEST_TEXT, "; did you mean %s%s?", prefix, suggestion->best);
    return text;
}
