# SPDX-License-Identifier: MIT
"""What the tests of scratched discs share: the environment that makes reads of some sectors fail."""
import os
import pathlib


def environment(library, file, sectors, log=None):
    """For a program to which sectors of the file cannot be read; see scratch.c."""
    library = pathlib.Path(library).resolve()
    # A blank in its path would end the name of a library that is loaded first.
    found = dict(os.environ, LD_PRELOAD=library.name, LD_LIBRARY_PATH=str(library.parent), ASAN_OPTIONS="verify_asan_link_order=0",
                 SCRATCH_FILE=str(file), SCRATCH_SECTORS=",".join(map(str, sectors)))  # fmt: skip
    if log:
        found["SCRATCH_LOG"] = str(log)
    return found
