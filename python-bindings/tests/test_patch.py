#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kiwi.patch against the command: test_patch.py KIWIPATCH SOURCE_ROOT, with the package in PYTHONPATH. Prints TAP."""
import dataclasses
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
KIWIPATCH = sys.argv[1]
sys.path.insert(0, str(pathlib.Path(sys.argv[2]) / "kiwipatch/tests"))

import discs  # noqa: E402
from kiwi import Error, patch  # noqa: E402

tap = discs.Tap()
OVERRIDE = "write without a checksum rule"
SAMPLE = discs.loading()
SUMS = [{"step": "checksum", "at": 2048, "length": 4096, "rule": "sum32be"},
        {"step": "checksum", "at": 6144, "length": 2048, "rule": "sum32be"}]
LARGE = 3 << 20  # several reports of progress


def sample_recipe(path, sums=tuple(SUMS), **more):
    steps = [{"step": "pattern", "at": 2064, "find": SAMPLE[2064:2068].hex(), "replace": "00 ?? 11 22", "why": "a test"}]
    return discs.recipe(path, {"sha256": hashlib.sha256(SAMPLE).hexdigest(), "size": len(SAMPLE)}, [*steps, *sums], **more)


def large_recipe(folder):
    """A module of which every byte changes."""
    old, new = discs.module(1, LARGE), discs.module(2, LARGE)
    (folder / "new.bin").write_bytes(new)
    recipe = discs.recipe(folder / "large.json", {"module": "AA01", "version": "1000"},
                          [{"step": "module", "content": "new.bin", "sha256": hashlib.sha256(new).hexdigest()}])
    return discs.loading(old), discs.loading(new), recipe


