// SPDX-License-Identifier: MIT
// Layers and their fields. How properties are called is kiwidump's to say, what codes mean the schema's.
#include "columns.hpp"

namespace
{

struct Column {
    OGRFieldType type;
    OGRFieldSubType subtype;
    const char *alias;
};

// What stays within 32 bits is an integer, since other formats have no 64.
Column column_of(enum property_key key)
{
    switch (key) {
    case PROPERTY_KIND: return {OFTString, OFSTNone, "kind of feature"};
    case PROPERTY_LEVEL: return {OFTInteger, OFSTNone, "level; coarse ones are greater"};
    case PROPERTY_FILE: return {OFTString, OFSTNone, "file of the record"};
    case PROPERTY_OFFSET: return {OFTInteger64, OFSTNone, "offset of the record in its file"};
    case PROPERTY_TYPE: return {OFTInteger, OFSTNone, "type code"};
    case PROPERTY_TYPE_NAME: return {OFTString, OFSTNone, "type"};
    case PROPERTY_DISPLAY_CLASS: return {OFTInteger, OFSTNone, "display class"};
    case PROPERTY_ROAD_TYPE: return {OFTInteger, OFSTNone, "road type"};
    case PROPERTY_ONE_WAY: return {OFTString, OFSTNone, "one-way regulation"};
    case PROPERTY_TOLL: return {OFTInteger, OFSTBoolean, "toll road"};
    case PROPERTY_BRIDGE: return {OFTInteger, OFSTBoolean, "bridge"};
    case PROPERTY_TUNNEL: return {OFTInteger, OFSTBoolean, "tunnel"};
    case PROPERTY_PLANNED: return {OFTInteger, OFSTBoolean, "planned road"};
    case PROPERTY_LINK_ID: return {OFTInteger64, OFSTNone, "number of the link"};
    case PROPERTY_MULTILINK: return {OFTInteger64, OFSTNone, "offset of the chain of links"};
    case PROPERTY_LINK: return {OFTInteger, OFSTNone, "position in the chain or at the node"};
    case PROPERTY_SHAPE: return {OFTString, OFSTNone, "class of the shape"};
    case PROPERTY_UNDERGROUND: return {OFTInteger, OFSTBoolean, "underground"};
    case PROPERTY_TEXT: return {OFTString, OFSTNone, "text"};
    case PROPERTY_STRING_TYPE: return {OFTString, OFSTNone, "how the text is set"};
    case PROPERTY_ANGLE: return {OFTInteger, OFSTNone, "angle of the text"};
    case PROPERTY_PRIORITY: return {OFTInteger, OFSTNone, "priority of the text"};
    case PROPERTY_DISPLAY_SCALE_FLAGS: return {OFTInteger, OFSTNone, "scales that show it, as bits"};
    case PROPERTY_PIECES: return {OFTInteger64, OFSTNone, "shapes that were put together"};
    case PROPERTY_REGION: return {OFTInteger64, OFSTNone, "region that the link leaves"};
    case PROPERTY_NODE: return {OFTInteger64, OFSTNone, "node that the link leaves"};
    case PROPERTY_TO_REGION: return {OFTInteger64, OFSTNone, "region that the link leads to"};
    case PROPERTY_TO_NODE: return {OFTInteger64, OFSTNone, "node that the link leads to"};
    case PROPERTY_DIRECTION: return {OFTInteger, OFSTNone, "direction of the link"};
    case PROPERTY_LENGTH: return {OFTInteger64, OFSTNone, "metres"};
    case PROPERTY_TIME: return {OFTInteger64, OFSTNone, "seconds"};
    case PROPERTY_NAME: return {OFTString, OFSTNone, "name"};
    case PROPERTY_FOLDED: return {OFTString, OFSTNone, "search key"};
    case PROPERTY_ZONE: return {OFTInteger, OFSTNone, "zone of the index"};
    case PROPERTY_ZONE_NAME: return {OFTString, OFSTNone, "name of the zone"};
    case PROPERTY_AREAS: return {OFTString, OFSTNone, "town, county, ... that it is in"};
    case PROPERTY_STREET: return {OFTInteger64, OFSTNone, "number of the street"};
    case PROPERTY_CATEGORY: return {OFTInteger64, OFSTNone, "category"};
    case PROPERTY_FIRST: return {OFTInteger64, OFSTNone, "house number where the link begins"};
    case PROPERTY_LAST: return {OFTInteger64, OFSTNone, "house number where the link ends"};
    case PROPERTY_REPRESENTATIVE: return {OFTInteger, OFSTBoolean, "stands for the whole street"};
    case PROPERTY_DELETED: return {OFTInteger, OFSTBoolean, "marked as deleted"};
    default: return {OFTString, OFSTNone, ""};
    }
}

const std::vector<enum property_key> road_columns = {
    PROPERTY_KIND,    PROPERTY_LEVEL,     PROPERTY_FILE,          PROPERTY_OFFSET,
    PROPERTY_TYPE,    PROPERTY_TYPE_NAME, PROPERTY_DISPLAY_CLASS, PROPERTY_ROAD_TYPE,
    PROPERTY_ONE_WAY, PROPERTY_TOLL,      PROPERTY_BRIDGE,        PROPERTY_TUNNEL,
    PROPERTY_PLANNED, PROPERTY_LINK_ID,   PROPERTY_MULTILINK,     PROPERTY_LINK};

const std::vector<enum property_key> background_columns = {
    PROPERTY_KIND,          PROPERTY_LEVEL, PROPERTY_FILE,
    PROPERTY_OFFSET,        PROPERTY_TYPE,  PROPERTY_TYPE_NAME,
    PROPERTY_DISPLAY_CLASS, PROPERTY_SHAPE, PROPERTY_DISPLAY_SCALE_FLAGS,
    PROPERTY_UNDERGROUND};

const std::vector<enum property_key> name_columns = {
    PROPERTY_KIND,        PROPERTY_LEVEL,     PROPERTY_FILE,          PROPERTY_OFFSET,
    PROPERTY_TYPE,        PROPERTY_TYPE_NAME, PROPERTY_DISPLAY_CLASS, PROPERTY_TEXT,
    PROPERTY_STRING_TYPE, PROPERTY_ANGLE,     PROPERTY_PRIORITY,      PROPERTY_DISPLAY_SCALE_FLAGS};

const std::vector<enum property_key> entry_columns = {PROPERTY_KIND,      PROPERTY_FILE,   PROPERTY_OFFSET,
                                                      PROPERTY_NAME,      PROPERTY_FOLDED, PROPERTY_ZONE,
                                                      PROPERTY_ZONE_NAME, PROPERTY_AREAS,  PROPERTY_CATEGORY};

const std::vector<enum property_key> address_columns = {
    PROPERTY_KIND, PROPERTY_FILE,      PROPERTY_OFFSET,   PROPERTY_NAME,          PROPERTY_FOLDED,
    PROPERTY_ZONE, PROPERTY_ZONE_NAME, PROPERTY_AREAS,    PROPERTY_STREET,        PROPERTY_FIRST,
    PROPERTY_LAST, PROPERTY_LINK_ID,   PROPERTY_CATEGORY, PROPERTY_REPRESENTATIVE};

const std::vector<enum property_key> route_columns = {
    PROPERTY_KIND,      PROPERTY_LEVEL,         PROPERTY_FILE,   PROPERTY_OFFSET, PROPERTY_TYPE,
    PROPERTY_TYPE_NAME, PROPERTY_DISPLAY_CLASS, PROPERTY_REGION, PROPERTY_NODE,   PROPERTY_LINK,
    PROPERTY_TO_REGION, PROPERTY_TO_NODE,       PROPERTY_LENGTH, PROPERTY_TIME,   PROPERTY_DIRECTION,
    PROPERTY_ONE_WAY,   PROPERTY_TOLL,          PROPERTY_LINK_ID};

bool has_codes(enum property_key key)
{
    return key == PROPERTY_TYPE || key == PROPERTY_ROAD_TYPE;
}

} // namespace

