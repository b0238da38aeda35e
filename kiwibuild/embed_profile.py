#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a profile as a C string: embed_profile.py PROFILE.json OUTPUT.h"""
import json
import sys

with open(sys.argv[1], encoding="ascii") as source:
    lines = source.read().splitlines()
with open(sys.argv[2], "w", encoding="ascii") as target:
    target.write("/* Made by embed_profile.py; do not edit. */\nstatic const char osm_profile[] =\n")
    target.writelines("    %s\n" % json.dumps(line.strip() + "\n") for line in lines)
    target.write("    ;\n")
