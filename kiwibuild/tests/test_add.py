#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Points that are added to a disc: test_add.py KIWIBUILD KIWIDUMP SOURCE_ROOT. Prints TAP.

Where they come to lie on the map is read by the tests' own reader (tests/read_alldata.py).
"""
import contextlib
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from written import GOTEBORG, KIWIBUILD, KIWIDUMP, ROOT, VARIANTS, build, files, run  # noqa: E402
import check_goteborg  # noqa: E402
import read_alldata  # noqa: E402

UNIT_X, UNIT_Y = 112.5 / 3600 / 4096, 75 / 3600 / 4096  # degrees of level 0
tap = check_goteborg.Tap()


def quiet_structure(folder):
    """The checks of the independent reader, as one."""
    class Silent(check_goteborg.Tap):
        bad = []

        def check(self, good, name, note=""):
            if not good:
                self.bad.append(f"{name} {note}"[:300])
    silent = Silent()
    silent.bad = []
    with contextlib.redirect_stdout(io.StringIO()):
        volume = read_alldata.check_structure(silent, read_alldata.Disc(folder))
    return volume, silent.bad


def names(volume):
    """Text and place of each name of level 0."""
    found = {}
    for feature in volume.features():
        properties = feature["properties"]
        if properties["kind"] == "name" and properties["level"] == 0 and feature["geometry"]:
            found.setdefault(properties["text"], []).append(feature["geometry"]["coordinates"])
    return found


def other_lines(old, new):
    """What --diff says beside added names, the file of the index and what leads there."""
    allowed = {"name_data_record", "name_data_list", "name_distribution_header", "volume_management_record",
               "additional_address_entry"}
    rest = []
    for line in run(KIWIDUMP, "--diff", old, new).stdout.splitlines():
        record = json.loads(line)
        if record["change"] == "added" and (record["record"] in allowed or record["file"].startswith("IDX/POISR9")):
            continue
        if record["change"] == "changed" and set(record.get("fields", {"?"})) <= {"address", "size", "part_size"}:
            continue  # a file with nothing but addresses has these to say
        if record.get("name") == "addresses, sizes and counts that follow" and record["file"] != "LOADING.KWI":
            continue
        rest.append(line[:300])
    return rest


def cameras(folder, count, west, south, width, height):
    """Points in a box, as CSV; returns them by name."""
    random.seed(7)
    points = {f"Kamera {i}": (round(west + random.random() * width, 6), round(south + random.random() * height, 6))
              for i in range(count)}
    lines = ["name;lat;lon;category"] + [f"{name};{lat};{lon};speed_camera" for name, (lon, lat) in points.items()]
    (folder / "cameras.csv").write_text("\ufeff" + "\r\n".join(lines) + "\r\n")
    return points


def found_names(disc, text):
    lines = run(KIWIDUMP, "--find", text, disc).stdout.splitlines()
    return {feature["properties"]["name"]: feature["geometry"]["coordinates"] for feature in map(json.loads, lines)}


def near(a, b, unit_x=UNIT_X, unit_y=UNIT_Y):
    return abs(a[0] - b[0]) <= unit_x and abs(a[1] - b[1]) <= unit_y


def goteborg(folder):
    """1,000 cameras."""
    disc, new = folder / "goteborg", folder / "goteborg with cameras"
    build("-q", "-o", disc, GOTEBORG)
    points = cameras(folder, 1000, 11.862, 57.65, 0.228, 0.11)
    before = files(disc)
    result = build("--base", disc, "--add", folder / "cameras.csv", "-o", new)
    tap.check(result.returncode == 0 and not result.stderr, "1,000 cameras are added", result.stderr)
    tap.check(files(disc) == before, "the disc itself stays")
    old, files_new = files(disc), files(new)
    changed = {name for name in files_new if files_new[name] != old.get(name)}
    tap.check(changed == {"ALLDATA.KWI", "INDEXDAT.KWI", "IDX/POISR901.IDX"}, "only map and index differ", changed)
    volume, bad = quiet_structure(new)
    tap.none(bad, "the independent reader finds it sound")
    places = names(volume)
    tap.none([name for name, place in points.items() if not any(near(place, other) for other in places.get(name, ()))],
             "all are on the map, to a unit")
    was = names(read_alldata.Volume(read_alldata.Disc(disc)))
    tap.check({name: place for name, place in places.items() if name not in points} == was, "all other names are as they were")
    tap.none(other_lines(disc, new), "--diff has nothing else")
    check = run(KIWIDUMP, "--check", new)
    tap.check(check.returncode == 0, "--check has no finding", check.stdout[:300])
    found = found_names(new, "Kamera")
    tap.none([name for name, place in points.items() if not near(place, found.get(name, (0, 0)), 1e-4, 1e-4)], "--find has all of them")
    some = list(points.items())[::100]
    missing = []
    for name, (lon, lat) in some:
        box = f"{lon - 0.001:.6f},{lat - 0.0005:.6f},{lon + 0.001:.6f},{lat + 0.0005:.6f}"
        if f">{name}<" not in run(KIWIDUMP, "--svg", "--level", "0", "--bbox", box, new).stdout:
            missing.append(name)
    tap.none(missing, "--svg draws them")
    route = [run(KIWIDUMP, "--route", "57.70,11.97", "57.705,11.96", which).stdout for which in (disc, new)]
    tap.check("LineString" in route[0] and route[0] == route[1], "ways are the same", route[0][:300])


def layouts(folder):
    """Onto discs in every layout; their features come back but for what was added."""
    features = [json.loads(line) for line in run(KIWIDUMP, "--features", build_layout(folder, "pen_up")).stdout.splitlines()]
    spots = [feature["geometry"]["coordinates"] for feature in features
             if feature["properties"]["kind"] == "name" and feature["properties"]["level"] == 0][:30]
    rows = [f"{lon:.7f},{lat:.7f},Point {i}" for i, (lon, lat) in enumerate(spots)]
    (folder / "points.csv").write_text("\n".join(rows) + "\n")
    for name in ("division_table", "empty_header", "empty_none", "european", "guidance_headers", "integration_mixed",
                 "level_record_40", "list_type_1", "list_type_2", "name_types_raw", "sectors_256", "shift_jis"):
        disc, new = build_layout(folder, name), folder / f"{name} added"
        result = build("--base", disc, "--add", folder / "points.csv", "-o", new)
        problems = [] if result.returncode == 0 else [result.stderr]
        if not problems:
            volume, problems = quiet_structure(new)
            problems += [] if run(KIWIDUMP, "--check", new).returncode in (0, run(KIWIDUMP, "--check", disc).returncode) else ["check"]
            problems += other_lines(disc, new)
            here = names(volume)
            problems += [f"Point {i}" for i, spot in enumerate(spots)
                         if not any(near(spot, other) for other in here.get(f"Point {i}", ()))]
            old = [feature for feature in read_alldata.Volume(read_alldata.Disc(disc)).features()]
            problems += [] if essence(old) == essence(f for f in volume.features() if "Point " not in str(f["properties"].get("text"))) else ["features"]
        tap.none(problems, f"layout {name}: {len(spots)} points, and all else the same")


def name_links(disc):
    """Of each background with a name: where its displacement stands, and which name record it should mean, in order."""
    links, name_frame, own = [], None, []
    for line in run(KIWIDUMP, "--records", "--level", "0", disc).stdout.splitlines():
        record = json.loads(line)
        if record["record"] == "main_map_distribution_header":
            links += [(at, name_frame, records) for at in own for records in [names_here]] if name_frame else []
            own, name_frame, names_here = [], None, []
        elif record["record"] == "minimum_graphics_data_record":
            own.append(record["offset"] + 12 + 2 * record["fields"]["number_of_offsets"])
        elif record["record"] == "name_distribution_header":
            name_frame = record["offset"]
        elif record["record"] == "name_data_record":
            names_here.append(record["offset"])
    return links


def backgrounds(folder):
    """Names that backgrounds lead to: they still do when they have moved."""
    disc, new = build_layout(folder, "background_extras"), folder / "moved"
    data = bytearray((disc / "ALLDATA.KWI").read_bytes())
    links = [link for link in name_links(disc) if len(link[2]) > 1]
    texts = []
    for i, (at, start, records) in enumerate(links):
        record = records[-1 - i % 2]
        data[at:at + 2] = ((record - start) // 2).to_bytes(2, "big")
        texts.append(bytes(data[record:record + 20]))
    (disc / "ALLDATA.KWI").write_bytes(data)
    result = build("--base", disc, "--add", folder / "points.csv", "-o", new)
    after = (new / "ALLDATA.KWI").read_bytes()
    moved = [link for link in name_links(new) if after[link[0]:link[0] + 2] != b"\xff\xff"]
    meant = [bytes(after[start + 2 * int.from_bytes(after[at:at + 2], "big"):][:20]) for at, start, _ in moved]
    changed = sum(after[a[0]:a[0] + 2] != data[b[0]:b[0] + 2] for a, b in zip(moved, links))
    tap.check(result.returncode == 0 and len(texts) > 5 and meant == texts and changed > 0,
              f"{len(texts)} backgrounds lead to the names that they led to, {changed} of them by another displacement",
              f"{result.stderr} {len(texts)} {len(meant)} {changed}")
    tap.none(other_lines(disc, new), "nothing else differs")


def build_layout(folder, name):
    disc = folder / name
    if not disc.exists():
        build("-q", "--layout", ROOT / f"testdata/layouts/{name}.json", "-o", disc, VARIANTS)
    return disc


def essence(features):
    """Features in any order, wherever their records lie."""
    result = []
    for feature in features:
        feature["properties"].pop("offset", None)
        result.append(json.dumps(feature, sort_keys=True))
    return sorted(result)


def formats(folder):
    disc = build_layout(folder, "list_type_1")
    place = json.loads(run(KIWIDUMP, "--features", "--limit", "1", "--kind", "name", "--level", "0", disc).stdout)
    lon, lat = place["geometry"]["coordinates"]
    (folder / "some.gpx").write_text(f"""<?xml version="1.0"?><gpx version="1.1"><wpt lat="{lat}" lon="{lon}"><name>Hütte &amp; Hof</name>
