/* SPDX-License-Identifier: MIT */
/* Files that are given instead of an image: archives, compressed images, and what lies beside an image. */
#include "disc/stranger.h"

#include "bytes/source.h"

#include <string.h>
#include <strings.h>

enum {
    HEAD = 16,
    CERTAIN = 4 /* bytes of a head that are no chance */
};

/** By the first bytes. */
static const struct {
    const char *bytes;
    size_t length;
    const char *what;
} heads[] = {
    {"PK\3\4", 4, "a ZIP archive: unpack it first"},
    {"\x1F\x8B", 2, "compressed with gzip: unpack it first"},
    {"BZh", 3, "compressed with bzip2: unpack it first"},
    {"\xFD"
     "7zXZ",
     6, "compressed with xz: unpack it first"},
    {"\x28\xB5\x2F\xFD", 4, "compressed with zstd: unpack it first"},
    {"7z\xBC\xAF\x27\x1C", 6, "a 7z archive: unpack it first"},
    {"Rar!\x1A\x07", 6, "a RAR archive: unpack it first"},
    {"CISO", 4, "a compressed image (CSO): make an ISO image of it first, for example with maxcso"},
    {"IsZ!", 4, "a compressed image (ISZ): make an ISO image of it first, for example with UltraISO"},
    {"DAA", 4, "a compressed image (DAA): make an ISO image of it first, for example with daa2iso"},
    {"ECM", 4, "a compressed image (ECM): make an image of it first, for example with unecm"},
    {"MComprHD", 8, "a compressed image (CHD): make an image of it first, for example with chdman"},
    {"MEDIA DESCRIPTOR", 16, "the description of an image: give the .mdf file that belongs to it"},
    {"[CloneCD]", 9, "the description of an image: convert the .img file that belongs to it with ccd2iso"},
};

/** By the name: the contents of these say little. */
static const struct {
    const char *suffix, *what;
} names[] = {
    {".cue", "the description of an image: convert the .bin file that belongs to it with bchunk"},
    {".ccd", "the description of an image: convert the .img file that belongs to it with ccd2iso"},
    {".sub", "the subchannels of an image: give the image that belongs to it"},
    {".toc", "the description of an image: give the image that belongs to it"},
    {".nrg",
     "an image of Nero without sectors of 2048 bytes: make an ISO image of it, for example with nrg2iso"},
    {".mdf", "an image without sectors of 2048 bytes: make an ISO image of it, for example with mdf2iso"},
};

/** By a head of least bytes or more. */
static const char *find_head(struct kiwi_source *source, size_t least)
{
    char start[HEAD];
    size_t received;
    if (kiwi_source_read_before(source, 0, start, sizeof start, &received, NULL) != KIWI_OK)
        return NULL;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (heads[i].length >= least && heads[i].length <= received &&
            memcmp(start, heads[i].bytes, heads[i].length) == 0)
            return heads[i].what;
    return NULL;
}

const char *kiwi_stranger_by_head(struct kiwi_source *source)
{
    return find_head(source, CERTAIN);
}

const char *kiwi_stranger(struct kiwi_source *source, const char *name)
{
    size_t length = strlen(name);
    const char *what = find_head(source, 1);
    for (size_t i = 0; !what && i < sizeof names / sizeof names[0]; i++) {
        size_t suffix = strlen(names[i].suffix);
        if (length > suffix && strcasecmp(name + length - suffix, names[i].suffix) == 0)
            what = names[i].what;
    }
    return what;
}
