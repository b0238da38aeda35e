#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A disc in the Tokyo datum: whatever is asked for or comes out is WGS 84, by another way of reckoning it; records stay as they are."""
import json
import math
import pathlib
import re
import shutil
import subprocess
import tempfile

import modes
from shapely.geometry import box as box_of
from shapely.geometry import shape
from shapely.validation import explain_validity

tap = modes.Tap()
TINY = 2.1e-7  # degrees: rounded twice


def latitude(axis, flattening, x, y, z):
    """By turns, not in closed form."""
    e2, across = flattening * (2 - flattening), math.hypot(x, y)
    angle = math.atan2(z, across * (1 - e2))
    for _ in range(12):
        angle = math.atan2(z + e2 * axis / math.sqrt(1 - e2 * math.sin(angle) ** 2) * math.sin(angle), across)
    return math.degrees(angle)


def wgs84(x, y):
    """Longitude and latitude of the Tokyo datum, with the shifts of EPSG 15484."""
    axis, flattening = 6377397.155, 1 / 299.1528128
    north, east, e2 = math.radians(y), math.radians(x), flattening * (2 - flattening)
    radius = axis / math.sqrt(1 - e2 * math.sin(north) ** 2)
    axes = (radius * math.cos(north) * math.cos(east) - 146.414, radius * math.cos(north) * math.sin(east) + 507.337,
            radius * (1 - e2) * math.sin(north) + 680.507)
    return math.degrees(math.atan2(axes[1], axes[0])), latitude(6378137, 1 / 298.257223563, *axes)


def moved(thing):
    """Coordinates moved to WGS 84, however deep they nest."""
    return list(wgs84(*thing)) if isinstance(thing[0], (int, float)) else [moved(one) for one in thing]


def flat(thing):
    return [thing] if isinstance(thing[0], (int, float)) else [point for one in thing for point in flat(one)]


def apart(a, b):
    """How far coordinates differ at most; rings may begin elsewhere."""
    a, b = flat(a), flat(b)
    if len(a) != len(b):
        return 99
    if len(a) == 1:
        return max(abs(p - q) for p, q in zip(a[0], b[0]))
    near = {}
    for x, y in b:
        near.setdefault((round(x * 1e6), round(y * 1e6)), []).append((x, y))
    return max(min((max(abs(x - p), abs(y - q)) for i in (-1, 0, 1) for k in (-1, 0, 1)
                    for p, q in near.get((round(x * 1e6) + i, round(y * 1e6) + k), [])), default=99) for x, y in a)


def tokyo(source, target):
    shutil.copytree(source, target)
    metadata = target / "METADATA.KWI"
    metadata.write_bytes(re.sub(rb"(COOR\s*::=\s*)[^;]*?(\s*;)", rb"\g<1>TOKYO\2", metadata.read_bytes()))
    return target


def check_origin():
    """The origin of the Japanese survey, as it is published in both."""
    x, y = wgs84(139 + 44 / 60 + 40.5020 / 3600, 35 + 39 / 60 + 17.5148 / 3600)
    off = math.hypot((x - 139 - 44 / 60 - 28.8759 / 3600) * 90300, (y - 35 - 39 / 60 - 29.1572 / 3600) * 111000)
    tap.check(off < 1, "the formula holds at the origin of the survey", f"{off} m")
    places = [(x, y) for x in range(123, 154, 3) for y in range(21, 46, 3)]
    result = subprocess.run(["gdaltransform", "-s_srs", "+proj=longlat +ellps=bessel +towgs84=-146.414,507.337,680.507 +no_defs",
                             "-t_srs", "+proj=longlat +datum=WGS84 +no_defs", "-output_xy"],
                            input="".join(f"{x} {y}\n" for x, y in places), capture_output=True, check=True, text=True)
    other = [tuple(map(float, line.split())) for line in result.stdout.splitlines()]
    tap.check(len(other) == len(places) and all(apart(wgs84(*place), there) < 1e-8 for place, there in zip(places, other)),
              f"as gdaltransform has it at {len(places)} places", other[:2])


