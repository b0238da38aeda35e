/* SPDX-License-Identifier: MIT */
#ifndef COMMON_SUGGEST_H
#define COMMON_SUGGEST_H

/** The name nearest to one that is not known: "did you mean". */
struct suggestion {
    const char *wrong;
    const char *best; /* NULL: nothing is near enough */
    unsigned distance;
};

struct suggestion suggest_for(const char *wrong);
/** Offers a name that is known. */
void suggest_try(struct suggestion *suggestion, const char *name);

/** Room for suggest_text(). */
enum { SUGGEST_TEXT = 80 };

/** "; did you mean PREFIXbest?", or "" if nothing is near. */
const char *suggest_text(const struct suggestion *suggestion, const char *prefix, char text[SUGGEST_TEXT]);

#endif
