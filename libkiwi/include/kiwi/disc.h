/* SPDX-License-Identifier: MIT */
#ifndef KIWI_DISC_H
#define KIWI_DISC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>
#include <kiwi/file_kind.h>
#include <kiwi/place.h>
#include <kiwi/source.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An opened disc: an image, a directory or a single KIWI file, and what lies in it. */
struct kiwi_disc;

enum kiwi_container {
    KIWI_CONTAINER_FILE, /**< one KIWI file; files that it names are looked for beside it */
    KIWI_CONTAINER_DIRECTORY,
    KIWI_CONTAINER_IMAGE,
};

/** File systems found in an image, as a bit set. */
enum kiwi_file_system {
    KIWI_ISO9660 = 1,
    KIWI_JOLIET = 2,
    KIWI_UDF = 4,
};

/** One file of a disc; lives as long as the disc. */
struct kiwi_file {
    const char *path; /**< inside the disc, '/' between folders, no leading '/', UTF-8 */
    uint64_t size;    /**< bytes; of a truncated image those that are left */
    enum kiwi_file_kind kind;
    const char *reason;                /**< why it has that kind */
    const struct kiwi_extent *extents; /**< where it lies in the image; NULL outside images */
    size_t extent_count;
    struct kiwi_source *source; /**< its bytes; NULL if it could not be opened */
    uint64_t recorded_size;     /**< size by its file system; greater than size if the image is truncated */
    unsigned
        file_systems; /**< of an image: bits of enum kiwi_file_system that hold the file at these extents */
    unsigned disagreeing; /**< ... and that hold it elsewhere or with another size; 0 on a sound disc */
};

struct kiwi_disc_options {
    size_t size; /**< sizeof(struct kiwi_disc_options) */
    /**
     * What is found while the disc is opened, also if that fails, and later by what is opened from it: map,
     * index, loading modules. A walk has its own. May be NULL.
     */
    kiwi_finding_callback *finding;
    void *context; /**< of finding; must outlive the disc */
    /**
     * A map file of GNU ddrescue that says what of the image, or of the one file, was rescued: the rest
     * counts as unreadable. NULL: there is none. Refused for directories and for what lies in memory.
     */
    const char *mapfile;
    /** Character set of the texts, by a name that iconv or METADATA.KWI has for it, whatever METADATA.KWI
     * says. NULL: as it says. */
    const char *charset;
    /** Datum of the places, WGS84 or TOKYO, whatever METADATA.KWI says. NULL: as it says. */
    const char *datum;
};

/** Opens whatever path is; options may be NULL. On success the caller owns *disc. */
KIWI_API enum kiwi_status kiwi_disc_open(const char *path, const struct kiwi_disc_options *options,
                                         struct kiwi_disc **disc, struct kiwi_error *error);

/** The same for a source (an image or one KIWI file); name is that of a single file. Takes its own
 * reference. */
KIWI_API enum kiwi_status kiwi_disc_open_source(struct kiwi_source *source, const char *name,
                                                const struct kiwi_disc_options *options,
                                                struct kiwi_disc **disc, struct kiwi_error *error);

/** The same disc for another thread, with its own converter of texts and its own callback; files, sources and
 * what is known to be unreadable are those of disc, which must outlive it. Findings of opening the disc are
 * not among its own. */
KIWI_API enum kiwi_status kiwi_disc_open_again(const struct kiwi_disc *disc, kiwi_finding_callback *finding,
                                               void *context, struct kiwi_disc **again,
                                               struct kiwi_error *error);

KIWI_API void kiwi_disc_close(struct kiwi_disc *disc); /**< NULL is allowed */

/** Hands out again what was found while the disc was opened: file systems that disagree, files that cannot be
 * read, a character set that is not known. What is found later is not kept. */
KIWI_API void kiwi_disc_findings(const struct kiwi_disc *disc, kiwi_finding_callback *finding, void *context);

/** Hands out what of the disc turned out to be unreadable so far, and what the map file says of it: findings
 * with file, offset and extent in whole sectors. All else is read: records that lie there are left out.
 * finding may be NULL. Returns the number of bytes. */
KIWI_API uint64_t kiwi_disc_unreadable(const struct kiwi_disc *disc, kiwi_finding_callback *finding,
                                       void *context);

