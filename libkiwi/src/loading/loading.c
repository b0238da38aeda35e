/* SPDX-License-Identifier: MIT */
/* LOADING.KWI (chapter 30): its systems and modules, and where each module lies. */
#include "loading/components.h"
#include "loading/loading_pieces.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"
#include "disc/disc.h"

#define HEAD_SIZE ((uint64_t)kiwi_type_loading_module_management.fixed_size)
#define SYSTEM_SIZE ((uint64_t)kiwi_type_system_identification.fixed_size)
enum { COUNT_OFFSET = 12 }; /* of number_of_modules in a system's record */
#define IDENTIFICATION_SIZE ((uint64_t)kiwi_type_module_identification.fixed_size)
#define MANAGEMENT_SIZE ((uint64_t)kiwi_type_module_management_information.fixed_size)

struct kiwi_loading {
    uint64_t size; /* of the file */
    uint64_t header_size;
    struct kiwi_loading_system *systems;
    size_t system_count;
    struct kiwi_loading_module *modules;
    size_t module_count;
    struct kiwi_components components;
};

/** What is needed while the tables are read. */
struct reading {
    struct kiwi_loading *loading;
    struct kiwi_source *source;
    const struct kiwi_reporter *reporter;
    const char *path;
};

/* Findings */

static void report(const struct reading *reading, enum kiwi_severity severity, uint64_t offset,
                   const char *path, const char *field, const char *expected, const char *found)
{
    struct kiwi_finding finding = {severity, offset, reading->path, path, field, expected, found};
    if (reading->reporter->callback)
        reading->reporter->callback(reading->reporter->context, &finding);
}

static void report_number(const struct reading *reading, enum kiwi_severity severity, uint64_t offset,
                          const char *path, const char *field, const char *expected, uint64_t found)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    report(reading, severity, offset, path, field, expected, text);
}

/** A finding about a module. */
static void report_module(const struct reading *reading, enum kiwi_severity severity,
                          const struct kiwi_loading_module *module, bool management, const char *field,
                          const char *expected, const char *found)
{
    char path[80];
    const struct kiwi_record_type *type = management ? &kiwi_type_module_management_information
                                                     : &kiwi_type_module_identification;
    uint64_t offset = management ? module->management_offset : module->identification_offset;
    for (unsigned i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, field) == 0)
            offset += type->fields[i].offset;
    snprintf(path, sizeof path, "loading.system[%lu].module[%lu]%s", (unsigned long)module->system,
             (unsigned long)module->module, management ? ".management" : "");
    report(reading, severity, offset, path, field, expected, found);
}

/* Other containers under the same name */

static const struct {
    const char *bytes;
    size_t length;
    const char *what;
} signatures[] = {
    {"PK\003\004", 4, "a ZIP archive"},
    {"\037\213", 2, "a gzip file"},
    {"\3757zXZ", 5, "an xz file"},
    {"7z\274\257", 4, "a 7z archive"},
    {"Rar!", 4, "a RAR archive"},
    {"\177ELF", 4, "an ELF program"},
    {"MZ", 2, "a Windows program"},
    {"B000FF\n", 7, "a Windows CE image"},
    {"PCRD", 4, "a PCRD page table of an R-Car unit"},
    {"hsqs", 4, "a squashfs file system"},
    {"\047\005\031\126", 4, "a U-Boot image"},
    {"BM", 2, "a BMP picture"},
    {"KIWI", 4, "another KIWI file"},
    {"<?xml", 5, "an XML file"},
};

/** What the file is if it cannot be chapter 30, else NULL. */
static const char *refusal(const uint8_t *bytes, size_t length, uint64_t size)
{
    bool text = length > 0;
    if (length < HEAD_SIZE)
        return "a file too short for any table";
    uint64_t systems = kiwi_load16(bytes);
    bool reserved = kiwi_any(bytes + 2, 2);
    for (size_t i = 0; reserved && i < sizeof signatures / sizeof signatures[0]; i++)
        if (length >= signatures[i].length && memcmp(bytes, signatures[i].bytes, signatures[i].length) == 0)
            return signatures[i].what;
    for (size_t i = 0; text && i < length; i++)
        text = (bytes[i] >= 0x20 && bytes[i] < 0x7F) || (bytes[i] >= '\t' && bytes[i] <= '\r');
    if (text)
        return "a text";
    if (!kiwi_any(bytes, length))
        return "nothing but zeros";
    if (systems == 0)
        return "a container without systems, of an unknown kind";
    if (reserved && systems * SYSTEM_SIZE > size - HEAD_SIZE)
        return "a container of an unknown kind: its first word is no number of systems";
    return NULL;
}