def check_features(name, plain, disc, options=()):
    """Features of the same bytes under both names."""
    before, after = (modes.lines(path, "--features", *options) for path in (plain, disc))
    tap.equal([f["properties"] for f in after], [f["properties"] for f in before], f"{name}: {len(before)} features have the same properties")
    far = [(a["id"], apart(moved(b["geometry"]["coordinates"]), a["geometry"]["coordinates"])) for a, b in zip(after, before) if b["geometry"]]
    tap.none([item for item in far if not item[1] < TINY], f"{name}: they are moved")
    tap.none([(a["id"], explain_validity(shape(a["geometry"]))) for a in after if a["geometry"] and not shape(a["geometry"]).is_valid],
             f"{name}: they are valid")
    return after


def check_box(disc, features, part):
    """--bbox chooses by WGS 84: edges through the middle of the disc."""
    bounds = [shape(f["geometry"]).bounds for f in features]
    west, south, east, north = (pick(b[i] for b in bounds) for i, pick in enumerate((min, min, max, max)))
    for i in range(8):
        lowest, highest = 0.1 * part + 0.05 * i, 0.5 + 0.05 * i
        box = tuple(round(v, 7) for v in (west + (east - west) * lowest, south + (north - south) * lowest,
                                          west + (east - west) * highest, south + (north - south) * highest))
        wanted = {f["id"] for f, b in zip(features, bounds) if box_of(*b).intersects(box_of(*box))}
        found = {f["id"] for f in modes.lines(disc, "--features", "--bbox", ",".join(map(str, box)), nothing=True)}
        tap.equal(found, wanted, f"--bbox {i}: {len(wanted)} of {len(features)}")


def check_at(plain, disc, features):
    point = next(f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point")
    before = modes.lines(plain, "--features", "--kind", "name")
    own = next(f["geometry"]["coordinates"] for f in before if f["geometry"]["type"] == "Point")
    there, here = (modes.lines(path, f"--at={at[1]:.7f},{at[0]:.7f}")[0] for path, at in ((disc, point), (plain, own)))
    tap.equal([(one["parcel"] or {}).get("offset") for one in there["levels"]], [(one["parcel"] or {}).get("offset") for one in here["levels"]],
              "--at finds the parcels")
    tap.equal((there["longitude"], there["latitude"]), tuple(point), "--at says the place that was asked for")
    pairs = [(a, b) for x, y in zip(there["levels"], here["levels"]) for a, b in zip(x["features"], y["features"]) if b["geometry"]]
    tap.check(pairs and all(apart(moved(b["geometry"]["coordinates"]), a["geometry"]["coordinates"]) < TINY for a, b in pairs), "--at moves features")
    box = there["levels"][0]["parcel"]["bbox"]
    corners = [wgs84(x, y) for b in [here["levels"][0]["parcel"]["bbox"]] for x in b[::2] for y in b[1::2]]
    wanted = [min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)]
    tap.check(apart([box[:2], box[2:]], [wanted[:2], wanted[2:]]) < 1e-6, "--at: the box of the parcel", (box, wanted))


def route(path, start, *rest):
    """The way, or None."""
    result = subprocess.run([modes.KIWIDUMP, str(path), "--route", *(f"{y:.7f},{x:.7f}" for x, y in (start, rest[-1]))], capture_output=True, check=False)
    return json.loads(result.stdout) if result.returncode == 0 else None


