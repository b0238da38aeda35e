/* SPDX-License-Identifier: MIT */
/* Looks at UDF's volume descriptors before libudfread does, which trusts them. */
#include "disc/udf_check.h"

#include "bytes/view.h"

#include <string.h>

#define SECTOR 2048u

/* Generous: mastering programs write sequences of 16 sectors and a file set of 1 or 2. */
#define SEQUENCE_LIMIT 256u
#define FILE_SET_LIMIT 64u

/* ECMA-167 3/7.2, 3/10.2 and 3/10.6. */
enum {
    TAG_ANCHOR = 2,
    TAG_LOGICAL_VOLUME = 6,
    TAG_TERMINATOR = 8,
    SEQUENCES = 16, /* main length, main place, reserve length, reserve place */
    DOMAIN_ID = 217,
    FILE_SET = 248,
};

static uint32_t little32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

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
        *tag = view.bytes[0] | (unsigned)view.bytes[1] << 8;
    return view.bytes;
}

static bool is_logical_volume_sound(const uint8_t *descriptor, uint64_t sectors)
{
    uint32_t length = little32(descriptor + FILE_SET) & 0x3FFFFFFF;
    uint32_t block = little32(descriptor + FILE_SET + 4);

    return memcmp(descriptor + DOMAIN_ID, "*OSTA UDF Compliant", 19) == 0 && length > 0 &&
           length <= FILE_SET_LIMIT * SECTOR && block < sectors;
}

/* Counts the logical volume descriptors of a sequence; false if one of them is not sound. */
static bool check_sequence(struct kiwi_window *window, struct kiwi_source *source, uint32_t length,
                           uint32_t first, unsigned *volumes)
{
    uint32_t count = length / SECTOR;
    unsigned tag = 0;

    if (count > SEQUENCE_LIMIT)
        return false;
    for (uint32_t i = 0; i < count && tag != TAG_TERMINATOR; i++) {
        const uint8_t *descriptor = read_descriptor(window, source, (uint64_t)first + i, &tag);

        if (!descriptor || tag != TAG_LOGICAL_VOLUME)
            continue;
        if (!is_logical_volume_sound(descriptor, kiwi_source_size(source) / SECTOR))
            return false;
        (*volumes)++;
    }
    return true;
}

bool kiwi_udf_is_sound(struct kiwi_source *source)
{
    uint64_t sectors = kiwi_source_size(source) / SECTOR;
    uint64_t anchors[] = {256, sectors - 1,
                          sectors - 257}; /* those of a small image lie outside it, which is harmless */
    struct kiwi_window window;
    unsigned volumes = 0;
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
            place[k] = little32(anchor + SEQUENCES + (size_t)4 * k);
        sound = check_sequence(&window, source, place[0], place[1], &volumes) &&
                check_sequence(&window, source, place[2], place[3], &volumes);
    }
    kiwi_window_free(&window);
    return sound && volumes > 0;
}