/* Where a module lies */

struct candidate {
    enum kiwi_loading_rule rule;
    uint64_t offset, size;
    unsigned score;
};

const char *kiwi_loading_rule_name(enum kiwi_loading_rule rule)
{
    static const char *const names[] = {"none", "sector", "dsa", "byte", "words", "maker"};
    return (unsigned)rule < sizeof names / sizeof names[0] ? names[rule] : "none";
}

/** The places that an address may mean, in the order in which ties are broken. */
static size_t candidates_of(const struct kiwi_loading_module *module, struct candidate candidates[5])
{
    static const struct kiwi_sectors sectors = {KIWI_LOADING_BLOCK, 32};
    const struct kiwi_module_management_information *record = &module->management;
    struct kiwi_module_location location;
    uint64_t size = (uint64_t)record->size * KIWI_LOADING_BLOCK;
    size_t count = 0;
    candidates[count++] = (struct candidate){KIWI_LOADING_SECTOR,
                                             (uint64_t)record->address * KIWI_LOADING_BLOCK, size, 0};
    if (record->address != KIWI_DSA_NULL)
        candidates[count++] = (struct candidate){KIWI_LOADING_DSA, kiwi_dsa_offset(record->address, sectors),
                                                 size, 0};
    candidates[count++] = (struct candidate){KIWI_LOADING_BYTE, record->address, size, 0};
    candidates[count++] = (struct candidate){KIWI_LOADING_WORDS, (uint64_t)record->address * 2, size, 0};
    if (kiwi_module_location_decode(&location, record->maker_dependent, sizeof record->maker_dependent) &&
        location.length != 0)
        candidates[count++] = (struct candidate){KIWI_LOADING_MAKER, (uint64_t)location.start * 2,
                                                 (uint64_t)location.length * 2, 0};
    return count;
}

/** How much speaks for a place; 0 if it is impossible. */
static unsigned score(const struct candidate *candidate, const struct kiwi_loading *loading,
                      uint64_t previous_end, bool last)
{
    if (candidate->offset < loading->header_size || candidate->offset > loading->size ||
        candidate->size > loading->size - candidate->offset || candidate->size == 0)
        return 0;
    return 1u + (candidate->offset % KIWI_LOADING_BLOCK == 0 ? 2u : 0u) +
           (last && candidate->offset + candidate->size == loading->size ? 2u : 0u) +
           (candidate->offset == previous_end ? 1u : 0u);
}

static void explain(struct kiwi_loading_module *module, const struct candidate *candidates, size_t count,
                    size_t best, uint64_t previous_end, uint64_t file_size)
{
    const struct candidate *chosen = &candidates[best];
    size_t room = sizeof module->evidence;
    size_t used = (size_t)snprintf(module->evidence, room, "address %08lX, size %u: %s",
                                   (unsigned long)module->management.address,
                                   (unsigned)module->management.size, kiwi_loading_rule_name(module->rule));
    if (module->rule == KIWI_LOADING_NOWHERE)
        return;
    used += (size_t)snprintf(module->evidence + used, room - used, "%s%s%s",
                             chosen->offset % KIWI_LOADING_BLOCK == 0 ? ", begins a sector" : "",
                             chosen->offset == previous_end ? ", follows what is before it" : "",
                             chosen->offset + chosen->size == file_size ? ", ends at the end of the file"
                                                                        : "");
    bool any = false;
    for (size_t i = 0; i < count && used < room; i++) {
        if (i == best || candidates[i].score == 0)
            continue;
        used += (size_t)snprintf(module->evidence + used, room - used, "%s %s (%llu)",
                                 any ? "," : "; also possible:", kiwi_loading_rule_name(candidates[i].rule),
                                 (unsigned long long)candidates[i].offset);
        any = true;
    }
}

