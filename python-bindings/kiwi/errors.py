# SPDX-License-Identifier: MIT
"""What goes wrong."""

from __future__ import annotations

import errno
import os
from typing import Any, Optional, Tuple

from .values import Finding, Severity


class Error(Exception):
    """The base of all that kiwi raises of its own."""

    def __init__(
        self, text: str, *, offset: Optional[int] = None, file: str = "", path: str = "", field: str = ""
    ) -> None:
        super().__init__(text)
        self.offset = offset
        """Bytes from the start of the file, if it is known."""
        self.file = file
        """Path on the disc, or ``""``."""
        self.path = path
        """Record path such as ``level[0].parcel[1758,584]``, or ``""``."""
        self.field = field
        """Field of that record, or ``""``."""

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), self.args, self.__dict__


class NotKiwiError(Error):
    """The input is no KIWI disc or file, or a container that cannot be read."""


class NotFoundError(Error, LookupError):
    """There is no such file, level, place, name or way on the disc."""


class RangeError(Error, ValueError):
    """A value that the format cannot hold, or a place outside of a file."""


class ReadError(Error, OSError):
    """The operating system, or the file object that was opened, refused to read; see ``errno``."""

    def __reduce__(self) -> Tuple[Any, ...]:
        # OSError shows what was set, None too.
        known = {name: getattr(self, name) for name in ("errno", "strerror", "filename")}
        return type(self), self.args, {**self.__dict__, **{name: value for name, value in known.items() if value is not None}}


class MissingError(ReadError, FileNotFoundError):
    """There is no file or folder of that name; see ``filename``."""


class FindingError(Error):
    """A finding that was not to be tolerated; see :func:`strict`."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(
            f"expected {finding.expected}, found {finding.found}",
            offset=finding.offset, file=finding.file, path=finding.path, field=finding.field,
        )  # fmt: skip
        self.finding = finding

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.finding,), self.__dict__


def strict(finding: Finding) -> None:
    """Raises FindingError for errors: ``kiwi.open(path, on_finding=kiwi.strict)`` stops where a disc is damaged."""
    if finding.severity == Severity.ERROR:
        raise FindingError(finding)


_CLASSES = {2: NotKiwiError, 3: NotFoundError, 4: ReadError, 6: RangeError}


def _make(status: int, text: str, offset: Optional[int], system_error: int, file: str, path: str) -> Exception:
    """The exception for an enum kiwi_status that is none of success."""
    if status not in _CLASSES:
        return MemoryError(text)
    kind = _CLASSES[status]
    if kind is ReadError and system_error == errno.ENOENT:
        kind = MissingError
    error = kind(text, offset=offset, file=file, path=path)
    if isinstance(error, ReadError) and system_error != 0:
        error.errno = system_error
        error.strerror = os.strerror(system_error)
    return error
