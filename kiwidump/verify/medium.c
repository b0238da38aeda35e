/* SPDX-License-Identifier: MIT */
/* Which media hold an image: by their sectors of 2048 bytes. */
#include "verify/verify.h"

#include <stdio.h>

static const struct medium {
    const char *name, *called;
    unsigned layers;
    uint64_t sectors;
} media[] = {
    {"cd", "a CD of 80 minutes", 1, 360000},
    {"dvd", "a DVD of one layer (4.7 GB)", 1, 2295104},             /* DVD+R, the smaller of the two kinds */
    {"dvd_dual_layer", "a DVD of two layers (8.5 GB)", 2, 4171712}, /* DVD-R DL, likewise */
};

void verify_medium(struct verification *verification)
{
    enum { SECTOR = 2048 };
    struct json *json = &verification->dump->json;
    const uint64_t size = kiwi_disc_size(verification->discs[0]);
    const uint64_t sectors = size / SECTOR + (size % SECTOR != 0);
    const struct medium *medium = NULL;
    for (size_t i = 0; i < sizeof media / sizeof media[0] && !medium; i++)
        if (sectors <= media[i].sectors)
            medium = &media[i];
    json_key(json, "medium");
    if (!medium) {
        json_null(json);
    } else {
        json_begin_object(json);
        json_key(json, "name");
        json_string(json, medium->name);
        json_key(json, "layers");
        json_unsigned(json, medium->layers);
        json_key(json, "capacity");
        json_unsigned(json, medium->sectors * SECTOR);
        json_end_object(json);
    }
    if (!verification->dump->options.quiet)
        fprintf(stderr, "kiwidump: %s%s\n", medium ? "it fits on " : "it fits on no CD and no DVD",
                medium ? medium->called : "");
}
