#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Routes against Dijkstra over the OpenStreetMap file that the disc was built from: test_turns.py KIWIBUILD KIWIDUMP OSMIUM SOURCE_ROOT
[FILE PAIRS]. Prints TAP. Without FILE it makes a town with one-way streets, roundabouts, bridges, closed roads and turn restrictions.

The referee shares nothing with kiwibuild but the road types of the profile. A state of its search is a node and, where there are
restrictions, the way that it was reached by. Between nodes, where a way bends only, nobody turns round.
"""
import collections
import concurrent.futures
import heapq
import json
import math
import pathlib
import random
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True

from test_input import KIWIBUILD, KIWIDUMP, OSMIUM, ROOT, Osm, build, run, tap  # noqa: E402

TOLERANCE = 0.005
FOR_CARS = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 13}
CLOSED = {"no", "agricultural", "forestry", "emergency", "psv", "bus", "military", "bicycle", "foot"}
CARS = ("motorcar", "motor_vehicle", "vehicle", "access")
UNDERSTOOD = CLOSED | {"yes", "private", "destination", "customers", "delivery", "designated", "permissive", "public", "official"}


def metres(a, b):
    """Between two near places in degrees, by the radii of curvature of WGS 84."""
    phi = math.radians((a[1] + b[1]) / 2)
    e2 = 0.00669437999014
    root = 1 - e2 * math.sin(phi) ** 2
    return math.hypot(6378137 * (1 - e2) / root ** 1.5 * math.radians(b[1] - a[1]),
                      6378137 / math.sqrt(root) * math.cos(phi) * math.radians(b[0] - a[0]))


class Graph:
    """Every node of a way for cars; edges with the way that they belong to."""

    def __init__(self, path, profile):
        roads = profile["roads"]
        self.places, self.edges, self.ends, self.one_way = {}, collections.defaultdict(list), set(), 0
        self.length, ways, relations, self.used = 0.0, {}, [], collections.Counter()
        for _, element in ElementTree.iterparse(path):
            if element.tag == "node":
                self.places[element.get("id")] = (float(element.get("lon")), float(element.get("lat")))
            elif element.tag in ("way", "relation"):
                tags = {tag.get("k"): tag.get("v") for tag in element.findall("tag")}
                if element.tag == "relation" and tags.get("type") == "restriction":
                    relations.append((tags, [(m.get("type"), m.get("ref"), m.get("role")) for m in element.findall("member")]))
                highway = roads["highway"].get(tags.get("highway")) or (roads["route"].get(tags.get("route")) if "highway" not in tags else None)
                nodes = [nd.get("ref") for nd in element.findall("nd")]
                if element.tag == "way" and highway and highway["road_type"] in FOR_CARS and self.open(tags):
                    ways[element.get("id")] = (nodes, tags)
        for number, (nodes, tags) in ways.items():
            self.add(number, nodes, tags)
        self.restricted, self.dropped = collections.defaultdict(list), 0
        for tags, members in relations:
            self.restrict(tags, members)

    @staticmethod
    def open(tags):
        values = [tags[key] for key in CARS if tags.get(key) in UNDERSTOOD]
        return tags.get("oneway") != "reversible" and not (values and values[0] in CLOSED)

    def add(self, number, nodes, tags):
        one_way = tags.get("oneway") or ("yes" if tags.get("junction") in ("roundabout", "circular") or tags["highway"] == "motorway" else "no")
        known = [node in self.places for node in nodes]
        self.used.update(nodes)
        for i, (a, b) in enumerate(zip(nodes, nodes[1:])):
            if not (known[i] and known[i + 1]):
                continue
            if i == 0 or not known[i - 1]:
                self.ends.add(a)
            if i + 2 == len(nodes) or not known[i + 2]:
                self.ends.add(b)
            length = metres(self.places[a], self.places[b])
            self.length += length
            if one_way != "-1":
                self.edges[a].append((b, length, number))
            if one_way in ("no", "-1"):
                self.edges[b].append((a, length, number))
            self.edges.setdefault(a, [])
            self.edges.setdefault(b, [])

    def restrict(self, tags, members):
        if set(tags.get("except", "").split(";")) & set(CARS):
            return
        kind, sides = tags["restriction"], {role: ref for _, ref, role in members}
        if ("way", sides.get("via"), "via") in members:
            self.dropped += 1
            return
        if "via" in sides:
            self.restricted[sides["via"]].append((kind.startswith("only"), sides.get("from"), sides.get("to")))

    def allowed(self, node, entry, exit_way):
        for only, start, end in self.restricted.get(node, ()):
            if entry == start and any(way == end for _, _, way in self.edges[node]) and (exit_way == end) != only:
                return False
        return True

    def bends(self, node):
        return self.used[node] == 1 and node not in self.ends

    def distances(self, start):
        best, heap, reached = {(start, None): 0.0}, [(0.0, start, "")], {}
        while heap:
            done, node, entry = heapq.heappop(heap)
            entry = entry or None
            if done > best[node, entry]:
                continue
            reached.setdefault(node, done)
            for other, length, way in self.edges[node]:
                if entry is not None and (other == entry if self.bends(node) else not self.allowed(node, entry, way)):
                    continue
                state = (other, way if other in self.restricted else node if self.bends(other) else None)
                if done + length < best.get(state, math.inf):
                    best[state] = done + length
                    heapq.heappush(heap, (done + length, other, state[1] or ""))
        return reached


def text(graph, node):
    return "{1:.7f},{0:.7f}".format(*graph.places[node])


def route(graph, disc, start, goal):
    """Properties of the way, or None if there is none."""
    result = run(KIWIDUMP, "--route", text(graph, start), text(graph, goal), disc)
    said = result.stderr.decode()
    if result.returncode == 3 and "there is no way" in said:
        return None
    if result.returncode != 0 or said:
        raise RuntimeError(f"{start} {goal}: exit {result.returncode}, {said[:300]}")
    return json.loads(result.stdout)


def compare(graph, disc, pairs, goals_each=10):
    dice, nodes = random.Random(7), sorted(graph.ends)
    outward = [node for node in nodes if graph.edges[node]]
    inward = sorted(graph.ends & {other for edges in graph.edges.values() for other, _, _ in edges})
    wrong, misplaced, one_sided, ways, worst, total = [], [], [], 0, 0.0, 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in range(pairs // goals_each):
            start = dice.choice(outward)
            best, goals = graph.distances(start), dice.sample(inward, goals_each)
            for goal, found in zip(goals, pool.map(lambda goal, start=start: route(graph, disc, start, goal), goals)):
                expected = best.get(goal)
                if expected is None or found is None:
                    if (expected is None) != (found is None):
                        one_sided.append((start, goal, expected))
                    continue
                length = found["properties"]["length"]
                ways, total = ways + 1, total + length
                for key, node in (("from", start), ("to", goal)):
                    if metres(found["properties"][key]["coordinates"], graph.places[node]) > 2:
                        misplaced.append((key, node))
                error = abs(length - expected) / expected if expected > 1 else abs(length - expected)
                worst = max(worst, error if expected > 100 else 0)
                if error > TOLERANCE and abs(length - expected) > 2:
                    wrong.append((start, goal, length, round(expected, 1)))
    print(f"# {pairs} pairs, {ways} of them joined by ways of {total / max(ways, 1):.0f} m on average; greatest difference {100 * worst:.3f} %; "
          f"{sum(map(len, graph.restricted.values()))} restrictions at nodes, {graph.dropped} over ways")
    tap.none(wrong, f"length of {ways} routes is that of Dijkstra over the file, within {100 * TOLERANCE} %")
    tap.none(misplaced, "routes begin and end at the nodes asked for")
    tap.none(one_sided, "there is a way where the file has one, and only there")
    tap.check(ways > pairs // 2, "most pairs are joined", str(ways))


SIDE = 12


class Town(Osm):
    """A grid of streets, of which chance makes one-way streets, closed ones, bridges and turn restrictions, and two roundabouts."""

    def __init__(self, seed):
        super().__init__()
        self.dice, self.at = random.Random(seed), collections.defaultdict(list)
        for y in range(SIDE):
            for x in range(SIDE):
                self.node(100 + y * SIDE + x, 9.5 + x / 500 + self.dice.random() / 2000, 47.1 + y / 700 + self.dice.random() / 2000)
        for y in range(SIDE):
            for x in range(SIDE - 1):
                self.street(100 + y * SIDE + x, 101 + y * SIDE + x)
                self.street(100 + x * SIDE + y, 100 + (x + 1) * SIDE + y)
        self.bridges()
        for i in range(2):
            self.roundabout(1000 + 10 * i, 103 + 5 * i + SIDE * 4)
        for i in range(60):
            self.restriction(5000 + i)

    def street(self, a, b):
        number, chance = 1 + len(self.ways), self.dice.random()
        tags = {"highway": self.dice.choice(("residential", "secondary", "primary", "service", "motorway"))}
        if chance < 0.25:
            tags["oneway"] = self.dice.choice(("yes", "-1", "1", "no", "reversible"))
        elif chance < 0.3:
            tags["motor_vehicle"] = self.dice.choice(("no", "agricultural", "private"))
        nodes = self.dice.choice(((a, b), (b, a)))
        self.way(number, list(nodes), **tags)
        for node in nodes:
            self.at[node].append(number)

    def bridges(self):
        """Ways that cross others at a node of their own in the same place."""
        for i, node in enumerate((130, 155, 180)):
            x, y, _ = self.nodes[node]
            self.node(2000 + 3 * i, x - 0.0003, y - 0.0005)
            self.node(2001 + 3 * i, x, y)
            self.node(2002 + 3 * i, x + 0.0003, y + 0.0005)
            self.way(1 + len(self.ways), [100 + i, 2000 + 3 * i, 2001 + 3 * i, 2002 + 3 * i, 230 + i], highway="primary", bridge="yes")

    def roundabout(self, first, middle):
        """Streets of a crossing end at a ring around it."""
        x, y, _ = self.nodes[middle]
        ring = [self.node(first + i, x + 0.0002 * math.cos(i * math.pi / 4), y + 0.0002 * math.sin(i * math.pi / 4)) for i in range(8)]
        ends = iter(ring[::2])
        for number, nodes, tags in self.ways:
            if nodes[0] == middle or nodes[-1] == middle:
                nodes[0 if nodes[0] == middle else -1] = next(ends, ring[0])
        self.at.pop(middle, None)
        self.way(1 + len(self.ways), ring + ring[:1], highway="primary", junction="roundabout")

    def restriction(self, number):
        node = self.dice.choice(sorted(self.at))
        sides = self.dice.sample(self.at[node], 2) if self.dice.random() < 0.8 else [self.dice.choice(self.at[node])] * 2
        kind = self.dice.choice(("no_left_turn", "no_right_turn", "no_straight_on", "only_right_turn", "only_straight_on"))
        more = {"except": "psv;bicycle"} if self.dice.random() < 0.2 else {"except": "motorcar"} if self.dice.random() < 0.1 else {}
        self.relation(number, [("way", sides[0], "from"), ("node", node, "via"), ("way", sides[1], "to")], type="restriction",
                      restriction="no_u_turn" if sides[0] == sides[1] else kind, **more)


def profile():
    return json.loads((ROOT / "kiwibuild/profiles/osm.json").read_text(encoding="utf-8"))


def towns(folder):
    for seed in range(3):
        source = Town(seed).write(folder / "grid.osm")
        code, said = build(source, folder / "grid")
        tap.check(code == 0, f"town {seed} is built", said.strip().replace("\n", " | "))
        compare(Graph(source, profile()), folder / "grid", 100)


def main(path=None, pairs="1000"):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if not path:
            towns(folder)
            return tap.end()
        run(OSMIUM, "cat", path, "-o", folder / "file.osm")
        result = run(KIWIBUILD, path, "-q", "-o", folder / "disc")
        tap.check(result.returncode == 0, f"{path} is built", result.stderr.decode())
        compare(Graph(folder / "file.osm", profile()), folder / "disc", int(pairs))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[5:]))
