#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kiwidump from outside: test_cli.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Needs jsonschema. Prints TAP."""
import collections
import contextlib
import json
import os
import pathlib
import pty
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import jsonschema
import shapely.geometry

KIWIDUMP, KIWIBUILD, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

SMALL = ("town", "south_west", "null_island", "one_way", "backgrounds")
MODES = {"document": [], "records": ["--records"], "features": ["--features"],
         "collection": ["--features", "--format", "geojson"], "check": ["--check"]}
# Record types that lie in LOADING.KWI, which these discs do not have.
OF_LOADING = re.compile(r"(loading|module|system|component|boot)_")
BAD_VALUES = {
    "level": ["", "x", "1.5", "32", "-32", "99999999999999999999"],
    "bbox": ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,10,1,5", "0,0,181,1", "0,-91,1,1", "nan,nan,nan,nan"],
    "kind": ["", "roads", "road;name", "road,rail"],
    "limit": ["", "x", "-1", "1.5", "99999999999999999999999"],
    "format": ["", "xml", "GeoJSON"],
    "at": ["57.70", "57.70,", "91,0", "0,181", "57,70,11,97"],
    "explain": ["", "x", "-1"],
    "match": ["", "Exact"],
    "width": ["", "99", "20001", "1e3"],
    "zone": ["", "-1"],
    "offset": ["", "0x"],
}
MODE_OF = {"at": [], "explain": [], "match": ["--find", "x"], "zone": ["--find", "x"], "width": ["--svg"], "offset": ["--annotate"]}
# What is said about a wrong command line: {arguments: part of the message}.
MESSAGES = {
    "--bbox 1,2,3 x": "--bbox takes W,S,E,N in degrees, not '1,2,3'",
    "--at 57.70 11.97": "--at takes LAT,LON in degrees, not '57.70'",
    "--route 1,2": "--route lacks its value: two places, LAT,LON LAT,LON in degrees",
    "--route 1,2 3 x": "--route takes two places, LAT,LON LAT,LON in degrees, not '1,2 3'",
    "--kind street x": "--kind takes kinds separated by commas",
    "--featurs x": "unknown option --featurs; did you mean --features?\n",
    "--xyzzy x": "unknown option --xyzzy; see kiwidump --help",
    "--f x": "--f can be --features, --find, --file, --format",
    "--records=1 x": "--records takes no value",
    "x --level": "--level lacks its value: the number of a level",
    "--format geojson x": "--format goes with --features, --find or --route",
    "--width 100 x": "--width goes with --svg",
    "--merge --records x": "--merge goes with --features",
    "--length 1 x": "--length goes with --annotate or --explain",
    "--bbox 1,2,3,4 x": "--bbox goes with --records, --features, --svg, --diff, --find, --check or --prove",
    "--records --check x": "only one mode can be given",
    "--diff x": "--diff compares two discs; give two paths",
}


tap = check_goteborg.Tap()


def run(*arguments, **options):
    return subprocess.run([KIWIDUMP, *map(str, arguments)], stdout=options.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, check=False, **options)


NOTHING = r"kiwidump: (nothing found|the map covers .*; nothing of it is in this box.*)\n"


def lines(*arguments):
    """Parsed lines of a run that must succeed, or find nothing and say so."""
    result = run(*arguments)
    if result.returncode == 1 and not result.stdout and re.fullmatch(NOTHING, result.stderr.decode()):
        return []
    if result.returncode != 0 or result.stderr:
        tap.check(False, f"runs: {arguments}", f"exit {result.returncode}, {result.stderr[:300]}")
    return [parse(line) for line in result.stdout.decode("utf-8").split("\n")[:-1]]


def document(*arguments):
    return parse(run(*arguments).stdout)


def parse(text):
    """Strict JSON: no key twice, no NaN, no number that a double cannot hold."""
    def pairs(items):
        keys = [key for key, _ in items]
        if len(set(keys)) != len(keys):
            raise ValueError(f"a key comes twice: {keys}")
        return dict(items)

    def integer(digits):
        if abs(int(digits)) >= 2 ** 53:
            raise ValueError(f"{digits} is too large")
        return int(digits)

    def constant(name):
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, object_pairs_hook=pairs, parse_int=integer, parse_constant=constant)


def one_line(result, code):
    """True if a run ended with that code, printed nothing, and told why in one line."""
    error = result.stderr.decode("utf-8")
    return (result.returncode == code and not result.stdout and error.startswith("kiwidump: ") and error.endswith("\n")
            and error.count("\n") == 1)


