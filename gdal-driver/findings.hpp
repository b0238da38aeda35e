// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_FINDINGS_HPP
#define GDAL_DRIVER_FINDINGS_HPP

#include <string>

#include <kiwi/kiwi.h>

// Takes what is found while reading: errors become GDAL's warnings, as all else is read; a disc may have very
// many of them.
struct Findings {
    unsigned errors = 0;
};

void findings_take(void *context, const struct kiwi_finding *finding) noexcept;

// A text of the disc or about its files, without what would command a terminal.
std::string plain_text(std::string text);

// One sentence.
std::string finding_text(const struct kiwi_finding *finding);

// Reports what stopped the work.
void findings_fail(const struct kiwi_error &error);

#endif
