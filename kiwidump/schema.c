/* SPDX-License-Identifier: MIT */
/* --schema: prints the JSON Schema of the document, which is linked in. */
#include "dump.h"

#include "schema_text.h"

void dump_schema(struct dump *dump)
{
    output_bytes(dump->output, schema_text, sizeof schema_text - 1);
}
