/* SPDX-License-Identifier: MIT */
/* Roads: lists of multilinks, whose sizes follow from their parts (7.2). */
#include <kiwi/fields.h>

#include "bytes/codec.h"
#include "map/mend.h"

/** Records of the table in the header. */
#define EACH (uint64_t) kiwi_type_display_class_management_record.fixed_size

/** A multilink by its own words. */
struct chain {
    struct kiwi_multilink_header header;
    uint64_t known;  /* bytes of the header's known fields */
    uint64_t shape;  /* bytes that as many nodes as stated take */
    uint64_t others; /* sections behind the connection records, as stated */
    uint64_t connections;
};

static uint64_t shape_of(const struct kiwi_mender *mender, uint64_t at, uint64_t limit, unsigned nodes)
{
    uint64_t start = at;
    for (; nodes > 0; nodes--) {
        struct kiwi_link_shape node;
        if (at >= limit || !kiwi_link_shape_decode(&node, mender->bytes + at, limit - at))
            return KIWI_NULL;
        at += kiwi_type_link_shape.fixed_size + (uint64_t)node.points_length;
    }
    return at - start;
}

/** The fields at fixed places: all can be read, whatever the sizes say. */
static void read_header(const struct kiwi_mender *mender, uint64_t at, struct kiwi_multilink_header *header)
{
    const struct kiwi_record_type *type = &kiwi_type_multilink_header;
    if (kiwi_multilink_header_decode(header, mender->bytes + at, mender->length - at))
        return;
    *header = (struct kiwi_multilink_header){
        .multilink_size = (uint32_t)kiwi_mend_value(mender, type, at, "multilink_size"),
        .header_size = (uint32_t)kiwi_mend_value(mender, type, at, "header_size"),
        .number_of_nodes = (uint16_t)kiwi_mend_value(mender, type, at, "number_of_nodes"),
        .shape_size = (uint32_t)kiwi_mend_value(mender, type, at, "shape_size"),
        .additional_node_size = (uint32_t)kiwi_mend_value(mender, type, at, "additional_node_size"),
        .altitude_size = (uint32_t)kiwi_mend_value(mender, type, at, "altitude_size"),
        .passage_regulation_size = (uint32_t)kiwi_mend_value(mender, type, at, "passage_regulation_size"),
        .has_link_id = kiwi_mend_value(mender, type, at, "has_link_id"),
        .has_route_number = kiwi_mend_value(mender, type, at, "has_route_number"),
        .has_guidance_offset = kiwi_mend_value(mender, type, at, "has_guidance_offset"),
        .has_street_address = kiwi_mend_value(mender, type, at, "has_street_address"),
        .temporal = kiwi_mend_value(mender, type, at, "temporal"),
        .expansion_record = kiwi_mend_value(mender, type, at, "expansion_record"),
    };
}

static bool read_chain(const struct kiwi_mender *mender, uint64_t at, uint64_t limit, struct chain *chain)
{
    const struct kiwi_multilink_header *header = &chain->header;
    uint64_t node_size = mender->parcel->level->record.node_record_size;
    if (at >= limit || limit - at < kiwi_type_multilink_header.fixed_size)
        return false;
    read_header(mender, at, &chain->header);
    chain->known = kiwi_type_multilink_header.fixed_size + 6 * (uint64_t)header->has_link_id +
                   4 * (uint64_t)header->has_route_number + 2 * (uint64_t)header->has_guidance_offset +
                   2 * (uint64_t)header->has_street_address;
    if (header->has_street_address && chain->known <= limit - at)
        chain->header.street_address_size = (kiwi_load16(mender->bytes + at + chain->known - 2) & 0xFFF) * 2;
    chain->others = (uint64_t)header->additional_node_size + header->altitude_size +
                    header->passage_regulation_size + header->street_address_size;
    chain->connections = node_size == KIWI_NULL ? 0 : node_size * header->number_of_nodes;
    chain->shape = header->header_size < chain->known
                       ? KIWI_NULL
                       : shape_of(mender, at + header->header_size, limit, header->number_of_nodes);
    return true;
}

/** Whether sizes add up to a whole, with connection records or without. */
static bool adds_up(const struct chain *chain, uint64_t header, uint64_t shape, uint64_t connections,
                    uint64_t size)
{
    uint64_t sum = header + shape + chain->others;
    return sum == size || sum + connections == size;
}

