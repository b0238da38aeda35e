/* SPDX-License-Identifier: MIT */
/*
 * Power cuts: a transaction runs once on a disk in memory; then, for every point of its log, every disk that
 * a cut could leave behind is made, and undo and resume must bring it to entirely old or entirely new. They
 * are cut the same way.
 */
#include "libkiwi/tests/support.h"

#include <errno.h>

#include "fake_io.h"
#include "transaction.h"

#define IMAGE "disc.iso"
enum { SUBSET_BITS = 12 };
enum { TEAR_BITS = 6 };
enum { SAMPLES = 256 }; /* of each prefix with more pending writes than that */

struct outcome {
    const struct disk *old_disk, *new_disk; /* their images are the two that may be */
};

struct counts {
    uint64_t states, distinct, recoveries, cut_recoveries, mixed, stuck;
};

static struct counts counts;
static uint64_t seed = 5;

/* A set of hashes: disks that were seen before need not be tried again. */

#define SEEN_SLOTS ((size_t)1 << 22)

static uint64_t *seen;
static size_t seen_count;

static void seen_clear(void)
{
    if (!seen)
        seen = malloc(SEEN_SLOTS * sizeof *seen);
    need(seen);
    memset(seen, 0, SEEN_SLOTS * sizeof *seen);
    seen_count = 0;
}

static bool seen_before(uint64_t hash)
{
    hash += hash == 0;
    size_t at = (size_t)(hash % SEEN_SLOTS);
    for (; seen[at] != 0; at = (at + 1) % SEEN_SLOTS)
        if (seen[at] == hash)
            return true;
    need(seen_count++ < SEEN_SLOTS / 2);
    seen[at] = hash;
    return false;
}

/* What is not on the medium at a point of the log. */

struct pending {
    size_t ops[DISK_LOG];
    size_t count;
    bool lost_size[DISK_FILES]; /* files whose growth is not synced */
    size_t synced_size[DISK_FILES];
};

static void find_pending(const struct fake *fake, const struct disk *before, size_t prefix,
                         struct pending *pending)
{
    size_t synced[DISK_FILES] = {0};
    size_t names = 0;
    memset(pending, 0, sizeof *pending);
    for (int i = 0; i < DISK_FILES; i++)
        pending->synced_size[i] = before->files[i].exists ? before->files[i].size : 0;
    for (size_t i = 0; i < prefix; i++) {
        const struct op *op = &fake->log[i];
        if (op->kind == OP_SYNC)
            synced[op->file] = i;
        if (op->kind == OP_SYNC_FOLDER)
            names = i;
    }
    for (size_t i = 0; i < prefix; i++) {
        const struct op *op = &fake->log[i];
        bool name = op->kind == OP_CREATE || op->kind == OP_REMOVE || op->kind == OP_RENAME;
        bool content = op->kind == OP_WRITE || op->kind == OP_SIZE;
        size_t end = op->kind == OP_WRITE ? (size_t)op->offset + op->length : op->length;
        if ((name && i >= names) || (content && i >= synced[op->file]))
            pending->ops[pending->count++] = i;
        if (content && i < synced[op->file] && pending->synced_size[op->file] < end)
            pending->synced_size[op->file] = end;
        if (content && i >= synced[op->file] && pending->synced_size[op->file] < end)
            pending->lost_size[op->file] = true;
        if (op->kind == OP_RENAME) {
            pending->synced_size[op->to] = pending->synced_size[op->file];
            pending->lost_size[op->to] = pending->lost_size[op->file];
        }
    }
}

static void replay(struct disk *disk, const struct op *op, unsigned pieces)
{
    struct disk_file *file = &disk->files[op->file < 0 ? 0 : op->file];
    switch (op->kind) {
    case OP_CREATE:
        memset(file->bytes, 0, file->size); /* of an earlier one of that name */
        file->size = 0;
        file->exists = true;
        break;
    case OP_REMOVE: file->exists = false; break;
    case OP_RENAME:
        memcpy(disk->files[op->to].bytes, file->bytes, sizeof file->bytes);
        disk->files[op->to].size = file->size;
        disk->files[op->to].exists = file->exists;
        file->exists = false;
        break;
    case OP_SIZE: file->size = file->size > op->length ? file->size : op->length; break;
    case OP_WRITE:
        for (size_t at = 0; at < op->length; at += 512) {
            size_t length = op->length - at < 512 ? op->length - at : 512;
            size_t end = (size_t)op->offset + at + length;
            if ((pieces >> at / 512 & 1) == 0)
                continue;
            memcpy(file->bytes + op->offset + at, op->bytes + at, length);
            file->size = file->size > end ? file->size : end;
        }
        break;
    case OP_SYNC:
    case OP_SYNC_FOLDER: break;
    }
}

