/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SAMPLE_SAMPLER_H
#define KIWIDUMP_SAMPLE_SAMPLER_H

/* Samples: what of a disc goes into a small file, with other texts. libkiwi/src/disc/sample.h has its format.
 */

#include "dump.h"

/** What a sample has at most. Packed it is no larger. */
enum {
    SAMPLE_BYTES = 4300000,
    SAMPLE_PIECES = 12000, /* with a line of their own each; runs of zeros divide them */
    SAMPLE_TEXTS = 1 << 17,
};

/** How bytes are made harmless. */
enum mask {
    MASK_TEXT,       /* a text in the charset of the disc: every letter and digit is another one */
    MASK_STATEMENTS, /* METADATA.KWI: the same, but for its keywords, charset and datum */
    MASK_LETTERS,    /* bytes of unknown meaning that somebody may read: what looks like text in them */
    MASK_ALL,        /* bytes that nobody reads: all but zeros */
    MASK_VOLUME,     /* labels of a file system, in whatever it has for letters */
};

/** A range of bytes of a file, or of the image that all files lie in (then file is 0). */
struct span {
    uint64_t offset;
    uint32_t length;
    uint32_t file;
    enum mask mask; /* of texts */
};

/** Where it ends: ranges lie in files, whose sizes have 64 bits. */
static inline uint64_t span_end(const struct span *span)
{
    return span->offset + span->length;
}

/** Ranges in no order, which may overlap. */
struct spans {
    struct span *items;
    size_t count, room, limit;
};

struct sampler {
    struct dump *dump;
    bool image; /* files lie in one */
    struct spans kept, texts;
    uint64_t used; /* bytes that were kept */
    bool full;     /* something was left out for its length */
    bool no_memory;
};

/** Takes bytes of a file into the sample. */
void sample_keep(struct sampler *sampler, const struct kiwi_file *file, uint64_t offset, uint64_t length);

/** The same for bytes that are no file's; all but the first ones are zero. */
void sample_keep_image(struct sampler *sampler, uint64_t offset, uint32_t length, uint32_t first);

/** Has bytes masked, if they are kept. */
void sample_mask(struct sampler *sampler, const struct kiwi_file *file, uint64_t offset, uint64_t length,
                 enum mask mask);
void sample_mask_image(struct sampler *sampler, uint64_t offset, uint32_t length, enum mask mask);

/** By file and offset; ranges to keep are put together where they touch. */
void sample_sort(struct sampler *sampler);

/** Bytes of a file that are kept, when they are sorted. */
uint64_t sample_share(const struct sampler *sampler, const struct kiwi_file *file);

/** Chooses what of the files goes in. */
enum kiwi_status sample_choose(struct sampler *sampler, struct kiwi_error *error);

/** The same of the file systems of an image. */
enum kiwi_status sample_choose_volume(struct sampler *sampler, struct kiwi_error *error);

/** Replaces a text. */
void sample_mask_bytes(struct kiwi_disc *disc, enum mask mask, uint8_t *bytes, size_t length);

/** What is in the sample, in words, and what of each file, as lines that write() takes. */
typedef void sample_line(void *context, const char *line);
enum kiwi_status sample_manifest(const struct sampler *sampler, sample_line *write, void *context,
                                 struct kiwi_error *error);

/** Packs it all. */
enum kiwi_status sample_write(const struct sampler *sampler, struct kiwi_error *error);

#endif
