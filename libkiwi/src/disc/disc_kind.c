/* SPDX-License-Identifier: MIT */
/* Kinds of files: by name and folder, and by their first bytes. */
#include "disc/disc.h"

#include "bytes/source.h"
#include "bytes/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Format Version Number of the Data Volume, chapter 5.1: "FORMAT VERSION KIWI01-22-00" and the like. */
enum { VERSION_OFFSET = 160 };
enum { VERSION_LENGTH = 64 };

/* So many files are asked for their content if none is named ALLDATA.KWI; a seek on a DVD takes 0.1 s. */
enum { PROBE_LIMIT = 64 };

static const struct {
    const char *name;
    enum kiwi_file_kind kind;
} names[] = {
    {"ALLDATA.KWI", KIWI_FILE_ALLDATA}, {"INDEXDAT.KWI", KIWI_FILE_INDEX},
    {"LOADING.KWI", KIWI_FILE_LOADING}, {"METADATA.KWI", KIWI_FILE_METADATA},
    {"SPEC.KWI", KIWI_FILE_SPEC},       {"VERSION.TXT", KIWI_FILE_VERSION},
};

/* Names of which the beginning, up to '*', and the extension count. */
static const struct {
    const char *pattern;
    enum kiwi_file_kind kind;
} patterns[] = {
    {"COUNTRY.KWI", KIWI_FILE_COUNTRY},   {"COVERAGE.TXT", KIWI_FILE_COVERAGE},
    {"COVERAGE.BIN", KIWI_FILE_COVERAGE}, {"CLUSTER.DAT", KIWI_FILE_CLUSTER},
    {"PCT2MNG.KWI", KIWI_FILE_PICTURES},  {"PCT2DAT.KWI", KIWI_FILE_PICTURES},
    {"KPCT2DT.KWI", KIWI_FILE_PICTURES},  {"GRA256D.KWI", KIWI_FILE_PICTURES},
    {"KGRA256.KWI", KIWI_FILE_PICTURES},  {"PCT256D.KWI", KIWI_FILE_PICTURES},
    {"KPCT256.KWI", KIWI_FILE_PICTURES},  {"VAR256D.KWI", KIWI_FILE_PICTURES},
    {"KGRPDAT.KWI", KIWI_FILE_PICTURES},  {"DICVCE*.KWI", KIWI_FILE_DICTIONARY},
    {"VOICE*.ME", KIWI_FILE_VOICE},       {"VIRTUAL*.DAT", KIWI_FILE_VIRTUAL},
};

static bool matches(const char *name, const char *pattern)
{
    size_t head = strcspn(pattern, "*");
    size_t length = strlen(name);
    size_t tail = pattern[head] == '*' ? strlen(pattern) - head - 1 : 0;
    char begin[32];
    char wanted[32];

    if (pattern[head] != '*')
        return kiwi_compare_case(name, pattern) == 0;
    if (length < head + tail || head >= sizeof begin)
        return false;
    memcpy(begin, name, head);
    memcpy(wanted, pattern, head);
    begin[head] = wanted[head] = '\0';
    return kiwi_compare_case(begin, wanted) == 0 &&
           kiwi_compare_case(name + length - tail, pattern + head + 1) == 0;
}

const char *kiwi_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool has_extension(const char *path, const char *extension)
{
    const char *dot = strrchr(kiwi_base_name(path), '.');

    return dot && kiwi_compare_case(dot + 1, extension) == 0;
}

static bool is_in_folder(const char *path, const char *folder)
{
    const char *end = kiwi_base_name(path);
    size_t length = strlen(folder);
    char name[16];

    if (end == path || (size_t)(end - 1 - path) < length || length >= sizeof name)
        return false;
    end--;
    memcpy(name, end - length, length);
    name[length] = '\0';
    return kiwi_compare_case(name, folder) == 0 &&
           ((size_t)(end - path) == length || end[-(ptrdiff_t)length - 1] == '/');
}

