/* SPDX-License-Identifier: MIT */
/* Journals that somebody forged with good checksums, and what the system may say of files at any moment: the
 * image stays as it is. */
#include "libkiwi/tests/support.h"

#include <errno.h>
#include <limits.h>
#include <zlib.h>

#include "common/hash.h"
#include "fake_io.h"
#include "transaction.h"

#define IMAGE "disc.iso"
#define JOURNAL IMAGE ".kiwipatch-0001"

/* The layout as docs/design/patching.md has it, not as journal.c does. */
enum { SLOT_SIZE = 512, HEADER_SIZE = 4096, RECORD_SIZE = 4608, IMAGE_SIZE = 4 * 2048 };

static struct fake fake;
static struct io real;
static struct disk applied; /* an image with one change, and its journal */

/* One answer of the system that is not the usual one. */

static struct trick {
    const char *path; /* opening, removing or listing this one */
    unsigned at;      /* counts down to the call that answers so */
    int error;
    size_t read_length; /* reads of so many bytes, */
    size_t short_by;    /* which give so many less, */
    bool flips;         /* or one bit that is wrong */
    bool special;       /* info: no regular file */
} trick;

static bool comes(bool is_it)
{
    return is_it && trick.at > 0 && --trick.at == 0;
}

static int tricky_open(const struct io *io, const char *path, enum io_open how, struct io_file **file)
{
    *file = NULL;
    return comes(trick.path && strcmp(path, trick.path) == 0) ? trick.error : real.open(io, path, how, file);
}

static int tricky_remove(const struct io *io, const char *path)
{
    return comes(trick.path && strcmp(path, trick.path) == 0) ? trick.error : real.remove(io, path);
}

static int tricky_info(struct io_file *file, struct io_info *info)
{
    int error = real.info(file, info);
    if (trick.special && trick.at > 1) {
        trick.at--;
    } else if (trick.special) { /* and stays so */
        trick.at = 0;
        info->regular = false;
    }
    return error;
}

static int tricky_read(struct io_file *file, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    int error = real.read(file, offset, bytes, length, received);
    if (!comes(trick.read_length == length))
        return error;
    *received -= trick.short_by < *received ? trick.short_by : *received;
    if (trick.flips)
        ((uint8_t *)bytes)[9] ^= 1;
    return trick.error;
}

static void start(const struct disk *disk, struct trick how)
{
    fake_start(&fake, disk);
    real = fake.io;
    fake.io.open = tricky_open;
    fake.io.remove = tricky_remove;
    fake.io.info = tricky_info;
    fake.io.read = tricky_read;
    trick = how;
}

enum action { ACT_APPLY, ACT_UNDO, ACT_RESUME };

static struct changes changes;
static enum transaction_result result;
static struct failure failure;

static bool act(enum action action)
{
    static const uint8_t plan[HASH_SIZE] = {1, 2, 3};
    struct image image;
    char *journal = NULL;
    failure = (struct failure){.text = ""};
    if (!image_open(&fake.io, IMAGE, true, &image, &failure))
        return false;
    bool done = action == ACT_APPLY  ? transaction_apply(&image, &changes, plan, &journal, &failure)
                : action == ACT_UNDO ? transaction_undo(&image, CARE_FULL, &result, &failure)
                                     : transaction_resume(&image, CARE_FULL, &result, &failure);
    free(journal);
    image_close(&image);
    return done;
}

static bool says(const char *words)
{
    return strstr(failure.text, words);
}

/** An image and a change of length bytes at offset. */
static void plan(struct disk *disk, size_t size, uint64_t offset, size_t length)
{
    static uint8_t bytes[IMAGE_SIZE], fresh[IMAGE_SIZE];
    struct kiwi_source *source;
    memset(fresh, 0x77, sizeof fresh);
    memset(disk, 0, sizeof *disk);
    disk_add(disk, IMAGE, bytes, size);
    changes_free(&changes);
    need(changes_add(&changes, offset, fresh, length, "test", NULL, &failure) &&
         changes_sort(&changes, &failure));
    need(kiwi_source_from_memory(bytes, size, &source, NULL) == KIWI_OK);
    need(changes_hash(&changes, source, &failure));
    kiwi_source_unref(source);
}

