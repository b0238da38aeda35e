/* SPDX-License-Identifier: MIT */
/* Finds the addresses that a program is loaded at, and those of a place in it. */
#include "xref.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "xref_votes.h"

/* So that all of it stays within a few megabytes, whatever the program is. */
enum { VALUE_LIMIT = 1 << 20, TEXT_LIMIT = 1 << 17 };

static bool is_printable(uint8_t byte)
{
    return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\r' || byte == '\t';
}

/** Beginnings of texts that end with a NUL and have another text near: alone they are chance. */
bool xref_texts(struct firmware *program, struct numbers *texts)
{
    enum { NEAR = 64 };
    size_t length = program->length;
    *texts = (struct numbers){.limit = TEXT_LIMIT};
    size_t last_start = 0, last_end = 0; /* of the text before, if it was not taken */
    bool waits = false, any = false;
    for (size_t i = 0; i < length;) {
        size_t start = i;
        while (i < length && is_printable(*firmware_at(program, i)))
            i++;
        if (i - start >= XREF_TEXT_LENGTH && i < length && *firmware_at(program, i) == 0) {
            bool near = any && start - last_end <= NEAR;
            if ((near && waits && !numbers_add(texts, (uint32_t)last_start)) ||
                (near && !numbers_add(texts, (uint32_t)start)))
                return false;
            last_start = start;
            last_end = i;
            waits = !near;
            any = true;
        }
        i += i == start || i < length;
    }
    numbers_sort(texts);
    return true;
}

/* The addresses that a program has */

/** A way to read the program. */
struct model {
    struct code code;
    struct numbers values;
    const uint8_t *instructions; /* a bit for each word that is no address, or NULL */
};

static bool add_value(void *context, const struct use *use)
{
    struct model *model = context;
    return use->relative || use->value < 0x1000 || numbers_add(&model->values, use->value);
}

static bool mark_instruction(void *context, const struct use *use)
{
    uint8_t *bits = context;
    bits[use->place / 32] |= (uint8_t)(1u << (use->place / 4 % 8));
    bits[use->first / 32] |= (uint8_t)(1u << (use->first / 4 % 8));
    return true;
}

static bool is_instruction(const struct model *model, size_t place)
{
    return model->instructions[place / 32] >> (place / 4 % 8) & 1;
}

/** Words that could be addresses: they stand near others like them, and are neither texts nor instructions
 * of which the lower half is that of an address. */
static bool collect_words(struct model *model)
{
    enum { NEAR = 16 };
    const struct code *code = &model->code;
    for (size_t i = code->phase; i <= code->length && code->length - i >= 4; i += 4) {
        uint32_t word = code_number(code, i);
        const uint8_t *b = firmware_at(code->program, i);
        if (word < 0x1000 || word == UINT32_MAX || is_instruction(model, i) ||
            (is_printable(b[0]) && is_printable(b[1]) && is_printable(b[2]) && is_printable(b[3])))
            continue;
        bool near = false;
        for (size_t k = i < NEAR + code->phase ? code->phase : i - NEAR;
             !near && k <= i + NEAR && k <= code->length && code->length - k >= 4; k += 4)
            near = k != i && code_number(code, k) >> 16 == word >> 16 && !is_instruction(model, k);
        if (near && !numbers_add(&model->values, word))
            return false;
    }
    return true;
}

/** The addresses in tables, and those in code unless machine is MACHINE_COUNT. */
static bool collect_values(struct model *model)
{
    static const enum machine words[] = {MACHINE_MIPS, MACHINE_POWERPC, MACHINE_ARM};
    struct code code = model->code;
    uint8_t *bits = calloc(code.length / 32 + 1, 1);
    bool good = bits;
    for (size_t i = 0; good && i < 3; i++) {
        code.machine = words[i];
        good = machine_uses(&code, mark_instruction, bits);
    }
    model->instructions = bits;
    good = good && collect_words(model) &&
           (model->code.machine == MACHINE_COUNT || machine_uses(&model->code, add_value, model));
    free(bits);
    model->instructions = NULL;
    numbers_sort(&model->values);
    return good;
}