/** What is in a sample, in words, if the disc is read from one (kiwidump --sample); NULL for a disc. A sample
 * has some of the bytes of a disc at their places, and is opened as that disc: what it does not have is left
 * out as what cannot be read is, and is no finding. Texts in it are others. */
KIWI_API const char *kiwi_disc_sample(const struct kiwi_disc *disc);

KIWI_API enum kiwi_container kiwi_disc_container(const struct kiwi_disc *disc);
KIWI_API unsigned kiwi_disc_file_systems(
    const struct kiwi_disc *disc); /**< bits of enum kiwi_file_system, 0 outside images */
KIWI_API const char *kiwi_disc_volume_id(const struct kiwi_disc *disc); /**< of the image, or "" */
KIWI_API uint64_t kiwi_disc_size(const struct kiwi_disc *disc); /**< of the image, or the sum of the files */

/** The bytes of the image, NULL outside images; borrowed: the source lives as long as the disc. */
KIWI_API struct kiwi_source *kiwi_disc_image(const struct kiwi_disc *disc);

/** Bytes that the image should have, as its volume descriptors say; greater than its size if it is
 * truncated; 0 outside images. */
KIWI_API uint64_t kiwi_disc_recorded_size(const struct kiwi_disc *disc);

/** Why readers of the image may differ about where its files lie, in words: a file system that is announced
 * and cannot be read, records that contradict themselves, interleaved files, several sessions or versions of
 * a file. NULL if nothing was found; struct kiwi_file says where the file systems disagree about a file. */
KIWI_API const char *kiwi_disc_doubt(const struct kiwi_disc *disc);

/** "alldata", "index", ... or "unknown". */
KIWI_API const char *kiwi_file_kind_name(enum kiwi_file_kind kind);

/** True if every file of the kind is one text. */
KIWI_API bool kiwi_file_kind_is_text(enum kiwi_file_kind kind);

/** What people call count files of the kind, such as "files of pictures"; NULL for parts of something larger.
 */
KIWI_API const char *kiwi_file_kind_called(enum kiwi_file_kind kind, uint64_t count);

/** Files in byte-wise order of their paths. */
KIWI_API size_t kiwi_disc_file_count(const struct kiwi_disc *disc);
KIWI_API const struct kiwi_file *kiwi_disc_file(const struct kiwi_disc *disc, size_t index);

/** The file that a name field means: beside `from` (may be NULL), then in the root, then in any folder; case
 * is ignored. */
KIWI_API const struct kiwi_file *kiwi_disc_find(const struct kiwi_disc *disc, const char *name,
                                                const struct kiwi_file *from);

/** The first file of a kind, or NULL. */
KIWI_API const struct kiwi_file *kiwi_disc_find_kind(const struct kiwi_disc *disc, enum kiwi_file_kind kind);

/** Datum of the places: as the options say, or as METADATA.KWI declares it (COOR), e.g. "TOKYO"; "" if
 * neither does. One that is not WGS 84 is a finding. All places and boxes of this library are in it; place.h
 * converts them. */
KIWI_API const char *kiwi_disc_datum(const struct kiwi_disc *disc);

/** The same as what place.h converts from; KIWI_WGS84 also if nobody here knows the datum. */
KIWI_API enum kiwi_geodetic kiwi_disc_geodetic(const struct kiwi_disc *disc);

/** Character set that METADATA.KWI declares (CHCD), as declared, e.g. "ISO 8859-1"; "" if none is declared.
 */
KIWI_API const char *kiwi_disc_charset(const struct kiwi_disc *disc);

/** The charset that kiwi_disc_text() goes by, as iconv_open() knows it; ISO 8859-1 if the declared one is not
 * known, which is a finding. */
KIWI_API const char *kiwi_disc_iconv_charset(const struct kiwi_disc *disc);

/** The name under which iconv_open() of this system knows a charset, which is another one for CP932 in musl;
 * NULL if there is none. */
KIWI_API const char *kiwi_iconv_charset(const char *charset);

/**
 * Text of the disc (type CC) to UTF-8, terminated, at most capacity bytes with the NUL; bytes that are not
 * valid in the charset become U+FFFD, NUL and other control characters stay. Not thread-safe: it uses the
 * disc's one converter. Returns the length without the final NUL.
 */
KIWI_API size_t kiwi_disc_text(struct kiwi_disc *disc, const void *bytes, size_t length, char *utf8,
                               size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
