/* SPDX-License-Identifier: MIT */
/* --report: what those who mend the reading of a disc need to know of it; no text of the disc is in it. */
#include "dump.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "common/progress.h"

enum { FINDINGS = 30, FILES = 60 };

static void __attribute__((format(printf, 2, 3))) put(struct dump *dump, const char *format, ...)
{
    char line[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = '?';
    output_bytes(dump->output, line, strlen(line));
    output_char(dump->output, '\n');
}

static void put_disc(struct dump *dump)
{
    static const char *const containers[] = {"a file", "a folder", "an image"};
    const struct kiwi_disc *disc = dump->disc;
    unsigned systems = kiwi_disc_file_systems(disc);
    put(dump, "kiwidump %s, %s%s", KIWI_VERSION, containers[kiwi_disc_container(disc)],
        kiwi_disc_sample(disc) ? ", from a sample" : "");
    put(dump, "bytes: %llu, by its volume %llu; file systems:%s%s%s",
        (unsigned long long)kiwi_disc_size(disc), (unsigned long long)kiwi_disc_recorded_size(disc),
        systems & KIWI_ISO9660 ? " ISO 9660" : "", systems & KIWI_JOLIET ? " Joliet" : "",
        systems & KIWI_UDF ? " UDF" : "");
    put(dump, "character set: %s; datum: %s", kiwi_disc_iconv_charset(disc),
        kiwi_disc_geodetic(disc) == KIWI_TOKYO ? "TOKYO" : "WGS84 or none declared");
}

static void put_files(struct dump *dump)
{
    size_t count = kiwi_disc_file_count(dump->disc);
    put(dump, "files: %zu", count);
    for (size_t i = 0; i < count && i < FILES; i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        put(dump, "  %12llu  %-12s %.200s", (unsigned long long)file->size, kiwi_file_kind_name(file->kind),
            file->path);
    }
    if (count > FILES)
        put(dump, "  and %zu more", count - FILES);
}

static void put_level(struct dump *dump, struct kiwi_map *map, const struct kiwi_level *level)
{
    struct kiwi_level_blocks blocks = kiwi_map_blocks(map, level);
    put(dump,
        "  level %d: %lu x %lu parcels, record of %lu bytes, frames %u + %u, %llu block sets (%llu with "
        "blocks)",
        level->number, (unsigned long)level->columns, (unsigned long)level->rows,
        (unsigned long)level->record_size, (unsigned)level->record.basic_frames,
        (unsigned)level->record.extended_frames, (unsigned long long)blocks.block_sets,
        (unsigned long long)blocks.with_table);
}

static void put_regions(struct dump *dump, struct kiwi_map *map)
{
    struct kiwi_regions *regions;
    if (kiwi_regions_open(map, &regions, NULL) != KIWI_OK) {
        put(dump, "route planning: none");
        return;
    }
    put(dump, "route planning:");
    for (size_t i = 0; i < kiwi_regions_level_count(regions); i++) {
        const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
        put(dump, "  level %d: %lu regions", level->number, (unsigned long)level->count);
    }
    kiwi_regions_close(regions);
}

static void put_map(struct dump *dump)
{
    struct kiwi_map *map;
    struct kiwi_error error;
    if (kiwi_map_open(dump->disc, &map, &error) != KIWI_OK) {
        put(dump, "map: none that can be opened");
        return;
    }
    const struct kiwi_data_volume *volume = kiwi_map_volume(map);
    put(dump, "map: sectors of %u bytes, logical ones of %u", (unsigned)kiwi_map_sectors(map).sector_size,
        (unsigned)kiwi_map_sectors(map).logical_sector_size);
    if (volume)
        put(dump, "  contents:%s%s%s", volume->has_main_map ? " map" : "",
            volume->has_route_planning ? " routes" : "", volume->has_index ? " index" : "");
    for (size_t i = 0; i < kiwi_map_level_count(map); i++)
        put_level(dump, map, kiwi_map_level(map, i));
    put_regions(dump, map);
    kiwi_map_close(map);
}

static void put_index(struct dump *dump)
{
    struct kiwi_index *index;
    size_t count;
    if (kiwi_index_open(dump->disc, &index, NULL) != KIWI_OK) {
        put(dump, "index: none");
        return;
    }
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    put(dump, "index: %zu lists", count);
    for (size_t i = 0; i < count && i < FILES; i++)
        put(dump, "  %.4s: %lu records in %llu bytes", lists[i].type, (unsigned long)lists[i].records,
            (unsigned long long)lists[i].length);
    kiwi_index_close(index);
}

/* Findings, without what was found: that may be a text */

struct count {
    struct dump *dump;
    size_t printed;
    uint64_t severities[3];
};

static void take_finding(void *context, const struct kiwi_finding *finding)
{
    static const char *const names[] = {
        [KIWI_NOTE] = "note", [KIWI_WARNING] = "warning", [KIWI_ERROR] = "error"};
    struct count *count = context;
    count->severities[finding->severity]++;
    if (count->printed++ < FINDINGS)
        put(count->dump, "  %-7s %.80s %s%llx %.200s %.60s", names[finding->severity], finding->file,
            finding->offset == KIWI_NULL ? "" : "0x",
            finding->offset == KIWI_NULL ? 0ULL : (unsigned long long)finding->offset, finding->path,
            finding->field);
}

static enum kiwi_status put_findings(struct dump *dump, struct kiwi_error *error)
{
    struct count count = {.dump = dump};
    const struct kiwi_walk_options options = {
        .size = sizeof options, .check = true, .brief = true, .finding = take_finding, .context = &count};
    struct progress progress;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    enum kiwi_status status = kiwi_walk_open(dump->disc, &options, &walk, error);
    if (status != KIWI_OK)
        return status;
    put(dump, "findings:");
    kiwi_disc_findings(dump->disc, take_finding, &count);
    progress_begin(&progress, dump->options.quiet);
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        dump_show_progress(walk, &progress);
    progress_end(&progress);
    status = kiwi_walk_status(walk, error);
    kiwi_walk_close(walk);
    kiwi_disc_unreadable(dump->disc, take_finding, &count);
    put(dump, "  %llu errors, %llu warnings, %llu notes", (unsigned long long)count.severities[KIWI_ERROR],
        (unsigned long long)count.severities[KIWI_WARNING], (unsigned long long)count.severities[KIWI_NOTE]);
    return status;
}

enum kiwi_status dump_report(struct dump *dump, struct kiwi_error *error)
{
    findings_mute(&dump->findings); /* they are counted once, below */
    put_disc(dump);
    put_files(dump);
    put_map(dump);
    put_index(dump);
    enum kiwi_status status = put_findings(dump, error);
    findings_listen(&dump->findings);
    return status;
}
