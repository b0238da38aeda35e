/* SPDX-License-Identifier: MIT */
/* Reads tables of texts, CSV or PO, as programs for tables and for translators write them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/grow.h"
#include "common/byte_order_mark.h"
#include "common/read_file.h"
#include "common/utf8.h"
#include "text_table.h"

enum { TABLE_FILE_LIMIT = 1 << 26 };

enum column { COLUMN_MODULE, COLUMN_PLACE, COLUMN_TEXT, COLUMN_TRANSLATION, COLUMN_COUNT };

struct reader {
    const char *path;
    char *at; /* what is read is written over what was */
    size_t line;
    struct text_table *table;
    struct failure *failure;
};

static bool complain_line(const struct reader *reader, size_t line, const char *what)
{
    return refuse(reader->failure, EXIT_INPUT, "%.300s:%zu: %s", reader->path, line, what);
}

void text_table_free(struct text_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        free(table->rows[i].module);
        free(table->rows[i].old_text);
        free(table->rows[i].new_text);
    }
    free(table->rows);
    *table = (struct text_table){.count = 0};
}

/** Puts what a backslash means in its place. */
static bool unescape(struct reader *reader, size_t line, char *text)
{
    char *to = text;
    for (; *text; text++, to++) {
        *to = *text;
        if (*text != '\\')
            continue;
        switch (*++text) {
        case 'n': *to = '\n'; break;
        case 'r': *to = '\r'; break;
        case 't': *to = '\t'; break;
        case '\\':
        case '"': *to = *text; break;
        default:
            return complain_line(reader, line,
                                 "a backslash stands before n, r, t, a quote or a backslash only");
        }
    }
    *to = '\0';
    return true;
}

static bool read_place(const char *text, uint64_t *place)
{
    char *end;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    *place = strtoull(text, &end, hex ? 16 : 10);
    return isdigit((unsigned char)text[0]) && *end == '\0';
}

/** Notes a row if its text shall change. */
static bool add_row(struct reader *reader, size_t line, const char *module, const char *place_text,
                    char *old_text, char *new_text)
{
    struct text_table *table = reader->table;
    uint64_t place;
    if (!unescape(reader, line, old_text) || !unescape(reader, line, new_text))
        return false;
    if (!read_place(place_text, &place))
        return complain_line(reader, line, "the place is no number");
    if (!new_text[0] || strcmp(old_text, new_text) == 0)
        return true;
    struct text_row *rows = grow_array(table->rows, &table->room, table->count, 1, sizeof *rows);
    if (!rows)
        return refuse_memory(reader->failure);
    table->rows = rows;
    struct text_row *row = &rows[table->count++];
    *row = (struct text_row){line, strdup(module), place, strdup(old_text), strdup(new_text)};
    return (row->module && row->old_text && row->new_text) || refuse_memory(reader->failure);
}

/* CSV */

/** The next field, without its quotes; *end is what stood behind it: the separator, '\n' or 0. */
static char *next_field(struct reader *reader, char separator, char *end)
{
    char *text = reader->at, *from = text, *to = text;
    bool quoted = *from == '"';
    for (from += quoted; *from; from++) {
        if (quoted && *from == '"') {
            quoted = from[1] == '"';
            from += quoted;
            if (!quoted)
                continue;
        } else if (!quoted && (*from == separator || *from == '\n')) {
            break;
        }
        reader->line += *from == '\n';
        *to++ = *from;
    }
    *end = *from;
    reader->at = *from ? from + 1 : from;
    reader->line += *end == '\n';
    if (to > text && *end != separator && to[-1] == '\r')
        to--;
    *to = '\0'; /* not behind *from, which has been looked at */
    return text;
}

/** Which columns the head has; -1: not this one. */
static bool read_head(struct reader *reader, char *separator, int columns[COLUMN_COUNT])
{
    static const char *const names[] = {"module", "place", "text", "translation"};
    char end;
    *separator = reader->at[strcspn(reader->at, ",;\t\n")];
    for (int i = 0; i < COLUMN_COUNT; i++)
        columns[i] = -1;
    for (int number = 0;; number++) {
        const char *name = next_field(reader, *separator, &end);
        for (int i = 0; i < COLUMN_COUNT; i++)
            if (strcasecmp(name, names[i]) == 0)
                columns[i] = number;
        if (end != *separator || end == '\n' || end == '\0')
            break;
    }
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (columns[i] < 0)
            return refuse(reader->failure, EXIT_INPUT, "%.300s: neither PO nor CSV with a column \"%s\"",
                          reader->path, names[i]);
    return true;
}

static bool read_csv(struct reader *reader)
{
    int columns[COLUMN_COUNT];
    char separator;
    if (!read_head(reader, &separator, columns))
        return false;
    while (*reader->at) {
        char empty[1] = "", end = separator;
        char *fields[COLUMN_COUNT] = {empty, empty, empty, empty};
        size_t line = reader->line;
        int number = 0;
        for (; end == separator; number++) {
            char *text = next_field(reader, separator, &end);
            for (int i = 0; i < COLUMN_COUNT; i++)
                if (columns[i] == number)
                    fields[i] = text;
        }
        if (number == 1 && !fields[COLUMN_MODULE][0])
            continue; /* an empty line */
        if (!add_row(reader, line, fields[COLUMN_MODULE], fields[COLUMN_PLACE], fields[COLUMN_TEXT],
                     fields[COLUMN_TRANSLATION]))
            return false;
    }
    return true;
}

