#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes kattegat.geojson.gz: the sea and the borders around Göteborg, from Natural Earth by way of world-atlas.

usage: make_kattegat.py LAND-10M.JSON COUNTRIES-10M.JSON OUTPUT.geojson.gz

Both inputs are TopoJSON: arcs of integer steps, and shapes that are lists of arcs (~n: arc n backwards).
The sea is the window with the land as holes; land that crosses the edge of the window is cut there, so its
hole touches the edge, which leaves out the same area.
"""
import gzip
import json
import sys

WEST, SOUTH, EAST, NORTH = 9.0, 55 + 1 / 3, 14.0, 59 + 2 / 3  # edges of parcels of the coarsest level


def read_arcs(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def join(arcs, numbers):
    points = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def polygons(geometry):
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from polygons(part)
    elif geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def clip(points, axis, edge, sign):
    """One step of Sutherland and Hodgman on an open ring."""
    result = []
    for a, b in zip(points, points[1:] + points[:1]):
        da, db = (a[axis] - edge) * sign, (b[axis] - edge) * sign
        if da >= 0:
            result.append(a)
        if da * db < 0:
            part = da / (da - db)
            point = [a[i] + (b[i] - a[i]) * part for i in (0, 1)]
            point[axis] = edge
            result.append(tuple(point))
    return result


def window(ring):
    points = ring[:-1]
    for axis, edge, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        points = clip(points, axis, edge, sign)
    return points


def rounded(points):
    """In steps of 0.0001 degrees, except on the edges of the window."""
    result = []
    for x, y in points:
        point = [round(x, 4), round(y, 7 if y in (SOUTH, NORTH) else 4)]
        if not result or result[-1] != point:
            result.append(point)
    return result


def closed(points):
    ring = rounded(points)
    return ring if ring[0] == ring[-1] else ring + ring[:1]


def sea(topology):
    arcs = read_arcs(topology)
    frame = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]
    rings = [closed(frame)]
    for polygon in polygons(topology["objects"]["land"]):
        land = window(join(arcs, polygon[0]))
        if len(land) > 2 and len(closed(land)) > 3:
            rings.append(closed(land)[::-1])
    return {"type": "Feature", "id": "sea", "properties": {"natural": "sea"},
            "geometry": {"type": "Polygon", "coordinates": rings}}


def borders(topology):
    """Arcs of two countries, as far as they lie in the window."""
    arcs, users = read_arcs(topology), {}
    for country in topology["objects"]["countries"]["geometries"]:
        for polygon in polygons(country):
            for number in (n for ring in polygon for n in ring):
                users.setdefault(number if number >= 0 else ~number, set()).add(country["properties"]["name"])
    for number, names in sorted(users.items()):
        line = [p for p in arcs[number] if WEST <= p[0] <= EAST and SOUTH <= p[1] <= NORTH]
        if len(names) == 2 and len(line) > 1:
            yield {"type": "Feature", "id": " - ".join(sorted(names)), "properties": {"boundary": "country"},
                   "geometry": {"type": "LineString", "coordinates": rounded(line)}}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    land, countries = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    lines = (json.dumps(f, separators=(",", ":")) for f in [sea(land), *borders(countries)])
    text = '{"type":"FeatureCollection","features":[\n%s\n]}\n' % ",\n".join(lines)
    with open(sys.argv[3], "wb") as target:
        with gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=9, mtime=0) as packed:
            packed.write(text.encode("ascii"))


if __name__ == "__main__":
    main()
