# SPDX-License-Identifier: MIT
"""Every part of the package as its types promise it: test_types.py checks this file with mypy, and runs use() on a disc."""

import sys
from datetime import date
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Union, assert_type

import kiwi
import kiwi.dask
from kiwi import patch

Degrees = Tuple[float, float]


def use_disc(disc: kiwi.Disc) -> None:
    assert_type(disc.files, Tuple[kiwi.File, ...])
    assert_type(disc.file("ALLDATA.KWI").read(0, length=16), bytes)
    assert_type(disc.files[0].extents, Tuple[Tuple[int, int], ...])
    assert_type(disc.volume, kiwi.DataVolume)
    assert_type(disc.size, int)
    assert_type(disc.charset, str)
    check = disc.check(progress=lambda: None)
    assert_type(check, kiwi.Check)
    assert_type(check.accounts["ALLDATA.KWI"], kiwi.Account)
    for finding in check.findings:
        assert_type(finding.severity, kiwi.Severity)
        assert_type(finding.offset, Optional[int])


def use_records(disc: kiwi.Disc) -> None:
    for item in disc.records(file="ALLDATA.KWI", level=0, bbox=(-180, -90, 180, 90)):
        assert_type(item, Union[kiwi.Record, kiwi.Gap])
        assert_type(item.location.offset, int)
        if isinstance(item, kiwi.LinkShape):
            use_fields(item)
        elif isinstance(item, kiwi.DefinedRecord):
            assert_type(item.place_name, Any)
        elif isinstance(item, kiwi.Gap):
            assert_type(item.bytes, Optional[bytes])
        else:
            assert_type(item.record_name, str)
            assert_type(item.as_dict(), Dict[str, Any])
            assert_type(bytes(item), bytes)


def use_fields(shape: kiwi.LinkShape) -> None:
    assert_type(shape.one_way, Union[kiwi.OneWay, int])
    assert_type(shape.tunnel, bool)
    assert_type(shape.points, kiwi.Array[Tuple[int, int]])
    assert_type(kiwi.LinkShape.section, str)
    assert_type(kiwi.LinkShape.one_way, kiwi.Field[Union[kiwi.OneWay, int]])
    assert_type(kiwi.LinkShape.one_way.meaning, str)
    assert_type(kiwi.Road.one_way, kiwi.Field[Union[kiwi.OneWay, int]])


def use_values(volume: kiwi.DataVolume, header: kiwi.ManagementHeaderRecord) -> None:
    assert_type(volume.system_specific_id, Optional[kiwi.Manufacturer])
    assert_type(volume.format_version, str)
    assert_type(header.address, Optional[kiwi.Address])
    assert_type(header.size, kiwi.Size)
    if volume.system_specific_id is not None:
        assert_type(volume.system_specific_id.date, date)
        assert_type(volume.system_specific_id.position.latitude, float)


def use_map(disc: kiwi.Disc) -> None:
    level = disc.level(0)
    assert_type(level, kiwi.Level)
    assert_type(level.bbox, kiwi.Box)
    assert_type(disc.parcel_at(57.7, 11.97, level=0), Optional[kiwi.Parcel])
    for parcel in level.parcels(bbox=level.bbox):
        assert_type(parcel, kiwi.Parcel)
        assert_type(parcel.roads, kiwi.Shapes[kiwi.Road])
        assert_type(len(parcel.shapes), int)
        assert_type(parcel.roads.points, kiwi.Array[Tuple[int, int]])
        assert_type(parcel.roads.starts, kiwi.Array[int])
        for shape in parcel.shapes:
            assert_type(shape, Union[kiwi.Road, kiwi.Background, kiwi.Name])
            assert_type(shape.parcel.level, kiwi.Level)
            assert_type(shape.display_class, Optional[int])