static void make_applied(void)
{
    static struct disk before;
    plan(&before, IMAGE_SIZE, 2048 + 100, 500);
    start(&before, (struct trick){.at = 0});
    need(act(ACT_APPLY));
    applied = fake.disk;
}

static void put(uint8_t *bytes, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static void seal_slot(uint8_t *slot)
{
    put(slot + SLOT_SIZE - 4, crc32_z(0, slot, SLOT_SIZE - 4), 4);
}

/** All checksums as they should be over what stands there. */
static void seal(struct disk_file *journal)
{
    struct hasher hasher;
    struct hashes hashes;
    uint8_t *record = journal->bytes + HEADER_SIZE;
    put(record + 20, crc32_z(0, record, 20), 4);
    hasher_begin(&hasher, HASH_SHA256);
    hasher_take(&hasher, record, journal->size - HEADER_SIZE);
    hasher_end(&hasher, &hashes);
    memcpy(journal->bytes + SLOT_SIZE + 16, hashes.sha256, HASH_SIZE);
    memcpy(journal->bytes + 2 * SLOT_SIZE + 8, hashes.sha256, HASH_SIZE);
    for (size_t slot = 0; slot < 3; slot++)
        seal_slot(journal->bytes + slot * SLOT_SIZE);
}

/** What undo and resume make of a disk that is damaged: one sentence, and no byte of the image. */
static void is_refused(const struct disk *disk, const char *words, const char *what)
{
    for (enum action action = ACT_UNDO; action <= ACT_RESUME; action++) {
        start(disk, (struct trick){.at = 0});
        ck_assert_msg(!act(action), "%s", what);
        ck_assert_msg(failure.code == EXIT_REFUSED && says(words), "%s: %s", what, failure.text);
        ck_assert_msg(memcmp(fake.disk.files[0].bytes, disk->files[0].bytes, IMAGE_SIZE) == 0, "%s", what);
    }
}

static const struct forgery {
    const char *what, *words;
    size_t at; /* bytes in the journal that get a value; the size of the journal if width is 0 */
    size_t width;
    uint64_t value;
} forgeries[] = {
    {"cut in its header", "it is cut short", 0, 0, 4095},
    {"nothing", "it is cut short", 0, 0, 0},
    {"a version to come", "another version", 8, 4, 2},
    {"sectors of another size", "another version", 12, 4, 512},
    {"more sectors than fit", "does not fit its header", SLOT_SIZE + 8, 8, UINT64_C(1) << 40},
    {"two numbers of sectors", "does not fit its header", 24, 8, 2},
    {"another size of the image", "of another image", 16, 8, IMAGE_SIZE + 2048},
    {"a sector behind the end", "outside the image", HEADER_SIZE, 8, IMAGE_SIZE},
    {"a sector that begins within another", "outside the image", HEADER_SIZE, 8, 2049},
    {"too short a sector", "outside the image", HEADER_SIZE + 8, 4, 2047},
    {"too long a sector", "outside the image", HEADER_SIZE + 8, 4, 4096},
    {"old bytes that are others", "a sector does not fit its checksum", HEADER_SIZE + 12, 4, 12345},
    {"new bytes that are others", "a sector does not fit its checksum", HEADER_SIZE + 16, 4, 12345},
};

START_TEST(forged_journals)
{
    static struct disk disk;
    make_applied();
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        const struct forgery *forgery = &forgeries[i];
        disk = applied;
        struct disk_file *journal = disk_find(&disk, JOURNAL);
        memset(journal->bytes + 1024, 0, SLOT_SIZE); /* not done: open */
        if (forgery->width == 0) {
            journal->size = (size_t)forgery->value;
        } else {
            put(journal->bytes + forgery->at, forgery->value, forgery->width);
            seal(journal);
            memset(journal->bytes + 1024, 0, SLOT_SIZE);
        }
        is_refused(&disk, forgery->words, forgery->what);
    }
    /* Its seal taken away, and a number of a sector that its own checksum does not cover. */
    disk = applied;
    memset(disk_find(&disk, JOURNAL)->bytes + SLOT_SIZE, 0, SLOT_SIZE);
    is_refused(&disk, "its seal is missing", "no seal");
}
END_TEST

