/* SPDX-License-Identifier: MIT */
/* Reads the blobs of an OSM PBF file (https://wiki.openstreetmap.org/wiki/PBF_Format, fileformat.proto). */
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "osm_block.h"

enum {
    MOST_HEAD = 64 << 10, /* limits of the format */
    MOST_BLOB = 32 << 20,
    LENGTH_SIZE = 4, /* of the head, before it */
};

/** What the head of a blob begins with behind its length. */
static const uint8_t data_mark[] = "\x0A\x07OSMData";
enum { MARK_SIZE = sizeof data_mark - 1 };

struct pbf {
    struct stream *stream;
    struct osm_blocks *blocks;
    const struct osm_sink *sink;
    struct failure *failure;
    struct osm_block block;
    struct buffer blob, data;
    unsigned wanted;        /* kinds, enum osm_kind */
    size_t number, damaged; /* of blobs */
    uint64_t offset;        /* of the blob */
    uint64_t first_offset;
    const char *first_wrong;
    bool stopped, cut_off;
    bool opened; /* the blob is whole, whatever is in it: the next one begins behind it */
};

static void note_damage(struct pbf *pbf, const char *wrong)
{
    if (pbf->damaged++ > 0)
        return;
    pbf->first_offset = pbf->offset;
    pbf->first_wrong = wrong;
}

/** Reads bytes of a blob; false at the end of the file, or if reading fails, which stopped says. */
static bool read_bytes(struct pbf *pbf, struct buffer *buffer, size_t length)
{
    size_t got;
    buffer->size = 0;
    pbf->stopped = !stream_read(pbf->stream, buffer_room(buffer, length + 1), length, &got, pbf->failure);
    buffer->size = got;
    pbf->cut_off = !pbf->stopped && got < length;
    return !pbf->stopped && !pbf->cut_off;
}

static bool seek(struct pbf *pbf, uint64_t offset)
{
    pbf->stopped = !stream_seek(pbf->stream, offset, pbf->failure);
    return !pbf->stopped;
}

/** Counts the block at hand; its kinds are kept for the next reading. */
static void count_block(struct pbf *pbf, unsigned kinds)
{
    struct osm_blocks *blocks = pbf->blocks;
    if (pbf->number++ < blocks->count)
        return;
    blocks->kinds = grow(blocks->kinds, &blocks->capacity, blocks->count + 1, 1);
    blocks->kinds[blocks->count++] = (uint8_t)kinds;
}

/** After damage: goes to the next head that looks like one, behind the one at hand. */
static bool find_next(struct pbf *pbf)
{
    enum { WINDOW = LENGTH_SIZE + MARK_SIZE };
    struct stream *stream = pbf->stream;
    uint8_t window[WINDOW] = {0};
    if (!seek(pbf, pbf->offset + 1))
        return false;
    for (size_t seen = 1; stream_fill(stream, pbf->failure); seen++) {
        if (stream->at == stream->end)
            return false;
        memmove(window, window + 1, WINDOW - 1);
        window[WINDOW - 1] = stream->bytes[stream->at++];
        if (seen < WINDOW || memcmp(window + LENGTH_SIZE, data_mark, MARK_SIZE) != 0)
            continue;
        if (load32_big(window) <= MOST_HEAD)
            return seek(pbf, stream_offset(stream) - WINDOW);
        pbf->damaged++; /* its length is */
        count_block(pbf, 0);
    }
    pbf->stopped = true;
    return false;
}

/* Blobs */

struct head {
    char type[16];
    uint64_t size; /* of the blob */
};

static const char *parse_head(struct pbf *pbf, struct head *head)
{
    struct protobuf message = {pbf->blob.bytes, pbf->blob.bytes + pbf->blob.size, false};
    struct protobuf_field field;
    *head = (struct head){.size = UINT64_MAX};
    while (protobuf_next(&message, &field)) {
        size_t length = protobuf_length(&field.bytes);
        if (field.number == 1 && field.is_bytes && length < sizeof head->type) {
            memcpy(head->type, field.bytes.at, length);
            head->type[length] = '\0';
        } else if (field.number == 3 && !field.is_bytes)
            head->size = field.value;
    }
    return message.bad || head->size > MOST_BLOB ? "the head of a block is none" : NULL;
}

/** Reads a head; false at the end of the file or if reading fails. Puts what is wrong with it into *wrong. */
static bool read_head(struct pbf *pbf, struct head *head, const char **wrong)
{
    pbf->offset = stream_offset(pbf->stream);
    if (!read_bytes(pbf, &pbf->blob, LENGTH_SIZE)) {
        pbf->cut_off = pbf->cut_off && pbf->blob.size > 0; /* else it is the end */
        return false;
    }
    uint32_t length = load32_big(pbf->blob.bytes);
    *wrong = length > MOST_HEAD ? "the length of a head is more than the format allows" : NULL;
    if (*wrong)
        return true;
    if (!read_bytes(pbf, &pbf->blob, length))
        return false;
    *wrong = parse_head(pbf, head);
    return true;
}

