/* SPDX-License-Identifier: MIT */
/* --summary: a page for people, what a disc is, what is on it, whether it is whole and what to do next. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump.h"
#include "layout.h"
#include "common/progress.h"

/** Discs up to this size are read whole; larger ones would take minutes from a drive. */
#define READ_LIMIT (UINT64_C(1) << 30)

enum { LABEL = 12, TEXT = 512 };

struct page {
    struct dump *dump;
    struct kiwi_map *map; /* NULL if the disc has none */
    unsigned width;
    bool whole; /* all of the disc is read */
};

/* Text */

/** Adds to a text that may be full. */
static void add(char text[static TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char text[static TEXT], const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, TEXT - length, format, arguments);
    va_end(arguments);
}

/** Digits in groups of three. */
static void add_number(char text[static TEXT], uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < length; i++)
        add(text, "%s%c", i > 0 && (length - i) % 3 == 0 ? "," : "", digits[i]);
}

static void add_count(char text[static TEXT], uint64_t count, const char *one, const char *many)
{
    add_number(text, count);
    add(text, " %s", count == 1 ? one : many);
}

static void add_size(char text[static TEXT], uint64_t bytes)
{
    if (bytes >= 1000000000)
        add(text, "%.2f GB", (double)bytes / 1e9);
    else if (bytes >= 100000)
        add(text, "%.1f MB", (double)bytes / 1e6);
    else
        add_count(text, bytes, "byte", "bytes");
}

/** UTF-8 of the disc: control characters would command the terminal, runs of blanks are padding. */
static void add_clean(char text[static TEXT], const char *utf8)
{
    const unsigned char *c = (const unsigned char *)utf8;
    bool blank = true; /* the last one was; none at the start */
    for (; *c; c++) {
        bool control = *c < ' ' || *c == 0x7F || (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0);
        if (*c == ' ' || *c == '\n' || *c == '\r' || *c == '\t') {
            if (!blank)
                add(text, " ");
            blank = true;
            continue;
        }
        c += control && *c == 0xC2;
        add(text, "%c", control ? '?' : *c);
        blank = false;
    }
    for (size_t length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
        text[length - 1] = '\0';
}

/** Text in the charset of the disc; nothing of a field that is binary. */
static void add_disc_text(const struct page *page, char text[static TEXT], const char *bytes, size_t length)
{
    char utf8[TEXT];
    while (length > 0 && (bytes[length - 1] == '\0' || bytes[length - 1] == ' '))
        length--;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] < '\t')
            return;
    kiwi_disc_text(page->dump->disc, bytes, length, utf8, sizeof utf8);
    add_clean(text, utf8);
}

/** One line: a label and a text, which is cut at the width of the terminal. */
static void put_line(const struct page *page, const char *label, const char *text)
{
    struct output *output = page->dump->output;
    unsigned columns = LABEL;
    char head[LABEL + 1];
    snprintf(head, sizeof head, "%-*s", LABEL, label);
    output_bytes(output, head, LABEL);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        columns += (*c & 0xC0) == 0x80 ? 0 : *c >= 0xE3 ? 2 : 1; /* letters from U+3000 on are wide */
        if (columns > page->width - 3 && (*c & 0xC0) != 0x80 && strlen((const char *)c) > 3) {
            output_literal(output, "...");
            break;
        }
        output_char(output, (char)*c);
    }
    output_char(output, '\n');
}

/* What disc this is */

/** The value of a key of METADATA.KWI, such as "CHCD ::=ISO 8859-1 ;". */
static void add_metadata(const struct page *page, char text[static TEXT], const char *key)
{
    const struct kiwi_file *file = kiwi_disc_find_kind(page->dump->disc, KIWI_FILE_METADATA);
    char bytes[4096];
    size_t received = 0;
    if (!file || !file->source ||
        kiwi_source_read(file->source, 0, bytes, sizeof bytes - 1, &received, NULL) != KIWI_OK)
        return;
    bytes[received] = '\0';
    const char *value = strstr(bytes, key);
    value = value ? strstr(value, "::=") : NULL;
    if (value)
        add_disc_text(page, text, value + 3, strcspn(value + 3, ";\r\n"));
}