typedef void try_disk(const struct disk *disk, void *context);

struct cut {
    const struct fake *fake;
    const struct disk *before;
    size_t prefix;
    struct pending pending;
    try_disk *try_it;
    void *context;
};

/**
 * The disk with the synced operations and those of the pending ones that keep has; torn gets only some
 * pieces.
 */
static void build(const struct cut *cut, const bool keep[DISK_LOG], size_t torn, unsigned pieces,
                  bool lose_sizes)
{
    static struct disk disks[2]; /* one per depth of the recursion that a recovery makes */
    static unsigned depth;
    struct disk *disk = &disks[depth];
    size_t next = 0;
    *disk = *cut->before;
    for (int i = 0; i < DISK_FILES; i++) /* names that are made later have their slots from the beginning */
        memcpy(disk->files[i].name, cut->fake->disk.files[i].name, sizeof disk->files[i].name);
    for (size_t i = 0; i < cut->prefix; i++) {
        bool is_pending = next < cut->pending.count && cut->pending.ops[next] == i;
        if (!is_pending || keep[next])
            replay(disk, &cut->fake->log[i], is_pending && next == torn ? pieces : UINT32_MAX);
        next += is_pending;
    }
    for (int i = 0; i < DISK_FILES; i++) {
        struct disk_file *file = &disk->files[i];
        if (lose_sizes && cut->pending.lost_size[i] && file->size > cut->pending.synced_size[i]) {
            memset(file->bytes + cut->pending.synced_size[i], 0, file->size - cut->pending.synced_size[i]);
            file->size = cut->pending.synced_size[i];
        }
    }
    depth++;
    cut->try_it(disk, cut->context);
    depth--;
}

static void subset(const struct cut *cut, const bool keep[DISK_LOG])
{
    static const unsigned tears[] = {0x00F, 0x1F0, 0x155, 0x001, 0x002};
    build(cut, keep, SIZE_MAX, 0, false);
    build(cut, keep, SIZE_MAX, 0, true);
    if (cut->pending.count > TEAR_BITS) { /* one tear for each subset */
        build(cut, keep, next_random(&seed) % cut->pending.count, tears[next_random(&seed) % 5], false);
        return;
    }
    for (size_t i = 0; i < cut->pending.count; i++) {
        const struct op *op = &cut->fake->log[cut->pending.ops[i]];
        if (!keep[i] || op->kind != OP_WRITE || op->length <= 512)
            continue;
        for (size_t k = 0; k < sizeof tears / sizeof tears[0]; k++)
            build(cut, keep, i, tears[k], false);
    }
}

static void cut_at(struct cut *cut)
{
    bool keep[DISK_LOG] = {false};
    find_pending(cut->fake, cut->before, cut->prefix, &cut->pending);
    size_t count = cut->pending.count;
    uint64_t subsets = count <= SUBSET_BITS ? UINT64_C(1) << count : SAMPLES;
    for (uint64_t i = 0; i < subsets; i++) {
        uint64_t bits = count <= SUBSET_BITS ? i : i == 0 ? 0 : i == 1 ? UINT64_MAX : next_random(&seed);
        for (size_t k = 0; k < count; k++)
            keep[k] = (bits >> k % 64 & 1) != 0;
        subset(cut, keep);
    }
}

/** Every disk that a power cut at any point of the log of fake can leave, which ran on before. */
static void cut_everywhere(const struct fake *fake, const struct disk *before, try_disk *try_it,
                           void *context)
{
    for (size_t prefix = 0; prefix <= fake->count; prefix++) {
        struct cut cut = {
            .fake = fake, .before = before, .prefix = prefix, .try_it = try_it, .context = context};
        cut_at(&cut);
    }
}

/* Running. */

