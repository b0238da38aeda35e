/* SPDX-License-Identifier: MIT */
/* Whether readers of an image may differ about where its files lie. */
#include "disc/disc.h"

#include "disc/iso9660.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sessions begin with 16 sectors for the system; those of writers to rewritable media, with 32 before them.
 */
#define SYSTEM_AREA 16u
#define FIRST_SESSION 32u
/* A session begins within so many sectors behind the one before: on a CD anywhere, on a DVD at each
 * sixteenth. */
#define CD_GAP 16384u
#define DVD_GAP 131072u

void kiwi_doubt_note(void *context, const struct kiwi_finding *finding)
{
    struct kiwi_disc *disc = context;

    if (finding->severity != KIWI_NOTE && disc->doubt[0] == '\0')
        snprintf(disc->doubt, sizeof disc->doubt, "%.80s%s%.40s: expected %.60s, found %.60s", finding->file,
                 finding->file[0] != '\0' ? ": " : "", finding->field, finding->expected, finding->found);
    disc->reporter.callback(disc->reporter.context, finding);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool kiwi_doubt_names(const struct kiwi_listing *listing, const char *file_system,
                      const struct kiwi_reporter *reporter)
{
    const char **paths = calloc(listing->count + 1, sizeof *paths);
    char expected[64];

    if (!paths)
        return false;
    for (size_t i = 0; i < listing->count; i++)
        paths[i] = listing->entries[i].path;
    if (listing->count > 1)
        qsort(paths, listing->count, sizeof *paths, compare_paths);
    snprintf(expected, sizeof expected, "one file of this name in %s", file_system);
    for (size_t i = 1; i < listing->count; i++)
        if (strcmp(paths[i - 1], paths[i]) == 0)
            kiwi_report(reporter, KIWI_WARNING, paths[i], KIWI_NULL, "name", expected,
                        "several: versions of it, or sessions");
    free(paths);
    return true;
}

static bool is_volume(struct kiwi_source *source, uint64_t sector)
{
    static const uint8_t wanted[7] = {1, 'C', 'D', '0', '0', '1', 1};
    uint8_t bytes[sizeof wanted];
    size_t received;

    return kiwi_source_read(source, sector * KIWI_SECTOR, bytes, sizeof bytes, &received, NULL) == KIWI_OK &&
           received == sizeof bytes && memcmp(bytes, wanted, sizeof bytes) == 0;
}

void kiwi_doubt_sessions(const struct kiwi_disc *disc, const struct kiwi_reporter *reporter)
{
    uint64_t end = disc->size / KIWI_SECTOR;
    uint64_t volume = disc->recorded_size / KIWI_SECTOR;
    uint64_t found = is_volume(disc->source, FIRST_SESSION + SYSTEM_AREA) ? FIRST_SESSION : 0;
    char text[48];

    for (uint64_t sector = volume + SYSTEM_AREA; sector < end && sector - volume < DVD_GAP && found == 0;) {
        if (is_volume(disc->source, sector))
            found = sector - SYSTEM_AREA;
        sector += sector - volume < CD_GAP ? 1 : SYSTEM_AREA - sector % SYSTEM_AREA;
    }
    if (found == 0)
        return;
    snprintf(text, sizeof text, "another one at sector %llu", (unsigned long long)found);
    kiwi_report(reporter, KIWI_WARNING, "", found * KIWI_SECTOR, "session", "one session", text);
}
