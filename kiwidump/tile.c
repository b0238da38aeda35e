/* SPDX-License-Identifier: MIT */
/* --tile: a vector tile of the map. */
#include <stdlib.h>

#include "common/output.h"
#include "dump.h"
#include "tiles/tile.h"

enum kiwi_status dump_tile(struct dump *dump, struct kiwi_error *error)
{
    struct buffer tile;
    uint64_t count;
    enum kiwi_status status = tile_make(dump->disc, &dump->options, findings_take, &dump->findings, &tile,
                                        &count, error);
    if (status == KIWI_OK && tile.length > 0)
        output_bytes(dump->output, tile.bytes, tile.length);
    if (status == KIWI_OK)
        dump->nothing = count == 0;
    free(tile.bytes);
    return status;
}
