/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_STREAM_H
#define KIWIBUILD_STREAM_H

#include <stdint.h>
#include <zlib.h>

#include "common/failure.h"

enum { STREAM_CHUNK = 1 << 16 };

/** Bytes of a file or of standard input, unpacked if they are compressed with gzip. */
struct stream {
    const char *name; /* for messages */
    gzFile file;
    uint8_t *bytes;  /* the chunk at hand */
    size_t at, end;  /* what is not taken of it */
    uint64_t offset; /* of its end in what is read */
    uint64_t size;   /* of a file that is not compressed; else 0 */
};

/** path "-" is standard input. */
bool stream_open(struct stream *stream, const char *path, struct failure *failure);
void stream_close(struct stream *stream);

/** At the end of a chunk takes the next one; behind the last one at stays equal to end. */
bool stream_fill(struct stream *stream, struct failure *failure);

/** Takes bytes; *got is less than length at the end of the file. */
bool stream_read(struct stream *stream, uint8_t *bytes, size_t length, size_t *got, struct failure *failure);

/** Where the next byte stands. */
uint64_t stream_offset(const struct stream *stream);

/** Goes on from another place; standard input must have been kept. */
bool stream_seek(struct stream *stream, uint64_t offset, struct failure *failure);

/** Before the end of the first chunk: copies what can be read only once to a temporary file. */
bool stream_keep(struct stream *stream, struct failure *failure);

#endif