/* PO */

/** An entry of which a line was read. */
struct entry {
    size_t line;
    char *context, *old_text, *new_text;
    char **last; /* that more lines in quotes belong to */
    char *end;   /* of that */
    bool fuzzy;
};

static bool end_entry(struct reader *reader, struct entry *entry)
{
    struct entry one = *entry;
    *entry = (struct entry){.line = 0};
    if (!one.old_text || !one.new_text || one.fuzzy || (!one.context && !one.old_text[0]))
        return true; /* nothing, not finished, or the head */
    if (!one.context || !strrchr(one.context, ' '))
        return complain_line(reader, one.line, "msgctxt with module and place is missing");
    char *space = strrchr(one.context, ' ');
    *space = '\0';
    return unescape(reader, one.line, one.context) &&
           add_row(reader, one.line, one.context, space + 1, one.old_text, one.new_text);
}

/** Takes the text between the quotes of a line; what continues another is moved behind it. */
static bool take_quoted(struct reader *reader, struct entry *entry, char *text)
{
    char **to = entry->last;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return complain_line(reader, reader->line, "a text in quotes is missing");
    text[length - 1] = '\0';
    if (!*to)
        *to = entry->end = text + 1;
    memmove(entry->end, text + 1, length - 1);
    entry->end += length - 2;
    return true;
}

static bool read_keyword(struct reader *reader, struct entry *entry, char *line)
{
    static const char *const words[] = {"msgctxt", "msgid", "msgstr"};
    char **texts[] = {&entry->context, &entry->old_text, &entry->new_text};
    size_t length = strcspn(line, " \t\"");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (length != strlen(words[i]) || memcmp(line, words[i], length) != 0)
            continue;
        entry->last = texts[i];
        if (*texts[i])
            return complain_line(reader, reader->line, "stands twice in an entry");
        return take_quoted(reader, entry, line + length + strspn(line + length, " \t"));
    }
    return complain_line(reader, reader->line, "is none of msgctxt, msgid, msgstr and a text in quotes");
}

static bool read_line(struct reader *reader, struct entry *entry, char *line)
{
    bool begins = line[0] == '#' || strncmp(line, "msgctxt", 7) == 0 || strncmp(line, "msgid", 5) == 0;
    if (entry->new_text && begins && !end_entry(reader, entry))
        return false;
    if (!entry->line)
        entry->line = reader->line;
    if (line[0] == '#') {
        entry->fuzzy |= line[1] == ',' && strstr(line, "fuzzy");
        return true;
    }
    if (line[0] == '"')
        return entry->last ? take_quoted(reader, entry, line)
                           : complain_line(reader, reader->line, "belongs to nothing");
    return read_keyword(reader, entry, line);
}

static bool read_po(struct reader *reader)
{
    struct entry entry = {.line = 0};
    for (; *reader->at; reader->line++) {
        char *line = reader->at;
        char *end = line + strcspn(line, "\n");
        reader->at = *end ? end + 1 : end;
        *end = '\0';
        line += strspn(line, " \t\r");
        if (*line && !read_line(reader, &entry, line))
            return false;
    }
    return end_entry(reader, &entry);
}

static int by_place(const void *left, const void *right)
{
    const struct text_row *a = left, *b = right;
    int order = strcmp(a->module, b->module);
    if (order != 0)
        return order;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static bool check_twice(const struct reader *reader)
{
    const struct text_row *rows = reader->table->rows;
    for (size_t i = 1; i < reader->table->count; i++)
        if (rows[i].place == rows[i - 1].place && strcmp(rows[i].module, rows[i - 1].module) == 0)
            return complain_line(reader, rows[i].line, "the same place has a translation already");
    return true;
}

static bool check_utf8(const struct reader *reader, const char *bytes, size_t length)
{
    size_t line = 1;
    for (size_t i = 0, step; i < length; i += step) {
        unsigned char byte = (unsigned char)bytes[i];
        step = byte < 0x80 ? 1 : utf8_sequence((const unsigned char *)bytes + i, length - i);
        line += byte == '\n';
        if (step == 0 || byte == 0)
            return complain_line(reader, line, "is not UTF-8");
    }
    return true;
}

bool text_table_read(const char *path, struct text_table *table, struct failure *failure)
{
    struct reader reader = {.path = path, .line = 1, .table = table, .failure = failure};
    char *bytes;
    size_t length;
    *table = (struct text_table){.count = 0};
    if (!read_file(path, TABLE_FILE_LIMIT, &bytes, &length, failure))
        return false;
    reader.at = bytes + byte_order_mark(bytes, length);
    const char *first = reader.at + strspn(reader.at, " \t\r\n");
    bool po = *first == '#' || strncmp(first, "msg", 3) == 0;
    bool done = check_utf8(&reader, bytes, length) && (po ? read_po(&reader) : read_csv(&reader));
    free(bytes);
    if (done && table->count > 1)
        qsort(table->rows, table->count, sizeof *table->rows, by_place);
    return done && check_twice(&reader);
}
