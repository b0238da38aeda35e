#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--at: the parcel at a place on every level, found again by another reader."""
import fractions
import pathlib
import random
import tempfile

import modes
import read_alldata

tap = modes.Tap()
UNIT = 28800


def expected(volume, level, latitude, longitude):
    """Block set, block and slot, and the cell, by map.md 3.6; None outside of the coverage."""
    latitude, longitude = (fractions.Fraction(f"{degrees:.7f}") * UNIT for degrees in (latitude, longitude))
    y, x = latitude - volume.south, (longitude - volume.west) % (360 * UNIT)
    if not (0 <= y <= volume.north - volume.south and x <= volume.east - volume.west):
        return None
    column = min(int(x * level.columns / (volume.east - volume.west)), level.columns - 1)
    row = min(int(y * level.rows / (volume.north - volume.south)), level.rows - 1)
    px, block_x, set_x = column % level.parcels_x, column // level.parcels_x % level.blocks_x, \
        column // (level.parcels_x * level.blocks_x)
    py, block_y, set_y = row % level.parcels_y, row // level.parcels_y % level.blocks_y, \
        row // (level.parcels_y * level.blocks_y)
    return {"column": column, "row": row, "block_set": set_y * level.sets_x + set_x,
            "block": block_y * level.blocks_x + block_x, "slot": py * level.parcels_x + px}


def inside(box, latitude, longitude):
    west, south, east, north = box
    return (longitude - west + 1e-6) % 360 <= (east - west) % 360 + 2e-6 and south - 1e-6 <= latitude <= north + 1e-6


def frames_at(volume, level, cell):
    return [f for f in volume.cells.get((level.number, cell["row"], cell["column"]), [])] if cell else []


def check_point(volume, disc, latitude, longitude):
    """What is wrong with --at for a point."""
    found = modes.lines(disc, f"--at={latitude:.7f},{longitude:.7f}", "--kind", "name", "--limit", 1)[0]
    if [item["level"] for item in found["levels"]] != [level.number for level in volume.levels]:
        return "levels"
    for level, item in zip(volume.levels, found["levels"]):
        cell = expected(volume, level, latitude, longitude)
        frames, parcel = frames_at(volume, level, cell), item["parcel"]
        if bool(frames) != bool(parcel):
            return f"level {level.number}: {len(frames)} frames, parcel {parcel}"
        if not parcel:
            continue
        if not inside(parcel["bbox"], latitude, longitude):
            return f"level {level.number}: the box does not hold the place"
        if not any(f.address == parcel["offset"] and f.size == parcel["size"] for f in frames):
            return f"level {level.number}: another frame"
        if any(f.span == [1, 1] for f in frames) and {k: parcel[k] for k in cell} != cell:
            return f"level {level.number}: {parcel} is not at {cell}"
        if not (parcel["column"] <= cell["column"] < parcel["column"] + parcel["columns"]
                and parcel["row"] <= cell["row"] < parcel["row"] + parcel["rows"]):
            return f"level {level.number}: {parcel} does not hold {cell}"
        frame = next(f for f in frames if f.address == parcel["offset"])
        if [parcel["rows"], parcel["columns"]] != frame.span or bool(parcel["part"]) != (frame.part is not None):
            return f"level {level.number}: size or part"
    return None


def near_edge(low, high, cells):
    """Some metres, or some millimetres, from an edge between cells."""
    edge = low + (high - low) * random.randrange(1, cells) / cells if cells > 1 else low
    return min(max(edge + random.choice((random.uniform(-2, 2), random.uniform(-2e-3, 2e-3))), low + 1), high - 1)


def random_place(volume):
    """Anywhere, or near the edge of a parcel."""
    latitude, longitude = random.uniform(volume.south, volume.north), random.uniform(volume.west, volume.east)
    level = random.choice(volume.levels)
    if random.random() < 0.5:
        latitude = near_edge(volume.south, volume.north, level.rows)
    if random.random() < 0.5:
        longitude = near_edge(volume.west, volume.east, level.columns)
    latitude, longitude = latitude / UNIT, longitude / UNIT
    return round(latitude, 7), round(longitude - 360 if longitude > 180 else longitude, 7)


def check_disc(name, disc, count):
    volume = read_alldata.Volume(read_alldata.Disc(disc))
    places, bad = 0, []
    for _ in range(count):
        latitude, longitude = random_place(volume)
        wrong = check_point(volume, disc, latitude, longitude)
        bad += [(latitude, longitude, wrong)] if wrong else []
        places += 1
    tap.none(bad, f"{name}: the parcels at {places} places")


def check_features(disc):
    found = modes.lines(disc, "--features", "--level", "0")
    place = next(f["geometry"]["coordinates"][0] for f in found if f["properties"]["kind"] == "road")
    answer = modes.lines(disc, "--at", f"{place[1]},{place[0]}", "--level", "0")[0]["levels"]
    tap.equal(len(answer), 1, "--level chooses one")
    same = [f for f in found if answer[0]["parcel"]["offset"] <= f["properties"]["offset"]
            < answer[0]["parcel"]["offset"] + answer[0]["parcel"]["size"]]
    tap.equal(answer[0]["features"], same, "the features are those of --features")
    roads = modes.lines(disc, "--at", f"{place[1]},{place[0]}", "--level", "0", "--kind", "road")[0]["levels"][0]["features"]
    tap.equal(roads, [f for f in same if f["properties"]["kind"] == "road"], "--kind")
    kind = roads[0]["properties"]["type_name"]
    some = modes.lines(disc, "--at", f"{place[1]},{place[0]}", "--level", "0", "--type", kind)[0]["levels"][0]["features"]
    tap.equal(some, [f for f in same if f["properties"]["type_name"] == kind], "--type")
    some = modes.lines(disc, "--at", f"{place[1]},{place[0]}", "--limit", "2")[0]["levels"]
    tap.equal(sum(len(level["features"]) for level in some), 2, "--limit")
    away = modes.lines(disc, "--at", "-80.5,-170.25", code=1)[0]
    tap.check(away["latitude"] == -80.5 and away["longitude"] == -170.25 and away["levels"]
              and all(level["parcel"] is None for level in away["levels"]), "a place outside of the coverage", away)
    for value in ("", "1", "1,2,3", "91,0", "0,181", "x,y", "nan,0"):
        modes.run(disc, "--at", value, code=2)
    tap.check(True, "places that are none are refused")


def main():
    random.seed(2)
    with tempfile.TemporaryDirectory() as folder:
        found = dict(modes.discs(pathlib.Path(folder)))
        for name, disc in found.items():
            check_disc(name, disc, 50)
        disc = modes.build(modes.GOTEBORG, pathlib.Path(folder) / "goteborg")
        check_disc("goteborg", disc, 200)
        antimeridian = modes.build(modes.ROOT / "testdata/antimeridian.geojson", pathlib.Path(folder) / "antimeridian")
        check_disc("antimeridian", antimeridian, 200)
        # Cells whose edges lie between 1/8 seconds.
        odd = modes.move(found["town"], pathlib.Path(folder) / "odd", 11.3 + 1 / 28800, 13.2, -3.1, 1.2 + 7 / 28800)
        check_disc("odd edges", odd, 200)
        check_features(disc)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
