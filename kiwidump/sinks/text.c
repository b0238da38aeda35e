/* SPDX-License-Identifier: MIT */
/* Puts values as text, escaped by the format. */
#include "text.h"

#include "common/utf8.h"
#include "json_value.h"

/** U+FFFE and U+FFFF are no characters. */
static bool is_none(const unsigned char *sequence, size_t length)
{
    return length == 3 && sequence[0] == 0xEF && sequence[1] == 0xBF && sequence[2] >= 0xBE;
}

void text_put(struct text_writer *writer, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        unsigned char c = bytes[at];
        size_t valid = c >= 0x80 ? utf8_sequence(bytes + at, length - at) : 0;
        if (valid > 0 && !is_none(bytes + at, valid))
            output_bytes(writer->output, text + at, valid);
        else if ((c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r')
            writer->put(writer->output, text[at]);
        else
            output_literal(writer->output, "\xEF\xBF\xBD");
        at += valid > 0 ? valid : 1;
    }
}

static int take_json(void *context, const char *bytes, size_t length)
{
    struct text_writer *writer = context;
    text_put(writer, bytes, length);
    return writer->output->error;
}

/** The output's buffer may end within a character, so that is flushed where none is open. */
static enum kiwi_status put_json(struct text_writer *writer, const struct property *property,
                                 struct kiwi_error *error)
{
    struct json json = {
        .output = &writer->nested, .depth = 1, .after_key = true}; /* no line feed behind it */
    writer->nested.take = take_json;
    writer->nested.context = writer;
    writer->nested.error = 0;
    enum kiwi_status status = json_value(&json, property, error);
    output_flush(&writer->nested);
    return status;
}

enum kiwi_status text_value(struct text_writer *writer, const struct property *property,
                            struct kiwi_error *error)
{
    struct output *output = writer->output;
    switch ((enum value_type)property->type) {
    case VALUE_NULL: return KIWI_OK;
    case VALUE_INTEGER:
        output_advance(output, format_signed(output_room(output, 24), property->value.integer));
        return KIWI_OK;
    case VALUE_DEGREES:
        output_advance(output, format_e7(output_room(output, 24), property->value.integer));
        return KIWI_OK;
    case VALUE_BOOL:
        if (property->value.integer)
            output_literal(output, "true");
        else
            output_literal(output, "false");
        return KIWI_OK;
    case VALUE_NAME:
    case VALUE_TEXT: text_put(writer, property->value.text, property->length); return KIWI_OK;
    case VALUE_POSITION:
    case VALUE_OBJECT:
    case VALUE_LIST: break;
    }
    return put_json(writer, property, error);
}
