#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The document tells of route guidance, parameters, images and voice what read_alldata.py sees."""
import pathlib
import tempfile

import modes
import read_alldata

tap = modes.Tap()


def variant(folder, name):
    return modes.build(modes.SMALL / "variants.geojson", folder / name, "--layout", modes.ROOT / f"testdata/layouts/{name}.json")


def check_other_data(disc, file):
    volume = read_alldata.Volume(read_alldata.Disc(disc))
    told = modes.lines(disc)[0]["other_data"]
    places = {(item["kind"], item["offset"]) for item in told}
    kinds = {4: "parameters", 5: "infrastructure_data", 6: "graphics_data", 7: "voice_data"}
    for number, kind in kinds.items():
        wanted = volume.other(number)
        tap.equal(wanted is None or (kind, wanted[1]) in places, True, f"{disc.name}: {kind} lie where the header table says")
    tap.equal({item["file"].rpartition("/")[2] for item in told}, {file}, f"{disc.name}: and in that file")
    data = [item["length"] for item in told if item["path"].startswith("parameters.data[")]
    tap.equal(data, [len(data) for _, data in volume.parameters().values() if data], f"{disc.name}: the sizes of all parameters")


def check_author(folder):
    """As text if it is, else as bytes; these are of the 2007 Australian disc."""
    written = bytes.fromhex("0F613C003C357D00")
    alldata = folder / "other_data/ALLDATA.KWI"
    tap.equal(modes.lines(alldata)[0]["data_volume"]["fields"]["data_author_text"], "kiwibuild", "the author of the data in letters")
    data = bytearray(alldata.read_bytes())
    data[76:128] = written.ljust(52, b"R")
    (folder / "author.kwi").write_bytes(data)
    fields = modes.lines(folder / "author.kwi")[0]["data_volume"]["fields"]
    tap.check("data_author_text" not in fields and fields["data_author_bytes"].lower().startswith(written.hex()), "the author of the data in bytes", fields)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        other = variant(folder, "other_data")
        check_other_data(other, "ALLDATA.KWI")
        check_other_data(variant(folder, "other_data_file"), "PARAM.KWI")
        check_author(folder)
        tap.check("other_data" not in modes.lines(other, "--level", 0)[0], "not with --level")
        guided = modes.lines(variant(folder, "guidance"))[0]
        tap.check("other_data" not in guided, "nothing where there is nothing")
        counts = [(level["fields"]["basic_route_guidance_frames"], level["fields"]["extended_route_guidance_frames"])
                  for level in guided["levels"]]
        tap.equal(counts, [(2, 1)] * 3, "levels tell how many frames of route guidance their parcels have")
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
