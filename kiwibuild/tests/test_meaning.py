#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tags, restrictions and texts of the input mean on the disc: test_meaning.py KIWIBUILD KIWIDUMP OSMIUM SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import sys
import tempfile
import unicodedata

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


def turns(folder):
    """Regulations of all nodes, in both levels: a crossing 0 of four arms 1 to 4, and a link from it to a second crossing 5 of arms 6 to 8."""
    places = ((0, 0), (-1, 0), (0, -1), (0, 1), None, (1, 0), (2, 0), (1, -1), (1, 1))
    arms = {1: (1, 0), 2: (2, 0), 3: (0, 3), 5: (0, 5), 6: (5, 6), 7: (5, 7), 8: (5, 8)}

    def count(members, one_way=(), **tags):
        osm = Osm()
        for number, place in enumerate(places):
            if place:
                osm.node(number, 9.5 + place[0] / 500, 47.1 + place[1] / 500)
        for way, ends in arms.items():
            osm.way(way, list(ends), highway="service", **({"oneway": "yes"} if way in one_way else {}))
        osm.relation(1, members, type="restriction", **tags)
        code, said = build(osm.write(folder / "turns.osm"), folder / "turns")
        lines = run(KIWIDUMP, folder / "turns", "--records", "--kind", "route").stdout.splitlines()
        return sum(json.loads(line).get("record") == "regulation_record" for line in lines), said.strip() + str(code or "")

    over_node = [("way", 1, "from"), ("node", 0, "via"), ("way", 3, "to")]
    over_way = [("way", 1, "from"), ("way", 5, "via"), ("way", 7, "to")]
    rows = (("no", over_node, (), {"restriction": "no_left_turn"}, 1, ""),
            ("only", over_node, (), {"restriction": "only_left_turn"}, 3, ""),
            ("cars excepted", over_node, (), {"restriction": "no_left_turn", "except": "bus;motorcar"}, 0, ""),
            ("buses excepted", over_node, (), {"restriction": "no_left_turn", "except": "bus"}, 1, ""),
            ("of lorries", over_node, (), {"restriction:hgv": "no_left_turn"}, 0, ""),
            ("of cars", over_node, (), {"restriction:motorcar": "no_left_turn"}, 1, ""),
            ("at a red light", over_node, (), {"restriction": "no_right_turn_on_red"}, 0, ""),
            ("of an unknown kind", over_node, (), {"restriction": "no_dancing"}, 0, "of a kind that is not known"),
            ("at some hours", over_node, (), {"restriction:conditional": "no_left_turn @ (08:00-10:00)"}, 0, "at some times only"),
            ("against a one-way street", over_node, (3,), {"restriction": "no_left_turn"}, 1, ""),
            ("from a one-way street", [("way", 3, "from"), ("node", 0, "via"), ("way", 1, "to")], (3,), {"restriction": "no_left_turn"}, 0, "not there, or not for cars"),
            ("of a missing way", [("way", 99, "from"), ("node", 0, "via"), ("way", 1, "to")], (), {"restriction": "no_left_turn"}, 0, "not there, or not for cars"),
            ("turning round", [("way", 1, "from"), ("node", 0, "via"), ("way", 1, "to")], (), {"restriction": "no_u_turn"}, 1, ""),
            ("no entry from two", [("way", 1, "from"), ("way", 2, "from"), ("node", 0, "via"), ("way", 3, "to")], (), {"restriction": "no_entry"}, 2, ""),
            ("over a way that others use", over_way, (), {"restriction": "no_u_turn"}, 0, "others enter and leave"),
            ("over a way with one beginning", [("way", 1, "from"), ("way", 5, "via"), ("way", 7, "to")], (2, 3), {"restriction": "no_u_turn"}, 0,
             "others enter and leave"),
            ("over two ways", over_way + [("way", 3, "via")], (), {"restriction": "no_u_turn"}, 0, "over several ways"),
            ("over nothing", over_node[:1], (), {"restriction": "no_u_turn"}, 0, "over several ways or over nothing"),
            ("to nothing", over_node[:2], (), {"restriction": "no_left_turn"}, 0, "from or to no way"))
    for name, members, one_way, tags, wanted, word in rows:
        got, said = count(members, one_way, **tags)
        tap.check(got == wanted and (word in said and "relation 1" in said if word else not said), f"a restriction {name}", f"{got} {said}")
    arms[2], arms[3] = (0, 2), (0, 3)
    got, said = count(over_way, (2, 3), restriction="no_u_turn")
    tap.check(got == 1 and not said, "a restriction over a way that is entered from one only", f"{got} {said}")
    arms[2], arms[6], arms[8] = (2, 0), (6, 5), (8, 5)
    got, said = count(over_way, (6, 8), restriction="no_u_turn")
    tap.check(got == 1 and not said, "a restriction over a way that is left to one only", f"{got} {said}")


