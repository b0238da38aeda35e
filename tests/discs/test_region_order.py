#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Regions of route planning in other legal forms: test_region_order.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, ROOT = *sys.argv[1:3], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

tap = check_goteborg.Tap()
ROUTES = ("57.692,11.972 57.72,12.01",)


def run(*arguments):
    return subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)


def records(disc):
    return [json.loads(line) for line in run(disc, "--records", "--file", "ALLDATA.KWI").stdout.splitlines()]


class Region:
    """Where the frame of a region has its nodes and links."""

    def __init__(self, header, management, nodes):
        self.frame, self.management = header["offset"], management["offset"]
        fields = management["fields"]
        self.nodes, self.node_size = fields["node_offset"], fields["node_size"]
        self.links, self.link_size = fields["link_offset"], fields["link_size"]
        self.node_records = nodes


def regions(disc):
    found, header, management, nodes = [], None, None, []
    for record in records(disc):
        if record["record"] == "route_planning_distribution_header":
            header, management, nodes = record, None, []
        elif record["record"] == "node_and_link_management_record":
            management = record
            found.append((header, management, nodes))
        elif record["record"] == "node_record":
            nodes.append(record)
    return [Region(*region) for region in found]


def put(data, at, value, width):
    data[at : at + width] = value.to_bytes(width, "big")


def links_first(data, region):
    """The link data frame comes before the node data frame."""
    start, end = region.frame + region.nodes, region.frame + region.links + region.link_size
    nodes = data[start : start + region.node_size]
    between = data[start + region.node_size : region.frame + region.links]
    links = data[region.frame + region.links : end]
    data[start:end] = links + between + nodes
    put(data, region.management, (region.nodes + region.link_size + len(between)) // 2, 4)
    put(data, region.management + 6, region.nodes // 2, 4)


def what(disc):
    """The records without their places, the bytes that are known, and what is wrong."""
    counted = collections.Counter((r["record"], json.dumps(r.get("fields", {}), sort_keys=True)) for r in records(disc)
                                  if "record" in r and r["record"] != "node_and_link_management_record")
    check = json.loads(run(disc, "--check").stdout)
    account = next(a for a in check["account"] if a["file"] == "ALLDATA.KWI")
    return counted, account, check["findings"]


def routes(disc):
    return [run(disc, "--route", *route.split()).stdout for route in ROUTES]


def write(folder, name, data):
    disc = folder / name
    disc.mkdir()
    (disc / "ALLDATA.KWI").write_bytes(data)
    return disc


def links_before_nodes(folder, town, data):
    wanted, ways = what(town), routes(town)
    tap.check(all(b"LineString" in way for way in ways), "there are ways", str(ways)[:200])
    tap.check(wanted[0] and any(record == "link_record" for record, _ in wanted[0]), "the disc has links")
    moved = bytearray(data)
    for region in regions(town):
        links_first(moved, region)
    disc = write(folder, "links_first", moved)
    counted, account, findings = what(disc)
    tap.check(counted == wanted[0], "links before nodes: the same records", str((counted - wanted[0]) + (wanted[0] - counted))[:600])
    tap.check(account == wanted[1], "links before nodes: the same account", f"{account} {wanted[1]}")
    tap.check(findings == [], "links before nodes: no findings", str(findings)[:300])
    tap.check([geometry(way) for way in routes(disc)] == [geometry(way) for way in ways], "links before nodes: the same ways")
    annotated = run(disc, "--annotate", "--file", "ALLDATA.KWI")
    tap.check(annotated.returncode == 0 and b".node[0].link[0].adjacent_node" in annotated.stdout, "links before nodes: --annotate has the links")


def geometry(way):
    return [json.loads(line)["geometry"] for line in way.splitlines()]


def undecided(folder, town, data):
    """A node whose number of links is undecided: what was its links becomes regulations and costs between links."""
    region = regions(town)[-1]
    node = next(n for n in region.node_records if n["fields"]["number_of_links"] == 2 and not n["fields"]["boundary"])
    changed = bytearray(data)
    at = node["offset"]
    word = int.from_bytes(changed[at : at + 4], "big")
    put(changed, at, word | 15 << 21, 4)
    changed[at + 4 : at + 6] = bytes((2, 2))  # regulations, costs: 12 bytes, as its two links had
    block = region.frame + region.links + 2 * (word & 0x3FFFF)
    changed[block : block + 12] = bytes.fromhex("12ff 3481 5610 0708 6711 090a")
    disc = write(folder, "undecided", changed)
    found = [r for r in records(disc) if r.get("path", "").startswith(next(
        p for p in (r["path"].rsplit(".node_data", 1)[0] for r in region.node_records)) + ".node[") and r["offset"] in range(block, block + 12)]
    kinds = [(r["record"], r["offset"] - block) for r in found]
    tap.check(kinds == [("node_block", 0), ("regulation_record", 0), ("regulation_record", 2), ("between_links_cost_record", 4), ("between_links_cost_record", 8)],
              "undecided: regulations and costs are read", str(kinds))
    values = [r["fields"] for r in found]
    tap.check(len(values) == 5 and values[1]["entry_link"] == 1 and values[1]["passage_code"] == 127 and values[4]["time"] == 10,
              "undecided: with their values", str(values))
    tap.check(what(disc)[1]["accounted"] == len(data), "undecided: all accounted")


def overlapping(folder, town, data):
    """Boxes of regions may overlap."""
    changed = bytearray(data)
    found = [r for r in records(town) if r["record"] == "region_management_record" and r["fields"]["latitude_upper"] is not None]
    for record in found:
        at = record["offset"]
        for field, add in ((0, 300), (3, -300), (6, -300), (9, 300)):
            put(changed, at + field, int.from_bytes(changed[at + field : at + field + 3], "big") + add, 3)
    disc = write(folder, "overlapping", changed)
    findings = what(disc)[2]
    tap.check(len(found) > 1 and findings == [], "regions that overlap are sound", str(findings)[:300])
    tap.check([geometry(way) for way in routes(disc)] == [geometry(way) for way in routes(town)], "regions that overlap: the same ways")


def lies(folder, town, data):
    """Nodes and links that lead anywhere: all is accounted, and nothing goes round."""
    random_ = random.Random(1204)
    for i in range(60):
        changed = bytearray(data)
        for region in regions(town):
            links_first(changed, region)
        for region in regions(town):
            for _ in range(random_.randrange(1, 6)):
                put(changed, random_.choice((region.management, region.management + 4, region.management + 6, region.management + 10)),
                    random_.randrange(0, 600), 2)
        disc = write(folder, f"lies{i}", changed)
        result = run(disc, "--check")
        account = json.loads(result.stdout)["account"][0]
        tap.check(account["accounted"] == len(data), f"lie {i}: all accounted", str(account))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        built = folder / "built"
        subprocess.run([KIWIBUILD, "--quiet", "-o", built, ROOT / "testdata/small/town.geojson"], check=True)
        data = (built / "ALLDATA.KWI").read_bytes()
        town = write(folder, "town", data)
        links_before_nodes(folder, town, data)
        undecided(folder, town, data)
        overlapping(folder, town, data)
        lies(folder, town, data)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
