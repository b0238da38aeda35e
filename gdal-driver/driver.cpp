// SPDX-License-Identifier: MIT
// The driver: which files it takes for KIWI discs, and what GDAL is to know of it.
#include <cstring>

#include <gdal_priv.h>

#include "dataset.hpp"

namespace
{

constexpr const char *NAME = "KIWI";

// Bytes up to the first volume descriptor of an image, and of it those that say which file system it begins.
constexpr int DESCRIPTOR = 32768;
constexpr int IDENTIFIER_END = DESCRIPTOR + 6;

// Whether the first bytes are those of a map that lies beside its image: libkiwi knows its mark.
bool is_map_file(const GDALOpenInfo *info)
{
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    bool map = false;
    if (info->nHeaderBytes <= 0 ||
        kiwi_source_from_memory(info->pabyHeader, static_cast<size_t>(info->nHeaderBytes), &source,
                                nullptr) != KIWI_OK)
        return false;
    if (kiwi_disc_open_source(source, "file", nullptr, &disc, nullptr) == KIWI_OK) {
        map = kiwi_disc_find_kind(disc, KIWI_FILE_ALLDATA);
        kiwi_disc_close(disc);
    }
    kiwi_source_unref(source);
    return map;
}

bool is_image(GDALOpenInfo *info)
{
    if (!info->TryToIngest(IDENTIFIER_END) || info->nHeaderBytes < IDENTIFIER_END)
        return false;
    const auto *identifier = reinterpret_cast<const char *>(info->pabyHeader) + DESCRIPTOR + 1;
    return STARTS_WITH(identifier, "CD001") || STARTS_WITH(identifier, "BEA01");
}

bool has_kiwi_file(const char *folder)
{
    const CPLStringList names(VSIReadDir(folder));
    for (int i = 0; i < names.Count(); i++)
        if (EQUAL(CPLGetExtension(names[i]), "KWI"))
            return true;
    return false;
}

// Whether the caller asked for this driver and no other one.
bool is_asked_for(const GDALOpenInfo *info)
{
    const char *const *allowed = info->papszAllowedDrivers;
    return allowed && allowed[0] && !allowed[1] && EQUAL(allowed[0], NAME);
}

// An image may hold anything, so only opening it says what it is.
int look(GDALOpenInfo *info)
{
    if (info->bIsDirectory)
        return has_kiwi_file(info->pszFilename);
    if (!info->fpL)
        return FALSE;
    return is_map_file(info) ? TRUE : is_image(info) ? -1 : FALSE;
}

// Later GDALs do not open what is said to be none of ours; who asked for us gets a reason.
int identify(GDALOpenInfo *info)
{
    const int found = look(info);
    return found == FALSE && is_asked_for(info) ? -1 : found;
}

GDALDataset *open(GDALOpenInfo *info)
{
    const int identified = identify(info);
    const bool sure = identified == TRUE || is_asked_for(info);
    if (!sure && identified == FALSE)
        return nullptr;
    if (info->eAccess == GA_Update) {
        if (is_asked_for(info)) // others try so before they read, such as QGIS
            CPLError(CE_Failure, CPLE_NotSupported, "The KIWI driver does not write; kiwipatch does.");
        return nullptr;
    }
    auto dataset = std::make_unique<KiwiDataset>();
    struct kiwi_error error = {};
    const enum kiwi_status status = dataset->open(info->pszFilename, info->papszOpenOptions, &error);
    if (status == KIWI_OK)
        return dataset.release();
    if (sure || status != KIWI_ERROR_NOT_KIWI)
        findings_fail(error);
    return nullptr;
}

constexpr const char *OPEN_OPTIONS =
    "<OpenOptionList>"
    "<Option name='LEVEL' type='int' description='Layers of this level only, beside those without one'/>"
    "<Option name='MERGE' type='boolean' default='NO' description='Put shapes together that are cut at the "
    "edges of parcels'/>"
    "<Option name='DELETED' type='boolean' default='NO' description='With what the disc marks as deleted'/>"
    "<Option name='CHARSET' type='string' description='Character set of texts, instead of what the disc "
    "declares'/>"
    "<Option name='DATUM' type='string-select' description='Datum of places, instead of what the disc "
    "declares'>"
    "<Value>WGS84</Value><Value>TOKYO</Value></Option>"
    "</OpenOptionList>";

} // namespace

CPL_C_START
void CPL_DLL RegisterOGRKIWI(void);
CPL_C_END

void RegisterOGRKIWI(void)
{
    if (!GDAL_CHECK_VERSION(NAME) || GDALGetDriverByName(NAME))
        return;
    auto driver = std::make_unique<GDALDriver>();
    driver->SetDescription(NAME);
    driver->SetMetadataItem(GDAL_DMD_LONGNAME, "KIWI car navigation discs");
    driver->SetMetadataItem(GDAL_DMD_EXTENSIONS, "iso kwi");
    driver->SetMetadataItem(GDAL_DMD_OPENOPTIONLIST, OPEN_OPTIONS);
    for (const char *capability :
         {GDAL_DCAP_VECTOR, GDAL_DCAP_OPEN, GDAL_DCAP_VIRTUALIO, GDAL_DCAP_FIELD_DOMAINS})
        driver->SetMetadataItem(capability, "YES");
    driver->pfnIdentify = identify;
    driver->pfnOpen = open;
    GetGDALDriverManager()->RegisterDriver(driver.release());
}
