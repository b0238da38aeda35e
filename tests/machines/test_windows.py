#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The programs for Windows under wine, against those of this machine: test_windows.py PROGRAMS NATIVE ROOT. Prints TAP.

PROGRAMS has kiwidump.exe and the others, NATIVE is a build folder. What both print must be the same bytes.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import compared  # noqa: E402
from compared import contents, of_disc, run, same  # noqa: E402

PROGRAMS, BUILD, ROOT = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
WINE = shutil.which("wine64") or "/usr/lib/wine/wine64"
NAMES = "höst 日本 1"
NATIVE, WINDOWS = compared.native(BUILD), compared.Programs([WINE], f"{PROGRAMS}/{{0}}.exe")
native, windows = NATIVE.run, WINDOWS.run
tap = compared.Tap()


def test_names(folder):
    """Names in the letters of others, with spaces, either separator, a long path, and drives."""
    wanted = native("kiwidump", "town.iso", cwd=folder).stdout
    deep = folder / NAMES / ("x" * 100) / ("y" * 100) / ("日" * 60)
    deep.mkdir(parents=True)
    for place in (folder / NAMES, deep):
        shutil.copy(folder / "town.iso", place / "地図 å.iso")
    for what, path in (("spaces and Japanese", f"{NAMES}/地図 å.iso"), ("backslashes", f"{NAMES}\\地図 å.iso"),
                       ("a path of more than 260 characters", deep / "地図 å.iso"), ("a drive", f"Z:{folder / 'town.iso'}")):
        result = windows("kiwidump", path, cwd=folder)
        tap.check(result.stdout == wanted and not result.stderr, f"a path: {what}", result.stderr)
    output = deep / "出力.json"
    result = windows("kiwidump", "--output", output, "town.iso", cwd=folder)
    tap.check(result.returncode == 0 and output.read_bytes() == wanted, "--output into a long path", result.stderr)
    result = windows("kiwidump", "--output", output, "town.iso", cwd=folder)
    tap.check(result.returncode == 0 and sorted(deep.iterdir()) == sorted([output, deep / "地図 å.iso"]), "--output over what stands there",
              result.stderr)
    result = windows("kiwidump", "--output", "town.iso", "town.iso", cwd=folder)
    tap.check(result.returncode == 5, "--output never over the input", result)
    missing = windows("kiwidump", f"{NAMES}/nej.iso", cwd=folder)
    tap.check(missing.returncode == 4 and "no such file" in missing.stderr.decode(), "a file that is not there", missing)


def test_streams(folder):
    wanted = native("kiwidump", "town.iso", cwd=folder).stdout
    with open(folder / "town.iso", "rb") as image:
        tap.check(windows("kiwidump", "-", stdin=image).stdout == wanted, "standard input is a file")
    tap.check(windows("kiwidump", "-", input=(folder / "town.iso").read_bytes()).stdout == wanted, "standard input is a pipe")


def test_drive(folder):
    """Wine's drive D: is an image here, without what hardware asks for: whole sectors."""
    device = pathlib.Path(os.environ["WINEPREFIX"]) / "dosdevices/d::"
    device.unlink(missing_ok=True)
    device.symlink_to(folder / "town.iso")
    result = windows("kiwidump", "\\\\.\\D:", cwd=folder)
    tap.check(result.stdout == native("kiwidump", "town.iso", cwd=folder).stdout, "the disc in a drive", result.stderr)
    device.unlink()


def test_extract(folder):
    one, other = native("kiwidump", "--extract", "one", "town.iso", cwd=folder), windows("kiwidump", "--extract", "other", "town.iso", cwd=folder)
    tap.check(same(one, other) and contents(folder / "one") == contents(folder / "other"), "--extract", other.stderr)
    again = windows("kiwidump", "--extract", "other", "town.iso", cwd=folder)
    tap.check(again.returncode == 5, "--extract writes over nothing", again)


def test_big(folder):
    """An image of more than 4 GiB, whose last file lies behind them."""
    files, image = folder / "big", folder / "big.iso"
    shutil.copytree(folder / "shift_jis", files)
    with open(files / "AAAA.BIN", "wb") as file:
        file.truncate((4 << 30) - 4096)
    make = ["genisoimage", "-quiet", "-iso-level", "3", "-udf", "-o", image, "-sort", folder / "order", files]
    (folder / "order").write_text(f"{files}/AAAA.BIN 100\n")
    subprocess.run([str(word) for word in make], check=True, capture_output=True)
    shutil.rmtree(files)
    for mode in ("document", "features", "records"):
        one, other = (call("kiwidump", *compared.MODES[mode], image.name, cwd=folder) for call in (native, windows))
        tap.check(same(one, other) and len(one.stdout) > 1000, f"an image of {image.stat().st_size} bytes: {mode}", other.stderr)
    image.unlink()


