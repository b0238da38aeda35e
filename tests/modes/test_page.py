#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people see: --summary, JSON laid out on a terminal, the last word of --check, images that end early."""
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import tempfile
import termios
import tty

from modes import KIWIBUILD, KIWIDUMP, ROOT, SMALL, Tap, build, run

tap = Tap()


def on_terminal(*arguments, columns=80, colour=False):
    """Standard output, on a terminal, and standard error of kiwidump."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = dict(os.environ, TERM="xterm", NO_COLOR="" if colour else "1")
    process = subprocess.Popen([KIWIDUMP, *map(str, arguments)], stdout=slave, stderr=subprocess.PIPE, env=environment)
    os.close(slave)
    output = b""
    with contextlib.suppress(OSError):  # EIO is how a terminal ends
        while chunk := os.read(master, 65536):
            output += chunk
    os.close(master)
    said = process.communicate()[1]
    return output.decode(), said.decode()


def said(*arguments):
    """Exit code and standard error."""
    result = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)
    return result.returncode, result.stderr.decode()


def cut(image, name, size):
    path = image.with_name(name)
    path.write_bytes(image.read_bytes()[:size])
    return path


def page(goteborg, town):
    text = run("--summary", goteborg)
    rows = text.splitlines()
    tap.check(len(rows) <= 23 and max(map(len, rows)) <= 80, "the page fits a screen", f"{len(rows)} lines")
    for wanted in ("kiwibuild", "9..14 E, 55.3..59.7 N (datum: WGS84)", "UK English", "Whole       yes",
                   f"kiwidump {goteborg} --check"):
        tap.check(wanted in text, f"the page says {wanted}", text)
    features = [json.loads(line) for line in run("--features", "--kind", "road", goteborg).splitlines()]
    for level in (0, 2, 4):
        roads = {feature["properties"]["multilink"] for feature in features if feature["properties"]["level"] == level}
        tap.check(f"{len(roads):,} in level {level}" in text, f"roads of level {level}", f"{len(roads)}: {text}")
    index = json.loads(run(goteborg))["index"]["lists"]
    for kind, word in (("street", "streets"), ("place", "places")):
        count = sum(row["entries"] for row in index if row["kind"] == kind)
        tap.check(f"{count:,} {word}" in text, f"{word} to search", text)
    account = json.loads(run("--check", goteborg))["account"]
    known = 100 - 100 * sum(row["unknown"] for row in account) / sum(row["size"] for row in account)
    tap.check(f"Understood  {known:.1f} %" in text, "what is understood is what --check counts", text)
    shown, errors = on_terminal("--summary", goteborg)
    tap.check(shown == text and not errors, "on a terminal the page is the same", errors)
    wide, _ = on_terminal("--summary", goteborg, columns=40)
    tap.check(max(map(len, wide.split("\n\n")[0].splitlines())) <= 40, "a narrow terminal gets shorter lines", wide)
    small = subprocess.run([KIWIDUMP, "--summary", town.name], cwd=town.parent, capture_output=True, check=True).stdout
    tap.equal(small.decode(), TOWN, "the page of a small disc")


TOWN = """\
Title       KIWI
What        image of a KIWI map disc, 0.9 MB, 10 files (ISO 9660, Joliet, UDF)
Maker       kiwibuild
Edition     data 00/01/01/01, format KIWI01-22-00, media V 01.00.00
Region      11.5..12.5 E, 57.7..58 N (datum: WGS84)
Languages   UK English; letters in ISO 8859-1

Map         3 levels: 4 (1:160,000), 2 (1:40,000), 0 (1:5,000)
Roads       8 in level 0, 5 in level 2, 3 in level 4
To search   6 streets, 2 places, 1 point of interest
Routes      a graph of 9 junctions and 14 links
Programs    none: there is no LOADING.KWI
Besides     no pictures, no voice
Understood  96.2 % of the bytes (74.4 % data, 21.8 % padding, 3.8 % not known)
Whole       yes

What next:
  kiwidump town.iso --svg >map.svg            a picture of the map
  kiwidump town.iso --features >map.geojsonl  the map for QGIS, ogr2ogr
  kiwidump town.iso --find NAME               a street or a place
  kiwidump town.iso --extract FOLDER          its files and modules
  kiwidump town.iso --check                   what is wrong, in detail
  kiwidump town.iso | less                    all this as JSON, and more