static void put_title(const struct page *page)
{
    static const char *const whats[] = {"one file of a KIWI map disc", "folder of a KIWI map disc",
                                        "image of a KIWI map disc"};
    static const char *const systems[] = {"",    "ISO 9660",      "Joliet",      "ISO 9660, Joliet",
                                          "UDF", "ISO 9660, UDF", "Joliet, UDF", "ISO 9660, Joliet, UDF"};
    struct kiwi_disc *disc = page->dump->disc;
    const char *system = systems[kiwi_disc_file_systems(disc) & 7];
    char text[TEXT] = "";
    if (page->map)
        add_disc_text(page, text, kiwi_map_volume(page->map)->disk_title,
                      sizeof kiwi_map_volume(page->map)->disk_title);
    if (!text[0])
        add_clean(text, kiwi_disc_volume_id(disc));
    if (!text[0])
        add_clean(text, kiwi_disc_file(disc, 0)->path);
    put_line(page, "Title", text);
    snprintf(text, sizeof text, "%s, ", whats[kiwi_disc_container(disc)]);
    add_size(text, kiwi_disc_size(disc));
    add(text, ", ");
    add_count(text, kiwi_disc_file_count(disc), "file", "files");
    if (system[0])
        add(text, " (%s)", system);
    put_line(page, "What", text);
}

/** A field of the volume, behind its name; some begin with words that say what they are. */
static void add_field(const struct page *page, char text[static TEXT], const char *name, const char *begins,
                      const char *bytes, size_t length)
{
    char value[TEXT] = "";
    add_disc_text(page, value, bytes, length);
    size_t skipped = strncmp(value, begins, strlen(begins)) == 0 ? strlen(begins) : 0;
    if (value[skipped])
        add(text, "%s%s%s", text[0] ? ", " : "", name, value + skipped);
}

static void put_maker(const struct page *page)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(page->map);
    char text[TEXT] = "";
    add_field(page, text, "", "", volume->data_author_text, sizeof volume->data_author_text);
    add_field(page, text, "for ", "", volume->system_specific_text, sizeof volume->system_specific_text);
    put_line(page, "Maker", text[0] ? text : "not said in readable text");
    text[0] = '\0';
    add_field(page, text, "data ", "DATA VERSION ", volume->data_version, sizeof volume->data_version);
    add_field(page, text, "format ", "FORMAT VERSION ", volume->format_version,
              sizeof volume->format_version);
    add_field(page, text, "media ", "", volume->media_version, sizeof volume->media_version);
    put_line(page, "Edition", text[0] ? text : "not said");
}

/** 9 or 55.3, with the letter of its hemisphere. */
static void add_degrees(char text[static TEXT], double from, double to, char positive, char negative)
{
    double degrees[] = {from, to};
    for (int i = 0; i < 2; i++) {
        double value = round(degrees[i] * 10) / 10;
        bool last = i == 1 || (from < 0) != (to < 0);
        add(text, "%s%.*f", i > 0 ? ".." : "", value != floor(value), fabs(value));
        if (last)
            add(text, " %c", value < 0 ? negative : positive);
    }
}

/** Box of the parcels that the coarsest level has: what is declared may be larger. */
static bool find_region(const struct page *page, struct kiwi_box *box)
{
    const struct kiwi_level *coarsest = NULL;
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    uint32_t first_column = UINT32_MAX, first_row = UINT32_MAX, columns = 0, rows = 0;
    for (size_t i = 0; i < kiwi_map_level_count(page->map); i++)
        if (!coarsest || kiwi_map_level(page->map, i)->number > coarsest->number)
            coarsest = kiwi_map_level(page->map, i);
    if (!coarsest || kiwi_parcels_open(page->map, coarsest, NULL, &parcels, NULL) != KIWI_OK)
        return false;
    while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK) {
        first_column = parcel.column < first_column ? parcel.column : first_column;
        first_row = parcel.row < first_row ? parcel.row : first_row;
        columns = parcel.column + parcel.columns > columns ? parcel.column + parcel.columns : columns;
        rows = parcel.row + parcel.rows > rows ? parcel.row + parcel.rows : rows;
    }
    kiwi_parcels_close(parcels);
    if (columns == 0)
        return false;
    parcel = (struct kiwi_parcel){.level = coarsest,
                                  .column = first_column,
                                  .row = first_row,
                                  .columns = columns - first_column,
                                  .rows = rows - first_row,
                                  .part_columns = 1,
                                  .part_rows = 1};
    *box = kiwi_parcel_box(&parcel);
    return true;
}

