/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_TAKE_H
#define KIWI_SRC_INDEX_TAKE_H

/* Steps by which the pieces of an index are found. */

#include "index/index_pieces.h"

/** Bytes of a file, as many as can be read. */
size_t kiwi_index_read(const struct kiwi_file *file, uint64_t offset, void *bytes, size_t length);

void kiwi_index_report(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t offset,
                       const char *field, const char *expected, const char *found);
void kiwi_index_report_number(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                              uint64_t offset, const char *field, const char *expected, uint64_t found);

/** Length of a range that begins in the file, as far as it lies in it. */
uint64_t kiwi_index_clip(const struct kiwi_file *file, uint64_t offset, uint64_t length);

/** Adds a piece, clipped to its file; KIWI_NO_PIECE if there is no room. */
uint32_t kiwi_index_add(struct kiwi_index_pieces *pieces, const struct kiwi_index_piece *piece);

/** A piece of the same step that begins at a place, or KIWI_NO_PIECE: targets may be shared. */
uint32_t kiwi_index_piece_at(const struct kiwi_index_pieces *pieces, enum kiwi_index_step step,
                             const struct kiwi_index_place *place);

/** The head of INDEXDAT.KWI: its tables and fields. */
void kiwi_index_take_management(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                                const uint8_t *bytes, size_t length);

/** A search frame, if one begins there: its header and the records behind it; their targets come later. */
void kiwi_index_begin_frame(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                            uint32_t above, uint32_t number);

/** A detailed search information record: its definitions, its data and the frame below. */
void kiwi_index_take_search_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                   size_t length);

/** A POI information record: its definition and its data. */
void kiwi_index_take_poi_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                size_t length);

/** Sorts the pieces and leaves out those that begin inside the one before. False if memory ran out. */
bool kiwi_index_put_in_order(struct kiwi_index_pieces *pieces);

#endif
