/* SPDX-License-Identifier: MIT */
/* The names that --type knows: types of records, of roads and of the other shapes. */
#include "types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/suggest.h"

/** Goes over names; the list of them ends where its room does. */
struct names {
    const char *wanted;
    bool found;
    struct suggestion suggestion;
    size_t used;
    char list[400];
};

static void offer(struct names *names, const char *name)
{
    size_t length = strlen(name) + 2;
    size_t room = sizeof names->list - names->used;
    names->found = names->found || strcmp(name, names->wanted) == 0;
    suggest_try(&names->suggestion, name);
    if (room < 6)
        return; /* the list is full */
    if (length + 6 > room) {
        strcpy(names->list + names->used, ", ...");
        names->used = sizeof names->list;
        return;
    }
    names->used += (size_t)snprintf(names->list + names->used, room, "%s%s", names->used ? ", " : "", name);
}

static void offer_codes(struct names *names, const struct kiwi_enumeration *enumeration)
{
    for (size_t i = 0; i < enumeration->count; i++)
        offer(names, enumeration->entries[i].name);
}

static void offer_records(struct names *names)
{
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);
    offer(names, "unknown");
    for (size_t i = 0; i < count; i++)
        offer(names, types[i]->name);
    const char *const *made = kiwi_index_record_names(&count);
    for (size_t i = 0; i < count; i++)
        offer(names, made[i]);
}

static bool is_code(const char *text)
{
    char *end;
    (void)strtoul(text, &end, 0);
    return end != text && *end == '\0';
}

bool types_check(const struct options *options, struct failure *failure)
{
    char hint[SUGGEST_TEXT];
    if (!options->type || (options->mode != MODE_RECORDS && is_code(options->type)))
        return true;
    struct names names = {.wanted = options->type, .suggestion = suggest_for(options->type)};
    if (options->mode == MODE_RECORDS) {
        offer_records(&names);
    } else {
        offer_codes(&names, &kiwi_enum_road_type);
        offer_codes(&names, &kiwi_enum_type_code);
    }
    if (names.found)
        return true;
    suggest_text(&names.suggestion, "", hint);
    if (hint[0])
        return refuse(failure, EXIT_USAGE, "there is no type '%.60s'%s", options->type, hint);
    return refuse(failure, EXIT_USAGE, "there is no type '%.60s'; known ones are %s", options->type,
                  names.list);
}
