#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""QGIS draws a disc with the styles that come with the driver: test_qgis.py KIWIDUMP KIWIBUILD SOURCE_ROOT STYLES [PICTURE]. TAP."""
import os
import pathlib
import sys
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(pathlib.Path(sys.argv[3]) / "python-bindings/tests"))

from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle, QgsVectorLayer  # noqa: E402
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402
from support import GOTEBORG, SMALL, build, tap  # noqa: E402

STYLES = pathlib.Path(sys.argv[4])
sys.path.insert(0, str(STYLES))

from open_disc import open_disc  # noqa: E402


def draw(layers, box):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setExtent(QgsRectangle(*box))
    settings.setOutputSize(QSize(900, 700))
    settings.setBackgroundColor(QColor(0xF6, 0xF3, 0xED))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def colours(image):
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


def main():
    application = QgsApplication([], False)
    application.initQgis()
    with tempfile.TemporaryDirectory(prefix="kiwi-qgis-") as made:
        made = pathlib.Path(made)
        goteborg = build(GOTEBORG, made / "goteborg.iso")
        layers = open_disc(goteborg, STYLES, [0])
        tap.check([layer.name() for layer in layers] == ["names_0", "roads_0"], "the layers of a level", str([layer.name() for layer in layers]))
        image = draw(layers, (11.955, 57.695, 11.985, 57.71))
        if len(sys.argv) > 5:
            image.save(sys.argv[5])
        met = colours(image)
        tap.check({"#fffbe8", "#c2b28f", "#fde293"} <= met, "streets and their casings have the colours of --svg", str(len(met)))
        areas = open_disc(build(SMALL / "backgrounds.geojson", made / "backgrounds"), STYLES, [0])
        drawn = [layer for layer in areas if layer.name() == "areas_0"]
        box = drawn[0].getFeature(next(drawn[0].getFeatures()).id()).geometry().boundingBox()
        met = colours(draw(drawn, (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())))
        tap.check(met & {"#cfe6bd", "#a9d3e8", "#eeeae2", "#ece4ea", "#ebe5dc"} != set(), "areas have them, too", str(sorted(met)[:5]))
        one = QgsVectorLayer(f"{goteborg}|layername=roads_4", "roads", "ogr")
        tap.check(one.isValid() and one.featureCount() == 443 and one.crs().authid() == "EPSG:4326", "a layer as it is")
    return tap.end()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # QGIS ends itself in an order of its own
