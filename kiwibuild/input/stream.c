/* SPDX-License-Identifier: MIT */
/* Reads a file or standard input in chunks, compressed with gzip or not. */
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "common/files.h"
#include "kiwibuild/memory.h"
#include "kiwibuild/stage.h"

_Static_assert(sizeof(z_off_t) == sizeof(uint64_t), "files may be large");

/** zlib reads what is not compressed, too. It closes the descriptor. */
static gzFile open_descriptor(int descriptor)
{
    gzFile file = descriptor >= 0 ? gzdopen(descriptor, "rb") : NULL;
    if (!file && descriptor >= 0)
        close(descriptor);
    return file;
}

/** How long a file is that is read as it is; 0: that is not known. */
static uint64_t size_of(const char *path, gzFile file)
{
    struct kiwi_host_info info;
    bool known = gzdirect(file) && kiwi_host_info(path, true, &info) == 0 && info.kind == KIWI_HOST_FILE;
    return known ? info.size : 0;
}

/** NULL and errno. What is no file is waited for: the shell makes pipes with names of other programs'
 * outputs.
 */
static gzFile open_path(const char *path)
{
    struct kiwi_host_info info;
    int descriptor;
    if (kiwi_host_info(path, true, &info) != 0 || info.kind != KIWI_HOST_FILE)
        return gzopen(path, "rb");
    errno = kiwi_host_open(path, &descriptor, &info);
    return errno == 0 ? open_descriptor(descriptor) : NULL;
}

bool stream_open(struct stream *stream, const char *path, struct failure *failure)
{
    bool standard = strcmp(path, "-") == 0;
    *stream = (struct stream){.name = standard ? "standard input" : path};
    errno = 0;
    stream->file = standard ? open_descriptor(dup(STDIN_FILENO)) : open_path(path);
    if (!stream->file)
        return refuse_system(failure, stream->name, errno ? errno : ENOMEM);
    stream->bytes = allocate(STREAM_CHUNK, 1);
    gzbuffer(stream->file, STREAM_CHUNK);
    stream->size = standard ? 0 : size_of(path, stream->file);
    return true;
}

void stream_close(struct stream *stream)
{
    if (stream->file)
        gzclose_r(stream->file);
    release(stream->bytes);
    *stream = (struct stream){0};
}

static bool complain(const struct stream *stream, struct failure *failure)
{
    int code;
    const char *message = gzerror(stream->file, &code);
    if (code == Z_ERRNO)
        return refuse_system(failure, stream->name, errno);
    return refuse(failure, EXIT_INPUT, "%s: byte %llu: gzip: %s", stream->name,
                  (unsigned long long)stream->offset,
                  code == Z_BUF_ERROR ? "the file ends too early" : message);
}

/** Reads what there is, up to length bytes. */
static bool take(struct stream *stream, uint8_t *bytes, size_t length, size_t *got, struct failure *failure)
{
    int count = gzread(stream->file, bytes, (unsigned)length), code;
    gzerror(stream->file, &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END))
        return complain(stream, failure);
    *got = (size_t)count;
    stream->offset += *got;
    return true;
}

bool stream_fill(struct stream *stream, struct failure *failure)
{
    if (stream->at < stream->end)
        return true;
    stream->at = stream->end = 0;
    stage_show(stream->offset, stream->size);
    return take(stream, stream->bytes, STREAM_CHUNK, &stream->end, failure);
}

bool stream_read(struct stream *stream, uint8_t *bytes, size_t length, size_t *got, struct failure *failure)
{
    *got = 0;
    while (*got < length) {
        if (!stream_fill(stream, failure))
            return false;
        size_t count = stream->end - stream->at;
        if (count == 0)
            break;
        if (count > length - *got)
            count = length - *got;
        memcpy(bytes + *got, stream->bytes + stream->at, count);
        stream->at += count;
        *got += count;
    }
    return true;
}

uint64_t stream_offset(const struct stream *stream)
{
    return stream->offset - (stream->end - stream->at);
}

bool stream_seek(struct stream *stream, uint64_t offset, struct failure *failure)
{
    uint64_t start = stream->offset - stream->end;
    if (offset >= start && offset <= stream->offset) {
        stream->at = (size_t)(offset - start);
        return true;
    }
    stream->at = stream->end = 0;
    stream->offset = offset;
    return gzseek(stream->file, (z_off_t)offset, SEEK_SET) >= 0 || complain(stream, failure);
}

/** Writes the chunk at hand and all that follows. */
static bool copy(struct stream *stream, int target, struct failure *failure)
{
    while (stream_fill(stream, failure)) {
        size_t count = stream->end - stream->at;
        if (count == 0)
            return true;
        int error = files_write(target, stream->bytes + stream->at, count);
        if (error != 0)
            return refuse_system(failure, "temporary file", error);
        stream->at = stream->end;
    }
    return false;
}

bool stream_keep(struct stream *stream, struct failure *failure)
{
    struct kiwi_host_info info;
    if (strcmp(stream->name, "standard input") != 0 ||
        (kiwi_host_info_of(STDIN_FILENO, &info) == 0 && info.kind == KIWI_HOST_FILE))
        return true;
    int file;
    int error = files_create_nameless(&file);
    if (error != 0)
        return refuse_system(failure, "temporary file", error);
    if (!copy(stream, file, failure)) {
        files_close(file);
        return false;
    }
    lseek(file, 0, SEEK_SET);
    gzFile kept = open_descriptor(file);
    if (!kept)
        return refuse_system(failure, "temporary file", errno ? errno : ENOMEM);
    gzclose_r(stream->file);
    stream->file = kept;
    stream->at = stream->end = 0;
    stream->offset = 0;
    return true;
}
