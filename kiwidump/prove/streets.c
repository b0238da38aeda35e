/* SPDX-License-Identifier: MIT */
/* The index speaks of the map: its streets have names that the map shows, their ranges lie along links of the
 * map, and what is in order is. */
#include "prove/proof.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/** Of a link that the map does not have. */
static const uint32_t no_link = 0x3FFFFFFF;

static struct site site_of(const struct kiwi_file *file, uint64_t offset)
{
    return (struct site){file, offset, PROVE_NO_LEVEL};
}

/** A text as libkiwi hands it out: what the charset does not have has become U+FFFD. */
static bool is_text(const char *utf8)
{
    if (strstr(utf8, "\xEF\xBF\xBD"))
        return false;
    for (const char *c = utf8; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return false;
    return true;
}

/** Whether a place is no farther from an end of a link than the link is long; the place is in 1/8 seconds. */
static bool is_along(const struct map_link *link, struct kiwi_place place)
{
    const double rounding = 10; /* metres */
    for (uint32_t i = 0; i < link->end_count; i++) {
        const struct kiwi_place end = {link->ends[i].latitude / 1e7, link->ends[i].longitude / 1e7};
        if (kiwi_distance(end, place) > link->length + rounding)
            return false;
    }
    return true;
}

static void prove_range(struct prover *prover, const struct kiwi_address_range *range)
{
    const struct site site = site_of(range->file, range->offset);
    if (range->has_numbers && range->first != UINT32_MAX && range->last != UINT32_MAX)
        prove_count(prover, PROOF_HOUSE_NUMBERS, range->first <= 99999 && range->last <= 99999, &site);
    if (!range->has_link || range->link == no_link || range->link == 0 || prover->links.count == 0 ||
        !samples_takes(&prover->links, range->link))
        return;
    const struct sample *sample = samples_find(&prover->links, range->link);
    if (sample || !prover->sample)
        prove_count(prover, PROOF_STREET_LINKS, sample, &site);
    if (!sample || sample->of.link.tangled || sample->of.link.end_count == 0)
        return;
    if (range->has_position)
        prove_count(prover, PROOF_STREET_PLACES, is_along(&sample->of.link, range->position), &site);
}

/** Ranges of streets may overlap: all of them together are no more than the disc has room for. */
static enum kiwi_status prove_ranges(struct prover *prover, struct kiwi_index *index,
                                     const struct kiwi_index_entry *entry, uint64_t *left,
                                     struct kiwi_error *error)
{
    struct kiwi_ranges ranges = {.entry = *entry};
    struct kiwi_address_range range;
    enum kiwi_status status = KIWI_OK;
    while (*left > 0 && (status = kiwi_ranges_next(index, &ranges, &range, error)) == KIWI_OK) {
        prove_range(prover, &range);
        --*left;
    }
    return status == KIWI_END ? KIWI_OK : status;
}

/** What the entries of a list have in common. */
struct order {
    size_t list;
    bool begun;
    char key[256]; /* of the entry before */
};

/** Of other letters the order of the disc's charset need not be that of UTF-8. */
static bool is_ascii(const char *key)
{
    while (*key && (unsigned char)*key < 0x80)
        key++;
    return *key == '\0';
}

static void prove_order(struct prover *prover, struct order *order, const struct kiwi_index_entry *entry)
{
    const struct site site = site_of(entry->file, entry->offset);
    if (order->begun && order->list == entry->list && is_ascii(order->key) && is_ascii(entry->key))
        prove_count(prover, PROOF_KEYS_ASCEND, strncmp(order->key, entry->key, sizeof order->key - 1) <= 0,
                    &site);
    order->begun = true;
    order->list = entry->list;
    snprintf(order->key, sizeof order->key, "%s", entry->key);
}

/** The highest byte of a street's number is the first letter of its key. */
static bool is_number_of(const struct kiwi_index_entry *entry)
{
    return entry->street >> 24 == (unsigned char)toupper((unsigned char)entry->key[0]);
}

/** Whether a place is in the coverage of the map. */
static bool is_covered(const struct prover *prover, struct kiwi_place place)
{
    const double unit = 1.0 / KIWI_EIGHTHS_PER_DEGREE;
    const struct kiwi_box box = kiwi_map_level(prover->map, 0)->box;
    double east = box.east > box.west ? box.east - box.west : box.east - box.west + 360;
    double inside = fmod(place.longitude - box.west + 720 + unit, 360);
    return place.latitude >= box.south - unit && place.latitude <= box.north + unit &&
           inside <= east + 2 * unit;
}

static void prove_entry(struct prover *prover, struct order *order, const struct kiwi_index_entry *entry)
{
    const struct site site = site_of(entry->file, entry->offset);
    prove_count(prover, PROOF_ENTRY_TEXTS, is_text(entry->name) && is_text(entry->key), &site);
    if (entry->has_position && kiwi_map_level_count(prover->map) > 0)
        prove_count(prover, PROOF_ENTRY_PLACES, is_covered(prover, entry->position), &site);
    if (prover->sample)
        return; /* other texts are in no order, and the map has others */
    prove_order(prover, order, entry);
    if (entry->kind != KIWI_ENTRY_STREET)
        return;
    if (prover->has_names)
        prove_count(prover, PROOF_STREET_NAMES, prove_has_name(prover, entry->name), &site);
    if (entry->has_street && (unsigned char)entry->key[0] < 0x80)
        prove_count(prover, PROOF_STREET_NUMBERS, is_number_of(entry), &site);
}

enum kiwi_status prove_streets(struct prover *prover, struct kiwi_index *index, struct kiwi_error *error)
{
    const struct kiwi_find_options options = {.size = sizeof options, .match = KIWI_MATCH_PREFIX, .zone = -1};
    uint64_t left = UINT64_C(65536) + kiwi_disc_size(prover->dump->disc) / 4;
    struct order order = {.begun = false};
    struct kiwi_index_entry entry;
    struct kiwi_find *find;
    enum kiwi_status status = kiwi_find_open(index, &options, &find, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_find_next(find, &entry, error)) == KIWI_OK) {
        prove_entry(prover, &order, &entry);
        status = prove_ranges(prover, index, &entry, &left, error);
        if (status != KIWI_OK)
            break;
    }
    kiwi_find_close(find);
    return status == KIWI_END ? KIWI_OK : status;
}
