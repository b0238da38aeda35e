/* SPDX-License-Identifier: MIT */
/* Reads samples of discs. */
#include "disc/sample.h"

#include "base/grow.h"
#include "bytes/fail.h"
#include "bytes/source.h"
#include "bytes/utf8.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

enum {
    UNPACKED_LIMIT = 8 << 20, /* kiwidump packs at most 5 MB */
    PIECE_LIMIT = 32768,      /* each may leave a hole: fewer than a source remembers */
    GZIP = 15 + 16,           /* zlib: the largest window, and gzip's head */
};

/* So large is no disc; sums of sizes stay in range. */
#define SIZE_LIMIT ((uint64_t)1 << 44)

struct piece {
    uint64_t offset, length;
    const uint8_t *bytes; /* NULL: zeros */
};

struct file {
    const char *name;
    uint64_t size;
    size_t first, end; /* of its pieces */
};

struct kiwi_sample {
    atomic_size_t references;
    char *bytes; /* all of it, unpacked */
    size_t length;
    enum kiwi_container container;
    const char *manifest;
    struct file *files;
    size_t file_count, file_room;
    struct piece *pieces;
    size_t piece_count, piece_room;
};

/* Unpacking */

/* Fills what it can of so many bytes. False if the source is no gzip file or cannot be read. */
static bool unpack(struct kiwi_source *source, char *bytes, size_t room, size_t *length, bool *ended)
{
    uint8_t packed[16384];
    z_stream stream = {.next_out = (Bytef *)bytes, .avail_out = (uInt)room};
    uint64_t at = 0;
    size_t got = 1;
    int result = Z_OK;
    if (inflateInit2(&stream, GZIP) != Z_OK)
        return false;
    while (result == Z_OK && stream.avail_out > 0 && got > 0) {
        if (kiwi_source_read_before(source, at, packed, sizeof packed, &got, NULL) != KIWI_OK)
            break;
        at += got;
        stream.next_in = packed;
        stream.avail_in = (uInt)got;
        while (result == Z_OK && stream.avail_in > 0 && stream.avail_out > 0)
            result = inflate(&stream, Z_NO_FLUSH);
    }
    *length = room - stream.avail_out;
    *ended = result == Z_STREAM_END;
    inflateEnd(&stream);
    return result == Z_OK || result == Z_STREAM_END;
}

bool kiwi_sample_detect(struct kiwi_source *source)
{
    char head[sizeof KIWI_SAMPLE_HEAD - 1];
    size_t length;
    bool ended;
    uint8_t magic[2];
    return kiwi_source_read_before(source, 0, magic, sizeof magic, &length, NULL) == KIWI_OK && length == 2 &&
           magic[0] == 0x1F && magic[1] == 0x8B && unpack(source, head, sizeof head, &length, &ended) &&
           length == sizeof head && memcmp(head, KIWI_SAMPLE_HEAD, sizeof head) == 0;
}

/* Reading its lines */

struct reader {
    struct kiwi_sample *sample;
    char *at, *end;
};

/* The next line, terminated; NULL if there is none. */
static char *next_line(struct reader *reader)
{
    char *line = reader->at;
    char *end = memchr(line, '\n', (size_t)(reader->end - line));
    if (!end)
        return NULL;
    *end = '\0';
    reader->at = end + 1;
    return line;
}

/* The number behind a word of a line and the blank behind it; false if the line does not begin with that
 * word. */
static bool take_number(char **line, uint64_t *number)
{
    char *end;
    if (**line < '0' || **line > '9')
        return false;
    errno = 0;
    unsigned long long value = strtoull(*line, &end, 10);
    *number = value;
    *line = end + (*end == ' ');
    return errno == 0 && (*end == ' ' || *end == '\0');
}

static bool take_word(char **line, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*line, word, length) != 0)
        return false;
    *line += length;
    return true;
}

static bool take_container(struct kiwi_sample *sample, const char *word)
{
    static const char *const words[] = {[KIWI_CONTAINER_FILE] = "file",
                                        [KIWI_CONTAINER_DIRECTORY] = "directory",
                                        [KIWI_CONTAINER_IMAGE] = "image"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], word) == 0) {
            sample->container = (enum kiwi_container)i;
            return true;
        }
    return false;
}

