#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every feature of every layer is the one that kiwidump --features prints: test_features.py KIWIDUMP KIWIBUILD SOURCE_ROOT. TAP."""
import collections
import pathlib
import sys

from gdal_support import GOTEBORG, OFFSET, SMALL, SMALL_DISCS, build, build_layout, build_small, fields, folder
from gdal_support import layer_of, layers, open_disc, points_of, printed, strokes, tap

# Those that show in features: other files, texts, points and parts.
LAYOUTS = ("background_extras", "division_4x4", "european", "integration_mixed", "multilink_bare", "name_types", "pen_up", "shift_jis")


def compare(made, wanted, names):
    """What is wrong with a feature of GDAL's."""
    properties = wanted["properties"]
    if unknown := set(properties) - names:
        return f"{unknown} have no field"
    if made.GetFID() & OFFSET != properties["offset"]:
        return f"FID {made.GetFID()} of {wanted['id']}"
    present = {key: value for key, value in properties.items() if value is not None}
    if fields(made) != present:
        return f"{wanted['id']}: {fields(made)}, {present}"
    if points_of(made.GetGeometryRef()) != strokes(wanted):
        return f"{wanted['id']}: {points_of(made.GetGeometryRef())}, {wanted['geometry']}"
    return None


def check(path, name, driver_options, options, met):
    disc = open_disc(path, *driver_options)
    wanted = collections.defaultdict(list)
    for feature in printed(path, *options):
        wanted[layer_of(feature)].append(feature)
    bad = [f"no layer {layer}" for layer in wanted if not disc.GetLayerByName(layer)]
    for layer in layers(disc):
        definition = layer.GetLayerDefn()
        names = {definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())}
        expected, made = wanted[layer.GetName()], list(layer)
        bad += filter(None, (compare(*pair, names) for pair in zip(made, expected)))
        if not len(made) == len(expected) == layer.GetFeatureCount():
            bad.append(f"{layer.GetName()}: {len(made)} read, {len(expected)} printed, {layer.GetFeatureCount()} counted")
        if len({feature.GetFID() for feature in made}) != len(made):
            bad.append(f"{layer.GetName()}: two features have one FID")
        for feature in made:
            met[layer.GetName().split("_")[0]] += 1
            geometry = feature.GetGeometryRef()
            if geometry is not None and geometry.GetGeometryType() != layer.GetGeomType():
                bad.append(f"{feature.GetFID()} is no {layer.GetGeomType()}")
    tap.none(bad, f"{name}: every feature is kiwidump's")


def main():
    met = collections.Counter()
    with folder() as made:
        made = pathlib.Path(made)
        for name in SMALL_DISCS:
            check(build_small(made, name), name, [], [], met)
        for name in LAYOUTS:
            check(build_layout(made, name), f"layout {name}", [], [], met)
        mixed = made / "integration_mixed"
        check(mixed, "layout integration_mixed, MERGE", ["MERGE=YES"], ["--merge"], met)
        check(mixed, "layout integration_mixed, DELETED", ["DELETED=YES"], ["--deleted"], met)
        check(build(GOTEBORG, made / "goteborg.iso"), "Göteborg", [], [], met)
        entries = build(SMALL / "entries.osm", made / "entries")
        check(entries, "places and points of interest", [], [], met)
        check(entries, "places and points of interest, CHARSET", ["CHARSET=CP932"], ["--charset", "CP932"], met)
        check(entries, "places and points of interest, DATUM", ["DATUM=TOKYO"], ["--datum", "TOKYO"], met)
        backgrounds = build_small(made, "backgrounds")
        check(backgrounds, "backgrounds, MERGE", ["MERGE=YES"], ["--merge"], met)
    for name in ("roads", "areas", "lines", "points", "names", "addresses", "places", "pois", "routes"):
        tap.check(met[name] > 0, f"there were {name}", str(met[name]))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
