// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_COLUMNS_HPP
#define GDAL_DRIVER_COLUMNS_HPP

// What GDAL wants to know about the properties of features before it sees one: their order, types and codes.

#include <memory>
#include <vector>

#include <ogr_feature.h>

#include "features.hpp"

enum class Content { Roads, Areas, Lines, Points, Names, Addresses, Places, Pois, Routes };

// A layer's name, without the level, and what it asks of the features.
struct ContentType {
    Content content;
    const char *name;
    unsigned kinds; // of struct options
    OGRwkbGeometryType geometry;
    const struct kiwi_enumeration *types; // of the property type; NULL: it has none
    std::vector<enum property_key> columns;
};

extern const std::vector<ContentType> content_types;

// Adds the columns that features have by these options; fields of codes get the name of their domain, the
// enumeration's.
void columns_define(const ContentType &type, const struct options &options, OGRFeatureDefn *definition);

// Names and meanings of the codes.
std::unique_ptr<OGRFieldDomain> columns_domain(const struct kiwi_enumeration *enumeration);

#endif
