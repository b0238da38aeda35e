#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tags, restrictions and texts of the input mean on the disc: test_meaning.py KIWIBUILD KIWIDUMP OSMIUM SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True

from test_input import KIWIDUMP, ROOT, Osm, build, features, run, tap, texts  # noqa: E402


class Roads:
    """Roads of GeoJSON from south to north, one for each row of tags, and what the disc has of them."""

    def __init__(self, folder, rows):
        self.rows = rows
        self.source, self.disc = folder / "roads.geojson", folder / "roads"
        self.source.write_text(json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"highway": "residential", **tags}, "geometry": {
                "type": "LineString", "coordinates": [[11.97, 57.7 + i / 1000], [11.975, 57.7 + i / 1000]]}}
            for i, tags in enumerate(rows)]}))  # fmt: skip
        self.code, said = build(self.source, self.disc)
        self.said = said.replace("\n", " | ").strip()

    def properties(self):
        found = sorted(features(self.disc, "--level", "0", "--kind", "road"), key=lambda f: f["geometry"]["coordinates"][0][1])
        return [f["properties"] for f in found]

    def routed(self):
        """Rows that are in the road graph."""
        return {round((f["geometry"]["coordinates"][0][1] - 57.7) * 1000) for f in features(self.disc, "--kind", "route")}


def booleans(folder):
    no = [False, 0, 0.0, None, "false", "NO", "", " no ", "Off", "n", "no;no"]
    yes = [True, 1, "yes", "TRUE", " Yes", "on", "viaduct", "Movable", "no;yes"]
    wanted = [(value, False) for value in no] + [(value, True) for value in yes]
    roads = Roads(folder, [{"bridge": value} for value, _ in wanted])
    got = [p["bridge"] for p in roads.properties()]
    tap.check(got == [w for _, w in wanted] and not roads.said, "bridge as a boolean in every form",
              f"{[(w, g) for w, g in zip(wanted, got) if w[1] != g]} {roads.said}")
    roads = Roads(folder, [{"tunnel": "culvert"}, {"tunnel": "building_passage"}, {"tunnel": "perhaps"}, {"toll": "Yes"}, {"toll": "maybe"}])
    got = roads.properties()
    tap.check([p["tunnel"] for p in got] == [False, True, False, False, False], "a tunnel of a value that is not known is none")
    tap.check([p["toll"] for p in got] == [False, False, False, True, False], "nor is a toll")
    tap.check('values of tunnel are not understood, and count as if it were absent: 2; the first: ' in roads.said
              and 'roads.geojson: feature 1, "culvert"' in roads.said and 'feature 5, "maybe"' in roads.said, "both are counted, with the first one", roads.said)


def one_ways(folder):
    rows = [({}, "none"), ({"oneway": "yes"}, "forward"), ({"oneway": True}, "forward"), ({"oneway": "YES"}, "forward"), ({"oneway": 1}, "forward"),
            ({"oneway": -1}, "backward"), ({"oneway": "-1"}, "backward"), ({"oneway": "Reverse"}, "backward"), ({"oneway": "no"}, "none"),
            ({"oneway": False}, "none"), ({"oneway": "alternating"}, "none"), ({"oneway": "reversible"}, "closed"),
            ({"junction": "roundabout"}, "forward"), ({"junction": "circular"}, "forward"), ({"junction": "roundabout", "oneway": "no"}, "none"),
            ({"junction": "roundabout", "oneway": "-1"}, "backward"), ({"junction": "yes"}, "none"), ({"highway": "motorway"}, "forward"),
            ({"highway": "motorway", "oneway": "no"}, "none"), ({"highway": "motorway", "oneway": "sometimes"}, "forward"),
            ({"highway": "motorway_link"}, "none"), ({"highway": "trunk"}, "none"), ({"oneway": "sometimes"}, "none")]
    roads = Roads(folder, [tags for tags, _ in rows])
    got = [p["one_way"] for p in roads.properties()]
    tap.check(got == [w for _, w in rows], "directions, given and implied", str([(t, g) for (t, w), g in zip(rows, got) if g != w]))
    tap.check("values of oneway are not understood, and count as if it were absent: 2" in roads.said and 'feature 20, "sometimes"' in roads.said,
              "a direction that is not understood is said", roads.said)
    tap.check(11 not in roads.routed() and 10 in roads.routed(), "a road whose direction changes is not for routes")


def access(folder):
    rows = [({}, True), ({"access": "no"}, False), ({"access": "private"}, True), ({"access": "no", "motorcar": "yes"}, True),
            ({"motor_vehicle": "agricultural;forestry"}, False), ({"motor_vehicle": "agricultural;destination"}, True), ({"vehicle": "no"}, False),
            ({"access": "yes", "motorcar": "no"}, False), ({"motor_vehicle": "unbekannt", "access": "no"}, False), ({"motor_vehicle": "unbekannt"}, True),
            ({"highway": "track", "motor_vehicle": False}, False), ({"highway": "footway"}, False), ({"highway": None, "route": "ferry"}, True),
            ({"highway": None, "route": "ferry", "motor_vehicle": "no"}, False), ({"highway": "bogus"}, False)]
    roads = Roads(folder, [tags for tags, _ in rows])
    wanted = {i for i, (_, w) in enumerate(rows) if w}
    tap.check(roads.routed() == wanted, "who may pass, by the tag that is about cars most closely", f"{sorted(roads.routed() ^ wanted)}")
    properties = roads.properties()
    tap.check([p["one_way"] for p in properties[:5]] == ["none", "closed", "none", "none", "closed"] and properties[11]["one_way"] == "none",
              "the map says what is closed for cars, except of walks")
    tap.check(properties[12]["road_type"] == 10, "a ferry is one", str(properties[12]))
    tap.check('values of motor_vehicle are not understood' in roads.said and 'feature 9, "unbekannt"' in roads.said, "access that is not understood", roads.said)
    tap.check(len(properties) == 14 and "a value of highway that the profile does not know: 1; the first: " in roads.said and '"bogus"' in roads.said,
              "a road of an unknown kind is said, and is no other kind", roads.said)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        booleans(folder)
        one_ways(folder)
        access(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
