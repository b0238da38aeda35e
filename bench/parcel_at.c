/* SPDX-License-Identifier: MIT */
/* How long it takes to find the parcel at a place, and how many bytes that reads: parcel_at ALLDATA.KWI */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <kiwi/kiwi.h>

enum { PLACES = 10000 };

/** A file that counts what is read of it. */
struct counted {
    int descriptor;
    uint64_t bytes;
};

static int read_counted(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct counted *counted = context;
    ssize_t got = pread(counted->descriptor, buffer, length, (off_t)offset);
    *received = got < 0 ? 0 : (size_t)got;
    counted->bytes += *received;
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/** The same pseudo-random places at every run. */
static double angle(uint64_t *state, int32_t origin, int32_t span)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return kiwi_eighths_degrees(origin + (int32_t)((*state >> 33) % (uint64_t)span));
}

static void measure(struct kiwi_map *map, const struct kiwi_level *level, struct counted *counted)
{
    uint64_t state = 1;
    uint64_t worst_bytes = 0;
    unsigned found = 0;
    double worst = 0;
    double begin = seconds();
    uint64_t before_all = counted->bytes;
    for (int i = 0; i < PLACES; i++) {
        struct kiwi_parcel parcel;
        struct kiwi_place place;
        place.latitude = angle(&state, level->grid.south, level->grid.height);
        place.longitude = angle(&state, level->grid.west, level->grid.width);
        place.longitude -= place.longitude > 180 ? 360 : 0;
        uint64_t before = counted->bytes;
        double start = seconds();
        found += kiwi_map_parcel_at(map, level, place, &parcel, NULL) == KIWI_OK;
        double time = seconds() - start;
        worst = time > worst ? time : worst;
        worst_bytes = counted->bytes - before > worst_bytes ? counted->bytes - before : worst_bytes;
    }
    printf("parcel at a place, level %d: mean %.4f ms, worst %.3f ms; mean %llu bytes read, worst %llu; %u "
           "of %u places have one\n",
           level->number, (seconds() - begin) / PLACES * 1000, worst * 1000,
           (unsigned long long)((counted->bytes - before_all) / PLACES), (unsigned long long)worst_bytes,
           found, PLACES);
}

int main(int count, char **arguments)
{
    struct counted counted = {count == 2 ? open(arguments[1], O_RDONLY) : -1, 0};
    const struct kiwi_source_operations operations = {.read = read_counted};
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_error error;
    off_t size = lseek(counted.descriptor, 0, SEEK_END);
    if (size <= 0 ||
        kiwi_source_from_operations(&operations, &counted, (uint64_t)size, &source, &error) != KIWI_OK ||
        kiwi_disc_open_source(source, "ALLDATA.KWI", NULL, &disc, &error) != KIWI_OK ||
        kiwi_map_open(disc, &map, &error) != KIWI_OK) {
        fputs("usage: parcel_at ALLDATA.KWI\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < kiwi_map_level_count(map); i++)
        measure(map, kiwi_map_level(map, i), &counted);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    close(counted.descriptor);
    return 0;
}
