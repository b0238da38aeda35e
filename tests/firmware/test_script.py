#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scripts for Ghidra and rizin, of programs for all processors: test_script.py KIWIPATCH. Prints TAP."""

import pathlib
import re
import subprocess
import sys
import tempfile
import types

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[2] / "kiwipatch/tests")]

import discs  # noqa: E402
import matrix  # noqa: E402

KIWIPATCH = str(pathlib.Path(sys.argv[1]).resolve())
tap = discs.Tap()


def script(disc, program, *more):
    return subprocess.run([KIWIPATCH, "find", "--text", "I Agree", "--xref", "--script", program, *more, disc], capture_output=True, text=True, check=False)


def run_ghidra(text):
    """Runs the script with a stand-in for the calls of Ghidra: blocks, texts and references by their numbers."""
    blocks, texts, references = [], {}, set()

    def make_block(name, start, data, offset, size, overlay):
        assert data == "file bytes" and isinstance(overlay, bool) and name == f"block{len(blocks)}"
        blocks.append((start, offset, size))
        return types.SimpleNamespace(setPermissions=lambda *_: None)

    memory = types.SimpleNamespace(getAllFileBytes=lambda: ["file bytes"], getBlocks=lambda: ["old"], removeBlock=lambda block, monitor: None,
                                   createInitializedBlock=make_block)
    manager = types.SimpleNamespace(addMemoryReference=lambda start, target, *_: references.add((start, target)))
    symbol = types.ModuleType("ghidra.program.model.symbol")
    symbol.RefType, symbol.SourceType = types.SimpleNamespace(DATA=0), types.SimpleNamespace(USER_DEFINED=0)
    for name in ("ghidra", "ghidra.program", "ghidra.program.model"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules[symbol.__name__] = symbol
    labels = {}
    exec(compile(text, "script", "exec"), {  # noqa: S102
        "currentProgram": types.SimpleNamespace(getMemory=lambda: memory, getReferenceManager=lambda: manager), "monitor": None,
        "toAddr": lambda number: int(number, 16), "createAsciiString": texts.__setitem__,
        "createLabel": lambda address, name, primary: labels.__setitem__(address, name)})
    assert labels.keys() == texts.keys() and len(set(labels.values())) == len(labels)
    return blocks, texts, references


def read_rizin(text):
    """The same of a script of commands, each of which must be one of those."""
    blocks, texts, references, settings = [], {}, set(), {}
    for line in text.splitlines():
        if line.startswith("#") or line == "om-*":
            continue
        if found := re.fullmatch(r"om 3 (0x\w+) (0x\w+) (0x\w+) rwx block\d+", line):
            blocks.append((int(found[1], 16), int(found[3], 16), int(found[2], 16)))
        elif found := re.fullmatch(r"Cs (\d+) @ (0x\w+)", line):
            texts[int(found[2], 16)] = int(found[1])
        elif found := re.fullmatch(r"axs (0x\w+) @ (0x\w+)", line):
            references.add((int(found[2], 16), int(found[1], 16)))
        elif found := re.fullmatch(r"e ([a-z.]+)=(\w+)", line):
            settings[found[1]] = found[2]
        else:
            assert re.fullmatch(r"f text\.\w+ \d+ @ 0x\w+", line), line
    assert settings.keys() == {"asm.arch", "asm.bits", "cfg.bigendian"}, settings
    return blocks, texts, references


def disc_of(folder, data):
    disc = folder / "LOADING.KWI"
    disc.write_bytes(discs.loading(data.ljust(-(-len(data) // 2048) * 2048, b"\0"), bytes(2048)))
    return disc


def check(kind, folder):
    data, address, function = matrix.vector(kind)
    disc = disc_of(folder, data)
    results = {program: script(disc, program) for program in ("ghidra", "rizin")}
    for program, result in results.items():
        tap.check(result.returncode == 0 and not result.stderr, f"{kind}: a script for {program}", result.stderr)
    facts = run_ghidra(results["ghidra"].stdout)
    tap.check(facts == read_rizin(results["rizin"].stdout), f"{kind}: both say the same")
    blocks, texts, references = facts
    tap.check(blocks == [(address, 0, -(-len(data) // 2048) * 2048)], f"{kind}: the block", blocks)
    here = {at: data[at - address:at - address + length] for at, length in texts.items()}
    tap.check(b"I Agree\0" in here.values() and all(text.index(b"\0") == len(text) - 1 and len(text) > 5 for text in here.values()), f"{kind}: texts", here)
    agree = address + data.index(b"I Agree\0")
    users = [start for start, target in references if target == agree]
    tap.check(any(address + function <= start < address + function + 160 for start in users), f"{kind}: the function that uses the text", (function, users))
    tap.check(all(address <= at < address + len(data) for pair in references for at in pair), f"{kind}: references lie in the module", references)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in matrix.KINDS:
            check(kind, folder)
        data, address, _ = matrix.vector("mips32-be")
        second = 4096
        disc = disc_of(folder, data.ljust(second, b"\0") + data)
        given = ["--block", f"0,{len(data)},{address}", "--block", f"{second},{len(data)},{address + 64}"]
        result = script(disc, "ghidra", *given)
        tap.check([line for line in result.stdout.splitlines() if line.startswith("block(")] == [
            f'block(0, "0x{address:08X}", 0x{len(data):X}, 0x0, 0 == 1)', f'block(1, "0x{address + 64:08X}", 0x{len(data):X}, 0x1000, 1 == 1)'],
            "two blocks that meet: the second lies over the first", result)
        odd = folder / "odd" / "K\n!echo\nraise SystemExit(7)\n#"
        odd.mkdir(parents=True)
        disc_of(odd, data)
        for program in ("ghidra", "rizin"):
            result = script(folder / "odd", program)
            tap.check(result.returncode == 0 and result.stdout == script(odd / "LOADING.KWI", program).stdout and "echo" not in result.stdout,
                      f"a folder whose name has commands is not in the script for {program}", result.stdout[:200])
        result = subprocess.run([KIWIPATCH, "find", "--text", "DENSO", folder / "odd"], capture_output=True, text=True, check=False)
        tap.check(result.returncode == 0 and len(result.stdout.splitlines()) == 1 and result.stdout.startswith("K?!echo?raise"),
                  "nor a line of its own among what is found", result)
        disc = disc_of(folder, bytes(3000) + b"I Agree\0")
        result = script(disc, "rizin")
        tap.check(result.returncode == 3 and "--base" in result.stderr and not result.stdout, "no load address: no script", result)
        result = script(disc, "rizin", "--text", "DENSO")
        tap.check(result.returncode == 3 and "does not lie in a module" in result.stderr, "found outside of modules: no script", result)
        result = script(disc, "ida")
        tap.check(result.returncode == 2 and "takes a program: ghidra or rizin" in result.stderr, "another program", result)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