/* Blocks */

/** The stretch of texts that an address is the right one for: met ones count 4, others take away 1. */
static void find_stretch(const struct numbers *texts, const struct numbers *values, uint32_t address,
                         size_t *first, size_t *end)
{
    int64_t sum = 0, best = 0;
    size_t start = 0;
    *first = *end = 0;
    for (size_t i = 0; i < texts->count; i++) {
        sum += numbers_have(values, address + texts->items[i]) ? 4 : -1;
        if (sum > best) {
            best = sum;
            *first = start;
            *end = i + 1;
        }
        if (sum <= 0) {
            sum = 0;
            start = i + 1;
        }
    }
}

/** Twice as many as without meaning, and more than counts of that size differ by chance. */
static bool is_believed(const struct xref_block *block)
{
    size_t chance = block->chance > block->next_best ? block->chance : block->next_best;
    if (block->met < XREF_TEXTS_NEEDED || block->met < 2 * chance || block->met < chance + 2)
        return false;
    size_t more = block->met - chance - 1;
    return more * more > 5 * chance;
}

/** The texts, each moved by up to 256 bytes: what values meet of those, they meet by chance. */
static bool move_texts(const struct numbers *texts, struct numbers *moved)
{
    uint64_t state = 1;
    for (size_t i = 0; i < texts->count; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint32_t by = (uint32_t)(state >> 33) % 129 * 4;
        if (!numbers_add(moved, texts->items[i] + by < 256 ? by : texts->items[i] + by - 256))
            return false;
    }
    numbers_sort(moved);
    return true;
}

/** The best block of the texts; *first and *end are those that lie in it. */
static bool find_block(const struct numbers *texts, const struct numbers *values, struct xref_block *block,
                       size_t *first, size_t *end)
{
    struct votes votes, within, others;
    struct numbers moved = {.limit = TEXT_LIMIT};
    if (!votes_count(texts, values, &votes))
        return false;
    find_stretch(texts, values, votes.address, first, end);
    const struct numbers stretch = {.items = texts->items + *first, .count = *end - *first};
    bool good = votes_count(&stretch, values, &within) && move_texts(&stretch, &moved) &&
                votes_count(&moved, values, &others);
    free(moved.items);
    if (!good || stretch.count == 0) {
        *block = (struct xref_block){.address = votes.address, .met = votes.best, .next_best = votes.next};
        return good;
    }
    *block = (struct xref_block){.from = stretch.items[0],
                                 .to = stretch.items[stretch.count - 1],
                                 .address = within.address,
                                 .met = within.best,
                                 .next_best = within.next,
                                 .chance = others.best};
    return true;
}

static void remove_texts(struct numbers *texts, size_t first, size_t end)
{
    memmove(texts->items + first, texts->items + end, (texts->count - end) * sizeof *texts->items);
    texts->count -= end - first;
}

static bool copy_numbers(const struct numbers *from, struct numbers *to)
{
    for (size_t i = 0; i < from->count; i++)
        if (!numbers_add(to, from->items[i]))
            return false;
    return true;
}

/** All blocks that are believed if the program is read in one way; else the best of them. */
static bool find_blocks(struct model *model, const struct numbers *all, struct xref_base *base)
{
    struct numbers texts = {.limit = TEXT_LIMIT};
    bool good = collect_values(model) && copy_numbers(all, &texts);
    base->block_count = 0;
    base->found = false;
    while (good && base->block_count < XREF_BLOCKS && texts.count != 0) {
        struct xref_block *block = &base->blocks[base->block_count];
        size_t first, end;
        good = find_block(&texts, &model->values, block, &first, &end);
        if (!good || !is_believed(block)) {
            base->block_count += base->block_count == 0;
            break;
        }
        base->found = true;
        base->block_count++;
        remove_texts(&texts, first, end);
    }
    free(texts.items);
    return good;
}

