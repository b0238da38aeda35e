/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_JOURNAL_H
#define KIWIPATCH_JOURNAL_H

/*
 * The journal beside an image: what stood in the sectors that change and what shall stand there. It is
 * complete and on the medium before the first byte of the image is written, and stays as undo file.
 * docs/design/patching.md has the layout and the order of the syncs.
 */

#include "common/failure.h"
#include "hash.h"
#include "file_io.h"

#define JOURNAL_SECTOR 2048u

/** Follows the name of the image in that of its journals and of what stands aside. */
#define JOURNAL_MARK ".kiwipatch-"

/** To be typed out by those who write as much of a damaged journal as there is. */
#define JOURNAL_SALVAGE "write what the journal has left"

enum journal_state {
    JOURNAL_SEALED,    /* open: the image may be old, new or between */
    JOURNAL_COMMITTED, /* the image is new */
    JOURNAL_UNDOING,   /* open again: between new and old */
    JOURNAL_UNDONE,    /* the image is old again */
    JOURNAL_DAMAGED,   /* cannot be trusted */
};

struct journal {
    const struct io *io;
    struct io_file *file;
    char *path;
    char *aside; /* where it stands while it is made; NULL once it has its name */
    enum journal_state state;
    uint64_t image_size;
    uint64_t count; /* sectors */
    uint8_t plan[HASH_SIZE];
    uint8_t body[HASH_SIZE]; /* SHA-256 of what follows the header */
    struct hasher hasher;    /* of the body while it is written */
    const char *damage;      /* what is wrong with a damaged one */
    bool salvaged;           /* damaged, and read as far as it fits its checksums */
};

enum side { SIDE_OLD, SIDE_NEW, SIDE_COUNT };

/** One sector; length is less than a sector at the end of a file only. */
struct journal_record {
    uint64_t offset;
    uint32_t length;           /* 0: of a salvaged journal nobody knows which sector it is */
    uint32_t crcs[SIDE_COUNT]; /* as it was read */
    bool lost[SIDE_COUNT];     /* of a salvaged journal: the bytes do not fit */
    uint8_t old_bytes[JOURNAL_SECTOR];
    uint8_t new_bytes[JOURNAL_SECTOR];
};

/** Path of journal number 1.. of an image; owned by the caller. */
char *journal_path(const char *image, unsigned number);
/** Where it is made, under the first of these names that nobody has. */
char *journal_aside_path(const char *image, unsigned number);
/** Its number, if name is that of a journal beside image; 0: it is another file. */
unsigned journal_number(const char *image, const char *name);
/** Where in a path the end begins that makes it a journal's, or what was left aside; NULL: it is another
 * file. */
char *journal_end(char *path);

uint64_t journal_size(uint64_t count);

/**
 * Opens an existing one; found is false if there is none at path. Owned by the caller even if it is damaged.
 */
bool journal_open(const struct io *io, const char *path, bool writable, struct journal *journal, bool *found,
                  struct failure *failure);

/**
 * Creates one with room for count sectors, aside. On failure nothing stays behind. Takes path, the name that
 * it will have.
 */
bool journal_create(const struct io *io, const char *image, char *path, uint64_t image_size, uint64_t count,
                    const uint8_t plan[HASH_SIZE], struct journal *journal, struct failure *failure);
bool journal_write(struct journal *journal, uint64_t index, const struct journal_record *record,
                   struct failure *failure);
/** Puts all of it on the medium, sees that it is there, and gives it its name: the seal. */
bool journal_seal(struct journal *journal, struct failure *failure);

/** What was left aside by one that did not get its name: *path, owned by the caller, or NULL. */
bool journal_left(const struct io *io, const char *image, char **path, struct failure *failure);
/** Removes what was left aside; *removed whether there was something. What is not ours stays. */
bool journal_sweep(const struct io *io, const char *image, bool *removed, struct failure *failure);

/**
 * Makes a damaged journal of an image of that size readable, by what its records say of themselves; *missing
 * are those that it no longer has.
 */
bool journal_salvage(struct journal *journal, uint64_t image_size, uint64_t *missing,
                     struct failure *failure);
/** A new header for a salvaged one that was whole enough. */
bool journal_mend(struct journal *journal, struct failure *failure);

/** Reads the whole body against the seal; anything wrong makes the journal damaged, and that a failure. */
bool journal_verify(struct journal *journal, struct failure *failure);
bool journal_read(struct journal *journal, uint64_t index, struct journal_record *record,
                  struct failure *failure);
/**
 * Notes on the medium that the journal is JOURNAL_COMMITTED, JOURNAL_UNDOING or JOURNAL_UNDONE from now on.
 */
bool journal_mark(struct journal *journal, enum journal_state state, struct failure *failure);

void journal_close(struct journal *journal);
/** Closes and removes one that was just made, and that the image does not need. */
bool journal_discard(struct journal *journal, struct failure *failure);

#endif
