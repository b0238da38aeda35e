// SPDX-License-Identifier: MIT
// A layer: features of kiwidump's streams as those of GDAL.
#include "layer.hpp"

#include <algorithm>
#include <cstring>

#include <ogr_swq.h>

#include "dataset.hpp"
#include "geometry.hpp"
extern "C" {
#include "common/utf8.h"
}

KiwiLayer::KiwiLayer(KiwiDataset &dataset, const ContentType &type, const struct options &wanted,
                     const int *level, const struct kiwi_box *box)
    : m_dataset(dataset), m_type(type), m_all(wanted)
{
    const std::string name = level ? type.name + ("_" + std::to_string(*level)) : type.name;
    m_all.kinds = type.kinds;
    m_all.has_level = level;
    m_all.level = level ? *level : 0;
    m_options = m_all;
    m_definition = new OGRFeatureDefn(name.c_str());
    m_definition->Reference();
    m_definition->SetGeomType(type.geometry);
    m_definition->GetGeomFieldDefn(0)->SetSpatialRef(dataset.reference());
    columns_define(type, m_all, m_definition);
    for (int key = 0; key < PROPERTY_COUNT; key++)
        m_fields[key] = m_definition->GetFieldIndex(property_names[key]);
    SetDescription(name.c_str());
    if (!box)
        return;
    m_has_extent = true;
    m_extent.MinX = box->west < box->east ? box->west : -180; // else it goes beyond 180 degrees
    m_extent.MaxX = box->west < box->east ? box->east : 180;
    m_extent.MinY = box->south;
    m_extent.MaxY = box->north;
}

KiwiLayer::~KiwiLayer()
{
    m_definition->Release();
}

/* Reading */

Stream KiwiLayer::open(const struct options &options) const
{
    struct feature_stream *stream;
    struct kiwi_error error;
    if (feature_stream_open(m_dataset.disc(), &options, findings_take, m_dataset.findings(), &stream,
                            &error) != KIWI_OK) {
        findings_fail(error);
        return nullptr;
    }
    return Stream(stream);
}

static const struct property *property_of(const struct feature &feature, enum property_key key)
{
    for (size_t i = 0; i < feature.properties.count; i++)
        if (feature.properties.items[i].key == key)
            return &feature.properties.items[i];
    return nullptr;
}

static bool is_named(const struct feature &feature, enum property_key key, const char *name)
{
    const struct property *property = property_of(feature, key);
    return property && property->type == VALUE_NAME && strcmp(property->value.text, name) == 0;
}

// A shape is in the layer of its geometry: an area in which nothing lies is a line. One that has no place is
// in that of its class.
static bool is_of_class(const struct feature &feature, Content content)
{
    enum kiwi_shape_class by_record = KIWI_SHAPE_CLASS_POINT;
    bool by_geometry = false;
    switch (content) {
    case Content::Areas:
        by_record = KIWI_SHAPE_CLASS_AREA;
        by_geometry = feature.geometry.type == GEOMETRY_POLYGON ||
                      feature.geometry.type == GEOMETRY_MULTI_POLYGON;
        break;
    case Content::Lines:
        by_record = KIWI_SHAPE_CLASS_LINE;
        by_geometry = feature.geometry.type == GEOMETRY_LINE ||
                      feature.geometry.type == GEOMETRY_MULTI_LINE ||
                      feature.geometry.type == GEOMETRY_MULTI_POINT;
        break;
    default: by_geometry = feature.geometry.type == GEOMETRY_POINT;
    }
    if (feature.geometry.type != GEOMETRY_NONE)
        return by_geometry;
    return is_named(feature, PROPERTY_SHAPE, kiwi_enumeration_name(&kiwi_enum_shape_class, by_record));
}

bool KiwiLayer::belongs(const struct feature &feature) const
{
    switch (m_type.content) {
    case Content::Areas:
    case Content::Lines:
    case Content::Points: return is_of_class(feature, m_type.content);
    case Content::Places: return is_named(feature, PROPERTY_KIND, index_kind_name(KIWI_ENTRY_PLACE));
    case Content::Pois: return is_named(feature, PROPERTY_KIND, index_kind_name(KIWI_ENTRY_POI));
    default: return true;
    }
}

// The next feature of the layer in a stream; NULL at the end and behind a failure.
const struct feature *KiwiLayer::pull(struct feature_stream *stream) const
{
    const struct feature *feature;
    struct kiwi_error error;
    enum kiwi_status status;
    while ((status = feature_stream_next(stream, &feature, &error)) == KIWI_OK)
        if (belongs(*feature))
            return feature;
    if (status != KIWI_END)
        findings_fail(error);
    return nullptr;
}

void KiwiLayer::ResetReading()
{
    m_stream.reset();
    m_started = false;
}

// Opens the stream with the filters that there are; false if nothing can pass them.
bool KiwiLayer::start()
{
    m_started = true;
    m_options = m_all;
    m_options.type = push_type() ? m_wanted_type.c_str() : nullptr;
    if (!push_box(&m_options))
        return false;
    m_stream = open(m_options);
    return m_stream != nullptr;
}

OGRFeature *KiwiLayer::GetNextFeature()
{
    if (!m_started && !start())
        return nullptr;
    while (m_stream) {
        const struct feature *feature = pull(m_stream.get());
        if (!feature) {
            m_stream.reset();
            break;
        }
        std::unique_ptr<OGRFeature> made = make(*feature);
        if ((!m_poFilterGeom || FilterGeometry(made->GetGeometryRef())) &&
            (!m_poAttrQuery || m_poAttrQuery->Evaluate(made.get())))
            return made.release();
    }
    return nullptr;
}

/* Filters */

