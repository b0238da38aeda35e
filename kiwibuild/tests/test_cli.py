#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command kiwibuild from outside: test_cli.py KIWIBUILD SOURCE_ROOT. Prints TAP."""
import contextlib
import filecmp
import io
import json
import os
import pathlib
import pty
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

KIWIBUILD = sys.argv[1]
ROOT = pathlib.Path(sys.argv[2])
NO_ICONV = sys.argv[3]  # a library to load, without charsets
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import read_alldata  # noqa: E402

GOTEBORG = str(ROOT / "testdata/goteborg.geojson.gz")
ANTIMERIDIAN = str(ROOT / "testdata/antimeridian.geojson")
tap = check_goteborg.Tap()


def run(*arguments, **options):
    return subprocess.run([KIWIBUILD, *map(str, arguments)], capture_output=True, text=True, check=False,
                          **options)


def feature(geometry, **tags):
    return {"type": "Feature", "properties": tags, "geometry": geometry}


def write(path, *features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def line(*points):
    return {"type": "LineString", "coordinates": points}


def without_iconv(folder):
    """No disc with question marks for names."""
    environment = dict(os.environ, LD_PRELOAD=NO_ICONV, ASAN_OPTIONS="verify_asan_link_order=0")
    result = run(ROOT / "testdata/small/japan.geojson", "-o", folder / "mute", "--layout", ROOT / "testdata/layouts/shift_jis.json",
                 env=environment)
    tap.check(result.returncode == 4 and not (folder / "mute").exists()
              and result.stderr == "kiwibuild: iconv of this system cannot write Shift-JIS\n", "Shift-JIS without iconv ends the build",
              f"{result.returncode}, {result.stderr}")


def usage(folder):
    for option in ("--help", "-h"):
        result = run(option)
        tap.check(result.returncode == 0 and result.stdout.startswith("Usage:") and not result.stderr, option)
        tap.check(max(map(len, result.stdout.splitlines())) <= 80, f"{option} is no wider than a terminal")
    for option in ("--version", "-V"):
        result = run(option)
        tap.check(result.returncode == 0 and result.stdout.startswith("kiwibuild ") and not result.stderr, option)
    for name, (arguments, message) in {
        "unknown option": (["--no-such"], "unknown option --no-such"),
        "a slip": (["--lauout", "x"], "unknown option --lauout; did you mean --layout?"),
        "unknown letter": (["-x"], "unknown option -x"),
        "missing value": ([GOTEBORG, "-o"], "--output lacks its value: OUTPUT"),
        "no input": (["-o", folder / "d"], "which input?"),
        "no output": ([GOTEBORG], "where to? give --output"),
        "bad --repeat": (["--repeat", "2", "-o", folder / "d", GOTEBORG], "--repeat takes NxM, such as 2x3"),
        "zero --repeat": (["--repeat", "0x1", "-o", folder / "d", GOTEBORG], "not '0x1'"),
    }.items():
        result = run(*arguments)
        tap.check(result.returncode == 2 and result.stderr.count("\n") == 1 and not result.stdout and message in result.stderr,
                  f"usage: {name}", result.stderr.strip())


def refusals(folder):
    (folder / "profile.json").write_text('{"roads": {}, "colour": 1}')
    (folder / "half.geojson").write_text('{"type": "FeatureCollection", "features": [')
    (folder / "text.geojson").write_text("no JSON")
    (folder / "number.geojson").write_text("7")
    write(folder / "empty.geojson")
    write(folder / "place.geojson", feature(line([0, 0], [181, 0]), highway="path"))
    write(folder / "ring.geojson", feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1],
                                                                                [0, 1]]]}, natural="water"))
    write(folder / "type.geojson", feature({"type": "Circle", "coordinates": [0, 0]}, highway="path"))
    write(folder / "long.geojson", feature(line([0, 0], [100, 0]), highway="path"))
    for name in ("half", "text", "number", "empty", "place", "ring", "type", "long"):
        result = run(folder / f"{name}.geojson", "-o", folder / "disc")
        tap.check(result.returncode == 3 and result.stderr.count("\n") == 1, f"input refused: {name}",
                  result.stderr.strip())
    result = run(GOTEBORG, "--profile", folder / "profile.json", "-o", folder / "disc")
    tap.check(result.returncode == 3 and "colour" in result.stderr,
              "a profile with an unknown key is refused")
    result = run(GOTEBORG, "--repeat", "200x1", "-o", folder / "disc")
    tap.check(result.returncode == 3 and "pole" in result.stderr, "beyond the pole")
    result = run(folder / "missing.geojson", "-o", folder / "disc")
    tap.check(result.returncode == 4, "a missing input is an input/output error")
    result = run(GOTEBORG, "-o", folder / "missing/disc")
    tap.check(result.returncode == 4, "a missing directory is an input/output error")
    result = run(GOTEBORG, "-o", "/dev/full")
    tap.check(result.returncode == 4, "a device is no directory")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20))  # noqa: E731
    result = run(GOTEBORG, "--repeat", "10x10", "-o", folder / "disc", preexec_fn=limit)
    tap.check(result.returncode == 4 and "ALLDATA.KWI" in result.stderr,
              "a file that cannot grow is an input/output error",
              result.stderr.strip())
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))  # noqa: E731
    result = run(GOTEBORG, "-o", folder / "disc", preexec_fn=limit)
    tap.check(result.returncode == 4 and result.stderr.count("\n") == 1 and "TMPDIR" in result.stderr,
              "so is a temporary file that cannot", result.stderr.strip())
    result = run(GOTEBORG, "-o", folder / "disc", env={"TMPDIR": str(folder / "missing")})
    tap.check(result.returncode == 4 and str(folder / "missing") in result.stderr,
              "so is a folder for them that is not there", result.stderr.strip())
    tap.check(not list(folder.glob("disc*")), "nothing is left behind")
    street = write(folder / "street.geojson", feature(line([11.9, 57.7], [11.91, 57.7]), highway="primary"))
    before = street.read_bytes()
    (folder / "link.iso").symlink_to(street)
    for output in (street, folder / "link.iso"):
        result = run(street, "-o", output)
        tap.check((result.returncode, street.read_bytes()) == (5, before) and "would write over the input" in result.stderr,
                  f"{output.name}: an input is not written over", result.stderr)
    base = folder / "base.iso"
    run(street, "-o", base)
    before = base.read_bytes()
    result = run("--base", base, street, "-o", base)
    tap.check((result.returncode, base.read_bytes()) == (5, before), "nor is a disc that is the base of another", result.stderr)