static bool is_whole(const struct chain *chain, uint64_t room)
{
    return chain->shape == chain->header.shape_size && chain->header.number_of_nodes > 0 &&
           chain->header.multilink_size <= room &&
           adds_up(chain, chain->header.header_size, chain->shape, chain->connections,
                   chain->header.multilink_size);
}

/** Whether a record has more behind its sections, as it says: temporal information, which is as long as that
 * of backgrounds and names, or expansion data, which may be of any length. */
static bool has_more(const struct chain *chain)
{
    enum { TEMPORAL = 8 };
    const struct kiwi_multilink_header *header = &chain->header;
    const uint64_t sum = header->header_size + chain->shape + chain->others;
    if (chain->shape != header->shape_size || header->number_of_nodes == 0 || header->multilink_size < sum)
        return false;
    return header->expansion_record ||
           (header->temporal && adds_up(chain, header->header_size, chain->shape, chain->connections,
                                        (uint64_t)header->multilink_size - TEMPORAL));
}

/** Whether another multilink that adds up follows, or none can. */
static bool is_next(const struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    struct chain chain;
    return at == limit || (read_chain(mender, at, limit, &chain) &&
                           (is_whole(&chain, limit - at) ||
                            (has_more(&chain) && chain.header.multilink_size <= limit - at)));
}

static bool is_sound(const struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    return is_next(mender, at, limit) || (at < limit && kiwi_mend_is_padding(mender, at, limit));
}

/** The number of nodes that make the shape as long as it states; 0 if none does. */
static unsigned count_nodes(const struct kiwi_mender *mender, uint64_t at, uint64_t limit, uint64_t size)
{
    uint64_t end = size <= limit - at ? at + size : limit;
    unsigned nodes = 0;
    uint64_t shape = 0;
    while (at + shape < end) {
        uint64_t node = shape_of(mender, at + shape, limit, 1);
        if (node == KIWI_NULL)
            return 0;
        shape += node;
        nodes++;
    }
    return shape == size ? nodes : 0;
}

