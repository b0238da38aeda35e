/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TEST_MAIN_H
#define KIWIBUILD_TEST_MAIN_H

#include <check.h>
#include <stdlib.h>

/** Runs one test case as a TAP program. */
static inline int run_tests(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tests_of_suite = tcase_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    for (size_t i = 0; i < count; i++)
        tcase_add_test(tests_of_suite, tests[i]);
    suite_add_tcase(suite, tests_of_suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