static const char *unpack(struct pbf *pbf, struct protobuf packed, uint64_t size)
{
    uLongf length = (uLongf)size;
    if (size > MOST_BLOB)
        return "a block is larger than the format allows";
    pbf->data.size = 0;
    int code = uncompress(buffer_room(&pbf->data, (size_t)size + 1), &length, packed.at,
                          (uLong)protobuf_length(&packed));
    pbf->data.size = length;
    if (code != Z_OK)
        return "zlib cannot unpack it";
    return length == size ? NULL : "it unpacks to another size than it says";
}

/** Takes the blob apart; its content is in *content then. */
static const char *open_blob(struct pbf *pbf, struct protobuf *content)
{
    struct protobuf message = {pbf->blob.bytes, pbf->blob.bytes + pbf->blob.size, false}, packed = {0};
    struct protobuf_field field;
    uint64_t size = 0;
    *content = (struct protobuf){0};
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1: *content = field.bytes; break;
        case 2: size = field.value; break;
        case 3: packed = field.bytes; break;
        case 4: return "it is compressed with LZMA, which is not read (osmium cat writes zlib)";
        case 5: return "it is compressed with bzip2, which is not read (osmium cat writes zlib)";
        case 6: return "it is compressed with LZ4, which is not read (osmium cat writes zlib)";
        case 7: return "it is compressed with Zstandard, which is not read (osmium cat writes zlib)";
        default: break;
        }
    }
    if (message.bad || (!content->at && !packed.at))
        return "it has no content";
    if (content->at)
        return NULL;
    const char *wrong = unpack(pbf, packed, size);
    *content = (struct protobuf){pbf->data.bytes, pbf->data.bytes + pbf->data.size, false};
    return wrong;
}

/* Kinds of blobs */

static bool known_feature(struct protobuf text)
{
    static const char *const known[] = {"OsmSchema-V0.6", "DenseNodes"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (protobuf_length(&text) == strlen(known[i]) && memcmp(text.at, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

/** What a reader must understand to read the file. */
static const char *read_file_header(struct pbf *pbf, struct protobuf message)
{
    struct protobuf_field field;
    while (protobuf_next(&message, &field))
        if (field.number == 4 && !known_feature(field.bytes)) {
            pbf->stopped = true;
            refuse(pbf->failure, EXIT_INPUT,
                   "%s: needs \"%.*s\" of its reader, which kiwibuild does not have", pbf->stream->name,
                   protobuf_length(&field.bytes) < 60 ? (int)protobuf_length(&field.bytes) : 60,
                   (const char *)field.bytes.at);
            return NULL;
        }
    return message.bad ? "its header ends too early" : NULL;
}

/** Blocks whose kinds are known are passed over if nobody asks for them. */
static bool is_wanted(const struct pbf *pbf)
{
    return pbf->number >= pbf->blocks->count || (pbf->blocks->kinds[pbf->number] & pbf->wanted);
}

static const char *read_blob(struct pbf *pbf, const struct head *head)
{
    struct protobuf content;
    if (!is_wanted(pbf)) {
        seek(pbf, stream_offset(pbf->stream) + head->size);
        return NULL;
    }
    pbf->block.kinds = 0;
    if (!read_bytes(pbf, &pbf->blob, (size_t)head->size))
        return "the file ends within it";
    const char *wrong = open_blob(pbf, &content);
    pbf->opened = !wrong;
    if (!wrong && strcmp(head->type, "OSMHeader") == 0)
        wrong = read_file_header(pbf, content);
    else if (!wrong && strcmp(head->type, "OSMData") == 0)
        wrong = osm_block_read(&pbf->block, content, pbf->sink, pbf->failure);
    else if (!wrong)
        wrong = "it is of an unknown type";
    pbf->stopped = pbf->stopped || pbf->block.stopped;
    return wrong;
}

/** Reads one blob; false behind the last one. */
static bool next_blob(struct pbf *pbf)
{
    struct head head;
    const char *wrong = NULL;
    pbf->opened = false;
    bool more = read_head(pbf, &head, &wrong);
    if (!more && !pbf->cut_off)
        return false;
    if (more && !wrong)
        wrong = read_blob(pbf, &head);
    if (pbf->stopped)
        return false;
    if (!more || wrong) {
        note_damage(pbf, wrong ? wrong : "the file ends within it");
        pbf->block.kinds = 0;
    }
    count_block(pbf, pbf->block.kinds);
    return !wrong || pbf->opened ? more : find_next(pbf);
}

static bool complain(const struct pbf *pbf)
{
    return refuse(pbf->failure, EXIT_INPUT,
                  "%s: %zu of %zu blocks are damaged, the first at byte %llu: %s; nothing is written",
                  pbf->stream->name, pbf->damaged, pbf->number, (unsigned long long)pbf->first_offset,
                  pbf->first_wrong);
}

bool osm_pbf_read(struct stream *stream, struct osm_blocks *blocks, const struct osm_sink *sink,
                  struct failure *failure)
{
    struct pbf pbf = {.stream = stream, .blocks = blocks, .sink = sink, .failure = failure};
    pbf.wanted = (sink->node ? OSM_NODES : 0u) | (sink->way ? OSM_WAYS : 0u) |
                 (sink->relation ? OSM_RELATIONS : 0u);
    while (next_blob(&pbf))
        ;
    osm_block_free(&pbf.block);
    buffer_free(&pbf.blob);
    buffer_free(&pbf.data);
    return !pbf.stopped && (!pbf.damaged || complain(&pbf));
}