/** Mends header size, nodes or shape of a multilink whose own size holds; false if that does not help. */
static bool mend_parts(struct kiwi_mender *mender, uint64_t at, uint64_t limit, const struct chain *chain)
{
    const struct kiwi_record_type *type = &kiwi_type_multilink_header;
    const struct kiwi_multilink_header *header = &chain->header;
    uint64_t size = header->multilink_size;
    uint64_t end = size <= limit - at ? at + size : limit;
    uint64_t node_size = mender->parcel->level->record.node_record_size;
    if (header->header_size >= chain->known && chain->shape != KIWI_NULL && header->number_of_nodes > 0 &&
        chain->shape != header->shape_size &&
        adds_up(chain, header->header_size, chain->shape, chain->connections, size)) {
        kiwi_mend_word(mender, type, at, "shape_size", chain->shape);
        return true;
    }
    if (header->header_size >= chain->known && header->header_size < end - at) {
        unsigned nodes = count_nodes(mender, at + header->header_size, end, header->shape_size);
        uint64_t connections = node_size == KIWI_NULL ? 0 : node_size * nodes;
        if (nodes > 0 && nodes != header->number_of_nodes &&
            adds_up(chain, header->header_size, header->shape_size, connections, size)) {
            kiwi_mend_word(mender, type, at, "number_of_nodes", nodes);
            return true;
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        uint64_t rest = header->shape_size + chain->others + (i == 2 ? chain->connections : 0);
        uint64_t derived = i == 0 ? chain->known : size > rest ? size - rest : 0;
        if (derived < chain->known || derived == header->header_size ||
            shape_of(mender, at + derived, end, header->number_of_nodes) != header->shape_size ||
            !adds_up(chain, derived, header->shape_size, chain->connections, size))
            continue;
        kiwi_mend_word(mender, type, at, "header_size", derived);
        return true;
    }
    return false;
}

/** Mends the size of one of the sections whose layout is not known, if the rest of the record holds. */
static bool mend_sections(struct kiwi_mender *mender, uint64_t at, const struct chain *chain)
{
    const struct kiwi_multilink_header *header = &chain->header;
    const char *const names[] = {"additional_node_size", "altitude_size", "passage_regulation_size"};
    const uint64_t sizes[] = {header->additional_node_size, header->altitude_size,
                              header->passage_regulation_size};
    uint64_t fixed = header->header_size + chain->shape + chain->connections;
    if (chain->shape != header->shape_size || header->multilink_size < fixed)
        return false;
    uint64_t room = header->multilink_size - fixed;
    for (unsigned i = 0; i < 3; i++) {
        uint64_t others = chain->others - sizes[i];
        if (others > room || (sizes[i] <= room && sizes[i] != 0))
            continue;
        kiwi_mend_word(mender, &kiwi_type_multilink_header, at, names[i], room - others);
        return true;
    }
    for (unsigned i = 0; i < 3; i++) /* one of several: which one, their layouts do not say */
        if (sizes[i] != 0)
            kiwi_mend_doubt(mender, KIWI_ERROR, &kiwi_type_multilink_header, at, names[i],
                            "sections that fill the multilink", sizes[i]);
    return true;
}

/** Ids of a chain go up by one from link to link; a gap is allowed, but no disc seen has one. */
static void check_ids(const struct kiwi_mender *mender, uint64_t at, const struct chain *chain)
{
    enum { NO_ID = 0x3FFFFFFF };
    const struct kiwi_multilink_header *header = &chain->header;
    if (header->has_link_id && header->link_id != NO_ID && header->number_of_nodes > 1 &&
        header->end_link_id_differential + 2 != header->number_of_nodes)
        kiwi_mend_doubt(mender, KIWI_WARNING, &kiwi_type_multilink_header, at, "end_link_id_differential",
                        "two less than there are nodes, since ids are consecutive",
                        header->end_link_id_differential);
}

/** Mends the size of a multilink by the sum of its parts, if that is at most so much and another one follows
 * there; 0 if not. */
static uint64_t mend_size(struct kiwi_mender *mender, uint64_t at, uint64_t limit, const struct chain *chain,
                          uint64_t most)
{
    const uint64_t size = chain->header.multilink_size;
    const uint64_t least = chain->header.header_size + chain->shape + chain->others;
    for (unsigned i = 0; i < (most == KIWI_NULL ? 2 : 1); i++) {
        const uint64_t derived = least + (i == 0 ? chain->connections : 0);
        if (derived == size || derived > most || derived > limit - at ||
            !is_sound(mender, at + derived, limit))
            continue;
        kiwi_mend_word(mender, &kiwi_type_multilink_header, at, "multilink_size", derived);
        return derived;
    }
    return 0;
}

/** Bytes of so many nodes with their points; KIWI_NULL if they are not all there. */
static uint64_t skip_nodes(const uint8_t *nodes, uint64_t available, int64_t count)
{
    uint64_t length = 0;
    for (; count > 0; count--) {
        if (length > available || available - length < KIWI_LINK_SHAPE_SIZE)
            return KIWI_NULL;
        length += KIWI_LINK_SHAPE_SIZE + 2 * (uint64_t)kiwi_link_shape_number_of_points(nodes + length);
    }
    return length <= available ? length : KIWI_NULL;
}

/** The size of a multilink in which nothing contradicts anything, as nearly all are; 0 if it has to be looked
 * at closely. Beside is_whole() and check_ids() it is what makes checking a disc quick. */
static uint64_t size_of_sound(const struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    const uint8_t *bytes = mender->bytes + at;
    if (at >= limit || limit - at < KIWI_MULTILINK_HEADER_SIZE)
        return 0;
    const uint64_t size = (uint64_t)kiwi_multilink_header_multilink_size(bytes);
    const uint64_t header = (uint64_t)kiwi_multilink_header_header_size(bytes);
    const int64_t nodes = kiwi_multilink_header_number_of_nodes(bytes);
    const bool ids = kiwi_multilink_header_has_link_id(bytes);
    const bool address = kiwi_multilink_header_has_street_address(bytes);
    const uint64_t known = KIWI_MULTILINK_HEADER_SIZE + 6 * (uint64_t)ids +
                           4 * (uint64_t)kiwi_multilink_header_has_route_number(bytes) +
                           2 * (uint64_t)kiwi_multilink_header_has_guidance_offset(bytes) +
                           2 * (uint64_t)address;
    if (size > limit - at || header > size || header < known || nodes == 0)
        return 0;
    if (ids && kiwi_load16(bytes + KIWI_MULTILINK_HEADER_SIZE + 4) + INT64_C(2) != nodes)
        return 0;
    const uint64_t shape = skip_nodes(bytes + header, size - header, nodes);
    const uint64_t node_size = mender->parcel->level->record.node_record_size;
    const uint64_t connections = node_size == KIWI_NULL ? 0 : node_size * (uint64_t)nodes;
    const uint64_t sum = header + shape + (uint64_t)kiwi_multilink_header_additional_node_size(bytes) +
                         (uint64_t)kiwi_multilink_header_altitude_size(bytes) +
                         (uint64_t)kiwi_multilink_header_passage_regulation_size(bytes) +
                         (address ? (kiwi_load16(bytes + known - 2) & 0xFFFu) * UINT64_C(2) : 0);
    return shape != KIWI_NULL && shape == (uint64_t)kiwi_multilink_header_shape_size(bytes) &&
                   (sum == size || sum + connections == size)
               ? size
               : 0;
}

uint64_t kiwi_mend_multilink(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    struct chain chain;
    const uint64_t sound = size_of_sound(mender, at, limit);
    if (sound != 0)
        return sound;
    if (!read_chain(mender, at, limit, &chain) || !kiwi_any(mender->bytes + at, 6))
        return 0;
    uint64_t size = chain.header.multilink_size;
    bool holds = size >= chain.known && size <= limit - at;
    if (holds && (is_whole(&chain, limit - at) || (has_more(&chain) && is_sound(mender, at + size, limit)))) {
        check_ids(mender, at, &chain);
        return size;
    }
    /* Where all else adds up, two chains of one size make twice the size look right, too. */
    const bool sums = chain.shape != KIWI_NULL && chain.shape == chain.header.shape_size;
    uint64_t derived = sums && holds ? mend_size(mender, at, limit, &chain, size) : 0;
    if (derived != 0)
        return derived;
    if (holds && is_sound(mender, at + size, limit) &&
        (mend_parts(mender, at, limit, &chain) || mend_sections(mender, at, &chain)))
        return size;
    derived = sums ? mend_size(mender, at, limit, &chain, KIWI_NULL) : 0;
    if (derived != 0)
        return derived;
    return holds ? size : 0;
}

/** Where the next list begins that a class states, behind a place; end if there is none. */
static uint64_t next_list(const struct kiwi_mender *mender, uint64_t at, uint64_t table, unsigned count,
                          uint64_t behind, uint64_t end)
{
    uint64_t next = end;
    for (unsigned i = 0; i < count; i++) {
        struct kiwi_display_class_management_record record;
        if (table + EACH * (i + 1) > mender->length ||
            !kiwi_display_class_management_record_decode(&record, mender->bytes + table + EACH * i, EACH))
            break;
        if (record.offset != KIWI_NULL && at + record.offset > behind && at + record.offset < next)
            next = at + record.offset;
    }
    return next;
}

/** Whether one of the classes behind one states that its list begins at a place. */
static bool is_taken(const struct kiwi_mender *mender, uint64_t at, uint64_t table, unsigned count,
                     unsigned i, uint64_t place)
{
    struct kiwi_display_class_management_record record;
    for (i++; i < count && table + EACH * (i + 1) <= mender->length; i++)
        if (kiwi_display_class_management_record_decode(&record, mender->bytes + table + EACH * i, EACH) &&
            record.number_of_multilinks > 0 && record.offset != KIWI_NULL && at + record.offset == place)
            return true;
    return false;
}

/** Whether one of the classes behind one has records, but no place for them. */
static bool has_lost(const struct kiwi_mender *mender, uint64_t at, uint64_t table, unsigned count,
                     unsigned i, uint64_t end)
{
    struct kiwi_display_class_management_record record;
    uint64_t behind = table + EACH * count - at;
    for (i++; i < count && table + EACH * (i + 1) <= end; i++)
        if (kiwi_display_class_management_record_decode(&record, mender->bytes + table + EACH * i, EACH) &&
            record.number_of_multilinks != 0 && (record.offset < behind || record.offset >= end - at))
            return true;
    return false;
}

/** The number of display classes: as stated if the header's size or the first list bears it out. */
static unsigned mend_counts(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    enum { CLASSES = 16 };
    const struct kiwi_record_type *type = &kiwi_type_road_distribution_header;
    struct kiwi_road_distribution_header header;
    kiwi_road_distribution_header_decode(&header, mender->bytes + at, end - at);
    unsigned classes = header.number_of_display_classes;
    unsigned additional = header.number_of_additional_data;
    uint64_t table = at + type->fixed_size;
    uint64_t first = next_list(mender, at, table, 1, table, end) - at;
    for (unsigned i = 0; table + EACH * i < at + first && at + first <= end && i < CLASSES; i++)
        first = next_list(mender, at, table, i + 1, table, at + first) - at;
    uint64_t by_counts = type->fixed_size + EACH * (classes + additional);
    bool known = header.header_size != KIWI_NULL && header.header_size >= type->fixed_size &&
                 (header.header_size == first || first == end - at);
    uint64_t by_size = known ? header.header_size : first;
    if (by_counts == first && header.header_size != first)
        kiwi_mend_word(mender, type, at, "header_size", first);
    if (by_counts == first || by_counts == header.header_size || by_counts == by_size ||
        by_size >= end - at || by_size % EACH != 0)
        return classes;
    uint64_t records = (by_size - type->fixed_size) / EACH;
    unsigned level = mender->parcel->level->road_class_count;
    bool by_level = level != 0 && classes == level && records >= classes;
    /* Else the one that leaves fewer additional data, which are rare. */
    bool by_classes = by_level || (classes > 0 && records >= classes && records - classes < additional);
    if (!by_classes && records >= additional && records - additional <= CLASSES && additional < records) {
        kiwi_mend_word(mender, type, at, "number_of_display_classes", records - additional);
        return (unsigned)(records - additional);
    }
    if (by_classes)
        kiwi_mend_word(mender, type, at, "number_of_additional_data", records - classes);
    return classes;
}

void kiwi_mend_road(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    enum { LIST_HEAD = 2 };
    const struct kiwi_record_type *type = &kiwi_type_display_class_management_record;
    if (end - at < kiwi_type_road_distribution_header.fixed_size)
        return;
    unsigned classes = mend_counts(mender, at, end);
    struct kiwi_road_distribution_header header;
    kiwi_road_distribution_header_decode(&header, mender->bytes + at, end - at);
    uint64_t table = at + kiwi_type_road_distribution_header.fixed_size;
    /* Additional data may lie before, between and behind the lists; their records begin with an offset, too.
     */
    unsigned additional = header.number_of_additional_data;
    uint64_t others = table + EACH * classes;
    uint64_t next = others + EACH * additional;
    for (unsigned i = 0; i < classes && table + EACH * (i + 1) <= end; i++) {
        struct kiwi_display_class_management_record record;
        uint64_t entry = table + EACH * i;
        kiwi_display_class_management_record_decode(&record, mender->bytes + entry, EACH);
        uint64_t first = next_list(mender, at, others, additional, next,
                                   next_list(mender, at, table, classes, next, end));
        /* An empty list still has its display scale flags. */
        bool empty = record.number_of_multilinks == 0 && first == next + LIST_HEAD &&
                     kiwi_any(mender->bytes + next, LIST_HEAD);
        if (record.offset == KIWI_NULL && record.number_of_multilinks == 0 && !empty)
            continue;
        uint64_t begin = at + record.offset;
        bool legal = record.offset != KIWI_NULL && begin >= next && begin < end &&
                     (!kiwi_any(mender->bytes + next, begin - next) ||
                      next_list(mender, at, others, additional, next - 1, end) < begin);
        uint64_t behind = next_list(mender, at, table, classes, legal ? begin : next, end);
        behind = next_list(mender, at, others, additional, legal ? begin : next, behind);
        if (!legal && (empty || record.number_of_multilinks > 0) && next + LIST_HEAD <= behind &&
            kiwi_any(mender->bytes + next, behind - next) && !is_taken(mender, at, table, classes, i, next)) {
            begin = next;
            kiwi_mend_word(mender, type, entry, "offset", begin - at);
            /* Its own offset bounded it. */
            behind = next_list(mender, at, table, classes, begin, end);
            behind = next_list(mender, at, others, additional, begin, behind);
        } else if (!legal) {
            kiwi_mend_word(mender, type, entry,
                           record.offset == KIWI_NULL ? "number_of_multilinks" : "offset",
                           record.offset == KIWI_NULL ? 0 : KIWI_NULL);
            continue;
        }
        uint32_t count = record.number_of_multilinks;
        mender->may_grow = !has_lost(mender, at, table, classes, i, end);
        next = kiwi_mend_list(mender, kiwi_mend_multilink, begin + LIST_HEAD, behind, &count);
        if (count != record.number_of_multilinks)
            kiwi_mend_word(mender, type, entry, "number_of_multilinks", count);
    }
}
