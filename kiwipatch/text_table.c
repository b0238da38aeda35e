/* SPDX-License-Identifier: MIT */
/* Writes texts as CSV or PO. */
#include "text_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum table_format table_format_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *end = dot ? dot + 1 : name;
    return strcasecmp(end, "po") == 0 || strcasecmp(end, "pot") == 0 ? TABLE_PO : TABLE_CSV;
}

void text_table_head(struct output *output, enum table_format format)
{
    if (format == TABLE_CSV)
        output_literal(output, "module,place,room,encoding,text,translation\r\n");
    else
        output_literal(output,
                       "msgid \"\"\nmsgstr \"\"\n\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; "
                       "charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n");
}

/** In quotes; line ends, tabulators and backslashes as in C, since programs that edit tables change those. */
static void put_quoted(struct output *output, const char *text, const char *quote)
{
    output_char(output, '"');
    for (; *text; text++) {
        switch (*text) {
        case '\n': output_literal(output, "\\n"); break;
        case '\r': output_literal(output, "\\r"); break;
        case '\t': output_literal(output, "\\t"); break;
        case '\\': output_literal(output, "\\\\"); break;
        case '"': output_bytes(output, quote, strlen(quote)); break;
        default: output_char(output, *text); break;
        }
    }
    output_char(output, '"');
}

static void put_csv(struct output *output, const struct part *part, const struct text *text)
{
    char numbers[80];
    put_quoted(output, part_name(part), "\"\"");
    snprintf(numbers, sizeof numbers, ",0x%" PRIX64 ",%zu,", text->offset, text->room);
    output_bytes(output, numbers, strlen(numbers));
    output_bytes(output, text->encoding, strlen(text->encoding));
    output_char(output, ',');
    put_quoted(output, text->utf8, "\"\"");
    output_literal(output, ",\"\"\r\n");
}

static void put_po(struct output *output, const struct part *part, const struct text *text)
{
    char line[120];
    snprintf(line, sizeof line, "\n#. room for %zu bytes of %.40s\nmsgctxt ", text->room, text->encoding);
    output_bytes(output, line, strlen(line));
    snprintf(line, sizeof line, "%s 0x%" PRIX64, part_name(part), text->offset);
    put_quoted(output, line, "\\\"");
    output_literal(output, "\nmsgid ");
    put_quoted(output, text->utf8, "\\\"");
    output_literal(output, "\nmsgstr \"\"\n");
}

void text_table_put(struct output *output, enum table_format format, const struct part *part,
                    const struct text *text)
{
    if (format == TABLE_CSV)
        put_csv(output, part, text);
    else
        put_po(output, part, text);
}
