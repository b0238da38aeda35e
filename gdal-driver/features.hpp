// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_FEATURES_HPP
#define GDAL_DRIVER_FEATURES_HPP

// kiwidump's features, which are C: names and values of properties have their home there. What C calls back
// is noexcept: an exception (there is no other than that memory ran out) would leave C's locks and memory
// behind.
extern "C" {
#include "kiwidump/features/stream.h"
#include "kiwidump/features/index_entries.h"
}

#endif
