#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""./demo on machines that lack something: test_demo.py SOURCE_ROOT. Prints TAP.

The machine is a PATH with the few programs that the script needs and stand-ins for those that install and build."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

tap = check_goteborg.Tap()
TOOLS = ("cat", "cut", "dirname", "env", "grep", "mkdir", "sed", "sh", "tail")
INSTALLED = "echo install ok installed"
# What a compiler prints: one long log with the cause near its end.
BROKEN_BUILD = "i=0; while [ $i -lt 300 ]; do echo \"line $i of a log\"; i=$((i + 1)); done; echo 'fatal error: the cause'; exit 1"
RECORD = 'echo "$(basename "$0") $*" >>"$CALLS"; '


def machine(folder, **programs):
    """A folder for PATH, and a copy of what ./demo consists of, in a path with a space."""
    path = folder / "bin"
    path.mkdir()
    for tool in (*TOOLS, "basename"):
        (path / tool).symlink_to(shutil.which(tool))
    for name, text in programs.items():
        program = path / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    project = folder / "a path"
    (project / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "demo", project)
    shutil.copy(ROOT / "tools/packages.sh", project / "tools")
    return path, project


def demo(*arguments, **programs):
    """Exit status, what was printed for people, and which of the recording programs were called."""
    with tempfile.TemporaryDirectory(prefix="kiwi-demo-") as name:
        path, project = machine(pathlib.Path(name).resolve(), **programs)
        calls = project / "calls"
        result = subprocess.run([project / "demo", *arguments], env={"PATH": str(path), "CALLS": str(calls)}, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr, calls.read_text() if calls.exists() else ""


def main():
    missing = {"dpkg_query": "exit 1"}
    for user, without in (("0", "apt-get"), ("1000", "apt-get"), ("1000", "sudo")):
        more = {"apt_get": RECORD} if without == "sudo" else {"sudo": RECORD}
        status, printed, calls = demo(id=f"echo {user}", **missing, **more)
        name = f"user {user} without {without}"
        tap.check(status not in (0, 127) and not calls, f"{name}: it ends and calls nothing", f"{status} {calls!r}")
        tap.check(len(printed.splitlines()) == 1 and f"{without} is not there" in printed, f"{name}: in one sentence", repr(printed))
        tap.check("libudfread-dev" in printed and "ninja-build" in printed, f"{name}: with what is needed", repr(printed))

    status, printed, calls = demo(id="echo 1000", sudo=RECORD + 'exec "$@"', apt_get=RECORD + 'echo "frontend $DEBIAN_FRONTEND" >>"$CALLS"',
                                  meson=RECORD + "exit 1", **missing)  # fmt: skip
    tap.check("sudo apt-get update" in calls and "frontend noninteractive" in calls, "sudo hands the frontend on", repr(calls))

    status, printed, calls = demo(id="echo 0", dpkg_query=INSTALLED, apt_get=RECORD, meson=RECORD, ninja=RECORD + BROKEN_BUILD)
    tap.check(status == 1 and "apt-get" not in calls, "nothing is fetched where all is there", repr(calls))
    tap.check("meson setup build/demo" in calls and "-Dpython=disabled" in calls, "no need of Python's headers", repr(calls))
    lines = printed.splitlines()
    tap.check(len(lines) < 14 and any("the build failed" in line and "build/demo.log" in line for line in lines),
              "a sentence says what failed and where its log is", repr(printed))  # fmt: skip
    tap.check(lines[-1].strip() == "fatal error: the cause", "and the last lines of that", repr(printed))

    status, printed, calls = demo("--help", apt_get=RECORD)
    tap.check(status == 0 and "--agree" in printed and not calls, "--help says what it does and does nothing", repr(printed))
    status, printed, calls = demo("--agre", apt_get=RECORD)
    tap.check(status == 2 and "--agre;" in printed and not calls, "another argument is refused", repr(printed))
    for arguments, wanted in (((), False), (("--agree",), True)):
        status, printed, calls = demo(*arguments, id="echo 0", apt_get=RECORD, meson=RECORD, ninja="exit 1", **missing)
        tap.check(("gcc-mips-linux-gnu" in calls and "qemu-user" in calls) == wanted, f"{arguments}: the packages of the practice disc", repr(calls))
    return tap.end()


sys.exit(main())
