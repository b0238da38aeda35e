/* SPDX-License-Identifier: MIT */
/* The one table of colours, widths and sizes of pictures, and which type codes they belong to. */
#include "picture/style.h"

#include <kiwi/kiwi.h>

const struct palette palette = {
    .land = 0xf6f3ed,
    .sea = 0xa9d3e8,
    .halo = 0xffffff,
    .ink = 0x45403a,
    .panel = 0xffffff,
    .bridge_casing = 0x7d7568,
    .ground_edge = 0.6,
    .road_edge = 1.4,
    .bridge_edge = 2.2,
    .halo_width = 2.6,
    .tunnel_dash = "4 3",
    .shield = 0x2f6fb5,
    .european_shield = 0x2d8a4e,
    .shield_text = 0xffffff,
    .fonts = "'Noto Sans','DejaVu Sans',Helvetica,Arial,'Noto Sans CJK JP','Noto Sans JP','IPAexGothic',"
             "'Hiragino Sans','Yu Gothic','MS PGothic',sans-serif",
};

const struct ground_style ground_styles[GROUND_COUNT] = {
    [GROUND_SEA] = {"sea", 0xa9d3e8},       [GROUND_ISLAND] = {"island", 0xf6f3ed},
    [GROUND_BUILT_UP] = {"town", 0xebe5dc}, [GROUND_SITE] = {"site", 0xece4ea},
    [GROUND_GREEN] = {"green", 0xcfe6bd},   [GROUND_WATER] = {"water", 0xa9d3e8},
    [GROUND_OTHER] = {"other", 0xeeeae2},
};

const struct line_style line_styles[LINE_COUNT] = {
    [LINE_WATER] = {"stream", 0x8fc4df, 1.4, NULL},
    [LINE_ROAD] = {"track", 0xd8b07a, 1.4, NULL},
    [LINE_BOUNDARY] = {"boundary", 0xa583b3, 1.2, "7 3 2 3"},
    [LINE_OTHER] = {"line", 0xb9b2a6, 0.8, NULL},
    [LINE_RAIL] = {"rail", 0x8a8a8a, 2.2, NULL},
    [LINE_SLEEPERS] = {"sleepers", 0xffffff, 1.2, "6 6"},
};

const struct road_style road_styles[ROAD_STYLES] = {
    {KIWI_ROAD_TYPE_FERRY, 1.2, 0x5b93b8, 0, "5 4"},
    {KIWI_ROAD_TYPE_CAR_TRAIN, 1.2, 0x5b93b8, 0, "5 4"},
    [ROAD_UNKNOWN] = {KIWI_ROAD_TYPE_NON_NAVIGABLE, 0.9, 0xc9bba6, 0, "1.5 1.5"},
    {KIWI_ROAD_TYPE_WALKWAY, 0.8, 0xd3a58c, 0, "2.2 1.4"},
    {KIWI_ROAD_TYPE_PRIVATE_ROAD, 1.7, 0xffffff, 0xd8d2c8, NULL},
    {KIWI_ROAD_TYPE_VERY_LOW_SPEED, 3.0, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_FRONTAGE_ROAD, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_PUBLIC_VEHICLES_ONLY, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_CARPOOL_LANE, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_LOCAL, 4.0, 0xfffbe8, 0xc2b28f, NULL},
    {KIWI_ROAD_TYPE_THROUGHWAY, 4.6, 0xfde293, 0xc9a24a, NULL},
    {KIWI_ROAD_TYPE_HIGHWAY, 5.0, 0xf9b96f, 0xc8863a, NULL},
    {KIWI_ROAD_TYPE_FREEWAY_CLASS_2, 5.4, 0xec8672, 0xb9543f, NULL},
    {KIWI_ROAD_TYPE_FREEWAY_CLASS_1, 5.6, 0xec8672, 0xb9543f, NULL},
};

const struct text_style text_styles[TEXT_COUNT] = {
    [TEXT_STATE] = {"state", 22, 600, 0x2e2a26, true, false},
    [TEXT_TOWN] = {"place", 19, 600, 0x2e2a26, true, false},
    [TEXT_DISTRICT] = {"district", 14, 400, 0x2e2a26, true, false},
    [TEXT_WATER] = {"lake", 11, 400, 0x3c7ea6, false, true},
    [TEXT_GREEN] = {"park", 10.5, 300, 0x4b7b34, false, false},
    [TEXT_OTHER] = {"name", 10.5, 300, 0x45403a, false, false},
    [TEXT_SHIELD] = {"shield", 9, 170, 0xffffff, true, false},
    [TEXT_STREET] = {"street", 9.5, 260, 0x45403a, false, false},
};

enum ground ground_of(uint32_t type)
{
    switch (type) {
    case KIWI_TYPE_CODE_OPEN_SEA:
    case KIWI_TYPE_CODE_SEA: return GROUND_SEA;
    case KIWI_TYPE_CODE_LAKE:
    case KIWI_TYPE_CODE_RIVER:
    case KIWI_TYPE_CODE_CANAL: return GROUND_WATER;
    case KIWI_TYPE_CODE_ISLAND: return GROUND_ISLAND;
    case KIWI_TYPE_CODE_URBAN_DISTRICT: return GROUND_BUILT_UP;
    case KIWI_TYPE_CODE_GREEN_BELT:
    case KIWI_TYPE_CODE_CEMETERY:
    case KIWI_TYPE_CODE_GOLF_COURSE: return GROUND_GREEN;
    default:
        return (type >= 0x140 && type < 0x200) || type >= KIWI_TYPE_CODE_AIRPORT ? GROUND_SITE : GROUND_OTHER;
    }
}

enum line line_of(uint32_t type)
{
    if (type >= KIWI_TYPE_CODE_OPEN_SEA && type <= KIWI_TYPE_CODE_CANAL)
        return LINE_WATER;
    if (type >= KIWI_TYPE_CODE_COUNTRY && type <= KIWI_TYPE_CODE_MUNICIPALITY)
        return LINE_BOUNDARY;
    if (type == KIWI_TYPE_CODE_RAILWAY)
        return LINE_RAIL;
    return type >= KIWI_TYPE_CODE_ROAD_FREEWAY_CLASS_1 && type <= KIWI_TYPE_CODE_ROAD_CARPOOL_LANE
               ? LINE_ROAD
               : LINE_OTHER;
}

enum text text_of(uint32_t type)
{
    switch (type) {
    case KIWI_TYPE_CODE_ROUTE_SHIELD: return TEXT_SHIELD;
    case KIWI_TYPE_CODE_COUNTRY:
    case KIWI_TYPE_CODE_STATE: return TEXT_STATE;
    case KIWI_TYPE_CODE_MUNICIPALITY: return TEXT_TOWN;
    case KIWI_TYPE_CODE_URBAN_DISTRICT: return TEXT_DISTRICT;
    default: break;
    }
    switch (ground_of(type)) {
    case GROUND_SEA:
    case GROUND_WATER: return TEXT_WATER;
    case GROUND_GREEN: return TEXT_GREEN;
    default: return TEXT_OTHER;
    }
}

unsigned road_style_of(uint32_t type)
{
    unsigned i = 0;
    while (i < ROAD_STYLES - 1 && road_styles[i].type != type)
        i++;
    return road_styles[i].type == type ? i : ROAD_UNKNOWN;
}
