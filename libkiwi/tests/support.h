/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the lower layers share: a folder of their own, files, shell commands, findings, random
 * numbers.
 */
#ifndef KIWI_TESTS_SUPPORT_H
#define KIWI_TESTS_SUPPORT_H

#include <check.h>
#include <kiwi/error.h>

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* check's own assertions note each success, which takes longer than what is tested in loops of millions. */
#define EXPECT_MSG(condition, ...)     \
    do {                               \
        if (!(condition))              \
            ck_abort_msg(__VA_ARGS__); \
    } while (0)
#define EXPECT(condition) EXPECT_MSG(condition, "%s", #condition)
#define EXPECT_EQ(found, wanted)                                                                            \
    EXPECT_MSG((uint64_t)(found) == (uint64_t)(wanted), "%s is %lld, not %lld", #found, (long long)(found), \
               (long long)(wanted))

static char folder[64];

/* For what the tests need before they run: check's assertions work only inside them. */
static UNUSED void need(bool condition)
{
    if (!condition) {
        perror("a test cannot be prepared");
        abort();
    }
}

/* A fresh folder, removed at the end of the process by leave_folder(). */
static UNUSED void enter_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/kiwi-test-XXXXXX");
    need(mkdtemp(folder));
}

static UNUSED int run(const char *format, ...)
{
    char command[2048];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

static UNUSED void leave_folder(void)
{
    run("rm -rf '%s'", folder);
}

/* Path in the folder; one of a few buffers. */
static UNUSED const char *in_folder(const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static UNUSED void write_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(in_folder(name), "wb");

    need(file);
    need(fwrite(bytes, 1, length, file) == length);
    need(fclose(file) == 0);
}

static UNUSED uint8_t *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;

    need(file);
    need(fseek(file, 0, SEEK_END) == 0);
    *length = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*length + 1);
    need(bytes);
    need(fread(bytes, 1, *length, file) == *length);
    fclose(file);
    return bytes;
}

/* All findings of a test, one line each. */
struct findings {
    unsigned count;
    unsigned of[3];
    char text[16384];
};

static UNUSED void collect(void *context, const struct kiwi_finding *finding)
{
    struct findings *findings = context;
    size_t used = strlen(findings->text);

    ck_assert_ptr_nonnull(finding->file);
    ck_assert_ptr_nonnull(finding->path);
    findings->count++;
    findings->of[finding->severity]++;
    snprintf(findings->text + used, sizeof findings->text - used, "%s|%s|%s|%s\n", finding->file,
             finding->field, finding->expected, finding->found);
}

/* splitmix64: the same numbers everywhere. */
static UNUSED uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static UNUSED int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
