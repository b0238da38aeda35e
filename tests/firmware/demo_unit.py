# SPDX-License-Identifier: MIT
"""What the tests of the demonstration unit share: its disc, and how it runs."""

import contextlib
import os
import pathlib
import select
import shutil
import subprocess
import time

COMPILER = "mips-linux-gnu-gcc"
MACHINE = "qemu-mips"
TEXTS = {"start": "KIWI DEMO UNIT 1000", "agree": "I Agree", "map": "MAP IS RUNNING", "damaged": "PROGRAM BLOCK DAMAGED"}


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def check(self, condition, name, detail=""):
        self.number += 1
        self.failed += not condition
        print(f"{'ok' if condition else 'not ok'} {self.number} - {name}", flush=True)
        if not condition and str(detail):
            print("# " + str(detail).replace("\n", "\n# "))
        return bool(condition)

    def end(self):
        print(f"1..{self.number}")
        return 1 if self.failed else 0


def missing():
    """Programs that the tests need and that are not there, with Debian's packages."""
    packages = {COMPILER: "gcc-mips-linux-gnu", MACHINE: "qemu-user"}
    return [f"{name} is missing, install Debian's {package}" for name, package in packages.items() if not shutil.which(name)]


def build_disc(kiwibuild, root, folder, image, kind="mips"):
    """The program in its folder, and a disc with it."""
    testdata = pathlib.Path(root) / "testdata"
    subprocess.run(["python3", testdata / "firmware/make_firmware.py", folder, kind], check=True)
    subprocess.run([kiwibuild, "--quiet", "--loading", folder / "loading.json", "-o", folder / image, testdata / "goteborg.geojson.gz"], check=True)


def sleeps(process):
    """Whether it waits for something, and not for a processor."""
    return pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "S"


def run_unit(module, key=False, patience=300, machine=MACHINE):
    """Starts a module; returns what it printed, its exit code, and whether it waited for a key (sent then if key)."""
    os.chmod(module, 0o755)
    process = subprocess.Popen([machine, module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text, waited, end = b"", False, time.monotonic() + patience
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 1)[0]:
            part = os.read(process.stdout.fileno(), 4096)
            if not part:
                break
            text += part
        elif process.poll() is None and text and not waited and sleeps(process):
            waited = True
            if not key:
                break
            process.stdin.write(b"\n")
            process.stdin.flush()
    if waited and not key:
        process.kill()
    with contextlib.suppress(OSError):
        process.stdin.close()
    code = process.wait(timeout=patience)
    process.stdout.close()
    return text.decode(), code, waited
