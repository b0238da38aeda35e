/* SPDX-License-Identifier: MIT */
/*
 * Damages discs in memory and checks what the library makes of them: test_damage [-c] [-s SEED] [-n NUMBER]
 * [-o CASE] GOTEBORG SMALL... The discs are images, or maps alone that need not be intact; the first one is
 * long. -c cuts them off instead, -o runs one case again. A case that fails is left in the file
 * damage-case.kwi. Prints TAP.
 */
#include "tests/fuzz/oracle.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { SECTOR = 2048 };
enum { HANG_SECONDS = 10 };
#define FRACTION \
    40 /* of the mutations hit the long disc: one in so many; of those one in four is checked in full */

/** A number in a record, as the field tables place it. */
struct place {
    uint64_t offset; /* of its word */
    uint8_t width, high, low, type;
};

struct disc {
    const char *name;
    uint8_t *image;
    size_t image_length;
    uint8_t *map; /* ALLDATA.KWI */
    size_t map_length;
    struct place *places;
    size_t place_count;
    uint64_t *records; /* where records begin */
    size_t record_count;
    struct kiwi_sectors sectors;
    bool intact; /* as kiwibuild wrote it */
};

/** What is being tried: for the message when it fails, and to leave it behind. */
static struct {
    char text[160];
    const uint8_t *bytes;
    size_t length;
    unsigned long long number;
} current;

static unsigned tap_count, tap_failed;
static double slowest;
static char slowest_text[sizeof current.text];
static unsigned long long opened, tried;
static unsigned long long only = UINT64_MAX;

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(2);
}

static void *need(void *memory)
{
    if (!memory)
        die("no memory");
    return memory;
}

/* What is left behind */

static void leave_case(void)
{
    FILE *file = fopen("damage-case.kwi", "wb");
    fprintf(stderr, "test_damage: case %llu: %s; see damage-case.kwi\n", current.number, current.text);
    if (file) {
        fwrite(current.bytes, 1, current.length, file);
        fclose(file);
    }
}

static void take_signal(int number)
{
    leave_case();
    fprintf(stderr, "test_damage: %s\n", number == SIGPROF ? "it hangs" : "aborted");
    _exit(1);
}

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void watch(void)
{
    signal(SIGABRT, take_signal);
    signal(SIGPROF, take_signal);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(leave_case);
}

/* Random numbers: splitmix64, the same everywhere */

static uint64_t state;