const std::vector<ContentType> content_types = {
    {Content::Roads, "roads", KIWI_ROAD, wkbMultiLineString, &kiwi_enum_road_type, road_columns},
    {Content::Areas, "areas", KIWI_BACKGROUND, wkbMultiPolygon, &kiwi_enum_type_code, background_columns},
    {Content::Lines, "lines", KIWI_BACKGROUND, wkbMultiLineString, &kiwi_enum_type_code, background_columns},
    {Content::Points, "points", KIWI_BACKGROUND, wkbPoint, &kiwi_enum_type_code, background_columns},
    {Content::Names, "names", KIWI_NAME, wkbPoint, &kiwi_enum_type_code, name_columns},
    {Content::Addresses, "addresses", KIND_ADDRESS, wkbPoint, nullptr, address_columns},
    {Content::Places, "places", KIND_POI, wkbPoint, nullptr, entry_columns},
    {Content::Pois, "pois", KIND_POI, wkbPoint, nullptr, entry_columns},
    {Content::Routes, "routes", KIND_ROUTE, wkbMultiLineString, &kiwi_enum_road_type, route_columns},
};

void columns_define(const ContentType &type, const struct options &options, OGRFeatureDefn *definition)
{
    std::vector<enum property_key> keys = type.columns;
    if (options.merge && options.kinds & (KIWI_ROAD | KIWI_BACKGROUND))
        keys.push_back(PROPERTY_PIECES);
    if (options.deleted && type.types) // the index marks nothing as deleted
        keys.push_back(PROPERTY_DELETED);
    for (const enum property_key key : keys) {
        const Column column = column_of(key);
        OGRFieldDefn field(property_names[key], column.type);
        field.SetSubType(column.subtype);
        field.SetAlternativeName(column.alias);
        if (type.types && has_codes(key))
            field.SetDomainName(type.types->name);
        definition->AddFieldDefn(&field);
    }
}

std::unique_ptr<OGRFieldDomain> columns_domain(const struct kiwi_enumeration *enumeration)
{
    std::vector<OGRCodedValue> values;
    for (size_t i = 0; i < enumeration->count; i++) {
        const struct kiwi_enumeration_entry *entry = &enumeration->entries[i];
        // The domain takes over what it is given, to be freed by CPLFree().
        values.push_back({CPLStrdup(std::to_string(entry->code).c_str()), CPLStrdup(entry->name)});
    }
    return std::make_unique<OGRCodedFieldDomain>(enumeration->name, enumeration->meaning, OFTInteger,
                                                 OFSTNone, std::move(values));
}
