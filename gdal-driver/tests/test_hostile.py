#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Damaged discs are read to an end: test_hostile.py KIWIDUMP KIWIBUILD SOURCE_ROOT. TAP."""
import pathlib
import random
import sys

from gdal_support import SMALL, build, folder, gdal, layers, open_disc, points_of, tap

ROUNDS = 60


def read_all(path):
    """How many features a disc still has; None if it is refused."""
    try:
        disc = open_disc(path)
    except RuntimeError:
        return None
    count = 0
    for layer in layers(disc):
        layer.GetExtent()
        try:
            for feature in layer:
                count += 1
                points_of(feature.GetGeometryRef())
                if count % 50 == 0:
                    layer.GetFeature(feature.GetFID())
        except RuntimeError:
            continue
    return count


def main():
    chance = random.Random(15)
    messages = []
    gdal.PushErrorHandler(lambda *error: messages.append(error[2]))
    with folder() as made:
        made = pathlib.Path(made)
        whole = build(SMALL / "entries.osm", made / "disc.iso").read_bytes()
        counts = []
        for _ in range(ROUNDS):
            bytes_ = bytearray(whole)
            for _ in range(chance.choice((1, 10, 200, 3000))):
                bytes_[chance.randrange(32768, len(bytes_))] = chance.choice((0, 255, chance.randrange(256)))
            damaged = made / "damaged.iso"
            damaged.write_bytes(bytes_[: chance.randrange(len(bytes_))] if chance.random() < 0.2 else bytes_)
            counts.append(read_all(damaged))
    gdal.PopErrorHandler()
    tap.check(len(counts) == ROUNDS, "damaged discs are read to an end")
    tap.check(len({count for count in counts if count}) > 3, "some of them have features", str(counts))
    tap.check(any("expected" in text for text in messages), "what is found on them is said", messages[0] if messages else "")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