/* A mark of another journal's body counts as none: the image may be between. */
START_TEST(a_mark_of_another_journal)
{
    static struct disk disk;
    struct journals journals;
    make_applied();
    disk = applied;
    uint8_t *mark = disk_find(&disk, JOURNAL)->bytes + 1024;
    mark[8] ^= 1;
    seal_slot(mark);
    start(&disk, (struct trick){.at = 0});
    ck_assert(journals_find(&fake.io, IMAGE, &journals, &failure));
    ck_assert_uint_eq(journals.open, 1);
    ck_assert_int_eq(journals.open_state, JOURNAL_SEALED);
    ck_assert(act(ACT_UNDO) && result == TRANSACTION_OLD);
    for (size_t i = 0; i < IMAGE_SIZE; i++)
        ck_assert_uint_eq(fake.disk.files[0].bytes[i], 0);
}
END_TEST

/* One answer of the system each: the words and the code that follow, and whether the image may be new. */
static const struct answer {
    const char *what;
    enum action action; /* apply on the old image, the others on an open journal */
    struct trick trick;
    enum exit_code code;
    const char *words;
    bool touched;
} answers[] = {
    {"the image ends while it is read",
     ACT_APPLY,
     {.at = 1, .read_length = 2048, .short_by = 1},
     EXIT_REFUSED,
     "became shorter",
     false},
    {"the journal is read shorter",
     ACT_APPLY,
     {.at = 1, .read_length = 4608, .short_by = 9},
     EXIT_REFUSED,
     "cut short",
     false},
    {"the journal's header is read shorter",
     ACT_APPLY,
     {.at = 1, .read_length = 4096, .short_by = 9},
     EXIT_SYSTEM,
     "does not come back",
     false},
    {"the journal's header reads otherwise",
     ACT_APPLY,
     {.at = 1, .read_length = 4096, .flips = true},
     EXIT_SYSTEM,
     "does not come back",
     false},
    {"a sector of it reads otherwise",
     ACT_APPLY,
     {.at = 1, .read_length = 4608, .flips = true},
     EXIT_SYSTEM,
     "does not come back",
     false},
    {"the seal is read shorter",
     ACT_APPLY,
     {.at = 1, .read_length = 512, .short_by = 1},
     EXIT_SYSTEM,
     "does not come back",
     false},
    {"the journal may not be made",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EACCES},
     EXIT_REFUSED,
     "cannot make the journal",
     false},
    {"nor on that medium",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EROFS},
     EXIT_REFUSED,
     "cannot make the journal",
     false},
    {"nor by that user",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EPERM},
     EXIT_REFUSED,
     "cannot make the journal",
     false},
    {"its medium fails",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EIO},
     EXIT_SYSTEM,
     "cannot make the journal",
     false},
    {"no room for a name",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = ENOSPC},
     EXIT_REFUSED,
     "no room for the journal",
     false},
    {"no quota",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EDQUOT},
     EXIT_REFUSED,
     "no room for the journal",
     false},
    {"what is aside cannot be looked at",
     ACT_APPLY,
     {.path = IMAGE ".kiwipatch-part1", .at = 1, .error = EIO},
     EXIT_SYSTEM,
     "cannot make the journal",
     false},
    {"the image ends while it is compared",
     ACT_UNDO,
     {.at = 1, .read_length = 2048, .short_by = 1},
     EXIT_REFUSED,
     "became shorter",
     false},
    {"the image ends while it is written",
     ACT_UNDO,
     {.at = 2, .read_length = 2048, .short_by = 1},
     EXIT_SYSTEM,
     "became shorter",
     false},
    {"the journal is compared shorter",
     ACT_UNDO,
     {.at = 2, .read_length = 4608, .short_by = 1},
     EXIT_REFUSED,
     "does not fit its checksum",
     false},
    {"the journal may not be read",
     ACT_UNDO,
     {.path = JOURNAL, .at = 1, .error = EACCES},
     EXIT_REFUSED,
     JOURNAL,
     false},
    {"nor on that medium any more",
     ACT_UNDO,
     {.path = JOURNAL, .at = 1, .error = EROFS},
     EXIT_REFUSED,
     JOURNAL,
     false},
    {"it is a folder", ACT_UNDO, {.path = JOURNAL, .at = 1, .error = EISDIR}, EXIT_REFUSED, JOURNAL, false},
    {"the journal went away",
     ACT_UNDO,
     {.path = JOURNAL, .at = 2, .error = ENOENT},
     EXIT_SYSTEM,
     "the journal went away",
     false},
    {"it is a device", ACT_UNDO, {.at = 2, .special = true}, EXIT_REFUSED, "it is no file", false},
};

