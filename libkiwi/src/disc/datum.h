/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_DATUM_H
#define KIWI_SRC_DATUM_H

#include "bytes/fail.h"
#include "bytes/findings.h"

struct kiwi_disc;
struct kiwi_file;

/** What is known of the datum that a disc's places are in. */
enum kiwi_geodetic_datum {
    KIWI_DATUM_UNKNOWN,
    KIWI_DATUM_WGS84,
    KIWI_DATUM_NEAR, /* realisations of one system, less than two metres away from WGS 84 */
    KIWI_DATUM_TOKYO,
};

/** Takes the datum that the options name, for what METADATA.KWI has; one that is not known is refused. */
enum kiwi_status kiwi_datum_choose(struct kiwi_disc *disc, const char *name, struct kiwi_error *error);

/** Takes the datum that a METADATA.KWI declares; a finding says what it is if it is not WGS 84. */
void kiwi_datum_declare(struct kiwi_disc *disc, const struct kiwi_file *metadata);

#endif
