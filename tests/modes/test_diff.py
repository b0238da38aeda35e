#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--diff: a disc against itself, and against discs built from input with known changes."""
import collections
import copy
import gzip
import json
import pathlib
import shutil
import tempfile

import modes

tap = modes.Tap()


def changes(old, new, *options, code=1):
    return modes.lines("--diff", *options, old, new, code=code)


def kinds(found):
    return sorted(collections.Counter((c["change"], c["record"]) for c in found).items())


def of_map(found):
    """What is named in the map itself: without the index, and without the line about what follows."""
    return [c for c in found if c["file"] == "ALLDATA.KWI" and c["record"] != "file"]


def rebuilt(folder, name, features, *options):
    source = folder / f"{name}.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    # Without the regions, whose boxes follow every street.
    return modes.build(source, folder / name, "--no-route-planning", *options)


def named(features, name):
    return next(i for i, f in enumerate(features) if f["properties"].get("name") == name)


def check_streets(folder, features, disc):
    new = copy.deepcopy(features)
    for item in new:
        if item["properties"].get("name") == "Olivedalsgatan":
            item["properties"]["name"] = "Nygatan"
    found = changes(disc, rebuilt(folder, "renamed", new))
    index = [c for c in found if c["file"] == "IDX/SADSR201.IDX"]
    tap.check({"Olivedalsgatan", "Nygatan"} <= {c["fields"].get("NAME") for c in index if c["change"] != "changed"},
              "a street that was renamed stands elsewhere in the index", index[:2])
    tap.equal([c["name"] for c in found if c["record"] == "file"], ["addresses, sizes and counts that follow"] * 2,
              "what follows is said in one line for each file")
    found = of_map(found)
    tap.check(found and all(c["change"] == "changed" and c["record"] == "character_information" and
                            c["fields"] == {"text": {"old": "Olivedalsgatan", "new": "Nygatan"}} for c in found),
              "a street that was renamed", found[:2])

    new = copy.deepcopy(features)
    new.append({"type": "Feature", "properties": {"highway": "residential"},
                "geometry": {"type": "LineString", "coordinates": [[11.96, 57.7], [11.9602, 57.7001], [11.9605, 57.7]]}})
    added = rebuilt(folder, "added", new)
    found = of_map(changes(disc, added))
    tap.equal(kinds(found), [(("added", "multilink_header"), 1)], "a street that was added is one multilink")
    tap.check(found[0]["path"].startswith("level[0].parcel[") and found[0]["fields"]["road_type"]["name"] == "very_low_speed",
              "with its path and fields", found)
    back = of_map(changes(added, disc))
    tap.equal(kinds(back), [(("removed", "multilink_header"), 1)], "the other way round it was removed")

    new = copy.deepcopy(features)
    street = next(i for i, f in enumerate(new) if f["properties"].get("highway") == "residential" and "bridge" not in f["properties"]
                  and "tunnel" not in f["properties"] and len(f["geometry"]["coordinates"]) == 2)
    new[street]["properties"]["bridge"] = "yes"
    found = changes(disc, rebuilt(folder, "bridge", new))
    tap.check(found and all(c["change"] == "changed" and c["record"] == "link_shape" and
                            c["fields"] == {"bridge": {"old": False, "new": True}} for c in found),
              "a bridge that was built", found[:3])


def check_lists(folder, features, disc):
    """A street in the middle of lists: all others stay the same."""
    town = json.loads((modes.SMALL / "town.geojson").read_text())["features"]
    plain = rebuilt(folder, "plain", town)
    places = [{"type": "Feature", "properties": {"place": "suburb", "name": f"Ort {i:03}"},
               "geometry": {"type": "Point", "coordinates": features[0]["geometry"]["coordinates"][0]}} for i in range(40)]
    for place in places: # all in one parcel
        while isinstance(place["geometry"]["coordinates"][0], list):
            place["geometry"]["coordinates"] = place["geometry"]["coordinates"][0]
    old = rebuilt(folder, "places", town + places)
    new = rebuilt(folder, "fewer", town + places[:20] + places[21:])
    found = of_map(changes(old, new))
    tap.check(found and {c["change"] for c in found} == {"removed"} and {c["record"] for c in found} == {"name_data_record"},
              "a name that was removed in the middle of a list", found[:3])
    found = of_map(changes(plain, rebuilt(folder, "titled", town, "--title", "Neu")))
    tap.check(len(found) == 1 and found[0]["record"] == "data_volume" and list(found[0]["fields"]) == ["disk_title"]
              and found[0]["fields"]["disk_title"]["new"] == "Neu", "the title", found)
    found = changes(plain, rebuilt(folder, "half", town[:len(town) // 2]))
    tap.check(len(found) < 400 and {c["change"] for c in found} <= {"added", "removed", "changed"}, "half of a town", len(found))
    tap.equal(len(changes(plain, folder / "half", "--limit", "2")), 2, "--limit")
    tap.equal({c["path"].split(".")[0] for c in changes(plain, folder / "half", "--level", "0")}, {"level[0]"}, "--level")


def check_same(folder, disc):
    image = modes.build(modes.GOTEBORG, folder / "goteborg.iso", "--no-route-planning")
    tap.equal(changes(disc, disc, code=0), [], "a disc is like itself")
    tap.equal(changes(disc / "ALLDATA.KWI", disc / "ALLDATA.KWI", code=0), [], "so is a file")
    tap.equal(changes(disc, image, code=0), [], "a folder and an image of it")
    for name, small in modes.discs(folder):
        tap.equal(changes(small, small, code=0), [], f"{name} is like itself")
    sectors = modes.build(modes.SMALL / "variants.geojson", folder / "s64", "--layout", modes.ROOT / "testdata/layouts/sectors_64.json")
    records = {c["record"] for c in changes(folder / "sectors_256", sectors)}
    tap.check("multilink_header" not in records and "name_data_record" not in records,
              "other sector sizes move everything and change nothing", records)
    modes.run("--diff", disc, code=2)
    modes.run("--diff", disc, folder / "nothing", code=4)
    for name in ("no_map", "no_map_either"):
        shutil.copytree(folder / "town", folder / name)
        (folder / name / "ALLDATA.KWI").unlink()
    tap.equal(changes(folder / "no_map", folder / "no_map_either", code=0), [], "discs without a map")
    raw = (folder / "town/ALLDATA.KWI").read_bytes()
    (folder / "damaged").mkdir()
    bad = bytearray(raw)
    bad[len(bad) // 2:len(bad) // 2 + 64] = bytes(range(64))
    (folder / "damaged/ALLDATA.KWI").write_bytes(bad)
    tap.check(changes(folder / "town", folder / "damaged"), "a damaged disc")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        disc = modes.build(modes.GOTEBORG, folder / "goteborg", "--no-route-planning")
        with gzip.open(modes.GOTEBORG, "rt", encoding="utf-8") as source:
            features = json.load(source)["features"]
        check_same(folder, disc)
        check_streets(folder, features, disc)
        check_lists(folder, json.loads((modes.SMALL / "town.geojson").read_text())["features"], disc)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
