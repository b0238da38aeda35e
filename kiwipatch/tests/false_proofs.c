/* SPDX-License-Identifier: MIT */
/*
 * How often the solver proves what is not there, and misses what is: false_proofs TRIALS FILE...
 *
 * The files are natural data without check values: programs of other processors, maps. Of each trial two to
 * four blocks are chosen in one of several ways, among them those that somebody takes who looks for blocks
 * that fit. Then each of the 646 rules writes its values behind blocks of the same files, and must be proven.
 * Prints TAP; exit status 1 if a proof was false or a rule was lost.
 */
#include "libkiwi/tests/support.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "solver.h"

enum { BLOCKS = 4, SMALL_REGION = 1 << 16, REGION = 1 << 20, SEARCHED = 1 << 14 };

struct file {
    const char *name;
    const uint8_t *bytes;
    uint64_t size;
    struct kiwi_source *source;
};

struct trial {
    const struct file *file;
    struct region region;
    struct solver_block blocks[BLOCKS];
    size_t count;
};

static const char *const ways[] = {"anywhere, 8 to 512 bytes",
                                   "rows of 8 to 512 bytes",
                                   "equal strides",
                                   "one after the other",
                                   "1 to 16 KB",
                                   "overlapping",
                                   "at odd places",
                                   "rows that were searched"};
enum { WAYS = sizeof ways / sizeof ways[0] };

static uint64_t state = 1;

static uint64_t below(uint64_t limit)
{
    return next_random(&state) % limit;
}

static struct file open_file(const char *name)
{
    struct file file = {.name = name};
    struct stat status;
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    need(descriptor >= 0 && fstat(descriptor, &status) == 0);
    file.size = (uint64_t)status.st_size;
    if (file.size >= SMALL_REGION) {
        void *bytes = mmap(NULL, file.size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        need(bytes != MAP_FAILED);
        file.bytes = bytes;
        need(kiwi_source_from_memory(file.bytes, file.size, &file.source, NULL) == KIWI_OK);
    }
    close(descriptor);
    return file;
}

static void close_file(struct file *file)
{
    kiwi_source_unref(file->source);
    munmap((void *)(uintptr_t)file->bytes, file->size);
}

/* False proofs */

/** A part of a file that takes the part of a module: 64 KB, 1 MB or all of it. */
static void choose_region(struct trial *trial)
{
    const uint64_t sizes[] = {SMALL_REGION, REGION, trial->file->size};
    uint64_t length = sizes[below(3)];
    length = length < trial->file->size ? length : trial->file->size;
    uint64_t offset = below(trial->file->size - length + 1) & ~UINT64_C(3);
    trial->region = (struct region){trial->file->source, offset, length};
}

static void add_block(struct trial *trial, uint64_t at, uint64_t length)
{
    const struct region *region = &trial->region;
    if (at <= region->length && length <= region->length - at && trial->count < BLOCKS)
        trial->blocks[trial->count++] = (struct solver_block){region->source, region->offset + at, length};
}

/** Whether the last word is a sum, a small sum or the xor of those before: what tables have by nature. */
static bool looks_summed(const uint8_t *bytes, uint64_t length)
{
    static const enum checksum_algorithm tried[] = {CHECKSUM_SUM32BE,    CHECKSUM_SUM32LE, CHECKSUM_SUM16BE,
                                                    CHECKSUM_SUM16LE,    CHECKSUM_SUM8,    CHECKSUM_XOR32BE,
                                                    CHECKSUM_NEG_SUM32BE};
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        struct checksum_rule rule = {.algorithm = tried[i]};
        for (int order = 0; order < 2; order++) {
            rule.little_endian = order == 1;
            if (checksum_of(tried[i], bytes, length - 4) == checksum_rule_load(&rule, bytes + length - 4))
                return true;
        }
    }
    return false;
}

/** Blocks of one small length within 16 KB that each look as if they had a sum. */
static void search(struct trial *trial, uint64_t at, uint64_t length)
{
    for (uint64_t i = 0; i < SEARCHED && trial->count < BLOCKS; i += 4) {
        uint64_t place = trial->region.offset + at + i;
        if (at + i + length > trial->region.length)
            return;
        if (looks_summed(trial->file->bytes + place, length)) {
            add_block(trial, at + i, length);
            i += length - 4;
        }
    }
}

static void choose_blocks(struct trial *trial, unsigned way)
{
    uint64_t length = 8 + 4 * below(127);
    uint64_t at = 4 * below((trial->region.length - SEARCHED) / 4);
    uint64_t stride = length + 4 * below(64);
    uint64_t count = 2 + below(BLOCKS - 1);
    trial->count = 0;
    for (uint64_t i = 0; i < count; i++) {
        switch (way) {
        case 0: add_block(trial, 4 * below(trial->region.length / 4), 8 + 4 * below(127)); break;
        case 1: add_block(trial, at + i * length, length); break;
        case 2: add_block(trial, at + i * stride, length); break;
        case 3:
            length = 8 + 4 * below(1024);
            add_block(trial, at, length);
            at += length;
            break;
        case 4: add_block(trial, 4 * below(trial->region.length / 4), 1024 + 4 * below(3840)); break;
        case 5: add_block(trial, at + i * 4 * (1 + below(length / 8)), length); break;
        case 6: add_block(trial, below(trial->region.length), 8 + below(2048)); break;
        default: search(trial, at, below(2) == 0 ? length : 8 + 4 * below(15)); return;
        }
    }
}