START_TEST(answers_of_the_system)
{
    static struct disk before, half;
    make_applied();
    half = applied;
    memset(disk_find(&half, JOURNAL)->bytes + 1024, 0, SLOT_SIZE);
    before = applied;
    memset(before.files[0].bytes, 0, IMAGE_SIZE);
    disk_find(&before, JOURNAL)->exists = false;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        const struct answer *answer = &answers[i];
        const struct disk *disk = answer->action == ACT_APPLY ? &before : &half;
        start(disk, answer->trick);
        ck_assert_msg(!act(answer->action), "%s", answer->what);
        ck_assert_msg(trick.at == 0, "%s: it was not asked", answer->what);
        ck_assert_msg(failure.code == answer->code && says(answer->words), "%s: %s", answer->what,
                      failure.text);
        ck_assert_msg(answer->touched ||
                          memcmp(fake.disk.files[0].bytes, disk->files[0].bytes, IMAGE_SIZE) == 0,
                      "%s", answer->what);
        start(&fake.disk, (struct trick){.at = 0});
        ck_assert_msg(act(ACT_UNDO), "%s: afterwards: %s", answer->what, failure.text);
        ck_assert_msg(memcmp(fake.disk.files[0].bytes, before.files[0].bytes, IMAGE_SIZE) == 0, "%s",
                      answer->what);
    }
}
END_TEST

/* What lies aside and is not ours, or cannot be looked at, stays and is no obstacle. */
START_TEST(what_lies_aside)
{
    static struct disk disk, before;
    static const int errors[] = {EACCES, ELOOP};
    make_applied();
    before = applied;
    memset(before.files[0].bytes, 0, IMAGE_SIZE);
    disk_find(&before, JOURNAL)->exists = false;
    disk = before;
    disk_add(&disk, IMAGE ".kiwipatch-part1", "somebody else's", 15);
    for (size_t i = 0; i < 4; i++) {
        start(&disk,
              i < 2 ? (struct trick){.path = IMAGE ".kiwipatch-part1", .at = 1, .error = errors[i]}
                    : (struct trick){
                          .at = i == 2 ? 2 : 1, .special = i == 2, .read_length = SLOT_SIZE, .error = EIO});
        ck_assert_msg(act(ACT_APPLY), "%zu: %s", i, failure.text);
        ck_assert(trick.at == 0 && disk_find(&fake.disk, IMAGE ".kiwipatch-part1"));
        trick = (struct trick){.at = 0};
        ck_assert(act(ACT_UNDO) && result == TRANSACTION_OLD);
    }
    /* What was left by a cut, and cannot be removed. */
    disk = before;
    disk_add(&disk, IMAGE ".kiwipatch-part1", "", 0);
    start(&disk, (struct trick){.path = IMAGE ".kiwipatch-part1", .at = 2, .error = EACCES});
    ck_assert(!act(ACT_UNDO) && failure.code == EXIT_SYSTEM);
    ck_assert_msg(says("cannot remove the unused journal"), "%s", failure.text);
    start(&disk, (struct trick){.path = IMAGE ".kiwipatch-part1", .at = 1, .error = EIO});
    ck_assert(!act(ACT_RESUME) && failure.code == EXIT_SYSTEM);
    start(&disk, (struct trick){.at = 0});
    ck_assert(act(ACT_RESUME) && result == TRANSACTION_DISCARDED);
}
END_TEST

/* Plans at the edges: in a last sector that is not whole, without a change, behind the end, after the last
 * number. */