def use_shapes(disc: kiwi.Disc) -> None:
    for road in disc.roads(level=0):
        assert_type(road.one_way, Union[kiwi.OneWay, int])
        assert_type(road.road_type, Union[kiwi.RoadType, int])
        assert_type(road.link_id, Optional[int])
        assert_type(road.points[0], Tuple[int, int])
        assert_type(road.coordinates.tolist(), List[Degrees])
        for longitude, latitude in road.coordinates:
            assert_type(longitude + latitude, float)
        assert_type(road.__geo_interface__, Dict[str, Any])
    for background in disc.backgrounds():
        assert_type(background.shape_class, kiwi.ShapeClass)
        assert_type(background.name_offset, Optional[int])
    for name in disc.names():
        assert_type(name.text, str)
    columns = disc.columns("road", ["road_type", "length"])
    assert_type(columns, Dict[str, Union[kiwi.Array[float], List[str]]])


def use_regions(disc: kiwi.Disc) -> None:
    for level in disc.region_levels:
        assert_type(level, kiwi.RegionLevel)
        assert_type(level.at(57.7, 11.97), List[kiwi.Region])
        for region in level:
            assert_type(region.bbox, Optional[kiwi.Box])
            if region.size != 0:
                use_graph(region)


def use_graph(region: kiwi.Region) -> None:
    for node in region.nodes:
        assert_type(node, kiwi.Node)
        assert_type(node.longitude, Optional[float])
        assert_type(node.boundary, bool)
        assert_type(node.links, Tuple[kiwi.Link, ...])
        for link in node.links:
            assert_type(link.adjacent_node, int)
            assert_type(link.length, Optional[int])


def use_search(disc: kiwi.Disc) -> None:
    for entry in disc.find("A", kind=("street", "place")):
        assert_type(entry, kiwi.IndexEntry)
        assert_type(entry.latitude, Optional[float])
        for part in entry.ranges:
            assert_type(part, kiwi.AddressRange)
    for feature in disc.features(kind="road", level=0):
        assert_type(feature, kiwi.Feature)
        assert_type(feature.geometry, Optional[Dict[str, Any]])
    for module in disc.modules:
        assert_type(module.offset, Optional[int])
        assert_type(module.read(), bytes)


def use_route(disc: kiwi.Disc, start: Degrees, end: Degrees) -> Sequence[kiwi.RouteLeg]:
    route = disc.route(start, end)
    assert_type(route, kiwi.Route)
    assert_type(route.coordinates, List[Degrees])
    return route.legs


def use_patch(disc: str, recipe: str) -> Iterator[patch.Change]:
    plan = patch.plan(disc, recipe, progress=lambda stage, done, total: None)
    assert_type(plan, patch.Plan)
    assert_type(patch.apply(disc, recipe, hash=plan.hash).journal, str)
    assert_type(patch.undo(disc).result, patch.Result)
    assert_type(patch.status(disc), List[patch.Journal])
    yield from plan.changes


def use_errors(path: str) -> Optional[int]:
    try:
        with kiwi.open(path, on_finding=kiwi.strict) as disc:
            assert_type(disc, kiwi.Disc)
    except kiwi.FindingError as error:
        assert_type(error.finding, kiwi.Finding)
    except kiwi.Error as error:
        return error.offset
    return None


def use_dask(path: str, disc: kiwi.Disc) -> None:
    kiwi.dask.read([path, disc], "road", ["road_type", "length"], level=None, rows=8)
    kiwi.dask.read(path, "name", ("text",))


def use(path: str) -> None:
    use_errors(path)
    with kiwi.open(path) as disc:
        use_disc(disc)
        use_records(disc)
        use_map(disc)
        use_shapes(disc)
        use_regions(disc)
        use_search(disc)
        headers = (item for item in disc.records() if isinstance(item, kiwi.ManagementHeaderRecord))
        use_values(disc.volume, next(headers))
        use_dask(path, disc)


if __name__ == "__main__":
    use(sys.argv[1])