enum action { ACT_APPLY, ACT_UNDO, ACT_RESUME };

static const struct changes *the_changes;
static const uint8_t the_plan[HASH_SIZE] = {1, 2, 3};
static enum care care; /* of the recoveries */

static bool act(struct fake *fake, enum action action, enum transaction_result *result,
                struct failure *failure)
{
    struct image image;
    char *journal = NULL;
    if (!image_open(&fake->io, IMAGE, true, &image, failure))
        return false;
    bool done = action == ACT_APPLY  ? transaction_apply(&image, the_changes, the_plan, &journal, failure)
                : action == ACT_UNDO ? transaction_undo(&image, care, result, failure)
                                     : transaction_resume(&image, care, result, failure);
    free(journal);
    image_close(&image);
    return done;
}

static bool same_image(const struct disk *a, const struct disk *b)
{
    return a->files[0].size == b->files[0].size &&
           memcmp(a->files[0].bytes, b->files[0].bytes, a->files[0].size) == 0;
}

static bool is_open(struct fake *fake)
{
    struct journals journals;
    struct failure failure;
    EXPECT_MSG(journals_find(&fake->io, IMAGE, &journals, &failure), "%s", failure.text);
    return journals.open != 0;
}

/** Nobody looks at an image while a journal is open; otherwise it must be one of the two. */
static void check_whole(struct fake *fake, const struct outcome *outcome)
{
    bool whole = same_image(&fake->disk, outcome->old_disk) || same_image(&fake->disk, outcome->new_disk);
    if (!whole && !is_open(fake))
        counts.mixed++;
    EXPECT_MSG(whole || is_open(fake), "no journal is open, and the image is neither old nor new");
}

static void check_recovered(struct fake *fake, const struct outcome *outcome, enum action action,
                            const struct disk *disk)
{
    enum transaction_result result = TRANSACTION_NOTHING;
    struct failure failure = {.text = ""};
    fake_start(fake, disk);
    bool was_open = is_open(fake);
    bool done = act(fake, action, &result, &failure);
    counts.stuck += !done;
    EXPECT_MSG(done, "recovery failed: %s", failure.text);
    EXPECT(!is_open(fake));
    bool is_old = same_image(&fake->disk, outcome->old_disk);
    bool is_new = same_image(&fake->disk, outcome->new_disk);
    counts.mixed += !is_old && !is_new;
    EXPECT_MSG(is_old || is_new, "after recovery the image is neither old nor new");
    if (was_open && action == ACT_UNDO)
        EXPECT(is_old);
    if (result == TRANSACTION_NEW)
        EXPECT(is_new);
    if (result == TRANSACTION_OLD || result == TRANSACTION_DISCARDED)
        EXPECT(is_old);
}

struct level {
    const struct outcome *outcome;
    bool cut_recovery;
};

/** A disk left by a cut inside recovery: the second recovery is let run. */
static void try_second(const struct disk *disk, void *context)
{
    static struct fake fake;
    const struct level *level = context;
    counts.states++;
    if (seen_before(disk_hash(disk)))
        return;
    counts.distinct++;
    fake_start(&fake, disk);
    check_whole(&fake, level->outcome);
    for (enum action action = ACT_UNDO; action <= ACT_RESUME; action++) {
        check_recovered(&fake, level->outcome, action, disk);
        counts.recoveries++;
    }
}

/** A disk left by the first cut. */
static void try_first(const struct disk *disk, void *context)
{
    static struct fake fake;
    static struct disk before;
    struct level *level = context;
    counts.states++;
    if (seen_before(disk_hash(disk) ^ UINT64_C(0x5555555555555555))) /* not those of second cuts */
        return;
    counts.distinct++;
    before = *disk;
    fake_start(&fake, &before);
    check_whole(&fake, level->outcome);
    for (enum action action = ACT_UNDO; action <= ACT_RESUME; action++) {
        check_recovered(&fake, level->outcome, action, &before);
        counts.recoveries++;
        if (!level->cut_recovery)
            continue;
        counts.cut_recoveries++;
        cut_everywhere(&fake, &before, try_second, level);
    }
}

/* Plans. */

static struct disk old_disk, new_disk, scratch;

static void fill(uint8_t *bytes, size_t length, unsigned multiplier)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(i * multiplier + i / 256 + 1);
}

