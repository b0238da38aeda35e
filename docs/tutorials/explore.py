# SPDX-License-Identifier: MIT
"""A walk through a disc in Python: explore.py DISC FOLDER. The pictures, and a copy of the disc, go into FOLDER.

Each part between "# %%" is a cell for editors that know them (VS Code, Spyder, Jupyter with jupytext); run as a script, it goes from top to
bottom. It needs pandas and matplotlib (Debian's python3-pandas and python3-matplotlib). README says how kiwi-env comes about, and disc.iso, which
is the disc that ./demo makes:

    kiwi-env/bin/python docs/tutorials/explore.py disc.iso pictures

For an image of your own, change the four lines under "Where to look".
"""

# %% Open a disc
# An image, a folder with the files of a disc, or one of these files. Nothing is read yet but what says where things are.
import hashlib
import json
import math
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")  # pictures become files; leave this line out in a notebook

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

import kiwi

DISC, FOLDER = map(pathlib.Path, sys.argv[1:3])
FOLDER.mkdir(parents=True, exist_ok=True)

disc = kiwi.open(DISC)
print(f"{disc.volume.disk_title}: {disc.size:,} bytes")
for file in disc.files:
    print(f"  {file.path:20} {file.kind:10} {file.size:>12,}")
for level in disc.levels:
    print(f"  level {level.number}: {level.columns} x {level.rows} parcels")

# %% Where to look
PLACE = 57.7005, 11.9735  # latitude and longitude, as everywhere where kiwi asks for a place
COAST = (11.5, 57.495, 12.3, 57.9225)  # west, south, east, north, as everywhere where it asks for a box
STREET, NEW_NAME = "Kungsportsavenyn", "Pythonpromenaden"  # the same number of letters
DESTINATION = 57.7065, 11.9390


def box_around(place, metres):
    """The box that reaches so far to all sides of a place."""
    latitude, longitude = place
    north = metres / 111_200  # metres in a degree
    east = north / math.cos(math.radians(latitude))
    return longitude - east, latitude - north, longitude + east, latitude + north


# %% How a map is drawn
# A level is a grid of parcels. Each has roads, backgrounds (areas, lines, points) and names; all have coordinates, an array of longitudes and
# latitudes that numpy and matplotlib take as it is. A road is cut into links at crossings and at the edges of parcels: round ends let them join.
ROADS = {  # colour and width; what comes later is drawn above
    kiwi.RoadType.WALKWAY: ("#d9a58c", 0.6),
    kiwi.RoadType.PRIVATE_ROAD: ("#cfc8bb", 1.0),
    kiwi.RoadType.VERY_LOW_SPEED: ("#a9a294", 1.6),
    kiwi.RoadType.LOCAL: ("#8f8674", 2.2),
    kiwi.RoadType.THROUGHWAY: ("#e3b23c", 2.8),
    kiwi.RoadType.HIGHWAY: ("#e8833a", 3.2),
    kiwi.RoadType.FREEWAY_CLASS_1: ("#cf4b3f", 3.6),
}
AREAS = {kiwi.TypeCode.SEA: "#b5d3e7", kiwi.TypeCode.LAKE: "#b5d3e7", kiwi.TypeCode.RIVER: "#b5d3e7", kiwi.TypeCode.GREEN_BELT: "#cfe3bd"}
HALO = [withStroke(linewidth=2.5, foreground="white")]


def start_map(title, box):
    west, south, east, north = box
    figure, axes = plt.subplots(figsize=(10, 10), layout="constrained")
    axes.set(title=title, xlim=(west, east), ylim=(south, north), facecolor="#f6f3ed", xlabel="longitude", ylabel="latitude")
    axes.ticklabel_format(useOffset=False)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))  # degrees of longitude are shorter than those of latitude
    figure.canvas.draw()  # from here on labels know their place
    return figure, axes


def draw_areas(axes, level, box):
    for shape in disc.backgrounds(level, box):
        if shape.shape_class == kiwi.ShapeClass.AREA:
            colour = AREAS.get(shape.type_code, "#e4ded2")
            axes.add_collection(PolyCollection([shape.coordinates], facecolor=colour, edgecolor=colour, zorder=0))


def draw_lines(axes, roads, colour, width, order):
    axes.add_collection(LineCollection([road.coordinates for road in roads], color=colour, linewidth=width, capstyle="round", zorder=order))


