# SPDX-License-Identifier: MIT
"""What the shared library exports is what the headers declare and what libkiwi.map lists: test_symbols.py LIBRARY MAP HEADERS... TAP output."""

import fnmatch
import re
import subprocess
import sys


def declared(text):
    """Names behind KIWI_API: functions and made tables."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    return [re.search(r"(kiwi_\w+)\s*(\(|;|\[|$)", re.sub(r"(struct|enum)\s+\w+", "", one)).group(1)
            for one in re.findall(r"KIWI_API\b([^;]*;)", text)]


def listed(text):
    """Blocks of the version script as (name, what it exports)."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return [(name, re.findall(r"[\w*]+(?=;)", body.split("global:")[1].split("local:")[0]))
            for name, body in re.findall(r"(\w+)\s*\{(.*?)\}", text, flags=re.S)]


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout.splitlines()
    names = [re.sub("@.*", "", line.split()[-1]) for line in lines if line.split()[-2] != "A"]
    return sorted(name for name in names)


def main():
    library, script, *headers = sys.argv[1:]
    names_of = {path: declared(open(path, encoding="utf-8").read()) for path in headers}
    in_headers = [name for names in names_of.values() for name in names]
    blocks = listed(open(script, encoding="utf-8").read())
    names = [name for _, part in blocks for name in part if "*" not in name]
    patterns = [name for _, part in blocks for name in part if "*" in name]
    made = {name for path, part in names_of.items() if path.endswith("/records.h") for name in part}
    by_hand = set(in_headers) - made
    checks = {
        "headers declare each name once": [name for name in set(in_headers) if in_headers.count(name) > 1],
        "the library exports what the headers declare": sorted(set(exported(library)) ^ set(in_headers)),
        "libkiwi.map lists every function of the headers": sorted(by_hand - set(names)),
        "... and nothing else": sorted(set(names) - set(in_headers)),
        "... each name once": [name for name in set(names) if names.count(name) > 1],
        "... in alphabetical order": [name for name, part in blocks if (lines := [one for one in part if "*" not in one]) != sorted(lines)],
        "patterns stand for what is made from the schema, all of it": sorted(
            name for name in made if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)),
        "every pattern is used": [pattern for pattern in patterns if not fnmatch.filter(made, pattern)],
        "there are hundreds of names": [] if len(in_headers) > 400 and len(names) > 100 else [str(len(in_headers)), str(len(names))],
    }
    print(f"1..{len(checks)}")
    for number, (title, wrong) in enumerate(checks.items(), 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}" + (": " + ", ".join(wrong) if wrong else ""))
    sys.exit(any(checks.values()))


main()