/** An image of some bytes with count changes, in a sector of their own each. */
static void make_plan(struct changes *changes, size_t size, size_t count)
{
    static uint8_t bytes[DISK_FILE_SIZE];
    uint8_t replacement[1500];
    struct failure failure;
    struct kiwi_source *source;
    fill(bytes, size, 7);
    memset(&old_disk, 0, sizeof old_disk);
    disk_add(&old_disk, IMAGE, bytes, size);
    *changes = (struct changes){0};
    fill(replacement, sizeof replacement, 11);
    for (size_t i = 0; i < count; i++) {
        uint64_t step = size / 2048 / count;
        uint64_t offset = 2048 * i * step + 300 * (i % 3);
        uint64_t length = step > 1 ? sizeof replacement : 1400; /* a third one crosses into the next sector */
        length = length < size - offset ? length : size - offset;
        need(changes_add(changes, offset, replacement, length, "test", NULL, &failure));
    }
    need(changes_sort(changes, &failure));
    need(kiwi_source_from_memory(bytes, size, &source, NULL) == KIWI_OK);
    need(changes_hash(changes, source, &failure));
    kiwi_source_unref(source);
    the_changes = changes;
}

static void reset(void)
{
    memset(&counts, 0, sizeof counts);
    seen_clear();
}

static void report(const char *name)
{
    fprintf(
        stderr,
        "# %s: %llu states, %llu distinct, %llu recoveries, %llu of them cut again; %llu mixed, %llu stuck\n",
        name, (unsigned long long)counts.states, (unsigned long long)counts.distinct,
        (unsigned long long)counts.recoveries, (unsigned long long)counts.cut_recoveries,
        (unsigned long long)counts.mixed, (unsigned long long)counts.stuck);
    EXPECT_EQ(counts.mixed, 0);
    EXPECT_EQ(counts.stuck, 0);
}

/** Runs an action on before, then every cut of it. */
static void enumerate(const struct disk *before, enum action action, struct level *level, const char *name)
{
    static struct fake fake;
    static struct disk start;
    enum transaction_result result;
    struct failure failure;
    start = *before;
    reset();
    fake_start(&fake, &start);
    EXPECT_MSG(act(&fake, action, &result, &failure), "%s", failure.text);
    scratch = fake.disk;
    cut_everywhere(&fake, &start, try_first, level);
    report(name);
    fake_clear(&fake);
}

static void run_plain(const struct disk *before, enum action action, struct disk *after)
{
    static struct fake fake;
    enum transaction_result result;
    struct failure failure;
    fake_start(&fake, before);
    EXPECT_MSG(act(&fake, action, &result, &failure), "%s", failure.text);
    *after = fake.disk;
    fake_clear(&fake);
}

static void apply_and_undo(size_t size, size_t sectors, bool cut_recovery, const char *apply_name,
                           const char *undo_name)
{
    static struct disk applied;
    struct changes changes;
    make_plan(&changes, size, sectors);
    run_plain(&old_disk, ACT_APPLY, &applied);
    new_disk = applied;
    EXPECT(!same_image(&old_disk, &new_disk));
    struct outcome outcome = {&old_disk, &new_disk};
    struct level level = {&outcome, cut_recovery};
    enumerate(&old_disk, ACT_APPLY, &level, apply_name);
    enumerate(&applied, ACT_UNDO, &level, undo_name);
    EXPECT(same_image(&scratch, &old_disk));
    changes_free(&changes);
}

START_TEST(every_cut_of_a_small_plan_and_of_its_recovery)
{
    apply_and_undo(4 * 2048, 2, true, "apply, 2 sectors", "undo, 2 sectors");
    apply_and_undo(6 * 2048 + 100, 3, true, "apply, 3 sectors", "undo, 3 sectors");
}
END_TEST

START_TEST(every_cut_of_a_larger_plan)
{
    apply_and_undo(10 * 2048 - 700, 5, false, "apply, 5 sectors", "undo, 5 sectors");
}
END_TEST

START_TEST(sampled_cuts_of_a_plan_above_12_sectors)
{
    apply_and_undo(13 * 2048, 13, false, "apply, 13 sectors", "undo, 13 sectors");
}
END_TEST

