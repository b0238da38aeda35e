/* SPDX-License-Identifier: MIT */
/* The first lines of --summary: which disc it is, who made it, what it covers. */
#include <stdio.h>
#include <string.h>

#include "coverage.h"
#include "summary/page.h"

/** The value of a key of METADATA.KWI, such as "CHCD ::=ISO 8859-1 ;". */
static void add_metadata(const struct page *page, char text[static PAGE_TEXT], const char *key)
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
        page_disc_text(page, text, value + 3, strcspn(value + 3, ";\r\n"));
}

static void put_title(const struct page *page)
{
    static const char *const whats[] = {"one file of a KIWI map disc", "folder of a KIWI map disc",
                                        "image of a KIWI map disc"};
    static const char *const systems[] = {"",    "ISO 9660",      "Joliet",      "ISO 9660, Joliet",
                                          "UDF", "ISO 9660, UDF", "Joliet, UDF", "ISO 9660, Joliet, UDF"};
    struct kiwi_disc *disc = page->dump->disc;
    const char *system = systems[kiwi_disc_file_systems(disc) & 7];
    char text[PAGE_TEXT] = "";
    if (page->map)
        page_disc_text(page, text, kiwi_map_volume(page->map)->disk_title,
                       sizeof kiwi_map_volume(page->map)->disk_title);
    if (!text[0])
        words_clean(text, kiwi_disc_volume_id(disc));
    if (!text[0])
        words_clean(text, kiwi_disc_file(disc, 0)->path);
    page_line(page, "Title", text);
    snprintf(text, sizeof text, "%s, ", whats[kiwi_disc_container(disc)]);
    words_size(text, kiwi_disc_size(disc));
    words_add(text, ", ");
    words_count(text, kiwi_disc_file_count(disc), "file", "files");
    if (system[0])
        words_add(text, " (%s)", system);
    page_line(page, "What", text);
}

/** A field of the volume, behind its name; some begin with words that say what they are. */
static void add_field(const struct page *page, char text[static PAGE_TEXT], const char *name,
                      const char *begins, const char *bytes, size_t length)
{
    char value[PAGE_TEXT] = "";
    page_disc_text(page, value, bytes, length);
    size_t skipped = strncmp(value, begins, strlen(begins)) == 0 ? strlen(begins) : 0;
    if (value[skipped])
        words_add(text, "%s%s%s", text[0] ? ", " : "", name, value + skipped);
}

static void put_maker(const struct page *page)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(page->map);
    char text[PAGE_TEXT] = "";
    add_field(page, text, "", "", volume->data_author_text, sizeof volume->data_author_text);
    add_field(page, text, "for ", "", volume->system_specific_text, sizeof volume->system_specific_text);
    page_line(page, "Maker", text[0] ? text : "not said in readable text");
    text[0] = '\0';
    add_field(page, text, "data ", "DATA VERSION ", volume->data_version, sizeof volume->data_version);
    add_field(page, text, "format ", "FORMAT VERSION ", volume->format_version,
              sizeof volume->format_version);
    add_field(page, text, "media ", "", volume->media_version, sizeof volume->media_version);
    page_line(page, "Edition", text[0] ? text : "not said");
}

static void put_region(const struct page *page)
{
    struct kiwi_box box;
    char text[PAGE_TEXT] = "";
    char datum[PAGE_TEXT] = "";
    if (!coverage_box(page->map, &box)) {
        page_line(page, "Region", "none: no level of the map has data");
        return;
    }
    words_degrees(text, box.west, box.east, 'E', 'W');
    words_add(text, ", ");
    words_degrees(text, box.south, box.north, 'N', 'S');
    add_metadata(page, datum, "COOR");
    words_add(text, " (datum: %s)", datum[0] ? datum : "not said");
    page_line(page, "Region", text);
}

static void put_languages(const struct page *page)
{
    char text[PAGE_TEXT] = "";
    const char *charset = kiwi_disc_charset(page->dump->disc);
    add_metadata(page, text, "LANG");
    if (charset[0]) {
        words_add(text, "%sletters in ", text[0] ? "; " : "");
        words_clean(text, charset);
    }
    if (text[0])
        page_line(page, "Languages", text);
}

void page_identity(const struct page *page)
{
    put_title(page);
    if (page->map) {
        put_maker(page);
        put_region(page);
    }
    put_languages(page);
}