bool KiwiLayer::push_box(struct options *options) const
{
    const OGREnvelope &wanted = m_sFilterEnvelope;
    if (!m_poFilterGeom)
        return true;
    options->has_box = true;
    options->box = {std::max(wanted.MinX, -180.0), std::max(wanted.MinY, -90.0), std::min(wanted.MaxX, 180.0),
                    std::min(wanted.MaxY, 90.0)};
    // To kiwidump a box whose west is greater goes through 180 degrees: this one is beyond the earth.
    return options->box.west <= options->box.east && options->box.south <= options->box.north;
}

// The number that a field must have wherever an expression is true; false if there is none.
static bool find_number(const swq_expr_node *node, int field, GIntBig *number)
{
    if (node->eNodeType != SNT_OPERATION || node->nSubExprCount != 2)
        return false;
    const swq_expr_node *left = node->papoSubExpr[0];
    const swq_expr_node *right = node->papoSubExpr[1];
    if (node->nOperation == SWQ_AND)
        return find_number(left, field, number) || find_number(right, field, number);
    if (node->nOperation != SWQ_EQ || left->eNodeType != SNT_COLUMN || left->field_index != field ||
        right->eNodeType != SNT_CONSTANT || right->is_null ||
        (right->field_type != SWQ_INTEGER && right->field_type != SWQ_INTEGER64))
        return false;
    *number = right->int_value;
    return true;
}

bool KiwiLayer::push_type()
{
    GIntBig number;
    if (!m_poAttrQuery || m_fields[PROPERTY_TYPE] < 0 ||
        !find_number(static_cast<const swq_expr_node *>(m_poAttrQuery->GetSWQExpr()), m_fields[PROPERTY_TYPE],
                     &number) ||
        number < 0 || number > INT32_MAX)
        return false;
    m_wanted_type = std::to_string(number);
    return true;
}

/* Features */

// GDAL's texts are UTF-8 without a NUL.
static std::string text_of(const struct property &property)
{
    const auto *bytes = reinterpret_cast<const unsigned char *>(property.value.text);
    std::string text;
    for (size_t at = 0; at < property.length;) {
        const size_t valid = bytes[at] < 0x80 ? bytes[at] != 0
                                              : utf8_sequence(bytes + at, property.length - at);
        if (valid > 0)
            text.append(property.value.text + at, valid);
        else
            text += "\xEF\xBF\xBD";
        at += valid > 0 ? valid : 1;
    }
    return text;
}

void KiwiLayer::set_field(OGRFeature *made, const struct property &property) const
{
    const int field = m_fields[property.key];
    if (field < 0 || m_definition->GetFieldDefn(field)->IsIgnored())
        return;
    switch (static_cast<enum value_type>(property.type)) {
    case VALUE_INTEGER:
    case VALUE_BOOL: made->SetField(field, static_cast<GIntBig>(property.value.integer)); break;
    case VALUE_NAME: made->SetField(field, property.value.text); break;
    case VALUE_TEXT: made->SetField(field, text_of(property).c_str()); break;
    default: made->SetFieldNull(field);
    }
}

std::unique_ptr<OGRFeature> KiwiLayer::make(const struct feature &feature) const
{
    auto made = std::make_unique<OGRFeature>(m_definition);
    made->SetFID(m_dataset.fid(feature));
    for (size_t i = 0; i < feature.properties.count; i++)
        set_field(made.get(), feature.properties.items[i]);
    if (m_definition->IsGeometryIgnored() && !m_poFilterGeom)
        return made;
    std::unique_ptr<OGRGeometry> geometry = geometry_make(feature.geometry, m_type.geometry);
    if (geometry)
        geometry->assignSpatialReference(m_dataset.reference());
    made->SetGeometryDirectly(geometry.release());
    return made;
}

std::unique_ptr<OGRFeature> KiwiLayer::find(const struct options &options, GIntBig fid) const
{
    const Stream stream = open(options);
    const struct feature *feature;
    while (stream && (feature = pull(stream.get())))
        if (m_dataset.fid(*feature) == fid)
            return make(*feature);
    return nullptr;
}

OGRFeature *KiwiLayer::GetFeature(GIntBig fid)
{
    struct options options = m_all;
    if (m_type.kinds & (KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME)) {
        if (!m_dataset.find_parcel(m_all.level, fid, &options.box))
            return nullptr;
        options.has_box = !m_all.merge; // what was put together may begin elsewhere
    }
    std::unique_ptr<OGRFeature> found = find(options, fid);
    if (!found && options.has_box) // a shape without a place lies in no box
        found = find(m_all, fid);
    return found.release();
}

GIntBig KiwiLayer::GetFeatureCount(int force)
{
    if (m_poFilterGeom || m_poAttrQuery)
        return OGRLayer::GetFeatureCount(force);
    if (m_count >= 0 || !force)
        return m_count;
    const Stream stream = open(m_all);
    GIntBig count = 0;
    while (stream && pull(stream.get()))
        count++;
    m_count = count;
    return m_count;
}

OGRErr KiwiLayer::GetExtent(OGREnvelope *extent, int force)
{
    if (!m_has_extent)
        return OGRLayer::GetExtent(extent, force);
    *extent = m_extent;
    return OGRERR_NONE;
}

int KiwiLayer::TestCapability(const char *capability)
{
    if (EQUAL(capability, OLCFastFeatureCount))
        return m_count >= 0 && !m_poFilterGeom && !m_poAttrQuery;
    if (EQUAL(capability, OLCFastGetExtent) || EQUAL(capability, OLCFastSpatialFilter))
        return m_has_extent;
    if (EQUAL(capability, OLCRandomRead))
        return m_has_extent && !m_all.merge;
    return EQUAL(capability, OLCStringsAsUTF8) || EQUAL(capability, OLCIgnoreFields);
}
