#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whatever the package shows is documented: every class, function, method and attribute, and every code of the schema."""
import enum
import inspect
import sys

from support import tap

import kiwi


def public(names):
    return [(name, item) for name, item in sorted(names.items()) if not name.startswith("_")]


def shown():
    """The classes and functions of the package."""
    for module in (kiwi, kiwi.patch):
        for name, item in public(vars(module)):
            if getattr(item, "__module__", "").startswith("kiwi") and (inspect.isclass(item) or inspect.isfunction(item)):
                yield f"{module.__name__}.{name}", item


def attributes(item):
    """Methods and properties; values such as the default of a field of a dataclass have no text of their own."""
    for name, value in public(vars(item)):
        if callable(value) or inspect.isdatadescriptor(value) or isinstance(value, classmethod):
            yield f"{item.__name__}.{name}", value


def documented(item):
    """In whole sentences, by a text that is not what Python makes up."""
    text = inspect.getdoc(item) or ""
    return text.endswith(".") and not text.startswith(f"{getattr(item, '__name__', '')}(")


def has_signature(item):
    try:
        return inspect.signature(item) is not None
    except ValueError:
        return False


items = list(shown())
classes = [item for _, item in items if inspect.isclass(item)]
records = [item for item in classes if issubclass(item, kiwi.Record) and hasattr(item, "section")]
codes = [item for item in classes if issubclass(item, enum.IntEnum) and item is not kiwi.Severity]
by_hand = [item for item in classes if item not in records + codes]
fields = [(item, field) for item in records for field in vars(item).values() if isinstance(field, kiwi.Field)]
members = [pair for item in by_hand if not issubclass(item, (tuple, enum.Enum)) for pair in attributes(item)]
methods = [(name, item) for name, item in members if callable(item)]


def check(name, enough, wrong):
    tap.check(enough and not wrong, name, ", ".join(wrong) or "there is too little to look at")


check("classes and functions", len(by_hand) > 40, [name for name, item in items if item not in records + codes and not documented(item)])
check("methods and attributes", len(members) > 100, [name for name, item in members if not documented(item)])
check("methods tell their arguments", len(methods) > 15, [name for name, item in methods if not has_signature(item)])
check("records tell section and meaning", len(records) > 100,
      [item.__name__ for item in records if not item.__doc__.startswith(f"{item.section}: ")])
check("fields tell meaning, unit and section", len(fields) > 600,
      [repr(field) for item, field in fields if not field.meaning or field.__doc__.find(field.meaning) != 0
       or field.unit not in field.__doc__ or item.section not in field.__doc__])
check("enumerations tell section and meaning", len(codes) > 20, [item.__name__ for item in codes if ": " not in item.__doc__])
check("codes tell their meaning", True, [repr(code) for item in codes for code in item if code.__doc__ in (None, "", item.__doc__)])
sys.exit(tap.end())
