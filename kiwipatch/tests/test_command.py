#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command kiwipatch from outside: test_command.py KIWIPATCH SOURCE_ROOT. Prints TAP."""
import fcntl
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import discs  # noqa: E402
import jsonschema  # noqa: E402

KIWIPATCH = sys.argv[1]
ROOT = pathlib.Path(sys.argv[2])
tap = discs.Tap()


def run(*arguments, **options):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


def journals(folder):
    return sorted(p for p in folder.rglob("*.kiwipatch-*"))


def refused(name, path, result, code, word=""):
    """One clear line, this exit code."""
    one_line = result.stderr.count("\n") == 1 and result.stderr.startswith("kiwipatch")
    tap.check(result.returncode == code and one_line and word in result.stderr, name, (result.returncode, result.stderr))


def untouched(name, folder, *arguments, code=5, word="", **options):
    """The command is refused, nothing in the folder changes and nothing is left there."""
    before = {p: discs.sha256(p) for p in folder.rglob("*") if p.is_file()}
    refused(name, folder, run(*arguments, **options), code, word)
    after = {p: discs.sha256(p) for p in folder.rglob("*") if p.is_file()}
    tap.check(before == after, name + ": nothing touched", set(before.items()) ^ set(after.items()))


SAMPLE = discs.loading()
SAMPLE_HASH = hashlib.sha256(SAMPLE).hexdigest()
SUMS = [{"step": "checksum", "at": 2048, "length": 4096, "rule": "sum32be"},
        {"step": "checksum", "at": 6144, "length": 2048, "rule": "sum32be"}]


def sample_recipe(path, **more):
    steps = [{"step": "pattern", "at": 2048 + 16, "find": SAMPLE[2064:2068].hex(), "replace": "00 ?? 11 22"},
             {"step": "number", "at": 6144 + 8, "width": 2, "endian": "big", "old": struct.unpack(">H", SAMPLE[6152:6154])[0],
              "new": 513},
             {"step": "field", "path": "loading.system[0].module[1].version", "old": "1001", "new": "1002"}]
    return discs.recipe(path, {"sha256": SAMPLE_HASH, "size": len(SAMPLE)}, steps + SUMS, **more)


def sample_result():
    out = bytearray(SAMPLE)
    out[2064], out[2066], out[2067] = 0, 0x11, 0x22
    out[6152:6154] = b"\x02\x01"
    out[140:144] = b"1002"
    out[2048:6144] = discs.summed(bytes(out[2048:6140]))
    out[6144:8192] = discs.summed(bytes(out[6144:8188]))
    return bytes(out)


COMMANDS = ("plan", "apply", "undo", "resume", "status", "copy", "import", "export", "find", "checksum", "texts", "pictures")
# What is said about a wrong command line: {command: {arguments: part of the message}}.
MESSAGES = {
    "aply": {"": "unknown command aply; did you mean apply?"},
    "xyzzy": {"": "unknown command xyzzy; see kiwipatch --help"},
    "plan": {"--ovverride x": "unknown option --ovverride; did you mean --override?", "x": "takes DISC PATCH, not 1 argument;",
             "--file": "--file lacks its value: NAME", "x y --full": "--full goes with apply"},
    "undo": {"--hash 0 a": "--hash goes with apply", "a b": "takes DISC, not 2 arguments"},
    "find": {"x --text a --base 1": "--base, --block and --recipe go with --xref", "x --hex 00 -i": "--ignore-case goes with --text",
             "x --text a --xref --rule crc32": "--rule and its blocks go with --recipe", "x --range 5,4": "--range takes FROM,TO",
             "x --xref --recipe 0": "--recipe takes a number from 1 on", "x --xref --block 1,2,x": "--block takes OFFSET,LENGTH",
             "x --width 3": "--width takes 1, 2, 4 or 8, not '3'",
             "x --text a --width 2": "--width goes with --number", "x --hex 00 --encoding ascii": "--encoding goes with --text",
             "x --limit many": "--limit takes a number, not 'many'", "x": "needs one of --text, --hex, --number and --pattern",
             "x words": "what is looked for is an option: --text \"words\"", "x two words": "what is looked for is an option: --text \"TEXT\""},
    "checksum": {"x --block 5": "--block takes OFFSET,LENGTH, decimal or 0x, not '5'"},
    "pictures": {"": "takes list|export|import DISC [FOLDER]", "shwo x": "takes list, export or import, not 'shwo'"},
    "texts": {"": "takes export|import DISC [TABLE], not 0 arguments", "exprot x": "takes export or import, not 'exprot'",
              "export x --rule sum32be": "--rule and --block go with import", "import x y --po": "--po goes with export",
              "import x": "export takes DISC, import takes DISC TABLE", "export x y": "export takes DISC, import takes DISC TABLE",
              "import x y --block 5": "--block takes OFFSET,LENGTH"},
    "export": {"--format zip a b c": "--format takes ips, ups or bps, not 'zip'"},
}


def usage():
    for option in ("--help", "-h", "--version", "-V"):
        result = run(option)
        tap.check(result.returncode == 0 and result.stdout and not result.stderr, option)
    for command in COMMANDS:
        result = run(command, "--help")
        tap.check(result.returncode == 0 and command in result.stdout and not result.stderr, f"{command} --help")
    for name, arguments in {"no command": [], "unknown command": ["frobnicate"], "unknown option": ["plan", "--force", "a", "b"],
                            "missing operand": ["apply", "a"], "too many operands": ["undo", "a", "b"],
                            "option without value": ["plan", "a", "b", "--file"],
                            "option of another command": ["undo", "--hash", "0", "a"],
                            "wrong override": ["apply", "--override", "yes", "a", "b"]}.items():
        refused(f"usage: {name}", None, run(*arguments), 2)
    for command, arguments in MESSAGES.items():
        for words, message in arguments.items():
            refused(f"message: {command} {words}", None, run(command, *words.split()), 2, message)
    for command in (*COMMANDS, ""):
        text = run(*command.split(), "--help").stdout
        tap.check(max(map(len, text.splitlines())) <= 80, f"{command} --help is no wider than a terminal")
    manual_page()


