/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SAMPLE_H
#define KIWI_SRC_SAMPLE_H

/*
 * Samples of discs: some of their bytes at their own offsets, in one file that kiwidump --sample writes.
 * Packed by gzip, it is lines of text, and bytes behind some of them:
 *
 *     KIWI SAMPLE 1
 *     what is in it, in words
 *     DATA image                  or directory, or file: what the disc is
 *     FILE <size> <name>          the image, each file of the directory, or the one file
 *     BYTES <offset> <length>     of that file; the bytes and the end of a line follow
 *     ZEROS <offset> <length>     the same, and all of them zero
 *     END
 *
 * Pieces ascend and do not overlap. What none of them has is not known.
 */

#include <kiwi/disc.h>

#include "disc/listing.h"

#define KIWI_SAMPLE_HEAD "KIWI SAMPLE 1\n"

struct kiwi_sample;

/** Whether a source is a sample, by its first bytes. */
bool kiwi_sample_detect(struct kiwi_source *source);

/** Reads all of a sample; name is for errors. On success the caller owns a reference. */
enum kiwi_status kiwi_sample_open(struct kiwi_source *source, const char *name, struct kiwi_sample **sample,
                                  struct kiwi_error *error);
void kiwi_sample_unref(struct kiwi_sample *sample); /**< NULL is allowed */

/** What is in it in words: lines. */
const char *kiwi_sample_manifest(const struct kiwi_sample *sample);
enum kiwi_container kiwi_sample_container(const struct kiwi_sample *sample);

/** The image or the one file, the only one of such a sample. */
const char *kiwi_sample_name(const struct kiwi_sample *sample);

/** The files of a directory as a listing. */
enum kiwi_status kiwi_sample_list(const struct kiwi_sample *sample, struct kiwi_listing *listing,
                                  struct kiwi_error *error);

/** The bytes of a file, NULL: of the only one. What is not in the sample is given up; sizes and names are
 * kept. */
enum kiwi_status kiwi_sample_source(struct kiwi_sample *sample, const char *name, struct kiwi_source **source,
                                    struct kiwi_error *error);

/** Bytes that it has, of so many. */
void kiwi_sample_share(const struct kiwi_sample *sample, uint64_t *had, uint64_t *all);

#endif
