/* SPDX-License-Identifier: MIT */
/* The systems and modules of LOADING.KWI (chapter 30), as JSON and as files. */
#include "loading.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/bmp.h"
#include "common/hash.h"
#include "dump.h"
#include "known_modules.h"
#include "value.h"

/* Hashes */

static enum kiwi_status hash(struct kiwi_source *source, uint64_t offset, uint64_t size,
                             struct hashes *hashes, struct kiwi_error *error)
{
    static uint8_t bytes[1 << 16];
    struct hasher hasher;
    hasher_begin(&hasher, HASH_CRC32 | HASH_MD5 | HASH_SHA256);
    while (size != 0) {
        size_t wanted = size < sizeof bytes ? (size_t)size : sizeof bytes;
        size_t received = 0;
        enum kiwi_status status = kiwi_source_read_around(source, offset, bytes, wanted, &received, error);
        if (status != KIWI_OK)
            return status;
        if (received == 0)
            return dump_fail(error, KIWI_ERROR_IO, "LOADING.KWI ends early");
        hasher_take(&hasher, bytes, received);
        offset += received;
        size -= received;
    }
    hasher_end(&hasher, hashes);
    return KIWI_OK;
}

/* The document */

static bool is_damaged(const struct kiwi_file *file, const struct kiwi_loading_component *component)
{
    struct kiwi_extent bad;
    return kiwi_source_unreadable(file->source, component->offset, component->offset + component->size, &bad);
}

static bool is_whole(const struct kiwi_file *file, const struct kiwi_loading_component *component)
{
    return component->offset <= file->size && component->size <= file->size - component->offset;
}

static const struct kiwi_loading_component *component_called(const struct kiwi_loading *loading,
                                                             const char *name)
{
    for (size_t i = 0; i < kiwi_loading_component_count(loading); i++)
        if (strcmp(kiwi_loading_component(loading, i)->name, name) == 0)
            return kiwi_loading_component(loading, i);
    return NULL;
}

/** The fields of a record of fixed size. */
static void put_fields(struct json *json, const struct values *values, const struct kiwi_record_type *type,
                       const uint8_t *bytes)
{
    struct kiwi_layout layout = {.head = type->fixed_size};
    layout.length[0] = type->fixed_size;
    if (type->layout)
        type->layout(bytes, type->fixed_size, NULL, &layout);
    value_fields(json, values, type, bytes, &layout);
}

