/* SPDX-License-Identifier: MIT */
/* Guesses the load address of a program, and finds the words that point to a place. */
#include "xref.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "base/grow.h"

/* Pairs of word and text that are tried; with more of them addresses are tried at greater steps only. */
#define PAIR_LIMIT ((uint64_t)1 << 23)
#define WORD_LIMIT ((size_t)1 << 21)
#define TEXT_LIMIT ((size_t)1 << 14)

static bool is_printable(uint8_t byte)
{
    return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\r' || byte == '\t';
}

static uint32_t load(const uint8_t *bytes, bool little_endian)
{
    return little_endian ? load32_little(bytes) : load32_big(bytes);
}

/** Numbers that grow. */
struct numbers {
    uint32_t *items;
    size_t count, capacity;
};

static bool add(struct numbers *numbers, uint32_t number)
{
    uint32_t *items = grow_array(numbers->items, &numbers->capacity, numbers->count, 1, sizeof *items);
    if (!items)
        return false;
    numbers->items = items;
    items[numbers->count++] = number;
    return true;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void sort_unique(struct numbers *numbers)
{
    size_t kept = 0;
    if (numbers->count != 0)
        qsort(numbers->items, numbers->count, sizeof *numbers->items, by_number);
    for (size_t i = 0; i < numbers->count; i++)
        if (kept == 0 || numbers->items[i] != numbers->items[kept - 1])
            numbers->items[kept++] = numbers->items[i];
    numbers->count = kept;
}

static bool contains(const struct numbers *numbers, uint32_t number)
{
    return numbers->count != 0 && bsearch(&number, numbers->items, numbers->count, sizeof number, by_number);
}

/** Beginnings of texts that end with a NUL. */
static bool collect_texts(const uint8_t *bytes, size_t length, struct numbers *texts)
{
    for (size_t i = 0; i < length;) {
        size_t start = i;
        while (i < length && is_printable(bytes[i]))
            i++;
        if (i - start >= XREF_TEXT_LENGTH && i < length && bytes[i] == 0 && !add(texts, (uint32_t)start))
            return false;
        i += i == start || i < length;
    }
    sort_unique(texts);
    return true;
}

/** Words that could be addresses: four letters are a text, and small numbers are numbers. */
static bool collect_words(const uint8_t *bytes, size_t length, bool little_endian, struct numbers *words)
{
    for (size_t i = 0; i + 4 <= length; i += 4) {
        uint32_t word = load(bytes + i, little_endian);
        bool text = is_printable(bytes[i]) && is_printable(bytes[i + 1]) && is_printable(bytes[i + 2]) &&
                    is_printable(bytes[i + 3]);
        if (!text && word >= 0x1000 && word != UINT32_MAX && !add(words, word))
            return false;
    }
    sort_unique(words);
    return true;
}

/** Every step-th of too many, so that the rest is spread over the program. */
static void thin(struct numbers *numbers, size_t limit)
{
    size_t step = (numbers->count + limit - 1) / limit;
    size_t kept = 0;
    for (size_t i = 0; step > 1 && i < numbers->count; i += step)
        numbers->items[kept++] = numbers->items[i];
    numbers->count = step > 1 ? kept : numbers->count;
}

/** How many different texts words point to under an address, and how many words of the program do. */
static void count_met(const uint8_t *bytes, size_t length, const struct numbers *texts,
                      struct xref_base *base)
{
    struct numbers met = {0};
    base->pointers = 0;
    for (size_t i = 0; i + 4 <= length; i += 4) {
        uint32_t place = load(bytes + i, base->little_endian) - base->address;
        if (place < length && contains(texts, place)) {
            base->pointers++;
            if (!add(&met, place))
                break;
        }
    }
    sort_unique(&met);
    base->met = met.count;
    free(met.items);
}

static int by_key(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/** Position of the first text whose key is not below key. */
static size_t first_text(const uint64_t *keys, size_t count, uint64_t key)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (keys[middle] < key)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/** The load addresses that are multiples of alignment under which a word would meet a text, one for each such
 * pair. */
static bool collect_addresses(const struct numbers *texts, const struct numbers *words, uint32_t alignment,
                              struct numbers *addresses)
{
    uint64_t *keys = malloc((texts->count + 1) * sizeof *keys);
    bool good = keys;
    for (size_t i = 0; good && i < texts->count;
         i++) /* by what is left over, since that must be the same for word and text */
        keys[i] = (uint64_t)(texts->items[i] % alignment) << 32 | texts->items[i];
    if (good && texts->count != 0)
        qsort(keys, texts->count, sizeof *keys, by_key);
    for (size_t i = 0; good && i < words->count; i++) {
        uint32_t word = words->items[i];
        uint64_t rest = word % alignment;
        for (size_t j = first_text(keys, texts->count, rest << 32);
             good && j < texts->count && keys[j] >> 32 == rest; j++) {
            uint32_t text = (uint32_t)keys[j];
            good = word < text || add(addresses, word - text);
        }
    }
    free(keys);
    return good;
}

/** Texts met by each address that a pair of word and text gives; the two best addresses. */
static bool try_order(const struct numbers *texts, const struct numbers *words, struct xref_base *base,
                      size_t *best, size_t *second)
{
    struct numbers addresses = {0};
    uint64_t pairs = (uint64_t)texts->count * words->count;
    uint32_t alignment = 4;
    *best = *second = 0;
    while (pairs / alignment > PAIR_LIMIT && alignment < 0x10000)
        alignment *= 4;
    base->alignment = alignment;
    if (!collect_addresses(texts, words, alignment, &addresses)) {
        free(addresses.items);
        return false;
    }
    if (addresses.count != 0)
        qsort(addresses.items, addresses.count, sizeof *addresses.items, by_number);
    for (size_t i = 0; i < addresses.count;) {
        size_t end = i;
        while (end < addresses.count && addresses.items[end] == addresses.items[i])
            end++;
        if (end - i > *best) {
            *second = *best;
            *best = end - i;
            base->address = addresses.items[i];
        } else if (end - i > *second) {
            *second = end - i;
        }
        i = end;
    }
    free(addresses.items);
    return true;
}

bool xref_find_base(const uint8_t *bytes, size_t length, struct xref_base *base)
{
    struct numbers texts = {0}, some = {0};
    size_t best = 0;
    memset(base, 0, sizeof *base);
    length = length < UINT32_MAX ? length : UINT32_MAX;
    bool good = collect_texts(bytes, length, &texts);
    for (size_t i = 0; good && i < texts.count; i++)
        good = add(&some, texts.items[i]);
    thin(&some, TEXT_LIMIT);
    base->texts = texts.count;
    for (int order = 0; good && order < 2; order++) {
        struct numbers words = {0};
        struct xref_base tried = {.little_endian = order == 1, .texts = texts.count};
        size_t first, second;
        good = collect_words(bytes, length, tried.little_endian, &words);
        thin(&words, WORD_LIMIT);
        good = good && try_order(&some, &words, &tried, &first, &second);
        free(words.items);
        if (!good || first == 0)
            continue;
        if (first > best) {
            tried.next_best = best > second ? best : second;
            *base = tried;
            best = first;
        } else if (first > base->next_best) {
            base->next_best = first;
        }
    }
    if (good && best != 0) {
        count_met(bytes, length, &texts, base);
        base->found = base->met >= XREF_TEXTS_NEEDED && best >= 2 * base->next_best;
    }
    free(texts.items);
    free(some.items);
    return good;
}

size_t xref_text_start(const uint8_t *bytes, size_t place, unsigned width, bool little_endian)
{
    if (width == 1) {
        while (place > 0 && is_printable(bytes[place - 1]))
            place--;
        return place;
    }
    while (place >= 2 && bytes[place - (little_endian ? 1u : 2u)] == 0 &&
           is_printable(bytes[place - (little_endian ? 2u : 1u)]))
        place -= 2;
    return place;
}

size_t xref_next_pointer(const uint8_t *bytes, size_t length, const struct xref_base *base, size_t from,
                         size_t place)
{
    uint32_t wanted = base->address + (uint32_t)place;
    for (size_t i = (from + 3) / 4 * 4; length >= 4 && i <= length - 4; i += 4)
        if (load(bytes + i, base->little_endian) == wanted)
            return i;
    return length;
}
