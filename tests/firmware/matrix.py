# SPDX-License-Identifier: MIT
"""Firmware of our own for many processors, as plain bytes: what the search for load addresses must be right about."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "testdata/xref/unit.c"
COMMON = ["-std=c11", "-ffreestanding", "-fno-builtin", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-nostdlib", "-static",
          "-Wl,--build-id=none", "-Wl,-z,norelro", "-Wl,-z,noexecstack", "-Wl,-z,max-page-size=16", "-Wl,--no-warn-rwx-segments"]  # fmt: skip
MIPS = ["-mno-abicalls", "-msoft-float", "-G0", "-mno-llsc"]
BE8 = ["-mbig-endian", "-Wl,-EB,--be8"]
SCRIPT = """ENTRY(start) SECTIONS { . = %s; .all : { unit_begin = .; *(.text.start) *(.text*) . = ALIGN(16); *(.rodata*) . = ALIGN(16); *(.data*) *(.bss*) *(COMMON) . = ALIGN(16); }
/DISCARD/ : { *(.reginfo) *(.MIPS*) *(.gnu*) *(.comment) *(.pdr) *(.mdebug*) *(.note*) *(.got*) *(.eh_frame*) *(.ARM*) } }"""

# Name: (compiler, its options, what kiwipatch calls the processor, whether it is little-endian).
KINDS = {
    "mips32-be": ("mips-linux-gnu", ["-EB", "-mips32", "-mabi=32", "-Os", *MIPS], "MIPS", False),
    "mips32-le": ("mips-linux-gnu", ["-EL", "-mips32", "-mabi=32", "-O2", *MIPS], "MIPS", True),
    "mips3-be": ("mips-linux-gnu", ["-EB", "-mips3", "-mabi=32", "-mfp32", "-O2", *MIPS], "MIPS", False),
    "mips3-le": ("mips-linux-gnu", ["-EL", "-mips3", "-mabi=32", "-mfp32", "-Os", *MIPS], "MIPS", True),
    "mips16-be": ("mips-linux-gnu", ["-EB", "-mips32", "-mabi=32", "-mips16", "-Os", *MIPS], "MIPS16", False),
    "mips16-le": ("mips-linux-gnu", ["-EL", "-mips32", "-mabi=32", "-mips16", "-O2", *MIPS], "MIPS16", True),
    "sh4-o2": ("sh4-linux-gnu", ["-ml", "-O2"], "SuperH", True),
    "sh4-os": ("sh4-linux-gnu", ["-ml", "-Os"], "SuperH", True),
    "armv5": ("arm-linux-gnueabi", ["-march=armv5te", "-marm", "-mfloat-abi=soft", "-O2"], "ARM", True),
    "armv7": ("arm-linux-gnueabi", ["-march=armv7-a", "-marm", "-mfloat-abi=soft", "-O2"], "ARM", True),
    "thumb2": ("arm-linux-gnueabi", ["-march=armv7-a", "-mthumb", "-mfloat-abi=soft", "-Os"], "Thumb", True),
    "armv7-be8": ("arm-linux-gnueabi", ["-march=armv7-a", "-marm", "-mfloat-abi=soft", "-O2", *BE8], "ARM (BE-8)", False),
    "armv5-be8": ("arm-linux-gnueabi", ["-march=armv5te", "-marm", "-mfloat-abi=soft", "-Os", *BE8], "ARM (BE-8)", False),
    "thumb2-be8": ("arm-linux-gnueabi", ["-march=armv7-a", "-mthumb", "-mfloat-abi=soft", "-Os", *BE8], "Thumb (BE-8)", False),
    "powerpc": ("powerpc-linux-gnu", ["-msoft-float", "-mno-sdata", "-O2"], "PowerPC", False),
}


def missing(kinds=KINDS):
    return sorted({f"gcc-{KINDS[kind][0]}" for kind in kinds if not shutil.which(f"{KINDS[kind][0]}-gcc")})


def build(kind, address, folder, *more):
    """The bytes of the program for about an address, that address, and the place of the function that asks."""
    prefix, options, _, _ = KINDS[kind]
    script, elf, plain = folder / "unit.ld", folder / "unit.elf", folder / "unit.bin"
    script.write_text(SCRIPT % hex(address))
    subprocess.run([f"{prefix}-gcc", *COMMON, *options, *more, "-T", script, "-o", elf, SOURCE], check=True)
    subprocess.run([f"{prefix}-objcopy", "-O", "binary", elf, plain], check=True)
    names = subprocess.run([f"{prefix}-nm", elf], check=True, capture_output=True, text=True).stdout
    places = {name: int(value, 16) for value, name in re.findall(r"^([0-9a-f]+) . (\w+)$", names, re.M)}
    return plain.read_bytes(), places["unit_begin"] & 0xFFFFFFFF, (places["agree"] - places["unit_begin"]) & ~1


def vector(kind):
    """The same of the bytes that the compilers of Debian 12 made once."""
    address, function = json.loads((SOURCE.parent / "vectors.json").read_text())[kind]
    return (SOURCE.parent / f"{kind}.bin").read_bytes(), address, function


def write_vectors():
    """python3 matrix.py: makes testdata/xref anew."""
    vectors = {}
    with tempfile.TemporaryDirectory() as name:
        for kind in KINDS:
            data, address, function = build(kind, 0x80010000, pathlib.Path(name))
            (SOURCE.parent / f"{kind}.bin").write_bytes(data)
            vectors[kind] = [address, function]
    (SOURCE.parent / "vectors.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    write_vectors()
