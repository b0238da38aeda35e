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

/** The head of the index: its tables and fields, whose offsets count from it. */
void kiwi_index_take_management(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                                const uint8_t *bytes, size_t length, bool stray);

/** Whether a search frame may begin there, whether it has one of the declarations that are known, and whether
 * it has records, and they lie in the file. */
bool kiwi_index_is_frame(const struct kiwi_index_place *place);
bool kiwi_index_declares_frame(const struct kiwi_index_place *place);
bool kiwi_index_records_fit(const struct kiwi_index_place *place);

/**
 * The search frame that begins there: its header and the records behind it; their targets come later. Above:
 * the record that leads to it, or KIWI_NO_PIECE. Returns KIWI_NO_PIECE if it is none.
 */
uint32_t kiwi_index_take_frame(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                               uint32_t above, uint32_t number);

/** Puts frames that lie at the start of a file of their own below the records that lead to them. */
void kiwi_index_join_frames(struct kiwi_index_pieces *pieces);

/** A detailed search information record: its definitions, its data and the frame below. */
void kiwi_index_take_search_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                   size_t length);

/** A POI information record: its definition and its data. */
void kiwi_index_take_poi_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                size_t length);

/** Sorts the pieces and leaves out those that begin inside the one before. False if memory ran out. */
bool kiwi_index_put_in_order(struct kiwi_index_pieces *pieces);

#endif
