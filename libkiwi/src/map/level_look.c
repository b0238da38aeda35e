/* SPDX-License-Identifier: MIT */
/* The first frames of a level, and what their headers say (7.1.1, 7.2.1, 7.3.1, 7.4.1). */
#include "map/level_look.h"

#include <math.h>

#include "bytes/codec.h"
#include "bytes/source.h"
#include "map/tree_list.h"

static void agree(struct kiwi_agreed *agreed, uint64_t value)
{
    if (agreed->seen++ == 0)
        agreed->value = value;
    agreed->differs |= value != agreed->value;
}

static bool is_near(double a, double b)
{
    const double eighths = fmod(fabs(a - b), 360) * KIWI_EIGHTHS_PER_DEGREE;
    return eighths < 2 || eighths > 360 * KIWI_EIGHTHS_PER_DEGREE - 2.0;
}

/** Whether the header of a frame says that its parcel begins where the grid places it. */
static bool is_placed(const struct kiwi_parcel *parcel, const struct kiwi_frame_head *head)
{
    struct kiwi_parcel whole = *parcel;
    whole.part_column = whole.part_row = 0;
    whole.part_columns = whole.part_rows = 1;
    const struct kiwi_place place = kiwi_pid_place(&head->header.lower_left);
    const struct kiwi_box box = kiwi_parcel_box(&whole);
    return is_near(place.latitude, box.south) && is_near(place.longitude, box.west);
}

/** Bytes of a data frame, as many as there are; how many is returned. */
static size_t read_data(const struct kiwi_parcel *parcel, uint64_t offset, uint8_t *bytes, size_t length)
{
    size_t received;
    return offset < parcel->size && kiwi_source_read_before(parcel->file->source, parcel->offset + offset,
                                                            bytes, length, &received, NULL) == KIWI_OK
               ? received
               : 0;
}

/** Bytes of a connection record, by what is left of the first chain that has any. */
static void look_at_chain(struct kiwi_evidence *evidence, const struct kiwi_parcel *parcel, uint64_t offset,
                          const uint8_t *lists, size_t length)
{
    const size_t each = kiwi_type_display_class_management_record.fixed_size;
    struct kiwi_display_class_management_record list;
    struct kiwi_multilink_header chain;
    uint8_t bytes[64];
    for (size_t at = 0; kiwi_display_class_management_record_decode(&list, lists + at, length - at);
         at += each) {
        if (list.offset == KIWI_NULL || list.number_of_multilinks == 0)
            continue;
        const size_t received = read_data(parcel, offset + list.offset + kiwi_type_road_data_list.fixed_size,
                                          bytes, sizeof bytes);
        if (!kiwi_multilink_header_decode(&chain, bytes, received))
            return;
        const uint64_t known = (uint64_t)chain.header_size + chain.shape_size + chain.additional_node_size +
                               chain.altitude_size + chain.passage_regulation_size +
                               chain.street_address_size;
        if (chain.number_of_nodes > 0 && chain.multilink_size > known &&
            (chain.multilink_size - known) % chain.number_of_nodes == 0)
            agree(&evidence->node_record, (chain.multilink_size - known) / chain.number_of_nodes);
        return;
    }
}

/** How many classes the data frames have: roads say it, the others have nothing else in their headers. */
static void look_at_classes(struct kiwi_evidence *evidence, const struct kiwi_parcel *parcel,
                            const struct kiwi_frame_head *head)
{
    enum { KINDS = 3, ROAD = 0, HEAD = 2, RECORD = 4 };
    const size_t each = kiwi_type_data_frame_management_record.fixed_size;
    uint64_t at = kiwi_frame_head_table(head);
    for (unsigned kind = 0; kind < KINDS && at + each <= head->length; kind++, at += each) {
        struct kiwi_data_frame_management_record entry;
        struct kiwi_road_distribution_header road;
        uint8_t bytes[256];
        kiwi_data_frame_management_record_decode(&entry, head->bytes + at, each);
        if (entry.offset == KIWI_NULL || entry.size == 0)
            continue;
        const size_t received = read_data(parcel, entry.offset, bytes, sizeof bytes);
        const size_t fixed = kiwi_type_road_distribution_header.fixed_size;
        if (kind != ROAD && received >= HEAD) {
            agree(&evidence->classes[kind], (2 * (uint64_t)kiwi_load16(bytes) - HEAD) / RECORD);
        } else if (kind == ROAD && kiwi_road_distribution_header_decode(&road, bytes, received)) {
            agree(&evidence->classes[kind], road.number_of_display_classes);
            look_at_chain(evidence, parcel, entry.offset, bytes + fixed, received - fixed);
        }
    }
}