/* Names are UTF-8, and ascend. */
static bool is_name(const struct kiwi_sample *sample, const char *name)
{
    char *clean = kiwi_utf8_clean(name, strlen(name));
    bool same = clean && strcmp(clean, name) == 0;
    free(clean);
    return same && (sample->file_count == 0 || strcmp(sample->files[sample->file_count - 1].name, name) < 0);
}

static bool take_file(struct kiwi_sample *sample, char *line)
{
    struct file file = {.first = sample->piece_count, .end = sample->piece_count};
    if (!take_number(&line, &file.size) || file.size > SIZE_LIMIT || *line == '\0' ||
        sample->file_count >= KIWI_FILE_LIMIT ||
        (sample->container != KIWI_CONTAINER_DIRECTORY && sample->file_count > 0))
        return false;
    file.name = line;
    if (!is_name(sample, line))
        return false;
    struct file *files = grow_array(sample->files, &sample->file_room, sample->file_count, 1, sizeof file);
    if (!files)
        return false;
    sample->files = files;
    files[sample->file_count++] = file;
    return true;
}

static bool take_piece(struct reader *reader, char *line, bool zeros)
{
    struct kiwi_sample *sample = reader->sample;
    struct file *file = sample->file_count > 0 ? &sample->files[sample->file_count - 1] : NULL;
    struct piece piece = {.bytes = NULL};
    if (!file || !take_number(&line, &piece.offset) || !take_number(&line, &piece.length) || *line != '\0' ||
        sample->piece_count >= PIECE_LIMIT || piece.length == 0 || piece.offset > file->size ||
        piece.length > file->size - piece.offset)
        return false;
    const struct piece *before = file->end > file->first ? &sample->pieces[file->end - 1] : NULL;
    if (before && (piece.offset < before->offset || piece.offset - before->offset < before->length))
        return false;
    if (!zeros) {
        if (piece.length >= (uint64_t)(reader->end - reader->at) || reader->at[piece.length] != '\n')
            return false;
        piece.bytes = (const uint8_t *)reader->at;
        reader->at += piece.length + 1;
    }
    struct piece *pieces = grow_array(sample->pieces, &sample->piece_room, sample->piece_count, 1,
                                      sizeof piece);
    if (!pieces)
        return false;
    sample->pieces = pieces;
    pieces[sample->piece_count++] = piece;
    file->end = sample->piece_count;
    return true;
}

/* The lines behind "DATA"; false if one is not as it should be, or the last one is missing. */
static bool take_lines(struct reader *reader)
{
    char *line;
    while ((line = next_line(reader))) {
        if (strcmp(line, "END") == 0)
            return reader->sample->container == KIWI_CONTAINER_DIRECTORY || reader->sample->file_count == 1;
        bool good = take_word(&line, "FILE ")    ? take_file(reader->sample, line)
                    : take_word(&line, "BYTES ") ? take_piece(reader, line, false)
                    : take_word(&line, "ZEROS ") ? take_piece(reader, line, true)
                                                 : false;
        if (!good)
            return false;
    }
    return false;
}

/* The line that begins with "DATA "; all before it is the manifest. */
static char *find_data(const struct reader *reader)
{
    char *line = reader->at;
    while (line && strncmp(line, "DATA ", 5) != 0) {
        line = memchr(line, '\n', (size_t)(reader->end - line));
        line += line ? 1 : 0;
    }
    return line;
}

static bool parse(struct kiwi_sample *sample)
{
    struct reader reader = {sample, sample->bytes, sample->bytes + sample->length};
    next_line(&reader);
    sample->manifest = reader.at;
    char *data = find_data(&reader);
    if (!data || memchr(reader.at, '\0', (size_t)(data - reader.at)))
        return false;
    data[-1] = '\0'; /* the end of the line before it */
    reader.at = data + 5;
    char *word = next_line(&reader);
    return word && take_container(sample, word) && take_lines(&reader);
}

enum kiwi_status kiwi_sample_open(struct kiwi_source *source, const char *name, struct kiwi_sample **sample,
                                  struct kiwi_error *error)
{
    struct kiwi_sample *made = calloc(1, sizeof *made);
    char *bytes = malloc(UNPACKED_LIMIT + 1);
    bool ended = false;
    *sample = NULL;
    if (!made || !bytes) {
        free(made);
        free(bytes);
        return kiwi_fail_memory(error);
    }
    atomic_init(&made->references, 1);
    made->bytes = bytes;
    bool good = unpack(source, bytes, UNPACKED_LIMIT, &made->length, &ended);
    bytes[made->length] = '\0';
    if (good && ended && parse(made)) {
        *sample = made;
        return KIWI_OK;
    }
    kiwi_sample_unref(made);
    return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, KIWI_NULL,
                     "'%s' is a sample of a disc that is damaged, cut off or longer than %d MB", name,
                     UNPACKED_LIMIT >> 20);
}

