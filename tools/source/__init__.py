# SPDX-License-Identifier: MIT
"""The rules of tools/check-source.py."""