static void look_at_frame(const struct kiwi_tree *tree, const struct kiwi_parcel *parcel,
                          struct kiwi_evidence *evidence)
{
    struct kiwi_frame_head head;
    evidence->frames++;
    if (!kiwi_frame_head_read(&head, parcel->file, parcel->offset))
        return;
    evidence->placed += is_placed(parcel, &head);
    for (unsigned count = 1; count <= KIWI_ENTRY_LIMIT; count++)
        evidence->whole[count] += kiwi_tree_size_by(tree, &head, parcel->file->size - parcel->offset,
                                                    count) == parcel->size;
    look_at_classes(evidence, parcel, &head);
    const unsigned type = head.header.division_type;
    if (!parcel->divided || type < 1 || type > 3)
        return;
    if (head.header.latitude_part == parcel->part_row && head.header.longitude_part == parcel->part_column)
        evidence->divided[type - 1].good++;
    else
        evidence->divided[type - 1].bad++;
}

static void look_at_guidance(const struct kiwi_parcel *frame, struct kiwi_evidence *evidence)
{
    const uint64_t fixed = kiwi_type_route_guidance_distribution_header.fixed_size;
    const uint64_t each = kiwi_type_route_guidance_management_record.fixed_size;
    uint8_t bytes[2];
    if (read_data(frame, 0, bytes, sizeof bytes) < sizeof bytes)
        return;
    const uint64_t size = 2 * (uint64_t)kiwi_load16(bytes);
    if (size > fixed && (size - fixed) % each == 0)
        agree(&evidence->guidance, (size - fixed) / each);
}

/** The list of parts that was begun: whether it ends well by the counts of its type. */
static void look_at_parts(const struct kiwi_tree *tree, const struct kiwi_tree_item *item,
                          struct kiwi_evidence *evidence)
{
    struct kiwi_parcel_management_information head;
    if (!tree->met_in_part ||
        !kiwi_parcel_management_information_decode(&head, item->bytes, item->available) ||
        head.parcels_type < 1 || head.parcels_type > 3)
        return;
    if (kiwi_tree_part_ends_well(tree))
        evidence->divided[head.parcels_type - 1].good++;
    else
        evidence->divided[head.parcels_type - 1].bad++;
}

/** Whether a step is within what may be gone through: lists that were viewed count, be they lists or not. */
static bool pay(struct kiwi_look_budget *budget, const struct kiwi_tree *tree, enum kiwi_tree_step step)
{
    const uint64_t bytes = step == KIWI_TREE_BLOCK ? tree->view.length : 0;
    if (budget->steps == 0 || bytes > budget->bytes)
        return false;
    budget->steps--;
    budget->bytes -= bytes;
    return true;
}

/** Whether enough was seen: frames, and among them some of each kind of data, which may be rare. */
static bool is_enough(const struct kiwi_evidence *evidence)
{
    enum { FEW = 64, MANY = 1024 };
    const struct kiwi_agreed *classes = evidence->classes;
    return evidence->frames >=
           (classes[0].seen > 0 && classes[1].seen > 0 && classes[2].seen > 0 ? FEW : MANY);
}

static void look_through(struct kiwi_tree *tree, bool parts, struct kiwi_look_budget *budget,
                         struct kiwi_evidence *evidence)
{
    enum { PARTS = 64, STEPS = 8192 };
    struct kiwi_tree_item item;
    unsigned divided = 0;
    for (unsigned i = 0; i < STEPS && (parts ? divided < PARTS : !is_enough(evidence)); i++) {
        if (!tree->in_block)
            tree->view.length = 0; /* of the block before */
        const enum kiwi_tree_step step = kiwi_tree_next(tree, &item);
        if (step == KIWI_TREE_END || step == KIWI_TREE_FAILED || !pay(budget, tree, step))
            break;
        if (step == KIWI_TREE_LIST)
            look_at_parts(tree, &item, evidence);
        if (step == KIWI_TREE_GUIDANCE)
            look_at_guidance(&item.parcel, evidence);
        if (step == KIWI_TREE_PARCEL && (item.parcel.divided || !is_enough(evidence)))
            look_at_frame(tree, &item.parcel, evidence);
        divided += step == KIWI_TREE_PARCEL && item.parcel.divided;
    }
}

struct kiwi_evidence kiwi_level_look(struct kiwi_map *map, const struct kiwi_level *level, bool parts,
                                     struct kiwi_look_budget *budget)
{
    const struct kiwi_reporter reporter = map->reporter;
    struct kiwi_evidence evidence = {0};
    struct kiwi_level announced = *level; /* frames of route guidance are looked for in any case */
    struct kiwi_error error;
    struct kiwi_claims claims;
    struct kiwi_tree tree;
    announced.record.basic_route_guidance_frames |= 1;
    map->reporter.callback = NULL;
    kiwi_claims_init(&claims, map->disc);
    if (kiwi_tree_open(&tree, map, &announced, NULL, &claims, &error) == KIWI_OK) {
        tree.believes = tree.wants_guidance = true;
        look_through(&tree, parts, budget, &evidence);
    }
    kiwi_tree_close(&tree);
    kiwi_claims_free(&claims);
    map->reporter = reporter;
    return evidence;
}
