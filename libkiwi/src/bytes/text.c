/* SPDX-License-Identifier: MIT */
/* From the charset of a disc, which METADATA.KWI names, to UTF-8. */
#include "bytes/text.h"

#include "bytes/utf8.h"

#include <kiwi/disc.h>

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATIN1 "ISO-8859-1"
#define UTF8 "UTF-8"

/*
 * Tokens of CHCD, in capitals and without blanks and punctuation. The value "ISO 8859-1" was seen on a disc
 * (Australia 2007); ISO, SJIS and ANSI are quoted from chapter 13 (annex 11 of the JIS edition) without an
 * explanation, so what they stand for is inferred; the others are neither quoted nor seen, only plausible.
 * All of them hold ASCII as it is.
 */
static const struct {
    const char *token;
    const char *charset;
} charsets[] = {
    {"ISO", LATIN1},         {"ASCII", LATIN1},     {"USASCII", LATIN1},    {"LATIN1", LATIN1},
    {"SJIS", "CP932"},       {"SHIFTJIS", "CP932"}, {"MSKANJI", "CP932"},   {"CP932", "CP932"},
    {"WINDOWS31J", "CP932"}, {"ANSI", "CP1252"},    {"CP1252", "CP1252"},   {"WINDOWS1252", "CP1252"},
    {"UTF8", UTF8},          {"EUCJP", "EUC-JP"},   {"EUCKR", "CP949"},     {"KSC5601", "CP949"},
    {"GB2312", "GBK"},       {"GBK", "GBK"},        {"GB18030", "GB18030"}, {"BIG5", "BIG5"},
    {"XSJIS", "CP932"},      {"MS932", "CP932"},    {"EUC", "EUC-JP"},      {"UJIS", "EUC-JP"},
    {"KOI8R", "KOI8-R"},     {"KOI8U", "KOI8-U"},   {"EUCCN", "GBK"},       {"UHC", "CP949"},
};

void kiwi_text_init(struct kiwi_text *text)
{
    *text = (struct kiwi_text){.charset = LATIN1};
}

/* Back to what is read by hand. */
static void close_converter(struct kiwi_text *text)
{
    if (text->converter)
        iconv_close(text->converter);
    text->converter = NULL;
    snprintf(text->charset, sizeof text->charset, LATIN1);
}

