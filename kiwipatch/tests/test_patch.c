/* SPDX-License-Identifier: MIT */
/* patch.h: results in memory, work that is stopped at every report, several threads. */
#include "libkiwi/tests/support.h"

#include <errno.h>
#include <pthread.h>

#include "patch.h"
#include "sample.h"

static const char recipe_text[] =
    "{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"size\": 8192, "
    "\"sha256\": \"fd12f5cf71b2f89c60e01f37d32dbe4233ac3787ed5bc1979aaaee83d89189bf\"}, \"steps\": ["
    "{\"step\": \"number\", \"at\": 2048, \"width\": 2, \"endian\": \"big\", \"old\": 9546, \"new\": 1},"
    "{\"step\": \"checksum\", \"at\": 2048, \"length\": 4096, \"rule\": \"sum32be\"},"
    "{\"step\": \"checksum\", \"at\": 6144, \"length\": 2048, \"rule\": \"sum32be\"}]}";

static uint8_t old_bytes[SAMPLE_SIZE];

static bool has_bytes(const char *path, const uint8_t *wanted)
{
    size_t length;
    uint8_t *bytes = read_whole(path, &length);
    bool same = length == SAMPLE_SIZE && memcmp(bytes, wanted, length) == 0;
    free(bytes);
    return same;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* A monitor that says stop from some report on. */
struct stopper {
    unsigned reports, stop_at;
    unsigned writing; /* reports while the image was written */
    char last[64];
};

static bool stop(void *context, const char *stage, uint64_t done, uint64_t total)
{
    struct stopper *stopper = context;
    EXPECT(done <= total);
    stopper->writing += strcmp(stage, "writing") == 0;
    snprintf(stopper->last, sizeof stopper->last, "%s", stage);
    return ++stopper->reports < stopper->stop_at;
}

START_TEST(stopped_applies)
{
    unsigned untouched = 0;
    unsigned compared = 0;
    write_file("LOADING.KWI", old_bytes, SAMPLE_SIZE);
    for (unsigned n = 1;; n++) {
        struct stopper stopper = {.stop_at = n};
        const struct monitor monitor = {stop, &stopper};
        const struct patch_request request = {.disc = in_folder("LOADING.KWI"),
                                              .patch = in_folder("recipe.json"),
                                              .full = true,
                                              .monitor = &monitor};
        const struct patch_request quiet = {.disc = request.disc};
        struct patch_applied applied;
        struct patch_recovered recovered;
        struct failure failure = {.text = ""};
        bool done = patch_apply(&request, &applied, &failure);
        bool made = applied.journal;
        free(applied.journal);
        EXPECT_MSG(made == !has_bytes(request.disc, old_bytes), "report %u: half done", n);
        EXPECT_MSG(made == exists(in_folder("LOADING.KWI.kiwipatch-0001")), "report %u: journal", n);
        EXPECT_MSG(made == (stopper.writing > 0), "report %u: stopped while writing", n);
        untouched += !made;
        compared += made && !done;
        if (made && !done) /* is no refusal any more */
            EXPECT_MSG(strstr(failure.text, "image was touched"), "report %u: %s", n, failure.text);
        if (made) {
            EXPECT_MSG(patch_undo(&quiet, &recovered, &failure), "%s", failure.text);
            free(recovered.image);
            EXPECT(has_bytes(request.disc, old_bytes));
            need(unlink(in_folder("LOADING.KWI.kiwipatch-0001")) == 0);
        } else {
            EXPECT_EQ(failure.code, EXIT_REFUSED);
            EXPECT_MSG(strstr(failure.text, stopper.last), "%s, not %s", failure.text, stopper.last);
        }
        if (done)
            break;
    }
    ck_assert_uint_ge(untouched, 6); /* two reports at least of hash, structure and full */
    ck_assert_uint_ge(compared, 2);
}
END_TEST

/* Something else writes to the block that only proves the rule, after the last look at it. */
static bool meddle(void *context, const char *stage, uint64_t done, uint64_t total)
{
    (void)context;
    (void)total;
    if (strcmp(stage, "reading back") != 0 || done != 0)
        return true;
    FILE *file = fopen(in_folder("LOADING.KWI"), "r+b");
    need(file && fseek(file, 7000, SEEK_SET) == 0 && fputc(old_bytes[7000] ^ 1, file) != EOF);
    need(fclose(file) == 0);
    return true;
}

START_TEST(check_values_are_read_back)
{
    const struct monitor monitor = {meddle, NULL};
    struct patch_request request = {
        .disc = in_folder("LOADING.KWI"), .patch = in_folder("recipe.json"), .monitor = &monitor};
    struct patch_applied applied;
    struct patch_recovered recovered;
    struct failure failure = {.text = ""};
    write_file("LOADING.KWI", old_bytes, SAMPLE_SIZE);
    ck_assert(!patch_apply(&request, &applied, &failure));
    EXPECT_EQ(failure.code, EXIT_SYSTEM);
    EXPECT_MSG(strstr(failure.text, "the changes are made: kiwipatch undo"), "%s", failure.text);
    request.monitor = NULL;
    EXPECT_MSG(patch_undo(&request, &recovered, &failure), "%s", failure.text);
    free(recovered.image);
    need(unlink(applied.journal) == 0);
    free(applied.journal);
}
END_TEST

START_TEST(stopped_undos)
{
    struct patch_request request = {.disc = in_folder("LOADING.KWI"), .patch = in_folder("recipe.json")};
    struct patch_applied applied;
    struct patch_recovered recovered;
    struct failure failure = {.text = ""};
    write_file("LOADING.KWI", old_bytes, SAMPLE_SIZE);
    EXPECT_MSG(patch_apply(&request, &applied, &failure), "%s", failure.text);
    struct stopper stopper = {.stop_at = 1};
    const struct monitor monitor = {stop, &stopper};
    request.monitor = &monitor;
    ck_assert(!patch_undo(&request, &recovered, &failure));
    ck_assert_ptr_null(recovered.image);
    ck_assert(!has_bytes(request.disc, old_bytes));
    ck_assert_uint_eq(stopper.writing, 0);
    stopper = (struct stopper){.stop_at = 2}; /* the next question is asked when it is written */
    EXPECT_MSG(patch_undo(&request, &recovered, &failure), "%s", failure.text);
    ck_assert_int_eq(recovered.result, TRANSACTION_OLD);
    ck_assert_uint_gt(stopper.writing, 0);
    ck_assert(has_bytes(request.disc, old_bytes));
    free(recovered.image);
    need(unlink(applied.journal) == 0);
    free(applied.journal);
}
END_TEST

static void count_copy(void *context, const struct patch_copied *copied)
{
    unsigned *copies = context;
    EXPECT_EQ(strlen(copied->sha256), HASH_TEXT - 1);
    EXPECT(strcmp(copied->path, in_folder("copy")) == 0 && copied->unreadable == 0);
    ++*copies;
}

START_TEST(stopped_copies)
{
    unsigned copies = 0;
    unsigned stops = 0;
    write_file("LOADING.KWI", old_bytes, SAMPLE_SIZE);
    for (unsigned n = 1; copies == 0; n++) {
        struct stopper stopper = {.stop_at = n};
        const struct monitor monitor = {stop, &stopper};
        const struct patch_request request = {
            .disc = in_folder("LOADING.KWI"), .output = in_folder("copy"), .monitor = &monitor};
        struct failure failure = {.text = ""};
        const struct patch_copy_reports reports = {NULL, count_copy, &copies};
        bool done = patch_copy(&request, &reports, &failure);
        EXPECT_EQ(done, copies);
        EXPECT_EQ(exists(request.output), done);
        EXPECT_EQ(exists(in_folder("originals")), done);
        stops += !done;
    }
    ck_assert_uint_ge(stops, 2); /* of the comparison; there are no reports of blocks that are shared */
    ck_assert(has_bytes(in_folder("copy"), old_bytes));
    need(unlink(in_folder("copy")) == 0 && unlink(in_folder("originals")) == 0);
}
END_TEST

/* The document of a plan or status. */
struct text {
    size_t length;
    char bytes[8192];
};

static int take(void *context, const char *bytes, size_t length)
{
    struct text *text = context;
    if (length >= sizeof text->bytes - text->length)
        return ENOSPC;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return 0;
}

static bool told(bool tell(const struct patch_request *, struct output *, struct failure *),
                 const struct patch_request *request, const char *word)
{
    struct text text = {.length = 0};
    struct failure failure;
    struct output output = {.descriptor = -1, .take = take, .context = &text};
    return tell(request, &output, &failure) && text.bytes[0] == '{' &&
           strcmp(text.bytes + text.length - 2, "}\n") == 0 && strstr(text.bytes, word);
}

static bool tell_status(const struct patch_request *request, struct output *output, struct failure *failure)
{
    bool open;
    return patch_status(request, output, &open, failure) && !open;
}

/* check's assertions belong to one thread: others return what they did not find. */
#define NEED(condition)        \
    do {                       \
        if (!(condition))      \
            return #condition; \
    } while (0)

static const char *round_trip(const struct patch_request *request)
{
    struct patch_applied applied;
    struct patch_recovered recovered;
    struct failure failure;
    NEED(told(patch_plan, request, request->disc));
    NEED(patch_apply(request, &applied, &failure));
    NEED(told(tell_status, request, applied.plan));
    NEED(told(tell_status, request, "\"committed\""));
    NEED(patch_undo(request, &recovered, &failure));
    NEED(strcmp(recovered.image, request->disc) == 0 && has_bytes(request->disc, old_bytes));
    NEED(told(tell_status, request, "\"undone\""));
    NEED(unlink(applied.journal) == 0);
    free(applied.journal);
    free(recovered.image);
    return NULL;
}

struct worker {
    pthread_t id;
    char disc[512], recipe[512];
    const char *problem;
};

static void *work(void *context)
{
    struct worker *worker = context;
    const struct patch_request request = {.disc = worker->disc, .patch = worker->recipe};
    for (unsigned i = 0; i < 20 && !worker->problem; i++)
        worker->problem = round_trip(&request);
    return NULL;
}

START_TEST(threads)
{
    static struct worker workers[4];
    for (unsigned i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "%u/LOADING.KWI", i);
        run("mkdir '%s/%u'", folder, i);
        write_file(name, old_bytes, SAMPLE_SIZE);
        snprintf(workers[i].disc, sizeof workers[i].disc, "%s", in_folder(name));
        snprintf(workers[i].recipe, sizeof workers[i].recipe, "%s", in_folder("recipe.json"));
    }
    for (unsigned i = 0; i < 4; i++)
        need(pthread_create(&workers[i].id, NULL, work, &workers[i]) == 0);
    for (unsigned i = 0; i < 4; i++)
        need(pthread_join(workers[i].id, NULL) == 0);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_msg(!workers[i].problem, "%s", workers[i].problem);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("patch");
    TCase *tests = tcase_create("patch");
    enter_folder();
    setenv("KIWIPATCH_STATE", in_folder("originals"), 1);
    sample_make(old_bytes);
    write_file("recipe.json", recipe_text, sizeof recipe_text - 1);
    tcase_add_test(tests, stopped_applies);
    tcase_add_test(tests, check_values_are_read_back);
    tcase_add_test(tests, stopped_undos);
    tcase_add_test(tests, stopped_copies);
    tcase_add_test(tests, threads);
    suite_add_tcase(suite, tests);
    int code = run_suite(suite);
    leave_folder();
    return code;
}