def manual_page():
    """Each option of each command's --help is in the manual page under that command, and no other."""
    source = (ROOT / "kiwipatch/kiwipatch.1.scd").read_text()
    sections = dict(re.findall(r"^\*kiwipatch (\w+)\*.*\n((?:\t.*\n|\n)*)", source, re.M))
    everywhere = re.findall(r"^(?:\*-\w\*, )?\*--([a-z-]+)\*", source, re.M)
    for command in COMMANDS:
        shown = re.findall(r"^  (?:-\w, |    )--([a-z-]+)", run(command, "--help").stdout, re.M)
        written = re.findall(r"\*--([a-z-]+)\*", sections.get(command, "")) + everywhere
        tap.check(sorted(set(shown)) == sorted(set(written)), f"the manual page has the options of {command}", (shown, written))


def round_trip(name, folder, disc, recipe, inner, expected):
    """Plan, apply, compare what changed with the plan, undo."""
    files = [p for p in (disc.rglob("*") if disc.is_dir() else [disc]) if p.is_file()]
    before = {p: p.read_bytes() for p in files}
    plan = run("plan", disc, recipe)
    tap.check(plan.returncode == 0 and not plan.stderr, f"{name}: plan", plan.stderr)
    document = json.loads(plan.stdout)
    tap.check({p: p.read_bytes() for p in files} == before and not journals(folder), f"{name}: plan writes nothing")
    result = run("apply", "--full", "--hash", document["plan"], disc, recipe)
    tap.check(result.returncode == 0 and not result.stderr, f"{name}: apply", result.stderr)
    changed = pathlib.Path(document["target"]["path"])
    base = document["target"]["file_offset"]
    after = changed.read_bytes()
    tap.check(after[base:base + len(expected)] == expected, f"{name}: the file is as it should be")
    outside_old, outside_new, old = bytearray(before[changed]), bytearray(after), before[changed]
    fits = len(after) == len(old)
    for change in document["changes"]:
        place = slice(change["offset"], change["offset"] + change["length"])
        fits &= old[place].hex() == change["old"].lower() and after[place].hex() == change["new"].lower()
        fits &= change["file_offset"] == change["offset"] - base
        outside_old[place] = outside_new[place] = bytes(change["length"])
    tap.check(fits, f"{name}: old and new bytes are those of the plan")
    tap.check(hashlib.sha256(outside_old).digest() == hashlib.sha256(outside_new).digest(), f"{name}: nothing else changed")
    tap.check(all(p.read_bytes() == before[p] for p in files if p != changed), f"{name}: no other file changed")
    if inner:
        inner(changed, after, base)
    status = json.loads(run("status", disc).stdout)
    tap.check(not status["open"] and status["journals"][-1]["state"] == "committed", f"{name}: status")
    refused(f"{name}: a second time", None, run("apply", disc, recipe), 5)
    result = run("undo", disc)
    tap.check(result.returncode == 0 and {p: p.read_bytes() for p in files} == before, f"{name}: undo brings all back", result.stderr)
    tap.check(run("undo", disc).returncode == 0 and {p: p.read_bytes() for p in files} == before, f"{name}: nothing more to undo")
    result = run("apply", disc, recipe)
    tap.check(result.returncode == 0 and len(journals(folder)) == 2 and changed.read_bytes() == after, f"{name}: apply again")
    tap.check(run("undo", disc).returncode == 0 and {p: p.read_bytes() for p in files} == before, f"{name}: undo again")


def round_trips(folder):
    recipe = sample_recipe(folder / "recipe.json", result={"sha256": hashlib.sha256(sample_result()).hexdigest()})
    where = folder / "file"
    where.mkdir()
    (where / "LOADING.KWI").write_bytes(SAMPLE)
    round_trip("file", where, where / "LOADING.KWI", recipe, None, sample_result())
    where = folder / "folder"
    round_trip("folder", where, discs.write_folder(where, SAMPLE), recipe, None, sample_result())
    for name, options in {"ISO 9660": [], "Joliet": ["-J"], "UDF bridge": ["-J", "-udf"]}.items():
        where = folder / name
        where.mkdir()
        image = discs.make_image(discs.write_folder(folder / (name + " files"), SAMPLE), where / "x.iso", *options)
        round_trip(name, where, image, recipe, None, sample_result())


def large(folder):
    """An image over 4 GiB with a file over 4 GiB before LOADING.KWI."""
    tree = discs.write_folder(folder / "tree", SAMPLE)
    discs.write_sparse(tree / "BIG.DAT", 4_500_000_000)
    (folder / "sort").write_text(f"{tree}/BIG.DAT 10\n{tree}/OTHER.DAT 5\n{tree}/LOADING.KWI 1\n")
    image = folder / "large.iso"
    subprocess.run(f"genisoimage -quiet -J -udf -allow-limited-size -sort '{folder}/sort' '{tree}' 2>/dev/null"
                   f" | dd of='{image}' bs=1M iflag=fullblock conv=sparse status=none", shell=True, check=True)
    recipe = sample_recipe(folder / "recipe.json")
    before = discs.sha256(image)
    document = json.loads(run("plan", image, recipe).stdout)
    offset = document["target"]["file_offset"]
    tap.check(offset > 1 << 32, "over 4 GiB: LOADING.KWI lies behind 4 GiB", offset)
    process = subprocess.Popen([KIWIPATCH, "apply", str(image), str(recipe)], stdout=subprocess.DEVNULL)
    _, code, usage_of = os.wait4(process.pid, 0)
    process.returncode = code
    print(f"# over 4 GiB: apply took {usage_of.ru_maxrss / 1024:.1f} MiB of memory")
    tap.check(code == 0 and usage_of.ru_maxrss < 64 * 1024, "over 4 GiB: apply in little memory", usage_of.ru_maxrss)
    with open(image, "rb") as file:
        file.seek(offset)
        tap.check(file.read(len(SAMPLE)) == sample_result(), "over 4 GiB: the file is as it should be")
    result = run("undo", image)
    tap.check(result.returncode == 0 and discs.sha256(image) == before, "over 4 GiB: undo brings all back", result.stderr)