void kiwi_sample_unref(struct kiwi_sample *sample)
{
    if (!sample || atomic_fetch_sub_explicit(&sample->references, 1, memory_order_acq_rel) != 1)
        return;
    free(sample->bytes);
    free(sample->files);
    free(sample->pieces);
    free(sample);
}

/* What is in it */

const char *kiwi_sample_manifest(const struct kiwi_sample *sample)
{
    return sample->manifest;
}

enum kiwi_container kiwi_sample_container(const struct kiwi_sample *sample)
{
    return sample->container;
}

const char *kiwi_sample_name(const struct kiwi_sample *sample)
{
    return sample->files[0].name;
}

void kiwi_sample_share(const struct kiwi_sample *sample, uint64_t *had, uint64_t *all)
{
    *had = *all = 0;
    for (size_t i = 0; i < sample->piece_count; i++)
        *had += sample->pieces[i].length;
    for (size_t i = 0; i < sample->file_count; i++)
        *all += sample->files[i].size;
}

enum kiwi_status kiwi_sample_list(const struct kiwi_sample *sample, struct kiwi_listing *listing,
                                  struct kiwi_error *error)
{
    for (size_t i = 0; i < sample->file_count; i++)
        if (!kiwi_listing_add(listing, strdup(sample->files[i].name), sample->files[i].size))
            return kiwi_fail_memory(error);
    return KIWI_OK;
}

/* Its bytes as sources */

struct sample_context {
    struct kiwi_sample *sample;
    const struct file *file;
};

/* The first piece of a file that ends behind an offset; the end of its pieces if there is none. */
static const struct piece *find_piece(const struct sample_context *context, uint64_t offset)
{
    const struct piece *pieces = context->sample->pieces;
    size_t low = context->file->first;
    size_t high = context->file->end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (offset - pieces[middle].offset < pieces[middle].length || offset < pieces[middle].offset)
            high = middle;
        else
            low = middle + 1;
    }
    return &pieces[low];
}

static int sample_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct sample_context *of = context;
    const struct piece *piece = find_piece(of, offset);
    *received = 0;
    if (piece == &of->sample->pieces[of->file->end] || offset < piece->offset)
        return EIO; /* which was said beforehand */
    uint64_t inside = offset - piece->offset;
    if (length > piece->length - inside)
        length = (size_t)(piece->length - inside);
    if (piece->bytes)
        memcpy(buffer, piece->bytes + inside, length);
    else
        memset(buffer, 0, length);
    *received = length;
    return 0;
}

static void sample_close(void *context)
{
    struct sample_context *of = context;
    kiwi_sample_unref(of->sample);
    free(of);
}

static void give_up_holes(const struct sample_context *context, struct kiwi_source *source)
{
    uint64_t at = 0;
    for (size_t i = context->file->first; i < context->file->end; i++) {
        const struct piece *piece = &context->sample->pieces[i];
        kiwi_source_give_up(source, at, piece->offset - at);
        at = piece->offset + piece->length;
    }
    kiwi_source_give_up(source, at, context->file->size - at);
}

static int compare_name(const void *name, const void *file)
{
    return strcmp(name, ((const struct file *)file)->name);
}

enum kiwi_status kiwi_sample_source(struct kiwi_sample *sample, const char *name, struct kiwi_source **source,
                                    struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {sample_read, sample_close};
    const struct file *file = name ? bsearch(name, sample->files, sample->file_count, sizeof *sample->files,
                                             compare_name)
                                   : sample->files;
    *source = NULL;
    if (!file)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "the sample has no file '%s'", name);
    struct sample_context *context = malloc(sizeof *context);
    if (!context)
        return kiwi_fail_memory(error);
    *context = (struct sample_context){sample, file};
    enum kiwi_status status = kiwi_source_from_operations(&operations, context, file->size, source, error);
    if (status != KIWI_OK) {
        free(context);
        return status;
    }
    atomic_fetch_add_explicit(&sample->references, 1, memory_order_relaxed);
    give_up_holes(context, *source);
    return KIWI_OK;
}