void kiwi_text_free(struct kiwi_text *text)
{
    close_converter(text);
    kiwi_text_init(text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static void trim(const char **start, const char **end)
{
    while (*start < *end && is_blank(**start))
        (*start)++;
    while (*start < *end && is_blank((*end)[-1]))
        (*end)--;
}

/* Position of "::=", or end. */
static const char *find_assignment(const char *start, const char *end)
{
    for (const char *c = start; end - c >= 3; c++)
        if (memcmp(c, "::=", 3) == 0)
            return c;
    return end;
}

/* Value of `keyword ::= value ;`, without blanks around it; statements are split at ';' first, as recommended
 * for chapter 13. */
static bool find_statement(const char *bytes, size_t length, const char *keyword, const char **value,
                           const char **value_end)
{
    const char *end = bytes + length;

    for (const char *start = bytes; start < end;) {
        const char *semicolon = memchr(start, ';', (size_t)(end - start));
        const char *stop = semicolon ? semicolon : end;
        const char *key = start;
        const char *key_end = find_assignment(start, stop);

        if (key_end != stop) {
            *value = key_end + 3;
            *value_end = stop;
            trim(value, value_end);
            trim(&key, &key_end);
            if ((size_t)(key_end - key) == strlen(keyword) && memcmp(key, keyword, strlen(keyword)) == 0)
                return true;
        }
        start = semicolon ? semicolon + 1 : end;
    }
    return false;
}

/* Capitals and digits only, so that "Shift_JIS", "shift-jis" and "SHIFT JIS" are one token. */
static void make_token(const char *value, char *token, size_t capacity)
{
    size_t length = 0;

    for (; *value != '\0' && length + 1 < capacity; value++)
        if (*value >= 'a' && *value <= 'z')
            token[length++] = (char)(*value - ('a' - 'A'));
        else if ((*value >= 'A' && *value <= 'Z') || (*value >= '0' && *value <= '9'))
            token[length++] = *value;
    token[length] = '\0';
}

static bool is_known(const char *charset)
{
    iconv_t converter = iconv_open(UTF8, charset);
    if (converter == (iconv_t)-1)
        return false;
    iconv_close(converter);
    return true;
}

const char *kiwi_iconv_charset(const char *charset)
{
    /* All that musl has; it lacks what NEC and IBM added. */
    static const char shift_jis[] = "SHIFT_JIS";
    if (is_known(charset))
        return charset;
    return strcmp(charset, "CP932") == 0 && is_known(shift_jis) ? shift_jis : NULL;
}

/* False: the C library has no such converter; small systems come with few. */
static bool open_converter(struct kiwi_text *text)
{
    if (strcmp(text->charset, LATIN1) == 0 || strcmp(text->charset, UTF8) == 0)
        return true;
    const char *known = kiwi_iconv_charset(text->charset);
    if (!known)
        return false;
    if (known != text->charset)
        snprintf(text->charset, sizeof text->charset, "%s", known);
    iconv_t converter = iconv_open(UTF8, text->charset);
    text->converter = converter != (iconv_t)-1 ? converter : NULL;
    return text->converter;
}

bool kiwi_text_open_again(struct kiwi_text *copy)
{
    copy->converter = NULL;
    return open_converter(copy);
}

/* Whether text holds ASCII as it is and has characters above it: that is what kiwi_text_convert() goes by. */
static bool is_above_ascii(struct kiwi_text *text)
{
    char ascii[0x60];
    char utf8[8];

    for (size_t i = 0; i < sizeof ascii; i++) {
        ascii[i] = (char)(0x20 + i);
        char *in = ascii + i;
        char *out = utf8;
        size_t in_left = 1, out_left = sizeof utf8;
        if (iconv(text->converter, &in, &in_left, &out, &out_left) == (size_t)-1 || out != utf8 + 1 ||
            utf8[0] != ascii[i])
            return false;
    }
    for (int high = 0x80; high <= 0xFF; high++) {
        char pair[2] = {(char)high, (char)high}; /* one character, or two */
        char *in = pair;
        char *out = utf8;
        size_t in_left = sizeof pair, out_left = sizeof utf8;
        iconv(text->converter, NULL, NULL, NULL, NULL);
        if (iconv(text->converter, &in, &in_left, &out, &out_left) != (size_t)-1)
            return true;
    }
    return false;
}

/* A character set that we do not know but the C library does. */
static bool open_named(struct kiwi_text *text, const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.";

    if (name[0] == '\0' || strlen(name) >= sizeof text->charset || strspn(name, letters) != strlen(name))
        return false; /* iconv_open() takes options behind a '/' */
    memcpy(text->charset, name, strlen(name) + 1);
    if (open_converter(text) && text->converter && is_above_ascii(text))
        return true;
    close_converter(text);
    return false;
}

/* "CP1251", "Windows 1251" and the like. */
static bool is_windows(const char *token, const char **page)
{
    static const char *const makers[] = {"CP", "WINDOWS", "WIN", "MS", "ANSI"};

    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        size_t length = strlen(makers[i]);

        *page = token + length;
        if (strncmp(token, makers[i], length) == 0 && strncmp(*page, "125", 3) == 0 && strlen(*page) == 4)
            return true;
    }
    return false;
}

static bool choose_charset(struct kiwi_text *text, const char *token)
{
    const char *part;

    for (size_t i = 0; i < sizeof charsets / sizeof charsets[0]; i++) {
        if (strcmp(token, charsets[i].token) == 0) {
            snprintf(text->charset, sizeof text->charset, "%s", charsets[i].charset);
            return true;
        }
    }
    if (is_windows(token, &part)) {
        snprintf(text->charset, sizeof text->charset, "CP%.4s", part);
        return true;
    }
    part = strncmp(token, "ISO8859", 7) == 0 ? token + 7 : "";
    if (part[0] >= '1' && part[0] <= '9' &&
        (part[1] == '\0' || (part[0] == '1' && part[1] <= '6' && part[2] == '\0'))) {
        snprintf(text->charset, sizeof text->charset, "ISO-8859-%.2s", part);
        return true;
    }
    return false;
}

bool kiwi_text_choose(struct kiwi_text *text, const char *name)
{
    char token[KIWI_CHARSET_LENGTH];

    close_converter(text);
    if (strchr(name, '/'))
        return false;
    make_token(name, token, sizeof token);
    return choose_charset(text, token) ? open_converter(text)
                                       : open_named(text, name) || open_named(text, token);
}

void kiwi_text_find_metadata(const void *bytes, size_t length, const char *keyword,
                             char found[static KIWI_CHARSET_LENGTH])
{
    const char *value;
    const char *end;
    char *clean;
    size_t used = 0;

    found[0] = '\0';
    if (!find_statement(bytes, length, keyword, &value, &end) || value == end)
        return;
    clean = kiwi_utf8_clean(value, (size_t)(end - value) < KIWI_CHARSET_LENGTH ? (size_t)(end - value)
                                                                               : KIWI_CHARSET_LENGTH);
    if (!clean)
        return;
    for (const char *c = clean; *c != '\0';) {
        size_t sequence = kiwi_utf8_sequence((const uint8_t *)c, strlen(c));

        if (sequence == 0 || sequence > KIWI_CHARSET_LENGTH - 1 - used)
            break;
        memcpy(found + used, c, sequence);
        used += sequence;
        c += sequence;
    }
    found[used] = '\0';
    free(clean);
}

bool kiwi_text_read_metadata(struct kiwi_text *text, const void *bytes, size_t length)
{
    kiwi_text_find_metadata(bytes, length, "CHCD", text->declared);
    return text->declared[0] == '\0' || kiwi_text_choose(text, text->declared);
}

struct output {
    char *bytes;
    size_t left; /* without the NUL */
    size_t length;
};

/* False: no room for it, and the text ends here. */
static bool put(struct output *out, uint32_t code_point)
{
    char sequence[KIWI_UTF8_LONGEST];
    size_t length = kiwi_utf8_put(code_point, sequence);

    if (length > out->left)
        return false;
    memcpy(out->bytes + out->length, sequence, length);
    out->length += length;
    out->left -= length;
    return true;
}

static void convert_latin1(const uint8_t *bytes, size_t length, struct output *out)
{
    for (size_t i = 0; i < length && put(out, bytes[i]); i++) {
    }
}

/* By hand too: glibc lets lead bytes above F4 pass from UTF-8 to UTF-8. */
static void convert_utf8(const uint8_t *bytes, size_t length, struct output *out)
{
    for (size_t i = 0; i < length;) {
        size_t sequence = kiwi_utf8_sequence(bytes + i, length - i);

        if (sequence == 0) {
            if (!put(out, 0xFFFD))
                return;
            i++;
            continue;
        }
        if (sequence > out->left)
            return;
        memcpy(out->bytes + out->length, bytes + i, sequence);
        out->length += sequence;
        out->left -= sequence;
        i += sequence;
    }
}

static void convert_with_iconv(iconv_t converter, const uint8_t *bytes, size_t length, struct output *out)
{
    char *in = (char *)bytes; /* iconv() is declared without const, but does not write there */
    size_t in_left = length;

    iconv(converter, NULL, NULL, NULL, NULL);
    while (in_left > 0) {
        char *position = out->bytes + out->length;
        size_t room = out->left;
        size_t result = iconv(converter, &in, &in_left, &position, &out->left);
        int cause = errno;

        out->length += room - out->left;
        if (result != (size_t)-1 || (cause != EILSEQ && cause != EINVAL) || !put(out, 0xFFFD))
            return;
        if (cause == EINVAL)
            return; /* a character that the end cuts */
        in++;
        in_left--;
        iconv(converter, NULL, NULL, NULL, NULL);
    }
}

size_t kiwi_text_convert(struct kiwi_text *text, const void *bytes, size_t length, char *utf8,
                         size_t capacity)
{
    const uint8_t *in = bytes;
    size_t ascii = 0;

    if (capacity == 0)
        return 0;
    struct output out = {utf8, capacity - 1, 0};
    /* No byte of a multibyte character precedes the first one above 7F. */
    while (ascii < length && ascii < out.left && in[ascii] < 0x80)
        ascii++;
    if (ascii > 0)
        memcpy(utf8, in, ascii);
    out.length = ascii;
    out.left -= ascii;
    if (ascii < length && out.left > 0) {
        if (text->converter)
            convert_with_iconv(text->converter, in + ascii, length - ascii, &out);
        else if (strcmp(text->charset, UTF8) == 0)
            convert_utf8(in + ascii, length - ascii, &out);
        else
            convert_latin1(in + ascii, length - ascii, &out);
    }
    utf8[out.length] = '\0';
    return out.length;
}