def patch_directory(image, name, offset, value):
    """Changes a both-endian number in every ISO 9660 directory record of that name."""
    data = bytearray(image.read_bytes())
    count, at = 0, data.find(name)
    while at >= 0:
        start = at - 33
        if data[at - 1] == len(name) and data[start] >= 33 + len(name):
            data[start + offset:start + offset + 8] = struct.pack("<I", value) + struct.pack(">I", value)
            count += 1
        at = data.find(name, at + 1)
    assert count >= 1, (image, name)
    image.write_bytes(data)


def wrong_images(folder, recipe):
    tree = discs.write_folder(folder / "tree", SAMPLE)
    ascii_name, joliet_name, other = b"LOADING.KWI;1", "LOADING.KWI;1".encode("utf-16-be"), b"OTHER.DAT;1"
    cases = {
        "ISO 9660 says another place": (["-J", "-udf"], ascii_name, 2, 300, "agree"),
        "Joliet says another place": (["-J", "-udf"], joliet_name, 2, 300, "agree"),
        "ISO 9660 says another size": (["-J", "-udf"], ascii_name, 10, 4096, "agree"),
        "Joliet says another size, without UDF": (["-J"], joliet_name, 10, 4096, "agree"),
    }
    for number, (name, (options, record, offset, value, word)) in enumerate(cases.items()):
        where = folder / f"disagree{number}"
        where.mkdir()
        image = discs.make_image(tree, where / "x.iso", *options)
        names = [record] if record in image.read_bytes() else [record.replace(b";1", b"").replace("\0;\0001".encode(), b"")]
        patch_directory(image, names[0], offset, value)
        untouched(f"extents: {name}", where, "apply", image, recipe, word=word)
        untouched(f"extents: {name}: plan", where, "plan", image, recipe, word=word)
    where = folder / "overlap"
    where.mkdir()
    image = discs.make_image(tree, where / "x.iso")
    place = discs.find_in_image(image, SAMPLE) // 2048
    patch_directory(image, other, 2, place + 1)
    untouched("extents: two files overlap", where, "apply", image, recipe, word="same place")
    where = folder / "missing"
    where.mkdir()
    image = discs.make_image(tree, where / "x.iso", "-J")
    data = bytearray(image.read_bytes())
    at = data.index(ascii_name)
    data[at:at + 4] = b"XOAD"
    patch_at = at - 33
    data[patch_at + 2:patch_at + 10] = struct.pack("<I", 17) + struct.pack(">I", 17)
    image.write_bytes(data)
    untouched("extents: one file system lacks the file", where, "apply", image, recipe, word="only")
    where = folder / "truncated"
    where.mkdir()
    (folder / "sort").write_text(f"{tree}/OTHER.DAT 5\n{tree}/LOADING.KWI 1\n")
    image = discs.make_image(tree, where / "x.iso", "-J", "-sort", folder / "sort")
    os.truncate(image, (discs.find_in_image(image, SAMPLE) // 2048 + 2) * 2048)
    untouched("the image is truncated", where, "apply", image, recipe, word="truncated")
    where = folder / "raw"
    where.mkdir()
    (where / "x.bin").write_bytes(b"\0" + b"\xff" * 10 + b"\0" + bytes(2352 * 20))
    untouched("raw sectors", where, "apply", where / "x.bin", recipe, word="2352")


def wrong_files(folder, recipe):
    where = folder / "files"
    where.mkdir()
    disc = where / "LOADING.KWI"
    disc.write_bytes(SAMPLE)
    other_version = discs.recipe(folder / "version.json", {"module": "AA01", "version": "0999"},
                                 [{"step": "pattern", "at": 0, "find": "25", "replace": "26"}])
    untouched("another version", where, "apply", disc, other_version, word="version")
    untouched("another module", where, "apply", disc, discs.recipe(folder / "module.json", {"module": "ZZ", "version": "1"},
              [{"step": "pattern", "at": 0, "find": "25", "replace": "26"}]), word="ZZ")
    for key, value in {"sha256": "0" * 64, "md5": "0" * 32}.items():
        other = discs.recipe(folder / "other.json", {key: value}, [{"step": "pattern", "at": 0, "find": "00", "replace": "01"}])
        untouched(f"another {key}", where, "apply", disc, other, word="another file")
    untouched("another size", where, "apply", disc, discs.recipe(folder / "size.json", {"sha256": SAMPLE_HASH, "size": 5},
              [{"step": "pattern", "at": 0, "find": "00", "replace": "01"}]), word="another file")
    untouched("swapped", folder, "apply", recipe, disc, code=3, word="LOADING.KWI is no recipe; DISC comes first")
    untouched("swapped: a folder", folder, "plan", recipe, where, code=3, word="is no recipe; DISC comes first")
    untouched("no such disc", where, "apply", where / "none", recipe, code=4, word="none: No such file")
    untouched("no such recipe", where, "apply", disc, where / "none.json", code=4, word="none.json: No such file")
    untouched("copy of nothing", where, "copy", where / "none", where / "new", code=4, word="none: No such file")
    untouched("no KIWI file", where, "apply", recipe, recipe, code=3)
    untouched("no such file on the disc", where, "apply", "--file", "X.KWI", where, recipe, code=3)
    untouched("hash of another plan", where, "apply", "--hash", "0" * 64, disc, recipe, word="hash")
    untouched("the wrong result", where, "apply", disc, sample_recipe(folder / "result.json", result={"sha256": "1" * 64}),
              word="promises")
    disc.chmod(0o444)
    untouched("read-only", where, "apply", disc, recipe, word="read-only")
    disc.chmod(0o644)
    os.link(disc, where / "second")
    untouched("hard links", where, "apply", disc, recipe, word="hard links")
    (where / "second").unlink()
    with open(disc, "r+b") as file:
        fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        untouched("in use", where, "apply", disc, recipe, word="in use")
    for device in ("/dev/null", "/dev/zero"):
        refused(f"device {device}", where, run("apply", device, recipe), 5, "device")
    os.mkfifo(folder / "pipe")
    refused("a pipe", where, run("apply", folder / "pipe", recipe), 5, "device")
    risky = sample_recipe(folder / "risky.json", risk="the unit may need its original disc")
    untouched("risk not accepted", where, "apply", disc, risky, word="the unit may")
    untouched("another risk accepted", where, "apply", "--accept-risk", "x", disc, risky, word="--accept-risk test")
    tap.check(run("apply", "--accept-risk", "test", disc, risky).returncode == 0, "risk accepted")
    untouched("patched already", where, "apply", disc, sample_recipe(folder / "again.json", result={
        "sha256": hashlib.sha256(sample_result()).hexdigest()}), word="already")
    tap.check(run("undo", disc).returncode == 0 and disc.read_bytes() == SAMPLE, "and taken back")
    link = folder / "link.kwi"
    link.symlink_to(disc)
    tap.check(run("apply", link, recipe).returncode == 0 and link.is_symlink(), "a symbolic link is followed, not replaced")
    tap.check(run("undo", link).returncode == 0 and disc.read_bytes() == SAMPLE, "and back")


def wrong_steps(folder):
    where = folder / "steps"
    where.mkdir()
    disc = where / "LOADING.KWI"
    disc.write_bytes(SAMPLE)
    target = {"sha256": SAMPLE_HASH}
    good = {"step": "pattern", "at": 6150, "find": SAMPLE[6150:6152].hex(), "replace": "0000"}
    head = {"step": "pattern", "at": 600, "find": "00", "replace": "00"}
    cases = {
        "one of two steps does not fit": ([good, {"step": "pattern", "at": 6160, "find": "0102", "replace": "0000"}] + SUMS, "found 0"),
        "the new bytes are there already": ([{"step": "pattern", "at": 6150, "find": "ffff", "replace": SAMPLE[6150:6152].hex()}] + SUMS,
                                            "already"),
        "more hits than expected": ([{"step": "pattern", "from": 2048, "find": "25 4a", "replace": "0000"}] + SUMS, "found"),
        "fewer hits than expected": ([{"step": "text", "find": "SYNTHETIC", "replace": "X", "encoding": "ascii", "pad": "space",
                                       "expect": 3}], "found 2"),
        "two steps at one place": ([good, good] + SUMS, "two steps"),
        "nothing would change": ([head], "nothing"),
        "beyond the end": ([{"step": "number", "at": 8190, "width": 4, "endian": "big", "old": 0, "new": 1}], "beyond"),
        "no checksum rule": ([good], "override"),
        "a rule that does not fit": ([good] + [dict(s, rule="crc32") for s in SUMS], "rule"),
        "a rule with one block only": ([good, SUMS[1]], "proven"),
        "a field with another value": ([{"step": "field", "path": "loading.system[0].module[1].version", "old": "1000", "new": "1"}],
                                       "old value"),
        "no such field": ([{"step": "field", "path": "loading.system[0].module[1].colour", "old": "1000", "new": "1"}], "no such field"),
        "a change that damages the disc": ([{"step": "number", "at": 16, "width": 2, "endian": "big", "old": 2, "new": 900}], "damage"),
    }
    for name, (steps, word) in cases.items():
        untouched(name, where, "apply", disc, discs.recipe(folder / "steps.json", target, steps), word=word)
    long = [{"step": "text", "find": "SYNTHETIC ONE", "replace": "A TEXT TOO LONG", "encoding": "ascii", "pad": "space"}]
    untouched("a text that is too long", where, "apply", disc, discs.recipe(folder / "steps.json", target, long), code=3, word="bytes")
    one = discs.recipe(folder / "steps.json", target, [good])
    result = run("apply", "--override", "write without a checksum rule", disc, one)
    tap.check(result.returncode == 0, "override, spelled out", result.stderr)
    tap.check(run("undo", disc).returncode == 0 and disc.read_bytes() == SAMPLE, "and back")


def charset_of_the_disc(folder):
    """A recipe and find go by the same charset, whatever the disc calls it."""
    for declared, charset, old, new in (("ANSI", "cp1252", "20 \u20ac", "30 \u20ac"), ("SJIS", "cp932", "\u2460 \u6771", "\u2461 \u6771")):
        where = folder / declared
        where.mkdir()
        (where / "LOADING.KWI").write_bytes(SAMPLE)
        (where / "METADATA.KWI").write_bytes(f"CHCD ::={declared} ; COOR::=WGS84 ;".encode())
        (where / "TEXT.DAT").write_bytes(b"<" + old.encode(charset) + b">")
        found = run("find", where, "--file", "TEXT.DAT", "--text", old, "--encoding", "disc")
        tap.check(found.returncode == 0 and "TEXT.DAT" in found.stdout, f"find in the charset {declared}", found.stdout + found.stderr)
        target = {"file": "TEXT.DAT", "sha256": discs.sha256(where / "TEXT.DAT")}
        step = {"step": "text", "find": old, "replace": new, "encoding": "disc", "pad": "none"}
        planned = run("plan", where, discs.recipe(folder / "text.json", target, [step]))
        tap.check(planned.returncode == 0, f"a recipe in the charset {declared}", planned.stdout + planned.stderr)


def outputs(folder, recipe):
    """--output is what standard output would be, whole or not there; --quiet."""
    where = folder / "outputs"
    where.mkdir()
    disc, result = where / "LOADING.KWI", folder / "result"
    disc.write_bytes(SAMPLE)
    for arguments in (["plan", disc, recipe], ["find", disc, "--hex", "00"], ["status", disc], ["checksum", disc]):
        shown, written = run(*arguments), run(*arguments, "-o", result)
        tap.check(not written.stdout and result.read_text() == shown.stdout and written.returncode == shown.returncode,
                  f"--output: {arguments[0]}", written.stderr)
        result.unlink()
    refused("--output: of a plan that fails", None, run("plan", where, where / "none.json", "--output", result), 4)
    tap.check(not list(folder.glob("result*")), "--output: is not there then")
    for name in (disc, recipe, where / "more"):
        untouched(f"--output: {name.name}", folder, "plan", where, recipe, "--output", name, word="would write over the input")
    refused("message: find --hex zz", None, run("find", disc, "--hex", "zz"), 2, "--hex takes pairs of hex digits, not 'zz'")
    refused("message: find --number x", None, run("find", disc, "--number", "x"), 2, "--number takes a number of 4 bytes, not 'x'")
    marked = folder / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + recipe.read_bytes())
    tap.check(run("plan", disc, marked).stdout.replace("marked", "recipe") == run("plan", disc, recipe).stdout, "a byte order mark before a recipe")
    marked.unlink()
    hidden = run("find", disc, "--hex", "0123456789", "--quiet")
    tap.check(hidden.returncode == 1 and not hidden.stderr, "--quiet: no word about no hits", hidden.stderr)
    tap.check(run("find", disc, "--hex", "0123456789").stderr == "kiwipatch find: nothing found\n", "no hits: said")


def open_journal(folder, recipe):
    where = folder / "open"
    where.mkdir()
    image = discs.make_image(discs.write_folder(folder / "open files", SAMPLE), where / "x.iso", "-J", "-udf")
    before = image.read_bytes()
    tap.check(run("apply", image, recipe).returncode == 0, "open journal: made")
    after = image.read_bytes()
    journal = journals(where)[0]
    sealed = bytearray(journal.read_bytes())
    sealed[1024:1536] = bytes(512)  # the commit mark never came
    offsets = [i for i in range(len(before)) if before[i] != after[i]]
    half = bytearray(after)
    for offset in offsets[::2]:
        half[offset] = before[offset]
    for name, command, wanted in (("undo", "undo", before), ("resume", "resume", after)):
        journal.write_bytes(sealed)
        image.write_bytes(half)
        for refusing in (["plan", image, recipe], ["apply", image, recipe], ["export", image, recipe, where / "x.bps"],
                         ["find", "--hex", "00", image]):
            untouched(f"open journal: {refusing[0]}", where, *refusing, word="open journal")
        status = run("status", image)
        document = json.loads(status.stdout)
        tap.check(status.returncode == 1 and document["open"] and document["journals"][0]["foreign"] == 0, "open journal: status",
                  status.stdout)
        result = run(command, image)
        tap.check(result.returncode == 0 and image.read_bytes() == wanted, f"open journal: {name}", result.stderr)
        tap.check(run("status", image).returncode == 0, f"open journal: closed by {name}")
    tap.check(run("undo", image).returncode == 0 and image.read_bytes() == before, "open journal: undo after resume")
    # What an apply leaves that had not begun to change anything, and what is under a journal's name without having been made there.
    aside = where / "x.iso.kiwipatch-part1"
    journal.unlink()
    aside.write_bytes(sealed[:512] + bytes(len(sealed) - 512))
    status = run("status", image)
    tap.check(status.returncode == 0 and json.loads(status.stdout)["journals"] == [{"path": str(aside), "state": "incomplete"}],
              "unfinished journal: status", status.stdout)
    for command in ("undo", "resume"):
        aside.write_bytes(sealed[:512] + bytes(len(sealed) - 512))
        result = run(command, image)
        tap.check(result.returncode == 0 and "nothing had been changed" in result.stdout and not journals(where)
                  and image.read_bytes() == before, f"unfinished journal: {command} removes it", result.stderr)
    aside.write_bytes(sealed[:512] + bytes(len(sealed) - 512))
    tap.check(run("apply", image, recipe).returncode == 0 and journals(where) == [journal] and image.read_bytes() == after,
              "unfinished journal: apply goes on")
    tap.check(run("undo", image).returncode == 0 and image.read_bytes() == before, "and back")
    for name, content in {"short": sealed[:300], "cut": sealed[:-1], "without a seal": sealed[:512] + bytes(len(sealed) - 512),
                          "somebody else's": b"my notes\n", "empty": b""}.items():
        journal.write_bytes(content)
        for command in ("undo", "resume", "apply"):
            untouched(f"a journal that is {name}: {command}", where, command, image, *([recipe] if command == "apply" else []), word="damaged")
        status = run("status", image)
        tap.check(status.returncode == 1 and json.loads(status.stdout)["journals"][0]["state"] == "damaged", f"a journal that is {name}: status",
                  status.stdout)
    journal.unlink()
    for name, stranger in {"a folder": where / "x.iso.kiwipatch-0020", "notes": where / "x.iso.kiwipatch-part1"}.items():
        if name == "notes":
            stranger.write_text("mine")
            result = run("apply", image, recipe)
            tap.check(result.returncode == 0 and stranger.read_text() == "mine" and run("undo", image).returncode == 0 and stranger.exists(),
                      "somebody else's notes where a journal is made", result.stderr)
            stranger.unlink()
            journal.unlink()
        else:
            stranger.mkdir()
            untouched("a folder under a journal's name", where, "apply", image, recipe, word="damaged")
            stranger.rmdir()
    # A gap in the numbers.
    late = where / "x.iso.kiwipatch-0300"
    late.write_bytes(sealed)
    image.write_bytes(half)
    untouched("a gap of names hides no open journal", where, "apply", image, recipe, word="open journal")
    # Garbage in a sector of it.
    garbage = bytearray(half)
    garbage[offsets[0]] ^= 0x55 ^ before[offsets[0]] ^ after[offsets[0]]
    words = "write without reading"
    for command, wanted in (("undo", before), ("resume", after)):
        late.write_bytes(sealed)
        image.write_bytes(garbage)
        untouched(f"garbage: {command}", where, command, image, word=f'--override "{words}"')
        untouched(f"garbage: {command} with other words", where, command, image, "--override", "yes", code=2, word=words)
        result = run(command, image, "--override", words)
        tap.check(result.returncode == 0 and image.read_bytes() == wanted, f"garbage: {command} with the words", result.stderr)
    late.unlink()
    image.write_bytes(before)
    # Of another image, of the same and of another size.
    tap.check(run("apply", image, recipe).returncode == 0, "foreign journal: made")
    for name, content in {"another size": after + bytes(2048), "the same size": bytes(len(after) - 1) + b"x"}.items():
        stranger = folder / f"stranger {name}"
        stranger.mkdir()
        (stranger / "x.iso").write_bytes(content)
        shutil.copy(journal, stranger / "x.iso.kiwipatch-0001")
        untouched(f"journal of another image: {name}", stranger, "undo", stranger / "x.iso", word="another image")
    damaged = bytearray(journal.read_bytes())
    damaged[5000] ^= 1
    journal.write_bytes(damaged)
    untouched("damaged journal", where, "undo", image, word="damaged")


def journals_of_a_folder(folder, recipe):
    """undo, resume and status of a folder find the files that have journals, also if its name looks like that of one."""
    where = folder / "disc.kiwipatch-work"
    discs.write_folder(where, SAMPLE)
    (where / "SUB").mkdir()
    old = {name: bytes([n]) * 6000 for n, name in enumerate(("OTHER.DAT", "SUB/THIRD.DAT"))}
    for name, content in old.items():
        (where / name).write_bytes(content)

    def change(name):
        steps = [{"step": "pattern", "at": 100, "find": old[name][100:104].hex(), "replace": "77777777"}]
        result = run("apply", where, discs.recipe(folder / "change.json", {"file": name, "sha256": hashlib.sha256(old[name]).hexdigest()}, steps))
        tap.check(result.returncode == 0 and (where / name).read_bytes() != old[name], f"folder: apply to {name}", result.stderr)

    change("OTHER.DAT")
    status = json.loads(run("status", where).stdout)
    tap.check([j["path"] for j in status["journals"]] == [str(where / "OTHER.DAT.kiwipatch-0001")], "folder: status", status)
    result = run("undo", where)
    tap.check(result.returncode == 0 and (where / "OTHER.DAT").read_bytes() == old["OTHER.DAT"], "folder: undo finds the file", result.stderr)
    tap.check("nothing to do" in run("undo", where).stdout, "folder: undo again")
    for name in old:
        change(name)
    tap.check(len(json.loads(run("status", where).stdout)["journals"]) == 3, "folder: status of two files")
    untouched("folder: undo of two", where, "undo", where, word="--file")
    result = run("undo", where, "--file", "third.dat")
    tap.check(result.returncode == 0 and (where / "SUB/THIRD.DAT").read_bytes() == old["SUB/THIRD.DAT"], "folder: undo --file", result.stderr)
    journal = where / "OTHER.DAT.kiwipatch-0002"
    content = bytearray(journal.read_bytes())
    content[1024:1536] = bytes(512)
    journal.write_bytes(content)
    change_of_third = where / "SUB/THIRD.DAT.kiwipatch-0001"
    refused("folder: an open journal refuses", where, run("apply", where, recipe), 5, "open journal")
    tap.check(change_of_third.exists() and run("status", where).returncode == 1, "folder: status says open")
    result = run("resume", where)
    tap.check(result.returncode == 0 and b"wwww" in (where / "OTHER.DAT").read_bytes(), "folder: resume finds it", result.stderr)
    result = run("undo", where)
    tap.check(result.returncode == 0 and (where / "OTHER.DAT").read_bytes() == old["OTHER.DAT"], "folder: and undo", result.stderr)


def full_disk(folder, recipe):
    def limit(size):
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    where = folder / "full"
    where.mkdir()
    disc = where / "LOADING.KWI"
    disc.write_bytes(SAMPLE)
    for size in (0, 300, 4096, 10000, 17000):
        untouched(f"no room for the journal: {size} bytes", where, "apply", disc, recipe, word="no room", preexec_fn=limit(size))
    for arguments in (["find", disc, "--hex", "00"], ["checksum", disc], ["status", disc], ["plan", disc, recipe]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([KIWIPATCH, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        refused(f"no room for what {arguments[0]} prints", where, result, 4, "No space left")
    image = discs.make_image(discs.write_folder(folder / "full files", SAMPLE), where / "x.iso", "-J", "-udf")
    before = image.read_bytes()
    result = run("apply", image, recipe, preexec_fn=limit(400000))
    refused("the image cannot be written", where, result, 4, "undo, or resume")
    result = run("undo", image)
    tap.check(result.returncode == 0 and image.read_bytes() == before, "and undo brings it back", result.stderr)
    mount = folder / "mount"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", mount], check=False,
                                           stderr=subprocess.DEVNULL).returncode != 0:
        tap.check(True, "a full file system # SKIP cannot mount one")
        return
    try:
        (mount / "LOADING.KWI").write_bytes(SAMPLE)
        untouched("a full file system", mount, "apply", mount / "LOADING.KWI", recipe, word="no room")
    finally:
        subprocess.run(["umount", mount], check=False)


def originals(folder, recipe):
    where = folder / "originals"
    where.mkdir()
    original = discs.make_image(discs.write_folder(folder / "original files", SAMPLE), where / "original.iso", "-J", "-udf")
    before = discs.sha256(original)
    result = run("copy", original, where / "copy.iso")
    tap.check(result.returncode == 0 and discs.sha256(where / "copy.iso") == before and before in result.stdout, "copy", result.stderr)
    untouched("the original is refused", where, "apply", original, recipe, word="original")
    shutil.copy(original, where / "by hand.iso")
    untouched("so is what equals it", where, "apply", where / "by hand.iso", recipe, word="original")
    result = run("apply", where / "copy.iso", recipe)
    tap.check(result.returncode == 0 and discs.sha256(original) == before, "the copy is not", result.stderr)
    tap.check(run("undo", where / "copy.iso").returncode == 0 and discs.sha256(where / "copy.iso") == before, "and back")
    untouched("a copy is not written over", where, "copy", original, where / "copy.iso", word="exists")
    with open(os.environ["KIWIPATCH_STATE"], "a", encoding="ascii") as registered:
        registered.write("0123")  # as a full disk leaves it
    (where / "LOADING.KWI").write_bytes(SAMPLE)
    assert run("copy", where / "LOADING.KWI", where / "LOADING2.KWI").returncode == 0
    untouched("an original that is registered behind half a line", where, "apply", where / "LOADING.KWI", recipe, word="original")
    tree = discs.write_folder(where / "tree", SAMPLE)
    (tree / "SUB").mkdir()
    (tree / "SUB/A.DAT").write_bytes(b"a" * 5000)
    result = run("copy", tree, where / "second")
    tap.check(result.returncode == 0 and discs.tree_hash(tree) == discs.tree_hash(where / "second"), "copy of a folder", result.stderr)
    result = run("copy", tree, tree / "inside")
    tap.check(result.returncode == 5 and "lies in the folder" in result.stderr and not (tree / "inside").exists(),
              "a folder is not copied into itself", result.stderr)
    result = run("copy", f"{tree}/", where / "third")
    tap.check(result.returncode == 0 and discs.tree_hash(tree) == discs.tree_hash(where / "third"), "its name may end with a slash", result.stderr)
    untouched("the original folder is refused", where, "apply", tree, recipe, word="original")
    tap.check(run("apply", where / "second", recipe).returncode == 0, "its copy is not")


def all_steps(folder):
    where = folder / "all"
    where.mkdir()
    one, two = discs.agree_module(), discs.module(7, 2048)
    sample = discs.loading(one, two)
    disc = where / "LOADING.KWI"
    disc.write_bytes(sample)
    (folder / "new.bmp").write_bytes(discs.bitmap(9))
    (folder / "wide.bmp").write_bytes(discs.bitmap(9, 17))
    new_two = discs.module(99, 2048)
    (folder / "new.bin").write_bytes(new_two)
    steps = [
        {"step": "text", "find": "I Agree", "replace": "OK", "encoding": "ascii", "pad": "centre"},
        {"step": "text", "find": "I Agree", "replace": "Yes", "encoding": "utf-16be", "pad": "space"},
        # Both orders fit the other one's bytes one byte later, so the search is limited.
        {"step": "text", "find": "I Agree", "replace": "No", "encoding": "utf-16le", "pad": "nul", "from": 400, "to": 416},
        {"step": "number", "width": 4, "endian": "little", "old": 295660, "new": 660, "why": "shorter code"},
        {"step": "pattern", "from": 100, "to": 130, "find": "44 69 73 ?? 6?", "mask": "ff ff ff ff f0", "replace": "?? 4? 53 58 ??"},
        {"step": "picture", "at": 1024, "content": "new.bmp", "sha256": discs.sha256(folder / "new.bmp"),
         "old_sha256": hashlib.sha256(discs.bitmap(1)).hexdigest()},
    ]
    for step in steps:
        for key in ("at", "from", "to"):
            if key in step:
                step[key] += 2048
    sums = [{"step": "checksum", "at": 2048, "length": 8192, "rule": "sum32be"},
            {"step": "checksum", "at": 2048 + 8192, "length": 2048, "rule": "sum32be"}]
    recipe = discs.recipe(folder / "all.json", {"sha256": hashlib.sha256(sample).hexdigest()}, steps + sums)
    result = run("apply", disc, recipe)
    body = bytearray(one[:-4])
    body[100:107] = b"  OK   "
    body[300:314] = "Yes    ".encode("utf-16-be")
    body[400:414] = "No\0\0\0\0\0".encode("utf-16-le")
    body[512:516] = struct.pack("<I", 660)
    body[108:113] = bytes([0x44, 0x49, 0x53, 0x58, 0x6C])
    body[1024:1024 + len(discs.bitmap(9))] = discs.bitmap(9)
    tap.check(result.returncode == 0 and disc.read_bytes() == discs.loading(discs.summed(bytes(body)), two), "every kind of step",
              result.stderr)
    tap.check(run("undo", disc).returncode == 0 and disc.read_bytes() == sample, "every kind of step: undo")
    picture = dict(steps[-1], content="wide.bmp", sha256=discs.sha256(folder / "wide.bmp"))
    del picture["old_sha256"]
    untouched("a picture of another size", where, "apply", disc,
              discs.recipe(folder / "p.json", {"sha256": hashlib.sha256(sample).hexdigest()}, [picture] + sums), word="format or size")
    module = [{"step": "module", "content": "new.bin", "sha256": hashlib.sha256(new_two).hexdigest()}]
    recipe = discs.recipe(folder / "m.json", {"module": "BB02", "version": "1001"}, module)
    result = run("apply", disc, recipe)
    tap.check(result.returncode == 0 and disc.read_bytes() == discs.loading(one, new_two), "a whole module", result.stderr)
    tap.check(run("undo", disc).returncode == 0 and disc.read_bytes() == sample, "a whole module: undo")
    untouched("a module of another size", where, "apply", disc, discs.recipe(folder / "m.json", {"module": "AA01", "version": "1000"},
                                                                           module), word="bytes")
    bad = [dict(module[0], sha256="0" * 64)]
    untouched("a module with another hash", where, "apply", disc, discs.recipe(folder / "m.json", {"module": "BB02", "version": "1001"},
                                                                             bad), word="SHA-256")


def interchange(folder):
    where = folder / "interchange"
    image = discs.make_image(discs.write_folder(folder / "interchange files", SAMPLE), folder / "i.iso", "-J", "-udf")
    where.mkdir()
    disc = where / "LOADING.KWI"
    disc.write_bytes(SAMPLE)
    recipe = sample_recipe(folder / "i.json")
    readers = {"ips": discs.apply_ips, "ups": discs.apply_ups, "bps": discs.apply_bps}
    override = ["--override", "write without a checksum rule"]
    for name, reader in readers.items():
        patch = where / f"p.{name}"
        result = run("export", image, recipe, patch)
        tap.check(result.returncode == 0 and reader(SAMPLE, patch.read_bytes()) == sample_result(),
                  f"{name}: an independent reader makes the same", result.stderr)
        piped = subprocess.run([KIWIPATCH, "export", "--format", name, image, recipe, "-"], capture_output=True, check=False)
        tap.check(piped.returncode == 0 and piped.stdout == patch.read_bytes(), f"{name}: the same on standard output", piped.stderr)
        result = run("apply", *override, disc, patch)
        tap.check(result.returncode == 0 and disc.read_bytes() == sample_result(), f"{name}: kiwipatch does, too", result.stderr)
        if name != "ips":
            refused(f"{name}: a second time", where, run("apply", *override, disc, patch), 5, "already")
        run("undo", disc)
        tap.check(disc.read_bytes() == SAMPLE, f"{name}: undo")
        imported = where / f"{name}.json"
        result = run("import", disc, patch)
        imported.write_text(result.stdout)
        tap.check(result.returncode == 0 and ("note" in result.stderr) == (name == "ips"), f"{name}: import", result.stderr)
        validate(imported)
        result = run("apply", *override, image, imported)
        tap.check(result.returncode == 0 and sample_result() in image.read_bytes(), f"{name}: the recipe does the same in an image",
                  result.stderr)
        run("undo", image)
    target = bytearray(SAMPLE)
    target[3000:3300] = SAMPLE[5000:5300]
    target[4000:4400] = b"abcd" * 100
    patch = where / "copies.bps"
    actions = [(0, 3000, None), (2, 300, 5000), (0, 700, None), (1, 4, b"abcd"), (3, 396, 4000), (0, 8192 - 4400, None)]
    patch.write_bytes(discs.make_bps(SAMPLE, bytes(target), actions))
    result = run("apply", *override, disc, patch)
    tap.check(result.returncode == 0 and disc.read_bytes() == bytes(target), "bps: copies from source and target", result.stderr)
    run("undo", disc)
    untouched("a patch inside a module", where, "apply", disc, patch, word="--override")
    untouched("a patch that exists", where, "export", disc, recipe, patch, word="exists")
    longer = discs.make_bps(SAMPLE, SAMPLE + b"x", [(0, 8192, None), (1, 1, b"x")])
    (where / "longer.bps").write_bytes(longer)
    untouched("a patch that makes the file longer", where, "apply", disc, where / "longer.bps", word="length")
    other = discs.make_bps(SAMPLE[::-1], SAMPLE[:1] + SAMPLE[:-1], [(1, 8192, SAMPLE[:1] + SAMPLE[:-1])])
    (where / "other.bps").write_bytes(other)
    untouched("a patch of another file", where, "apply", disc, where / "other.bps", word="another file")


def validate(path):
    schema = json.loads((ROOT / "kiwipatch/recipe.schema.json").read_text())
    try:
        jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text()))
        tap.check(True, f"{path.name} fits the schema")
    except jsonschema.ValidationError as error:
        tap.check(False, f"{path.name} fits the schema", error.message)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "state/originals")
        usage()
        for function in (round_trips, large):
            part = folder / function.__name__
            part.mkdir()
            function(part)
            shutil.rmtree(part)
        recipe = sample_recipe(folder / "recipe.json")
        validate(recipe)
        for function in (wrong_images, wrong_files, outputs, open_journal, journals_of_a_folder, full_disk):
            part = folder / function.__name__
            part.mkdir()
            function(part, recipe)
        for function in (wrong_steps, charset_of_the_disc, all_steps, interchange):
            part = folder / function.__name__
            part.mkdir()
            function(part)
        for path in folder.rglob("*.json"):
            if "kiwipatch" in path.read_text() and path.name not in ("ips.json", "ups.json", "bps.json"):
                validate(path)
        part = folder / "original"
        part.mkdir()
        originals(part, recipe)  # last: it registers what others use
    return tap.end()


sys.exit(main())
