# SPDX-License-Identifier: MIT
"""Opening a disc, and what can be asked of it."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Callable, Dict, Iterable, Iterator, List, Literal, Mapping, Optional, Sequence, Tuple, Union

from . import _kiwi
from .errors import NotFoundError, ReadError
from .features import Feature, Route
from .values import Account, Finding, Severity

Box = Tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east crosses 180 degrees."""

Place = Tuple[float, float]
"""Latitude and longitude in degrees."""

_KINDS = {"road": 1, "background": 2, "name": 4}
_ENTRY_KINDS = {"street": 1, "place": 2, "poi": 4}
_ALL_ROWS = 0xFFFFFFFF

OnFinding = Callable[[Finding], object]

Opened = Tuple[str, str, Optional[OnFinding], Optional[str], Optional[str], Optional[str]]
"""How a disc was opened: path, name to go by, on_finding, mapfile, charset, datum."""


def _bits(kinds: Union[str, Iterable[str]], known: Mapping[str, int]) -> int:
    """The bits of one or several kinds."""
    bits = 0
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind not in known:
            raise ValueError(f"kinds are {', '.join(known)}")
        bits |= known[kind]
    return bits


@dataclass(frozen=True)
class Check:
    """What :meth:`Disc.check` found."""

    findings: Sequence[Finding]
    """In the order of the walk."""
    accounts: Mapping[str, Account]
    """Of each file: every byte is in exactly one of the four numbers."""

    @property
    def ok(self) -> bool:
        """True if no finding is an error."""
        return all(finding.severity != Severity.ERROR for finding in self.findings)


class Disc(_kiwi._Disc):
    """An opened disc; see :func:`open`.

    Several threads may use one disc; they take turns. To read in parallel, open it once for each thread.
    A disc that was opened by its path can be pickled, and is opened again where it is unpickled.
    """

    # With attributes of its own it could hold its own records, which no collector would see.
    __slots__ = ("__weakref__", "_opened")
    _opened: Opened

    def __reduce__(self) -> Tuple[Callable[..., Disc], Opened]:
        if self.closed:
            raise ValueError("the disc is closed")
        if not hasattr(self, "_opened"):
            raise TypeError("only a disc that was opened by its path can be pickled")
        return _open_again, self._opened

    @property
    def volume(self) -> _kiwi.DataVolume:
        """The Data Volume of ALLDATA.KWI (5.1). NotFoundError if the disc has no map."""
        for file in self.files:
            if file.kind == "alldata":
                for record in self.records(file=file.path):
                    if isinstance(record, _kiwi.DataVolume):
                        return record
        raise NotFoundError("the disc has no map")

    def level(self, number: int) -> _kiwi.Level:
        """A level of the map (6.1.1) by its number. NotFoundError if there is none."""
        for level in self.levels:
            if level.number == number:
                return level
        raise NotFoundError(f"the disc has no level {number}")

    def file(self, path: str) -> _kiwi.File:
        """A file by its path on the disc, whatever its case. NotFoundError if there is none."""
        for file in self.files:
            if file.path.casefold() == path.casefold():
                return file
        raise NotFoundError(f"there is no file {path} on the disc")

    def records(
        self, *, file: Optional[str] = None, level: Optional[int] = None, bbox: Optional[Box] = None
    ) -> Iterator[Union[_kiwi.Record, _kiwi.Gap]]:
        """Every record of the disc, one after the other, and the bytes that nobody can read.

        A record comes before its parts. ``file`` is a path on the disc, NotFoundError if there is none; ``level`` and
        ``bbox`` choose parcels.
        """
        return self._records(file, level, bbox)

    def roads(self, level: int = 0, bbox: Optional[Box] = None) -> Iterator[_kiwi.Road]:
        """The roads (7.2) of a level in the parcels that touch bbox. NotFoundError if there is no such level."""
        return chain.from_iterable(parcel.roads for parcel in self.level(level).parcels(bbox))

    def backgrounds(self, level: int = 0, bbox: Optional[Box] = None) -> Iterator[_kiwi.Background]:
        """The areas, lines and points (7.3) of a level in the parcels that touch bbox. As :meth:`roads`."""
        return chain.from_iterable(parcel.backgrounds for parcel in self.level(level).parcels(bbox))

    def names(self, level: int = 0, bbox: Optional[Box] = None) -> Iterator[_kiwi.Name]:
        """The texts (7.4) of a level in the parcels that touch bbox. As :meth:`roads`."""
        return chain.from_iterable(parcel.names for parcel in self.level(level).parcels(bbox))

    def columns(
        self,
        kind: str,
        names: Sequence[str],
        *,
        level: int = 0,
        bbox: Optional[Box] = None,
        rows: Optional[Tuple[int, int]] = None,
    ) -> Dict[str, Union[_kiwi.Array[float], List[str]]]:
        """Properties of all shapes of a kind ("road", "background", "name") as arrays, for pandas.

        Names are those of the fields (see Road, Background, Name), and offset, list, display_class, length (metres),
        longitude and latitude (degrees, of the first point), link_id, text. Codes are numbers: ``RoadType(code)``
        names them. What may be missing is float64 with NaN. ``rows`` are those of parcels, the first and the one behind
        the last: a parcel is in the row where it begins in the south. ValueError if there is no such column.
        """
        if kind not in _KINDS:
            raise ValueError(f"kind must be one of {', '.join(_KINDS)}")
        first, end = (0, _ALL_ROWS) if rows is None else rows
        return _kiwi._columns(self.level(level), _KINDS[kind], tuple(names), bbox, (max(first, 0), min(max(end, 0), _ALL_ROWS)))

    def find(
        self,
        text: str,
        *,
        match: Literal["folded", "prefix", "exact", "contains"] = "folded",
        zone: Optional[int] = None,
        kind: Union[str, Iterable[str]] = (),
    ) -> Iterator[_kiwi.IndexEntry]:
        """Streets, places and points of interest by name, through the disc's own index (chapter 11).

        ``match``: ``"folded"`` = whatever case, accents and widths, first what begins with text, then what has it
        inside; ``"contains"`` = has it anywhere; ``"prefix"`` = begins with these characters; ``"exact"``. ``kind``: of ``"street"``, ``"place"``, ``"poi"``; none = all. NotFoundError if the disc
        has no index or no such zone.
        """
        kinds = _bits(kind, _ENTRY_KINDS)
        return self._find(text, match, -1 if zone is None else zone, kinds)

    def route(self, start: Place, end: Place, *, level: Optional[int] = None) -> Route:
        """The shortest way between two places, (latitude, longitude) in degrees, over the disc's own graph (chapter 10).

        NotFoundError if there is none, or no route planning on the disc.
        """
        return Route._make(*self._route(start, end, level))

    def features(
        self,
        *,
        bbox: Optional[Box] = None,
        level: Optional[int] = None,
        kind: Union[str, Iterable[str]] = (),
        type: Union[None, str, int] = None,  # noqa: A002 - as in kiwidump
        file: Optional[str] = None,
        deleted: bool = False,
    ) -> Iterator[Feature]:
        """GeoJSON features, the same as ``kiwidump --features`` prints.

        ``kind``: of ``"road"``, ``"background"``, ``"name"``, ``"route"``, ``"address"``, ``"poi"``; none = all of the
        map. ``type``: a code or its name. ``deleted``: with what the disc marks as deleted, which has this property.
        """
        kinds = kind if isinstance(kind, str) else ",".join(kind)
        for feature in self._features(file, level, bbox, kinds, None if type is None else str(type), deleted):
            yield Feature(feature)

    def tile(
        self, zoom: int, x: int, y: int, *, level: Optional[int] = None, kind: Union[str, Iterable[str]] = (), deleted: bool = False
    ) -> bytes:
        """A vector tile (MVT) for web maps and GIS programs, as ``kiwidump --tile`` makes it; empty if nothing lies there.

        ``level``: the one that is made for the scale of the tile if none is given. ``kind``: of ``"road"``, ``"background"``,
        ``"name"``; none = all.
        """
        if not 0 <= zoom <= 16 or not 0 <= x < 1 << zoom or not 0 <= y < 1 << zoom:
            raise ValueError("a tile is at zoom 0 to 16, x and y are below 2 to the power of it")
        return self._tile(zoom, x, y, level, kind if isinstance(kind, str) else ",".join(kind), deleted)

    def check(self, progress: Optional[Callable[[], None]] = None) -> Check:
        """Reads all of the disc and tells what is wrong with it, and what every byte is.

        ``progress`` is called now and then; what it raises ends the check.
        """
        findings: List[Finding] = []
        accounts: Dict[str, Account] = {}
        for result in self._check(findings.append):
            accounts = result or accounts
            if progress is not None:
                progress()
        return Check(tuple(findings), accounts)


