# SPDX-License-Identifier: MIT
"""What GIS libraries take as it is: features and ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

Position = Tuple[float, float]
"""Longitude and latitude in degrees, as in GeoJSON."""


class Feature:
    """A GeoJSON feature: geopandas takes it as it is, shapely.geometry.shape() its geometry."""

    __slots__ = ("__geo_interface__",)

    def __init__(self, data: Dict[str, Any]) -> None:
        self.__geo_interface__ = data

    @property
    def id(self) -> str:
        """Path of the file and offset of the record: the same in every run."""
        return str(self.__geo_interface__["id"])

    @property
    def geometry(self) -> Optional[Dict[str, Any]]:
        """GeoJSON geometry; None if the disc does not tell where it is."""
        geometry: Optional[Dict[str, Any]] = self.__geo_interface__["geometry"]
        return geometry

    @property
    def properties(self) -> Mapping[str, Any]:
        """As kiwidump's manual lists them for the kind of feature."""
        properties: Mapping[str, Any] = self.__geo_interface__["properties"]
        return properties

    def __repr__(self) -> str:
        return f"<kiwi.Feature {self.id}>"


class RouteEnd(NamedTuple):
    """The nearest node that a way can begin with, or end."""

    region: int
    node: int
    position: Position
    distance: int
    """Metres from the place asked for."""


class RouteLeg(NamedTuple):
    """One link of a way."""

    region: int
    """Where it begins: number of the region, and"""
    node: int
    """of the node in it."""
    link: int
    """Which of the node's links it is."""
    to_region: int
    to_node: int
    length: int
    """Metres."""
    time: float
    """Seconds."""
    time_assumed: bool
    """Not from the disc, but from a speed for the road type."""
    road_type: int
    """Code of RoadType."""
    toll: bool
    link_id: int
    """Of its link cost record (10.10.2)."""
    start: Optional[Position]
    end: Optional[Position]


def _line(places: List[Position]) -> Dict[str, Any]:
    """A line, cut where it crosses 180 degrees (RFC 7946, 3.1.9); a point if it leads nowhere."""
    lines = [places[:1]]
    for (west, from_latitude), (east, latitude) in zip(places, places[1:]):
        if abs(east - west) > 180:
            edge = 180.0 if west > 0 else -180.0
            share = (edge - west) / (east + 2 * edge - west)
            middle = round(from_latitude + share * (latitude - from_latitude), 7)
            lines[-1].append((edge, middle))
            lines.append([(-edge, middle)])
        lines[-1].append((east, latitude))
    lines = [line for line in lines if len(set(line)) > 1]
    if not lines:
        return {"type": "Point", "coordinates": places[0]}
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


@dataclass(frozen=True)
class Route:
    """A way over the disc's own graph (chapter 10)."""

    level: int
    """Of route planning, that was searched."""
    start: RouteEnd
    end: RouteEnd
    length: int
    """Metres."""
    time: float
    """Seconds."""
    time_assumed: bool
    """Of one leg at least."""
    legs: Sequence[RouteLeg]

    @classmethod
    def _make(cls, summary: Tuple[Any, ...], legs: List[Tuple[Any, ...]]) -> Route:
        level, start, end, length, time, time_assumed = summary
        return cls(
            level, RouteEnd(*start), RouteEnd(*end), length, time, time_assumed, tuple(RouteLeg(*leg) for leg in legs)
        )

    @property
    def coordinates(self) -> List[Position]:
        """The nodes along the way; discs do not tell what lies between them."""
        places = [leg.start for leg in self.legs[:1]] + [leg.end for leg in self.legs]
        return [place for place in places if place is not None]

    @property
    def __geo_interface__(self) -> Dict[str, Any]:
        return {
            "type": "Feature",
            "geometry": _line(self.coordinates or [self.start.position]),
            "properties": {"length": self.length, "time": self.time, "time_assumed": self.time_assumed},
        }
