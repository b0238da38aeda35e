/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GAZETTEER_H
#define KIWIBUILD_GAZETTEER_H

#include "addresses.h"
#include "territories.h"

/** What of the input only the index needs. */
struct gazetteer {
    struct addresses addresses;
    struct territories territories;
};

#endif
