#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Working copies: killed, of scratched discs, of drives, plugged in again: test_copies.py KIWIPATCH SCRATCH IMAGE. Prints TAP."""
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "kiwipatch/tests"))

import discs  # noqa: E402
from scratched import environment as scratches  # noqa: E402

KIWIPATCH, SCRATCH, IMAGE = map(os.path.abspath, sys.argv[1:4])
SECTOR = 2048
tap = discs.Tap()


def run(*arguments, bad=None, **options):
    environment = scratches(SCRATCH, *bad) if bad else None
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False, env=environment, **options)


def killed(folder):
    """A copy has its name when it is whole, whenever the process ends."""
    chance = random.Random(3)
    original = folder / "original"
    original.write_bytes(chance.randbytes(24 << 20))
    tree = folder / "tree"
    tree.mkdir()
    for number in range(3):
        (tree / f"{number}.dat").write_bytes(chance.randbytes(4 << 20))
    for name, source in (("file", original), ("folder", tree)):
        copy = folder / f"copy of a {name}"
        begun = time.monotonic()
        assert run("copy", source, copy).returncode == 0
        seconds = time.monotonic() - begun
        shutil.rmtree(copy) if copy.is_dir() else copy.unlink()
        early = wrong = 0
        aside = folder / f"copy of a {name}.kiwipatch-part1"
        for number in range(12):  # as soon as it has begun, then at any moment
            process = subprocess.Popen([KIWIPATCH, "copy", source, copy], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while number == 0 and process.poll() is None and not aside.exists():
                pass
            time.sleep(chance.uniform(0, seconds) if number else 0)
            process.kill()
            process.wait()
            early += not copy.exists()
            if copy.is_dir():
                wrong += discs.tree_hash(copy) != discs.tree_hash(tree)
                shutil.rmtree(copy)
            elif copy.exists():
                wrong += discs.sha256(copy) != discs.sha256(original)
                copy.unlink()
        tap.check(early > 0 and not wrong, f"a copy of a {name} that is killed is none", (early, wrong))
        result = run("copy", source, copy)
        left = sorted(p.name for p in folder.iterdir() if ".kiwipatch-" in p.name)
        tap.check(result.returncode == 0 and not left, f"and the next one of a {name} removes what was left", (result.stderr, left))
    mine = folder / "third.kiwipatch-part1"
    mine.write_text("my notes")
    result = run("copy", original, folder / "third")
    tap.check(result.returncode == 0 and mine.read_text() == "my notes", "somebody else's file where a copy is made stays", result.stderr)


def marks(folder):
    """A copy is known wherever it goes, and nothing else is taken for it."""
    original = folder / "original"
    discs.write_folder(original, discs.loading())
    recipe = discs.recipe(folder / "r.json", {"file": "OTHER.DAT", "sha256": discs.sha256(original / "OTHER.DAT")},
                          [{"step": "pattern", "at": 0, "find": (original / "OTHER.DAT").read_bytes()[:2].hex(), "replace": "0000"}])
    copy = folder / "copy"
    assert run("copy", original, copy).returncode == 0
    copy.rename(folder / "moved")
    result = run("apply", folder / "moved", recipe)
    tap.check(result.returncode == 0 and run("undo", folder / "moved").returncode == 0, "a copy that was moved", result.stderr)
    assert run("copy", original, copy).returncode == 0
    number = (copy / "OTHER.DAT").stat().st_ino
    (copy / "OTHER.DAT").unlink()
    for attempt in range(20):  # until a file gets the number of the copy
        (copy / f"OTHER.DAT{attempt}").write_bytes((original / "OTHER.DAT").read_bytes())
        if (copy / f"OTHER.DAT{attempt}").stat().st_ino == number:
            break
    (copy / f"OTHER.DAT{attempt}").rename(copy / "OTHER.DAT")
    result = run("apply", copy, recipe)
    tap.check(result.returncode == 5 and "original" in result.stderr, "a file with the inode of a copy is none", result.stderr)
    on_another_disk(folder, original, recipe)


def mount_or_skip(name, *arguments):
    if os.geteuid() == 0 and subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0:
        return True
    tap.check(True, f"{name} # SKIP cannot make one")
    return False


def on_another_disk(folder, original, recipe):
    """A file system that is plugged out and in again, and one without attributes."""
    disk, mount = folder / "disk.img", folder / "disk"
    discs.write_sparse(disk, 16 << 20)
    mount.mkdir()
    made = shutil.which("mkfs.ext4") and subprocess.run(["mkfs.ext4", "-q", disk], capture_output=True, check=False).returncode == 0
    if mount_or_skip("a disk", "-o", "loop" if made else "none", disk, mount):
        try:
            result = run("copy", original, mount / "copy")
            device = (mount / "copy").stat().st_dev
            subprocess.run(["umount", mount], check=True)
            spare = folder / "spare"
            discs.write_sparse(spare, 1 << 20)
            loop = subprocess.run(["losetup", "-f", "--show", spare], capture_output=True, text=True, check=True).stdout.strip()
            subprocess.run(["mount", "-o", "loop", disk, mount], check=True)
            subprocess.run(["losetup", "-d", loop], check=True)
            applied = run("apply", mount / "copy", recipe)
            tap.check(result.returncode == 0 and applied.returncode == 0 and (mount / "copy").stat().st_dev != device,
                      "a copy on a disk that is plugged in again", result.stderr + applied.stderr)
            assert run("undo", mount / "copy").returncode == 0
            again = run("copy", mount / "copy", mount / "second")
            tap.check(again.returncode == 0 and run("apply", mount / "second", recipe).returncode == 0, "a copy of a copy", again.stderr)
        finally:
            subprocess.run(["umount", mount], check=False)
    if mount_or_skip("a file system without attributes", "-t", "ramfs", "none", mount):
        try:
            result = run("copy", original, mount / "copy")
            applied = run("apply", mount / "copy", recipe)
            tap.check(result.returncode == 0 and applied.returncode == 0 and (mount / "copy/OTHER.DAT.kiwipatch-copy").exists(),
                      "a mark without attributes", result.stderr + applied.stderr)
            tap.check(run("undo", mount / "copy").returncode == 0, "and back")
            (folder / "tiny").write_bytes(b"tiny")
            result = run("copy", folder / "tiny", mount / "tiny", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20)))
            tap.check(result.returncode == 4 and not list(mount.glob("tiny*")), "no room for a mark leaves nothing", result.stderr)
            tap.check(run("copy", folder / "tiny", mount / "tiny").returncode == 0, "and with room it is made")
            shutil.copytree(mount / "copy", mount / "by hand", ignore=shutil.ignore_patterns("*.kiwipatch-*"))
            by_hand = run("apply", mount / "by hand", recipe)
            tap.check(by_hand.returncode == 5 and "original" in by_hand.stderr, "and nothing else passes", by_hand.stderr)
            again = run("copy", mount / "copy", folder / "back")
            tap.check(again.returncode == 0 and not (folder / "back/OTHER.DAT.kiwipatch-copy").exists(), "the mark is not copied", again.stderr)
        finally:
            subprocess.run(["umount", mount], check=False)


