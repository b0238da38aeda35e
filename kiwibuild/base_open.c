/* SPDX-License-Identifier: MIT */
/* Opens the disc that keeps all but its map: its levels, classes and charset, and what of it cannot be
 * written. */
#include "base_open.h"

#include <string.h>

#include "base_files.h"
#include "base_kept.h"
#include "base_layout.h"
#include "base_notes.h"
#include "encoding.h"
#include "frame.h"

static void set_classes(struct classes *classes, const uint16_t *codes, uint32_t count,
                        const struct classes *usual)
{
    *classes = *usual;
    if (count == 0 || count > sizeof classes->codes / sizeof classes->codes[0])
        return;
    classes->count = count;
    for (uint32_t i = 0; i < count; i++)
        classes->codes[i] = codes[i];
}

/** A level record without tables of classes means those of the standard, which nobody but the unit knows. */
static void read_classes(struct base_disc *base, struct base_level *own)
{
    const struct kiwi_level *level = own->level;

    if (level->road_class_count == 0)
        base_note(&base->notes, level, "no table of display classes; lists are in kiwibuild's usual order");
    set_classes(&own->roads, level->road_classes, level->road_class_count, &road_classes);
    set_classes(&own->backgrounds, level->background_classes, level->background_class_count,
                &background_classes);
    set_classes(&own->names, level->name_classes, level->name_class_count, &name_classes);
}

static bool check_level(const struct base_disc *base, const struct kiwi_level *level, struct failure *failure)
{
    if (level->record.basic_frames < BASIC_FRAMES)
        return refuse(
            failure, EXIT_INPUT,
            "%s: level %d has %u basic data frames in a parcel, and no place for roads, backgrounds and "
            "names",
            base->path, level->number, level->record.basic_frames);
    return true;
}

static bool read_levels(struct base_disc *base, struct failure *failure)
{
    const size_t count = kiwi_map_level_count(base->map);

    if (count == 0 || count > MOST_LEVELS)
        return refuse(failure, EXIT_INPUT, "%s: the map has %zu levels; 1 to %d can be written", base->path,
                      count, MOST_LEVELS);
    for (size_t i = 0; i < count; i++) {
        struct base_level *own = &base->levels[i];

        own->level = kiwi_map_level(base->map, i);
        if (!check_level(base, own->level, failure))
            return false;
        read_classes(base, own);
    }
    base->level_count = (int)count;
    return true;
}

static bool read_sectors(const struct base_disc *base, struct failure *failure)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(base->map);
    const unsigned size = volume->logical_sector_size;

    if (volume->sector_size != SECTOR)
        return refuse(failure, EXIT_INPUT, "%s: sectors have %u bytes; only %d can be written", base->path,
                      volume->sector_size, SECTOR);
    if (size < 32 || size > 256 || (size & (size - 1)))
        return refuse(failure, EXIT_INPUT,
                      "%s: logical sectors have %u bytes; 32, 64, 128 or 256 can be written", base->path,
                      size);
    return true;
}

static bool read_texts(struct base_disc *base, struct failure *failure)
{
    const char *charset = kiwi_disc_iconv_charset(base->disc), *declared = kiwi_disc_charset(base->disc);
    const char *datum = kiwi_disc_datum(base->disc);
    const bool latin = strcmp(charset, "ISO-8859-1") == 0 || strcmp(charset, "CP1252") == 0,
               japanese = strcmp(charset, "CP932") == 0;

    if (!latin && !japanese)
        return refuse(failure, EXIT_INPUT,
                      "%s: texts are in the charset %s; ISO 8859-1 and Shift-JIS can be written", base->path,
                      charset);
    base->charset = japanese ? CHARSET_SHIFT_JIS : CHARSET_LATIN_1;
    if (!*declared)
        base_note(&base->notes, NULL, "no charset is declared; texts are written in ISO 8859-1");
    if (*datum && strcmp(datum, "WGS84") != 0 && kiwi_disc_geodetic(base->disc) == KIWI_WGS84)
        return refuse(failure, EXIT_INPUT, "%s: places are in the datum %s, which kiwibuild does not know",
                      base->path, datum);
    return true;
}

static bool open_all(struct base_disc *base, struct failure *failure)
{
    const struct kiwi_disc_options options = {.size = sizeof options};
    struct kiwi_error error;

    if (kiwi_disc_open(base->path, &options, &base->disc, &error) != KIWI_OK ||
        kiwi_map_open(base->disc, &base->map, &error) != KIWI_OK)
        return refuse_kiwi(failure, base->path, &error);
    if (kiwi_index_open(base->disc, &base->index, &error) != KIWI_OK)
        base->index = NULL;
    return true;
}

bool base_disc_open(struct base_disc *base, const char *path, struct failure *failure)
{
    *base = (struct base_disc){.path = path};
    return open_all(base, failure) && read_sectors(base, failure) && read_texts(base, failure) &&
           read_levels(base, failure) && base_layouts_read(base, failure) && base_lists_read(base, failure) &&
           base_kept_find(base, failure);
}

void base_disc_close(struct base_disc *base)
{
    kiwi_index_close(base->index);
    kiwi_map_close(base->map);
    kiwi_disc_close(base->disc);
    release(base->replaced);
    release(base->kept);
    release(base->notes.items);
    *base = (struct base_disc){0};
}

char *base_disc_title(const struct base_disc *base)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(base->map);
    const size_t length = strnlen(volume->disk_title, sizeof volume->disk_title);
    char *title = allocate(4 * length + 1, 1);

    kiwi_disc_text(base->disc, volume->disk_title, length, title, 4 * length + 1);
    return title;
}

int base_disc_finest_level(const struct base_disc *base)
{
    const struct kiwi_level *finest = base->levels[0].level;

    for (int i = 1; i < base->level_count; i++)
        if (base->levels[i].level->grid.y_scale < finest->grid.y_scale)
            finest = base->levels[i].level;
    return finest->number;
}

uint64_t base_disc_levels(const struct base_disc *base)
{
    uint64_t levels = 0;

    for (int i = 0; i < base->level_count; i++)
        levels |= (uint64_t)1 << (32 + base->levels[i].level->number);
    return levels;
}
