/* SPDX-License-Identifier: MIT */
/* Every allocation fails in turn, once and from then on. Linked with --wrap, so that those of libkiwi are
 * met, too. */
#include "libkiwi/tests/support.h"

#include "fake_io.h"
#include "patch.h"
#include "sample.h"

static unsigned calls, fail_at;
static bool fail_on;

static bool fails(void)
{
    if (fail_at == 0)
        return false;
    calls++;
    return calls == fail_at || (fail_on && calls > fail_at);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static struct fake fake;
static struct disk start;

static const char recipe_text[] =
    "{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"risk\": \"c\", \"for\": "
    "{\"sha256\": \"fd12f5cf71b2f89c60e01f37d32dbe4233ac3787ed5bc1979aaaee83d89189bf\"}, \"steps\": ["
    "{\"step\": \"field\", \"path\": \"loading.system[0].module[1].version\", \"old\": \"1001\", \"new\": "
    "\"1002\"},"
    "{\"step\": \"number\", \"at\": 2048, \"width\": 2, \"endian\": \"big\", \"old\": 9546, \"new\": 1},"
    "{\"step\": \"checksum\", \"at\": 2048, \"length\": 4096, \"rule\": \"sum32be\"},"
    "{\"step\": \"checksum\", \"at\": 6144, \"length\": 2048, \"rule\": \"sum32be\"}]}";

/* A loop over an action: it returns whether it succeeded, and what it says if not. */
typedef bool action(struct failure *failure);

static unsigned loop(action *act, bool from_then_on, void check(bool done))
{
    unsigned failures = 0;
    for (unsigned n = 1;; n++) {
        struct failure failure = {.text = ""};
        calls = 0;
        fail_on = from_then_on;
        fail_at = n;
        bool done = act(&failure);
        fail_at = 0;
        bool met = calls >= n;
        if (met && !done) {
            failures++;
            EXPECT_MSG(failure.text[0] != '\0', "no word on the failure of allocation %u", n);
            /* libkiwi goes on without a file that it has no memory for, and then does not find it */
            EXPECT_MSG(failure.code == EXIT_SYSTEM || failure.code == EXIT_INPUT,
                       "allocation %u: exit %d: %s", n, (int)failure.code, failure.text);
        }
        check(done);
        if (!met)
            break;
    }
    return failures;
}

static int drop(void *context, const char *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    return 0;
}

static bool plan_it(struct failure *failure)
{
    const struct patch_request request = {.disc = in_folder("LOADING.KWI"),
                                          .patch = in_folder("recipe.json")};
    struct output output = {.take = drop};
    return patch_plan(&request, &output, failure);
}

static void nothing(bool done)
{
    (void)done;
}

START_TEST(planning)
{
    struct failure failure = {.text = ""};
    ck_assert_msg(plan_it(&failure), "%s", failure.text);
    unsigned once = loop(plan_it, false, nothing);
    unsigned on = loop(plan_it, true, nothing);
    fprintf(stderr, "# planning: %u and %u allocations failed\n", once, on);
    ck_assert_uint_gt(once, 10);
    ck_assert_uint_gt(on, 10);
}
END_TEST

static struct changes changes;
static const uint8_t plan_hash[HASH_SIZE];
static struct disk half;

static bool apply_it(struct failure *failure)
{
    struct image image;
    char *journal = NULL;
    fake_start(&fake, &start);
    if (!image_open(&fake.io, "a", true, &image, failure))
        return false;
    bool done = transaction_apply(&image, &changes, plan_hash, &journal, failure);
    free(journal);
    image_close(&image);
    return done;
}

static bool undo_it(struct failure *failure)
{
    struct image image;
    enum transaction_result result;
    fake_start(&fake, &half);
    if (!image_open(&fake.io, "a", true, &image, failure))
        return false;
    bool done = transaction_undo(&image, CARE_FULL, &result, failure);
    image_close(&image);
    return done;
}

/** Whatever failed: undo brings the old bytes back. */
static void recoverable(bool done)
{
    struct failure failure = {.text = ""};
    (void)done;
    half = fake.disk;
    EXPECT_MSG(undo_it(&failure), "%s", failure.text);
    EXPECT(memcmp(fake.disk.files[0].bytes, start.files[0].bytes, SAMPLE_SIZE) == 0);
}

static void prepare_transaction(void)
{
    static uint8_t bytes[SAMPLE_SIZE];
    struct failure failure;
    struct kiwi_source *source = NULL;
    sample_make(bytes);
    memset(&start, 0, sizeof start);
    disk_add(&start, "a", bytes, SAMPLE_SIZE);
    need(changes_add(&changes, 100, "abc", 3, "x", NULL, &failure) &&
         changes_add(&changes, 5000, "abc", 3, "x", NULL, &failure));
    need(changes_sort(&changes, &failure) &&
         kiwi_source_from_memory(bytes, SAMPLE_SIZE, &source, NULL) == KIWI_OK);
    need(changes_hash(&changes, source, &failure));
    kiwi_source_unref(source);
}

START_TEST(applying)
{
    prepare_transaction();
    unsigned once = loop(apply_it, false, recoverable);
    unsigned on = loop(apply_it, true, recoverable);
    fprintf(stderr, "# applying: %u and %u allocations failed\n", once, on);
    ck_assert_uint_gt(once, 5);
    changes_free(&changes);
}
END_TEST

START_TEST(undoing)
{
    struct failure failure = {.text = ""};
    prepare_transaction();
    ck_assert_msg(apply_it(&failure), "%s", failure.text);
    for (unsigned n = 1; n < 100; n++) {
        bool met;
        ck_assert(apply_it(&failure));
        half = fake.disk;
        calls = 0;
        fail_at = n;
        fail_on = n % 2 == 0;
        undo_it(&failure);
        fail_at = 0;
        met = calls >= n;
        recoverable(false);
        if (!met)
            break;
        ck_assert_uint_lt(n, 99);
    }
    changes_free(&changes);
}
END_TEST

int main(void)
{
    static uint8_t bytes[SAMPLE_SIZE];
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    enter_folder();
    sample_make(bytes);
    write_file("LOADING.KWI", bytes, sizeof bytes);
    write_file("recipe.json", recipe_text, sizeof recipe_text - 1);
    tcase_add_test(tests, planning);
    tcase_add_test(tests, applying);
    tcase_add_test(tests, undoing);
    suite_add_tcase(suite, tests);
    int code = run_suite(suite);
    leave_folder();
    return code;
}