static void put_region(const struct page *page)
{
    struct kiwi_box box;
    char text[TEXT] = "";
    char datum[TEXT] = "";
    if (!find_region(page, &box)) {
        put_line(page, "Region", "none: no level of the map has data");
        return;
    }
    add_degrees(text, box.west, box.east, 'E', 'W');
    add(text, ", ");
    add_degrees(text, box.south, box.north, 'N', 'S');
    add_metadata(page, datum, "COOR");
    add(text, " (datum: %s)", datum[0] ? datum : "not said");
    put_line(page, "Region", text);
}

static void put_languages(const struct page *page)
{
    char text[TEXT] = "";
    const char *charset = kiwi_disc_charset(page->dump->disc);
    add_metadata(page, text, "LANG");
    if (charset[0]) {
        add(text, "%sletters in ", text[0] ? "; " : "");
        add_clean(text, charset);
    }
    if (text[0])
        put_line(page, "Languages", text);
}

/* What is on it */

static void put_levels(const struct page *page)
{
    size_t count = kiwi_map_level_count(page->map);
    char text[TEXT] = "";
    add_count(text, count, "level", "levels");
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_level *level = kiwi_map_level(page->map, i);
        add(text, "%s%d", i > 0 ? ", " : ": ", level->number);
        if (level->record.display_scale_1 != 0 && level->record.display_scale_1 != UINT32_MAX) {
            add(text, " (1:");
            add_number(text, level->record.display_scale_1);
            add(text, ")");
        }
    }
    put_line(page, "Map", text);
}

/** Roads of a level: chains of links, as their cells cut them. */
static uint64_t count_roads(const struct page *page, const struct kiwi_level *level)
{
    struct kiwi_parcels *parcels = NULL;
    struct kiwi_shapes *shapes = NULL;
    struct kiwi_parcel parcel;
    struct kiwi_shape shape;
    uint64_t count = 0;
    if (kiwi_parcels_open(page->map, level, NULL, &parcels, NULL) == KIWI_OK &&
        kiwi_shapes_open(page->map, &shapes, NULL) == KIWI_OK)
        while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK)
            if (kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, NULL) == KIWI_OK)
                while (kiwi_shapes_next(shapes, &shape) == KIWI_OK)
                    count += shape.link == 0;
    kiwi_shapes_close(shapes);
    kiwi_parcels_close(parcels);
    return count;
}

static void put_roads(const struct page *page)
{
    char text[TEXT] = "";
    if (!page->whole) {
        put_line(page, "Roads", "not counted, as the disc is larger than 1 GB");
        return;
    }
    for (size_t i = kiwi_map_level_count(page->map); i-- > 0;) {
        const struct kiwi_level *level = kiwi_map_level(page->map, i);
        add(text, "%s", text[0] ? ", " : "");
        add_number(text, count_roads(page, level));
        add(text, " in level %d", level->number);
    }
    put_line(page, "Roads", text);
}

