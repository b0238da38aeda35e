/* SPDX-License-Identifier: MIT */
/* Decodes the blocks of an OSM PBF file (https://wiki.openstreetmap.org/wiki/PBF_Format, osmformat.proto). */
#include "osm_block.h"

/* Bounds that keep sums and products within 64 bits; the earth is far within them. */
#define MOST_GRANULARITY ((int64_t)1 << 20)
#define MOST_PLACE ((int64_t)1 << 40)
#define MOST_OFFSET ((int64_t)1 << 60)

static const char misfit[] = "lists of an object differ in length";
static const char no_string[] = "a text that is not in the table";
static const char cut_off[] = "a message that ends too early";

static bool within(int64_t value, int64_t most)
{
    return value >= -most && value <= most;
}

/** The next number of a list that holds differences. */
static int64_t next_sum(struct protobuf *packed, int64_t *sum)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)protobuf_signed(protobuf_varint(packed)));
    return *sum;
}

/* Texts */

static void read_strings(struct osm_block *block, struct protobuf table)
{
    struct protobuf_field field;
    for (struct protobuf left = table; protobuf_next(&left, &field); block->string_count++) {
        buffer_append(&block->texts, field.bytes.at, protobuf_length(&field.bytes));
        buffer_append(&block->texts, "", 1);
    }
    block->strings = grow(block->strings, &block->string_capacity, block->string_count + 1,
                          sizeof *block->strings);
    const char *text = (const char *)block->texts.bytes;
    size_t number = 0;
    for (struct protobuf left = table; protobuf_next(&left, &field); number++) {
        block->strings[number] = text;
        text += protobuf_length(&field.bytes) + 1;
    }
}

static bool string_at(const struct osm_block *block, uint64_t number, const char **text)
{
    if (number >= block->string_count)
        return false;
    *text = block->strings[number];
    return true;
}

/** Tags as two lists of numbers of texts. */
static const char *read_tags(struct osm_block *block, struct protobuf keys, struct protobuf values,
                             struct tags *tags)
{
    size_t count = 0;
    for (; protobuf_more(&keys) && protobuf_more(&values); count++) {
        block->tags = grow(block->tags, &block->tag_capacity, count + 1, sizeof *block->tags);
        if (!string_at(block, protobuf_varint(&keys), &block->tags[count].key) ||
            !string_at(block, protobuf_varint(&values), &block->tags[count].value))
            return no_string;
    }
    *tags = (struct tags){block->tags, count};
    return protobuf_more(&keys) || protobuf_more(&values) || keys.bad || values.bad ? misfit : NULL;
}

/* Nodes */

static bool position_of(const struct osm_block *block, int64_t latitude, int64_t longitude,
                        struct position *position)
{
    if (!within(latitude, MOST_PLACE) || !within(longitude, MOST_PLACE))
        return false;
    *position = osm_position(block->latitude + block->granularity * latitude,
                             block->longitude + block->granularity * longitude);
    return true;
}

static const char off_the_earth[] = "a node that is not on the earth";

static void give_node(struct osm_block *block, const struct osm_node *node, const struct osm_sink *sink,
                      struct failure *failure)
{
    block->kinds |= OSM_NODES;
    if (sink->node)
        block->stopped = !sink->node(sink->context, node, failure);
}

static const char *read_node(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                             struct failure *failure)
{
    struct protobuf keys = {0}, values = {0};
    struct protobuf_field field;
    struct osm_node node = {0};
    int64_t latitude = 0, longitude = 0;
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1: node.id = protobuf_signed(field.value); break;
        case 2: keys = field.bytes; break;
        case 3: values = field.bytes; break;
        case 8: latitude = protobuf_signed(field.value); break;
        case 9: longitude = protobuf_signed(field.value); break;
        default: break;
        }
    }
    const char *wrong = message.bad ? cut_off : read_tags(block, keys, values, &node.tags);
    if (wrong)
        return wrong;
    if (!position_of(block, latitude, longitude, &node.position))
        return off_the_earth;
    give_node(block, &node, sink, failure);
    return NULL;
}