static uint64_t next_random(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t below(uint64_t limit)
{
    return limit ? next_random() % limit : 0;
}

/* The good disc */

static void add_place(struct disc *disc, const struct place *place)
{
    if ((disc->place_count & (disc->place_count + 1)) == 0)
        disc->places = need(realloc(disc->places, (2 * disc->place_count + 2) * sizeof *disc->places));
    disc->places[disc->place_count++] = *place;
}

static void add_record(struct disc *disc, const struct kiwi_item *item)
{
    if ((disc->record_count & (disc->record_count + 1)) == 0)
        disc->records = need(realloc(disc->records, (2 * disc->record_count + 2) * sizeof *disc->records));
    disc->records[disc->record_count++] = item->offset;
    for (unsigned i = 0; i < item->type->field_count; i++) {
        const struct kiwi_field *field = &item->type->fields[i];
        bool number = field->type == KIWI_TYPE_N || field->type == KIWI_TYPE_I ||
                      field->type == KIWI_TYPE_FLAG || field->type == KIWI_TYPE_ENUM ||
                      field->type == KIWI_TYPE_DSA || field->type == KIWI_TYPE_BS ||
                      field->type == KIWI_TYPE_SWS || field->type == KIWI_TYPE_D ||
                      field->type == KIWI_TYPE_ANGLE;
        if (!number || field->width == 0 || field->width > 4 ||
            (field->run != 0 && item->layout->length[field->run] == 0))
            continue;
        struct place place = {item->offset + item->layout->start[field->run] + field->offset, field->width,
                              field->high, field->low, field->type};
        if (place.high < place.low) {
            place.high = (uint8_t)(8 * field->width - 1);
            place.low = 0;
        }
        add_place(disc, &place);
    }
}

static void learn(struct disc *disc)
{
    struct kiwi_source *source;
    struct kiwi_disc *opened_disc;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    if (kiwi_source_from_memory(disc->map, disc->map_length, &source, NULL) != KIWI_OK ||
        kiwi_disc_open_source(source, "ALLDATA.KWI", NULL, &opened_disc, NULL) != KIWI_OK ||
        kiwi_walk_open(opened_disc, NULL, &walk, NULL) != KIWI_OK)
        die(disc->name);
    disc->sectors = kiwi_walk_sectors(walk);
    for (enum kiwi_event event; (event = kiwi_walk_next(walk, &item)) != KIWI_EVENT_END;)
        if (event == KIWI_EVENT_RECORD)
            add_record(disc, &item);
    kiwi_walk_close(walk);
    kiwi_disc_close(opened_disc);
    kiwi_source_unref(source);
}

static void read_disc(struct disc *disc, const char *path)
{
    struct kiwi_source *source;
    struct kiwi_disc *image;
    size_t received;
    disc->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (kiwi_source_open(path, &source, NULL) != KIWI_OK ||
        kiwi_disc_open_source(source, path, NULL, &image, NULL) != KIWI_OK)
        die(path);
    disc->image_length = (size_t)kiwi_source_size(source);
    disc->image = need(malloc(disc->image_length));
    const struct kiwi_file *file = kiwi_disc_find_kind(image, KIWI_FILE_ALLDATA);
    disc->intact = kiwi_disc_container(image) == KIWI_CONTAINER_IMAGE;
    if (!file || kiwi_source_read(source, 0, disc->image, disc->image_length, &received, NULL) != KIWI_OK)
        die(path);
    disc->map_length = (size_t)file->size;
    disc->map = need(malloc(disc->map_length));
    if (kiwi_source_read(file->source, 0, disc->map, disc->map_length, &received, NULL) != KIWI_OK)
        die(path);
    kiwi_disc_close(image);
    kiwi_source_unref(source);
    learn(disc);
}

/* Trying */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/** Counts the processor's time: a busy machine is no hang. */
static void set_alarm(unsigned seconds)
{
    struct itimerval timer = {.it_value.tv_sec = (time_t)seconds};
    if (setitimer(ITIMER_PROF, &timer, NULL) != 0)
        die("setitimer");
}

/** Gives a copy in a buffer of just that length to the library. */
static void try_bytes(const uint8_t *bytes, size_t length, const char *name, bool brief)
{
    if (only != UINT64_MAX && only != current.number)
        return;
    uint8_t *copy = need(malloc(length ? length : 1));
    if (length)
        memcpy(copy, bytes, length);
    current.bytes = copy;
    current.length = length;
    double start = now();
    set_alarm(HANG_SECONDS);
    tried++;
    opened += brief ? oracle_check_brief(copy, length, name) : oracle_check_bytes(copy, length, name, NULL);
    set_alarm(0);
    if (now() - start > slowest) {
        slowest = now() - start;
        snprintf(slowest_text, sizeof slowest_text, "%s", current.text);
    }
    free(copy);
}

static void describe(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void describe(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(current.text, sizeof current.text, format, arguments);
    va_end(arguments);
    current.number++;
}

/** Every sector's end is cut at; of a long disc most cuts are checked without the records in map frames. */
static void truncate_disc(const struct disc *disc, size_t every_full)
{
    size_t count = 0;
    for (size_t length = 0; length < disc->map_length; length += SECTOR) {
        describe("%s: ALLDATA.KWI cut at %zu", disc->name, length);
        try_bytes(disc->map, length, "ALLDATA.KWI", count++ % every_full != 0);
    }
    /* An image is cut inside its file systems in every sector, behind them in some. */
    for (size_t length = 0; disc->intact && length < disc->image_length;
         length += length < 512 * SECTOR ? SECTOR : 64 * SECTOR) {
        describe("%s: image cut at %zu", disc->name, length);
        try_bytes(disc->image, length, "disc.iso", true);
    }
}

static uint32_t read_word(const uint8_t *at, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value = value << 8 | at[i];
    return value;
}

static void write_word(uint8_t *at, unsigned width, uint32_t value)
{
    for (unsigned i = width; i-- > 0; value >>= 8)
        at[i] = (uint8_t)value;
}

/** Another value for a field: a limit, a near one, one that points to another record or to one around it. */
static uint32_t lie(const struct disc *disc, const struct place *place, uint32_t value, uint32_t mask)
{
    uint64_t target = disc->records[below(disc->record_count)];
    uint32_t sector = kiwi_dsa(target - target % disc->sectors.logical_sector_size, disc->sectors);
    switch (below(10)) {
    case 0: return 0;
    case 1: return mask;
    case 2: return value + 1;
    case 3: return value - 1;
    case 4: return (uint32_t)next_random();
    case 5: return (uint32_t)1 << below(32);
    case 6: return value * 2;
    case 7: return value / 2;
    case 8: return place->type == KIWI_TYPE_DSA ? sector : (uint32_t)below(64);
    default: return place->type == KIWI_TYPE_DSA ? KIWI_DSA_NULL - 1 : mask - (uint32_t)below(4);
    }
}

static void lie_somewhere(const struct disc *disc, uint8_t *bytes)
{
    const struct place *place = &disc->places[below(disc->place_count)];
    if (below(3) == 0) /* what holds sizes and places matters more than names and coordinates */
        for (int i = 0; i < 64 && place->type != KIWI_TYPE_DSA && place->type != KIWI_TYPE_BS &&
                        place->type != KIWI_TYPE_SWS && place->type != KIWI_TYPE_D;
             i++)
            place = &disc->places[below(disc->place_count)];
    if (below(8) == 0) /* the few at the start lead to all others */
        place = &disc->places[below(disc->place_count < 600 ? disc->place_count : 600)];
    uint32_t mask = place->high - place->low == 31 ? UINT32_MAX
                                                   : (UINT32_C(1) << (place->high - place->low + 1)) - 1;
    uint32_t word = read_word(bytes + place->offset, place->width);
    uint32_t value = lie(disc, place, word >> place->low & mask, mask) & mask;
    write_word(bytes + place->offset, place->width, (word & ~(mask << place->low)) | value << place->low);
}

static void flip_bits(uint8_t *bytes, size_t length)
{
    for (uint64_t i = 1 + below(8); i > 0; i--)
        bytes[below(length)] ^= (uint8_t)(1 << below(8));
}

static void smear(uint8_t *bytes, size_t length)
{
    size_t run = 1 + (size_t)below(64);
    size_t at = (size_t)below(length);
    int kind = (int)below(3);
    for (size_t i = at; i < length && i < at + run; i++)
        bytes[i] = kind == 0 ? (uint8_t)next_random() : kind == 1 ? 0 : 0xFF;
}

static void copy_records(const struct disc *disc, uint8_t *bytes, size_t length)
{
    size_t from = (size_t)disc->records[below(disc->record_count)];
    size_t to = (size_t)disc->records[below(disc->record_count)];
    size_t run = 1 + (size_t)below(256);
    run = run < length - from ? run : length - from;
    run = run < length - to ? run : length - to;
    memmove(bytes + to, bytes + from, run);
}

static void mutate_map(const struct disc *disc, bool brief)
{
    uint8_t *bytes = need(malloc(disc->map_length));
    size_t length = disc->map_length;
    memcpy(bytes, disc->map, length);
    int kind = (int)below(8);
    describe("%s: mutation of kind %d", disc->name, kind);
    if (kind < 4) {
        for (uint64_t i = 1 + below(4); i > 0; i--)
            lie_somewhere(disc, bytes);
    } else if (kind == 4) {
        flip_bits(bytes, length);
    } else if (kind == 5) {
        smear(bytes, length);
    } else if (kind == 6) {
        copy_records(disc, bytes, length);
        lie_somewhere(disc, bytes);
    } else {
        lie_somewhere(disc, bytes);
        length = (size_t)below(length + 1);
    }
    try_bytes(bytes, length, "ALLDATA.KWI", brief);
    free(bytes);
}

/** The first sectors hold the file systems of an image; descriptors begin in sector 16. */
static void mutate_image(const struct disc *disc)
{
    uint8_t *bytes = need(malloc(disc->image_length));
    memcpy(bytes, disc->image, disc->image_length);
    size_t start = 16 * SECTOR;
    size_t end = disc->image_length < 300 * SECTOR ? disc->image_length : 300 * SECTOR;
    describe("%s: mutation of the image", disc->name);
    for (uint64_t i = 1 + below(16); i > 0;) {
        size_t at = start + (size_t)below(end - start);
        bool used = bytes[at] != 0 || (at > start && bytes[at - 1] != 0);
        if (!used && below(64) != 0)
            continue; /* most of it is empty */
        bytes[at] = below(2) ? (uint8_t)next_random() : (uint8_t)(bytes[at] + (below(2) ? 1 : 255));
        i--;
    }
    try_bytes(bytes, disc->image_length, "disc.iso", true);
    free(bytes);
}

/* Reporting */

static void ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void ok(bool good, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s %u - ", good ? "ok" : "not ok", ++tap_count);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
    tap_failed += !good;
}

static void good_disc(const struct disc *disc)
{
    struct oracle_figures figures;
    describe("%s: undamaged", disc->name);
    bool good = oracle_check_bytes(disc->map, disc->map_length, "ALLDATA.KWI", &figures);
    ok(good && (figures.findings == 0 || !disc->intact),
       "%s: %llu bytes, %llu records, %llu shapes, %llu findings", disc->name,
       (unsigned long long)figures.bytes, (unsigned long long)figures.records,
       (unsigned long long)figures.shapes, (unsigned long long)figures.findings);
}

static void say(const char *what)
{
    ok(true, "%s: %llu discs, %llu of them could be opened", what, tried, opened);
    printf("# the slowest took %.3f s: %s\n", slowest, slowest_text);
    fflush(stdout);
    tried = opened = 0;
    slowest = 0;
}

int main(int count, char **arguments)
{
    struct disc discs[16] = {{0}};
    uint64_t seed = 20240229;
    unsigned long number = 10000;
    bool cut = false;
    for (int option; (option = getopt(count, arguments, "cs:n:o:")) != -1;)
        if (option == 'c')
            cut = true;
        else if (option == 's')
            seed = strtoull(optarg, NULL, 0);
        else if (option == 'n')
            number = strtoul(optarg, NULL, 0);
        else if (option == 'o')
            only = strtoull(optarg, NULL, 0);
        else
            return 2;
    size_t disc_count = (size_t)(count - optind);
    if (disc_count < 2 || disc_count > sizeof discs / sizeof discs[0])
        return 2;
    watch();
    printf("# seed %llu; again with -s\n", (unsigned long long)seed);
    for (size_t i = 0; i < disc_count; i++) {
        read_disc(&discs[i], arguments[optind + (int)i]);
        good_disc(&discs[i]);
    }
    for (size_t i = 0; cut && i < disc_count; i++) {
        truncate_disc(&discs[i], i == 0 ? 32 : 1);
        say("truncated");
    }
    for (unsigned long i = 0; !cut && i < number; i++) {
        size_t which = i % FRACTION == 0 ? 0 : 1 + i % (disc_count - 1);
        state = seed + (current.number << 20); /* each case has a seed of its own */
        if (i % 16 == 5 && discs[which].intact)
            mutate_image(&discs[which]);
        else
            mutate_map(&discs[which], which == 0 && i % (4 * FRACTION) != 0);
    }
    if (!cut)
        say("mutated");
    for (size_t i = 0; i < disc_count; i++) {
        free(discs[i].image);
        free(discs[i].map);
        free(discs[i].places);
        free(discs[i].records);
    }
    printf("1..%u\n", tap_count);
    return tap_failed == 0 ? 0 : 1;
}
