#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Words that follow from others cost no data when they are wrong: test_words.py KIWIBUILD KIWIDUMP SOURCE_ROOT [all] [LAYOUT...]

Discs of every layout; of a few kinds of words, or of all, one is set to 0, 1, twice its value and all ones, wherever the schema
says that it lies. The features must be those of the sound disc, and a finding must name the word. With all, a few misses are
let pass: which of two words is wrong does not always follow. TAP.
"""
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

KIWIBUILD, KIWIDUMP = sys.argv[1:3]
ROOT = pathlib.Path(sys.argv[3])
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "spec")]
sys.dont_write_bytecode = True

from check_goteborg import Tap  # noqa: E402
from kwis.model import WIDTHS  # noqa: E402
from kwis.parse import Parser  # noqa: E402

# docs/design/variants.md says what each follows from.
WORDS = {
    "parcel_related_distribution_header": "size level_record_size block_set_record_size block_record_size number_of_levels "
                                          "number_of_block_sets file_name_designation",
    "level_management_record": "basic_frames extended_frames basic_route_guidance_frames extended_route_guidance_frames "
                               "block_sets_latitude block_sets_longitude blocks_latitude blocks_longitude "
                               "parcels_latitude parcels_longitude divided_1_latitude divided_1_longitude "
                               "divided_2_latitude divided_2_longitude divided_3_latitude divided_3_longitude "
                               "block_set_offset node_record_size number_of_road_display_classes "
                               "number_of_background_display_classes number_of_name_display_classes",
    "block_set_management_record": "level block_set_number table_offset table_size",
    "block_management_record": "size",
    "parcel_management_information": "parcels_type list_type route_guidance_list_offset",
    "main_map_parcel_management_record": "divided_offset size",
    "main_map_distribution_header": "header_size number_of_regions",
    "data_frame_management_record": "offset size",
    "road_distribution_header": "header_size number_of_display_classes number_of_additional_data",
    "display_class_management_record": "offset number_of_multilinks",
    "multilink_header": "multilink_size header_size number_of_nodes shape_size additional_node_size altitude_size "
                        "passage_regulation_size",
    "background_distribution_header": "header_size",
    "element_management_record": "offset size",
    "element_unit": "number_of_types",
    "background_type_unit_header": "offset number_of_records",
    "minimum_graphics_data_record": "record_size number_of_offsets",
    "name_distribution_header": "header_size",
    "name_data_management_record": "offset number_of_records",
    "name_data_record": "record_size",
    "character_information": "text_size",
    "route_guidance_distribution_header": "header_size",
    "route_guidance_management_record": "offset size",
    "extended_route_guidance_management_record": "offset size",
}
# Data that no feature is made of: they must lie where they did.
CONTENTS = {"route_guidance_data_frame", "extended_route_guidance_data_frame"}
# Words whose place depends on the record: where all records have them.
PLACES = {"display_class_counts": 40}
# All ones mean that there is nothing, or that nothing is known; 0 is read as none, too.
MEANS_NONE = {"divided_offset"}
# Types 1 and 2 of lists have slots of the same size.
ALIKE = {"list_type": {1: {2}, 2: {1}}}
# Where nothing bears the right value out: bytes of unknown layout behind the steps, or no record but the wrong one.
UNDECIDED = {("background_extras", "number_of_offsets"), ("background_extras", "number_of_records"),
             ("multilink_bare", "additional_node_size"), ("multilink_bare", "altitude_size"),
             ("multilink_bare", "passage_regulation_size"), ("multilink_bare", "node_record_size"),
             # Rows of parts, where lists end well by another type, too.
             *((layout, f"divided_{type}_latitude") for layout in ("division_2x2", "division_4x4", "division_table")
               for type in (1, 2, 3))}  # fmt: skip
# Words of a layout that are tried if not all are asked for, and misses in a hundred when all are.
SAMPLE = 3
MISSES = 2


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], capture_output=True, check=False)


def schema():
    parser = Parser()
    for file in sorted((ROOT / "spec").glob("0[5-8]*.kwis")):
        parser.parse(file.read_text(encoding="ascii"), file.name)
    return parser.schema.records


def places(record):
    """Name, offset, bytes, lowest bit and mask of the words of a record."""
    for field in record.fields:
        for value in field.bits if field.is_word else [field]:
            if value.name in WORDS[record.name].split():
                low, bits = (value.low, value.high - value.low + 1) if field.is_word else (0, 8 * WIDTHS[field.kind])
                yield value.name, PLACES.get(field.name, field.offset), WIDTHS[field.kind], low, (1 << bits) - 1


def few(source):
    """A part of the places that every variant is tried on, so that a disc is read in a moment."""
    places = json.loads(source.read_text(encoding="utf-8"))
    counts = collections.Counter()
    kept = []
    for feature in places["features"]:
        kind = feature["id"].split("-")[0] if "id" in feature else ""
        counts[kind] += 1
        if counts[kind] <= 5 or not kind:
            kept.append(feature)
    return json.dumps(places | {"features": kept})


class Disc:
    def __init__(self, folder, layout, records):
        self.path = folder / "disc"
        source = folder / "in.geojson"
        source.write_text(few(ROOT / "testdata/small" / ("japan.geojson" if layout == "shift_jis" else "variants.geojson")),
                          encoding="utf-8")
        options = ["--layout", ROOT / f"testdata/layouts/{layout}.json"] if layout != "default" else []
        run(KIWIBUILD, "--quiet", "--no-route-planning", *options, "-o", self.path, source).check_returncode()
        self.features = self.read()
        self.records = collections.defaultdict(list)
        for line in run(KIWIDUMP, "--records", self.path).stdout.splitlines():
            record = json.loads(line)
            if record.get("record") in records:
                self.records[record["record"]].append(record)
        self.contents = self.read_contents()

    def read(self):
        return run(KIWIDUMP, "--quiet", "--features", self.path).stdout

    def read_contents(self):
        records = map(json.loads, run(KIWIDUMP, "--quiet", "--records", self.path).stdout.splitlines())
        return {(r["file"], r["offset"]): r["length"] for r in records if r.get("record") in CONTENTS}

    def wrong(self, record, name, place, value):
        """What is amiss when a word has a value; None if nothing is."""
        at, width, low, mask = place
        path = self.path / record["file"]
        sound = path.read_bytes()
        word = int.from_bytes(sound[at:at + width], "big") & ~(mask << low) | value << low
        path.write_bytes(sound[:at] + word.to_bytes(width, "big") + sound[at + width:])
        try:
            features = self.read()
            result = run(KIWIDUMP, "--check", self.path)
            contents = self.read_contents() if self.contents else {}
        finally:
            path.write_bytes(sound)
        report = json.loads(result.stdout)
        where = f"{record['path']}.{name} = {value}"
        if features != self.features:
            return f"{where}: other features"
        # Where the last data end, what fills up the frame does not say.
        if self.contents.keys() != contents.keys() or any(contents[place] < length for place, length in self.contents.items()):
            return f"{where}: route guidance elsewhere"
        if not any(finding.get("field") == name for finding in report["findings"]):
            return f"{where}: no finding names it"
        if any(entry["accounted"] != entry["size"] for entry in report["account"]):
            return f"{where}: bytes are not accounted for"
        return None


def is_borne_out(disc, record, name):
    """Whether the level of a record has anything that a count of it is the count of."""
    level = record["path"].split(".")[0] + "."
    if name.endswith("route_guidance_frames"):
        return any(r["path"].startswith(level) for r in disc.records["route_guidance_distribution_header"])
    if name.startswith("divided_") and name[8].isdigit():
        return any(r["path"].startswith(level) and r["fields"]["parcels_type"] == int(name[8])
                   for r in disc.records["parcel_management_information"])
    return True


def values(record, name, place, data):
    at, width, low, mask = place
    value = int.from_bytes(data[at:at + width], "big") >> low & mask
    wanted = {0, 1, 2 * value & mask, mask} - {value}
    if name == "route_guidance_list_offset" and value == mask:
        wanted.discard(0)
    wanted -= ALIKE.get(name, {}).get(value, set())
    return sorted(wanted - {mask, 0} if name in MEANS_NONE else wanted)


def try_layout(tap, layout, records, every):
    with tempfile.TemporaryDirectory() as folder:
        disc = Disc(pathlib.Path(folder), layout, records)
        generator = random.Random(layout)
        amiss, tried = [], 0
        words = [(kind, place) for kind, record in records.items() for place in places(record) if disc.records[kind]]
        for kind, (name, offset, width, low, mask) in words if every else generator.sample(words, SAMPLE):
            candidates = [r for r in disc.records[kind] if name in r["fields"] and r["length"] >= offset + width and
                          is_borne_out(disc, r, name)]
            if not candidates or (layout, name) in UNDECIDED:
                continue
            found = generator.choice(candidates)
            place = found["offset"] + offset, width, low, mask
            data = (disc.path / found["file"]).read_bytes()
            for value in values(found, name, place, data):
                tried += 1
                amiss.append(disc.wrong(found, name, place, value))
        amiss = [text for text in amiss if text]
        for text in amiss if every else amiss[:5]:
            print("#", text)
        good = tried * MISSES > 100 * len(amiss) if every else tried and not amiss
        tap.check(disc.features and good, f"{layout}: {tried} wrong words cost nothing and are named",
                  f"{len(amiss)} are amiss" if amiss else "")


def main():
    tap = Tap()
    records = {name: record for name, record in schema().items() if name in WORDS}
    every = sys.argv[4:5] == ["all"]
    layouts = sys.argv[5 if every else 4 :] or ["default", *sorted(path.stem for path in (ROOT / "testdata/layouts").iterdir())]
    for layout in layouts:
        try_layout(tap, layout, records, every)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