static void put_systems(struct json *json, const struct values *values, const struct kiwi_loading *loading)
{
    json_key(json, "systems");
    json_begin_array(json);
    for (size_t i = 0; i < kiwi_loading_system_count(loading); i++) {
        const struct kiwi_loading_system *system = kiwi_loading_system(loading, i);
        json_begin_object(json);
        json_key(json, "offset");
        json_unsigned(json, system->offset);
        json_key(json, "modules");
        json_unsigned(json, system->module_count);
        json_key(json, "fields");
        put_fields(json, values, &kiwi_type_system_identification, system->bytes);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_sections(struct json *json, const struct kiwi_loading_module *module)
{
    json_key(json, "sections");
    json_begin_array(json);
    for (size_t i = 0; i < module->section_count; i++) {
        json_begin_object(json);
        json_key(json, "tag");
        json_string(json, module->sections[i].tag);
        json_key(json, "offset");
        json_unsigned(json, module->sections[i].offset);
        json_key(json, "size");
        json_unsigned(json, module->sections[i].length);
        json_end_object(json);
    }
    json_end_array(json);
}

static enum kiwi_status put_pictures(struct json *json, const struct kiwi_file *file,
                                     const struct kiwi_loading_module *module, struct kiwi_error *error)
{
    struct bmp bmp;
    uint64_t end = module->offset + module->size;
    enum kiwi_status status;
    json_key(json, "pictures");
    json_begin_array(json);
    for (uint64_t at = module->offset; (status = bmp_next(file->source, at, end, &bmp, error)) == KIWI_OK;
         at = bmp.offset + bmp.size) {
        json_begin_object(json);
        json_key(json, "offset");
        json_unsigned(json, bmp.offset);
        json_key(json, "size");
        json_unsigned(json, bmp.size);
        json_key(json, "width");
        json_unsigned(json, bmp.width);
        json_key(json, "height");
        json_unsigned(json, bmp.height);
        json_key(json, "bits");
        json_unsigned(json, bmp.bits);
        json_end_object(json);
    }
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static void put_hashes(struct json *json, const struct hashes *hashes)
{
    char crc[9], sha256[HASH_TEXT];
    snprintf(crc, sizeof crc, "%08x", (unsigned)hashes->crc32);
    hash_text(hashes->sha256, sha256);
    json_key(json, "crc32");
    json_string(json, crc);
    json_key(json, "md5");
    json_string(json, hashes->md5);
    json_key(json, "sha256");
    json_string(json, sha256);
    if (known_module(hashes->md5)) {
        json_key(json, "known");
        json_string(json, known_module(hashes->md5));
    }
}

/** Where a module lies, what is in it and what its bytes hash to. */
static enum kiwi_status put_place(struct json *json, const struct kiwi_file *file,
                                  const struct kiwi_loading_module *module, struct kiwi_error *error)
{
    struct hashes hashes = {0};
    json_key(json, "address_rule");
    json_string(json, kiwi_loading_rule_name(module->rule));
    json_key(json, "ambiguous");
    json_bool(json, module->ambiguous);
    json_key(json, "evidence");
    json_string(json, module->evidence);
    if (module->rule == KIWI_LOADING_NOWHERE)
        return KIWI_OK;
    json_key(json, "offset");
    json_unsigned(json, module->offset);
    json_key(json, "size");
    json_unsigned(json, module->size);
    enum kiwi_status status = hash(file->source, module->offset, module->size, &hashes, error);
    if (status != KIWI_OK)
        return status;
    struct kiwi_extent bad;
    if (!kiwi_source_unreadable(file->source, module->offset, module->offset + module->size, &bad))
        put_hashes(json, &hashes);
    if (module->section_count != 0)
        put_sections(json, module);
    return put_pictures(json, file, module, error);
}

static enum kiwi_status put_module(struct json *json, const struct values *values,
                                   const struct kiwi_file *file, const struct kiwi_loading_module *module,
                                   struct kiwi_error *error)
{
    char path[64];
    snprintf(path, sizeof path, "loading.system[%lu].module[%lu]", (unsigned long)module->system,
             (unsigned long)module->module);
    json_begin_object(json);
    json_key(json, "path");
    json_name(json, path);
    json_key(json, "name");
    json_string(json, module->name);
    json_key(json, "version");
    json_string(json, module->version);
    enum kiwi_status status = put_place(json, file, module, error);
    json_key(json, "identification");
    put_fields(json, values, &kiwi_type_module_identification, module->identification_bytes);
    if (module->has_management) {
        json_key(json, "management");
        put_fields(json, values, &kiwi_type_module_management_information, module->management_bytes);
    }
    json_end_object(json);
    return status;
}

/* Components */

/** Where the bytes of a component lie, and what they hash to. */
static enum kiwi_status put_component_place(struct json *json, const struct kiwi_file *file,
                                            const struct kiwi_loading_component *component,
                                            struct hashes *hashes, struct kiwi_error *error)
{
    char crc[9], sha256[HASH_TEXT];
    json_key(json, "offset");
    json_unsigned(json, component->offset);
    json_key(json, "size");
    json_unsigned(json, component->size);
    if (!is_whole(file, component))
        return KIWI_OK; /* a finding says so */
    enum kiwi_status status = hash(file->source, component->offset, component->size, hashes, error);
    if (status != KIWI_OK)
        return status;
    snprintf(crc, sizeof crc, "%08x", (unsigned)hashes->crc32);
    hash_text(hashes->sha256, sha256);
    json_key(json, "crc32");
    json_string(json, crc);
    json_key(json, "sha256");
    json_string(json, sha256);
    return KIWI_OK;
}

/** What the boot loader's block says, and whether the kernel has the CRC that stands there. */
static enum kiwi_status put_boot_block(struct json *json, const struct values *values,
                                       const struct kiwi_file *file, const struct kiwi_loading *loading,
                                       const struct kiwi_loading_component *block, struct kiwi_error *error)
{
    const struct kiwi_record_type *type = &kiwi_type_boot_parameters;
    const struct kiwi_loading_component *kernel = component_called(loading, "xipImage");
    uint8_t bytes[512];
    struct kiwi_boot_parameters boot;
    struct hashes hashes = {0};
    size_t received;
    assert(type->fixed_size == sizeof bytes);
    enum kiwi_status status = kiwi_source_read_around(file->source, block->offset, bytes, sizeof bytes,
                                                      &received, error);
    if (status != KIWI_OK || received < sizeof bytes || is_damaged(file, block))
        return status;
    json_key(json, "boot");
    put_fields(json, values, type, bytes);
    if (!kernel || !is_whole(file, kernel) || is_damaged(file, kernel) ||
        !kiwi_boot_parameters_decode(&boot, bytes, sizeof bytes))
        return KIWI_OK;
    status = hash(file->source, kernel->offset, kernel->size, &hashes, error);
    json_key(json, "kernel_crc_fits");
    json_bool(json, status == KIWI_OK && boot.kernel_crc == hashes.crc32);
    return status;
}

static enum kiwi_status put_components(struct json *json, const struct values *values,
                                       const struct kiwi_file *file, const struct kiwi_loading *loading,
                                       struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    json_key(json, "components");
    json_begin_array(json);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_loading_component_count(loading); i++) {
        const struct kiwi_loading_component *component = kiwi_loading_component(loading, i);
        struct hashes hashes = {0};
        char path[48];
        snprintf(path, sizeof path, "loading.component[%lu]", (unsigned long)i);
        json_begin_object(json);
        json_key(json, "path");
        json_name(json, path);
        json_key(json, "name");
        json_string(json, component->name);
        status = put_component_place(json, file, component, &hashes, error);
        if (status == KIWI_OK && is_whole(file, component) && strcmp(component->name, "pmb") == 0 &&
            component->size == kiwi_type_boot_parameters.fixed_size)
            status = put_boot_block(json, values, file, loading, component, error);
        json_end_object(json);
    }
    json_end_array(json);
    return status;
}

enum kiwi_status loading_document(struct dump *dump, struct kiwi_error *error)
{
    struct json *json = &dump->json;
    const struct kiwi_file *file = kiwi_disc_find_kind(dump->disc, KIWI_FILE_LOADING);
    const struct values values = {.disc = dump->disc, .sectors = KIWI_USUAL_SECTORS};
    struct kiwi_loading *loading;
    if (!file || !file->source ||
        (dump->options.file && kiwi_disc_find(dump->disc, dump->options.file, NULL) != file))
        return KIWI_OK;
    enum kiwi_status status = kiwi_loading_open(dump->disc, file, &loading, error);
    if (status != KIWI_OK && status != KIWI_ERROR_NOT_KIWI)
        return status;
    json_key(json, "loading");
    json_begin_object(json);
    json_key(json, "file");
    json_string(json, file->path);
    if (status == KIWI_ERROR_NOT_KIWI) {
        json_key(json, "refused");
        json_string(json, error->text);
        json_end_object(json);
        return KIWI_OK;
    }
    json_key(json, "tables_size");
    json_unsigned(json, kiwi_loading_header_size(loading));
    put_systems(json, &values, loading);
    json_key(json, "modules");
    json_begin_array(json);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_loading_module_count(loading); i++)
        status = put_module(json, &values, file, kiwi_loading_module(loading, i), error);
    json_end_array(json);
    if (status == KIWI_OK && kiwi_loading_component_count(loading) > 0)
        status = put_components(json, &values, file, loading, error);
    json_end_object(json);
    kiwi_loading_close(loading);
    return status;
}

/* --extract */

/** A name for a file on the host: what could mean something else there is an underscore. */
static void safe_name(char *text)
{
    for (; *text; text++) {
        bool safe = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                    (*text >= '0' && *text <= '9') || *text == '-' || *text == '.';
        *text = safe ? *text : '_';
    }
}

static enum kiwi_status module_pieces(const struct kiwi_file *file, const struct kiwi_loading_module *module,
                                      loading_piece_callback *callback, void *context,
                                      struct kiwi_error *error)
{
    char name[sizeof module->name];
    struct bmp bmp;
    struct loading_piece piece = {.kind = "module", .offset = module->offset, .size = module->size};
    memcpy(name, module->name, sizeof name);
    safe_name(name);
    snprintf(piece.path, sizeof piece.path, "LOADING.modules/%lu.%lu-%s.bin", (unsigned long)module->system,
             (unsigned long)module->module, name);
    enum kiwi_status status = callback(context, file, &piece, error);
    piece.kind = "picture";
    for (uint64_t at = module->offset; status == KIWI_OK; at = bmp.offset + bmp.size) {
        status = bmp_next(file->source, at, module->offset + module->size, &bmp, error);
        if (status != KIWI_OK)
            break;
        piece.offset = bmp.offset;
        piece.size = bmp.size;
        snprintf(piece.path, sizeof piece.path, "LOADING.modules/%lu.%lu-%s-0x%llx.bmp",
                 (unsigned long)module->system, (unsigned long)module->module, name,
                 (unsigned long long)(bmp.offset - module->offset));
        status = callback(context, file, &piece, error);
    }
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status component_pieces(const struct kiwi_file *file, const struct kiwi_loading *loading,
                                         loading_piece_callback *callback, void *context,
                                         struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; status == KIWI_OK && i < kiwi_loading_component_count(loading); i++) {
        const struct kiwi_loading_component *component = kiwi_loading_component(loading, i);
        struct loading_piece piece = {
            .kind = "component", .offset = component->offset, .size = component->size};
        char name[sizeof component->name];
        memcpy(name, component->name, sizeof name);
        safe_name(name);
        snprintf(piece.path, sizeof piece.path, "LOADING.components/%lu-%s", (unsigned long)i, name);
        if (is_whole(file, component))
            status = callback(context, file, &piece, error);
    }
    return status;
}

enum kiwi_status loading_pieces(const struct kiwi_disc *disc, const struct kiwi_file *file,
                                loading_piece_callback *callback, void *context, struct kiwi_error *error)
{
    struct kiwi_loading *loading;
    enum kiwi_status status = kiwi_loading_open(disc, file, &loading, error);
    if (status == KIWI_ERROR_NOT_KIWI)
        return KIWI_OK;
    if (status != KIWI_OK)
        return status;
    for (size_t i = 0; status == KIWI_OK && i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (module->rule != KIWI_LOADING_NOWHERE)
            status = module_pieces(file, module, callback, context, error);
    }
    if (status == KIWI_OK)
        status = component_pieces(file, loading, callback, context, error);
    kiwi_loading_close(loading);
    return status;
}
