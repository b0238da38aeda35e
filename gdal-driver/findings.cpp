// SPDX-License-Identifier: MIT
// What is found on a disc, and what stops the reading, as GDAL reports it.
#include "findings.hpp"

#include <cstring>

#include <cpl_error.h>
#include <cpl_string.h>

extern "C" {
#include "common/utf8.h"
}

namespace
{

constexpr unsigned REPORTED = 10; // warnings of one dataset

}

std::string plain_text(std::string text)
{
    utf8_clean(text.data());
    text.resize(std::strlen(text.c_str()));
    return text;
}

std::string finding_text(const struct kiwi_finding *finding)
{
    std::string text = finding->file;
    if (finding->offset != KIWI_NULL)
        text += CPLSPrintf("%sat %llu", text.empty() ? "" : " ",
                           static_cast<unsigned long long>(finding->offset));
    for (const char *part : {finding->path, finding->field})
        if (*part)
            text += std::string(text.empty() ? "" : ", ") + part;
    return plain_text(text + ": expected " + finding->expected + ", found " + finding->found);
}

void findings_take(void *context, const struct kiwi_finding *finding) noexcept
{
    auto *findings = static_cast<Findings *>(context);
    if (finding->severity != KIWI_ERROR || findings->errors >= REPORTED) {
        CPLDebug("KIWI", "%s", finding_text(finding).c_str());
        return;
    }
    findings->errors++;
    CPLError(CE_Warning, CPLE_AppDefined, "KIWI: %s%s", finding_text(finding).c_str(),
             findings->errors == REPORTED ? "; further ones go to CPL_DEBUG=KIWI" : "");
}

void findings_fail(const struct kiwi_error &error)
{
    const CPLErrorNum number = error.status == KIWI_ERROR_IO       ? CPLE_FileIO
                               : error.status == KIWI_ERROR_MEMORY ? CPLE_OutOfMemory
                                                                   : CPLE_AppDefined;
    CPLError(CE_Failure, number, "KIWI: %s", plain_text(error.text).c_str());
}
