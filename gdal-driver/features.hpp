// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_FEATURES_HPP
#define GDAL_DRIVER_FEATURES_HPP

// kiwidump's features, which are C: names and values of properties have their home there.
extern "C" {
#include "kiwidump/features/stream.h"
#include "kiwidump/features/index_entries.h"
}

#endif
