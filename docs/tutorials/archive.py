# SPDX-License-Identifier: MIT
"""The roads of an archive of discs by type, how many and how long: archive.py [--one-process] DISC...

    sudo apt install python3-distributed python3-pandas
    kiwi-env/bin/python docs/tutorials/archive.py archive/*.iso

Dask cuts the work into rows of parcels and gives them to processes, here as many as there are processors. A worker that dies is replaced and its
work done again. For several machines, give Client() the address of a scheduler; all workers must see the discs under the same paths.
"""

import sys

from dask.distributed import Client, LocalCluster

import kiwi
import kiwi.dask


def main():
    discs = [argument for argument in sys.argv[1:] if argument != "--one-process"]
    # Nothing is read yet but what is on the discs: their levels, and how many rows of parcels these have.
    roads = kiwi.dask.read(discs, "road", ["road_type", "length"], level=0)
    table = roads.groupby("road_type")["length"].agg(["count", "sum"])
    if "--one-process" in sys.argv:
        counted = table.compute(scheduler="sync")
    else:
        with LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
            counted = table.compute()

    names = {int(road_type): road_type.name.lower() for road_type in kiwi.RoadType}
    print(f"{len(discs)} discs, {roads.npartitions} partitions")
    for road_type, row in counted.sort_index().iterrows():
        print(f"{names.get(road_type, road_type):<24}{int(row['count']):>12,} roads{row['sum'] / 1000:>14,.3f} km")


# The workers are processes that import this file.
if __name__ == "__main__":
    main()
