# SPDX-License-Identifier: MIT
"""Discs for the tests of kiwipatch, made by hand and by genisoimage, and readers of patches written from the formats' text."""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import zlib


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0

    def check(self, condition, name, detail=""):
        self.number += 1
        self.failed += not condition
        print(f"{'ok' if condition else 'not ok'} {self.number} - {name}{'' if condition else ': ' + str(detail)}", flush=True)

    def end(self):
        print(f"1..{self.number}")
        return 1 if self.failed else 0


def module(seed, size):
    body = bytes(((seed + i) * 37) & 255 for i in range(size - 4))
    return body + struct.pack(">I", sum(struct.unpack(f">{len(body) // 4}I", body)) & 0xFFFFFFFF)


def management(first, last, title, address, blocks):
    return struct.pack(">HH", first, last) + title.ljust(64, b"\0") + bytes(182) + struct.pack(">IH", address, blocks)


def loading(one=None, two=None, version=b"1000"):
    """The synthetic file of the notes; version is that of module AA01."""
    one = module(1, 4096) if one is None else one
    two = module(7, 2048) if two is None else two
    head = struct.pack(">HH", 1, 0) + b"DENSO".ljust(12, b"\0") + struct.pack(">HH", 2, 0)
    head += bytes([0x01, 0, 0, 0]) + b"AA01".ljust(52, b"\0") + version.ljust(8, b"\0")
    head += bytes([0x83, 0, 0, 0]) + b"BB02".ljust(52, b"\0") + b"1001".ljust(8, b"\0")
    head += management(0, 0, b"SYNTHETIC ONE", 1, len(one) // 2048)
    head += management(366, 730, b"SYNTHETIC TWO", 1 + len(one) // 2048, len(two) // 2048)
    return head.ljust(2048, b"\0") + one + two


def summed(body):
    return body + struct.pack(">I", sum(struct.unpack(f">{len(body) // 4}I", body)) & 0xFFFFFFFF)


def bitmap(fill, width=16, height=16):
    pixels = bytes([fill]) * (width * 3 * height)
    return b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels


def agree_module():
    """A module of one block with texts, a number and a picture in it."""
    body = bytearray(module(3, 8192)[:-4])
    body[100:120] = b"I Agree\0Disclaimer\0\0"
    body[300:316] = "I Agree\0".encode("utf-16-be")
    body[400:416] = "I Agree\0".encode("utf-16-le")
    body[512:516] = struct.pack("<I", 295660)
    body[1024:1024 + len(bitmap(1))] = bitmap(1)
    return summed(bytes(body))


def write_folder(folder, loading_bytes):
    folder.mkdir(parents=True)
    (folder / "LOADING.KWI").write_bytes(loading_bytes)
    (folder / "OTHER.DAT").write_bytes(hashlib.sha256(b"other").digest() * 2000)
    return folder


def make_image(folder, path, *options):
    subprocess.run(["genisoimage", "-quiet", "-o", path, *options, folder], check=True, stderr=subprocess.DEVNULL)
    return path


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def tree_hash(folder):
    return {str(p.relative_to(folder)): sha256(p) for p in sorted(folder.rglob("*")) if p.is_file() and ".kiwipatch-" not in p.name}


def recipe(path, target, steps, **more):
    document = {"kiwipatch": 1, "id": "test", "title": "Test", "for": target, "steps": steps, **more}
    pathlib.Path(path).write_text(json.dumps(document))
    return path


def find_in_image(path, needle):
    with open(path, "rb") as file:
        data = file.read()
    return data.index(needle)


# Readers of patches, written from the formats' text, not from kiwipatch.

def read_number(data, at):
    value, shift = 0, 1
    while True:
        byte = data[at]
        at += 1
        value += (byte & 0x7F) * shift
        if byte & 0x80:
            return value, at
        shift <<= 7
        value += shift


def apply_ips(source, patch):
    assert patch[:5] == b"PATCH"
    out, at = bytearray(source), 5
    while not (patch[at:at + 3] == b"EOF" and at + 3 == len(patch)):
        offset = int.from_bytes(patch[at:at + 3], "big")
        length = int.from_bytes(patch[at + 3:at + 5], "big")
        at += 5
        if length:
            out[offset:offset + length] = patch[at:at + length]
            at += length
        else:
            count = int.from_bytes(patch[at:at + 2], "big")
            out[offset:offset + count] = patch[at + 2:at + 3] * count
            at += 3
    return bytes(out)


def apply_ups(source, patch):
    assert patch[:4] == b"UPS1" and zlib.crc32(patch[:-4]) == int.from_bytes(patch[-4:], "little")
    size, at = read_number(patch, 4)
    new_size, at = read_number(patch, at)
    assert size == new_size == len(source) and zlib.crc32(source) == int.from_bytes(patch[-12:-8], "little")
    out, offset = bytearray(source), 0
    while at < len(patch) - 12:
        skip, at = read_number(patch, at)
        offset += skip
        while patch[at]:
            out[offset] ^= patch[at]
            at += 1
            offset += 1
        at += 1
        offset += 1
    assert zlib.crc32(out) == int.from_bytes(patch[-8:-4], "little")
    return bytes(out)


def apply_bps(source, patch):
    assert patch[:4] == b"BPS1" and zlib.crc32(patch[:-4]) == int.from_bytes(patch[-4:], "little")
    size, at = read_number(patch, 4)
    new_size, at = read_number(patch, at)
    meta, at = read_number(patch, at)
    at += meta
    assert size == len(source) and zlib.crc32(source) == int.from_bytes(patch[-12:-8], "little")
    out, source_at, target_at = bytearray(), 0, 0
    while at < len(patch) - 12:
        data, at = read_number(patch, at)
        action, length = data & 3, (data >> 2) + 1
        if action == 0:
            out += source[len(out):len(out) + length]
        elif action == 1:
            out += patch[at:at + length]
            at += length
        else:
            data, at = read_number(patch, at)
            step = (-1 if data & 1 else 1) * (data >> 1)
            if action == 2:
                source_at += step
                out += source[source_at:source_at + length]
                source_at += length
            else:
                target_at += step
                for _ in range(length):
                    out.append(out[target_at])
                    target_at += 1
    assert len(out) == new_size and zlib.crc32(out) == int.from_bytes(patch[-8:-4], "little")
    return bytes(out)


def make_bps(source, target, actions):
    """A BPS patch of given actions, for what kiwipatch itself does not write: copies."""
    def number(value):
        out = b""
        while True:
            low, value = value & 0x7F, value >> 7
            if value == 0:
                return out + bytes([low | 0x80])
            out += bytes([low])
            value -= 1
    patch = b"BPS1" + number(len(source)) + number(len(target)) + number(3) + b"abc"
    for kind, length, extra in actions:
        patch += number((length - 1) << 2 | kind)
        if kind == 1:
            patch += extra
        elif kind > 1:
            patch += number(abs(extra) << 1 | (extra < 0))
    patch += struct.pack("<II", zlib.crc32(source), zlib.crc32(target))
    return patch + struct.pack("<I", zlib.crc32(patch))


def write_sparse(path, size):
    with open(path, "wb") as file:
        os.truncate(file.fileno(), size)
