#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes goteborg.geojson.gz from test/large-network.json of the npm package geojson-path-finder 2.1.0.

usage: make_goteborg.py LARGE-NETWORK.JSON OUTPUT.geojson.gz

Kept of each feature: id, geometry as it is, and the tags that kiwibuild reads. The output is the same, byte
for byte, for the same zlib: no file name and no time in the gzip header.
"""
import gzip
import json
import sys

TAGS = ("highway", "name", "ref", "oneway", "bridge", "tunnel", "toll", "layer", "construction")


def compact(feature):
    properties = feature["properties"]
    return {
        "type": "Feature",
        "id": feature["id"],
        "properties": {tag: properties[tag] for tag in TAGS if tag in properties},
        "geometry": feature["geometry"],
    }


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as source:
        network = json.load(source)
    lines = (json.dumps(compact(f), ensure_ascii=False, separators=(",", ":")) for f in network["features"])
    text = '{"type":"FeatureCollection","copyright":%s,"timestamp":%s,"features":[\n%s\n]}\n' % (
        json.dumps(network["copyright"]), json.dumps(network["timestamp"]), ",\n".join(lines))
    with open(sys.argv[2], "wb") as target:
        with gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=9, mtime=0) as packed:
            packed.write(text.encode("utf-8"))


if __name__ == "__main__":
    main()
