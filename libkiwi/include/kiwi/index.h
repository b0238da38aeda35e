/* SPDX-License-Identifier: MIT */
#ifndef KIWI_INDEX_H
#define KIWI_INDEX_H

/* Index data (chapter 11): searching by name, and the decoder for data that describe themselves. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/disc.h>
#include <kiwi/error.h>
#include <kiwi/place.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Data that a definition frame (DCTF) describes */

enum {
    KIWI_DEFINITION_FIELDS = 64,    /**< fields of one definition; discs have up to 23 */
    KIWI_DATA_RECORD_LIMIT = 65535, /**< bytes of one record */
};

enum kiwi_element {
    KIWI_ELEMENT_UNKNOWN,  /**< a type that is not known: the record cannot be read */
    KIWI_ELEMENT_UNSIGNED, /**< of width bytes */
    KIWI_ELEMENT_SIGNED,
    KIWI_ELEMENT_NIBBLE, /**< half a byte */
    KIWI_ELEMENT_BITS,   /**< the count is in bits */
    KIWI_ELEMENT_TEXT,   /**< characters in the charset of the disc */
    KIWI_ELEMENT_BYTES,
    KIWI_ELEMENT_POSITION, /**< 6 bytes: latitude and longitude angle */
};

struct kiwi_definition_entry {
    char usage[5];   /**< such as KYCH; bytes that are no letters or digits become '_' */
    uint8_t element; /**< enum kiwi_element */
    uint8_t width;   /**< bytes of one element; 0 for nibbles and bits */
    uint8_t counter; /**< bytes of the number before the elements that counts them, COUNTER_NIBBLE or 0 =
                        fixed count */
    uint16_t count;  /**< elements, if counter is 0 */
    bool words;      /**< a displacement or offset: counts 16-bit words */
    bool flags;      /**< STFG: says which of the fields behind it are stored */
};

enum { KIWI_COUNTER_NIBBLE = 255 };

struct kiwi_definition {
    struct kiwi_definition_entry entries[KIWI_DEFINITION_FIELDS];
    unsigned count;
};

/** One field of a record. */
struct kiwi_datum {
    uint32_t offset; /**< of the elements, in the record */
    uint32_t length; /**< bytes that they touch */
    uint32_t count;  /**< elements */
    bool present;
    bool low;         /**< the first nibble is the low one of its byte */
    uint32_t counter; /**< byte of the number before them, if they have one */
    bool counter_low; /**< it is the low nibble of that byte */
    uint8_t unused;   /**< low nibble that was left over before this field */
    bool has_unused;
};

struct kiwi_data_record {
    const uint8_t *bytes;
    uint32_t length;     /**< with the padding to an even length */
    uint32_t used;       /**< without it */
    unsigned first, end; /**< entries of the definition that it has */
    struct kiwi_datum data[KIWI_DEFINITION_FIELDS];
    uint8_t unused; /**< low nibble left over at the end */
    bool has_unused;
};

/** Reads a definition frame; false if the bytes are none or describe what cannot be read. *why (may be NULL)
 * says why. */
KIWI_API bool kiwi_definition_read(const uint8_t *bytes, size_t length, struct kiwi_definition *definition,
                                   const char **why);

/** Entry of a usage, or -1. */
KIWI_API int kiwi_definition_find(const struct kiwi_definition *definition, const char *usage);

/** Decodes the entries first..end-1 of a record; false if available bytes do not hold it, or it would have
 * none. */
KIWI_API bool kiwi_definition_decode(const struct kiwi_definition *definition, unsigned first, unsigned end,
                                     const uint8_t *bytes, size_t available, struct kiwi_data_record *record);

/**
 * The same record from its fields: count elements at bytes + offset of each that is present, as they are
 * stored, and the nibbles that are left over. Returns its length, 0 if capacity does not hold it or a count
 * does not fit.
 */
KIWI_API size_t kiwi_definition_encode(const struct kiwi_definition *definition,
                                       const struct kiwi_data_record *record, uint8_t *bytes,
                                       size_t capacity);

/** Element i of a field as an unsigned number (not doubled); false if it is not there or no number. */
KIWI_API bool kiwi_datum_number(const struct kiwi_definition *definition,
                                const struct kiwi_data_record *record, int entry, uint32_t i,
                                uint32_t *value);

/* Comparing names */

/**
 * Text without regard to case, accents and widths: letters become capitals without marks (AE, OE, SS for one
 * letter that stands for two), wide and half-width forms the usual ones, wave dashes ~; composed and
 * decomposed letters are the same. Terminated, at most capacity bytes with the NUL; returns the length.
 */
KIWI_API size_t kiwi_fold(const char *utf8, size_t length, char *folded, size_t capacity);

/* Searching */

/** The index of a disc. Not thread-safe, like its disc. */
struct kiwi_index;

/** A volume management record: one way to search. */
struct kiwi_index_volume {
    char declaration[5];
    char function[5];             /**< such as FSAD, street address */
    const struct kiwi_file *file; /**< where the search begins, or NULL */
    uint64_t offset;              /**< in that file */
    struct kiwi_box box;
};

struct kiwi_index_zone {
    uint32_t code;
    const char *name; /**< UTF-8, "" if it has none */
    const struct kiwi_file *file;
};