def scratched(folder):
    """What cannot be read is shown, and zeros in the copy; a map file says it, too."""
    original = folder / "x.iso"
    shutil.copy(IMAGE, original)
    content = original.read_bytes()
    record = content.index(b"ALLDATA.KWI;1") - 33  # ECMA-119 9.1
    first = int.from_bytes(content[record + 2:record + 6], "little") + 1
    bad = [first, first + 1, first + 4]
    wanted = bytearray(content)
    for sector in bad:
        wanted[sector * SECTOR:(sector + 1) * SECTOR] = bytes(SECTOR)
    copy = folder / "copy.iso"
    result = run("copy", original, copy, bad=(original, bad))
    tap.check(result.returncode == 1 and copy.read_bytes() == wanted, "a scratched image", result.stderr)
    lines = [line for line in result.stdout.splitlines() if "cannot be read" in line]
    tap.check(len(lines) == 2 and f"4096 bytes at {first * SECTOR}" in lines[0] and f"sectors {first} to {first + 1}" in lines[0]
              and "in ALLDATA.KWI" in lines[0] and f"2048 bytes at {(first + 4) * SECTOR}" in lines[1], "what of it cannot be read", result.stdout)
    sound = run("copy", original, folder / "sound.iso")
    tap.check(sound.returncode == 0 and (folder / "sound.iso").read_bytes() == content and "cannot" not in sound.stdout, "a sound one", sound.stderr)
    rescued = folder / "x.map"
    rescued.write_text(f"# Mapfile.\n0x0 ? 1\n0x0 0x{first * SECTOR:x} +\n0x{first * SECTOR:x} 0x{2 * SECTOR:x} -\n"
                       f"0x{(first + 2) * SECTOR:x} 0x{len(content) - (first + 2) * SECTOR:x} +\n")
    result = run("copy", "--mapfile", rescued, original, folder / "mapped.iso")
    wanted = bytearray(content)
    wanted[first * SECTOR:(first + 2) * SECTOR] = bytes(2 * SECTOR)
    tap.check(result.returncode == 1 and (folder / "mapped.iso").read_bytes() == wanted and f"4096 bytes at {first * SECTOR}" in result.stdout,
              "a map file", result.stdout + result.stderr)
    for name, arguments, code in (("no map file", [original, original], 3), ("a missing one", [folder / "none", original], 4),
                                  ("one for a folder", [rescued, folder], 2)):
        result = run("copy", "--mapfile", *arguments, pathlib.Path(f"{folder} never"))
        tap.check(result.returncode == code and not pathlib.Path(f"{folder} never").exists() and result.stderr.count("\n") == 1, name, result)


