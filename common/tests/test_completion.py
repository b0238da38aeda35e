#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completions as shells do them: test_completion.py FOLDER KIWIBUILD KIWIDUMP KIWIPATCH, with the scripts in FOLDER. Prints TAP."""

import os
import pathlib
import pty
import re
import select
import shlex
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(sys.argv[1]).resolve()
QUOTED = shlex.quote(str(FOLDER))  # for scripts: its path may have blanks
PROGRAMS = {pathlib.Path(path).name: path for path in sys.argv[2:]}
READY = "<ready>"
PATIENCE = 300  # seconds; only what hangs gets there

# What is typed, with | where the tab key is, and the words that the program gets.
TYPED = {
    "kiwidump --mat|": "--match",
    "kiwidump --match cont|": "--match contains",
    "kiwidump --match=cont|": "--match=contains",
    "kiwidump -T gp|": "-T gpx",
    "kiwidump --kind road,na|": "--kind road,name",
    "kiwidump --extract fol|": "--extract folder/",
    "kiwidump --mapfile disc.m|": "--mapfile disc.map",
    "kiwidump disc.i|": "disc.iso",
    "kiwibuild --no-r|": "--no-route-planning",
    "kiwibuild -o disc.i|": "-o disc.iso",
    "kiwipatch che|": "checksum",
    "kiwipatch apply --acc|": "apply --accept-risk",
    "kiwipatch plan --acc|": "plan --acc",  # it is no option of this command
    "kiwipatch find --width=8 --xr|": "find --width=8 --xref",
    "kiwipatch export --format b|": "export --format bps",
    "kiwipatch texts exp|": "texts export",
    "kiwipatch pictures li|": "pictures list",
    "kiwipatch texts import disc.i|": "texts import disc.iso",
    "kiwipatch plan disc.i|": "plan disc.iso",
}


class Tap:
    """Numbers checks and prints them."""

    def __init__(self):
        self.number = self.failed = 0

    def check(self, good, what, found=""):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} - {what}")
        if not good:
            print(f"# {found!r}")


tap = Tap()


def run(*arguments, **more):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=False, **more)


class Terminal:
    """A shell that somebody types at."""

    def __init__(self, command, folder):
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8", "PS1": READY}
        pid, self.master = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.pid = pid
        self.wait()

    def wait(self):
        """What the shell says until it is ready for the next line."""
        said = ""
        while READY not in said:
            if not select.select([self.master], [], [], PATIENCE)[0]:
                break
            said += os.read(self.master, 65536).decode(errors="replace")
        return said

    def line(self, text):
        os.write(self.master, (text + "\n").encode())
        return self.wait()

    def close(self):
        os.write(self.master, b"exit\n")
        try:
            while os.read(self.master, 65536):
                pass
        except OSError:
            pass  # the shell is gone
        os.waitpid(self.pid, 0)


def typed(shell, terminal):
    """The programs are functions that say what they got."""
    for name in PROGRAMS:
        terminal.line(f'{name}() {{ echo "GOT""[$*]"; }}')
    for text, wanted in TYPED.items():
        said = terminal.line(text.replace("|", "\t"))
        found = re.findall(r"GOT\[(.*)\]", said)
        tap.check(found and found[0].rstrip(" /") == wanted.rstrip("/"), f"{shell}: {text} becomes {wanted}", said)
    terminal.close()


def bash(folder):
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], folder)
    for name in PROGRAMS:
        terminal.line(f"source {QUOTED}/{name}.bash")
    typed("bash", terminal)


def zsh(folder):
    functions = folder / "functions"
    functions.mkdir()
    for name in PROGRAMS:
        (functions / f"_{name}").symlink_to(FOLDER / f"_{name}")
    terminal = Terminal(["zsh", "-f", "-i"], folder)
    terminal.line(f"fpath=({functions} $fpath); autoload -Uz compinit; compinit -u -D")
    typed("zsh", terminal)


def fish(folder):
    environment = {"PATH": f"{FOLDER}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}
    load = "; ".join(f"source {QUOTED}/{name}.fish" for name in PROGRAMS)
    for text, wanted in TYPED.items():
        said = run("fish", "--no-config", "-c", f"{load}; complete -C '{text[:-1]}'", cwd=folder, env=environment)
        offered = [line.split("\t")[0] for line in said.stdout.splitlines()]
        last = wanted.split()[-1]
        kept = f"kiwi {wanted}".endswith(text[:-1].split()[-1])
        tap.check(offered == ([] if kept else [last]) and not said.stderr, f"fish: {text} is offered {last}", (offered, said.stderr))


def options_of(*command):
    """By the other road: what --help shows."""
    return set(re.findall(r"^ {2,6}(?:-\w, )?(--[\w-]+)", run(*command, "--help").stdout, re.MULTILINE))


def offered_by_bash(line):
    words = line.split(" ")
    script = f"source {QUOTED}/{words[0]}.bash; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _{words[0]}"
    return set(run("bash", "-c", script + "; printf '%s\\n' \"${COMPREPLY[@]}\"").stdout.split())


def complete():
    """Every option of --help is offered, and no other one."""
    for name, program in PROGRAMS.items():
        commands = set(re.findall(r"^  (\w+) ", run(program, "--help").stdout, re.MULTILINE)) if name == "kiwipatch" else {""}
        if name == "kiwipatch":
            tap.check(offered_by_bash("kiwipatch ''") == commands | {"--help", "--version"}, "kiwipatch: its commands are offered", commands)
        for command in sorted(commands):
            wanted = options_of(program, *command.split())
            found = offered_by_bash(f"{name} {command} --".replace("  ", " "))
            tap.check(found == wanted and len(wanted) >= 4, f"{name} {command}: its options are offered", found ^ wanted)


def main():
    for name in PROGRAMS:
        for shell, script in (("bash", f"{name}.bash"), ("zsh", f"_{name}"), ("fish", f"{name}.fish")):
            said = run(shell, "-n", FOLDER / script)
            tap.check(said.returncode == 0 and not said.stderr, f"{script}: {shell} can read it", said.stderr)
    complete()
    for shell in (bash, zsh, fish):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "folder").mkdir()
            for file in ("disc.iso", "disc.map"):
                (folder / file).touch()
            shell(folder)
    print(f"1..{tap.number}")
    return tap.failed > 0


sys.exit(main())
