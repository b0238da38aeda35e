/* SPDX-License-Identifier: MIT */
#ifndef KIWI_KIWI_H
#define KIWI_KIWI_H

/* All of libkiwi. */

#include <kiwi/disc.h>
#include <kiwi/error.h>
#include <kiwi/fields.h>
#include <kiwi/index.h>
#include <kiwi/load.h>
#include <kiwi/loading.h>
#include <kiwi/map.h>
#include <kiwi/place.h>
#include <kiwi/records.h>
#include <kiwi/route.h>
#include <kiwi/route_search.h>
#include <kiwi/schema.h>
#include <kiwi/source.h>
#include <kiwi/types.h>
#include <kiwi/value.h>
#include <kiwi/version.h>
#include <kiwi/walk.h>

#endif
