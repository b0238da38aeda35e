# SPDX-License-Identifier: MIT
"""What the types of the package forbid: test_types.py expects an error of mypy in each line that says so, and in no other."""

import kiwi


def misuse(disc: kiwi.Disc, road: kiwi.Road, shape: kiwi.LinkShape, record: kiwi.Record) -> None:
    shape.one_way = kiwi.OneWay.FORWARD  # error: a field is not written to
    road.length = 1.0  # error: neither is an attribute
    print(shape.two_way)  # error: no such field
    print(record.one_way)  # error: not every record has it
    print(road.link_id + 1)  # error: it may be None
    print(disc.volume.system_specific_id.date)  # error: so may this
    print(kiwi.LinkShape.one_way.member)  # error: a field has no such attribute
    print(kiwi.OneWay.BOTH)  # error: no such code
    disc.parcel_at("57.7", 11.97)  # error: degrees are numbers
    disc.level("0")  # error: so are levels
    kiwi.open(5)  # error: not to be opened
    print(road.points[0].x)  # error: a row is a tuple
    print(kiwi.open_disc)  # error: not public


class Mine(kiwi.Road):  # error: cannot be subclassed
    pass
