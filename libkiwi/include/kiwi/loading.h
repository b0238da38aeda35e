/* SPDX-License-Identifier: MIT */
#ifndef KIWI_LOADING_H
#define KIWI_LOADING_H

/* LOADING.KWI (chapter 30): the programs of the unit. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/disc.h>
#include <kiwi/error.h>
#include <kiwi/records.h>

#ifdef __cplusplus
extern "C" {
#endif

/** More systems or modules than these are a finding and left out; no disc on record has more than 20 modules.
 */
enum { KIWI_LOADING_SYSTEM_LIMIT = 256 };
enum { KIWI_LOADING_MODULE_LIMIT = 1024 };
/** Addresses and sizes of modules count blocks of so many bytes. */
enum { KIWI_LOADING_BLOCK = 2048 };
/** Sections that fit the maker-dependent area of a module. */
enum { KIWI_LOADING_SECTION_LIMIT = 11 };

/** An opened LOADING.KWI. Nothing is read from the source after opening, so it may be used by several
 * threads. */
struct kiwi_loading;

/** How the address of a module was understood. Sources disagree about its unit, so all are tried and scored.
 */
enum kiwi_loading_rule {
    KIWI_LOADING_NOWHERE, /**< no rule gives a place behind the header and inside the file */
    KIWI_LOADING_SECTOR,  /**< sectors of 2,048 bytes: the one disc that was measured */
    KIWI_LOADING_DSA,     /**< sector address, the type that the standard gives */
    KIWI_LOADING_BYTE,
    KIWI_LOADING_WORDS, /**< 16-bit words */
    KIWI_LOADING_MAKER, /**< start and length in the maker-dependent area (Mitsubishi MMCS) */
};

struct kiwi_loading_system {
    uint64_t offset; /**< of its record */
    struct kiwi_system_identification record;
    uint8_t bytes[16];                 /**< of the record, as they stand in the file */
    bool is_text;                      /**< manufacturer_name holds, else manufacturer_id */
    size_t first_module, module_count; /**< modules that the file really has */
};

/** A piece of a module that the maker-dependent area lists (Audi). */
struct kiwi_loading_section {
    char tag[5];
    uint64_t offset, length;
};

struct kiwi_loading_module {
    uint32_t system, module;        /**< as in the path loading.system[0].module[1] */
    uint64_t identification_offset; /**< of the records in the file */
    uint64_t management_offset;
    struct kiwi_module_identification identification;
    struct kiwi_module_management_information management;
    uint8_t identification_bytes[64]; /**< of the records, as they stand in the file */
    uint8_t management_bytes[256];
    bool has_management;       /**< false: the file ends before it */
    char name[53], version[9]; /**< up to the first NUL; "?" for what is not ASCII */
    enum kiwi_loading_rule rule;
    bool ambiguous;        /**< another rule fits as well */
    uint64_t offset, size; /**< of its bytes in the file; KIWI_NULL and 0 if the rule is NOWHERE */
    char evidence[200];    /**< why this rule, and which others would fit */
    struct kiwi_loading_section sections[KIWI_LOADING_SECTION_LIMIT];
    size_t section_count;
};

/**
 * Reads the tables of LOADING.KWI, a file of disc that has a source; afterwards the disc is not needed.
 * KIWI_ERROR_NOT_KIWI with a word on what it is if the file is another container under that name.
 */
KIWI_API enum kiwi_status kiwi_loading_open(const struct kiwi_disc *disc, const struct kiwi_file *file,
                                            struct kiwi_loading **loading, struct kiwi_error *error);
KIWI_API void kiwi_loading_close(struct kiwi_loading *loading); /**< NULL is allowed */

/** Bytes of all tables, by their counts; modules lie behind them. */
KIWI_API uint64_t kiwi_loading_header_size(const struct kiwi_loading *loading);

KIWI_API size_t kiwi_loading_system_count(const struct kiwi_loading *loading);
KIWI_API const struct kiwi_loading_system *kiwi_loading_system(const struct kiwi_loading *loading,
                                                               size_t index);

/** Modules of all systems, in the order of the file. They live as long as loading. */
KIWI_API size_t kiwi_loading_module_count(const struct kiwi_loading *loading);
KIWI_API const struct kiwi_loading_module *kiwi_loading_module(const struct kiwi_loading *loading,
                                                               size_t index);

/** A component of files for R-Car units, which a list inside of the program names. */
struct kiwi_loading_component {
    char name[64];
    uint64_t entry_offset; /**< of the entry in the list */
    uint32_t entry_length;
    uint64_t offset, size; /**< of its bytes in the file; they may reach beyond its end, which is a finding */
};

/** Components in the order of the file; 0 on units that have none. They live as long as loading. */
KIWI_API size_t kiwi_loading_component_count(const struct kiwi_loading *loading);
KIWI_API const struct kiwi_loading_component *kiwi_loading_component(const struct kiwi_loading *loading,
                                                                     size_t index);

/** "sector", "dsa", "byte", "words", "maker" or "none". */
KIWI_API const char *kiwi_loading_rule_name(enum kiwi_loading_rule rule);

#ifdef __cplusplus
}
#endif

#endif