/** What --find searches. */
static void put_index(const struct page *page)
{
    static const struct {
        unsigned kind;
        const char *one, *many;
    } kinds[] = {{KIWI_ENTRY_STREET, "street", "streets"},
                 {KIWI_ENTRY_PLACE, "place", "places"},
                 {KIWI_ENTRY_POI, "point of interest", "points of interest"}};
    struct dump *dump = page->dump;
    struct kiwi_index *index;
    size_t count;
    char text[TEXT] = "";
    if (!kiwi_disc_find_kind(dump->disc, KIWI_FILE_INDEX) ||
        kiwi_index_open(dump->disc, findings_take, &dump->findings, &index, NULL) != KIWI_OK) {
        put_line(page, "To search", "nothing: there is no index of names");
        return;
    }
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    for (size_t k = 0; k < 3; k++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += lists[i].kind == kinds[k].kind ? lists[i].records : 0;
        if (sum > 0) {
            add(text, "%s", text[0] ? ", " : "");
            add_count(text, sum, kinds[k].one, kinds[k].many);
        }
    }
    kiwi_index_zones(index, &count);
    if (count > 1)
        add(text, " in %zu zones", count);
    kiwi_index_close(index);
    put_line(page, "To search", text[0] ? text : "nothing");
}

static void put_routes(const struct page *page)
{
    uint64_t nodes;
    uint64_t links;
    char text[TEXT] = "";
    if (!dump_regions_sum(page->map, &nodes, &links)) {
        put_line(page, "Routes", "none: there is no road graph");
        return;
    }
    add(text, "a graph of ");
    add_count(text, nodes, "junction", "junctions");
    add(text, " and ");
    add_count(text, links, "link", "links");
    put_line(page, "Routes", text);
}

/** The programs of the unit, in LOADING.KWI. */
static void put_programs(const struct page *page)
{
    struct dump *dump = page->dump;
    const struct kiwi_file *file = kiwi_disc_find_kind(dump->disc, KIWI_FILE_LOADING);
    struct kiwi_loading *loading;
    struct kiwi_error error;
    char text[TEXT] = "";
    if (!file || !file->source) {
        put_line(page, "Programs", "none: there is no LOADING.KWI");
        return;
    }
    if (kiwi_loading_open(file->source, file->path, findings_take, &dump->findings, &loading, &error) !=
        KIWI_OK) {
        add_clean(text, error.text);
        put_line(page, "Programs", text);
        return;
    }
    size_t count = kiwi_loading_module_count(loading);
    add_count(text, count, "module", "modules");
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        add(text, "%s", i > 0 ? ", " : ": ");
        add_clean(text, module->name);
        add(text, " ");
        add_clean(text, module->version);
    }
    kiwi_loading_close(loading);
    put_line(page, "Programs", text);
}

static void put_other_files(const struct page *page)
{
    static const struct {
        enum kiwi_file_kind kind;
        const char *one, *many;
    } kinds[] = {{KIWI_FILE_PICTURES, "file of pictures", "files of pictures"},
                 {KIWI_FILE_COVERAGE, "picture of the coverage", "pictures of the coverage"},
                 {KIWI_FILE_VOICE, "file of voice", "files of voice"},
                 {KIWI_FILE_DICTIONARY, "dictionary of spoken words", "dictionaries of spoken words"}};
    char text[TEXT] = "";
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        uint64_t count = 0;
        for (size_t i = 0; i < kiwi_disc_file_count(page->dump->disc); i++)
            count += kiwi_disc_file(page->dump->disc, i)->kind == kinds[k].kind;
        if (count > 0) {
            add(text, "%s", text[0] ? ", " : "");
            add_count(text, count, kinds[k].one, kinds[k].many);
        }
    }
    put_line(page, "Besides", text[0] ? text : "no pictures, no voice");
}

/* Whether it is whole */

/** Reads everything; what is wrong goes to the findings. */
static enum kiwi_status put_account(const struct page *page, struct kiwi_error *error)
{
    struct dump *dump = page->dump;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    struct kiwi_account all = {0};
    char text[TEXT] = "";
    enum kiwi_status status = dump_open_walk(dump, true, &walk, error);
    if (status != KIWI_OK)
        return status;
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
    }
    status = kiwi_walk_status(walk, error);
    for (size_t i = 0; i < kiwi_disc_file_count(dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        struct kiwi_account account = kiwi_walk_account(walk, file);
        uint64_t sum = account.field + account.padding + account.reserved + account.unknown;
        if (sum != file->size)
            findings_count_account(&dump->findings, file, sum);
        all.field += account.field;
        all.padding += account.padding + account.reserved;
        all.unknown += account.unknown;
    }
    kiwi_walk_close(walk);
    double total = (double)(all.field + all.padding + all.unknown);
    if (total > 0)
        add(text, "%.1f %% of the bytes (%.1f %% data, %.1f %% padding, %.1f %% not known)",
            100 - 100 * (double)all.unknown / total, 100 * (double)all.field / total,
            100 * (double)all.padding / total, 100 * (double)all.unknown / total);
    put_line(page, "Understood", text);
    return status;
}

