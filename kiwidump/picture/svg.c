/* SPDX-License-Identifier: MIT */
/* --svg: a picture of the map, layer by layer. */
#include "picture/picture.h"

static enum kiwi_status draw(struct picture *picture, unsigned kinds, struct kiwi_error *error)
{
    picture_put_head(picture);
    enum kiwi_status status = picture_take_census(picture, kinds, error);
    if (status == KIWI_OK)
        status = picture_draw_areas(picture, error);
    if (status == KIWI_OK)
        status = picture_draw_lines(picture, 0, LINE_RAIL, error);
    for (unsigned height = 0; status == KIWI_OK && height < HEIGHT_BRIDGE; height++)
        status = picture_draw_roads(picture, (enum height)height, error);
    if (status == KIWI_OK)
        status = picture_draw_lines(picture, LINE_RAIL, LINE_COUNT, error);
    if (status == KIWI_OK)
        status = picture_draw_roads(picture, HEIGHT_BRIDGE, error);
    if (status == KIWI_OK && (kinds & KIWI_NAME))
        status = picture_draw_names(picture, error);
    picture_put_legend(picture);
    return status;
}

enum kiwi_status dump_svg(struct dump *dump, struct kiwi_error *error)
{
    static struct picture picture; /* too large for the stack of a thread */
    unsigned kinds = dump->options.kinds ? dump->options.kinds : KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    picture.dump = dump;
    picture.output = dump->output;
    enum kiwi_status status = kiwi_map_open(dump->disc, &picture.map, error);
    if (status == KIWI_OK)
        status = kiwi_shapes_open(picture.map, &picture.shapes, error);
    if (status == KIWI_OK)
        status = picture_choose(&picture, error);
    if (status == KIWI_OK &&
        (!labels_open(&picture.labels, picture.width, picture.height) || !links_open(&picture.links)))
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (status == KIWI_OK)
        status = draw(&picture, kinds, error);
    labels_close(&picture.labels);
    links_close(&picture.links);
    kiwi_shapes_close(picture.shapes);
    kiwi_map_close(picture.map);
    return status;
}
