/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_HOUSE_NUMBER_H
#define KIWIBUILD_HOUSE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { HOUSE_NUMBERS = 64 }; /**< of one tag */

/**
 * The numbers that a house number stands for: a list ("12;14a") has several, a range ("3-7") those of its
 * side of the street, too. Letters behind a number are dropped, since the format has numbers only. Returns
 * how many; 0 if some of it is no number.
 */
size_t house_number_read(const char *text, uint32_t numbers[HOUSE_NUMBERS]);

#endif