def _shown(name: object) -> str:
    """A name as valid text; files that were opened by number have none."""
    if not isinstance(name, (str, bytes)):
        return ""
    return os.fsencode(name).decode("utf-8", "replace")


def _open_again(
    path: str, name: str, on_finding: Optional[OnFinding], mapfile: Optional[str], charset: Optional[str], datum: Optional[str]
) -> Disc:
    return open(path, name=name, on_finding=on_finding, mapfile=mapfile, charset=charset, datum=datum)


def open(  # noqa: A001 - as in the standard library's gzip, tarfile, wave
    source: Union[str, os.PathLike[str], bytes, bytearray, memoryview, BinaryIO],
    *,
    name: Optional[str] = None,
    on_finding: Optional[OnFinding] = None,
    mapfile: Union[None, str, os.PathLike[str]] = None,
    charset: Optional[str] = None,
    datum: Optional[str] = None,
) -> Disc:
    """Opens a disc: the path of an image, a folder or one KIWI file, or its bytes, or a binary file to read them from.

    ``name`` is the file name to go by where there is no path, such as ``"LOADING.KWI"``. ``on_finding`` is called
    with each :class:`Finding` while the disc is read; :func:`strict` raises for errors. ``mapfile`` is what ddrescue
    wrote beside the image: what it did not rescue is unreadable, as scratched sectors are; all else is read.
    ``charset``, as iconv calls it, is that of the texts, whatever METADATA.KWI says,
    ``datum`` ("WGS84" or "TOKYO") that of the places. A file object must not be
    used by others while the disc is open. NotKiwiError if it is no KIWI disc; OSError if it cannot be
    read, FileNotFoundError if it is not there.
    """
    blocks = None if mapfile is None else os.fsdecode(mapfile)
    if isinstance(source, (str, os.PathLike)):
        path = os.fsdecode(source)
        try:
            disc = _kiwi._open_disc(Disc, path, _shown(name or path), on_finding, blocks, charset, datum)
        except ReadError as error:
            of_mapfile = blocks is not None and f" '{blocks}'" in str(error.args[0])
            error.filename = mapfile if of_mapfile else source
            raise
        # Whoever opens it again may be in another folder.
        disc._opened = (os.path.abspath(path), _shown(name or path), on_finding, blocks and os.path.abspath(blocks), charset, datum)
        return disc
    if isinstance(source, io.TextIOBase):
        raise TypeError("a disc is opened in binary mode")
    return _kiwi._open_disc(Disc, source, _shown(name or getattr(source, "name", "")), on_finding, blocks, charset, datum)
