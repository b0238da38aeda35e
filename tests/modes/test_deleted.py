#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records with the bit of deletion: left out of all that is drawn, counted or driven; --records and --deleted have them."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import modes

tap = modes.Tap()

# The bit is the highest one of the record's first byte (7.2.2.1.1.1, 7.3.2.2.1, 7.4.2.1.1, 10.6.2.1, 10.7.1.1).
DELETED = 0x80
OWNERS = {"multilink_header": ("road", "multilink"), "minimum_graphics_data_record": ("background", "offset"),
          "name_data_record": ("name", "offset"), "link_record": ("route", "offset")}
ROUTE = ["--kind", "road,background,name,route"]


def copy_with_deleted(disc, records, target):
    """A copy of a disc on which some records count as deleted."""
    shutil.copytree(disc, target)
    for record in records:
        path = target / record["file"]
        data = bytearray(path.read_bytes())
        data[record["offset"]] |= DELETED
        path.write_bytes(data)
    return target


def marked(features, record):
    """The features with those of a record marked."""
    kind, key = OWNERS[record["record"]]
    return [{**f, "properties": {**f["properties"], "deleted": True}}
            if f["properties"]["kind"] == kind and f["properties"][key] == record["offset"] else f for f in features]


def kept(features):
    return [f for f in features if "deleted" not in f["properties"]]


def strokes(disc, *options):
    picture = ElementTree.fromstring(modes.run(disc, "--svg", "--width", 2000, *options))
    paths = sum(path.get("d").count("M") for path in picture.iter("{http://www.w3.org/2000/svg}path"))
    return paths, [t.text for t in picture.iter("{http://www.w3.org/2000/svg}text")]


def check_record(name, disc, record, features, folder):
    kind = record["record"]
    changed = copy_with_deleted(disc, [record], folder / "changed")
    wanted = marked(features, record)
    tap.check(wanted != features, f"{name}: {kind} makes features")
    tap.check(modes.lines(changed, "--features", *ROUTE) == kept(wanted), f"{name}: {kind} is left out")
    tap.check(modes.lines(changed, "--features", "--deleted", *ROUTE) == wanted, f"{name}: --deleted has {kind}, marked")
    records = [r for r in modes.lines(changed, "--records", "--type", kind) if r["fields"]["deleted"]]
    tap.equal([r["offset"] for r in records], [record["offset"]], f"{name}: --records has {kind}, and says so")
    owner, key = OWNERS[kind]
    merged = modes.lines(changed, "--features", "--merge", "--deleted", *ROUTE)
    tap.equal(sum(f["properties"].get("pieces", 1) for f in merged), len(features), f"{name}: --merge --deleted has every piece of {kind}")
    dead = sum(f["properties"].get("pieces", 1) for f in merged if f["properties"].get("deleted"))
    tap.equal(dead, len(wanted) - len(kept(wanted)), f"{name}: --merge keeps what is deleted of {kind} apart")
    tap.equal(sum(f["properties"].get("pieces", 1) for f in modes.lines(changed, "--features", "--merge", *ROUTE)), len(kept(wanted)),
              f"{name}: --merge without {kind}")
    if owner == "route":
        shutil.rmtree(changed)
        return
    point = next(f for f in features if f["properties"]["kind"] == owner and f["properties"][key] == record["offset"])["geometry"]
    while point and not isinstance(point, list):
        point = point["coordinates"]
    while point and isinstance(point[0], list):
        point = point[0]
    if point:
        at = f"--at={point[1]},{point[0]}"
        before, after, with_it = (json.dumps(modes.lines(*arguments)) for arguments in
                                  ((disc, at), (changed, at), (changed, at, "--deleted")))
        tap.check(after.count('"Feature"') < before.count('"Feature"') or f'"offset": {record["offset"]}' not in before,
                  f"{name}: --at is without {kind}")
        tap.check(with_it.count('"Feature"') == before.count('"Feature"'), f"{name}: --at --deleted has {kind}")
    shutil.rmtree(changed)


