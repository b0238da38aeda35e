# SPDX-License-Identifier: MIT
"""Opens a KIWI disc in QGIS: in its Python console, exec(open(".../kiwi/qgis/open_disc.py").read()); open_disc("disc.iso", ".../kiwi/qgis").

Each level is a group, of which the finest is shown; areas lie below lines, roads and names.
"""
import pathlib

from qgis.core import QgsProject, QgsVectorLayer

DRAWN = ("names", "roads", "lines", "areas")  # from the top


def open_disc(path, styles, levels=None):
    """Adds the layers of the levels (None: of all) that have features to the project; returns them, the topmost first."""
    made = []
    disc = QgsVectorLayer(str(path), "disc", "ogr")
    listed = [name.split("!!::!!")[1] for name in disc.dataProvider().subLayers()]
    numbers = sorted({int(name.split("_")[1]) for name in listed if "_" in name and name.split("_")[0] in DRAWN})
    for level in numbers if levels is None else levels:
        group = QgsProject.instance().layerTreeRoot().addGroup(f"level {level}")
        group.setItemVisibilityChecked(levels is not None or level == numbers[0])
        for name in DRAWN:
            layer = QgsVectorLayer(f"{path}|layername={name}_{level}", f"{name}_{level}", "ogr")
            if not layer.isValid() or not layer.hasFeatures():
                continue
            layer.loadNamedStyle(str(pathlib.Path(styles) / f"{name}.qml"))
            QgsProject.instance().addMapLayer(layer, False)
            group.addLayer(layer)
            made.append(layer)
    return made