/** Scores the rules of address and size; the first of the best wins. */
static void locate(struct kiwi_loading_module *module, const struct kiwi_loading *loading,
                   uint64_t previous_end, bool last)
{
    struct candidate candidates[5];
    size_t count = candidates_of(module, candidates);
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        candidates[i].score = score(&candidates[i], loading, previous_end, last);
        if (candidates[i].score > candidates[best].score)
            best = i;
    }
    if (candidates[best].score != 0) {
        module->rule = candidates[best].rule;
        module->offset = candidates[best].offset;
        module->size = candidates[best].size;
    }
    for (size_t i = 0; i < count; i++)
        module->ambiguous |= i != best && candidates[i].score != 0 &&
                             candidates[i].score == candidates[best].score &&
                             (candidates[i].offset != module->offset || candidates[i].size != module->size);
    explain(module, candidates, count, best, previous_end, loading->size);
}

/** The list of sections in the maker-dependent area, if it is one: every one of them must lie inside the
 * file. */
static void read_sections(struct kiwi_loading_module *module, uint64_t file_size)
{
    const uint8_t *bytes = module->management.maker_dependent;
    struct kiwi_module_section_list list;
    size_t length = sizeof module->management.maker_dependent;
    size_t at = kiwi_type_module_section_list.fixed_size;
    if (!kiwi_module_section_list_decode(&list, bytes, length) ||
        list.number_of_sections > KIWI_LOADING_SECTION_LIMIT || kiwi_any(bytes + 2, 2))
        return;
    for (size_t i = 0; i < list.number_of_sections; i++, at += kiwi_type_module_section.fixed_size) {
        struct kiwi_module_section record;
        struct kiwi_loading_section *section = &module->sections[i];
        if (!kiwi_module_section_decode(&record, bytes + at, length - at))
            return;
        section->offset = (uint64_t)record.start * 2 + KIWI_LOADING_BLOCK;
        section->length = record.length;
        memcpy(section->tag, record.tag, sizeof record.tag);
        if (!kiwi_is_text((const uint8_t *)record.tag, sizeof record.tag) || section->offset > file_size ||
            section->length == 0 || section->length > file_size - section->offset)
            return;
    }
    module->section_count = list.number_of_sections;
}

/* Modules */

/** Text of a C field; false if something in it is no text. */
static bool copy_text(char *text, const char *field, size_t length)
{
    bool good = true;
    size_t end = 0;
    for (; end < length && field[end] != '\0'; end++) {
        bool printable = field[end] >= 0x20 && field[end] < 0x7F;
        text[end] = printable ? field[end] : '?';
        good = good && printable;
    }
    text[end] = '\0';
    return good;
}

static enum kiwi_status read_bytes(const struct reading *reading, uint64_t offset, uint8_t *bytes,
                                   size_t length, bool *whole, struct kiwi_error *error)
{
    size_t received = 0;
    enum kiwi_status status = kiwi_source_read_before(reading->source, offset, bytes, length, &received,
                                                      error);
    *whole = status == KIWI_OK && received == length;
    return status;
}

static enum kiwi_status read_module(const struct reading *reading, struct kiwi_loading_module *module,
                                    bool *found, struct kiwi_error *error)
{
    assert(IDENTIFICATION_SIZE <= sizeof module->identification_bytes &&
           MANAGEMENT_SIZE <= sizeof module->management_bytes);
    enum kiwi_status status = read_bytes(reading, module->identification_offset, module->identification_bytes,
                                         IDENTIFICATION_SIZE, found, error);
    if (!*found)
        return status;
    kiwi_module_identification_decode(&module->identification, module->identification_bytes,
                                      IDENTIFICATION_SIZE);
    status = read_bytes(reading, module->management_offset, module->management_bytes, MANAGEMENT_SIZE,
                        &module->has_management, error);
    if (module->has_management)
        kiwi_module_management_information_decode(&module->management, module->management_bytes,
                                                  MANAGEMENT_SIZE);
    module->offset = KIWI_NULL;
    if (!copy_text(module->name, module->identification.name, sizeof module->identification.name))
        report_module(reading, KIWI_WARNING, module, false, "name", "printable characters, then NULs",
                      module->name);
    if (!copy_text(module->version, module->identification.version, sizeof module->identification.version))
        report_module(reading, KIWI_WARNING, module, false, "version", "printable characters, then NULs",
                      module->version);
    return status;
}

