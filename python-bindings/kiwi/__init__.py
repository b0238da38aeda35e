# SPDX-License-Identifier: MIT
"""KIWI discs of car navigation systems, read in Python.

>>> disc = kiwi.open("disc.iso")
>>> parcel = disc.parcel_at(57.70, 11.97)
>>> for road in parcel.roads: print(road.road_type, road.one_way, road.points.tolist())
"""

# "as" says to type checkers that a name belongs to this package, too.
from .errors import (
    Error as Error,
    FindingError as FindingError,
    MissingError as MissingError,
    NotFoundError as NotFoundError,
    NotKiwiError as NotKiwiError,
    RangeError as RangeError,
    ReadError as ReadError,
    strict as strict,
)
from .features import Feature as Feature, Route as Route, RouteEnd as RouteEnd, RouteLeg as RouteLeg
from .values import (
    Account as Account,
    Address as Address,
    AddressRange as AddressRange,
    Angle as Angle,
    Finding as Finding,
    Location as Location,
    Manufacturer as Manufacturer,
    Position as Position,
    Severity as Severity,
    Size as Size,
)
from ._kiwi import *  # noqa: F403 - the classes and enumerations of the schema
from ._kiwi import __version__ as __version__
from .disc import Box as Box, Check as Check, Disc as Disc, open as open
from . import patch as patch
