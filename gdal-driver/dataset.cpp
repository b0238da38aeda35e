// SPDX-License-Identifier: MIT
// A disc as a dataset: its layers, and what it says of itself.
#include "dataset.hpp"

#include <cstring>
#include <set>

#include "vsi_source.hpp"
extern "C" {
#include "kiwidump/fail.h"
}

namespace
{

constexpr int OFFSET_BITS = 40; // of a FID; a file of a disc is smaller than 1 TiB

} // namespace

KiwiDataset::KiwiDataset() : m_reference(new OGRSpatialReference())
{
    m_reference->SetWellKnownGeogCS("WGS84");
    m_reference->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
}

KiwiDataset::~KiwiDataset()
{
    m_layers.clear();
    m_map.reset();
    kiwi_disc_close(m_disc);
    m_reference->Release();
}

static enum kiwi_status open_disc(const char *path, const struct kiwi_disc_options &options,
                                  struct kiwi_disc **disc, struct kiwi_error *error)
{
    if (!STARTS_WITH(path, "/vsi"))
        return kiwi_disc_open(path, &options, disc, error);
    struct kiwi_source *source;
    enum kiwi_status status = vsi_source_open(path, &source, error);
    if (status != KIWI_OK)
        return status;
    status = kiwi_disc_open_source(source, CPLGetFilename(path), &options, disc, error);
    kiwi_source_unref(source);
    return status;
}

// Reads the open options that features depend on.
static enum kiwi_status read_options(char **given, struct options *options, struct kiwi_error *error)
{
    const char *level = CSLFetchNameValue(given, "LEVEL");
    options->quiet = true;
    options->merge = CPLFetchBool(given, "MERGE", false);
    options->deleted = CPLFetchBool(given, "DELETED", false);
    options->has_level = level;
    if (!level)
        return KIWI_OK;
    char *end;
    const long number = strtol(level, &end, 10);
    if (end == level || *end || number < INT8_MIN || number > INT8_MAX)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "LEVEL=%s is no number of a level", level);
    options->level = static_cast<int>(number);
    return KIWI_OK;
}