/** Matching data that can be searched. */
struct kiwi_index_list {
    char type[5]; /**< search type, such as SRMX */
    const struct kiwi_file *file;
    uint64_t offset, length; /**< of the matching data */
    uint32_t records;        /**< as declared */
    int zone;                /**< its number, or -1 */
    unsigned kind;           /**< bit of enum kiwi_entry_kind */
};

enum kiwi_entry_kind { KIWI_ENTRY_STREET = 1, KIWI_ENTRY_PLACE = 2, KIWI_ENTRY_POI = 4 };

/** Finds what can be searched; reads heads only. On success the caller owns *index; the disc must outlive it.
 */
KIWI_API enum kiwi_status kiwi_index_open(struct kiwi_disc *disc, struct kiwi_index **index,
                                          struct kiwi_error *error);
KIWI_API void kiwi_index_close(struct kiwi_index *index); /**< NULL is allowed */

/** Whether something of the index lies in a file, whatever the file is called. */
KIWI_API bool kiwi_index_holds(const struct kiwi_index *index, const struct kiwi_file *file);

KIWI_API const struct kiwi_index_volume *kiwi_index_volumes(const struct kiwi_index *index, size_t *count);
KIWI_API const struct kiwi_index_zone *kiwi_index_zones(const struct kiwi_index *index, size_t *count);
KIWI_API const struct kiwi_index_list *kiwi_index_lists(const struct kiwi_index *index, size_t *count);

/** Reads through the lists of a zone (-1 = all) once, which a search would do when it needs them. */
KIWI_API enum kiwi_status kiwi_index_prepare(struct kiwi_index *index, int zone, struct kiwi_error *error);

enum kiwi_match {
    /** Without regard to case, accents and widths: first what begins with the text, then what has it where a
     * word begins, or anywhere if it has three letters or more. */
    KIWI_MATCH_FOLDED,
    KIWI_MATCH_PREFIX,   /**< begins with these characters */
    KIWI_MATCH_EXACT,    /**< is this text */
    KIWI_MATCH_CONTAINS, /**< has the text anywhere, without regard to case, accents and widths */
};

struct kiwi_find_options {
    size_t size;      /**< sizeof(struct kiwi_find_options) */
    const char *text; /**< UTF-8; "" or NULL = everything */
    enum kiwi_match match;
    int zone;       /**< number of a zone, or -1 = all */
    unsigned kinds; /**< bits of enum kiwi_entry_kind; 0 = all */
};

/** A street, place or point of interest; texts are valid until the next call. */
struct kiwi_index_entry {
    enum kiwi_entry_kind kind;
    const char *name;             /**< to show, UTF-8 */
    const char *key;              /**< search key, UTF-8 */
    int zone;                     /**< or -1 */
    const struct kiwi_file *file; /**< where its record lies */
    uint64_t offset;
    bool has_position; /**< of streets: of the link that stands for them, else the first one */
    struct kiwi_place position;
    bool has_street;
    uint32_t street; /**< number of the street */
    bool has_category;
    uint32_t category;
    uint32_t ranges;        /**< address ranges */
    uint64_t ranges_offset; /**< where they begin in their matching data, KIWI_NULL = nowhere */
    size_t list;            /**< of kiwi_index_lists() */
    uint32_t next_record;   /**< detailed record of the next level, from 1 */
    const char *areas; /**< names of the town, county, ... that it is in, with ", " between them, UTF-8; "" =
                          not known */
};

struct kiwi_find;
/** options may be NULL: everything. */
KIWI_API enum kiwi_status kiwi_find_open(struct kiwi_index *index, const struct kiwi_find_options *options,
                                         struct kiwi_find **find, struct kiwi_error *error);
KIWI_API void kiwi_find_close(struct kiwi_find *find); /**< NULL is allowed */
/** The next entry by order of the disc, of each round of the match; KIWI_END if there is none. */
KIWI_API enum kiwi_status kiwi_find_next(struct kiwi_find *find, struct kiwi_index_entry *entry,
                                         struct kiwi_error *error);

enum { KIWI_AREA_CODES = 8 }; /**< of one place that are read, from the narrowest area to the widest */

/** One link of a street, or a part of it, with its house numbers. */
struct kiwi_address_range {
    const struct kiwi_file *file;
    uint64_t offset; /**< of its record */
    bool has_position;
    struct kiwi_place position; /**< where the link begins */
    bool has_numbers;
    uint32_t first, last; /**< house numbers along the link; UINT32_MAX = none */
    bool has_link;
    uint32_t link;       /**< of the main map */
    bool representative; /**< stands for the whole street */
    uint32_t area_codes; /**< how many; the first ones are in area_code */
    uint32_t area_code[KIWI_AREA_CODES];
};

/** The address ranges of a street, one after the other. Zero it, set entry, call until KIWI_END. */
struct kiwi_ranges {
    struct kiwi_index_entry entry;
    uint32_t next;
    uint64_t position;
};
KIWI_API enum kiwi_status kiwi_ranges_next(struct kiwi_index *index, struct kiwi_ranges *ranges,
                                           struct kiwi_address_range *range, struct kiwi_error *error);

/** Names of the types of records whose fields the index of a disc defines: kiwi_record_types() has none of
 * them. */
KIWI_API const char *const *kiwi_index_record_names(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
