/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SCHEMA_H
#define KIWI_SCHEMA_H

/* The shape of the generated tables: what a record of the format consists of. See spec/README.md. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum kiwi_field_type {
    KIWI_TYPE_N,        /**< unsigned */
    KIWI_TYPE_I,        /**< two's complement */
    KIWI_TYPE_FLAG,     /**< one bit */
    KIWI_TYPE_ENUM,     /**< code with a name, see enumeration */
    KIWI_TYPE_C,        /**< one-byte characters, NUL padded */
    KIWI_TYPE_CC,       /**< text in the charset of the disc, NUL padded */
    KIWI_TYPE_NZ,       /**< coordinate in a parcel */
    KIWI_TYPE_ANGLE,    /**< 3 bytes: sign, 1/8 seconds */
    KIWI_TYPE_DSA,      /**< sector address */
    KIWI_TYPE_BS,       /**< size in logical sectors */
    KIWI_TYPE_SWS,      /**< size in 16-bit words */
    KIWI_TYPE_D,        /**< displacement in 16-bit words */
    KIWI_TYPE_PID,      /**< 8 bytes: position */
    KIWI_TYPE_MID,      /**< 12 bytes: manufacturer */
    KIWI_TYPE_DATE,     /**< days since 1997-01-01 */
    KIWI_TYPE_STEP,     /**< pairs of signed bytes */
    KIWI_TYPE_UNKNOWN,  /**< bytes whose meaning is not known */
    KIWI_TYPE_RESERVED, /**< bits or bytes without meaning */
    KIWI_TYPE_BCD,      /**< decimal digits, two in each byte */
    KIWI_TYPE_L,        /**< unsigned, the lowest byte first */
};

enum kiwi_certainty {
    KIWI_CERTAINTY_STANDARD,
    KIWI_CERTAINTY_DISC,
    KIWI_CERTAINTY_INFERRED,
    KIWI_CERTAINTY_UNKNOWN
};

struct kiwi_enumeration_entry {
    uint32_t code;
    const char *name;
    const char *meaning;
};

/** Names of codes, ascending by code. */
struct kiwi_enumeration {
    const char *name;
    const char *section; /**< of the standard */
    const char *meaning;
    const struct kiwi_enumeration_entry *entries;
    size_t count;
};

/** Name of a code, or NULL if the code is not listed. */
KIWI_API const char *kiwi_enumeration_name(const struct kiwi_enumeration *enumeration, uint32_t code);

enum { KIWI_MAXIMUM_RUNS = 10 };
enum { KIWI_MAXIMUM_ARGUMENTS = 8 };

/** Where the runs of a record lie: run 0 is the fixed part, each field that is optional or varies has a run
 * of its own. */
struct kiwi_layout {
    uint32_t head;                      /**< bytes of all fields */
    uint32_t start[KIWI_MAXIMUM_RUNS];  /**< from the first byte of the record */
    uint32_t length[KIWI_MAXIMUM_RUNS]; /**< 0 = absent */
};

struct kiwi_field {
    const char *name;
    const char *unit; /**< or "" */
    const char *meaning;
    const struct kiwi_enumeration *enumeration; /**< of KIWI_TYPE_ENUM, else NULL */
    uint32_t null_value;                        /**< raw value that means none, if has_null */
    uint16_t offset;                            /**< from the start of its run */
    uint8_t run;
    uint8_t type;      /**< enum kiwi_field_type */
    uint8_t width;     /**< bytes of the number or word; of one element if repeated; whole length of C, CC,
                          UNKNOWN, RESERVED */
    uint8_t high, low; /**< bits of the word, inclusive; high < low for what is no single number */
    uint8_t plus;      /**< what a reader adds */
    bool has_null;
    bool repeated;     /**< fills its run: elements, or bytes for C, CC, UNKNOWN, RESERVED */
    uint8_t certainty; /**< enum kiwi_certainty */
};

enum kiwi_part_kind { KIWI_PART_TABLE, KIWI_PART_LIST, KIWI_PART_ONE, KIWI_PART_UNKNOWN, KIWI_PART_RESERVED };