def test_build(folder):
    """Other inputs and outputs of kiwibuild, with names in the letters of others."""
    here, names = ROOT / "testdata/small", folder / NAMES
    town = of_disc(folder / "town.iso")
    shutil.copy(here / "town.geojson", names / "町 ö.geojson")
    subprocess.run(["osmium", "cat", str(here / "town.osm"), "-o", str(names / "町.osm.pbf"), "-O"], check=True, capture_output=True)
    for what, words in (("spaces and Japanese", (f"{NAMES}/町 ö.geojson", "-o", f"{NAMES}/地図 1.iso")), ("backslashes", (f"{NAMES}\\町 ö.geojson", "-o", f"{NAMES}\\地図 2.iso")),
                        ("an image that is there", (f"{NAMES}/町 ö.geojson", "-o", f"{NAMES}/地図 1.iso"))):
        result = windows("kiwibuild", *words, cwd=folder)
        tap.check(result.returncode == 0 and of_disc(folder / words[-1].replace("\\", "/")) == town, f"kiwibuild: {what}", result.stderr)
    result = windows("kiwibuild", "-", "-o", "piped.iso", cwd=folder, input=(here / "town.geojson").read_bytes())
    tap.check(result.returncode == 0 and of_disc(folder / "piped.iso") == town, "kiwibuild: standard input", result.stderr)
    pbf = (names / "町.osm.pbf").read_bytes()
    assert native("kiwibuild", "-q", names / "町.osm.pbf", "-o", folder / "pbf.iso").returncode == 0
    for what, word, more in (("PBF", f"{NAMES}/町.osm.pbf", {}), ("PBF through a pipe", "-", {"input": pbf})):
        result = windows("kiwibuild", "-q", word, "-o", f"{NAMES}/pbf.iso", cwd=folder, **more)
        tap.check(result.returncode == 0 and of_disc(names / "pbf.iso") == of_disc(folder / "pbf.iso"), f"kiwibuild: {what}", result.stderr)
    for words in (("--base", "town.iso", here / "town.geojson"), ("--base", "european", here / "variants.geojson"),
                  ("--base", "town.iso", "--add", here / "cameras.csv")):
        one, other = (call("kiwibuild", *words, "-o", f"{NAMES}/{side}", cwd=folder) for call, side in ((native, "one"), (windows, "other\\")))
        tap.check(same(one, other) and contents(names / "one") == contents(names / "other"), f"kiwibuild {' '.join(map(str, words[:2]))}", other.stderr)
        shutil.rmtree(names / "one")
        shutil.rmtree(names / "other")
    for words in (("nej.geojson", "-o", "x"), (here / "town.geojson", "-o", "nej/x.iso"), (here / "cameras.csv", "-o", "x"), ()):
        one, other = (call("kiwibuild", *words, cwd=folder) for call in (native, windows))
        tap.check(one.returncode == other.returncode and len(one.stderr) == len(other.stderr), f"kiwibuild {' '.join(map(str, words))}: exit {one.returncode}",
                  other.stderr, one.stderr)
    left = [path.name for path in (*folder.iterdir(), *names.iterdir()) if re.search(r"\.\d+-\d+(\.iso)?$", path.name)]
    tap.check(not left, "kiwibuild leaves nothing behind", left)


def test_kills(folder):
    """kiwipatch's own test, with a program that is killed 100 times."""
    wrapper = folder / "kiwipatch"
    wrapper.write_text(f'#!/bin/sh\nexec "{WINE}" "{PROGRAMS}/kiwipatch.exe" "$@"\n')
    wrapper.chmod(0o755)
    result = run([sys.executable, ROOT / "kiwipatch/tests/test_kill.py", wrapper, "100"], (), {})
    tap.check(result.returncode == 0, "kiwipatch: 100 kills", *result.stdout.decode().splitlines())


def main():
    os.environ.update(WINEPREFIX=str(PROGRAMS.parent / "wine"), WINEDEBUG="-all", KIWIPATCH_STATE=str(PROGRAMS.parent / "originals"), LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80")
    run([WINE, "wineboot", "-i"], (), {})
    # A process that waits: without one wine's server and services would begin anew for each program.
    keeper = subprocess.Popen([WINE, "cmd.exe"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (PROGRAMS.parent / "originals").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        compared.test_modes(tap, NATIVE, WINDOWS, folder, compared.make_discs(folder, NATIVE))
        test_names(folder)
        test_streams(folder)
        test_extract(folder)
        copies = (("town.iso", f"{NAMES}/kopia 写し.iso", "plain.iso"), ("other", f"{NAMES}/mapp", "plain"))
        compared.test_patch(tap, NATIVE, WINDOWS, folder, folder / "other/SPEC.KWI", copies)
        compared.test_kiwibuild(tap, NATIVE, WINDOWS, folder)
        test_build(folder)
        test_drive(folder)
        test_big(folder)
        test_kills(folder)
    keeper.stdin.close()
    keeper.wait()
    return tap.end()


sys.exit(main())
