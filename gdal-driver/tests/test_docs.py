#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/gdal.md: its commands run, and its tables are the driver's: test_docs.py KIWIDUMP KIWIBUILD SOURCE_ROOT. TAP."""
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

from gdal_support import GOTEBORG, build, counts, folder, gdal, layers, open_disc, tap

PAGE = (pathlib.Path(sys.argv[3]) / "docs/gdal.md").read_text(encoding="utf-8")


def section(name):
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


def first_column(text):
    """Names in the first column of a table, each alone between backquotes."""
    return [name for row in re.findall(r"^\| (`.*?) \|", text, flags=re.M) for name in re.findall(r"`(.*?)`", row)]


def main():
    with folder() as made:
        made = pathlib.Path(made)
        disc = open_disc(build(GOTEBORG, made / "disc.iso"))
        (made / "build/demo").mkdir(parents=True)
        (made / "build/demo/gdal-driver").symlink_to(pathlib.Path(os.environ.pop("GDAL_DRIVER_PATH")).resolve())
        commands = re.findall(r"^    (\S.*)", PAGE.split("\n## ")[0], flags=re.M)
        tap.check([command.split()[0] for command in commands] == ["export", "ogrinfo", "ogr2ogr", "ogr2ogr"], "the page has commands", str(commands))
        script = "\n".join(("set -e", *commands))
        result = subprocess.run(["bash", "-c", script], cwd=made, capture_output=True, text=True, check=False)
        tap.check(result.returncode == 0, "they run", result.stderr)
        names = [layer.GetName() for layer in layers(disc)]
        tap.check(all(f": {name} (" in result.stdout for name in names), "ogrinfo lists all layers", result.stdout)
        written = gdal.OpenEx(str(made / "map.gpkg"))
        tap.check(counts(written) == counts(disc), "a GeoPackage of all features", str(counts(written)))
        roads = disc.GetLayerByName("roads_0")
        roads.SetSpatialFilterRect(*map(float, re.search(r"-spat (\S+) (\S+) (\S+) (\S+)", script).groups()))
        wanted = roads.GetFeatureCount()
        centre = counts(gdal.OpenEx(str(made / "centre.fgb")))
        tap.check(list(centre.values()) == [wanted] and wanted > 0, "roads of a box", f"{centre}, {wanted}")

        listed = {name.removesuffix("_N") for name in first_column(section("Layers"))}
        tap.check({name.split("_")[0] for name in names} <= listed, "the page has all layers", f"{listed}, {names}")
        listed = [name.split("=")[0] for name in first_column(section("Open options")) if "=" in name]
        options = xml.etree.ElementTree.fromstring(gdal.GetDriverByName("KIWI").GetMetadataItem("DMD_OPENOPTIONLIST"))
        tap.check(listed == [option.get("name") for option in options], "the page has the driver's open options", str(listed))
        known = set(re.findall(r"`([A-Z_]+)`", section("Metadata, errors, threads").split(";")[0]))
        tap.check(set(disc.GetMetadata()) <= known, "the page has the metadata", f"{known}, {disc.GetMetadata()}")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