def check_all(name, disc, folder):
    """With all of a kind deleted nothing of it is drawn or counted."""
    def records(kind):
        return modes.lines(disc, "--records", "--type", kind)

    roads = copy_with_deleted(disc, records("multilink_header"), folder / "roads")
    tap.equal(modes.lines(roads, "--features", "--kind", "road"), [], f"{name}: no roads")
    tap.equal(modes.lines(roads, "--features", "--kind", "road", "--merge"), [], f"{name}: no merged roads")
    tap.check(re.search(r"^Roads +0 in level 0", modes.run(roads, "--summary"), re.M), f"{name}: --summary counts no roads")
    tap.check(strokes(disc, "--kind", "road")[0] > 10 > strokes(roads, "--kind", "road")[0], f"{name}: --svg draws no roads")
    names = copy_with_deleted(disc, records("name_data_record"), folder / "names")
    tap.equal(modes.lines(names, "--features", "--kind", "name"), [], f"{name}: no names")
    drawn = [set(strokes(d, "--level", "0")[1]) for d in (disc, names)]
    tap.check(drawn[1] < drawn[0], f"{name}: --svg writes no names", drawn)
    backgrounds = copy_with_deleted(disc, records("minimum_graphics_data_record"), folder / "backgrounds")
    tap.equal(modes.lines(backgrounds, "--features", "--kind", "background"), [], f"{name}: no backgrounds")
    for changed in (roads, names, backgrounds):
        report = json.loads(modes.run(changed, "--check"))
        tap.check(not report["findings"] and all(f["accounted"] == f["size"] for f in report["account"]), f"{name}: --check finds nothing wrong")


def way(disc, *places):
    result = subprocess.run([modes.KIWIDUMP, disc, "--route", *places], capture_output=True, check=False)
    return result.returncode, json.loads(result.stdout)["properties"] if result.stdout else None


def check_routes(folder):
    """A square with a short side that is deleted, as a link or by its node: the way takes the other ones."""
    def street(*points):
        return {"type": "Feature", "properties": {"highway": "residential"}, "geometry": {"type": "LineString", "coordinates": points}}

    a, b, c, d = [11.96, 57.7], [11.97, 57.7], [11.97, 57.702], [11.96, 57.702]
    source = folder / "square.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [street(a, b), street(b, c), street(a, d), street(d, c)]}))
    disc = modes.build(source, folder / "square")
    ends = ["57.7,11.96", "57.7,11.97"]
    code, direct = way(disc, *ends)
    tap.check(code == 0 and len(direct["links"]) == 1, "the direct way", direct)
    level, region = direct["level"], f"region[{direct['level']},"
    links = modes.lines(disc, "--features", "--kind", "route", "--level", level)
    link_id = direct["links"][0]["link_id"]
    cost = next(int(re.search(r"\[(\d+)\]$", r["path"])[1]) for r in modes.lines(disc, "--records", "--type", "link_cost_record")
                if r["path"].startswith(region) and r["fields"]["link_id"] == link_id)
    both = [r for r in modes.lines(disc, "--records", "--type", "link_record")
            if r["path"].startswith(region) and r["fields"]["link_cost"] == cost]
    tap.equal(len(both), 2, "a link has a record at each end")
    code, around = way(copy_with_deleted(disc, both, folder / "no_link"), *ends)
    tap.check(code == 0 and len(around["links"]) == 3, "a deleted link is not taken", around)
    middle = [r for r in modes.lines(disc, "--records", "--type", "node_record") if r["path"].startswith(region)]
    far = way(disc, "57.702,11.96", "57.702,11.96")[1]["from"]["node"]
    gone = copy_with_deleted(disc, [middle[far]], folder / "no_node")
    left = modes.lines(gone, "--features", "--kind", "route", "--level", level)
    tap.equal(len(links) - len(left), 2, "the links of a deleted node are gone with it")
    everything = modes.lines(gone, "--features", "--kind", "route", "--level", level, "--deleted")
    tap.equal([len(everything), sum(f["properties"].get("deleted", False) for f in everything)], [len(links), 2], "--deleted has them")
    code, found = way(gone, "57.702,11.97", "57.7,11.96")
    tap.check(code == 0 and len(found["links"]) == 2, "no way over a deleted node: the only one left", found)
    code, found = way(gone, "57.702,11.96", "57.7,11.97")
    tap.check(code == 0 and found["from"]["node"] != far and found["from"]["distance"] > 100, "no way begins at a deleted node", found)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for name, options in (("town", ()), ("variants", ("--layout", modes.ROOT / "testdata/layouts/pen_up.json"))):
            disc = modes.build(modes.SMALL / f"{name}.geojson", folder / name, *options)
            features = modes.lines(disc, "--features", *ROUTE)
            tap.check(not any("deleted" in f["properties"] for f in features), f"{name}: nothing is marked on a sound disc")
            tap.equal(modes.run(disc, "--features", "--deleted"), modes.run(disc, "--features"), f"{name}: --deleted adds nothing there")
            for kind in OWNERS:
                used = {f["properties"][OWNERS[kind][1]] for f in features if f["properties"]["kind"] == OWNERS[kind][0]}
                for record in [r for r in modes.lines(disc, "--records", "--type", kind) if r["offset"] in used][::23]:
                    check_record(name, disc, record, features, folder)
        check_all("town", folder / "town", folder)
        check_routes(folder)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
