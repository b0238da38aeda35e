# SPDX-License-Identifier: MIT
"""Changes a copy of a disc, all or nothing, like the command kiwipatch and by the same code.

Whatever goes wrong, the disc is entirely old, or entirely new, or a journal beside it is open; then :func:`undo` or
:func:`resume` brings it to one side, and :func:`apply` refuses. Nothing here writes to a disc in any other way.

*disc* is an image, a folder with the files of a disc, or one KIWI file; *patch* a recipe (JSON), or an IPS, UPS, BPS or PPF
file. *file* is the path of the file on the disc that is meant; if it is None, that of the recipe, or LOADING.KWI.
Offsets and lengths count bytes; unless it says otherwise, an offset counts from the start of the image. Several threads
may work on different discs; the GIL is not held while they do.

*progress* is called as ``progress(stage, done, total)``: what is being done, and how many bytes of it are done. It may
raise to stop the work (so does Ctrl-C, with or without a callback), and what it raises comes out of the function. As
long as nothing is written, the work stops at once. Writing is finished first: if the stage is ``"writing"`` or
``"reading back"``, or comes later, the changes are made or taken back nevertheless, and :func:`status` tells.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Literal, Optional, Tuple, Union

from . import _kiwi
from .errors import Error

Path = Union[str, "os.PathLike[str]"]
Progress = Callable[[str, int, int], object]
Result = Literal["nothing", "discarded", "old", "new"]
"""There was nothing to do; an unfinished journal was removed, and nothing had been changed; the file is as it was
before the journal; it has all of its changes."""


class PatchError(Error):
    """What kept the work from being done, in one line. The subclasses tell how."""


class InputError(PatchError):
    """The disc, recipe or patch cannot be used. Nothing was written."""


class SystemFailure(PatchError):
    """Reading, writing or memory failed. If the text speaks of an open journal, :func:`undo` or :func:`resume`."""


class Refused(PatchError):
    """It could be done, but not safely. Nothing was written."""


_CLASSES: Dict[int, Callable[[str], Exception]] = {2: ValueError, 3: InputError, 4: SystemFailure, 5: Refused}


def _make(code: int, text: str) -> Exception:
    """The exception for an exit code of the command."""
    return _CLASSES[code](text)


@dataclass(frozen=True)
class Change:
    """Bytes that would be replaced by as many others."""

    offset: int
    length: int
    file: str
    """Path on the disc."""
    file_offset: int
    """From the start of that file."""
    module: Optional[str]
    """Module of LOADING.KWI that it lies in."""
    record: Optional[str]
    """Path of the record that the recipe names."""
    old_sha256: str
    new_sha256: str
    why: str
    derived: bool
    """A checksum that follows from other changes."""
    checksums: Tuple[int, ...]
    """Offsets of the check values that follow this change."""
    module_offset: Optional[int] = None
    """From the start of that module."""
    old: Optional[bytes] = None
    """The bytes now; None of a long change, of which the hashes tell."""
    new: Optional[bytes] = None
    """The bytes then; the same."""


@dataclass(frozen=True)
class Target:
    """What a plan is for."""

    path: str
    """Of the file on this machine that would be written to."""
    container: Literal["file", "directory", "image"]
    size: int
    """Of that file."""
    file: str
    """Path on the disc."""
    file_offset: int
    file_size: int
    module: Optional[str]
    """Module of LOADING.KWI that the recipe is for."""


@dataclass(frozen=True)
class Plan:
    """Everything that :func:`apply` would change."""

    hash: str
    """SHA-256 of the size of the image, and of place, length, old and new bytes of every change."""
    id: Optional[str]
    """Of the recipe; what *accept_risk* wants."""
    title: str
    risk: Optional[str]
    """What can go wrong with the unit; to be read before *accept_risk*."""
    warning: Optional[str]
    """What the format of the patch does not protect against."""
    target: Target
    changes: Tuple[Change, ...]
    """Ascending by offset."""


@dataclass(frozen=True)
class Applied:
    """Changes that are made, on the medium, and were read again."""

    hash: str
    """Of the plan."""
    change_count: int
    journal: str
    """Path of the journal, which :func:`undo` needs."""
    warning: Optional[str]
    """See :class:`Plan`."""
    outside_sha256: Optional[str]
    """Of everything outside the plan, which is as before; only with *full*."""
    in_use: Optional[str] = None
    """A sentence, if another program has the disc open: what it shows may be old."""


@dataclass(frozen=True)
class Recovered:
    """What :func:`undo` or :func:`resume` did."""

    path: str
    """Of the file on this machine."""
    result: Result
    in_use: Optional[str] = None
    """See :class:`Applied`."""


@dataclass(frozen=True)
class Journal:
    """A journal beside a disc, with what stands now in the sectors of 2,048 bytes that it knows."""

    path: str
    state: Literal["incomplete", "open", "committed", "undoing", "undone", "damaged"]
    plan: Optional[str] = None
    """Hash of the plan."""
    sectors: Optional[int] = None
    """How many it has; like the numbers that follow None if it cannot be compared, see *problem*."""
    old: Optional[int] = None
    """How many are as before it."""
    new: Optional[int] = None
    """How many are as it wants them."""
    torn: Optional[int] = None
    """How many consist of old and new bytes."""
    foreign: Optional[int] = None
    """How many are neither: changed by something else."""
    unreadable: Optional[int] = None
    problem: Optional[str] = None
    """Why it cannot be trusted, or not be compared."""

    @property
    def is_open(self) -> bool:
        """Whether it wants :func:`undo` or :func:`resume`."""
        return self.state in ("open", "undoing", "damaged")


@dataclass(frozen=True)
class Copied:
    """A file that was copied, read again and compared."""

    path: str
    """Of the copy."""
    sha256: str
    unreadable: Tuple[Tuple[int, int, Optional[str]], ...] = ()
    """Offset, length and file of the disc of what nobody can read of the original; the copy has zeros there."""
    in_use: Optional[str] = None
    """A sentence, if another program writes to the original."""


@dataclass(frozen=True)
class Imported:
    """A patch as a recipe."""

    recipe: str
    """JSON text."""
    warning: Optional[str]
    """See :class:`Plan`."""


def _change(old: Optional[str] = None, new: Optional[str] = None, *, checksums: List[int], **others: Any) -> Change:
    return Change(
        old=None if old is None else bytes.fromhex(old),
        new=None if new is None else bytes.fromhex(new),
        checksums=tuple(checksums),
        **others,
    )


def plan(
    disc: Path,
    patch: Path,
    *,
    file: Optional[str] = None,
    override: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Plan:
    """What would change. Writes nothing.

    *override* lets a change inside a module pass that no checksum step covers; it is the sentence ``write without a
    checksum rule``. Raises :class:`PatchError`, and ValueError for another *override*.
    """
    document, _ = _kiwi._patch_plan(disc, patch=patch, file=file, override=override, progress=progress)
    found = json.loads(document)
    return Plan(
        hash=found["plan"],
        id=found["id"],
        title=found["title"],
        risk=found["risk"],
        warning=found["warning"],
        target=Target(**found["target"]),
        changes=tuple(_change(**change) for change in found["changes"]),
    )


def apply(
    disc: Path,
    patch: Path,
    *,
    file: Optional[str] = None,
    hash: Optional[str] = None,
    accept_risk: Optional[str] = None,
    full: bool = False,
    override: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Applied:
    """Makes the changes, all or none, and leaves a journal beside the disc.

    With *hash* only if the plan has this one. *accept_risk* is the id of a recipe whose risk has been read. *full*
    reads the whole image twice and compares everything outside the plan before and after. *override*: see :func:`plan`.

    Raises :class:`Refused` and :class:`InputError` before anything is written. After :class:`SystemFailure` the disc is
    untouched or, if the text says so, the journal is open; after that of *full* the changes are made.
    """
    return Applied(
        *_kiwi._patch_apply(
            disc,
            patch=patch,
            file=file,
            hash=hash,
            accept_risk=accept_risk,
            full=full,
            override=override,
            progress=progress,
        )
    )


def undo(
    disc: Path,
    *,
    file: Optional[str] = None,
    override: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Recovered:
    """Takes back an apply that was interrupted, or else the last one that was finished.

    Of a folder, without *file*, it is the file that has a journal. *override* is the sentence ``write without
    reading``: the sectors are written even if they cannot be read, or are neither old nor new; or ``write what the
    journal has left``: a damaged journal is used as far as it goes.

    Raises :class:`Refused` if the disc was changed by something else or a journal is damaged; nothing is written then.
    After :class:`SystemFailure` the journal is open.
    """
    return Recovered(*_kiwi._patch_undo(disc, file=file, override=override, progress=progress))


def resume(
    disc: Path,
    *,
    file: Optional[str] = None,
    override: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Recovered:
    """Finishes an apply or undo that was interrupted. *override* and what is raised: see :func:`undo`."""
    return Recovered(*_kiwi._patch_resume(disc, file=file, override=override, progress=progress))


def status(disc: Path, *, file: Optional[str] = None) -> List[Journal]:
    """The journals of a disc, or of all files of a folder, in their order. Writes nothing, and looks at nothing inside an image but their sectors.

    Raises :class:`PatchError` if the disc or a journal cannot be read.
    """
    document, _ = _kiwi._patch_status(disc, file=file)
    return [Journal(**journal) for journal in json.loads(document)["journals"]]


def copy(
    original: Path, copy: Path, *, mapfile: Optional[Path] = None, progress: Optional[Progress] = None
) -> List[Copied]:
    """Copies an image, a drive, a file or a folder, sharing blocks where the file system can, and compares both again.

    What cannot be read is zeros in the copy and listed in *unreadable*; *mapfile* of GNU ddrescue says what need not be
    tried. The SHA-256 of the original is noted so that nothing here changes it, or what equals it, but this copy.
    Raises :class:`Refused` if the copy exists. It has its name when all of it is copied and compared; whatever is
    raised, nothing of it stays.
    """
    return [Copied(*item) for item in _kiwi._patch_copy(original, output=copy, mapfile=mapfile, progress=progress)]


def import_patch(
    disc: Path, patch: Path, *, file: Optional[str] = None, progress: Optional[Progress] = None
) -> Imported:
    """An IPS, UPS, BPS or PPF patch as a recipe with old bytes and hashes. Writes nothing; raises as :func:`plan`."""
    return Imported(*_kiwi._patch_import(disc, patch=patch, file=file, progress=progress))


def export_patch(
    disc: Path,
    patch: Path,
    output: Path,
    *,
    file: Optional[str] = None,
    format: Optional[Literal["ips", "ups", "bps"]] = None,
    override: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> None:
    """Writes what a recipe does as a patch; without *format* in the one that *output* ends with.

    IPS reaches no further than 16 MiB. Raises as :func:`plan`, :class:`Refused` if *output* exists, and ValueError for
    an unknown format. Whatever is raised, no half patch stays.
    """
    _kiwi._patch_export(
        disc, patch=patch, output=output, file=file, format=format, override=override, progress=progress
    )
