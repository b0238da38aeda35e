/* SPDX-License-Identifier: MIT */
/* Looks at UDF's volume descriptors before libudfread does, which trusts them. */
#include "disc/udf_check.h"

#include "bytes/codec.h"
#include "bytes/view.h"

#include <string.h>

#define SECTOR 2048u
enum { ANCHOR = 256 }; /* sector of the first one */

/* Generous: mastering programs write sequences of 16 sectors and a file set of 1 or 2. */
#define SEQUENCE_LIMIT 256u
/* Descriptors that a sequence usually has; more are read when they are there. */
#define USUAL_LENGTH 8u
#define FILE_SET_LIMIT 64u

/* ECMA-167 3/7.2, 3/10.2, 3/10.5 and 3/10.6. */
enum {
    TAG_ANCHOR = 2,
    TAG_PARTITION = 5,
    TAG_LOGICAL_VOLUME = 6,
    TAG_TERMINATOR = 8,
    SEQUENCES = 16, /* main length, main place, reserve length, reserve place */
    PARTITION_START = 188,
    PARTITION_LENGTH = 192,
    DOMAIN_ID = 217,
    FILE_SET = 248,
};

/* A sector with a descriptor whose tag has its checksum; *tag is 0 if it has none. */
static const uint8_t *read_descriptor(struct kiwi_window *window, struct kiwi_source *source, uint64_t sector,
                                      unsigned *tag)
{
    struct kiwi_view view;
    uint8_t sum = 0;

    *tag = 0;
    if (kiwi_window_view(window, source, sector * SECTOR, SECTOR, &view, NULL) != KIWI_OK ||
        view.length < SECTOR)
        return NULL;
    for (unsigned i = 0; i < 16; i++)
        sum = (uint8_t)(sum + (i != 4 ? view.bytes[i] : 0));
    if (sum == view.bytes[4])
        *tag = kiwi_load16_little(view.bytes);
    return view.bytes;
}

static bool is_logical_volume_sound(const uint8_t *descriptor, uint64_t sectors)
{
    uint32_t length = kiwi_load32_little(descriptor + FILE_SET) & 0x3FFFFFFF;
    uint32_t block = kiwi_load32_little(descriptor + FILE_SET + 4);

    return memcmp(descriptor + DOMAIN_ID, "*OSTA UDF Compliant", 19) == 0 && length > 0 &&
           length <= FILE_SET_LIMIT * SECTOR && block < sectors;
}

/* What the sequences of volume descriptors contain. */
struct volumes {
    unsigned count; /* of logical volume descriptors */
    uint64_t end;   /* of the partition that reaches farthest, in sectors */
};

static void add_partition(struct volumes *volumes, const uint8_t *descriptor)
{
    uint64_t end = (uint64_t)kiwi_load32_little(descriptor + PARTITION_START) +
                   kiwi_load32_little(descriptor + PARTITION_LENGTH);

    volumes->end = end > volumes->end ? end : volumes->end;
}

/* False if a logical volume descriptor of the sequence is not sound. */
static bool check_sequence(struct kiwi_window *window, struct kiwi_source *source, uint32_t length,
                           uint32_t first, struct volumes *volumes)
{
    uint32_t count = length / SECTOR;
    unsigned tag = 0;

    if (count > SEQUENCE_LIMIT)
        return false;
    kiwi_window_stop_at(window, ((uint64_t)first + (count < USUAL_LENGTH ? count : USUAL_LENGTH)) * SECTOR);
    for (uint32_t i = 0; i < count && tag != TAG_TERMINATOR; i++) {
        const uint8_t *descriptor = read_descriptor(window, source, (uint64_t)first + i, &tag);

        if (descriptor && tag == TAG_PARTITION)
            add_partition(volumes, descriptor);
        if (!descriptor || tag != TAG_LOGICAL_VOLUME)
            continue;
        if (!is_logical_volume_sound(descriptor, kiwi_source_size(source) / SECTOR))
            return false;
        volumes->count++;
    }
    return true;
}

/* False if the volume descriptors are not sound. */
static bool check_volumes(struct kiwi_source *source, struct volumes *volumes)
{
    uint64_t sectors = kiwi_source_size(source) / SECTOR;
    uint64_t anchors[] = {ANCHOR, sectors - 1,
                          sectors - 257}; /* those of a small image lie outside it, which is harmless */
    struct kiwi_window window;
    uint32_t before[4] = {0}; /* sequences that the anchor before leads to; nearly always the same */
    bool sound = true;

    kiwi_window_init(&window);
    for (unsigned i = 0; i < 3 && sound; i++) {
        unsigned tag;
        const uint8_t *anchor = anchors[i] < sectors ? read_descriptor(&window, source, anchors[i], &tag)
                                                     : NULL;
        uint32_t place[4];

        if (!anchor || tag != TAG_ANCHOR)
            continue;
        for (unsigned k = 0; k < 4; k++)
            place[k] = kiwi_load32_little(anchor + SEQUENCES + (size_t)4 * k);
        if (memcmp(place, before, sizeof place) == 0)
            continue;
        memcpy(before, place, sizeof before);
        sound = check_sequence(&window, source, place[0], place[1], volumes) &&
                check_sequence(&window, source, place[2], place[3], volumes);
    }
    kiwi_window_free(&window);
    return sound && volumes->count > 0;
}

bool kiwi_udf_has_anchor(struct kiwi_source *source)
{
    struct kiwi_window window;
    unsigned tag;

    kiwi_window_init(&window);
    read_descriptor(&window, source, ANCHOR, &tag);
    kiwi_window_free(&window);
    return tag == TAG_ANCHOR;
}

bool kiwi_udf_is_sound(struct kiwi_source *source)
{
    struct volumes volumes = {0};

    return check_volumes(source, &volumes);
}

uint64_t kiwi_udf_volume_size(struct kiwi_source *source)
{
    struct volumes volumes = {0};

    return check_volumes(source, &volumes) ? volumes.end * SECTOR : 0;
}