static size_t met_of(const struct xref_base *base)
{
    size_t met = 0;
    for (size_t i = 0; i < base->block_count; i++)
        met += base->blocks[i].met;
    return met;
}

/* The processor */

/** Uses of addresses that are those of texts, or of words that are such. */
struct uses {
    const struct xref_base *base;
    const struct code *code;
    const struct numbers *texts;
    size_t all, count;
};

static bool count_use(void *context, const struct use *use)
{
    struct uses *uses = context;
    size_t place;
    uses->all++;
    if (!use->relative && !xref_place_of(uses->base, uses->code->length, use->value, &place))
        return true;
    place = use->relative ? use->value : place;
    if (numbers_have(uses->texts, (uint32_t)place)) {
        uses->count += 2;
        return true;
    }
    if (uses->code->length - place < 4 || (place - uses->code->phase) % 4 != 0)
        return true;
    size_t text;
    uses->count += xref_place_of(uses->base, uses->code->length, code_number(uses->code, place), &text) &&
                   numbers_have(uses->texts, (uint32_t)text);
    return true;
}

/** The processor whose uses of addresses meet texts more often than by chance, which grows with their number.
 */
static bool find_machine(struct firmware *program, const struct numbers *texts, struct xref_base *base)
{
    enum { SCALE = 1024, FEW = 16 };
    uint64_t best = 0, next = 0;
    for (enum machine machine = 0; machine < MACHINE_COUNT; machine++) {
        const struct code code = {program, program->length, machine, base->little_endian, base->phase};
        struct uses uses = {.base = base, .code = &code, .texts = texts};
        if (!machine_has_order(machine, base->little_endian))
            continue;
        if (!machine_uses(&code, count_use, &uses))
            return false;
        uint64_t score = uses.count < 2 ? 0 : (uint64_t)uses.count * uses.count * SCALE / (uses.all + FEW);
        next = score > best ? best : score > next ? score : next;
        base->machine = score > best ? machine : base->machine;
        best = score > best ? score : best;
    }
    base->has_machine = best > 0 && best >= 2 * next;
    return true;
}

/** Reads the program in one way; keeps it in base if it is the best so far. */
static bool try_model(const struct code *code, const struct numbers *texts, struct xref_base *base)
{
    struct model model = {.code = *code, .values = {.limit = VALUE_LIMIT}};
    struct xref_base tried = {
        .little_endian = code->little_endian, .phase = code->phase, .texts = texts->count};
    bool good = find_blocks(&model, texts, &tried);
    free(model.values.items);
    if (good && (tried.found > base->found || (tried.found == base->found && met_of(&tried) > met_of(base))))
        *base = tried;
    return good;
}

bool xref_find_base(struct firmware *program, struct xref_base *base)
{
    struct numbers texts;
    bool good = xref_texts(program, &texts);
    *base = (struct xref_base){.texts = texts.count};
    for (unsigned phase = 0; good && phase < 4 && !base->found && texts.count != 0; phase++)
        for (int order = 0; good && order < 2; order++)
            for (int machine = MACHINE_COUNT; good && machine >= 0; machine--) {
                const struct code code = {program, program->length, (enum machine)machine, order == 1, phase};
                good = !machine_has_order(code.machine, code.little_endian) || try_model(&code, &texts, base);
            }
    good = good && (!base->found || find_machine(program, &texts, base));
    free(texts.items);
    return good;
}