class Texts:
    """Texts of places on a disc."""

    def __init__(self, folder, names, *options):
        source = folder / "names.geojson"
        source.write_text(json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"place": "town", **(name if isinstance(name, dict) else {"name": name})}, "geometry": {
                "type": "Point", "coordinates": [12 + i % 100 / 1000, 57.7 + i // 100 / 1000]}} for i, name in enumerate(names)]}))  # fmt: skip
        self.code, said = build(source, folder / "names", *options)
        self.said = said.replace("\n", " | ").strip()
        self.found = texts(folder / "names")


def letters(folder):
    latin = [chr(code) for code in range(0xC0, 0x180) if unicodedata.decomposition(chr(code)) and "<" not in unicodedata.decomposition(chr(code))]
    composed, apart = Texts(folder, ["x" + c for c in latin]), Texts(folder, [unicodedata.normalize("NFD", "x" + c) for c in latin])
    tap.check(composed.found == apart.found and composed.said and composed.said.split(";")[0] == apart.said.split(";")[0],
              f"{len(latin)} letters, composed or not, are the same", f"{composed.said} {apart.said}")
    kana = [chr(code) for code in range(0x3041, 0x30FF) if len(unicodedata.normalize("NFD", chr(code))) == 2 and chr(code) not in "ゔヷヸヹヺゞヾ"]
    shift_jis = ("--layout", ROOT / "testdata/layouts/shift_jis.json")
    got = Texts(folder, [unicodedata.normalize("NFD", "ア" + c) for c in kana], *shift_jis)
    tap.check(got.found == sorted("ア" + c for c in kana) and not got.said, f"{len(kana)} kana with marks", got.said)
    # Marks of different classes in the other order: dot below (220), then circumflex (230), is the canonical one.
    got = Texts(folder, ["a\u0302\u0323b", "Cafe\u0301", "e\u0301\u0301", "\u0301"])
    tap.check(got.found == ["Café", "ab", "é"], "marks in any order, two of them and alone", str(got.found))
    rows = {"București": "Bucuresti", "Dvořák": "Dvorák", "Łódź": "Lódz", "Œuvre": "OEuvre", "Москва": "Moskva", "Щукино": "Shchukino", "Αθήνα": "Athina",
            "L’Île – “x”…": "L'Île - \"x\"...", "İstanbul": "Istanbul", "Nguyễn": "Nguyên", "ﬁn ①": "fin 1", "a\u200bb": "ab", "東京": "??", "x\n y": "x  y",
            "ẞ": "SS", "Ｆｕｌｌ": "Full", "Þór": "Þór", "تل": "??"}
    got = Texts(folder, rows)
    tap.check(got.found == sorted(set(rows.values())), "plainer letters", str(sorted(set(rows.values()) ^ set(got.found))))
    tap.check('are not in ISO 8859-1, written by other letters; the first: ș in "București"' in got.said
              and '4 characters are not in ISO 8859-1, \'?\' written; the first: 東 in "東京"' in got.said, "what is lost is counted, with the first one", got.said)
    rows = {"Göteborg": "Goteborg", "Ǿ": "O", "東京–駅": "東京-駅", "〜": "～", "Москва": "Москва", "Þór": "THor"}
    got = Texts(folder, rows, *shift_jis)
    tap.check(got.found == sorted(rows.values()), "plainer letters in Shift-JIS", f"{got.found} {got.said}")


def languages(folder):
    rows = [{"name": "Suomi", "name:sv": "Finland", "name:en": "FINLAND"}, {"name": "Åbo"}, {"name:fi": "Turku"}, {"name": "東京", "name:en": "Tokyo"},
            {"name": "京都", "int_name": "Kyoto"}, {"name": "Москва", "name:en": "Moscow"}, {"name": "東", "name:etymology": "no", "name:ja": "西"}]
    got = Texts(folder, rows)
    tap.check(got.found == sorted(["Suomi", "Åbo", "Turku", "Tokyo", "Kyoto", "Moskva", "?"]), "the local name, else one that can be written", str(got.found))
    got = Texts(folder, rows, "--language", "fi,sv")
    tap.check("Finland" in got.found and "Suomi" not in got.found, "the wanted language", str(got.found))
    got = Texts(folder, rows, "--language", "ja,en")
    tap.check({"FINLAND", "Moscow", "Tokyo"} <= set(got.found), "the next one if the first is not there", str(got.found))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        booleans(folder)
        one_ways(folder)
        access(folder)
        turns(folder)
        letters(folder)
        languages(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