def contents(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def raises(name, wanted, word, function, *arguments, **options):
    """This very class and no other, with one line."""
    try:
        result = function(*arguments, **options)
        tap.check(False, name, result)
    except BaseException as error:  # Ctrl-C, too
        text = str(error)
        tap.check(type(error) is wanted and word in text and "\n" not in text, name, repr(error))


def untouched(name, folder, *check):
    before = contents(folder)
    raises(name, *check)
    tap.check(contents(folder) == before, f"{name}: nothing touched")


def document(plan):
    """The JSON that a plan was made of."""
    made = dataclasses.asdict(plan)
    made["kiwipatch"], made["plan"] = 1, made.pop("hash")
    made["changes"] = [dict(change, old=change["old"] and change["old"].hex(), new=change["new"] and change["new"].hex(),
                            checksums=list(change["checksums"])) for change in made["changes"]]
    for change in made["changes"]:
        if change["module"] is None:
            del change["module_offset"]
        if change["old"] is None:
            del change["old"], change["new"]
    return made


def same_plan(name, disc, recipe, **options):
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    command = subprocess.run([KIWIPATCH, "plan", *words, disc, recipe], capture_output=True, text=True, check=True)
    plan = patch.plan(disc, recipe, **options)
    wanted = json.loads(command.stdout.lower())
    found = json.loads(json.dumps(document(plan)).lower())
    tap.check(wanted == found, f"{name}: the plan is that of the command", (wanted, found))
    return plan


def round_trip(name, folder, disc, file, recipe):
    before = discs.sha256(file)
    plan = same_plan(name, disc, recipe)
    tap.check(plan.changes[0].why == "a test" and plan.changes[0].new == b"\0" + SAMPLE[2065:2066] + b"\x11\x22",
              f"{name}: changes have bytes", plan.changes)
    applied = patch.apply(disc, recipe, hash=plan.hash, full=True)
    tap.check(applied.hash == plan.hash and applied.change_count == len(plan.changes) and applied.warning is None
              and len(applied.outside_sha256) == 64, f"{name}: applied", applied)
    data = file.read_bytes()
    tap.check(all(data[c.offset:c.offset + c.length] == c.new for c in plan.changes), f"{name}: the new bytes are there")
    journal, = patch.status(disc)
    tap.check(journal.path == applied.journal and journal.state == "committed" and not journal.is_open
              and journal.plan == plan.hash and journal.new == journal.sectors > 0, f"{name}: status", journal)
    raises(f"{name}: a second time", patch.Refused, "", patch.apply, disc, recipe)
    recovered = patch.undo(disc)
    tap.check((recovered.path, recovered.result) == (str(file), "old") and discs.sha256(file) == before, f"{name}: undo", recovered)
    tap.check(patch.undo(disc).result == patch.resume(disc).result == "nothing", f"{name}: nothing more to undo or resume")
    tap.check(patch.status(disc)[0].state == "undone", f"{name}: status after undo")


def round_trips(folder):
    recipe = sample_recipe(folder / "recipe.json")
    tree = discs.write_folder(folder / "folder", SAMPLE)
    round_trip("folder", folder, tree, tree / "LOADING.KWI", recipe)
    tree = discs.write_folder(folder / "files", SAMPLE)
    round_trip("file", folder, tree / "LOADING.KWI", tree / "LOADING.KWI", recipe)
    image = discs.make_image(discs.write_folder(folder / "tree", SAMPLE), folder / "x.iso", "-J", "-udf")
    round_trip("image", folder, str(image), image, recipe)
    odd = discs.write_folder(folder / os.fsdecode(b"odd \xff"), SAMPLE) / "LOADING.KWI"
    tap.check(os.path.exists(patch.apply(odd, recipe).journal) and patch.undo(odd).path == str(odd), "a path that is not UTF-8")


def refusals(folder):
    recipe = sample_recipe(folder / "recipe.json")
    where = discs.write_folder(folder / "disc", SAMPLE)
    disc = where / "LOADING.KWI"
    tap.check(issubclass(patch.PatchError, Error) and issubclass(patch.Refused, patch.PatchError)
              and patch.Refused("x").offset is None, "the classes are those of kiwi")
    for name, check in {
        "no such disc": (patch.SystemFailure, "none", patch.apply, where / "none", recipe),
        "no such recipe": (patch.SystemFailure, "none.json", patch.apply, disc, where / "none.json"),
        "no KIWI file": (patch.InputError, "", patch.plan, recipe, recipe),
        "not a patch": (patch.InputError, "IPS", patch.import_patch, disc, recipe),
        "NUL in a path": (ValueError, "null", patch.plan, "a\0b", recipe),
        "no path": (TypeError, "", patch.plan, 5, recipe),
        "no patch": (TypeError, "", patch.plan, disc, None),
        "no copy": (TypeError, "", patch.copy, disc, None),
        "no callback": (TypeError, "callable", lambda: patch.plan(disc, recipe, progress=5)),
    }.items():
        untouched(name, folder, *check)
    options = {
        "hash of another plan": ({"hash": "0" * 64}, patch.Refused, "hash"),
        "no such file on the disc": ({"file": "X.KWI"}, patch.InputError, "X.KWI"),
        "another sentence": ({"override": "yes"}, ValueError, OVERRIDE),
    }
    for name, (option, wanted, word) in options.items():
        untouched(name, folder, wanted, word, lambda option=option: patch.apply(where, recipe, **option))
    disc.chmod(0o444)
    untouched("read-only", folder, patch.Refused, "read-only", patch.apply, disc, recipe)
    disc.chmod(0o644)
    risky = sample_recipe(folder / "risky.json", risk="the unit may need its original disc")
    plan = patch.plan(disc, risky)
    tap.check(plan.risk == "the unit may need its original disc" and plan.id == "test", "a plan tells its risk", plan)
    untouched("risk not accepted", folder, patch.Refused, "the unit may", patch.apply, disc, risky)
    tap.check(patch.apply(disc, risky, accept_risk=plan.id).hash == plan.hash, "risk accepted")
    patch.undo(disc)
    unsummed = sample_recipe(folder / "unsummed.json", sums=())
    untouched("no checksum", folder, patch.Refused, "checksum", patch.apply, disc, unsummed)
    plan = same_plan("override", disc, unsummed, override=OVERRIDE)
    tap.check(patch.apply(disc, unsummed, override=OVERRIDE).hash == plan.hash, "no checksum, overridden")
    patch.undo(disc)
    tap.check(disc.read_bytes() == SAMPLE, "and taken back")


class Stop(Exception):
    pass


class Reporter:
    """Raises at one report, or at the first of a stage."""

    def __init__(self, stop_at=None, stage=None):
        self.stop_at, self.stage, self.reports = stop_at, stage, []

    def __call__(self, stage, done, total):
        self.reports.append((stage, done, total))
        if len(self.reports) == self.stop_at or stage == self.stage:
            raise Stop(stage)


def progress(folder):
    old, new, recipe = large_recipe(folder)
    disc = folder / "LOADING.KWI"
    disc.write_bytes(old)
    reporter = Reporter()
    patch.apply(disc, recipe, full=True, progress=reporter)
    stages = [stage for stage, _, _ in reporter.reports]
    tap.check({"writing", "reading back", "checking the structure", "hashing what must not change"} <= set(stages), "stages", stages)
    tap.check(all(0 <= done <= total for _, done, total in reporter.reports), "done and total", reporter.reports)
    written = [done for stage, done, _ in reporter.reports if stage == "writing"]
    tap.check(written == sorted(set(written)) and len(written) >= 3, "writing goes on", written)
    patch.undo(disc, progress=reporter)
    stops = {"untouched": 0, "made": 0}
    bad = []
    for number in range(1, len(stages) + 1):
        stopper = Reporter(stop_at=number)
        try:
            patch.apply(disc, recipe, full=True, progress=stopper)
            bad.append((number, "no exception"))
        except Stop:
            pass
        now = disc.read_bytes()
        made = any(journal.state == "committed" for journal in patch.status(disc))
        stops["made" if made else "untouched"] += 1
        if now != (new if made else old) or any(journal.is_open for journal in patch.status(disc)) or len(stopper.reports) != number:
            bad.append((number, made, stopper.reports[-1]))
        if made and patch.undo(disc).result != "old":
            bad.append((number, "undo"))
    tap.check(not bad and disc.read_bytes() == old, "an exception of the callback leaves old or new", bad)
    tap.check(min(stops.values()) >= 4, "in both halves of the work", stops)
    patch.apply(disc, recipe)
    raises("undo stopped before it writes", Stop, "comparing", patch.undo, disc, progress=Reporter(stop_at=1))
    tap.check(disc.read_bytes() == new and not patch.status(disc)[-1].is_open, "nothing was taken back")
    raises("undo stopped while it writes", Stop, "writing", patch.undo, disc, progress=Reporter(stage="writing"))
    tap.check(disc.read_bytes() == old and patch.status(disc)[-1].state == "undone", "everything was taken back")
    raises("Ctrl-C", KeyboardInterrupt, "", patch.apply, disc, recipe, progress=lambda *_: signal.raise_signal(signal.SIGINT))
    tap.check(disc.read_bytes() == old, "Ctrl-C stops at once")


CHILD = """
import os, sys
from kiwi import patch
def die(stage, done, total):
    if stage == "writing" and done:
        os._exit(9)
command, *arguments = sys.argv[1:]
getattr(patch, command)(*arguments, progress=die)
"""


def die_while_writing(*arguments):
    return subprocess.run([sys.executable, "-c", CHILD, *map(str, arguments)], check=False).returncode == 9


def interrupted(folder):
    old, new, recipe = large_recipe(folder)
    image = discs.make_image(discs.write_folder(folder / "tree", old), folder / "x.iso", "-J", "-udf")
    before = image.read_bytes()
    after = before.replace(old, new)
    for recover, result, wanted in ((patch.resume, "new", after), (patch.undo, "old", before)):
        tap.check(die_while_writing("apply", image, recipe) and image.read_bytes() not in (before, after), "killed while it writes")
        journal = patch.status(image)[-1]
        tap.check(journal.is_open and journal.state == "open" and journal.old and journal.new
                  and journal.old + journal.new == journal.sectors and journal.foreign == 0, "the journal is open", journal)
        untouched("an open journal refuses", folder, patch.Refused, "open journal", patch.apply, image, recipe)
        recovered = recover(image)
        tap.check(recovered.result == result and image.read_bytes() == wanted, f"{recover.__name__} after that", recovered)
        tap.check(not patch.status(image)[-1].is_open, "the journal is closed")
        if result == "new":
            tap.check(die_while_writing("undo", image) and patch.status(image)[-1].state == "undoing", "killed while it undoes")
            recovered = patch.resume(image)
            tap.check(recovered.result == "old" and image.read_bytes() == before, "resume ends an undo", recovered)
    image.write_bytes(before)
    journal = patch.status(image)[0]
    with open(journal.path, "r+b") as file:
        file.seek(5000)
        file.write(b"damaged")
    tap.check("hash" in patch.status(image)[0].problem and patch.status(image)[0].sectors is None, "a damaged journal",
              patch.status(image)[0])


def threads(folder):
    """Both are in the middle of their work at the same time, and each has a disc of its own."""
    old, new, recipe = large_recipe(folder)
    meet = threading.Barrier(2)
    results = {}

    def work(name):
        where = discs.write_folder(folder / name, old)
        met = set()

        def progress(stage, done, total):
            if stage not in met:
                met.add(stage)
                meet.wait()

        try:
            patch.apply(where, recipe, full=True, progress=progress)
            made = (where / "LOADING.KWI").read_bytes() == new
            met.clear()
            patch.undo(where, progress=progress)
            results[name] = made and (where / "LOADING.KWI").read_bytes() == old
        except Exception as error:
            results[name] = error
            meet.abort()

    both = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    tap.check(results == {"one": True, "two": True}, "two threads on two discs", results)
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    waiting = threading.Thread(target=raises, args=("a pipe as patch", patch.InputError, "", patch.plan, folder / "one", pipe))
    waiting.start()
    while waiting.is_alive():  # it waits in the library for somebody who opens the other end
        try:
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            pass
    tap.check(True, "the GIL is not held while the library waits")


def patches(folder):
    recipe = sample_recipe(folder / "recipe.json")
    disc = folder / "LOADING.KWI"
    disc.write_bytes(SAMPLE)
    new = bytearray(SAMPLE)
    for change in patch.plan(disc, recipe).changes:
        new[change.offset:change.offset + change.length] = change.new
    for name, read in {"ips": discs.apply_ips, "ups": discs.apply_ups, "bps": discs.apply_bps}.items():
        made = folder / f"x.{name}"
        patch.export_patch(disc, recipe, made)
        tap.check(read(SAMPLE, made.read_bytes()) == new, f"{name}: export")
        imported = patch.import_patch(disc, made)
        tap.check((imported.warning is not None) == (name == "ips"), f"{name}: warning", imported.warning)
        again = folder / f"{name}.json"
        again.write_text(imported.recipe)
        applied = patch.apply(disc, again, override=OVERRIDE)
        tap.check(disc.read_bytes() == new and applied.warning is None, f"{name}: import does the same")
        patch.undo(disc)
        plan = same_plan(name, disc, made, override=OVERRIDE)
        tap.check(plan.warning == imported.warning and plan.id is None, f"{name}: plan of the patch")
        untouched(f"{name}: exists", folder, patch.Refused, "exists", patch.export_patch, disc, recipe, made)
    raises("unknown format", ValueError, "ips", patch.export_patch, disc, recipe, folder / "x.xyz")
    patch.export_patch(disc, recipe, folder / "x.xyz", format="bps")
    tap.check((folder / "x.xyz").read_bytes() == (folder / "x.bps").read_bytes(), "a format that the name does not tell")


def copies(folder):
    recipe = sample_recipe(folder / "recipe.json")
    tree = discs.write_folder(folder / "tree", SAMPLE)
    copied = patch.copy(tree / "LOADING.KWI", folder / "COPY.KWI")
    tap.check(copied == [patch.Copied(str(folder / "COPY.KWI"), hashlib.sha256(SAMPLE).hexdigest())], "copy of a file", copied)
    untouched("a copy is not written over", folder, patch.Refused, "exists", patch.copy, tree / "LOADING.KWI", folder / "COPY.KWI")
    raises("copying is stopped", Stop, "reading the copy", patch.copy, tree / "LOADING.KWI", folder / "half",
           progress=Reporter(stage="reading the copy"))
    tap.check(not (folder / "half").exists(), "no half copy stays")
    copied = patch.copy(f"{tree}/", folder / "second")
    tap.check([c.path for c in copied] == [str(folder / "second" / name) for name in ("LOADING.KWI", "OTHER.DAT")], "copy of a folder", copied)
    tap.check(discs.tree_hash(tree) == discs.tree_hash(folder / "second"), "it is the same")
    untouched("the original is refused", folder, patch.Refused, "original", patch.apply, tree, recipe)
    tap.check(patch.apply(folder / "second", recipe).change_count > 0, "its copy is not")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "state/originals")
        for function in (round_trips, refusals, progress, interrupted, threads, patches, copies):  # copies registers an original
            part = folder / function.__name__
            part.mkdir()
            function(part)
    return tap.end()


sys.exit(main())
