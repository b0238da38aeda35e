#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL at 200 random moments of apply and undo on an image, or at KILLS: test_kill.py KIWIPATCH [KILLS]. Prints TAP."""
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import discs  # noqa: E402

KIWIPATCH = sys.argv[1]
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
tap = discs.Tap()


def run(*arguments):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False)


def slot_is_set(journal, slot):
    try:
        with open(journal, "rb", buffering=0) as file:
            return any(os.pread(file.fileno(), 8, slot * 512))
    except FileNotFoundError:
        return False


def kill_after(seconds, *arguments, journal=None, slot=0):
    """Whether it was killed before it ended. The time counts from the moment when the slot of the journal is written, if one is given."""
    process = subprocess.Popen([KIWIPATCH, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while journal and process.poll() is None and not slot_is_set(journal, slot):
        pass
    time.sleep(seconds)
    process.kill()
    return process.wait() != 0


def duration(*arguments):
    start = time.monotonic()
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return time.monotonic() - start


def main():
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "originals")
        old, new = discs.module(1, 1 << 20), discs.module(2, 1 << 20)
        image = discs.make_image(discs.write_folder(folder / "files", discs.loading(old)), folder / "x.iso", "-J", "-udf")
        (folder / "new.bin").write_bytes(new)
        recipe = discs.recipe(folder / "r.json", {"module": "AA01", "version": "1000"},
                              [{"step": "module", "content": "new.bin", "sha256": hashlib.sha256(new).hexdigest()}])
        old_hash = discs.sha256(image)
        times = {"apply": duration("apply", image, recipe)}
        new_hash = discs.sha256(image)
        times["undo"] = duration("undo", image)
        tap.check(discs.sha256(image) == old_hash != new_hash, "apply and undo without being killed")
        counts = {"killed": 0, "open": 0, "between": 0, "bad": 0, "refused": 0}
        is_new = False
        for number in range(KILLS):
            command = ["undo", image] if is_new else ["apply", image, recipe]
            if number % 2:  # any moment; otherwise one while the image is written
                counts["killed"] += kill_after(chance.uniform(0, 1.2 * times[command[0]]), *command)
            else:
                counts["killed"] += kill_after(chance.uniform(0, times["undo"] / 4), *command, journal=f"{image}.kiwipatch-0001",
                                               slot=3 if is_new else 1)
            status = json.loads(run("status", image).stdout)
            now = discs.sha256(image)
            counts["open"] += status["open"]
            counts["between"] += now not in (old_hash, new_hash)
            if not status["open"] and now not in (old_hash, new_hash):
                counts["bad"] += 1
            if status["open"]:
                counts["refused"] += run("apply", image, recipe).returncode == 5 and discs.sha256(image) == now
                recovery = ("undo", "resume")[number // 2 % 2]
                if kill_after(chance.uniform(0, times["undo"]), recovery, image):  # recovery is killed, too
                    recovery = ("undo", "resume")[chance.randrange(2)]
                    result = run(recovery, image)
                    counts["bad"] += result.returncode != 0
                now = discs.sha256(image)
                still_open = json.loads(run("status", image).stdout)["open"]
                counts["bad"] += still_open or now not in (old_hash, new_hash)
            is_new = now == new_hash
            if not is_new:
                for journal in folder.glob("x.iso.kiwipatch-*"):
                    journal.unlink()
        print(f"# {KILLS} kills: {counts}")
        tap.check(counts["bad"] == 0, "always entirely old or entirely new, or open", counts)
        tap.check(counts["refused"] == counts["open"], "an open journal makes apply refuse", counts)
        tap.check(counts["killed"] > KILLS // 3, "most were killed on their way", counts)
        tap.check(counts["open"] > KILLS // 20 and counts["between"] > 0, "many with an open journal, some with half an image", counts)
    return tap.end()


sys.exit(main())
