/* SPDX-License-Identifier: MIT */
#ifndef KIWI_KIWI_H
#define KIWI_KIWI_H

/* All of libkiwi. */

#include "disc.h"
#include "error.h"
#include "index.h"
#include "loading.h"
#include "map.h"
#include <kiwi/records.h>
#include "route.h"
#include "route_search.h"
#include "schema.h"
#include "source.h"
#include "types.h"
#include "value.h"
#include <kiwi/version.h>
#include "walk.h"

#endif