def own_memory(folder):
    """What is large is in temporary files, of which none has a name: Göteborg in 12 MB."""
    temporary = folder / "temporary"
    temporary.mkdir()
    most = 12 << 20
    if b"__asan" in pathlib.Path(KIWIBUILD).read_bytes():
        most = resource.RLIM_INFINITY  # its shadow takes all there is
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (most, most))  # noqa: E731
    result = run(GOTEBORG, "-q", "-o", folder / "disc", preexec_fn=limit, env={"TMPDIR": str(temporary)})
    tap.check(result.returncode == 0 and not list(temporary.iterdir()), "built in 12 MB", result.stderr.strip())
    shutil.rmtree(folder / "disc")


def far_apart(folder):
    """Two streets, in Lisbon and in Helsinki: what is between them has no frames."""
    ends = [feature(line([-9.1, 38.7], [-9.09, 38.71]), highway="residential", name="Rua"),
            feature(line([24.9, 60.1], [24.91, 60.11]), highway="residential", name="Katu")]
    (folder / "far.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": ends}))
    result = run(folder / "far.geojson", "-o", folder / "far")
    size = (folder / "far/ALLDATA.KWI").stat().st_size if result.returncode == 0 else 0
    tap.check(result.returncode == 0 and size < 25000000, "far apart: half the disc, the tables of parcels without frames", f"{size} {result.stderr.strip()}")
    volume = structure("far apart", folder / "far")
    compare("far apart", volume, str(folder / "far.geojson"))