bool xref_take_base(struct firmware *program, struct xref_base *base)
{
    struct numbers texts;
    struct xref_base best = *base;
    size_t most = 0;
    bool good = xref_texts(program, &texts);
    base->texts = texts.count;
    for (int order = 0; good && order < 2; order++) {
        const struct code code = {program, program->length, MACHINE_COUNT, order == 1,
                                  -base->blocks[0].address % 4};
        struct model model = {.code = code, .values = {.limit = VALUE_LIMIT}};
        size_t met = 0;
        good = collect_values(&model);
        for (enum machine machine = 0; good && machine < MACHINE_COUNT; machine++) {
            model.code.machine = machine;
            good = !machine_has_order(machine, code.little_endian) ||
                   machine_uses(&model.code, add_value, &model);
        }
        numbers_sort(&model.values);
        for (size_t i = 0; good && i < texts.count; i++)
            met += numbers_have(&model.values, texts.items[i] + xref_block_of(base, texts.items[i])->address);
        free(model.values.items);
        if (order == 0 || met > most) {
            best = *base;
            best.little_endian = order == 1;
            best.phase = code.phase;
            most = met;
        }
    }
    *base = best;
    base->found = true;
    base->blocks[0].met = most;
    good = good && find_machine(program, &texts, base);
    free(texts.items);
    return good;
}

const struct xref_block *xref_block_of(const struct xref_base *base, size_t place)
{
    const struct xref_block *nearest = &base->blocks[0];
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < base->block_count; i++) {
        const struct xref_block *block = &base->blocks[i];
        size_t distance = place < block->from ? block->from - place
                          : place > block->to ? place - block->to
                                              : 0;
        if (distance < least) {
            least = distance;
            nearest = block;
        }
    }
    return nearest;
}

bool xref_place_of(const struct xref_base *base, size_t length, uint32_t address, size_t *place)
{
    for (size_t i = 0; i < base->block_count; i++) {
        uint32_t found = address - base->blocks[i].address;
        if (found >= length || xref_block_of(base, found) != &base->blocks[i])
            continue;
        *place = found;
        return true;
    }
    return false;
}

size_t xref_text_start(struct firmware *program, size_t place, unsigned width, bool little_endian)
{
    if (width == 1) {
        while (place > 0 && is_printable(*firmware_at(program, place - 1)))
            place--;
        return place;
    }
    while (place >= 2 && *firmware_at(program, place - (little_endian ? 1u : 2u)) == 0 &&
           is_printable(*firmware_at(program, place - (little_endian ? 2u : 1u))))
        place -= 2;
    return place;
}

/* References */

struct finding {
    struct xrefs *xrefs;
    uint32_t address;
    size_t place;
    size_t in_code;
};

static bool add_xref(struct xrefs *xrefs, size_t place, size_t first, bool in_code)
{
    struct xref *items = grow_array(xrefs->items, &xrefs->room, xrefs->count, 1, sizeof *items);
    if (!items)
        return false;
    xrefs->items = items;
    items[xrefs->count++] = (struct xref){place, in_code, first};
    return true;
}

static bool take_reference(void *context, const struct use *use)
{
    struct finding *finding = context;
    bool fits = use->relative ? use->value == finding->place : use->value == finding->address;
    return !fits || finding->in_code++ >= XREF_LIMIT ||
           add_xref(finding->xrefs, use->place, use->first, true);
}

static int by_place(const void *left, const void *right)
{
    const struct xref *a = left, *b = right;
    return a->place < b->place ? -1 : a->place > b->place;
}

bool xref_find(struct firmware *program, const struct xref_base *base, size_t place, struct xrefs *xrefs)
{
    size_t length = program->length;
    const struct code code = {program, length, base->machine, base->little_endian, base->phase};
    struct finding finding = {xrefs, xref_block_of(base, place)->address + (uint32_t)place, place, 0};
    *xrefs = (struct xrefs){.count = 0};
    for (size_t i = base->phase; i <= length && length - i >= 4 && xrefs->count < XREF_LIMIT; i += 4)
        if (code_number(&code, i) == finding.address && !add_xref(xrefs, i, i, false))
            return false;
    if (base->has_machine && !machine_uses(&code, take_reference, &finding))
        return false;
    if (xrefs->count > 1)
        qsort(xrefs->items, xrefs->count, sizeof *xrefs->items, by_place);
    return true;
}