"""


def parts(folder, town):
    alldata = town_folder(folder) / "ALLDATA.KWI"
    text = run("--summary", alldata)
    tap.check("one file of a KIWI map disc" in text and "level" in text, "the page of ALLDATA.KWI alone", text)
    text = run("--summary", alldata.parent)
    tap.check("folder of a KIWI map disc" in text, "the page of a folder", text)
    with open(town, "rb") as image:
        result = subprocess.run([KIWIDUMP, "--summary", "-"], stdin=image, capture_output=True, check=True)
    tap.check(b"kiwidump DISC --check" in result.stdout, "the page of standard input", result.stdout)


def town_folder(folder):
    return build(SMALL / "town.geojson", folder / "town")


def hostile(folder):
    """A title and a name that would command a terminal."""
    alldata = town_folder(folder / "hostile") / "ALLDATA.KWI"
    data = bytearray(alldata.read_bytes())
    place = 288  # of the title in the data volume
    title = b"\x1b]0;x\x1b\x1b[31mred\x9b5m\xc2\x9b\r\nen"
    data[place:place + len(title)] = title
    alldata.write_bytes(data)
    for mode in ("--summary", "--check", "--quiet"):
        shown, errors = on_terminal(mode, alldata)
        commands = [c for c in shown + errors if (c < " " and c != "\n") or "\x7f" <= c < "\xa0"]
        tap.check(not commands, f"{mode}: no control character of a disc reaches a terminal", repr(shown))
    shown, _ = on_terminal("--summary", alldata)
    tap.check("Title       ?]0;x??[31mred" in shown, "the title is shown without them", shown)


def layout(goteborg):
    for name, arguments in {"document": [], "at": ["--at", "57.70,11.97"], "find": ["--find", "kungs"], "check": ["--check"],
                            "route": ["--route", "57.70,11.97", "57.71,11.98"], "explain": ["--explain", "4096"]}.items():
        plain = run(*arguments, goteborg)
        shown, errors = on_terminal(*arguments, goteborg)
        decoder = json.JSONDecoder()
        documents = []
        rest = shown.strip()
        while rest:
            document, end = decoder.raw_decode(rest)
            documents.append(document)
            rest = rest[end:].strip()
        tap.equal(documents, [json.loads(line) for line in plain.splitlines()], f"{name}: a terminal gets the same JSON")
        wide = [row for row in shown.splitlines() if len(row) > 80 and '", "' in row]  # one long text may be
        tap.check(not wide, f"{name}: no line is wider than the terminal", wide)
        tap.check(("--summary" in errors) == (name == "document"), f"{name}: --summary is named with the document", errors)
        painted, _ = on_terminal(*arguments, goteborg, colour=True)
        tap.check("\x1b[" in painted and "\x1b[" not in shown, f"{name}: colour unless NO_COLOR is set")
        tap.equal(re.sub(r"\x1b\[\d*m", "", painted), shown, f"{name}: colours change nothing else")
    document, _ = on_terminal(goteborg)
    tap.check(document.count("\n") <= 150, "the document has at most 150 lines", document.count("\n"))
    tap.check('"extents": [{"offset": ' in document, "small objects stay on a line")
    tap.equal(said(goteborg), (0, ""), "in a pipe nothing is added")


def verdicts(folder, goteborg):
    tap.equal(said("--check", goteborg), (0, "kiwidump: this disc is good\n"), "--check: a good disc")
    tap.equal(said("--check", "--quiet", goteborg), (0, ""), "--check --quiet says nothing")
    alldata = town_folder(folder / "verdict") / "ALLDATA.KWI"
    data = bytearray(alldata.read_bytes())
    data[2048:2052] = b"\xff\xff\xff\0"  # the address of the parcel-related data
    alldata.write_bytes(data)
    code, errors = said("--check", alldata)
    tap.check(code == 1 and errors.startswith("kiwidump: this file is not good: ") and "1 error, the first: ALLDATA.KWI at 0x" in errors,
              "--check: what is wrong", errors)


def truncated(folder, goteborg, town):
    size = goteborg.stat().st_size
    image = cut(goteborg, "cut.iso", 3000000)
    line = f"the image ends at 3.0 of {size / 1e6:.1f} MB: it is incomplete"
    tap.equal(said(image), (1, f"kiwidump: error: {line}\n"), "a truncated image is one line")
    code, errors = said("--check", image)
    tap.check(code == 1 and errors.endswith(f"kiwidump: this disc is not good: {line}\n"), "and the last word of --check", errors)
    tap.check(f"Whole       no: {line}" in run("--summary", image, code=1), "and the page says it")
    for finding in json.loads(run("--check", image, code=1))["findings"]:
        if finding["expected"].split(" in ")[0] == finding["found"].split(" in ")[0]:
            tap.check(False, "expected and found differ", finding)
    page = run("--summary", image, code=1)
    tap.check(len(re.findall("(To search|Routes) +not known: the image is incomplete\n", page)) == 2,
              "the page does not deny what may be in the rest of the image", page)
    for length in (size - 1, 60000):
        errors = said(cut(goteborg, "near.iso", length))[1]
        tap.check(f"the image ends at {length} of {size} bytes" in errors, f"an image of {length} bytes: sizes that differ", errors)
    last = cut(town, "run_out.iso", town.stat().st_size - 204800)  # no file lies there
    code, errors = said("--check", last)
    tap.check(code == 1 and "it is incomplete" in errors, "an image without its last sectors is not whole", errors)
    padded = town.with_name("padded.iso")
    padded.write_bytes(town.read_bytes() + bytes(300000))
    tap.equal(said("--check", padded), (0, "kiwidump: this disc is good\n"), "an image that is padded is good")
    udf = cut(town, "udf.iso", town.stat().st_size)
    with open(udf, "r+b") as file:
        for sector in (16, 17):  # the descriptors of ISO 9660 and Joliet
            file.seek(sector * 2048 + 1)
            file.write(b"XXXXX")
    tap.equal(said("--check", udf), (0, "kiwidump: this disc is good\n"), "UDF alone: a good disc")
    udf = cut(udf, "udf_cut.iso", 540000)
    tap.check("it is incomplete" in said("--check", udf)[1], "UDF alone: its partition says where it ends", said("--check", udf))


with tempfile.TemporaryDirectory() as temporary:
    FOLDER = pathlib.Path(temporary)
    for name in ("hostile", "verdict"):
        (FOLDER / name).mkdir()
    GOTEBORG = FOLDER / "goteborg.iso"
    subprocess.run([ROOT / "tools/demo-disc", KIWIBUILD, GOTEBORG], check=True)
    TOWN_IMAGE = build(SMALL / "town.geojson", FOLDER / "town.iso")
    page(GOTEBORG, TOWN_IMAGE)
    parts(FOLDER, TOWN_IMAGE)
    hostile(FOLDER)
    layout(GOTEBORG)
    verdicts(FOLDER, GOTEBORG)
    truncated(FOLDER, GOTEBORG, TOWN_IMAGE)
raise SystemExit(tap.end())