def streets(disc):
    """How many roads and names a disc's frames hold is no matter here: the bytes of its map."""
    return (disc / "ALLDATA.KWI").read_bytes()


def forms(folder):
    """The same input in other forms makes the same disc."""
    features = [feature(line([11 + i / 100, 57], [11 + i / 100, 57.01]), highway="residential", name=f"Street {i}") for i in range(3)]
    source = write(folder / "form.geojson", *features)
    run(source, "-o", folder / "form")
    wanted = streets(folder / "form")
    texts = [json.dumps(one) for one in features]
    for name, text in {
        "one feature per line": "\n".join(texts), "with a line feed at the end": "\n".join(texts) + "\n",
        "a text sequence (RFC 8142)": "".join(f"\x1e{text}\n" for text in texts), "a byte order mark": "\ufeff" + source.read_text(),
    }.items():
        (folder / "other.geojson").write_text(text)
        result = run(folder / "other.geojson", "-o", folder / "other")
        tap.check(result.returncode == 0 and streets(folder / "other") == wanted, f"form: {name}", result.stderr.strip())
    (folder / "marked.json").write_bytes(b"\xef\xbb\xbf{}")
    result = run(source, "--layout", folder / "marked.json", "-o", folder / "other")
    tap.check(result.returncode == 0 and streets(folder / "other") == wanted, "form: a byte order mark before a layout", result.stderr.strip())
    result = run("-", "-o", folder / "other", input=source.read_text())
    tap.check(result.returncode == 0 and streets(folder / "other") == wanted, "form: standard input", result.stderr.strip())
    with open(GOTEBORG, "rb") as file:
        result = run("-", "-o", "/dev/full", stdin=file)
        tap.check(result.returncode == 4, "form: standard input, compressed", result.stderr.strip())
    for name, (content, message) in {"an image": (b"\0" * 50000, "is not GeoJSON"), "text behind it": (texts[0].encode() + b" no", "line 1, column "),
                                     "nothing": (b"", "is not GeoJSON"), "a list": (b"[1]", "is not GeoJSON")}.items():
        (folder / "wrong.iso").write_bytes(content)
        result = run(folder / "wrong.iso", "-o", folder / "other")
        tap.check(result.returncode == 3 and message in result.stderr and result.stderr.count("wrong.iso") == 1, f"form: {name}",
                  result.stderr.strip())


def on_terminal(*arguments):
    """What a build says on a terminal."""
    reader, terminal = pty.openpty()
    with subprocess.Popen([KIWIBUILD, *map(str, arguments)], stderr=terminal):
        os.close(terminal)
        said = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while more := os.read(reader, 65536):
                said += more
    os.close(reader)
    return said.decode()


def progress(folder):
    """On a terminal, and only there, a line tells how far the work is."""
    text = on_terminal("-o", folder / "shown", ANTIMERIDIAN)
    tap.check("100 %" in text and "MB/s" in text and "left" in text, "progress on a terminal", text.split("\r")[-1].strip())
    places = [text.find(stage) for stage in ("reading the input", "planning routes", "cutting and encoding", "MB/s", "writing the index")]
    tap.check(places == sorted(places) and places[0] >= 0, "a word for each stage, one after the other", str(places))
    tap.check(on_terminal("-q", "-o", folder / "silent", ANTIMERIDIAN) == "", "nothing of it with --quiet")
    tap.check("left" not in run(ANTIMERIDIAN, "-o", folder / "quiet").stderr, "no progress elsewhere")