START_TEST(second_transaction_on_top_of_an_undone_one)
{
    static struct disk disk;
    struct changes changes;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &disk);
    new_disk = disk;
    run_plain(&disk, ACT_UNDO, &disk);
    struct outcome outcome = {&old_disk, &new_disk};
    struct level level = {&outcome, true};
    enumerate(&disk, ACT_APPLY, &level, "apply after undo, 2 sectors");
    EXPECT(same_image(&scratch, &new_disk));
    changes_free(&changes);
}
END_TEST

/* Faults: call number n fails, for n = 1, 2, ... until the action ends without meeting it. */

static void fault_loop(const struct disk *before, enum action action, bool from_then_on, int error,
                       const char *name)
{
    static struct fake fake, second;
    static struct disk left;
    struct outcome outcome = {&old_disk, &new_disk};
    struct level level = {&outcome, false};
    unsigned met = 0;
    unsigned failures = 0;
    reset();
    for (unsigned n = 1; met + 1 >= n; n++) {
        enum transaction_result result;
        struct failure failure = {.text = ""};
        fake_start(&fake, before);
        fake.fail_at = n;
        fake.fail_on = from_then_on;
        fake.error = error;
        bool done = act(&fake, action, &result, &failure);
        if (fake.calls < n)
            break;
        met = n;
        failures += !done;
        EXPECT_MSG(done || failure.text[0] != '\0', "no word on the failure of call %u", n);
        EXPECT(done || failure.code == EXIT_SYSTEM || failure.code == EXIT_REFUSED);
        fake.fail_at = 0;
        left = fake.disk;
        check_whole(&fake, &outcome);
        for (enum action recovery = ACT_UNDO; recovery <= ACT_RESUME; recovery++)
            check_recovered(&second, &outcome, recovery, &left);
        cut_everywhere(&fake, before, try_first, &level); /* and the power goes, too */
    }
    fprintf(stderr, "# %s: %u calls failed in turn, %u failures\n", name, met, failures);
    EXPECT(failures > 10);
    report(name);
}

START_TEST(every_call_fails)
{
    static struct disk applied, half;
    static struct fake fake;
    struct changes changes;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    new_disk = applied;
    fault_loop(&old_disk, ACT_APPLY, false, 5 /* EIO */, "apply, a call fails once");
    fault_loop(&old_disk, ACT_APPLY, true, 5, "apply, calls fail from then on");
    fault_loop(&old_disk, ACT_APPLY, true, 28 /* ENOSPC */, "apply, no space from then on");
    fault_loop(&applied, ACT_UNDO, false, 5, "undo, a call fails once");
    fault_loop(&applied, ACT_UNDO, true, 5, "undo, calls fail from then on");
    /* Halfway: sealed, one sector written. */
    half = applied;
    memset(disk_find(&half, IMAGE ".kiwipatch-0001")->bytes + 1024, 0, 512);
    memcpy(half.files[0].bytes + 4096, old_disk.files[0].bytes + 4096, 2048);
    fake_start(&fake, &half);
    EXPECT(is_open(&fake));
    fault_loop(&half, ACT_RESUME, false, 5, "resume, a call fails once");
    fault_loop(&half, ACT_RESUME, true, 5, "resume, calls fail from then on");
    changes_free(&changes);
}
END_TEST

static unsigned files_of(const struct disk *disk)
{
    unsigned count = 0;
    for (int i = 0; i < DISK_FILES; i++)
        count += disk->files[i].exists;
    return count;
}

