# SPDX-License-Identifier: MIT
"""Values of fields that are more than a number, and what else has several parts."""

from __future__ import annotations

import datetime
import enum
from typing import NamedTuple, Optional, Tuple


class Angle(NamedTuple):
    """A latitude or longitude (type ANGLE, 3 bytes): bit 23 is the sign, the rest counts 1/8 seconds."""

    value: int
    """Raw, as on the disc."""
    degrees: float
    """North and east are positive."""


class Address(NamedTuple):
    """A sector address (type DSA, 1.2.7)."""

    value: int
    """Raw, as on the disc."""
    offset: int
    """Bytes from the start of the file that holds the target."""


class Size(NamedTuple):
    """A size in logical sectors (type BS, 1.2.8)."""

    value: int
    """Logical sectors."""
    bytes: int
    """The same in bytes."""


class Position(NamedTuple):
    """A position (type PID, 1.2.13)."""

    latitude: float
    """Degrees, north is positive."""
    longitude: float
    """Degrees, east is positive."""
    bytes: bytes
    """The eight bytes of the disc, with the expansions."""


class Manufacturer(NamedTuple):
    """A manufacturer identification (type MID, 1.2.14): where and when a maker chose it."""

    position: Position
    floor: int
    """In the building; signed."""
    date: datetime.date
    bytes: bytes
    """The twelve bytes of the disc."""


class Location(NamedTuple):
    """Where a record lies."""

    file: str
    """Path on the disc."""
    offset: int
    """Bytes from the start of the file."""
    length: int
    """Bytes of the record's fields, without its parts."""
    path: str
    """Record path such as ``level[0].parcel[1758,584].road[10].multilink[3]``."""


class Severity(enum.IntEnum):
    """How bad a finding is."""

    NOTE = 0
    """Unusual, nothing lost."""
    WARNING = 1
    """Against the standard, read all the same."""
    ERROR = 2
    """Something could not be read."""


class Finding(NamedTuple):
    """What was expected of a disc and not found there."""

    severity: Severity
    file: str
    """Path on the disc, or ``""``."""
    offset: Optional[int]
    """Bytes from the start of the file."""
    path: str
    """Record path, or ``""``."""
    field: str
    """Field of that record, or ``""``."""
    expected: str
    """What should be there, in words."""
    found: str
    """What is there."""


class Account(NamedTuple):
    """Bytes of a file by what they are; the four numbers add up to its size once all of it was walked."""

    field: int
    """In fields of records."""
    padding: int
    """Zeros between records."""
    reserved: int
    """Of no meaning, by the standard."""
    unknown: int
    """Of a meaning that nobody knows."""


class AddressRange(NamedTuple):
    """One link of a street, or a part of it, with its house numbers (11.2.2)."""

    file: str
    """Path of the file with its record."""
    offset: int
    """Of its record, in bytes."""
    latitude: Optional[float]
    """Where the link begins, in degrees."""
    longitude: Optional[float]
    first: Optional[int]
    """House number at the beginning of the link."""
    last: Optional[int]
    """House number at its end."""
    link: Optional[int]
    """Number of the link on the main map, as in Road.link_id."""
    representative: bool
    """It stands for the whole street."""
    area_codes: Tuple[int, ...]
    """The first four at most."""