def layouts(folder):
    (folder / "layout.json").write_text('{"levels": {"0": {"colour": 1}}}')
    result = run(GOTEBORG, "--layout", folder / "layout.json", "-o", folder / "disc")
    tap.check(result.returncode == 3 and "colour" in result.stderr, "a layout with an unknown key is refused")
    result = run(GOTEBORG, "--layout", folder / "missing.json", "-o", folder / "disc")
    tap.check(result.returncode == 4, "a missing layout is an input/output error")
    europe = ROOT / "testdata/layouts/european.json"
    for _ in range(2):  # the second time into the directory that is there
        result = run(ANTIMERIDIAN, "-q", "--layout", europe, "-o", folder / "europe")
        tap.check(result.returncode == 0, "a map split over files", result.stderr.strip())
    tap.check((folder / "europe/ALLDATA.KWI").stat().st_size == 4096 and
              (folder / "europe/MAP/PARCEL.001").exists(), "the files are in the folder MAP")
    tap.check(not list(folder.glob("europe.*")), "and nothing is left beside it")


def interrupted(folder):
    """A build that takes its time is stopped as soon as it has begun to write."""
    command = [KIWIBUILD, "--repeat", "16x40", "-o", str(folder / "large.iso"), GOTEBORG]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list(folder.glob("large*/ALLDATA.KWI")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.wait()
    tap.check(process.returncode == 130 and not list(folder.glob("large*")),
              "an interrupted build leaves nothing behind")


def quietly(function, *arguments):
    """Runs checks that print TAP of their own; True if all hold."""
    inner, output = check_goteborg.Tap(), io.StringIO()
    with contextlib.redirect_stdout(output):
        result = function(inner, *arguments)
    for text in output.getvalue().splitlines():
        if text.startswith("not ok"):
            print("#", text)
    return inner.failed == 0, result


def structure(name, disc, copies=1):
    good, volume = quietly(read_alldata.check_structure, read_alldata.Disc(disc), copies)
    tap.check(good, f"{name}: structure")
    return volume


def compare(name, volume, source):
    good, _ = quietly(check_goteborg.check, check_goteborg.read_input(source), volume.features())
    tap.check(good, f"{name}: same ways and names as the input")


def ring_area(ring):
    points = check_goteborg.to_units(ring)
    return abs(read_alldata.signed_area(points)) / 2


def area_of(volume, kind):
    found = [f for f in volume.features() if f["properties"]["level"] == 0 and "shape" in f["properties"]]
    found = [f for f in found if f["properties"]["type"] == kind and f["properties"]["shape"] == 2]
    rings = [f["geometry"]["coordinates"][0] for f in found]
    return sum(map(ring_area, rings)), len(rings)


def backgrounds(volume):
    features = {f["id"]: f["geometry"]
                for f in json.loads(pathlib.Path(ANTIMERIDIAN).read_text())["features"]}
    lagoon = sum(ring_area(ring) * (-1 if i else 1) for polygon in features["lagoon"]["coordinates"]
                 for i, ring in enumerate(polygon))
    forest = ring_area(features["forest"]["coordinates"][0])
    for name, wanted, kind in (("lagoon", lagoon, 290), ("forest", forest, 321)):
        got, pieces = area_of(volume, kind)
        tap.check(pieces > 3 and abs(got / wanted - 1) < 1e-4, f"the {name} keeps its area",
                  f"{pieces} pieces, {got / wanted:.7f}")
    shapes = {f["properties"]["shape"] for f in volume.features() if f["properties"]["kind"] == "background"}
    tap.check(shapes == {0, 1, 2}, "points, lines and areas")
    names = [f for f in volume.features() if f["properties"]["level"] == 0 and "text" in f["properties"]]
    places = {f["properties"]["text"]: f["geometry"]["coordinates"] for f in names
              if f["properties"]["type"] == 308}
    tap.check(places.keys() == {"Taveuni", "Somosomo"} and abs(places["Taveuni"][0] + 179.97) < 1e-5,
              "places and their names")
    tap.check("Zlutoucká" in {f["properties"]["text"] for f in names},
              "letters outside the charset become plainer ones")


def quarters(folder):
    """A small disc in each quarter of the globe; the same network, so the same lengths east to west."""
    for name, x, y in (("north-east", 1, 1), ("north-west", -1, 1), ("south-east", 1, -1),
                       ("south-west", -1, -1)):
        path = write(folder / f"{name}.geojson",
                     feature(line([x * 70.61, y * 33.41], [x * 70.65, y * 33.45], [x * 70.7, y * 33.5]),
                             highway="trunk", name="A"),
                     feature(line([x * 70.65, y * 33.45], [x * 70.60, y * 33.46]), highway="path",
                             oneway="-1", name="B"))
        result = run(path, "-o", folder / name)
        tap.check(result.returncode == 0 and not result.stderr, f"{name}: built", result.stderr.strip())
        compare(name, structure(name, folder / name), str(path))


def dense(folder, ways):
    """So many short ways in one parcel of level 0, which begins at 0.03125, 0.0625."""
    side = int(ways ** 0.5)
    features = [feature(line([0.0313 + 0.031 * (i % side) / side, 0.0626 + 0.02 * (i // side) / side],
                             [0.0313 + 0.031 * (i % side + 0.7) / side,
                              0.0626 + 0.02 * (i // side + 0.5) / side]), highway="path")
                for i in range(side * side)]
    return write(folder / "dense.geojson", *features)


def divided(folder):
    for ways, parts in ((1600, 1), (3600, 4), (22500, 16)):
        path = dense(folder, ways)
        result = run(path, "-o", folder / "dense")
        tap.check(result.returncode == 0, f"{ways} ways in a parcel", result.stderr.strip())
        volume = structure(f"{ways} ways", folder / "dense")
        parcel = volume.at(volume.levels[-1], 0.07, 0.04).key()[:3]
        tap.check(sum(key[:3] == parcel for key in volume.frames) == parts, f"{ways} ways take {parts} frames")
        compare(f"{ways} ways", volume, str(path))
    shutil.rmtree(folder / "dense")
    result = run(dense(folder, 57600), "-o", folder / "dense")
    tap.check(result.returncode == 3 and "parcel at 0.06250,0.03125" in result.stderr,
              "too many are refused", result.stderr.strip())
    tap.check(not list(folder.glob("dense/*")), "nothing is left behind")


def image(folder):
    for name in ("one", "two"):
        result = run(ANTIMERIDIAN, "-q", "-o", folder / f"{name}.iso")
        tap.check(result.returncode == 0 and not result.stderr, f"image {name}", result.stderr.strip())
    tap.check(filecmp.cmp(folder / "one.iso", folder / "two.iso", shallow=False),
              "images are the same, byte for byte")
    text = (folder / "one.iso").read_bytes()
    tap.check(text[32769:32774] == b"CD001" and b"NSR02" in text[32768:65536], "ISO 9660 and UDF")
    tap.check(sorted(p.name for p in folder.glob("one*")) == ["one.iso"], "nothing else is left")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        usage(folder)
        without_iconv(folder)
        refusals(folder)
        own_memory(folder)
        far_apart(folder)
        forms(folder)
        interrupted(folder)
        progress(folder)
        layouts(folder)
        result = run(ANTIMERIDIAN, "-o", folder / "antimeridian")
        tap.check(result.returncode == 0 and result.stderr.count("warning") == 3,
                  "antimeridian: built, with three warnings")
        volume = structure("antimeridian", folder / "antimeridian")
        compare("antimeridian", volume, ANTIMERIDIAN)
        backgrounds(volume)
        quarters(folder)
        divided(folder)
        run(ANTIMERIDIAN, "-q", "--repeat", "2x3", "-o", folder / "repeated")
        repeated = structure("repeated", folder / "repeated", 6)
        tap.check(len(repeated.frames) == 6 * len(volume.frames), "six times the frames")
        for disc in ("goteborg", "again", "goteborg"):
            tap.check(run(GOTEBORG, "-o", folder / disc).returncode == 0, f"{disc}: built")
        tap.check(filecmp.cmp(folder / "goteborg/ALLDATA.KWI", folder / "again/ALLDATA.KWI", shallow=False),
                  "same input, same file")
        compare("goteborg", structure("goteborg", folder / "goteborg"), GOTEBORG)
        image(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
