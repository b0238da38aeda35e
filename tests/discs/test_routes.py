#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Routes against Dijkstra over the GeoJSON that the disc was built from: test_routes.py KIWIDUMP DISC INPUT.geojson.gz PROFILE. TAP.

The referee shares nothing with kiwibuild but the profile, which tells the road type of each highway value: what is planned,
a walkway (8), non-navigable (9) or for public vehicles only (12) is not for routes.
"""

import concurrent.futures
import gzip
import heapq
import json
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from check_goteborg import Tap, expected_one_way, lines_of  # noqa: E402

SOURCES, GOALS = 100, 10
TOLERANCE = 0.005
ROUTABLE = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 13}


def metres(a, b):
    """Between two near places in 10^-7 degrees, by the radii of curvature of WGS 84."""
    phi = math.radians((a[1] + b[1]) / 2e7)
    e2 = 0.00669437999014
    root = 1 - e2 * math.sin(phi) ** 2
    north = 6378137 * (1 - e2) / root**1.5 * math.radians((b[1] - a[1]) / 1e7)
    east = 6378137 / math.sqrt(root) * math.cos(phi) * math.radians((b[0] - a[0]) / 1e7)
    return math.hypot(north, east)


class Graph:
    """Every vertex of a routable way is a node."""

    def __init__(self, source, profile):
        profile = json.loads(pathlib.Path(profile).read_text(encoding="utf-8"))
        roads, planned = profile["roads"], set(profile["planned"]["highway"])
        with gzip.open(source, "rt", encoding="utf-8") as file:
            features = json.load(file)["features"]
        self.edges, self.ends, self.total, self.one_way = {}, set(), 0.0, 0.0
        for feature in features:
            tags = feature["properties"]
            highway = tags.get("highway")
            if highway is None or highway in planned:
                continue
            if roads["highway"][highway]["road_type"] not in ROUTABLE:
                continue
            for line in lines_of(feature["geometry"]):
                self.add([(round(x * 1e7), round(y * 1e7)) for x, y, *_ in line], expected_one_way(tags))

    def add(self, line, one_way):
        self.ends |= {line[0], line[-1]}
        for a, b in zip(line, line[1:]):
            length = metres(a, b)
            self.total += length
            self.one_way += length * (one_way != "none")
            self.edges.setdefault(a, [])
            self.edges.setdefault(b, [])
            if one_way != "backward":
                self.edges[a].append((b, length))
            if one_way != "forward":
                self.edges[b].append((a, length))

    def distances(self, start):
        best, heap = {start: 0.0}, [(0.0, start)]
        while heap:
            done, node = heapq.heappop(heap)
            if done > best[node]:
                continue
            for other, length in self.edges[node]:
                if done + length < best.get(other, math.inf):
                    best[other] = done + length
                    heapq.heappush(heap, (done + length, other))
        return best


def text(node):
    return f"{node[1] / 1e7:.7f},{node[0] / 1e7:.7f}"


def route(kiwidump, disc, start, goal):
    """Properties of the feature, or None if there is no way."""
    result = subprocess.run([kiwidump, "--route", text(start), text(goal), disc], capture_output=True, text=True, check=False)
    if result.returncode == 3 and "there is no way" in result.stderr and not result.stdout:
        return None
    if result.returncode != 0 or result.stderr:
        raise RuntimeError(f"{start} {goal}: exit {result.returncode}, {result.stderr[:300]}")
    return json.loads(result.stdout)


def off(feature, key, node):
    """Metres between the node that a route begins or ends with and the one that was asked for."""
    x, y = feature["properties"][key]["coordinates"]
    return metres((x * 1e7, y * 1e7), node)


def check_features(tap, kiwidump, disc, graph):
    """All links of the finest level: each once, where the document counts the nodes and both ends."""
    levels = json.loads(subprocess.run([kiwidump, disc], stdout=subprocess.PIPE, check=True).stdout)["regions"]
    level = levels[-1]
    result = subprocess.run([kiwidump, "--features", "--kind", "route", "--level", str(level["level"]), disc],
                            stdout=subprocess.PIPE, check=True)  # fmt: skip
    links = [json.loads(line)["properties"] for line in result.stdout.splitlines()]
    total = sum(link["length"] for link in links)
    one_way = sum(link["length"] for link in links if link["one_way"] != "none")
    tap.check(2 * len(links) == level["links"], "each link is a feature, and has two ends", f"{len(links)}, {level['links']}")
    nodes = {(link["region"], link["node"]) for link in links} | {(link["to_region"], link["to_node"]) for link in links}
    tap.check(len(nodes) == level["nodes"], "links lead to all nodes", f"{len(nodes)}, {level['nodes']}")
    tap.check(abs(total / graph.total - 1) < 0.001, "all links are as long as the routable ways", f"{total}, {graph.total}")
    tap.check(abs(one_way / graph.one_way - 1) < 0.001, "so are the one-way links", f"{one_way}, {graph.one_way}")
    result = subprocess.run([kiwidump, "--records", "--kind", "route", disc], stdout=subprocess.PIPE, check=True)
    costs = [record["fields"] for record in map(json.loads, result.stdout.splitlines()) if record["record"] == "link_cost_record"]
    both = [cost["forward"] and cost["backward"] for cost in costs]
    tap.check(0 < sum(both) < len(both) and both == [cost["same_cost"] for cost in costs], "links cost the same both ways where both can be driven")
    tap.check(levels[0]["level"] is None and levels[0]["regions"] == 1, "the dummy level has the root")


def main(kiwidump, disc, source, profile):
    tap, random_ = Tap(), random.Random(20240229)
    graph = Graph(source, profile)
    check_features(tap, kiwidump, disc, graph)
    nodes = sorted(node for node in graph.ends)
    outward = [node for node in nodes if graph.edges[node]]
    inward = sorted(graph.ends & {other for edges in graph.edges.values() for other, _ in edges})
    wrong, misplaced, ways, one_sided, worst, lengths = [], [], 0, [], 0.0, 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for start in random_.sample(outward, SOURCES):
            best = graph.distances(start)
            goals = random_.sample(inward, GOALS)
            found = list(pool.map(lambda goal, start=start: route(kiwidump, disc, start, goal), goals))
            for goal, feature in zip(goals, found):
                expected = best.get(goal)
                if expected is None or feature is None:
                    if (expected is None) != (feature is None):
                        one_sided.append((start, goal, expected))
                    continue
                ways += 1
                length = feature["properties"]["length"]
                lengths += length
                if max(off(feature, "from", start), off(feature, "to", goal)) > 2:
                    misplaced.append((start, goal))
                error = abs(length - expected) / expected if expected else float(length > 0)
                worst = max(worst, error)
                if error > TOLERANCE:
                    wrong.append((text(start), text(goal), length, round(expected, 1)))
    print(f"# {SOURCES * GOALS} pairs, {ways} of them joined by ways of {lengths / max(ways, 1):.0f} m on average; "
          f"greatest difference {100 * worst:.3f} %")  # fmt: skip
    tap.none(wrong, f"length of {ways} routes is that of Dijkstra over the input, within {100 * TOLERANCE} %")
    tap.none(misplaced, "routes begin and end at the nodes asked for")
    tap.none(one_sided, "there is a way where the input has one, and only there")
    tap.check(ways > SOURCES * GOALS // 2, "most pairs are joined")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
