# SPDX-License-Identifier: MIT
"""What a rule is: a name, a sentence, and a function that yields what breaks it in a tree."""

import dataclasses
import typing

RULES = []


@dataclasses.dataclass
class Rule:
    name: str
    sentence: str
    check: typing.Callable  # of a tree; yields findings as text "path:line: what"
    unavailable: typing.Callable = lambda: None  # why the rule cannot run here, or None


def rule(name, sentence, **more):
    """Registers the decorated function as a rule."""

    def register(check):
        RULES.append(Rule(name, sentence, check, **more))
        return check

    return register


def line_rule(name, sentence, pattern, files, view=lambda text: text, **more):
    """A rule that refuses each line that has the pattern, in what view(text) leaves of the files."""

    def check(tree):
        for path in files(tree):
            for number, line in enumerate(view(tree.text(path)).split("\n"), 1):
                found = pattern.search(line)
                if found:
                    yield f"{path}:{number}: {found[0].strip() or 'here'}"

    RULES.append(Rule(name, sentence, check, **more))