/** What is wrong with one module; unit is that of the others. */
static void check_module(const struct reading *reading, const struct kiwi_loading_module *module,
                         enum kiwi_loading_rule unit)
{
    const struct kiwi_module_management_information *record = &module->management;
    char found[32];
    if (module->name[0] == '\0')
        report_module(reading, KIWI_WARNING, module, false, "name", "a name", "nothing");
    if (!module->has_management)
        return;
    if (record->valid_from != 0 && record->valid_to != 0 && record->valid_to < record->valid_from) {
        snprintf(found, sizeof found, "%u", (unsigned)record->valid_to);
        report_module(reading, KIWI_WARNING, module, true, "valid_to", "a day not before valid_from", found);
    }
    if (record->size == 0 && module->rule != KIWI_LOADING_MAKER) {
        report_module(reading, KIWI_ERROR, module, true, "size", "at least 1 block", "0");
    } else if (module->rule == KIWI_LOADING_NOWHERE) {
        snprintf(found, sizeof found, "%08lX, %u blocks", (unsigned long)record->address,
                 (unsigned)record->size);
        report_module(reading, KIWI_ERROR, module, true, "address",
                      "a place behind the tables and inside the file, in any unit", found);
    } else if (module->ambiguous) {
        report_module(reading, KIWI_NOTE, module, true, "address", "an address with one meaning",
                      module->evidence);
    } else if (module->offset % KIWI_LOADING_BLOCK != 0) {
        report_module(reading, KIWI_NOTE, module, true, "address", "the beginning of a sector",
                      module->evidence);
    } else if (module->rule != unit) {
        report_module(reading, KIWI_NOTE, module, true, "address", "the unit that other modules have",
                      module->evidence);
    }
}

/** Modules that share bytes: two names for one program are worth a note. */
static void check_overlaps(const struct reading *reading, const struct kiwi_loading *loading, size_t index)
{
    const struct kiwi_loading_module *module = &loading->modules[index];
    for (size_t i = 0; i < index && module->rule != KIWI_LOADING_NOWHERE; i++) {
        const struct kiwi_loading_module *other = &loading->modules[i];
        char found[64];
        bool meet = other->offset < module->offset ? other->size > module->offset - other->offset
                                                   : module->size > other->offset - module->offset;
        if (other->rule == KIWI_LOADING_NOWHERE || !meet)
            continue;
        snprintf(found, sizeof found, "bytes of loading.system[%lu].module[%lu]",
                 (unsigned long)other->system, (unsigned long)other->module);
        bool same = other->offset == module->offset && other->size == module->size;
        report_module(reading, same ? KIWI_NOTE : KIWI_ERROR, module, true, "address", "bytes of its own",
                      found);
        return; /* one is enough */
    }
}

/** Places all modules: what fits one of them depends on the one before. */
static void locate_all(const struct reading *reading)
{
    struct kiwi_loading *loading = reading->loading;
    uint64_t previous_end = (loading->header_size + KIWI_LOADING_BLOCK - 1) / KIWI_LOADING_BLOCK *
                            KIWI_LOADING_BLOCK;
    enum kiwi_loading_rule unit = KIWI_LOADING_NOWHERE; /* of the first module that was found */
    for (size_t i = 0; i < loading->module_count; i++) {
        struct kiwi_loading_module *module = &loading->modules[i];
        if (module->has_management) {
            locate(module, loading, previous_end, i + 1 == loading->module_count);
            read_sections(module, loading->size);
        } else {
            snprintf(module->evidence, sizeof module->evidence,
                     "the file ends before its management information");
        }
        if (module->rule != KIWI_LOADING_NOWHERE) {
            previous_end = module->offset + module->size;
            unit = unit == KIWI_LOADING_NOWHERE ? module->rule : unit;
        }
        check_module(reading, module, unit);
        check_overlaps(reading, loading, i);
    }
    if (loading->module_count > 0 &&
        loading->modules[loading->module_count - 1].rule != KIWI_LOADING_NOWHERE &&
        previous_end != loading->size)
        report_number(reading, KIWI_NOTE, previous_end < loading->size ? previous_end : loading->size,
                      "loading", "", "the end of the last module at the end of the file", previous_end);
}