def drives(folder):
    """A drive is read; an image that others use is said to be."""
    image = folder / "x.iso"
    shutil.copy(IMAGE, image)
    content = image.read_bytes()
    with open(image, "r+b"):
        result = run("copy", image, folder / "while written.iso")
        tap.check(result.returncode == 0 and "another program has it open for writing" in result.stderr, "an original that is open elsewhere",
                  result.stderr)
    result = run("copy", image, folder / "alone.iso")
    tap.check(result.returncode == 0 and not result.stderr, "one that is not", result.stderr)
    found = subprocess.run(["losetup", "-r", "-f", "--show", image], capture_output=True, text=True, check=False) if shutil.which("losetup") else None
    if not found or found.returncode != 0:
        tap.check(True, "a drive # SKIP cannot make one")
        return
    loop = found.stdout.strip()
    try:
        result = run("copy", loop, folder / "from the drive.iso")
        tap.check(result.returncode == 0 and (folder / "from the drive.iso").read_bytes()[:len(content)] == content, "a drive", result.stderr)
        result = run("copy", image, folder / "shown.iso")
        tap.check(result.returncode == 0 and f"{loop} shows it" in result.stderr, "an image in a loop device", result.stderr)
    finally:
        subprocess.run(["losetup", "-d", loop], check=True)
    for name, path in {"a folder's pipe": folder / "pipe", "a terminal": "/dev/null"}.items():
        if name.endswith("pipe"):
            os.mkfifo(path)
        result = run("copy", path, folder / "nothing")
        tap.check(result.returncode == 5 and not (folder / "nothing").exists(), name, result.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "originals")
        for function in (killed, marks, scratched, drives):
            part = folder / function.__name__
            part.mkdir()
            function(part)
    return tap.end()


sys.exit(main())