static void put_verdict(const struct page *page)
{
    char wrong[FINDINGS_TEXT];
    char text[TEXT];
    findings_wrong(&page->dump->findings, wrong);
    snprintf(text, sizeof text, "%s", page->dump->findings.counts[KIWI_ERROR] > 0 ? "no: " : "yes");
    if (wrong[0])
        add(text, "%s", page->dump->findings.counts[KIWI_ERROR] > 0 ? "" : ", with ");
    add_clean(text, wrong);
    if (!page->whole)
        add(text, ", as far as its heads say; --check reads all of it");
    put_line(page, "Whole", text);
}

/* What to do next */

/** A path as a shell takes it, one line. */
static void add_path(char text[static TEXT], const char *path)
{
    bool plain = strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@%") ==
                 strlen(path);
    if (plain) {
        add(text, "%s", path);
        return;
    }
    add(text, "'");
    for (const char *c = path; *c; c++)
        if (*c == '\'')
            add(text, "'\\''");
        else
            add(text, "%c", (unsigned char)*c < ' ' || *c == 0x7F ? '?' : *c);
    add(text, "'");
}

static void put_command(const struct page *page, const char *option, const char *what)
{
    struct output *output = page->dump->output;
    const char *path = page->dump->options.path;
    char text[TEXT] = "  kiwidump ";
    char line[2 * TEXT];
    add_path(text, strcmp(path, "-") == 0 ? "DISC" : path);
    int used = snprintf(line, sizeof line, "%s %-24s  %s", text, option, what);
    if (used > (int)page->width)
        snprintf(line, sizeof line, "%s %s", text, option);
    output_bytes(output, line, strlen(line));
    output_char(output, '\n');
}

static void put_commands(const struct page *page)
{
    output_literal(page->dump->output, "\nWhat next:\n");
    if (page->map) {
        put_command(page, "--svg >map.svg", "a picture of the map");
        put_command(page, "--features >map.geojsonl", "the map for QGIS, ogr2ogr");
    }
    if (kiwi_disc_find_kind(page->dump->disc, KIWI_FILE_INDEX))
        put_command(page, "--find NAME", "a street or a place");
    if (kiwi_disc_container(page->dump->disc) == KIWI_CONTAINER_IMAGE)
        put_command(page, "--extract FOLDER", "its files and modules");
    put_command(page, "--check", "what is wrong, in detail");
    put_command(page, "| less", "all this as JSON, and more");
}

static enum kiwi_status put_page(struct page *page, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    put_title(page);
    if (page->map) {
        put_maker(page);
        put_region(page);
    }
    put_languages(page);
    output_char(page->dump->output, '\n');
    if (page->map) {
        put_levels(page);
        if (kiwi_map_level_count(page->map) > 0)
            put_roads(page);
        put_index(page);
        put_routes(page);
    }
    put_programs(page);
    if (kiwi_disc_container(page->dump->disc) != KIWI_CONTAINER_FILE)
        put_other_files(page);
    if (page->whole)
        status = put_account(page, error);
    if (status == KIWI_OK)
        put_verdict(page);
    put_commands(page);
    return status;
}

enum kiwi_status dump_summary(struct dump *dump, struct kiwi_error *error)
{
    struct page page = {.dump = dump,
                        .width = isatty(STDOUT_FILENO) ? layout_width(STDOUT_FILENO) : LAYOUT_WIDTH,
                        .whole = kiwi_disc_size(dump->disc) <= READ_LIMIT};
    enum kiwi_status status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &page.map, error);
    if (status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY)
        return status;
    status = put_page(&page, error);
    kiwi_map_close(page.map);
    return status;
}
