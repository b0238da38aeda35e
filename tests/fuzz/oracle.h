/* SPDX-License-Identifier: MIT */
#ifndef KIWI_TESTS_ORACLE_H
#define KIWI_TESTS_ORACLE_H

/* What must hold for every disc, however damaged. A breach is reported on stderr and aborts the process. */

#include <kiwi/kiwi.h>

/** What one disc gave: for comments and for tests that want to know that something was read at all. */
struct oracle_figures {
    uint64_t bytes;  /* of all files */
    uint64_t events; /* of the full walk */
    uint64_t records;
    uint64_t shapes;
    uint64_t findings; /* of the full walk with check */
};

/** Walks the disc in every way and checks what it gives. figures may be NULL. */
void oracle_check(struct kiwi_disc *disc, struct oracle_figures *figures);

/** Opens bytes as an image or as one KIWI file and checks it; true if it was opened. figures may be NULL. */
bool oracle_check_bytes(const uint8_t *bytes, size_t length, const char *name,
                        struct oracle_figures *figures);

/** The same with nothing but a brief walk: much faster on a long disc. */
bool oracle_check_brief(const uint8_t *bytes, size_t length, const char *name);

#endif
