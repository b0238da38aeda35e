/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SEARCH_FILE_H
#define KIWIBUILD_SEARCH_FILE_H

#include <stdint.h>

#include <kiwi/records.h>

#include "index_records.h"

/* Search frames (11.2.2): a header, detailed records, and the data that those lead to. */

enum {
    ADDRESS_ENTRY_SIZE = 22, /**< an additional address entry with a name of 16 characters */
    MOST_ADDRESSES = 5,      /**< of a detailed record */
    SEARCH_HEADER_SIZE = 16,
    DETAILED_HEAD_SIZE = 92,
    DETAILED_SIZE = DETAILED_HEAD_SIZE + MOST_ADDRESSES * ADDRESS_ENTRY_SIZE,
};

/** A detailed record and the address entries behind it, all in one file. */
struct detailed {
    struct kiwi_detailed_search_information_record record;
    struct buffer entries;
    const char *file;
};

void search_header_append(struct buffer *buffer, const char *declaration, uint32_t count);

void detailed_start(struct detailed *detailed, const char *type, const char *file);

/** The address of something in the file. */
uint64_t detailed_address(struct detailed *detailed, uint64_t offset);

/** Says where a definition and its records lie; returns where they end. */
uint64_t detailed_set_matching(struct detailed *detailed, const struct index_records *records,
                               uint64_t offset);

/** Says where a menu lies: top_size bytes that all its options have, and the options. */
void detailed_set_menu(struct detailed *detailed, const struct index_records *menu, size_t top_size,
                       uint32_t options, uint64_t offset);

/** Appends it and frees its memory. */
void detailed_append(struct buffer *buffer, struct detailed *detailed);

/** One of the records of a search frame: what it leads to. */
struct search_part {
    const char *type;
    const struct index_records *records;
    uint64_t below, below_size; /**< the search frame of the next level in the file; 0: none */
};

/** Bytes of a frame with its definitions and its data. */
uint64_t search_frame_size(const struct search_part *parts, size_t count);

/** Appends a frame to what the file has so far. */
void search_frame_append(struct buffer *buffer, const char *file, const struct search_part *parts,
                         size_t count);

/** Appends a definition and its records. */
void search_data_append(struct buffer *buffer, const struct index_records *records);

/** Appends an additional address entry: bytes of a file, whose name has 16 characters. */
void address_entry_append(struct buffer *buffer, uint64_t offset, const char *file);

#endif
