/* SPDX-License-Identifier: MIT */
/* Where an XML parser stands in its text, in the widest numbers that its expat has. */
#ifndef KIWIBUILD_INPUT_XML_PLACE_H
#define KIWIBUILD_INPUT_XML_PLACE_H

#include <expat.h>

/** From 1 on. */
static inline unsigned long long xml_line(XML_Parser parser)
{
#ifdef EXPAT_WIDE_PLACES
    return XML_GetCurrentLineNumber64(parser);
#else
    return XML_GetCurrentLineNumber(parser);
#endif
}

/** From 1 on, where expat counts from 0. */
static inline unsigned long long xml_column(XML_Parser parser)
{
#ifdef EXPAT_WIDE_PLACES
    return XML_GetCurrentColumnNumber64(parser) + 1ull;
#else
    return XML_GetCurrentColumnNumber(parser) + 1ull;
#endif
}

#endif