/* What the medium makes of the journal is noticed before the image is touched. */
START_TEST(a_journal_that_does_not_come_back)
{
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    fake_start(&fake, &old_disk);
    fake.tampered = 1;
    ck_assert(!act(&fake, ACT_APPLY, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_SYSTEM);
    ck_assert_msg(strstr(failure.text, "does not come back"), "%s", failure.text);
    ck_assert(same_image(&fake.disk, &old_disk));
    ck_assert_uint_eq(files_of(&fake.disk), 1);
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

/** Behind a write that did not come back, undo still makes the image old. */
static void undo_on_an_honest_medium(struct fake *fake)
{
    struct failure failure;
    enum transaction_result result;
    fake->tampered = -1;
    ck_assert_msg(act(fake, ACT_UNDO, &result, &failure), "%s", failure.text);
    ck_assert(same_image(&fake->disk, &old_disk));
}

/* A mark that does not come back: the image is new, and the journal must not count as done. */
START_TEST(a_mark_that_does_not_come_back)
{
    static struct disk applied;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    fake_start(&fake, &applied);
    fake.tampered = (int)(disk_find(&fake.disk, IMAGE ".kiwipatch-0001") - fake.disk.files);
    ck_assert(!act(&fake, ACT_UNDO, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_SYSTEM);
    ck_assert_msg(strstr(failure.text, "does not come back"), "%s", failure.text);
    ck_assert(same_image(&fake.disk, &applied));
    undo_on_an_honest_medium(&fake);
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

/* What happens behind the first write is never "refused: nothing was written". */
START_TEST(a_failure_behind_the_first_write_says_that_the_image_was_touched)
{
    static struct disk applied, half;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    unsigned touched = 0;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    for (unsigned call = 1; call < 200; call++) {
        fake_start(&fake, &old_disk);
        fake.fail_at = call;
        fake.error = ENOSPC; /* which is a refusal before */
        failure.text[0] = '\0';
        if (act(&fake, ACT_APPLY, &result, &failure) || same_image(&fake.disk, &old_disk))
            continue;
        touched++;
        EXPECT_EQ(failure.code, EXIT_SYSTEM);
        EXPECT_MSG(strstr(failure.text, "the image was touched"), "call %u: %s", call, failure.text);
    }
    ck_assert_uint_ge(touched, 8);
    /* The journal itself goes bad once the image is touched. */
    half = applied;
    memset(disk_find(&half, IMAGE ".kiwipatch-0001")->bytes + 1024, 0, 512);
    memcpy(half.files[0].bytes, old_disk.files[0].bytes, half.files[0].size);
    fake_start(&fake, &half);
    fake.spoil = true;
    ck_assert(!act(&fake, ACT_RESUME, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_SYSTEM);
    ck_assert_msg(strstr(failure.text, "damaged") && strstr(failure.text, "the image was touched"), "%s",
                  failure.text);
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

/* An open journal, and in one of its sectors garbage, or nothing that can be read. */
START_TEST(garbage_and_unreadable_sectors_are_restored_by_an_override)
{
    static struct disk applied, half;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    new_disk = applied;
    half = applied;
    memset(disk_find(&half, IMAGE ".kiwipatch-0001")->bytes + 1024, 0, 512);
    memset(half.files[0].bytes + 100, 0xA5, 700);
    for (int i = 0; i < 4; i++) {
        enum action action = i % 2 ? ACT_RESUME : ACT_UNDO;
        fake_start(&fake, &half);
        if (i / 2) {
            fake.bad_from = 0;
            fake.bad_to = 2048;
        }
        ck_assert(!act(&fake, action, &result, &failure));
        ck_assert_int_eq(failure.code, i / 2 ? EXIT_SYSTEM : EXIT_REFUSED);
        ck_assert_msg(strstr(failure.text, "--override \"" TRANSACTION_UNREAD "\""), "%s", failure.text);
        ck_assert(same_image(&fake.disk, &half));
        care = CARE_UNREAD;
        bool done = act(&fake, action, &result, &failure);
        care = CARE_FULL;
        ck_assert_msg(done, "%s", failure.text);
        ck_assert(same_image(&fake.disk, i % 2 ? &new_disk : &old_disk) && !is_open(&fake));
    }
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

/* Names as others may have made them: nothing of theirs is removed, and none of them is "nothing changed". */
START_TEST(what_stands_under_a_journals_name)
{
    static const uint8_t zeros[9000];
    static struct disk disk;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    for (int i = 0; i < 8; i++) {
        const char *name = i < 4 ? IMAGE ".kiwipatch-0400" : IMAGE ".kiwipatch-part1";
        const uint8_t *bytes = i % 4 == 0 ? (const uint8_t *)"my notes" : zeros;
        const size_t sizes[] = {8, 9000, 512, 0};
        bool leftover = i >= 6;
        disk = old_disk;
        disk_add(&disk, name, bytes, sizes[i % 4]);
        fake_start(&fake, &disk);
        bool done = act(&fake, ACT_UNDO, &result, &failure);
        ck_assert_msg(done == (i >= 4), "case %d: %s", i, failure.text);
        ck_assert_msg(!disk_find(&fake.disk, name) == leftover, "case %d", i);
        ck_assert(done || (failure.code == EXIT_REFUSED && strstr(failure.text, "damaged")));
        ck_assert(!done || result == (leftover ? TRANSACTION_DISCARDED : TRANSACTION_NOTHING));
        fake_start(&fake, &disk);
        done = act(&fake, ACT_APPLY, &result, &failure);
        ck_assert_msg(done == (i >= 4), "case %d: %s", i, failure.text);
        ck_assert_msg(leftover || disk_find(&fake.disk, name), "case %d", i);
        ck_assert_msg(!done || act(&fake, ACT_UNDO, &result, &failure), "case %d: %s", i, failure.text);
        ck_assert(same_image(&fake.disk, &old_disk));
        fake_clear(&fake);
    }
    changes_free(&changes);
}
END_TEST

/* 300 journals that somebody removed before this one do not hide it. */
START_TEST(a_gap_of_names_hides_no_journal)
{
    static struct disk applied, disk;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    struct disk_file *journal = disk_find(&applied, IMAGE ".kiwipatch-0001");
    memset(journal->bytes + 1024, 0, 512);
    disk = old_disk;
    disk_add(&disk, IMAGE ".kiwipatch-0300", journal->bytes, journal->size);
    memcpy(disk.files[0].bytes + 2048, applied.files[0].bytes + 2048, 2048);
    fake_start(&fake, &disk);
    ck_assert(is_open(&fake));
    ck_assert(!act(&fake, ACT_APPLY, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_REFUSED);
    ck_assert_msg(act(&fake, ACT_UNDO, &result, &failure), "%s", failure.text);
    ck_assert(same_image(&fake.disk, &old_disk));
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

START_TEST(a_medium_that_lies_is_noticed)
{
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 4);
    fake_start(&fake, &old_disk);
    fake.tampered = 0;
    /* The last byte of a sector is lost, which matters where it changes: in none of these four but the last.
     */
    changes_free(&changes);
    uint8_t last[2048];
    fill(last, sizeof last, 13);
    struct kiwi_source *source;
    need(changes_add(&changes, 2048, last, 2048, "test", NULL, &failure) && changes_sort(&changes, &failure));
    need(kiwi_source_from_memory(old_disk.files[0].bytes, old_disk.files[0].size, &source, NULL) == KIWI_OK);
    need(changes_hash(&changes, source, &failure));
    kiwi_source_unref(source);
    ck_assert(!act(&fake, ACT_APPLY, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_SYSTEM);
    ck_assert_ptr_nonnull(strstr(failure.text, "does not come back"));
    ck_assert(is_open(&fake));
    ck_assert(!act(&fake, ACT_APPLY, &result, &failure));
    ck_assert_int_eq(failure.code, EXIT_REFUSED);
    undo_on_an_honest_medium(&fake);
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

START_TEST(foreign_bytes_and_damaged_journals_are_refused)
{
    static struct disk applied, disk;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    run_plain(&old_disk, ACT_APPLY, &applied);
    for (int i = 0; i < 5; i++) {
        disk = applied;
        struct disk_file *journal = disk_find(&disk, IMAGE ".kiwipatch-0001");
        switch (i) {
        case 0: disk.files[0].bytes[4096] ^= 0xFF; break;   /* a byte of the image that the plan covers */
        case 1: journal->bytes[4096 + 512 + 9] ^= 1; break; /* a byte of the journal's sectors */
        case 2: journal->bytes[17] ^= 1; break;             /* of its preamble */
        case 3: journal->bytes[512 + 20] ^= 1; break;       /* of its seal */
        default: journal->size -= 100; break;
        }
        fake_start(&fake, &disk);
        ck_assert_msg(!act(&fake, ACT_UNDO, &result, &failure), "case %d", i);
        ck_assert_int_eq(failure.code, EXIT_REFUSED);
        ck_assert_msg(memcmp(fake.disk.files[0].bytes, disk.files[0].bytes, disk.files[0].size) == 0,
                      "case %d", i);
    }
    changes_free(&changes);
    fake_clear(&fake);
}
END_TEST

/* A content file that somebody writes to between two looks at it. */
struct fickle {
    unsigned pass, changes_at;
};

static int read_fickle(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct fickle *fickle = context;
    fickle->pass += offset == 0;
    memset(buffer, fickle->pass >= fickle->changes_at ? 0xEE : 0xDD, length);
    *received = length;
    return 0;
}

START_TEST(content_that_changes_is_noticed)
{
    static const struct kiwi_source_operations operations = {read_fickle, NULL};
    static struct fake fake;
    unsigned refused = 0;
    for (unsigned pass = 2; pass < 6; pass++) {
        struct fickle fickle = {.changes_at = pass};
        struct changes changes = {0};
        struct failure failure;
        enum transaction_result result;
        struct kiwi_source *content, *image;
        make_plan(&changes, 4 * 2048, 2);
        changes_free(&changes);
        need(kiwi_source_from_operations(&operations, &fickle, 3000, &content, NULL) == KIWI_OK);
        need(kiwi_source_from_memory(old_disk.files[0].bytes, old_disk.files[0].size, &image, NULL) ==
             KIWI_OK);
        need(changes_add_content(&changes, 2500, content, "test", &failure) &&
             changes_sort(&changes, &failure) && changes_hash(&changes, image, &failure));
        fake_start(&fake, &old_disk);
        bool done = act(&fake, ACT_APPLY, &result, &failure);
        bool meant = true;
        for (size_t i = 2500; i < 5500; i++)
            meant &= fake.disk.files[0].bytes[i] == 0xDD;
        ck_assert_msg(done ? meant : same_image(&fake.disk, &old_disk), "pass %u", pass);
        ck_assert(done || (failure.code == EXIT_REFUSED && files_of(&fake.disk) == 1));
        refused += !done;
        kiwi_source_unref(content);
        kiwi_source_unref(image);
        changes_free(&changes);
        fake_clear(&fake);
    }
    ck_assert_uint_gt(refused, 0);
}
END_TEST

START_TEST(old_and_new_bytes_must_be_those_of_the_plan)
{
    static struct disk disk;
    static struct fake fake;
    struct changes changes;
    struct failure failure;
    enum transaction_result result;
    make_plan(&changes, 4 * 2048, 2);
    for (int i = 0; i < 2; i++) {
        disk = old_disk;
        if (i == 0)
            disk.files[0].bytes[changes.items[1].offset + 5] ^= 1;
        else
            changes.items[0].bytes[7] ^= 1;
        fake_start(&fake, &disk);
        ck_assert(!act(&fake, ACT_APPLY, &result, &failure));
        ck_assert_int_eq(failure.code, EXIT_REFUSED);
        ck_assert_msg(strstr(failure.text, "not those of the plan"), "%s", failure.text);
        ck_assert(same_image(&fake.disk, &disk));
        ck_assert_uint_eq(files_of(&fake.disk), 1); /* no journal */
    }
    changes_free(&changes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crash");
    TCase *tests = tcase_create("crash");
    tcase_add_test(tests, every_cut_of_a_small_plan_and_of_its_recovery);
    tcase_add_test(tests, every_cut_of_a_larger_plan);
    tcase_add_test(tests, sampled_cuts_of_a_plan_above_12_sectors);
    tcase_add_test(tests, second_transaction_on_top_of_an_undone_one);
    tcase_add_test(tests, every_call_fails);
    tcase_add_test(tests, a_journal_that_does_not_come_back);
    tcase_add_test(tests, a_mark_that_does_not_come_back);
    tcase_add_test(tests, a_failure_behind_the_first_write_says_that_the_image_was_touched);
    tcase_add_test(tests, garbage_and_unreadable_sectors_are_restored_by_an_override);
    tcase_add_test(tests, what_stands_under_a_journals_name);
    tcase_add_test(tests, a_gap_of_names_hides_no_journal);
    tcase_add_test(tests, a_medium_that_lies_is_noticed);
    tcase_add_test(tests, foreign_bytes_and_damaged_journals_are_refused);
    tcase_add_test(tests, content_that_changes_is_noticed);
    tcase_add_test(tests, old_and_new_bytes_must_be_those_of_the_plan);
    suite_add_tcase(suite, tests);
    int code = run_suite(suite);
    free(seen);
    return code;
}
