/* SPDX-License-Identifier: MIT */
/* Chooses among the names of a feature by language and charset. */
#include "name_choice.h"

#include <stdio.h>
#include <string.h>

#include "profile.h"

/** The best name so far. */
struct choice {
    const struct texts *texts;
    const char *name;
    bool written; /* without a loss */
};

static void offer(struct choice *choice, const char *name)
{
    if (choice->written || !name || !*name)
        return;
    choice->written = texts_can_write(choice->texts, name);
    if (choice->written || !choice->name)
        choice->name = name;
}

/** name:sv, and not name:prefix or name:sv:pronunciation. */
static bool is_language(const char *key)
{
    size_t length = strncmp(key, "name:", 5) == 0 ? strcspn(key + 5, ":-_") : 0;
    return length == 2 || length == 3;
}

const char *name_choose(const struct texts *texts, const struct tags *tags)
{
    const struct values *languages = texts_languages(texts);
    static const char *const others[] = {"name", "int_name", "name:en", "official_name", "loc_name"};
    struct choice choice = {.texts = texts};
    char key[64];
    for (size_t i = 0; languages && i < languages->count; i++) {
        snprintf(key, sizeof key, "name:%s", languages->items[i]);
        offer(&choice, tags_get(tags, key));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        offer(&choice, tags_get(tags, others[i]));
    for (size_t i = 0; i < tags->count; i++)
        if (is_language(tags->items[i].key))
            offer(&choice, tags->items[i].value);
    return choice.name;
}
