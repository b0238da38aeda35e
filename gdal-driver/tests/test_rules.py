#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What GDAL expects of every layer, as its own program test_ogrsf looks at it: test_rules.py KIWIDUMP KIWIBUILD SOURCE_ROOT. TAP."""
import pathlib
import sys
import threading

from gdal_support import GOTEBORG, SMALL, build, fields, folder, layers, ogr, open_disc, points_of, tap


def same(one, other):
    pairs = ((feature.GetFID(), fields(feature), points_of(feature.GetGeometryRef())) for feature in (one, other))
    return next(pairs) == next(pairs)


def envelope(feature):
    geometry = feature.GetGeometryRef()
    return geometry.GetEnvelope() if geometry is not None else None


def check_reading(layer, made):
    name = layer.GetName()
    layer.ResetReading()
    tap.check(same(layer.GetNextFeature(), made[0]), f"{name}: reading begins anew")
    sample = made[:: max(1, len(made) // 25)]
    tap.none([one.GetFID() for one in sample if not same(layer.GetFeature(one.GetFID()), one)], f"{name}: features by FID")
    if len(made) > 1:
        tap.check(same(layer.GetNextFeature(), made[1]), f"{name}: which disturbs no reading")
    tap.check(all(absent(layer, fid) for fid in (-10, 1, 1 << 39, (1 << 62) + 7)), f"{name}: no features by FIDs that are none")
    west, east, south, north = layer.GetExtent()
    outside = [one.GetFID() for one in made if (box := envelope(one)) and
               not (west <= box[0] and box[1] <= east and south <= box[2] and box[3] <= north)]  # fmt: skip
    tap.none(outside, f"{name}: all features are within the extent")


def absent(layer, fid):
    try:
        return layer.GetFeature(fid) is None
    except RuntimeError:
        return True


def check_box(layer, made):
    name = layer.GetName()
    bad = []
    for one in made[:: max(1, len(made) // 10)]:
        box = envelope(one)
        if box is None:
            continue
        margin = 0.0005
        box = (box[0] - margin, box[2] - margin, box[1] + margin, box[3] + margin)
        ring = ogr.CreateGeometryFromWkt("POLYGON(({0} {1},{2} {1},{2} {3},{0} {3},{0} {1}))".format(*box))
        layer.SetSpatialFilterRect(*box)
        found = [feature.GetFID() for feature in layer]
        wanted = [feature.GetFID() for feature in made if envelope(feature) and feature.GetGeometryRef().Intersects(ring)]
        if found != wanted or layer.GetFeatureCount() != len(wanted):
            bad.append(f"{box}: {len(found)} found, {len(wanted)} wanted")
    tap.none(bad, f"{name}: a box has the features that touch it")
    for box in ((200, 0, 210, 10), (0, 100, 10, 110), (-179.5, -80, -179, -79.5)):
        layer.SetSpatialFilterRect(*box)
        tap.check(layer.GetNextFeature() is None and layer.GetFeatureCount() == 0, f"{name}: none in {box}")
    layer.SetSpatialFilterRect(-1000, -1000, 1000, 1000)
    tap.check(layer.GetFeatureCount() == len([one for one in made if envelope(one)]), f"{name}: all in a box round the earth")
    layer.SetSpatialFilter(None)


def check_attributes(layer, made):
    name = layer.GetName()
    key = "type" if layer.FindFieldIndex("type", 1) >= 0 else "offset"
    field = f'"{key}"'  # a word of SQL's
    value = made[len(made) // 2].GetField(key)
    wanted = [one.GetFID() for one in made if one.GetField(key) == value]
    for text in (f"{field} = {value}", f'{field} = {value} AND "offset" >= 0', f"file <> '' AND ({field} = {value})", f"{value} = {field}",
                 f"{field} IN ({value})", f"NOT ({field} <> {value})"):  # fmt: skip
        layer.SetAttributeFilter(text)
        tap.check([one.GetFID() for one in layer] == wanted, f"{name}: {text}")
    for text in (f"{field} = {value} AND {field} = {value + 1}", f"{field} = -1", f"{field} = 99999999999"):
        layer.SetAttributeFilter(text)
        tap.check(layer.GetNextFeature() is None, f"{name}: nothing is {text}")
    layer.SetAttributeFilter(f"{field} = {value} OR {field} <> {value}")
    tap.check(layer.GetFeatureCount() == len(made), f"{name}: OR is no AND")
    layer.SetAttributeFilter(None)


def check_ignored(layer, made):
    layer.SetIgnoredFields(["file", "OGR_GEOMETRY"])
    layer.ResetReading()
    first = layer.GetNextFeature()
    tap.check(first.GetField("file") is None and first.GetGeometryRef() is None and first.GetField("offset") == made[0].GetField("offset"),
              f"{layer.GetName()}: fields that are ignored")  # fmt: skip
    layer.SetSpatialFilterRect(-180, -90, 180, 90)
    tap.check(layer.GetFeatureCount() == len([one for one in made if envelope(one)]), f"{layer.GetName()}: a box without geometries")
    layer.SetSpatialFilter(None)
    layer.SetIgnoredFields([])


def check_turns(disc):
    """Layers that are read in turns give what they give alone."""
    some = [layer for layer in layers(disc) if layer.GetFeatureCount() > 0]
    alone = {layer.GetName(): [one.GetFID() for one in layer] for layer in some}
    met = {name: [] for name in alone}
    for layer in some:
        layer.ResetReading()
    going = list(some)
    while going:
        for layer in list(going):
            if one := layer.GetNextFeature():
                met[layer.GetName()].append(one.GetFID())
            else:
                going.remove(layer)
    tap.check(met == alone, "layers are read in turns")


def check_threads(path):
    counts = []

    def work():
        disc = open_disc(path)
        counts.append([sum(1 for _ in layer) for layer in layers(disc)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.check(len(counts) == 4 and all(one == counts[0] for one in counts), "four threads, each with a dataset of its own")


def check_domains(disc):
    codes = {name: disc.GetFieldDomain(name).GetEnumeration() for name in ("road_type", "type_code")}
    roads = disc.GetLayerByName("roads_0")
    field = roads.GetLayerDefn().GetFieldDefn(roads.FindFieldIndex("type", 1))
    tap.check(field.GetDomainName() == "road_type" and field.GetAlternativeName() != "", "a field of codes has a domain and an alias")
    bad = [(one.GetField("type"), one.GetField("type_name")) for one in roads
           if codes["road_type"].get(str(one.GetField("type"))) != one.GetField("type_name")]  # fmt: skip
    tap.none(bad, "the domain has the names of the codes")


def main():
    with folder() as made:
        made = pathlib.Path(made)
        goteborg = build(GOTEBORG, made / "goteborg.iso")
        for path in (goteborg, build(SMALL / "entries.osm", made / "entries"), build(SMALL / "backgrounds.geojson", made / "backgrounds")):
            disc = open_disc(path)
            for layer in layers(disc):
                if not (features := list(layer)):
                    continue
                check_reading(layer, features)
                check_box(layer, features)
                check_attributes(layer, features)
                check_ignored(layer, features)
                tap.check(layer.GetSpatialRef().GetAuthorityCode(None) == "4326", f"{layer.GetName()}: WGS 84")
        disc = open_disc(goteborg)
        check_turns(disc)
        check_domains(disc)
        check_threads(goteborg)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