def refused(name, code, *arguments, word="", **options):
    result = run(*arguments, **options)
    tap.check(one_line(result, code) and word in result.stderr.decode(), f"exit {code} and one line: {name}", f"exit {result.returncode}, {result.stderr[:300]}")


# Usage

def helps():
    """Options of --help and of the manual page: {long name: (letter, takes a value)}."""
    for program, letters in ((KIWIDUMP, True), (KIWIBUILD, False)):
        name = pathlib.Path(program).name
        text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
        told = {}
        for match in re.finditer(r"^  (?:-(\w), |    )--([a-z-]+)(?: ([A-Z][A-Za-z,./]*))?(?: |$)", text, re.M):
            told[match[2]] = (match[1], match[3] is not None)
        manual = {}
        source = (ROOT / name / f"{name}.1.scd").read_text()
        for match in re.finditer(r"^(?:\*-(\w)\*, )?\*--([a-z-]+)\*( .+)?$", source, re.M):
            manual[match[2]] = (match[1], match[3] is not None)
        tap.check(len(told) > 5, f"{name}: --help names its options", str(told))
        tap.check(not letters or all(letter for letter, _ in told.values()), f"{name}: every option has a letter", str(told))
        difference = {key: (told.get(key), manual.get(key)) for key in told.keys() | manual.keys()
                      if told.get(key) != manual.get(key)}
        tap.check(not difference, f"{name}: the manual page has the options of --help", str(difference))
        codes = set(re.findall(r"\b(\d) [a-z]", text[text.index("Exit status:"):]))
        in_manual = set(re.findall(r"^\*(\d)\*", source, re.M))
        tap.check(codes >= in_manual and len(in_manual) >= 4, f"{name}: the manual page has exit codes of --help", f"{codes}, {in_manual}")
    return told


def usage(disc):
    for option in ("--help", "-h", "--version", "-V"):
        result = run(option)
        tap.check(result.returncode == 0 and result.stdout and not result.stderr, option)
    tap.check(re.fullmatch(r"kiwidump \d+\.\d+\.\d+\n", run("--version").stdout.decode()), "--version is one line")
    tap.check(max(map(len, run("--help").stdout.decode().splitlines())) <= 80, "--help is no wider than a terminal")
    refused("no path", 2)
    refused("two paths", 2, disc, disc)
    refused("two modes", 2, "--records", "--check", disc)
    refused("--schema with a path", 2, "--schema", disc)
    refused("unknown option", 2, "--no-such", disc)
    refused("unknown letter", 2, "-Z", disc)
    refused("abbreviation of several options", 2, "--f", disc)
    refused("a value for an option without one", 2, "--records=1", disc)
    for option, values in BAD_VALUES.items():
        mode = MODE_OF.get(option, ["--features"])
        for value in values:
            refused(f"--{option} '{value}'", 2, *mode, f"--{option}", value, disc, word=f"--{option} takes ")
            refused(f"--{option} '{value}': names the value", 2, *mode, f"--{option}", value, disc, word=f", not '{value}'; ")
    for arguments, message in MESSAGES.items():
        refused(f"message: {arguments}", 2, *arguments.split(), word=message)
    for option in ("file", "level", "bbox", "kind", "type", "limit", "format"):
        refused(f"--{option} without a value", 2, disc, f"--{option}")
    tap.check(run("--records", "--limit", "1", "--", disc).returncode == 0, "-- ends the options")
    tap.check(run(disc, "--records", "--limit", "1").returncode == 0, "options behind the path")


def strangers(folder):
    random_ = random.Random(1)
    noise = random_.randbytes(300000)
    sync = b"\0" + b"\xff" * 10 + b"\0"
    for name, data in {
        "text": b"This is no disc.\n" * 1000,
        "empty": b"",
        "one byte": b"K",
        "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise,
        "noise": noise,
        "zeros": bytes(1 << 20),
        "raw image": (sync + bytes(2340)) * 200,
        "PDF": b"%PDF-1.4\n" + noise,
        "gzip": b"\x1f\x8b\x08" + noise,
        "line feeds in name\n\n": b"text",
    }.items():
        path = folder / name.replace(" ", "_")
        path.write_bytes(data)
        refused(f"{name!r} as a file", 3, path)
        with open(path, "rb") as file:
            refused(f"{name!r} as standard input", 3, "-", stdin=file)
    empty = folder / "empty folder"
    empty.mkdir()
    refused("empty folder", 3, empty)
    refused("no such path", 4, folder / "nothing")
    refused("no such folder", 4, folder / "nothing/here")
    refused("a device", 4, "/dev/tty0") if os.path.exists("/dev/tty0") and os.geteuid() else None
    for mode in MODES.values():
        refused(f"text with {mode}", 3, *mode, folder / "text")


