#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the seeds of tests/corpus: make_corpus.py KIWIBUILD KIWIDUMP [CORPUS]. What fuzzers found lies there too and is left alone."""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECTOR = 2048
SEED_LIMIT = 20000  # a fuzzer is slow on longer ones
INDEX = ("INDEXDAT.KWI", "", "IDX/SADSR201.IDX", "IDX/ZONEZSRC.IDX", "IDX/ZSELDEF0.IDX")


def both(value, size=4):
    return value.to_bytes(size, "little") + value.to_bytes(size, "big")


def record(name, sector, size, folder=False):
    """A directory record of ISO 9660 (9.1)."""
    body = bytes(1) + both(sector) + both(size) + bytes(7) + bytes([2 * folder, 0, 0]) + both(1, 2) + bytes([len(name)]) + name
    body += bytes(len(body) % 2 == 0)
    return bytes([len(body) + 1]) + body


def pad(data):
    return data + bytes(-len(data) % SECTOR)


def image(files, joliet=False):
    """A small image: ISO 9660 alone, or with Joliet. No UDF, whose anchor lies in sector 256."""
    trees = 1 + joliet
    first = 16 + trees + 1 + trees
    places, content = [], b""
    for name, data in files:
        places.append((name, first + len(content) // SECTOR, len(data)))
        content += pad(data)
    descriptors = roots = b""
    for tree in range(trees):
        at = 16 + trees + 1 + tree
        names = [(name.encode("utf-16-be") if tree else name.encode() + b";1", sector, size) for name, sector, size in places]
        folder = record(b"\0", at, SECTOR, True) + record(b"\1", at, SECTOR, True)
        roots += pad(folder + b"".join(record(*place) for place in sorted(names)))
        descriptor = bytearray(SECTOR)
        descriptor[:7] = bytes([1 + tree]) + b"CD001\1"
        descriptor[40:72] = "KIWI".encode("utf-16-be" if tree else "ascii").ljust(32, b" ")
        descriptor[80:88] = both(first + len(content) // SECTOR)
        if tree:
            descriptor[88:91] = b"%/E"
        descriptor[120:132] = both(1, 2) + both(1, 2) + both(SECTOR, 2)
        descriptor[156:190] = record(b"\0", at, SECTOR, True)
        descriptor[881] = 1
        descriptors += bytes(descriptor)
    descriptors += pad(b"\xffCD001\1")
    return bytes(16 * SECTOR) + descriptors + roots + content


def bundle(*files):
    """The input of fuzz_directory: a count, the sizes of all but the last, the bytes."""
    return bytes([len(files) - 1]) + b"".join(len(f).to_bytes(3, "big") for f in files[:-1]) + b"".join(files)


def in_other_files(data):
    """The parcel-related data moved to A.KWI: the header record names it, the addresses stay."""
    moved = bytearray(data)
    moved[2048 + 6:2048 + 18] = b"A.KWI".ljust(12, b"\0")
    return bytes(moved)


def rare_records(data, records):
    """A map with the record types that kiwibuild does not write, put where there is room for them."""
    data = bytearray(data)

    def put(offset, *words):
        data[offset:offset + 2 * len(words)] = b"".join(word.to_bytes(2, "big") for word in words)

    def word(offset):
        return int.from_bytes(data[offset:offset + 2], "big")

    def those(record, path=""):
        return [r for r in records if r["record"] == record and r["path"].startswith(path)]

    # 5.1.1: level management information of one kind with two levels
    put(those("level_management_information")[0]["offset"], 1, 0x0102, 0, 4, 0x0200, 1)
    # 6.2.1: the list of level 4 has two slots of 6 bytes and room for two more behind it
    put(those("parcel_management_information", "level[4]")[0]["offset"] + 2, 8)
    # 7.1.1: two basic frames and an extended one on level 2, which makes names extended data
    at = those("level_management_record")[1]["offset"] + 2
    put(at, word(at) & 0xFF | 0x2100)
    # 7.2.1: the last display class becomes additional data: those of the first class that has roads
    road = those("road_distribution_header", "level[0]")[0]
    data[road["offset"] + 4] -= 1
    data[road["offset"] + 5] = 1
    classes = those("display_class_management_record", road["path"])
    used = next(c for c in classes if c["fields"]["offset"] is not None)
    put(classes[-1]["offset"], word(used["offset"]), 4)
    put(used["offset"], 0xFFFF, 0)
    # 7.4.2.1.5: a text along a line: placement, no object, one place
    name = those("name_data_record", "level[4]")[0]["offset"]
    put(name + 2, word(name + 2) & 0xF8FF | 0x0400)
    put(name + 6, 1, 0xFFFF, 0x4010)
    return bytes(data)


def overlapping(data, records):
    """A frame that begins inside another one, tables of blocks longer than they are: their bytes were counted wrong once."""
    data = bytearray(data)
    slots = [r["offset"] for r in records if r["record"] == "main_map_parcel_management_record" and r["fields"]["size"]["bytes"]]
    first = int.from_bytes(data[slots[-2]:slots[-2] + 4], "big")
    data[slots[-1]:slots[-1] + 4] = (first + 1).to_bytes(4, "big")  # one logical sector on, and longer
    data[slots[-1] + 4:slots[-1] + 6] = (0x60).to_bytes(2, "big")
    for record in records:
        if record["record"] == "block_set_management_record":
            size = record["offset"] + record["length"] - 4
            data[size:size + 4] = (int.from_bytes(data[size:size + 4], "big") + 4).to_bytes(4, "big")
    return bytes(data)


def lying_guidance(data, records):
    """Route guidance whose lists, headers and frames lead to themselves, and counts as large as they can be."""
    data = bytearray(data)

    def those(record):
        return [r["offset"] for r in records if r["record"] == record]

    slots = [r["offset"] for r in records if r["record"] == "route_guidance_parcel_management_record" and r["fields"]["size"]["bytes"]]
    lists = those("parcel_management_information")
    headers = those("route_guidance_distribution_header")
    data[those("level_management_record")[0] + 3] = 0xFF  # 15 basic and 15 extended frames, in headers without room
    data[slots[0]:slots[0] + 4] = (lists[0] // SECTOR << 8 | lists[0] % SECTOR // 32).to_bytes(4, "big")  # the list itself
    data[slots[-1] + 4:slots[-1] + 6] = b"\xff\xff"
    data[lists[1] + 2:lists[1] + 4] = b"\0\2"  # the list of the map again
    data[headers[0]:headers[0] + 2] = b"\xff\xfe"
    data[headers[-1] + 20:headers[-1] + 24] = bytes(4)  # an entry that leads to its own header
    data[headers[-1] + 26:headers[-1] + 32] = b"\xff\xff\xff\xfe\xff\xfe"
    return bytes(data)


def lying_other_data(data, records):
    """Parameters that lead to their own header and to each other, sizes and counts as large as they can be."""
    data = bytearray(data)

    def those(record):
        return [r["offset"] for r in records if r["record"] == record]

    entries, managed = those("parameter_entry"), those("parameter_management_record")
    data[entries[0] + 16:entries[0] + 18] = bytes(2)
    data[managed[1]:managed[1] + 4] = data[managed[2]:managed[2] + 4]
    data[managed[2] + 4:managed[2] + 8] = b"\xff\xff\xff\xfe"
    data[entries[3] + 18:entries[3] + 20] = b"\xff\xfe"
    image, voice = those("image_management_distribution_header")[0], those("voice_distribution_header")[0]
    data[image:image + 2] = b"\xff\xff"
    data[voice + 4:voice + 6] = b"\xff\xff"
    return bytes(data)


def loading():
    """LOADING.KWI with two modules, one of them with sections in its maker-dependent area."""
    sections = b"\0\2\0\0" + b"PROG" + bytes(4) + (0).to_bytes(4, "big") + (512).to_bytes(4, "big")
    sections += b"DATA" + bytes(4) + (256).to_bytes(4, "big") + (512).to_bytes(4, "big")
    tables = b"\0\1\0\0" + b"DENSO".ljust(12, b"\0") + b"\0\2\0\0"
    for name in (b"AA01", b"BB02"):
        tables += b"\1\0\0\0" + name.ljust(52, b"\0") + b"1000".ljust(8, b"\0")
    for address, maker in ((1, b""), (2, sections)):
        tables += (366).to_bytes(2, "big") + (730).to_bytes(2, "big") + b"TITLE".ljust(64, b"\0") + maker.ljust(182, b"\0")
        tables += address.to_bytes(4, "big") + (1).to_bytes(2, "big")
    return pad(tables) + 2 * (bytes(range(256)) * 8)


def definition_frame(*fields):
    """DCTF (11.5): usage, description, element type, count or type of the count."""
    frame = b"DCTFREAL" + bytes(6) + len(fields).to_bytes(2, "big")
    for usage, description, element, count in fields:
        frame += usage + description + element + (count if isinstance(count, bytes) else count.to_bytes(2, "big")) + bytes(4)
    return frame


def freeways():
    """A search file of freeways (SRFW) and below it their ramps (SRRP): names on the next level."""
    links = ((b"BFRL", b"FDRL", b"UB", 1), (b"NFRL", b"FDRL", b"UB", 1), (b"KYCH", b"VRBL", b"CH", b"UB"))
    frames = (
        (b"SRFW", (*links, (b"NXKD", b"NORM", b"UH", 1), (b"NXFN", b"NORM", b"UH", 1), (b"NXST", b"OFST", b"LG", 1)), b"\0\0\3M 1\x51\0\0\0\0\0"),
        (b"SRRP", (*links, (b"RLXY", b"NORM", b"P6", 1)), b"\0\0\6RAMP 1" + bytes.fromhex("8dc05032c8c8 00")),
    )
    file = b""
    for tag, fields, data in frames:
        definition = definition_frame(*fields)
        at = len(file) + 16 + 140
        places = (at, at + len(definition), at + len(definition) + len(data))[: 3 if tag == b"SRFW" else 2]
        record = bytearray(140)
        for offset in range(0, 92, 4):
            record[offset : offset + 4] = b"\xff" * 4 if offset in (8, 16, 24, 60, 68, 88) else bytes(4)
        record[:4] = tag
        numbers = {60: 46, 64: len(data) // 2, 68: 54, 72: 32, 76: 1, 84: 1, 88: 62}
        for offset, number in numbers.items() if tag == b"SRFW" else list(numbers.items())[:5]:
            record[offset : offset + 4] = number.to_bytes(4, "big")
        for i, place in enumerate(places):
            record[92 + 16 * i : 108 + 16 * i] = (place // 2).to_bytes(4, "big") + b"\0\5ROADS.IDX\0"
        file += b"DFSR" + b"".join(n.to_bytes(4, "big") for n in (1, 70, 8)) + record + definition + data
    return file


def poi_index():
    """A search file of POI information: PINR with one DPOI, its definition and two records."""
    fields = ((b"BFRL", b"FDRL", b"UB", 1), (b"NFRL", b"FDRL", b"UB", 1), (b"RLXY", b"NORM", b"P6", 1), (b"NAME", b"VRBL", b"CH", b"UB"))
    definition = definition_frame(*fields)
    place = bytes.fromhex("8dc05032c8c8")
    data = b"\0\7" + place + b"\5FIRST" + b"\7\0" + place + b"\5OTHER"
    start = 16 + 80

    def entry(offset):
        return (offset // 2).to_bytes(4, "big") + b"\0\4POI.IDX\0"

    record = b"DPOI" + bytes(4) + b"\xff\xff\xff\xff"
    for number in (len(definition) // 2, 18, len(data) // 2, 25, 7, 2):
        record += number.to_bytes(4, "big")
    record += entry(start) + entry(start + len(definition))
    return b"PINR" + bytes.fromhex("000000010000002800000008") + record.ljust(80, b"\0") + definition + data


def management():
    """INDEXDAT.KWI with a volume, POI information and an expansion field."""
    head = b"DCTR" + b"2.64_AU\0" + bytes.fromhex("2007121201120300") + b"DENSO CORPORATION".ljust(32, b"\0")
    for number in (0, 0xFFFFFFFF, 8, 101, 1, 35, 46, 1, 20, 81):
        head += number.to_bytes(4, "big")
    volume = b"DSRCFSADFNME" + bytes(4) + b"\xff\xff\xff\xffNORM" + bytes.fromhex("8f8108003c4722008dc0500041888800")
    volume += (109).to_bytes(4, "big") + (24).to_bytes(4, "big") + bytes(4) + b"\0\4POI.IDX\0"
    return head + volume.ljust(70, b"\0") + b"PINRPKNM".ljust(40, b"\0") + b"DFDADFCFFNME".ljust(16, b"\0")


def small_files():
    """The small files of the 2007 Australian disc, as far as their contents are known."""
    names = b"".join(b"\0\5AUSTRALIA\0" if i in (0, 12) else b"\0\1-\0" for i in range(13))
    pictures = ((1, 0, b"PCT2DAT"), (1, 2, b"KPCT2DT"), (10, 0, b"GRA256D"), (10, 2, b"KGRA256"), (10, 1, b"VAR256D"))
    cluster = b"".join(n.to_bytes(2, "big") for n in (14, 0, 0x0F67, 0x8800, 0x3C47, 0x2200, 0x0300, 0x0722, 0, 3, 0, 14, 0, 6))
    return {
        "COUNTRY.KWI": b"\1\x0d#usenggerfrespaitadutswedanpornorfin#au\x12aus" + names,
        "COVERAGE.BIN": b"\0\1\0\x12\x10COVERAGE\\AUC.BMP",
        "CLUSTER.DAT": cluster + bytes.fromhex("00860003 00870004 00880005"),
        "PCT2MNG.KWI": bytes.fromhex("0003000c0005") + b"".join(
            g.to_bytes(4, "big") + role.to_bytes(2, "big") + bytes(4) + b"\0\2" + (name + b".KWI").ljust(12, b"\0") for g, role, name in pictures),
    }


def variants(kiwibuild, kiwidump, folder):
    """Maps with route guidance and other data, and what becomes of them when they lie."""
    maps = {}
    for layout, lie in (("guidance", lying_guidance), ("other_data", lying_other_data)):
        disc = pathlib.Path(folder, layout)
        subprocess.run([kiwibuild, "--quiet", "--layout", ROOT / f"testdata/layouts/{layout}.json", "-o", disc,
                        ROOT / "testdata/small/one_way.geojson"], check=True)
        maps[layout] = (disc / "ALLDATA.KWI").read_bytes()
        output = subprocess.run([kiwidump, "--records", disc / "ALLDATA.KWI"], check=True, capture_output=True)
        records = [json.loads(line) for line in output.stdout.decode().split("\n")[:-1]]
        maps[f"lying_{layout}"] = lie(maps[layout], records)
    return maps


def main(kiwibuild, kiwidump, corpus=ROOT / "tests/corpus"):
    corpus = pathlib.Path(corpus)
    maps, small, index = {}, {}, []
    with tempfile.TemporaryDirectory() as name:
        for source in sorted((ROOT / "testdata/small").glob("*.geojson")):
            folder = pathlib.Path(name, source.stem)
            subprocess.run([kiwibuild, "--quiet", "-o", folder, source], check=True)
            maps[source.stem] = (folder / "ALLDATA.KWI").read_bytes()
            index = [(folder / n).read_bytes() if n else b"" for n in INDEX] if source.stem == "town" else index
            small = {n: (folder / n).read_bytes() for n in ("METADATA.KWI", "SPEC.KWI", "VERSION.TXT")}
        output = subprocess.run([kiwidump, "--records", pathlib.Path(name, "town/ALLDATA.KWI")], check=True, capture_output=True)
        records = [json.loads(line) for line in output.stdout.decode().split("\n")[:-1]]
        maps |= variants(kiwibuild, kiwidump, name)
        maps["overlapping"] = overlapping(maps["town"], records)
        maps["rare_records"] = rare_records(maps["town"], records)
    seeds = {f"file/{name}.kwi": data for name, data in maps.items() if len(data) <= SEED_LIMIT}
    seeds["file/headers_only.kwi"] = maps["one_way"][:4096]
    seeds["file/data_volume.kwi"] = maps["one_way"][:2048]
    tiny = maps["one_way"]
    seeds |= {f"file/{file}": data for file, data in small_files().items()}
    seeds["file/poi.idx"] = poi_index()
    seeds["file/roads.idx"] = freeways()
    seeds["file/management.idx"] = management()
    seeds["directory/index.bin"] = bundle(tiny[:4096], small["METADATA.KWI"], b"", b"", b"", b"", *index)
    seeds["directory/zones.bin"] = bundle(tiny[:4096], small["METADATA.KWI"], b"", b"", b"", b"", management(), poi_index(), *index[2:])
    seeds["directory/one_file.bin"] = bundle(tiny)
    seeds["directory/loading.bin"] = bundle(tiny[:4096], small["METADATA.KWI"], b"", b"", loading())
    seeds["directory/two_files.bin"] = bundle(tiny, small["METADATA.KWI"])
    seeds["directory/named_file.bin"] = bundle(in_other_files(tiny)[:4096], small["METADATA.KWI"], tiny)
    seeds["directory/in_a_folder.bin"] = bundle(
        in_other_files(tiny)[:4096].replace(b"A.KWI", b"B.KWI"), b"CHCD=Shift-JIS", b"", tiny)
    seeds["directory/eight_files.bin"] = bundle(tiny[:2048], b"", b"x", b"y", bytes(64), b"SPEC", b"I", tiny)
    files = [("ALLDATA.KWI", tiny), *small.items()]
    seeds["image/iso9660.iso"] = image(files)
    seeds["image/joliet.iso"] = image(files, joliet=True)
    seeds["image/cut.iso"] = image(files)[:-3000]
    for path, data in seeds.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
