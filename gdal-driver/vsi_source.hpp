// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_VSI_SOURCE_HPP
#define GDAL_DRIVER_VSI_SOURCE_HPP

#include <kiwi/kiwi.h>

// Opens a file of GDAL's virtual file systems, such as /vsizip/ and /vsicurl/, as a source.
enum kiwi_status vsi_source_open(const char *path, struct kiwi_source **source, struct kiwi_error *error);

#endif