<type>speed_camera</type></wpt><wpt lat="{lat}" lon="{lon}"><name>Anywhere</name><type>WPT</type></wpt><wpt lat="x" lon="1"/></gpx>""")
    (folder / "some.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"highway": "speed_camera", "name": "Fast"}, "geometry": {"type": "Point", "coordinates": [lon, lat]}},
        {"type": "Feature", "properties": {"name": "Loved"}, "geometry": {"type": "Point", "coordinates": [lon, lat]}},
        {"type": "Feature", "properties": {"category": "dragon"}, "geometry": {"type": "Point", "coordinates": [lon, lat]}},
        {"type": "Feature", "properties": {"name": "A way"}, "geometry": {"type": "LineString", "coordinates": [[lon, lat], [lon, lat]]}},
        {"type": "Feature", "properties": {"name": "Far"}, "geometry": {"type": "Point", "coordinates": [-170, -70]}}]}))
    (folder / "some.csv").write_text(f'{lon},{lat},"A ""quoted"", name"\n{lon},{lat}\n\nx,y,z\n')
    (folder / "tabs.tsv").write_text(f"Longitude\tLATITUDE\tname\tcategory\n{str(lon).replace('.', ',')}\t{lat}\tKomma\t640\n")
    wanted = {"some.gpx": ({"Hütte & Hof": 640, "Anywhere": 6400}, ("waypoints have no latitude",)),
              "some.geojson": ({"Fast": 640, "Loved": 6400}, ("category that the profile does not have: 1", "lines and areas", "has no map")),
              "some.csv": ({'A "quoted", name': 6400, "Favourite": 6400}, ("rows have no latitude", "line 4")),
              "tabs.tsv": ({"Komma": 640}, ())}
    for name, (entries, words) in wanted.items():
        new = folder / f"disc of {name}"
        result = build("--base", disc, "--add", folder / name, "-o", new)
        found = {}
        for line in run(KIWIDUMP, "--find", "", "--kind", "poi", new).stdout.splitlines():
            properties = json.loads(line)["properties"]
            found[properties["name"]] = properties.get("category")
        ours = {key: found.get(key) for key in entries}
        tap.check(result.returncode == 0 and ours == entries and all(word in result.stderr for word in words),
                  f"{name} is read", f"{result.returncode} {result.stderr} {found}")


def again(folder):
    """Onto an image with points of interest and a program, twice; the index grows by a file each time."""
    subprocess.run([sys.executable, str(ROOT / "testdata/firmware/make_firmware.py"), str(folder)], check=True, capture_output=True)
    town = ROOT / "testdata/small/town.osm"
    build("-q", "--loading", folder / "loading.json", "--title", "Unit", "-o", folder / "unit.iso", town)
    before = run(KIWIDUMP, "--find", "", folder / "unit.iso").stdout
    place = json.loads(before.splitlines()[0])["geometry"]["coordinates"]
    (folder / "one.csv").write_text(f"lat,lon,name\n{place[1]},{place[0]},Once\n")
    (folder / "two.csv").write_text(f"lat,lon,name\n{place[1]},{place[0]},Twice\n")
    first = build("--base", folder / "unit.iso", "--add", folder / "one.csv", "-o", folder / "first.iso")
    second = build("--base", folder / "first.iso", "--add", folder / "two.csv", "-o", folder / "second.iso")
    tap.check(first.returncode == second.returncode == 0, "added twice, to images", first.stderr + second.stderr)
    found = [set(found_names(folder / f"{name}.iso", "")) for name in ("unit", "first", "second")]
    tap.check(found[1] - found[0] == {"Once"} and found[2] - found[1] == {"Twice"} and found[0] < found[1] < found[2],
              "all that was found is found", found)
    tap.check(run(KIWIDUMP, "--check", folder / "second.iso").returncode == 0, "the disc is good")
    run(KIWIDUMP, "--extract", folder / "unit", folder / "unit.iso")
    run(KIWIDUMP, "--extract", folder / "second", folder / "second.iso")
    old, new = files(folder / "unit"), files(folder / "second")
    tap.check({name for name in old if old[name] != new.get(name)} == {"ALLDATA.KWI", "INDEXDAT.KWI"}, "the program is the same")


def refusals(folder):
    disc = folder / "pen_up"
    (folder / "empty.csv").write_text("lat,lon\n")
    (folder / "headless.csv").write_text("where,what\n1,2\n")
    (folder / "open.csv").write_text('lat,lon,name\n1,2,"never closed\n')
    (folder / "latin.csv").write_bytes(b"lat,lon,name\n1,2,\xe9t\xe9\n")
    (folder / "nul.csv").write_bytes(b"lat,lon,name\n1,2,\0\n")
    (folder / "broken.gpx").write_text("<gpx><wpt lat='1' lon='2'>")
    (folder / "entity.gpx").write_text("<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx/>")
    (folder / "other.gpx").write_text("<kml/>")
    for name, (arguments, code, word) in {
        "no base": (["--add", folder / "empty.csv"], 2, "--base"),
        "an input, too": (["--base", disc, "--add", folder / "empty.csv", VARIANTS], 2, "INPUT"),
        "a title": (["--base", disc, "--add", folder / "empty.csv", "--title", "x"], 2, "--title"),
        "no file": (["--base", disc, "--add", folder / "nowhere.csv"], 4, "nowhere.csv"),
        "no point": (["--base", disc, "--add", folder / "empty.csv"], 3, "no point"),
        "no columns": (["--base", disc, "--add", folder / "headless.csv"], 3, "line 1"),
        "an open quotation": (["--base", disc, "--add", folder / "open.csv"], 3, "line 2"),
        "another charset": (["--base", disc, "--add", folder / "latin.csv"], 3, "UTF-8"),
        "a NUL": (["--base", disc, "--add", folder / "nul.csv"], 3, "NUL"),
        "half a GPX file": (["--base", disc, "--add", folder / "broken.gpx"], 3, "early"),
        "entities": (["--base", disc, "--add", folder / "entity.gpx"], 3, "document type"),
        "other XML": (["--base", disc, "--add", folder / "other.gpx"], 3, "not GPX"),
        "a disc": (["--base", disc, "--add", disc / "ALLDATA.KWI"], 3, ""),
    }.items():
        result = build("-q", *arguments, "-o", folder / "refused")
        tap.check(result.returncode == code and word in result.stderr and result.stderr.count("\n") == 1
                  and not (folder / "refused").exists(), f"refused: {name}", f"{result.returncode} {result.stderr}")


def missing_files(folder):
    """Slots that name a file which is not there: points come onto the rest, or the disc is refused; never a crash."""
    build(GOTEBORG, "-q", "--layout", ROOT / "testdata/layouts/european.json", "-o", folder / "split")
    points = folder / "split.csv"
    points.write_text("name;lat;lon\nKamera;57.70;11.97\n")
    for path in sorted((folder / "split").rglob("PARCEL.*"))[::9]:
        content = path.read_bytes()
        path.unlink()
        result = build("--base", folder / "split", "--add", points, "-o", folder / "added")
        path.write_bytes(content)
        wanted = {"PARCEL.000": (3, "the map has 0 levels"), "PARCEL.027": (0, "where a level of the disc has no map: 1")}.get(path.name, (0, ""))
        tap.check(result.returncode == wanted[0] and wanted[1] in result.stderr and (wanted[1] or not result.stderr), f"a disc without {path.name}",
                  f"{result.returncode} {result.stderr.strip()[:300]}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for test in (goteborg, layouts, backgrounds, formats, again, refusals, missing_files):
            test(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