/* Tables */

static enum kiwi_status read_systems(const struct reading *reading, size_t count, struct kiwi_error *error)
{
    struct kiwi_loading *loading = reading->loading;
    uint64_t tables = HEAD_SIZE + count * SYSTEM_SIZE;
    if (count > KIWI_LOADING_SYSTEM_LIMIT) {
        report_number(reading, KIWI_ERROR, 0, "loading", "number_of_systems", "at most 256", count);
        count = KIWI_LOADING_SYSTEM_LIMIT;
    }
    loading->systems = calloc(count, sizeof *loading->systems);
    if (!loading->systems)
        return kiwi_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        struct kiwi_loading_system *system = &loading->systems[i];
        bool whole;
        assert(SYSTEM_SIZE <= sizeof system->bytes);
        system->offset = HEAD_SIZE + i * SYSTEM_SIZE;
        enum kiwi_status status = read_bytes(reading, system->offset, system->bytes, SYSTEM_SIZE, &whole,
                                             error);
        if (status != KIWI_OK)
            return status;
        if (!whole) {
            report_number(reading, KIWI_ERROR, 0, "loading", "number_of_systems",
                          "that many records in the file", count);
            break;
        }
        kiwi_system_identification_decode(&system->record, system->bytes, sizeof system->bytes);
        system->is_text = kiwi_is_text((const uint8_t *)system->record.manufacturer_name,
                                       sizeof system->record.manufacturer_name);
        loading->system_count = i + 1;
        tables += (uint64_t)system->record.number_of_modules * (IDENTIFICATION_SIZE + MANAGEMENT_SIZE);
    }
    loading->header_size = tables;
    return KIWI_OK;
}

/** How many modules the tables have, as far as the file and the limit go. */
static size_t module_limit(const struct kiwi_loading *loading)
{
    uint64_t count = 0;
    for (size_t i = 0; i < loading->system_count; i++)
        count += loading->systems[i].record.number_of_modules;
    if (count > loading->size / IDENTIFICATION_SIZE)
        count = loading->size / IDENTIFICATION_SIZE;
    return count < KIWI_LOADING_MODULE_LIMIT ? (size_t)count : KIWI_LOADING_MODULE_LIMIT;
}

static enum kiwi_status read_system_modules(const struct reading *reading, size_t index, size_t limit,
                                            uint64_t *position, struct kiwi_error *error)
{
    struct kiwi_loading *loading = reading->loading;
    struct kiwi_loading_system *system = &loading->systems[index];
    uint64_t count = system->record.number_of_modules;
    uint64_t field = system->offset + COUNT_OFFSET;
    char path[48];
    snprintf(path, sizeof path, "loading.system[%lu]", (unsigned long)index);
    system->first_module = loading->module_count;
    bool whole = true;
    for (uint64_t i = 0; whole && i < count; i++) {
        bool found = false;
        whole = loading->module_count < limit;
        if (!whole)
            break;
        struct kiwi_loading_module *module = &loading->modules[loading->module_count];
        *module = (struct kiwi_loading_module){.system = (uint32_t)index, .module = (uint32_t)i};
        module->identification_offset = *position + i * IDENTIFICATION_SIZE;
        module->management_offset = *position + count * IDENTIFICATION_SIZE + i * MANAGEMENT_SIZE;
        enum kiwi_status status = read_module(reading, module, &found, error);
        if (status != KIWI_OK)
            return status;
        whole = found;
        loading->module_count += found;
        system->module_count += found;
    }
    if (system->module_count != 0 && !loading->modules[loading->module_count - 1].has_management)
        whole = false;
    if (!whole)
        report_number(reading, KIWI_ERROR, field, path, "number_of_modules",
                      limit == KIWI_LOADING_MODULE_LIMIT ? "at most 1024 modules in all"
                                                         : "that many records in the file",
                      count);
    *position += count * (IDENTIFICATION_SIZE + MANAGEMENT_SIZE);
    return KIWI_OK;
}