# Output

class Schema:
    """The schema of --schema, with a validator for each kind of output: anyOf over all would be slow."""

    def __init__(self):
        self.schema = parse(run("--schema").stdout)
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.whole = jsonschema.Draft202012Validator(self.schema)
        self.branches = {}
        for branch in self.definition("record")["oneOf"]:
            self.branches[branch["properties"]["record"]["const"]] = self.validator(branch)
        head = {key: value for key, value in self.definition("record").items() if key != "oneOf"}
        self.record_head = self.validator(head)
        self.kinds = {name: self.validator(self.definition(name))
                      for name in ("document", "check", "feature", "feature_collection")}
        self.seen = collections.Counter()

    def definition(self, name):
        return self.schema["$defs"][name]

    def validator(self, part):
        return jsonschema.Draft202012Validator({**part, "$defs": self.schema["$defs"]})

    def fault(self, kind, value, thorough=False):
        """What is wrong with a value; empty if nothing is."""
        if kind != "record":
            validators = [self.kinds[kind]]
        elif value.get("record") not in self.branches:
            return f"the schema has no record {value.get('record')}"
        else:
            self.seen[value["record"]] += 1
            validators = [self.record_head, self.branches[value["record"]]]
        if thorough:
            validators.append(self.whole)
        for validator in validators:
            error = jsonschema.exceptions.best_match(validator.iter_errors(value))
            if error:
                return f"{error.json_path}: {error.message[:300]} in {json.dumps(value)[:300]}"
        return ""


def check_values(schema, name, kind, values, every=1):
    """Validates values; of a record type or kind of feature the first ten, then one of `every`."""
    met = collections.Counter()
    bad = []
    for value in values:
        key = value.get("record") or value.get("properties", {}).get("kind")
        met[key] += 1
        if met[key] > 10 and met[key] % every != 0:
            continue
        fault = schema.fault(kind, value, thorough=met[key] <= 2)
        if fault:
            bad.append(fault)
    tap.none(bad, f"{name}: {sum(met.values())} of {kind} are as the schema says")


def outputs(schema, discs):
    for name, path in discs.items():
        every = 100 if "goteborg" in name else 1
        results = {mode: run(*options, path) for mode, options in MODES.items()}
        for mode, result in results.items():
            wanted = rb"kiwidump: this (disc|file) is good\n" if mode == "check" else b""
            tap.check(result.returncode == 0 and re.fullmatch(wanted, result.stderr), f"{name}: {mode}: exit 0, silent",
                      f"exit {result.returncode}, {result.stderr[:300]}")
            again = run(*MODES[mode], path)
            tap.check(again.stdout == result.stdout, f"{name}: {mode}: twice the same")
        features = [parse(line) for line in results["features"].stdout.decode().split("\n")[:-1]]
        collection = parse(results["collection"].stdout)
        check_values(schema, name, "document", [parse(results["document"].stdout)])
        check_values(schema, name, "record", (parse(r) for r in results["records"].stdout.decode().split("\n")[:-1]), every)
        check_values(schema, name, "feature", features, every)
        check_values(schema, name, "check", [parse(results["check"].stdout)])
        if every == 1:
            check_values(schema, name, "feature_collection", [collection])
        tap.check(collection["features"] == features, f"{name}: the collection has the same features")
        ids = [feature["id"] for feature in features]
        tap.check(len(set(ids)) == len(ids), f"{name}: no two features have one id")


def corpus(schema):
    """What lies in the corpus of the fuzzers: records that kiwibuild does not write, and damaged ones."""
    for path in sorted((ROOT / "tests/corpus/file").iterdir()):
        results = {mode: run("--quiet", *options, path) for mode, options in MODES.items()}
        tap.check(all(r.returncode in (0, 1) and not r.stderr for r in results.values()), f"{path.name}: exit 0 or 1, silent")
        parsed = {mode: [parse(line) for line in results[mode].stdout.decode().split("\n")[:-1]] for mode in ("records", "features")}
        check_values(schema, path.name, "record", parsed["records"])
        check_values(schema, path.name, "feature", parsed["features"])
        check_values(schema, path.name, "document", [parse(results["document"].stdout)])
        check_values(schema, path.name, "check", [parse(results["check"].stdout)])
    unseen = [name for name in schema.branches if schema.seen[name] == 0 and not OF_LOADING.match(name)]
    tap.none(unseen, f"a record of every type of the map was validated: {len(schema.seen)} types")