enum kiwi_status KiwiDataset::open(const char *path, char **open_options, struct kiwi_error *error)
{
    struct options wanted = {};
    struct kiwi_disc_options options = {};
    struct kiwi_map *map;
    options.size = sizeof options;
    options.finding = findings_take;
    options.context = &m_findings;
    options.charset = CSLFetchNameValue(open_options, "CHARSET");
    options.datum = CSLFetchNameValue(open_options, "DATUM");
    enum kiwi_status status = read_options(open_options, &wanted, error);
    if (status == KIWI_OK)
        status = open_disc(path, options, &m_disc, error);
    if (status != KIWI_OK)
        return status;
    status = kiwi_map_open(m_disc, &map, error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_ERROR_NOT_KIWI : status;
    m_map.reset(map);
    if (wanted.has_level && !kiwi_map_level_by_number(map, wanted.level))
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the map has no level %d", wanted.level);
    add_layers(wanted);
    describe();
    SetDescription(path);
    return KIWI_OK;
}

/* Layers */

OGRLayer *KiwiDataset::GetLayer(int index)
{
    return index >= 0 && index < GetLayerCount() ? m_layers[static_cast<size_t>(index)].get() : nullptr;
}

int KiwiDataset::TestCapability(const char *)
{
    return FALSE;
}

void KiwiDataset::add_layer(Content content, const struct options &wanted, const int *level,
                            const struct kiwi_box *box)
{
    const ContentType &type = content_types[static_cast<size_t>(content)];
    if (type.types && !GetFieldDomain(type.types->name))
        m_oMapFieldDomains[type.types->name] = columns_domain(type.types);
    m_layers.push_back(std::make_unique<KiwiLayer>(*this, type, wanted, level, box));
}

void KiwiDataset::add_layers(const struct options &wanted)
{
    add_levels(wanted);
    add_routes(wanted);
    add_index(wanted);
}

// What a level has no list for is not there; one without any lists may have frames all the same.
void KiwiDataset::add_levels(const struct options &wanted)
{
    std::set<int> numbers;
    for (size_t i = 0; i < kiwi_map_level_count(m_map.get()); i++)
        numbers.insert(kiwi_map_level(m_map.get(), i)->number);
    for (const int number : numbers) {
        const struct kiwi_level *level = kiwi_map_level_by_number(m_map.get(), number);
        const struct kiwi_level_management_record &record = level->record;
        const bool all = !record.number_of_road_display_classes &&
                         !record.number_of_background_display_classes &&
                         !record.number_of_name_display_classes;
        const struct kiwi_box box = kiwi_box_to_wgs84(kiwi_disc_geodetic(m_disc), level->box);
        if (wanted.has_level && number != wanted.level)
            continue;
        if (all || record.number_of_road_display_classes)
            add_layer(Content::Roads, wanted, &number, &box);
        if (all || record.number_of_background_display_classes)
            for (const Content content : {Content::Areas, Content::Lines, Content::Points})
                add_layer(content, wanted, &number, &box);
        if (all || record.number_of_name_display_classes)
            add_layer(Content::Names, wanted, &number, &box);
    }
}

void KiwiDataset::add_routes(const struct options &wanted)
{
    struct kiwi_regions *regions;
    struct kiwi_error error;
    std::set<int> numbers;
    const enum kiwi_status status = kiwi_regions_open(m_map.get(), &regions, &error);
    if (status != KIWI_OK) {
        if (status != KIWI_ERROR_NOT_FOUND)
            CPLError(CE_Warning, CPLE_AppDefined, "KIWI: no layers of routes: %s",
                     plain_text(error.text).c_str());
        return;
    }
    for (size_t i = 0; i < kiwi_regions_level_count(regions); i++)
        numbers.insert(kiwi_regions_level(regions, i)->number);
    numbers.erase(KIWI_DUMMY_LEVEL);
    kiwi_regions_close(regions);
    for (const int number : numbers)
        if (!wanted.has_level || number == wanted.level)
            add_layer(Content::Routes, wanted, &number, nullptr);
}

void KiwiDataset::add_index(const struct options &wanted)
{
    struct kiwi_index *index;
    struct kiwi_error error;
    size_t count;
    unsigned kinds = 0;
    const enum kiwi_status status = kiwi_index_open(m_disc, &index, &error);
    if (status != KIWI_OK) {
        if (status != KIWI_ERROR_NOT_FOUND)
            CPLError(CE_Warning, CPLE_AppDefined, "KIWI: no layers of the index: %s",
                     plain_text(error.text).c_str());
        return;
    }
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    for (size_t i = 0; i < count; i++)
        kinds |= lists[i].kind;
    kiwi_index_close(index);
    if (kinds & KIWI_ENTRY_STREET)
        add_layer(Content::Addresses, wanted, nullptr, nullptr);
    if (kinds & KIWI_ENTRY_PLACE)
        add_layer(Content::Places, wanted, nullptr, nullptr);
    if (kinds & KIWI_ENTRY_POI)
        add_layer(Content::Pois, wanted, nullptr, nullptr);
}

/* Records */

GIntBig KiwiDataset::fid(const struct feature &feature)
{
    const size_t count = kiwi_disc_file_count(m_disc);
    for (size_t i = 0; i < count && kiwi_disc_file(m_disc, m_file) != feature.file; i++)
        m_file = i;
    if (feature.offset >> OFFSET_BITS || kiwi_disc_file(m_disc, m_file) != feature.file)
        return OGRNullFID;
    return static_cast<GIntBig>(m_file) << OFFSET_BITS | static_cast<GIntBig>(feature.offset);
}

bool KiwiDataset::find_parcel(int level, GIntBig fid, struct kiwi_box *box)
{
    const size_t file = static_cast<size_t>(fid >> OFFSET_BITS);
    const uint64_t offset = static_cast<uint64_t>(fid) & ((UINT64_C(1) << OFFSET_BITS) - 1);
    const struct kiwi_level *found = kiwi_map_level_by_number(m_map.get(), level);
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    struct kiwi_error error;
    bool there = false;
    if (fid < 0 || file >= kiwi_disc_file_count(m_disc) || !found)
        return false;
    enum kiwi_status status = kiwi_parcels_open(m_map.get(), found, nullptr, &parcels, &error);
    if (status == KIWI_OK) {
        while (!there && (status = kiwi_parcels_next(parcels, &parcel, &error)) == KIWI_OK)
            there = parcel.file == kiwi_disc_file(m_disc, file) && offset >= parcel.offset &&
                    offset - parcel.offset < parcel.size;
        kiwi_parcels_close(parcels);
    }
    if (status != KIWI_OK && status != KIWI_END)
        findings_fail(error);
    if (there)
        *box = kiwi_box_to_wgs84(kiwi_disc_geodetic(m_disc), kiwi_parcel_box(&parcel));
    return there;
}

/* Metadata */

static void add_finding(void *context, const struct kiwi_finding *finding) noexcept
{
    auto *lines = static_cast<CPLStringList *>(context);
    lines->SetNameValue(CPLSPrintf("FINDING_%d", lines->Count() + 1), finding_text(finding).c_str());
}

void KiwiDataset::describe()
{
    static const char *const containers[] = {"file", "folder", "image"};
    const unsigned systems = kiwi_disc_file_systems(m_disc);
    std::string names;
    for (const auto &[bit, name] :
         {std::pair{KIWI_ISO9660, "ISO 9660"}, {KIWI_JOLIET, "Joliet"}, {KIWI_UDF, "UDF"}})
        if (systems & bit)
            names += (names.empty() ? "" : ", ") + std::string(name);
    SetMetadataItem("CONTAINER", containers[kiwi_disc_container(m_disc)]);
    SetMetadataItem("SIZE", CPLSPrintf("%llu", static_cast<unsigned long long>(kiwi_disc_size(m_disc))));
    for (const auto &[key, value] :
         {std::pair<const char *, const char *>{"VOLUME_ID", kiwi_disc_volume_id(m_disc)},
          {"FILE_SYSTEMS", names.c_str()},
          {"CHARSET", kiwi_disc_iconv_charset(m_disc)},
          {"DATUM", kiwi_disc_datum(m_disc)}})
        if (*value)
            SetMetadataItem(key, value);
    CPLStringList findings;
    kiwi_disc_findings(m_disc, add_finding, &findings);
    if (findings.Count() > 0)
        SetMetadata(findings.List(), "FINDINGS");
    describe_volume();
}

// Texts and numbers of the Data Volume, by their names in the schema.
void KiwiDataset::describe_volume()
{
    const struct kiwi_record_type *type = &kiwi_type_data_volume;
    std::vector<uint8_t> bytes(type->fixed_size);
    struct kiwi_layout layout = {};
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read_around(kiwi_map_file(m_map.get())->source, 0, bytes.data(), bytes.size(), &received,
                                &error) != KIWI_OK ||
        received < bytes.size())
        return;
    layout.head = layout.length[0] = type->fixed_size;
    for (unsigned i = 0; i < type->field_count; i++) {
        struct kiwi_value value;
        char text[3 * KIWI_TEXT_LIMIT + 1];
        if (!kiwi_field_value(&type->fields[i], bytes.data(), &layout, kiwi_map_sectors(m_map.get()), &value))
            continue;
        if (value.kind == KIWI_VALUE_TEXT && value.length > 0) {
            kiwi_disc_text(m_disc, value.bytes, value.length, text, sizeof text);
            SetMetadataItem(type->fields[i].name, text, "VOLUME");
        } else if (value.kind == KIWI_VALUE_FLAG || value.kind == KIWI_VALUE_NUMBER) {
            SetMetadataItem(type->fields[i].name,
                            CPLSPrintf(CPL_FRMT_GIB, static_cast<GIntBig>(value.number)), "VOLUME");
        }
    }
}
