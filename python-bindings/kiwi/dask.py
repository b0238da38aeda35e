# SPDX-License-Identifier: MIT
"""Tables of many discs for Dask, which computes them on all processors or on a cluster. Needs dask and pandas.

>>> roads = kiwi.dask.read(["a.iso", "b.iso"], "road", ["road_type", "length"])
>>> roads.groupby("road_type")["length"].sum().compute()
"""

from __future__ import annotations

import copy
import os
from typing import Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

import dask.dataframe
import numpy
import pandas

from .disc import Disc, Opened, _open_again, open as open_disc

Source = Union[str, "os.PathLike[str]", Disc]


class _Part(NamedTuple):
    """Where the rows of one partition come from. It is small: what is sent to a worker."""

    opened: Opened
    level: int
    rows: Tuple[int, int]


def _table(disc: Disc, layer: str, columns: Tuple[str, ...], level: int, rows: Tuple[int, int]) -> pandas.DataFrame:
    data = disc.columns(layer, columns, level=level, rows=rows)
    # Texts are objects even where there are none.
    arrays = {name: numpy.array(values, dtype=object) if isinstance(values, list) else numpy.asarray(values) for name, values in data.items()}
    table = pandas.DataFrame(arrays, columns=list(columns))
    table.insert(0, "disc", pandas.Series([disc._opened[0]] * len(table), dtype=object))
    table.insert(1, "level", pandas.Series([level] * len(table), dtype="int64"))
    return table


def _read_part(part: _Part, layer: str, columns: Tuple[str, ...]) -> pandas.DataFrame:
    """Runs where the partition is computed: the disc is opened there."""
    with _open_again(*part.opened) as disc:
        return _table(disc, layer, columns, part.level, part.rows)


def _parts(disc: Disc, level: Optional[int], rows: int) -> Iterator[_Part]:
    for one in disc.levels if level is None else [disc.level(level)]:
        for first in range(0, one.rows, rows):
            yield _Part(disc._opened, one.number, (first, min(first + rows, one.rows)))


def read(
    discs: Union[Source, Iterable[Source]], layer: str, columns: Sequence[str], *, level: Optional[int] = 0, rows: int = 64
) -> dask.dataframe.DataFrame:
    """A Dask dataframe with a row for each shape of a layer: "road", "background" or "name".

    Its columns are ``disc`` (the path), ``level``, and those of :meth:`kiwi.Disc.columns`. ``discs`` are paths, which all
    workers must reach, or discs that were opened by path, whose options hold. ``level=None``: all of them.
    A partition has ``rows`` rows of the parcels of a level of a disc, which is opened where the partition is computed.
    ValueError if there is no disc or no such column; NotFoundError if a disc has no such level.
    """
    names = tuple(columns)
    if rows < 1:
        raise ValueError("rows is at least 1")
    parts: List[_Part] = []
    meta = None
    for source in [discs] if isinstance(discs, (str, os.PathLike, Disc)) else discs:
        with copy.copy(source) if isinstance(source, Disc) else open_disc(source) as disc:
            parts.extend(_parts(disc, level, rows))
            if meta is None and parts:
                meta = _table(disc, layer, names, parts[0].level, (0, 0))
    if meta is None:
        raise ValueError("no disc with a map is given")
    return dask.dataframe.from_map(_read_part, parts, layer=layer, columns=names, meta=meta, label="kiwi")
