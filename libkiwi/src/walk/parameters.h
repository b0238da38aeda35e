/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_PARAMETERS_H
#define KIWI_SRC_PARAMETERS_H

/* The parameters (chapter 12) that lie behind their distribution header. */

#include "walk/other_data.h"

/**
 * What entry number index of the distribution header leads to in the end; KIWI_ERROR_NOT_FOUND if that is
 * nothing, KIWI_END behind the last entry. That displacements and sizes count words is not certain: what then
 * does not fit is a finding.
 */
enum kiwi_status kiwi_parameters_find(struct kiwi_map *map, const struct kiwi_other_data *header,
                                      uint32_t index, struct kiwi_other_data *data, struct kiwi_error *error);

#endif
