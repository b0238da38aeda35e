/* SPDX-License-Identifier: MIT */
/* Draws roads: tunnels, then what lies on the ground, then bridges. */
#include "picture/picture.h"

enum height height_of(const struct kiwi_shape *shape)
{
    if (kiwi_link_shape_tunnel(shape->record) || kiwi_link_shape_planned(shape->record))
        return HEIGHT_TUNNEL;
    return kiwi_link_shape_bridge(shape->record) ? HEIGHT_BRIDGE : HEIGHT_GROUND;
}

static void take_road(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    if (road_style_of(shape->type) == layer->number && height_of(shape) == layer->height &&
        picture_project_shape(picture, shape))
        picture_put_shape(picture, shape, false);
}

static void put_paths(struct picture *picture)
{
    for (size_t i = 0; i < picture->links.count; i++) {
        if (picture->links.items[i].used)
            continue;
        links_follow(&picture->links, i, 0, &picture->path);
        if (picture->path.count > 1)
            picture_put_stroke(picture, picture->path.x, picture->path.y, picture->path.count, false);
    }
    links_clear(&picture->links);
}

static void take_bridge(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    if (road_style_of(shape->type) != layer->number || height_of(shape) != layer->height ||
        !picture_project_shape(picture, shape))
        return;
    if (links_add(&picture->links, picture->x, picture->y, shape->point_count, layer->number, shape->link_id))
        return;
    put_paths(picture); /* full */
    links_add(&picture->links, picture->x, picture->y, shape->point_count, layer->number, shape->link_id);
}

/** The links of a bridge make one line, or each would be framed by itself. */
static enum kiwi_status take_bridges(struct picture *picture, const struct layer *layer,
                                     struct kiwi_error *error)
{
    links_clear(&picture->links);
    enum kiwi_status status = picture_shapes_of_parcel(picture, layer, take_bridge, error);
    put_paths(picture);
    return status;
}

/** Of a road or of its edges; under the ground it fades. */
static uint32_t road_colour(const struct road_style *style, enum height height, bool casing)
{
    uint32_t colour = casing ? (height == HEIGHT_BRIDGE ? palette.bridge_casing : style->casing)
                             : style->fill;
    uint32_t mixed = 0;
    if (height != HEIGHT_TUNNEL)
        return colour;
    for (unsigned shift = 0; shift < 24; shift += 8)
        mixed |= ((colour >> shift & 0xFF) * 2 + (palette.land >> shift & 0xFF) * 3) / 5 << shift;
    return mixed;
}

/** All roads of one height: first what shows at their edges, then the roads themselves, so that crossings are
 * open. */
enum kiwi_status picture_draw_roads(struct picture *picture, enum height height, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; status == KIWI_OK && i < ROAD_STYLES; i++) {
            const struct road_style *style = &road_styles[i];
            const struct layer layer = {.kinds = KIWI_ROAD, .number = i, .height = height};
            bool casing = turn == 0;
            double width = style->width * picture->size;
            double edge = height == HEIGHT_BRIDGE ? palette.bridge_edge : palette.road_edge;
            if (!(picture->present[height] >> i & 1) || (casing && !style->casing))
                continue;
            picture_put(picture, "<g class=\"road\" stroke=\"#%06lx\" stroke-width=\"%.2f\"",
                        (unsigned long)road_colour(style, height, casing), casing ? width + edge : width);
            if (height == HEIGHT_TUNNEL && casing)
                picture_put(picture, " stroke-dasharray=\"%s\" stroke-linecap=\"butt\"", palette.tunnel_dash);
            else if (style->dash)
                picture_put(picture, " stroke-dasharray=\"%s\"", style->dash);
            if (height == HEIGHT_BRIDGE && casing)
                picture_put(picture, " stroke-linecap=\"butt\"");
            output_literal(picture->output, ">\n");
            status = height == HEIGHT_BRIDGE ? picture_each_parcel(picture, &layer, take_bridges, error)
                                             : picture_each_shape(picture, &layer, take_road, error);
            output_literal(picture->output, "</g>\n");
        }
    }
    return status;
}