def schema_refuses(schema, disc):
    """The schema is worth something: what is not printed is not valid."""
    record = lines("--records", "--type", "multilink_header", "--limit", "1", disc)[0]
    feature = lines("--features", "--limit", "1", disc)[0]
    for name, kind, value in (
        ("a field too many", "record", {**record, "fields": {**record["fields"], "more": 1}}),
        ("a field too few", "record", {**record, "fields": dict(list(record["fields"].items())[1:])}),
        ("a field of another type", "record", {**record, "fields": {key: [] for key in record["fields"]}}),
        ("a negative offset", "record", {**record, "offset": -1}),
        ("a member too many", "record", {**record, "extra": 0}),
        ("another kind", "feature", {**feature, "properties": {**feature["properties"], "kind": "rail"}}),
        ("a point of three", "feature", {**feature, "geometry": {"type": "Point", "coordinates": [1, 2, 3]}}),
        ("a member too many", "feature", {**feature, "extra": 0}),
    ):
        tap.check(schema.fault(kind, value), f"the schema refuses {name} ({kind})")
        tap.check(not schema.whole.is_valid(value), f"the whole schema refuses {name} ({kind})")
    for value in ({}, [], 1, {"record": "no_such", "file": "", "offset": 0, "length": 0, "path": "", "fields": {}}):
        tap.check(not schema.whole.is_valid(value), f"the schema refuses {value}")


