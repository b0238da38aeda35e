/* SPDX-License-Identifier: MIT */
/* The level on which things of a class of a profile begin. */
#include "profile_level.h"

bool profile_read_level(const struct json_node *node, int *level)
{
    if (!json_read_integer(node, "coarsest_level", 0, 4, level))
        return false;
    return *level % 2 == 0 || json_complain(node, "coarsest_level", "must be 0, 2 or 4");
}
