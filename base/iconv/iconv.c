/* SPDX-License-Identifier: MIT */
/* iconv() by the code pages of Windows, one character at a time. */
#include "iconv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

enum { EUC_JP = 20932, GB18030 = 54936, LONGEST = 4 /* bytes of a character, in all of them */ };

struct kiwi_iconv {
    UINT from, to;
};

/* "CP932" and the like speak for themselves, and so do ISO-8859-1 to -15. */
static const struct {
    const char *name;
    UINT page;
} pages[] = {
    {"UTF-8", CP_UTF8}, {"SHIFT_JIS", 932}, {"SJIS", 932},        {"EUC-JP", EUC_JP},
    {"GBK", 936},       {"GB2312", 936},    {"EUC-CN", 936},      {"BIG5", 950},
    {"EUC-KR", 949},    {"UHC", 949},       {"GB18030", GB18030}, {"KOI8-R", 20866},
    {"KOI8-U", 21866},  {"ASCII", 20127},   {"US-ASCII", 20127},  {"ISO-8859-1", 28591},
};

/** 0: there is none. */
static UINT page_of(const char *name)
{
    static const char iso[] = "ISO-8859-";
    UINT page = 0;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (_stricmp(name, pages[i].name) == 0)
            page = pages[i].page;
    if (page == 0 && _strnicmp(name, iso, sizeof iso - 1) == 0 && strlen(name) <= sizeof iso + 1)
        page = 28590 + (UINT)strtoul(name + sizeof iso - 1, NULL, 10);
    if (page == 0 && _strnicmp(name, "CP", 2) == 0 && strspn(name + 2, "0123456789") == strlen(name + 2))
        page = (UINT)strtoul(name + 2, NULL, 10);
    return IsValidCodePage(page) ? page : 0;
}

iconv_t iconv_open(const char *to, const char *from)
{
    const struct kiwi_iconv pair = {page_of(from), page_of(to)};
    if (pair.from == 0 || pair.to == 0 || (pair.from != CP_UTF8 && pair.to != CP_UTF8)) {
        errno = EINVAL;
        return (iconv_t)-1;
    }
    struct kiwi_iconv *converter = malloc(sizeof *converter);
    if (!converter)
        return (iconv_t)-1;
    *converter = pair;
    return converter;
}

int iconv_close(iconv_t converter)
{
    free(converter);
    return 0;
}

static bool is_lead(UINT page, unsigned char c)
{
    return page == EUC_JP    ? c == 0x8E || c == 0x8F || (c >= 0xA1 && c < 0xFF)
           : page == GB18030 ? c > 0x80 && c < 0xFF
                             : IsDBCSLeadByteEx(page, c);
}

/** Windows gives bytes that mean nothing in a code page a control character or a private one. */
static bool is_undefined(UINT page, unsigned char lead, wchar_t wide)
{
    bool has_controls = (page > 28590 && page < 28606) || page == CP_UTF8 || page == EUC_JP;
    bool is_private = wide >= 0xF8F0 && wide <= 0xF8FF;
    return lead >= 0x80 &&
           ((!has_controls && wide >= 0x80 && wide < 0xA0) || (is_private && page != CP_UTF8));
}

/** In Windows' page the third set of EUC-JP (8F and two bytes) has the second byte of the two below 80
 * instead. */
static size_t take_euc(const char *in, size_t left, wchar_t wide[2], int *count)
{
    size_t head = (unsigned char)*in == 0x8F, length = head + 2;
    if (left < length)
        return length;
    char pair[2] = {in[head], in[head + 1]};
    if ((unsigned char)pair[1] < 0xA1)
        return 0;
    pair[1] = head ? (char)(pair[1] & 0x7F) : pair[1];
    *count = MultiByteToWideChar(EUC_JP, MB_ERR_INVALID_CHARS, pair, 2, wide, 2);
    return *count == 1 ? length : 0;
}

/** The length of the character at in, 0 if there is none, or more than left if the end cuts it. */
static size_t take(UINT page, const char *in, size_t left, wchar_t wide[2], int *count)
{
    static const size_t utf8[] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 3, 4};
    unsigned char lead = (unsigned char)*in;
    size_t length = page == CP_UTF8 ? utf8[lead >> 4] : is_lead(page, lead) ? 2 : 1;
    size_t most = page == GB18030 && length == 2 ? 4 : length;
    if (length == 0)
        return 0;
    if (page == EUC_JP && length == 2)
        return take_euc(in, left, wide, count);
    for (; length <= most && length <= left; length++) {
        *count = MultiByteToWideChar(page, MB_ERR_INVALID_CHARS, in, (int)length, wide, 2);
        bool one = *count == 1 || (*count == 2 && IS_SURROGATE_PAIR(wide[0], wide[1]));
        if (one)
            return *count == 1 && is_undefined(page, lead, wide[0]) ? 0 : length;
    }
    return most > left ? most : 0;
}

/** Its length in the other charset, 0 if that has no such character. */
static size_t give(UINT page, const wchar_t *wide, int count, char bytes[LONGEST])
{
    BOOL missing = FALSE;
    bool exact = page == CP_UTF8 || page == GB18030;
    int length = WideCharToMultiByte(page, exact ? 0 : WC_NO_BEST_FIT_CHARS, wide, count, bytes, LONGEST,
                                     NULL, exact ? NULL : &missing);
    if (page == EUC_JP && length == 2 && (unsigned char)bytes[1] < 0x80) { /* as take_euc() */
        bytes[2] = (char)(bytes[1] | 0x80);
        bytes[1] = bytes[0];
        bytes[0] = (char)0x8F;
        length = 3;
    }
    return length > 0 && !missing ? (size_t)length : 0;
}

size_t iconv(iconv_t converter, char **in, size_t *in_left, char **out, size_t *out_left)
{
    while (in && *in && *in_left > 0) {
        wchar_t wide[2];
        char bytes[LONGEST];
        int count = 0;
        size_t taken = take(converter->from, *in, *in_left, wide, &count);
        size_t given = taken > 0 && taken <= *in_left ? give(converter->to, wide, count, bytes) : 0;
        if (given == 0 || given > *out_left) {
            errno = taken > *in_left ? EINVAL : given == 0 ? EILSEQ : E2BIG;
            return (size_t)-1;
        }
        memcpy(*out, bytes, given);
        *out += given;
        *out_left -= given;
        *in += taken;
        *in_left -= taken;
    }
    return 0;
}
