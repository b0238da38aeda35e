/* SPDX-License-Identifier: MIT */
/* Modules of LOADING.KWI that are known by their MD5. */
#include "known_modules.h"

#include <stddef.h>
#include <string.h>

/* Hashes that owners have published of modules taken from their discs. */
static const struct {
    const char *md5, *disc;
} modules[] = {
    {"991083ea595c39923a5900b2f201623b", "Range Rover 2006, LR16 version 1040"},
    {"0a61788053d3bc32c47e1043a4428d1e", "Lexus/Toyota U25 10.1 and U27 12.1, AC08"},
    {"f3fa006e5d35bd754d1bcd462166b721", "Lexus/Toyota U25 10.1 and U27 12.1, AC10"},
    {"8071072c0a53048ef5713b612e864546", "Lexus/Toyota U25 10.1 and U27 12.1, AC12"},
    {"a10a9240c2bb94c447b691c2f8db8d09", "Lexus/Toyota U25 10.1 and U27 12.1, TY00"},
    {"e345f67c276a87b61aa8b4e2f8085b02", "Lexus/Toyota U20 5.1, AC08"},
    {"1e43fce6a7000c8a9eb72d9d1341112a", "Lexus/Toyota U20 5.1, AC10"},
    {"7718e1ebc472194368cd2f56c7e4c898", "Lexus/Toyota U20 5.1, AC12"},
    {"c411131f758792e6beae9a000c7e8260", "Lexus/Toyota U20 5.1, TY00"},
};

const char *known_module(const char *md5)
{
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
        if (strcmp(modules[i].md5, md5) == 0)
            return modules[i].disc;
    return NULL;
}
