# SPDX-License-Identifier: MIT
"""What the tests of the driver for GDAL share. Each is called with KIWIDUMP KIWIBUILD SOURCE_ROOT and prints TAP."""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[3]) / "python-bindings/tests"))

from osgeo import gdal, ogr  # noqa: E402
from support import GOTEBORG, SMALL, SMALL_DISCS, build, build_layout, build_small, lines, tap  # noqa: E402, F401 - for the tests

gdal.UseExceptions()
KINDS = "road,background,name,route,address,poi"
OFFSET = (1 << 40) - 1  # of a FID


def folder():
    return tempfile.TemporaryDirectory(prefix="kiwi-gdal-")


def open_disc(path, *options):
    return gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_VERBOSE_ERROR, open_options=list(options))


def layers(disc):
    return [disc.GetLayer(i) for i in range(disc.GetLayerCount())]


def counts(disc):
    return {layer.GetName(): layer.GetFeatureCount() for layer in layers(disc)}


def printed(path, *options):
    """Features as kiwidump prints them."""
    return [json.loads(line) for line in lines("--quiet", "--features", "--kind", KINDS, *options, path)]


def strokes(feature):
    """The geometry of kiwidump's feature as a layer has it: lists of points, and of rings for areas."""
    geometry = feature["geometry"]
    if not geometry:
        return None
    kind, points = geometry["type"], geometry["coordinates"]
    lines_wanted = feature["properties"]["kind"] in ("road", "route")
    if kind == "Point":
        return [[points, points]] if lines_wanted else points
    if kind == "MultiPoint":
        return [[point, point] for point in points]
    return [points] if kind in ("LineString", "Polygon") else points


def points_of(geometry):
    """The same of GDAL's geometry."""
    if geometry is None:
        return None
    kind = ogr.GT_Flatten(geometry.GetGeometryType())
    if kind == ogr.wkbPoint:
        return list(geometry.GetPoint_2D())
    if kind in (ogr.wkbLineString, ogr.wkbLinearRing):
        return [list(point[:2]) for point in geometry.GetPoints()]
    return [points_of(geometry.GetGeometryRef(i)) for i in range(geometry.GetGeometryCount())]


def layer_of(feature):
    """Name of the layer that kiwidump's feature belongs to."""
    properties, geometry = feature["properties"], feature["geometry"]
    kind = properties["kind"]
    if kind in ("address", "place", "poi"):
        return {"address": "addresses", "place": "places", "poi": "pois"}[kind]
    if kind == "background":
        by_geometry = {"Point": "points", "MultiPoint": "lines", "LineString": "lines", "MultiLineString": "lines",
                       "Polygon": "areas", "MultiPolygon": "areas"}  # fmt: skip
        name = by_geometry[geometry["type"]] if geometry else properties["shape"] + "s"
    else:
        name = kind + "s"
    return f"{name}_{properties['level']}"


def fields(feature):
    """Those that are set."""
    return {key: value for key, value in feature.items().items() if value is not None}