static enum kiwi_status find_components(const struct reading *reading, struct kiwi_error *error)
{
    struct kiwi_loading *loading = reading->loading;
    enum kiwi_status status = kiwi_components_find(reading->source, loading->header_size,
                                                   &loading->components, error);
    for (size_t i = 0; i < loading->components.count; i++) {
        const struct kiwi_loading_component *component = &loading->components.items[i];
        char path[48];
        snprintf(path, sizeof path, "loading.component[%lu]", (unsigned long)i);
        if (component->offset > loading->size || component->size > loading->size - component->offset)
            report_number(reading, KIWI_ERROR, component->entry_offset, path, "size",
                          "a component inside the file", component->size);
    }
    return status;
}

static enum kiwi_status read_tables(const struct reading *reading, size_t systems, struct kiwi_error *error)
{
    struct kiwi_loading *loading = reading->loading;
    uint64_t position = HEAD_SIZE + systems * SYSTEM_SIZE;
    enum kiwi_status status = read_systems(reading, systems, error);
    if (status != KIWI_OK)
        return status;
    size_t limit = module_limit(loading);
    loading->modules = calloc(limit + 1, sizeof *loading->modules);
    if (!loading->modules)
        return kiwi_fail_memory(error);
    for (size_t i = 0; i < loading->system_count; i++) {
        if (loading->systems[i].record.number_of_modules == 0)
            report(reading, KIWI_WARNING, loading->systems[i].offset + COUNT_OFFSET, "loading",
                   "number_of_modules", "at least 1", "0");
        status = read_system_modules(reading, i, limit, &position, error);
        if (status != KIWI_OK)
            return status;
    }
    locate_all(reading);
    return find_components(reading, error);
}

enum kiwi_status kiwi_loading_open_reporting(const struct kiwi_file *file,
                                             const struct kiwi_reporter *reporter,
                                             struct kiwi_loading **loading, struct kiwi_error *error)
{
    struct kiwi_source *source = file->source;
    uint8_t head[512];
    size_t received = 0;
    assert(source);
    *loading = NULL;
    enum kiwi_status status = kiwi_source_read_before(source, 0, head, sizeof head, &received, error);
    if (status != KIWI_OK)
        return status;
    const char *other = refusal(head, received, kiwi_source_size(source));
    if (other)
        return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, 0,
                         "%s: no loading module management (chapter 30) but %s", file->path, other);
    struct kiwi_loading *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    made->size = kiwi_source_size(source);
    const struct reading reading = {made, source, reporter, file->path};
    status = read_tables(&reading, kiwi_load16(head), error);
    if (status != KIWI_OK) {
        kiwi_loading_close(made);
        return status;
    }
    *loading = made;
    return KIWI_OK;
}

enum kiwi_status kiwi_loading_open(const struct kiwi_disc *disc, const struct kiwi_file *file,
                                   struct kiwi_loading **loading, struct kiwi_error *error)
{
    return kiwi_loading_open_reporting(file, &disc->listener, loading, error);
}

void kiwi_loading_close(struct kiwi_loading *loading)
{
    if (!loading)
        return;
    free(loading->systems);
    free(loading->modules);
    free(loading);
}

uint64_t kiwi_loading_header_size(const struct kiwi_loading *loading)
{
    return loading->header_size;
}

size_t kiwi_loading_system_count(const struct kiwi_loading *loading)
{
    return loading->system_count;
}

const struct kiwi_loading_system *kiwi_loading_system(const struct kiwi_loading *loading, size_t index)
{
    return index < loading->system_count ? &loading->systems[index] : NULL;
}

size_t kiwi_loading_module_count(const struct kiwi_loading *loading)
{
    return loading->module_count;
}

const struct kiwi_loading_module *kiwi_loading_module(const struct kiwi_loading *loading, size_t index)
{
    return index < loading->module_count ? &loading->modules[index] : NULL;
}

size_t kiwi_loading_component_count(const struct kiwi_loading *loading)
{
    return loading->components.count;
}

const struct kiwi_loading_component *kiwi_loading_component(const struct kiwi_loading *loading, size_t index)
{
    return index < loading->components.count ? &loading->components.items[index] : NULL;
}