def draw_roads(axes, level, box, scale=1.0):
    roads = list(disc.roads(level, box))
    legend = []
    for order, (road_type, (colour, width)) in enumerate(ROADS.items(), start=1):
        chosen = [road for road in roads if road.road_type == road_type]
        if chosen:
            draw_lines(axes, chosen, colour, scale * width, order)
            legend.append(Line2D([], [], color=colour, linewidth=width, label=road_type.name.lower().replace("_", " ")))
    axes.legend(handles=legend, loc="lower right", framealpha=1).set_zorder(30)
    return roads


def draw_names(axes, level, box, limit=60):
    """Names along their roads, each once; those with priority first, and none on top of another. Route numbers are left out."""
    taken = [axes.get_legend().get_window_extent()]
    drawn = set()
    for name in sorted(disc.names(level, box), key=lambda name: -(name.priority or 0)):
        if name.text in drawn or len(name.text) < 3 or name.type_code == kiwi.TypeCode.ROUTE_SHIELD or len(drawn) == limit:
            continue
        (x, y), *_ = name.coordinates
        if name.angle is None:
            look = {"fontsize": 11, "weight": "bold"}
        else:
            look = {"fontsize": 7, "rotation": 90 - name.angle % 180}  # the disc counts clockwise from north
        label = axes.text(x, y, name.text, ha="center", va="center", rotation_mode="anchor", path_effects=HALO, zorder=20, **look)
        place = label.get_window_extent()
        inside = axes.bbox.x0 < place.x0 and place.x1 < axes.bbox.x1 and axes.bbox.y0 < place.y0 and place.y1 < axes.bbox.y1
        if inside and not any(place.overlaps(other) for other in taken):
            taken.append(place)
            drawn.add(name.text)
        else:
            label.remove()
    return drawn


def save(figure, name):
    figure.savefig(FOLDER / name, dpi=120)
    plt.close(figure)
    print(f"  see {FOLDER / name}")


# %% The coast
# Coarse levels have great numbers: level 2 shows a whole region, with the sea.
print("The coast")
figure, axes = start_map("The coast, level 2", COAST)
draw_areas(axes, 2, COAST)
draw_roads(axes, 2, COAST, scale=0.5)
print("  names:", ", ".join(sorted(draw_names(axes, 2, COAST, limit=12))))
save(figure, "coast.png")

# %% The streets around a place
# Level 0 has everything.
print("The streets")
parcel = disc.parcel_at(*PLACE)
print(f"  {parcel}: {len(parcel.roads)} roads, {len(parcel.names)} names")
box = box_around(PLACE, 600)
figure, axes = start_map("Streets, level 0", box)
draw_areas(axes, 0, box)
draw_roads(axes, 0, box)
print(f"  {len(draw_names(axes, 0, box))} names")
save(figure, "streets.png")

# %% How many kilometres of each kind?
# columns() reads properties of all shapes of a level into arrays, without a Python object for each: what pandas wants.
roads = pd.DataFrame(disc.columns("road", ["road_type", "length"]))
roads["road_type"] = roads["road_type"].replace({road_type.value: road_type.name.lower() for road_type in kiwi.RoadType})
table = roads.groupby("road_type")["length"].agg(links="count", kilometres=lambda metres: metres.sum() / 1000)
table = table.sort_values("kilometres", ascending=False)
print("Kilometres on level 0")
print(table.round(1).to_string())
axes = table["kilometres"].sort_values().plot.barh(figsize=(8, 4), color="#5b93b8", title="Roads on level 0", xlabel="kilometres", ylabel="")
axes.figure.set_layout_engine("constrained")
save(axes.figure, "kilometres.png")

# %% Find a street
# The disc has an index for that. A street's address ranges are links of the map, found there by their number. They may have house numbers; this disc
# has none.
street = next(disc.find(STREET, kind="street", match="exact"))
ranges = list(street.ranges)
print(f"{street.name}: {len(ranges)} address ranges")
for number, address in enumerate(ranges, start=1):
    print(f"  {number}: link {address.link}, house numbers {address.first} to {address.last}")
box = box_around(PLACE, 350)
figure, axes = start_map(f"{street.name} and its address ranges", box)
around = draw_roads(axes, 0, box)
links = {address.link for address in ranges}
draw_lines(axes, [road for road in around if road.link_id in links], "#2166ac", 5, 15)
for number, address in enumerate(ranges, start=1):
    side = 1 if number % 2 else -1
    axes.annotate(str(number), (address.longitude, address.latitude), xytext=(side * 30, side * 20), textcoords="offset points", fontsize=13,
                  weight="bold", color="#2166ac", arrowprops={"arrowstyle": "-"}, path_effects=HALO, zorder=25)  # fmt: skip