START_TEST(plans_at_the_edges)
{
    static struct disk disk;
    plan(&disk, IMAGE_SIZE - 700, IMAGE_SIZE - 1000, 300);
    start(&disk, (struct trick){.at = 0});
    ck_assert_msg(act(ACT_APPLY), "%s", failure.text);
    ck_assert_uint_eq(fake.disk.files[0].bytes[IMAGE_SIZE - 701], 0x77);
    ck_assert_uint_eq(fake.disk.files[0].size, IMAGE_SIZE - 700);
    ck_assert(act(ACT_UNDO) && result == TRANSACTION_OLD);
    ck_assert_uint_eq(fake.disk.files[0].bytes[IMAGE_SIZE - 701], 0);
    for (int i = 0; i < 2; i++) { /* the end of the image lies before, or within, the change */
        disk.files[0].size = i == 0 ? 2048 : IMAGE_SIZE - 900;
        start(&disk, (struct trick){.at = 0});
        ck_assert(!act(ACT_APPLY) && failure.code == EXIT_REFUSED && says("behind the end"));
    }
    changes_free(&changes);
    start(&disk, (struct trick){.at = 0});
    ck_assert(!act(ACT_APPLY) && failure.code == EXIT_REFUSED && says("nothing to change"));
    make_applied();
    start(&applied, (struct trick){.at = 0});
    ck_assert(act(ACT_UNDO)); /* the journal is undone */
    disk = fake.disk;
    strcpy(disk_find(&disk, JOURNAL)->name, IMAGE ".kiwipatch-9999");
    start(&disk, (struct trick){.at = 0});
    ck_assert(!act(ACT_APPLY) && failure.code == EXIT_REFUSED && says("too many journals"));
}
END_TEST

/* The new bytes come from a file that cannot be read any more. */
struct failing {
    unsigned reads, fails_at;
    int error;
};

static int read_failing(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct failing *failing = context;
    (void)offset;
    bool fails = ++failing->reads >= failing->fails_at;
    memset(buffer, 0x33, fails ? 0 : length);
    *received = fails ? 0 : length;
    return fails ? failing->error : 0;
}

START_TEST(content_that_cannot_be_read)
{
    static const struct kiwi_source_operations operations = {read_failing, NULL};
    static struct disk disk;
    unsigned failures = 0;
    for (unsigned at = 1; at < 16; at++) {
        struct failing failing = {.fails_at = UINT_MAX};
        struct kiwi_source *content, *image;
        plan(&disk, IMAGE_SIZE, 0, 1);
        changes_free(&changes);
        need(kiwi_source_from_operations(&operations, &failing, 3000, &content, NULL) == KIWI_OK);
        need(kiwi_source_from_memory(disk.files[0].bytes, IMAGE_SIZE, &image, NULL) == KIWI_OK);
        need(changes_add_content(&changes, 2500, content, "test", &failure) &&
             changes_sort(&changes, &failure) && changes_hash(&changes, image, &failure));
        failing = (struct failing){.fails_at = (at + 1) / 2, .error = at % 2 ? EIO : EACCES};
        start(&disk, (struct trick){.at = 0});
        bool done = act(ACT_APPLY);
        failures += !done;
        ck_assert_msg(done == (failing.reads < failing.fails_at), "%u: %s", at, failure.text);
        ck_assert(done || !disk_find(&fake.disk, JOURNAL));
        ck_assert(done || memcmp(fake.disk.files[0].bytes, disk.files[0].bytes, IMAGE_SIZE) == 0);
        kiwi_source_unref(content);
        kiwi_source_unref(image);
    }
    ck_assert_uint_gt(failures, 0);
}
END_TEST

START_TEST(names_of_journals)
{
    static const struct {
        const char *name;
        unsigned number;
    } names[] = {
        {IMAGE ".kiwipatch-0042", 42},
        {IMAGE ".kiwipatch-042", 0},
        {IMAGE ".kiwipatch-00421", 0},
        {IMAGE ".kiwipatch-00x2", 0},
        {IMAGE ".kiwipatch-part1", 0},
        {IMAGE "-0042", 0},
        {"other"
         ".kiwipatch-0042",
         0},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_uint_eq(journal_number("folder/" IMAGE, names[i].name), names[i].number);
    char journal[] = "a.kiwipatch-b/disc.kiwipatch-0001", parent[] = "a.kiwipatch-b/disc", other[] = "disc";
    ck_assert_str_eq(journal_end(journal), ".kiwipatch-0001");
    ck_assert(!journal_end(parent) && !journal_end(other));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");
    tcase_add_test(tests, forged_journals);
    tcase_add_test(tests, a_mark_of_another_journal);
    tcase_add_test(tests, answers_of_the_system);
    tcase_add_test(tests, what_lies_aside);
    tcase_add_test(tests, plans_at_the_edges);
    tcase_add_test(tests, content_that_cannot_be_read);
    tcase_add_test(tests, names_of_journals);
    suite_add_tcase(suite, tests);
    int code = run_suite(suite);
    changes_free(&changes);
    return code;
}
