/* SPDX-License-Identifier: MIT */
/* What images are burnt on. */
#include <string.h>

#include "image/image.h"
#include "main.h"

START_TEST(says_what_to_burn)
{
    ck_assert(!image_medium(0));
    ck_assert(!image_medium(4700372992));
    ck_assert(strstr(image_medium(4700372993), "dual-layer"));
    ck_assert(strstr(image_medium(8543666176), "dual-layer"));
    ck_assert(strstr(image_medium(8543666177), "no DVD"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {says_what_to_burn};

    return run_tests("image", tests, sizeof tests / sizeof tests[0]);
}