static unsigned false_proofs(const struct file *files, unsigned file_count, unsigned trials)
{
    unsigned proofs = 0, believed[WAYS] = {0}, tried[WAYS] = {0};
    struct solver_result result;
    struct failure failure;
    for (unsigned i = 0; i < trials; i++) {
        unsigned way = i % WAYS;
        struct trial trial = {.file = &files[below(file_count)]};
        choose_region(&trial);
        choose_blocks(&trial, way);
        need(solver_run(&trial.region, trial.blocks, trial.count, NULL, &result, &failure));
        tried[way]++;
        believed[way] += result.rule_count == 1;
        if (result.verdict != SOLVER_PROVEN)
            continue;
        proofs++;
        printf("# %s, region %llu + %llu:", trial.file->name, (unsigned long long)trial.region.offset,
               (unsigned long long)trial.region.length);
        for (size_t k = 0; k < trial.count; k++)
            printf(" %llu,%llu", (unsigned long long)(trial.blocks[k].offset - trial.region.offset),
                   (unsigned long long)trial.blocks[k].length);
        printf("\n# ");
        solver_print(&result, stdout);
    }
    for (unsigned way = 0; way < WAYS; way++)
        printf("# %s: %u trials, one rule fits in %u\n", ways[way], tried[way], believed[way]);
    return proofs;
}

/* True ones */

/** Whether data stand there: gaps between the segments of a program are none. */
static bool is_data(const uint8_t *bytes, size_t length)
{
    enum { GAP = 256 };
    for (size_t i = 0; i < length; i += GAP)
        if (memcmp(bytes + i, bytes + i + 1, GAP - 1) == 0)
            return false;
    return true;
}

/** Blocks of 1 to 4 KB, one behind the other, with the values of the rule. */
static bool is_proven(const struct file *file, const struct checksum_rule *rule, size_t count)
{
    static uint8_t bytes[SMALL_REGION];
    const uint64_t from = 4 * below((file->size - sizeof bytes) / 4 + 1);
    struct kiwi_source *source;
    struct trial trial = {.count = 0};
    struct solver_result result;
    struct failure failure;
    uint64_t at = 128 * below(3); /* behind a head, or none */
    if (!is_data(file->bytes + from, 16384))
        return false;
    memcpy(bytes, file->bytes + from, sizeof bytes);
    need(kiwi_source_from_memory(bytes, sizeof bytes, &source, NULL) == KIWI_OK);
    trial.region = (struct region){source, 0, sizeof bytes};
    for (size_t i = 0; i < count; i++) {
        uint64_t length = 1024 + 4 * below(768);
        uint32_t value;
        need(checksum_rule_wanted(rule, source, at, length, &value, &failure));
        checksum_rule_store(rule, value, bytes + at + length - 4);
        add_block(&trial, at, length);
        at += length;
    }
    need(solver_run(&trial.region, trial.blocks, count, rule, &result, &failure));
    kiwi_source_unref(source);
    return result.verdict == SOLVER_PROVEN;
}

/** Data whose first words are zeros do not show where a sum begins: then other blocks are taken, a few times.
 */
static unsigned lost_rules(const struct file *files, unsigned file_count)
{
    enum { ATTEMPTS = 100 };
    unsigned lost = 0, at_once = 0;
    for (unsigned i = 0; i < CHECKSUM_COUNT * 2 * 17; i++) {
        const struct checksum_rule rule = {.algorithm = (enum checksum_algorithm)(i / 34),
                                           .little_endian = i % 2 == 1,
                                           .skip = i / 2 % 17 * 4};
        unsigned attempts = 0;
        while (attempts < ATTEMPTS && !is_proven(&files[below(file_count)], &rule, 2 + i % 3))
            attempts++;
        at_once += attempts == 0;
        lost += attempts == ATTEMPTS;
    }
    printf("# %u of %u rules proven on the first blocks taken\n", at_once, CHECKSUM_COUNT * 2 * 17);
    return lost;
}

int main(int argc, char **argv)
{
    need(argc > 2);
    unsigned trials = (unsigned)strtoul(argv[1], NULL, 10), count = 0;
    struct file *files = calloc((size_t)argc, sizeof *files);
    need(files);
    for (int i = 2; i < argc; i++) {
        files[count] = open_file(argv[i]);
        if (files[count].source)
            count++;
    }
    need(count > 0);
    unsigned proofs = false_proofs(files, count, trials);
    unsigned lost = lost_rules(files, count);
    printf("%s 1 - %u false proofs in %u trials\n", proofs == 0 ? "ok" : "not ok", proofs, trials);
    printf("%s 2 - %u of 646 rules are lost\n1..2\n", lost == 0 ? "ok" : "not ok", lost);
    for (unsigned i = 0; i < count; i++)
        close_file(&files[i]);
    free(files);
    return proofs != 0 || lost != 0;
}