enum kiwi_file_kind kiwi_kind_by_name(const char *path, const char **reason)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (kiwi_compare_case(kiwi_base_name(path), names[i].name) == 0) {
            *reason = "file name";
            return names[i].kind;
        }
    }
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (matches(kiwi_base_name(path), patterns[i].pattern)) {
            *reason = "file name";
            return patterns[i].kind;
        }
    }
    if (has_extension(path, "BMP") && is_in_folder(path, "COVERAGE")) {
        *reason = "folder COVERAGE";
        return KIWI_FILE_COVERAGE;
    }
    if (has_extension(path, "IDX")) {
        *reason = "extension IDX";
        return KIWI_FILE_INDEX;
    }
    if (is_in_folder(path, "IDX")) {
        *reason = "folder IDX";
        return KIWI_FILE_INDEX;
    }
    *reason = has_extension(path, "KWI") ? "extension KWI" : "name and place tell nothing";
    return KIWI_FILE_UNKNOWN;
}

bool kiwi_kind_is_kiwi(const struct kiwi_file *file)
{
    /* VERSION.TXT and *.IDX are names that other things have too. */
    return file->kind == KIWI_FILE_ALLDATA || has_extension(file->path, "KWI") ||
           (file->kind == KIWI_FILE_INDEX && is_in_folder(file->path, "IDX"));
}

/* Reads the format version text; true if it names KIWI. */
static bool read_version(struct kiwi_source *source, uint8_t version[VERSION_LENGTH], size_t *length)
{
    *length = 0;
    if (!source || kiwi_source_read(source, VERSION_OFFSET, version, VERSION_LENGTH, length, NULL) != KIWI_OK)
        return false;
    for (size_t i = 0; i + 4 <= *length; i++)
        if (memcmp(version + i, "KIWI", 4) == 0)
            return true;
    return false;
}

static void report_version(const struct kiwi_disc *disc, const struct kiwi_file *file, const uint8_t *version,
                           size_t length)
{
    char found[VERSION_LENGTH * 3 + 16];
    size_t used = 0;

    for (size_t i = 0; i < length && i < 16; i++)
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%02x", i > 0 ? " " : "", version[i]);
    kiwi_report(&disc->reporter, KIWI_WARNING, file->path, VERSION_OFFSET, "format_version_number",
                "text with KIWI", used > 0 ? found : "nothing that can be read");
}

void kiwi_kind_classify(struct kiwi_disc *disc)
{
    uint8_t version[VERSION_LENGTH];
    size_t length;
    size_t probes = disc->container == KIWI_CONTAINER_FILE ? 1 : PROBE_LIMIT;
    bool found = false;

    for (size_t i = 0; i < disc->file_count; i++) {
        struct kiwi_file *file = &disc->files[i];

        file->kind = kiwi_kind_by_name(file->path, &file->reason);
        if (file->kind != KIWI_FILE_ALLDATA)
            continue;
        if (read_version(file->source, version, &length)) {
            file->reason = "format version text at byte 160";
            found = true;
        } else {
            file->reason = "file name, though the format version text at byte 160 is not there";
            report_version(disc, file, version, length);
        }
    }
    for (size_t i = 0; i < disc->file_count && !found && probes > 0; i++) {
        struct kiwi_file *file = &disc->files[i];

        if (file->kind != KIWI_FILE_UNKNOWN ||
            (disc->container != KIWI_CONTAINER_FILE && !has_extension(file->path, "KWI")))
            continue;
        probes--;
        if (read_version(file->source, version, &length)) {
            file->kind = KIWI_FILE_ALLDATA;
            file->reason = "format version text at byte 160";
        }
    }
}

const char *kiwi_file_kind_name(enum kiwi_file_kind kind)
{
    switch (kind) {
    case KIWI_FILE_ALLDATA: return "alldata";
    case KIWI_FILE_INDEX: return "index";
    case KIWI_FILE_LOADING: return "loading";
    case KIWI_FILE_METADATA: return "metadata";
    case KIWI_FILE_SPEC: return "spec";
    case KIWI_FILE_VERSION: return "version";
    case KIWI_FILE_COUNTRY: return "country";
    case KIWI_FILE_COVERAGE: return "coverage";
    case KIWI_FILE_CLUSTER: return "cluster";
    case KIWI_FILE_PICTURES: return "pictures";
    case KIWI_FILE_DICTIONARY: return "dictionary";
    case KIWI_FILE_VOICE: return "voice";
    case KIWI_FILE_VIRTUAL: return "virtual";
    case KIWI_FILE_UNKNOWN: break;
    }
    return "unknown";
}
