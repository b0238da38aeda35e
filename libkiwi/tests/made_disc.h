/* SPDX-License-Identifier: MIT */
/* A disc made by hand in memory, walked in every way. */
#ifndef KIWI_TESTS_MADE_DISC_H
#define KIWI_TESTS_MADE_DISC_H

#include "tests/fuzz/oracle.h"
#include "support.h"

enum { TABLE = 2048, HEAD = 4096, UNIT = 32, ROOM = 4096 };

static const struct kiwi_sectors sectors = {2048, UNIT};
static uint8_t disc[HEAD + ROOM];
static size_t disc_size;
static struct findings reported;
static char met[65536]; /* "record path offset" or "(gap) path offset length" of each item, a line each */

/** Whatever encode() has written at a place; false as a number is what does not fit. */
#define PUT(offset, name, record, ...) \
    ck_assert(kiwi_##name##_encode(record, disc + (offset), ROOM / 4, ##__VA_ARGS__) > 0)

static UNUSED void begin_disc(size_t size)
{
    const struct kiwi_data_volume volume = {
        .format_version = "FORMAT VERSION KIWI01-22-00\n", .logical_sector_size = UNIT, .sector_size = 2048};

    memset(disc, 0, sizeof disc);
    disc_size = size;
    PUT(0, data_volume, &volume);
}

/** A record of the management header table, from 1. */
static UNUSED void put_header(unsigned number, size_t offset, size_t size)
{
    const struct kiwi_management_header_record record = {.address = kiwi_dsa(offset, sectors),
                                                         .size = (uint16_t)((size + UNIT - 1) / UNIT)};

    PUT(TABLE + 18 * (number - 1), management_header_record, &record);
}

static UNUSED void note_item(struct kiwi_walk *walk, const struct kiwi_item *item)
{
    size_t used = strlen(met);

    snprintf(met + used, sizeof met - used, item->type ? "%s %s %llu\n" : "(%s) %s %llu %llu\n",
             item->type ? item->type->name : item->name, kiwi_walk_path(walk),
             (unsigned long long)item->offset, (unsigned long long)item->length);
}

/** Walks the disc with check, after the oracle has done so in every way; fills met and reported. */
static UNUSED void walk_disc(void)
{
    struct kiwi_walk_options options = {
        .size = sizeof options, .check = true, .finding = collect, .context = &reported};
    struct kiwi_source *source;
    struct kiwi_disc *opened;
    struct kiwi_walk *walk;
    struct kiwi_item item;

    reported = (struct findings){.count = 0};
    met[0] = '\0';
    ck_assert(oracle_check_bytes(disc, disc_size, "ALLDATA.KWI", NULL));
    ck_assert_int_eq(kiwi_source_from_memory(disc, disc_size, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(source, "ALLDATA.KWI", NULL, &opened, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_walk_open(opened, &options, &walk, NULL), KIWI_OK);
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        note_item(walk, &item);
    kiwi_walk_close(walk);
    kiwi_disc_close(opened);
    kiwi_source_unref(source);
}

static UNUSED unsigned count_met(const char *text)
{
    unsigned count = 0;

    for (const char *at = met; (at = strstr(at, text)); at += strlen(text))
        count++;
    return count;
}

/** Walks the disc with another number at a place. */
static UNUSED void walk_with(size_t offset, uint32_t value, unsigned width)
{
    uint8_t before[4];

    memcpy(before, disc + offset, width);
    for (unsigned i = 0; i < width; i++)
        disc[offset + i] = (uint8_t)(value >> 8 * (width - 1 - i));
    walk_disc();
    memcpy(disc + offset, before, width);
}

#endif
