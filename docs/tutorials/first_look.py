# SPDX-License-Identifier: MIT
"""A first look at a disc in Python: first_look.py DISC LATITUDE,LONGITUDE STREET. Needs nothing but kiwi. On the disc of README:

    kiwi-env/bin/python docs/tutorials/first_look.py disc.iso 57.70,11.97 Kungsportsavenyn
"""

import sys

import kiwi

path, place, street = sys.argv[1:4]
latitude, longitude = map(float, place.split(","))

with kiwi.open(path) as disc:
    print(f"Title: {disc.volume.disk_title}")
    print("Levels:", *(level.number for level in disc.levels))

    parcel = disc.parcel_at(latitude, longitude)
    if parcel is None:
        sys.exit("The map does not reach this place.")
    for road_type in kiwi.RoadType:
        lengths = [road.length for road in parcel.roads if road.road_type == road_type]
        if lengths:
            print(f"Roads here: {len(lengths)} {road_type.name.lower()}, {sum(lengths):.0f} m")
    print("Streets here:", ", ".join(sorted({name.text for name in parcel.names})))

    found = next(disc.find(street, kind="street"), None)
    if found is None:
        sys.exit("The index has no such street.")
    print(f"Found: {found.name} at {found.latitude:.4f}, {found.longitude:.4f}")
    route = disc.route((latitude, longitude), (found.latitude, found.longitude))
    print(f"Route there: {route.length} m over {len(route.coordinates)} nodes")