save(figure, "street.png")

# %% A route
# The shortest way over the disc's own graph. It knows where nodes are, and not what the road does between them.
route = disc.route(PLACE, DESTINATION)
print(f"Route: {route.length:,} m, {route.time / 60:.0f} minutes, {len(route.legs)} legs")
longitudes, latitudes = zip(*route.coordinates)
box = box_around(((min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2), 1800)
figure, axes = start_map(f"The shortest way, {route.length / 1000:.1f} km", box)
draw_roads(axes, 0, box, scale=0.6)
axes.plot(longitudes, latitudes, color="#2166ac", linewidth=4, solid_capstyle="round", zorder=15)
for text, (longitude, latitude) in {"start": route.coordinates[0], "end": route.coordinates[-1]}.items():
    axes.plot(longitude, latitude, "o", markersize=9, color="#2166ac", markeredgecolor="white", zorder=24)
    axes.annotate(text, (longitude, latitude), xytext=(8, 8), textcoords="offset points", fontsize=12, weight="bold", path_effects=HALO, zorder=25)
save(figure, "route.png")

# %% One record, and its bytes
# All that is on a disc is records. The class of one knows what the standard says about its fields.
road = parcel.roads[0]
record = next(record for record in disc.records(level=0, bbox=parcel.bbox) if record.location.offset == road.multilink_offset)
print(f"{record.location.path}\n  at {record.location.offset:#x} of {record.location.file}, section {record.section}")
print(f"  {bytes(record).hex(' ')}")
for name in ("road_type", "toll", "number_of_nodes"):
    field = getattr(type(record), name)
    print(f"  {name} = {getattr(record, name)!r}: {field.meaning} ({field.certainty})")

# %% Is the disc in order?
# Everything is read. Each byte belongs to a field, to padding, is reserved, or nobody knows what it is for.
check = disc.check()
print(f"Check: {len(check.findings)} findings, {'good' if check.ok else 'there are errors'}")
for finding in check.findings[:10]:
    print(f"  {finding.severity.name.lower()}: {finding.path} {finding.field}: expected {finding.expected}, found {finding.found}")
print(pd.DataFrame.from_dict(check.accounts, orient="index", columns=kiwi.Account._fields).to_string())
disc.close()

# %% Another name for the street
# Only a copy is ever changed. A recipe says what is to be replaced where, and for which file it was made.
print("Patch")
for old in FOLDER.glob("explore.iso*"):
    old.unlink()  # of an earlier run
copy = FOLDER / "explore.iso"
kiwi.patch.copy(DISC, copy)
PIECE = 1 << 24  # bytes; a map can be larger than the memory


def find_name(text):
    """Of the copy: the SHA-256 of the map, and the names in the parcel at the place that say this."""
    digest = hashlib.sha256()
    with kiwi.open(copy) as opened:
        file = opened.file("ALLDATA.KWI")
        for offset in range(0, file.size, PIECE):
            digest.update(file.read(offset, PIECE))
        return digest.hexdigest(), [name for name in opened.parcel_at(*PLACE).names if name.text == text]


before, names = find_name(STREET)
step = {"step": "text", "why": "a new name", "find": STREET, "replace": NEW_NAME, "encoding": "disc", "pad": "space"}
recipe = {
    "kiwipatch": 1,
    "id": "street",
    "title": f"{STREET} becomes {NEW_NAME}",
    "for": {"file": "ALLDATA.KWI", "sha256": before},
    "steps": [{**step, "from": name.offset, "to": name.offset + name.record_size} for name in names],
}
path = FOLDER / "recipe.json"
path.write_text(json.dumps(recipe, indent=1))

# %% Look before you leap
# A plan writes nothing. What is applied leaves a journal beside the copy, and that is the way back.
plan = kiwi.patch.plan(copy, path)
for change in plan.changes:
    print(f"  {change.file} at {change.file_offset:#x}: {change.old!r} becomes {change.new!r}")
kiwi.patch.apply(copy, path, hash=plan.hash)
print(f"  applied: {len(find_name(NEW_NAME)[1])} names say {NEW_NAME}, {len(find_name(STREET)[1])} say {STREET}")
kiwi.patch.undo(copy)
print(f"  undone: the copy is {'the same again' if find_name(STREET)[0] == before else 'different'}")