/** Of dense nodes: numbers of key and value in turn, 0 behind the last one of a node. */
static const char *read_dense_tags(struct osm_block *block, struct protobuf *packed, struct tags *tags)
{
    size_t count = 0;
    while (protobuf_more(packed)) {
        uint64_t key = protobuf_varint(packed);
        if (key == 0)
            break;
        block->tags = grow(block->tags, &block->tag_capacity, count + 1, sizeof *block->tags);
        if (!string_at(block, key, &block->tags[count].key) ||
            !string_at(block, protobuf_varint(packed), &block->tags[count].value))
            return no_string;
        count++;
    }
    *tags = (struct tags){block->tags, count};
    return packed->bad ? cut_off : NULL;
}

struct dense {
    struct protobuf ids, latitudes, longitudes, tags;
};

static const char *read_dense_nodes(struct osm_block *block, struct dense dense, const struct osm_sink *sink,
                                    struct failure *failure)
{
    int64_t id = 0, latitude = 0, longitude = 0;
    while (protobuf_more(&dense.ids) && !block->stopped) {
        struct osm_node node = {.id = next_sum(&dense.ids, &id)};
        next_sum(&dense.latitudes, &latitude);
        next_sum(&dense.longitudes, &longitude);
        if (dense.latitudes.bad || dense.longitudes.bad)
            return misfit;
        if (!position_of(block, latitude, longitude, &node.position))
            return off_the_earth;
        const char *wrong = read_dense_tags(block, &dense.tags, &node.tags);
        if (wrong)
            return wrong;
        give_node(block, &node, sink, failure);
    }
    return dense.ids.bad || (!block->stopped && protobuf_more(&dense.latitudes)) ? misfit : NULL;
}

static const char *read_dense(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                              struct failure *failure)
{
    struct protobuf_field field;
    struct dense dense = {0};
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1: dense.ids = field.bytes; break;
        case 8: dense.latitudes = field.bytes; break;
        case 9: dense.longitudes = field.bytes; break;
        case 10: dense.tags = field.bytes; break;
        default: break;
        }
    }
    return message.bad ? cut_off : read_dense_nodes(block, dense, sink, failure);
}

/* Ways */

static const char *read_references(struct osm_block *block, struct protobuf packed, struct osm_way *way)
{
    int64_t id = 0;
    for (; protobuf_more(&packed); way->node_count++) {
        block->ids = grow(block->ids, &block->id_capacity, way->node_count + 1, sizeof *block->ids);
        block->ids[way->node_count] = next_sum(&packed, &id);
    }
    way->nodes = block->ids;
    return packed.bad ? cut_off : NULL;
}

/** The places of the nodes, if the file has them here (an optional feature, LocationsOnWays). */
static const char *read_positions(struct osm_block *block, struct protobuf latitudes,
                                  struct protobuf longitudes, struct osm_way *way)
{
    int64_t latitude = 0, longitude = 0;
    if (!latitudes.at && !longitudes.at)
        return NULL;
    block->positions = grow(block->positions, &block->position_capacity, way->node_count + 1,
                            sizeof *block->positions);
    for (size_t i = 0; i < way->node_count; i++) {
        next_sum(&latitudes, &latitude);
        next_sum(&longitudes, &longitude);
        if (!position_of(block, latitude, longitude, &block->positions[i]))
            return off_the_earth;
    }
    way->positions = block->positions;
    return latitudes.bad || longitudes.bad || protobuf_more(&latitudes) || protobuf_more(&longitudes) ? misfit
                                                                                                      : NULL;
}

static const char *read_way(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                            struct failure *failure)
{
    struct protobuf keys = {0}, values = {0}, references = {0}, latitudes = {0}, longitudes = {0};
    struct protobuf_field field;
    struct osm_way way = {0};
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1: way.id = (int64_t)field.value; break;
        case 2: keys = field.bytes; break;
        case 3: values = field.bytes; break;
        case 8: references = field.bytes; break;
        case 9: latitudes = field.bytes; break;
        case 10: longitudes = field.bytes; break;
        default: break;
        }
    }
    const char *wrong = message.bad ? cut_off : read_tags(block, keys, values, &way.tags);
    if (!wrong)
        wrong = read_references(block, references, &way);
    if (!wrong)
        wrong = read_positions(block, latitudes, longitudes, &way);
    if (!wrong)
        block->stopped = !sink->way(sink->context, &way, failure);
    return wrong;
}

/* Relations */