def check_index_and_route(plain, disc):
    before, after = (modes.lines(path, "--find", "") for path in (plain, disc))
    tap.check(before and all(apart(moved(b["geometry"]["coordinates"]), a["geometry"]["coordinates"]) < TINY for a, b in zip(after, before) if b["geometry"]),
              f"--find: {len(before)} entries")
    rows = [(moved([r["longitude"], r["latitude"]]), [s["longitude"], s["latitude"]]) for a, b in zip(after, before)
            for r, s in zip(b["properties"].get("ranges", []), a["properties"].get("ranges", []))]
    tap.check(rows and all(apart(*pair) < TINY for pair in rows), f"--find: {len(rows)} ranges")
    links = check_features("route", disc=disc, plain=plain, options=("--kind", "route"))
    ways = [way for link in links for way in [route(disc, *flat(link["geometry"]["coordinates"]))] if way]
    tap.check(ways, f"--route: {len(ways)} ways")
    own = {link["id"]: link for link in modes.lines(plain, "--features", "--kind", "route")}
    others = [way for link in links for way in [route(plain, *flat(own[link["id"]]["geometry"]["coordinates"]))] if way]
    tap.check(all(apart(moved(a["geometry"]["coordinates"]), b["geometry"]["coordinates"]) < TINY for a, b in zip(others, ways)), "--route moves them")
    for end in ("from", "to"):
        pairs = [[way["properties"][end].pop(key) for way in pair] for pair in zip(others, ways) for key in ("distance", "coordinates")]
        tap.check(all(abs(a - b) <= 1 for a, b in pairs[::2]) and all(apart(moved(a), b) < TINY for a, b in pairs[1::2]), f"--route: where it goes {end}")
    tap.equal([way["properties"] for way in ways], [way["properties"] for way in others], "--route: all else is the same")


def picture(path):
    """Numbers of the paths that draw all of a disc."""
    bounds = [shape(f["geometry"]).bounds for f in modes.lines(path, "--features") if f["geometry"]]
    box = ",".join(f"{pick(b[i] for b in bounds):.7f}" for i, pick in enumerate((min, min, max, max)))
    svg = modes.run(path, "--svg", "--bbox", box, "--level", "0", "--width", "400")
    return [float(n) for path in re.findall(r' d="([^"]*)"', svg) for n in re.findall(r"-?\d+\.?\d*", path)]


def check_picture(plain, disc):
    """A picture of the same places is the same one, but for pixels."""
    before, after = picture(plain), picture(disc)
    tap.check(len(before) == len(after) > 50 and max(abs(a - b) for a, b in zip(before, after)) < 3, f"--svg: {len(before)} numbers",
              (len(before), len(after)))


def check_the_rest(plain, disc):
    tap.equal(modes.run(disc, "--records", "--level", "0"), modes.run(plain, "--records", "--level", "0"), "records stay as they stand")
    before, after = (json.loads(modes.run(path)) for path in (plain, disc))
    tap.equal(after["levels"], before["levels"], "the document stays, too")
    tap.equal((before["disc"].get("datum"), after["disc"].get("datum")), (None, "TOKYO"), "the document names the datum")
    chosen = [modes.lines(path, "--datum", name, "--features", "--kind", "road") for path, name in ((plain, "tokyo"), (disc, "WGS84"))]
    natural = [modes.lines(path, "--features", "--kind", "road") for path in (disc, plain)]
    tap.check(chosen == natural, "--datum goes before METADATA.KWI")
    result = subprocess.run([modes.KIWIDUMP, str(plain), "--datum", "NAD27", "--features"], capture_output=True, check=False)
    tap.check(result.returncode == 5 and b"WGS84 and TOKYO" in result.stderr, "a datum that is not known is refused", result)


def main():
    check_origin()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for source in ("japan", "town"):
            plain = modes.build(modes.SMALL / f"{source}.geojson", folder / source)
            disc = tokyo(plain, folder / f"{source}_tokyo")
            features = check_features(source, plain, disc)
            check_features(f"{source} merged", plain, disc, ("--merge",))
        check_box(disc, features, 1)
        check_at(plain, disc, [f for f in features if f["properties"]["kind"] == "name"])
        check_index_and_route(plain, disc)
        check_picture(plain, disc)
        check_the_rest(plain, disc)
        big = modes.build(modes.GOTEBORG, folder / "goteborg")
        check_features("Göteborg merged", big, tokyo(big, folder / "goteborg_tokyo"), ("--merge", "--level", "0", "--kind", "background"))
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
