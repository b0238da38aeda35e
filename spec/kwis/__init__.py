# SPDX-License-Identifier: MIT
"""Reads the schema of the KIWI format and writes what is derived from it."""