/** What an expression of the schema says about a part or reference of one record. Lengths are bytes; -1 = not
 * known. */
struct kiwi_part_values {
    bool present;
    int64_t count;
    int64_t stride;
    int64_t length;
    int64_t offset; /**< of references, from the first byte of the enclosing frame */
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
};

struct kiwi_record_type;

typedef void kiwi_resolve(const uint8_t *bytes, const struct kiwi_layout *layout, const uint64_t *arguments,
                          uint32_t index, uint64_t position, uint64_t available,
                          struct kiwi_part_values *values);

/** Bytes of a file by what they are. */
struct kiwi_account {
    uint64_t field;
    uint64_t padding;
    uint64_t reserved;
    uint64_t unknown;
};

/**
 * Bytes of a record with all its parts, which are added to account; 0, and an account to be thrown away, as
 * soon as anything about it is worth a finding or a gap.
 */
typedef uint64_t kiwi_measure(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,
                              struct kiwi_account *account);

/** An argument of a part that stands in another record of the enclosing frame. The part's own function says
 * where that record is; KIWI_NULL takes its place if there is none, or its field is null. */
struct kiwi_look_up {
    const struct kiwi_record_type *type;
    uint8_t field;    /**< of that record, at a fixed place */
    uint8_t argument; /**< of the part */
};

/** A part that follows the fields, or a reference to a record elsewhere in the enclosing frame. */
struct kiwi_part {
    const struct kiwi_record_type *type; /**< NULL for bytes without a record */
    kiwi_resolve *resolve;
    const struct kiwi_look_up *look_ups;
    const char *name; /**< path segment; of references, "#" in it stands for the index */
    const char *meaning;
    uint8_t kind;  /**< enum kiwi_part_kind */
    uint8_t first; /**< number of the first record of a table or list in paths */
    uint8_t look_up_count;
};

struct kiwi_record_type {
    const char *name;
    const char *section; /**< of the standard */
    const char *meaning;
    const struct kiwi_field *fields; /**< ascending by place */
    const struct kiwi_part *parts;
    const struct kiwi_part *references;
    /** Places the runs; NULL when the record has only run 0. False if available bytes do not hold them. */
    bool (*layout)(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,
                   struct kiwi_layout *layout);
    /** Bytes of the record with its parts; NULL if only they say. */
    int64_t (*extent)(const uint8_t *bytes, const struct kiwi_layout *layout, const uint64_t *arguments);
    /** True if a reserved bit or byte is set; NULL when there are none. */
    bool (*reserved)(const uint8_t *bytes, const struct kiwi_layout *layout);
    kiwi_measure *measure; /**< NULL for records that may refer to others whatever they say */
    /** Decodes to its C record, encodes that again and compares: the law of the schema, for tests and
     * --check. */
    bool (*round_trip)(const uint8_t *bytes, uint64_t length, const uint64_t *arguments);
    uint16_t field_count;
    uint8_t part_count;
    uint8_t reference_count;
    uint16_t fixed_size;    /**< bytes of run 0 with what may lie beside it at fixed places */
    uint16_t reserved_size; /**< of them in reserved bytes */
    uint16_t unknown_size;  /**< of them in bytes of unknown meaning */
    uint8_t run_count;
    uint8_t run_class[KIWI_MAXIMUM_RUNS]; /**< KIWI_TYPE_RESERVED, KIWI_TYPE_UNKNOWN, or anything else for
                                             fields; of fixed places: N */
    bool run_fixed[KIWI_MAXIMUM_RUNS];    /**< lies inside fixed_size */
    bool plain;    /**< every byte belongs to a field: none is reserved or of unknown meaning */
    bool frame;    /**< displacements inside count from its first byte */
    bool variable; /**< has more than run 0 */
};

/** All record types of the schema. */
KIWI_API const struct kiwi_record_type *const *kiwi_record_types(size_t *count);

/** All enumerations of the schema. */
KIWI_API const struct kiwi_enumeration *const *kiwi_enumerations(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