static const char *read_members(struct osm_block *block, struct protobuf roles, struct protobuf ids,
                                struct protobuf types, struct relation *relation)
{
    int64_t id = 0;
    size_t count = 0;
    for (; protobuf_more(&ids); count++) {
        block->members = grow(block->members, &block->member_capacity, count + 1, sizeof *block->members);
        uint64_t type = protobuf_varint(&types);
        block->members[count] = (struct member){(enum member_type)type, next_sum(&ids, &id), ""};
        if (types.bad || type > MEMBER_RELATION)
            return "a member that is neither node, way nor relation";
        if (!string_at(block, protobuf_varint(&roles), &block->members[count].role))
            return no_string;
    }
    relation->members = block->members;
    relation->member_count = count;
    return ids.bad || roles.bad || protobuf_more(&roles) || protobuf_more(&types) ? misfit : NULL;
}

static const char *read_relation(struct osm_block *block, struct protobuf message,
                                 const struct osm_sink *sink, struct failure *failure)
{
    struct protobuf keys = {0}, values = {0}, roles = {0}, ids = {0}, types = {0};
    struct protobuf_field field;
    struct relation relation = {0};
    struct tags tags;
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1: relation.id = (int64_t)field.value; break;
        case 2: keys = field.bytes; break;
        case 3: values = field.bytes; break;
        case 8: roles = field.bytes; break;
        case 9: ids = field.bytes; break;
        case 10: types = field.bytes; break;
        default: break;
        }
    }
    const char *wrong = message.bad ? cut_off : read_tags(block, keys, values, &tags);
    if (!wrong)
        wrong = read_members(block, roles, ids, types, &relation);
    relation.tags = &tags;
    if (!wrong)
        block->stopped = !sink->relation(sink->context, &relation, failure);
    return wrong;
}

/* Blocks */

static const char *read_object(struct osm_block *block, const struct protobuf_field *field,
                               const struct osm_sink *sink, struct failure *failure)
{
    switch (field->number) {
    case 1: return read_node(block, field->bytes, sink, failure);
    case 2: return read_dense(block, field->bytes, sink, failure);
    case 3: block->kinds |= OSM_WAYS; return sink->way ? read_way(block, field->bytes, sink, failure) : NULL;
    case 4:
        block->kinds |= OSM_RELATIONS;
        return sink->relation ? read_relation(block, field->bytes, sink, failure) : NULL;
    default: return NULL; /* changesets, and what is added later */
    }
}

static const char *read_group(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                              struct failure *failure)
{
    struct protobuf_field field;
    while (!block->stopped && protobuf_next(&message, &field)) {
        const char *wrong = read_object(block, &field, sink, failure);
        if (wrong)
            return wrong;
    }
    return message.bad ? cut_off : NULL;
}

/** The texts and numbers of the whole block, which may stand behind its groups. */
static const char *read_head(struct osm_block *block, struct protobuf message)
{
    struct protobuf_field field;
    block->texts.size = block->string_count = 0;
    block->granularity = 100;
    block->latitude = block->longitude = 0;
    while (protobuf_next(&message, &field)) {
        switch (field.number) {
        case 1:
            if (block->string_count)
                return "two tables of texts";
            read_strings(block, field.bytes);
            break;
        case 17: block->granularity = (int64_t)field.value; break;
        case 19: block->latitude = (int64_t)field.value; break;
        case 20: block->longitude = (int64_t)field.value; break;
        default: break;
        }
    }
    if (block->granularity < 1 || block->granularity > MOST_GRANULARITY ||
        !within(block->latitude, MOST_OFFSET) || !within(block->longitude, MOST_OFFSET))
        return "a granularity or an offset that no file has";
    return message.bad ? cut_off : NULL;
}

const char *osm_block_read(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                           struct failure *failure)
{
    const char *wrong = read_head(block, message);
    struct protobuf_field field;
    block->kinds = 0;
    while (!wrong && !block->stopped && protobuf_next(&message, &field))
        if (field.number == 2)
            wrong = read_group(block, field.bytes, sink, failure);
    return wrong;
}

void osm_block_free(struct osm_block *block)
{
    release(block->strings);
    release(block->tags);
    release(block->ids);
    release(block->positions);
    release(block->members);
    buffer_free(&block->texts);
    *block = (struct osm_block){0};
}
