/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_OTHER_DATA_H
#define KIWIBUILD_OTHER_DATA_H

#include "volume.h"

/** File of these data if the map is not in ALLDATA.KWI, as on European discs of 2021. */
#define OTHER_FILE "PARAM.KWI"

/** Makes room for parameters, infrastructure, image and voice data behind everything else. */
bool other_data_place(struct volume *volume, struct failure *failure);

/** Appends them, each with its padding. */
bool other_data_append(const struct volume *volume, struct buffer *buffer);

/** Of the management header that leads to one kind of them. */
void other_data_set_record(struct kiwi_management_header_record *record, const struct volume *volume,
                           enum kiwi_management_header_kind kind);

#endif