def on_terminal(*arguments):
    """What a program prints to a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([KIWIDUMP, *map(str, arguments)], stdout=slave, stderr=subprocess.DEVNULL,
                               env=dict(os.environ, NO_COLOR="1"))
    os.close(slave)
    output = b""
    with contextlib.suppress(OSError):  # EIO is how a terminal ends
        while chunk := os.read(master, 65536):
            output += chunk
    os.close(master)
    process.wait()
    return output.replace(b"\r\n", b"\n")


def pretty(disc):
    for name, options in {"document": [], "check": ["--check"], "schema": ["--schema"]}.items():
        arguments = options if name == "schema" else [*options, disc]
        plain = run(*arguments).stdout
        shown = on_terminal(*arguments)
        tap.check(parse(shown) == parse(plain), f"{name}: a terminal gets the same JSON")
        tap.check(shown.count(b"\n") > 10 or name == "check", f"{name}: indented on a terminal")
        tap.check(plain.endswith(b"\n") and shown.endswith(b"\n"), f"{name}: ends with a line feed")
    records = on_terminal("--records", "--limit", "20", disc)
    tap.check(records == run("--records", "--limit", "20", disc).stdout, "records: one line each on a terminal, too")


def findings(schema, folder, disc):
    data = bytearray((disc / "ALLDATA.KWI").read_bytes())
    data[2048:2052] = b"\xff\xff\xff\0"  # the address of the parcel-related data
    bad = folder / "bad.kwi"
    bad.write_bytes(data)
    result = run("--check", bad)
    report = parse(result.stdout)
    tap.check(result.returncode == 1 and b"is not good" in result.stderr and report["errors"] > 0, "--check: exit 1 with errors")
    check_values(schema, "findings", "check", [report])
    tap.check(len(report["findings"]) == report["errors"] + report["warnings"] + report["notes"], "all findings are listed")
    cut = folder / "cut.kwi"
    cut.write_bytes((disc / "ALLDATA.KWI").read_bytes()[:-3000])
    report = document("--check", cut)
    check_values(schema, "findings of a cut disc", "check", [report])
    tap.check(len(report["findings"]) > 1, "a cut disc has findings", str(report["findings"])[:200])
    tap.check(all(account["accounted"] == account["size"] for account in report["account"]), "its account is complete")
    limited = document("--check", "--limit", "1", cut)
    tap.check(limited["findings"] == report["findings"][:1] and limited["errors"] == report["errors"],
              "--limit of findings: counted all, shown one")
    for mode, disc_path in (("document", bad), ("records", cut), ("features", cut), ("collection", cut)):
        result = run(*MODES[mode], disc_path)
        tap.check(result.returncode == 1 and result.stderr.startswith(b"kiwidump: error: "), f"{mode}: exit 1, findings on stderr",
                  f"exit {result.returncode}, {result.stderr[:200]}")
        quiet = run("--quiet", *MODES[mode], disc_path)
        tap.check(quiet.returncode == 1 and not quiet.stderr and quiet.stdout == result.stdout, f"{mode}: --quiet",
                  f"exit {quiet.returncode}, {quiet.stderr[:200]}")
        if mode == "records":
            check_values(schema, "cut disc", "record", [parse(r) for r in quiet.stdout.decode().split("\n")[:-1]])
        elif mode == "document":
            check_values(schema, "cut disc", "document", [parse(quiet.stdout)])
    shutil.copytree(disc, folder / "charset")
    metadata = folder / "charset/METADATA.KWI"
    metadata.write_bytes(metadata.read_bytes().replace(b"ISO 8859-1", b"NONSENSE-9"))
    result = run("--features", "--limit", "1", folder / "charset")
    tap.check(b"NONSENSE-9" in result.stderr, "a charset that is not known is said", result.stderr.decode())
    for arguments in ((), ("--quiet",)):
        report = document("--check", *arguments, folder / "charset")
        check_values(schema, "findings of the opening", "check", [report])
        tap.check([(f["severity"], f["file"], f["field"], f["found"]) for f in report["findings"]] == [
            ("warning", "METADATA.KWI", "CHCD", "NONSENSE-9")] and report["warnings"] == 1,
            f"--check {arguments}: lists what was found at opening, once", str(report["findings"]))


# What is said about input that is not what it should be

ARCHIVES = {
    "zip": (b"PK\3\4", "a ZIP archive: unpack it first"),
    "gz": (b"\x1f\x8b\x08", "compressed with gzip: unpack it first"),
    "bz2": (b"BZh9", "compressed with bzip2"),
    "xz": (b"\xfd7zXZ\0", "compressed with xz"),
    "zst": (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    "rar": (b"Rar!\x1a\x07\0", "a RAR archive"),
    "cso": (b"CISO", "a compressed image (CSO): make an ISO image of it first"),
    "isz": (b"IsZ!", "a compressed image (ISZ)"),
    "daa": (b"DAA\0", "a compressed image (DAA)"),
    "ecm": (b"ECM\0", "a compressed image (ECM)"),
    "chd": (b"MComprHD", "a compressed image (CHD)"),
    "mds": (b"MEDIA DESCRIPTOR", "give the .mdf file"),
    "cue": (b'FILE "disc.bin" BINARY', "convert the .bin file that belongs to it with bchunk"),
    "CCD": (b"[CloneCD]", "convert the .img file that belongs to it with ccd2iso"),
    "nrg": (b"\0" * 20, "an image of Nero without sectors of 2048 bytes"),
    "mdf": (b"\0" * 20, "an image without sectors of 2048 bytes"),
    "toc": (b"CD_ROM", "give the image that belongs to it"),
}


def archives(folder, disc):
    for suffix, (head, message) in ARCHIVES.items():
        path = folder / f"disc.{suffix}"
        path.write_bytes(head + bytes(5000))
        refused(f"disc.{suffix}", 3, path, word=f"'{path}' is {message}" if "give" not in message and "convert" not in message else message)
        refused(f"disc.{suffix}: its path once", 3, path, word=f"kiwidump: '{path}'")
    path = folder / "stored.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.write(disc / "ALLDATA.KWI", "ALLDATA.KWI")
    refused("a ZIP archive of a map that is not compressed", 3, path, word=f"'{path}' is a ZIP archive")


def hint(name, code, message, *arguments):
    """Something is said in one line; what is printed does not matter."""
    result = run(*arguments)
    error = result.stderr.decode()
    tap.check(result.returncode == code and message in error and error.count("\n") == 1, f"hint: {name}", f"{result.returncode}: {error}")
    if "--quiet" not in arguments and code == 1:
        quiet = run("--quiet", *arguments)
        tap.check(quiet.returncode == code and not quiet.stderr and quiet.stdout == result.stdout, f"hint: {name}: --quiet")


def hints(disc, folder):
    region = re.search(r"Region +(.*) \(", run("--summary", disc).stdout.decode())[1]
    covers = f"kiwidump: the map covers {region}; "
    outside = covers + "nothing of it is in this box; did you mean --bbox 11,57,12,58?"
    for mode in (["--features"], ["--records"], ["--svg"], ["--features", "--format", "geojson"], ["--features", "--merge"]):
        hint(f"a box with the latitude first, {mode}", 1, outside, *mode, "--bbox", "57,11,58,12", disc)
    hint("a box elsewhere", 1, covers + "nothing of it is in this box\n", "--features", "--bbox", "-1,-1,1,1", disc)
    hint("a swapped place", 1, covers + "this place is outside; did you mean --at 57.7,11.97?", "--at", "11.97,57.70", disc)
    hint("a place elsewhere", 1, covers + "this place is outside\n", "--at", "-35,-60", disc)
    hint("a way from a swapped place", 3, "11.97,57.7 (LAT,LON) is outside of the map; did you mean 57.7,11.97?", "--route", "11.97,57.70", "57.73,11.94", disc)
    hint("no hits of --find", 1, "kiwidump: nothing found\n", "--find", "xyzzy", disc)
    hint("no hits of --find, a collection", 1, "kiwidump: nothing found\n", "--find", "xyzzy", "--format", "geojson", disc)
    hint("no hits of --features", 1, "kiwidump: nothing found\n", "--features", "--level", "7", disc)
    hint("no hits of --records", 1, "kiwidump: nothing found\n", "--records", "--type", "loading_module_management", "--file", "SPEC.KWI", disc)
    hint("no type", 2, "there is no type 'motorway'; known ones are ", "--features", "--type", "motorway", disc)
    hint("a slip in a type", 2, "there is no type 'laek'; did you mean lake?", "--features", "--type", "laek", disc)
    hint("a slip in a type of records", 2, "did you mean multilink_header?", "--records", "--type", "multilink_heder", disc)
    hint("no type of records", 2, "there is no type 'xyzzy'; known ones are unknown, ", "--records", "--type", "xyzzy", disc)
    hint("a slip in a file", 3, "there is no file ALDATA.KWI; did you mean ALLDATA.KWI?", "--file", "ALDATA.KWI", disc)
    for far in ("35.68,139.76", "40.71,-74.01"):
        for places in (("57.70,11.97", far), (far, "57.70,11.97")):
            error = run("--route", *places, disc).stderr.decode()
            hint(f"a way from {places[0]} to {places[1]}", 3, f"{far} (LAT,LON)" if "km away" in error else "there is no way from",
                 "--route", *places, disc)
    tap.check(run("--route", "57.70,11.97", "57.66,12.01", disc).returncode == 0, "a way nearby")
    strict = run(disc, "--route", "57.70,11.97", "57.66,12.01", env=dict(os.environ, POSIXLY_CORRECT="1"))
    tap.check(strict.returncode == 0, "the disc before the options, whatever the C library does with it", strict.stderr.decode())
    refused("a file that is not there: its path once", 4, folder / "nosuch.iso",
            word=f"kiwidump: cannot open '{folder}/nosuch.iso': ")


def result_files(disc, folder):
    """--output: what standard output would be, whole or not there, and never over the input."""
    place = folder / "results"
    place.mkdir()
    target = place / "x.json"
    for mode in MODES.values():
        shown = run(*mode, disc).stdout
        result = run(*mode, "-o", target, disc)
        tap.check(result.returncode == 0 and not result.stdout and target.read_bytes() == shown, f"--output of {mode}", result.stderr.decode())
    mask = os.umask(0o022)
    os.umask(mask)
    tap.check(target.stat().st_mode & 0o777 == 0o666 & ~mask, "--output: its mode is that of a new file")
    before = target.read_bytes()
    result = run("--file", "NO.KWI", "-o", target, disc)
    tap.check(result.returncode == 3 and target.read_bytes() == before, "--output: stays as it was when the work fails")
    tap.check([path.name for path in place.iterdir()] == ["x.json"], "--output: leaves nothing beside it")
    alldata = place / "ALLDATA.KWI"
    alldata.write_bytes((disc / "ALLDATA.KWI").read_bytes())
    (place / "link").symlink_to(alldata)
    before = alldata.read_bytes()
    for output, source in ((alldata, alldata), (place / "link", alldata), (place / "new", place), (alldata, place)):
        refused(f"--output {output.name} of {source.name}", 5, "--output", output, source, word="would write over the input")
    tap.check(alldata.read_bytes() == before and not (place / "new").exists(), "--output: the input is untouched")
    refused("--output into no folder", 4, "-o", folder / "none/x", disc)
    refused("--output onto a full device", 4, "-o", "/dev/full", disc)
    tap.check(run("-o", "/dev/null", disc).returncode == 0 and not os.path.isfile("/dev/null"), "--output /dev/null")


# Filters

def extent(geometry):
    def flat(value):
        return [value] if isinstance(value[0], (int, float)) else [p for v in value for p in flat(v)]
    points = flat(geometry["coordinates"])
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def filter_features(name, disc):
    features = lines("--features", disc)
    levels = sorted({f["properties"]["level"] for f in features})
    tap.check(len(levels) > 1, f"{name}: features on several levels")
    for level in [*levels, 7]:
        expected = [f for f in features if f["properties"]["level"] == level]
        tap.check(lines("--features", "--level", level, disc) == expected, f"{name}: --level {level}: {len(expected)}")
    for kinds in ("road", "background", "name", "road,name", "name,background,road"):
        expected = [f for f in features if f["properties"]["kind"] in kinds.split(",")]
        tap.check(lines("--features", "--kind", kinds, disc) == expected, f"{name}: --kind {kinds}: {len(expected)}")
    types = {(f["properties"]["type"], f["properties"]["type_name"]) for f in features}
    for code, text in sorted(types, key=str):
        expected = [f for f in features if f["properties"]["type"] == code]
        tap.check(lines("--features", "--type", code, disc) == expected, f"{name}: --type {code}: {len(expected)}")
        tap.check(lines("--features", "--type", hex(code), disc) == expected, f"{name}: --type {hex(code)}")
        if text is not None:
            expected = [f for f in features if f["properties"]["type_name"] == text]
            tap.check(lines("--features", "--type", text, disc) == expected, f"{name}: --type {text}: {len(expected)}")
    for limit in (0, 1, 5, len(features), len(features) + 1):
        tap.check(lines("--features", "--limit", limit, disc) == features[:limit], f"{name}: --limit {limit}")
    west, south, east, north = document(disc)["levels"][-1]["bbox"]
    drawn = [f for f in features if f["geometry"]]
    middle = extent(drawn[0]["geometry"])[:2]
    for box in ((west, south, east, north), (middle[0] - 0.003, middle[1] - 0.003, middle[0] + 0.004, middle[1] + 0.0021),
                (middle[0], middle[1], middle[0], middle[1]), (west, south, west + 0.013, south + 0.017)):
        expected = [f for f in drawn if shapely.geometry.shape(f["geometry"]).intersects(shapely.geometry.box(*box))]
        got = lines("--features", "--bbox", ",".join(map(repr, box)), disc)
        tap.check(got == expected, f"{name}: --bbox {box}: {len(expected)}", f"{len(got)} instead")
    tap.check(lines("--features", "--bbox", "100,-60,101,-59", disc) == [], f"{name}: --bbox elsewhere")
    both = [f for f in features if f["properties"]["level"] == levels[0] and f["properties"]["kind"] == "road"][:2]
    tap.check(lines("--features", "-l", levels[0], "-k", "road", "-n", 2, disc) == both, f"{name}: filters together")


def filter_records(name, disc):
    records = lines("--records", disc)
    levels = {int(m[1]) for r in records if (m := re.match(r"level\[(-?\d+)\]", r["path"]))}
    for level in sorted(levels):
        expected = [r for r in records if r["path"].startswith(f"level[{level}]")]
        tap.check(lines("--records", "--level", level, disc) == expected, f"{name}: records of level {level}: {len(expected)}")
    for kind in ("road", "background", "name"):
        # the frames are road, background, name; what lies in them has longer paths
        expected = [r for r in records if re.match(rf"level\[-?\d+\]\.parcel\[\d+,\d+\](\.part\[\d+,\d+\])?\.{kind}\b", r["path"])]
        got = lines("--records", "--kind", kind, disc)
        tap.check(got == expected, f"{name}: records of {kind}: {len(expected)}", f"{len(got)}, first {got[:1]}")
    for type_name in sorted({r["record"] for r in records}):
        expected = [r for r in records if r["record"] == type_name]
        tap.check(lines("--records", "--type", type_name, disc) == expected, f"{name}: {type_name}: {len(expected)}")
    for limit in (0, 1, 17, len(records) + 1):
        tap.check(lines("--records", "--limit", limit, disc) == records[:limit], f"{name}: records with --limit {limit}")
    files = {f["path"] for f in document(disc)["files"]}
    for file in sorted(files):
        expected = [r for r in records if r["file"] == file]
        tap.check(lines("--records", "--file", file, disc) == expected, f"{name}: records of {file}: {len(expected)}")
        tap.check(lines("--records", "--file", file.lower(), disc) == expected, f"{name}: records of {file.lower()}")
    tap.check([f["path"] for f in document("--file", "SPEC.KWI", disc)["files"]] == ["SPEC.KWI"], f"{name}: --file in a document")
    tap.check([a["file"] for a in document("--check", "--file", "SPEC.KWI", disc)["account"]] == ["SPEC.KWI"],
              f"{name}: --file of --check")
    for mode in MODES:
        refused(f"{name}: {mode} of a file that is not there", 3, *MODES[mode], "--file", "NO.KWI", disc)
    # A box for records means parcels: those whose cells it touches.
    level = document(disc)["levels"][-1]
    west, south, east, north = level["bbox"]
    width, height = (east - west) / level["columns"], (north - south) / level["rows"]
    number = level["level"]
    column, row = next(map(int, m.groups()) for r in records
                       if (m := re.match(rf"level\[{number}\]\.parcel\[(\d+),(\d+)\]", r["path"])))
    west, south = west + column * width, south + row * height
    box = (west + 0.3 * width, south + 0.3 * height, west + 0.6 * width, south + 0.7 * height)
    got = lines("--records", "--level", number, "--bbox", ",".join(map(repr, box)), disc)
    parcels = [r for r in records if r["path"].startswith(f"level[{number}].parcel[{column},{row}]")]
    tap.check([r for r in got if ".parcel[" in r["path"]] == parcels and parcels, f"{name}: records of a box: its parcel")


# Streams

def standard_input(discs, folder):
    for name, path in discs.items():
        data = path.read_bytes()
        for mode, options in MODES.items():
            expected = run(*options, path)
            with open(path, "rb") as file:
                from_file = run(*options, "-", stdin=file)
            from_pipe = run(*options, "-", input=data)
            if path.suffix == ".KWI":
                expected.stdout = expected.stdout.replace(b"ALLDATA.KWI", b"standard input")
            tap.check(from_pipe.stdout == from_file.stdout and from_pipe.returncode == from_file.returncode == 0,
                      f"{name}: {mode}: pipe and file are the same")
            tap.check(from_file.stdout == expected.stdout, f"{name}: {mode}: standard input is as the path")


def broken_output(disc):
    for name, options in {**MODES, "schema": ["--schema"]}.items():
        arguments = [*options] if name == "schema" else [*options, disc]
        with open("/dev/full", "wb") as full:
            result = run(*arguments, stdout=full)
        result.stdout = b""
        tap.check(one_line(result, 4), f"{name}: full disk: exit 4, one line", f"exit {result.returncode}, {result.stderr[:200]}")
    for option in ("--help", "--version"):
        with open("/dev/full", "wb") as full:
            result = run(option, stdout=full)
        tap.check(result.returncode == 4, f"{option}: full disk: exit 4", f"exit {result.returncode}")
    for name in ("records", "features"):
        for ignored in (False, True):
            trap = "trap '' PIPE; " if ignored else ""
            shell = subprocess.run(["sh", "-c", f'{trap}{{ "$0" --{name} "$1"; echo "$?" >&2; }} | head -1', KIWIDUMP, disc],
                                   capture_output=True, text=True, check=False)
            code = shell.stderr.strip()
            tap.check(code in ("", "0", "141") and shell.stdout.count("\n") == 1,
                      f"{name}: quiet when the reader goes away{' (ignored signal)' if ignored else ''}", shell.stderr)


def gdal(discs, folder):
    ogrinfo = shutil.which("ogrinfo")
    tap.check(ogrinfo, "ogrinfo is installed")
    if not ogrinfo:
        return
    for name, path in discs.items():
        for suffix, options in ((".geojsonl", []), (".geojson", ["--format", "geojson"])):
            output = folder / f"{name}{suffix}"
            output.write_bytes(run("--features", *options, path).stdout)
            count = len(lines("--features", path))
            result = subprocess.run([ogrinfo, "-al", "-so", output], capture_output=True, text=True, check=False)
            driver = "GeoJSONSeq" if suffix == ".geojsonl" else "GeoJSON"
            tap.check(f"using driver `{driver}'" in result.stdout and f"Feature Count: {count}\n" in result.stdout
                      and not result.stderr, f"{name}: ogrinfo reads {count} features of {driver}",
                      result.stdout[-300:] + result.stderr[:300])


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        discs = {}
        for small in (*SMALL, "goteborg"):
            source = ROOT / ("testdata/goteborg.geojson.gz" if small == "goteborg" else f"testdata/small/{small}.geojson")
            discs[small] = folder / small
            subprocess.run([KIWIBUILD, "--quiet", "-o", discs[small], source], check=True)
        subprocess.run([KIWIBUILD, "--quiet", "-o", folder / "town.iso", ROOT / "testdata/small/town.geojson"], check=True)
        discs["town.iso"] = folder / "town.iso"
        alone = folder / "alone"
        alone.mkdir()
        discs["file"] = alone / "ALLDATA.KWI"
        discs["file"].write_bytes((discs["town"] / "ALLDATA.KWI").read_bytes())
        schema = Schema()
        helps()
        usage(discs["town"])
        strangers(folder)
        archives(folder, discs["town"])
        hints(discs["goteborg"], folder)
        result_files(discs["town"], folder)
        outputs(schema, discs)
        corpus(schema)
        schema_refuses(schema, discs["town"])
        pretty(discs["town"])
        findings(schema, folder, discs["town"])
        for small in ("town", "south_west"):
            filter_features(small, discs[small])
            filter_records(small, discs[small])
        standard_input({"image": discs["town.iso"], "file": discs["file"]}, folder)
        broken_output(discs["town"])
        gdal({small: discs[small] for small in SMALL}, folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
