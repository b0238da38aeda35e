#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--svg: well-formed, the right size, and with what lies in the box."""
import pathlib
import re
import tempfile
import xml.etree.ElementTree as ElementTree

import modes

tap = modes.Tap()
SVG = "{http://www.w3.org/2000/svg}"
CENTRE = "11.94,57.69,11.99,57.715"


def draw(disc, *options, code=0):
    return ElementTree.fromstring(modes.run(disc, "--svg", *options, code=code))


def texts(picture, kind):
    return ["".join(t.itertext()) for t in picture.iter(SVG + "text") if t.get("class") == kind]


def groups(picture, kind):
    return [g for g in picture.iter(SVG + "g") if g.get("class") == kind]


def check_goteborg(disc):
    picture = draw(disc, "--bbox", CENTRE)
    tap.check(picture.tag == SVG + "svg" and picture.get("width") == "1200", "1200 pixels wide", picture.attrib)
    height = float(picture.get("height"))
    tap.check(1110 < height < 1135, "as high as the box is in Mercator's projection", height)
    names = texts(picture, "street")
    tap.check(100 < len(names) < 400 and {"Avenyn", "Vasagatan", "Linnégatan", "Kungsportsavenyn"} & set(names), "street names",
              f"{len(names)}: {names[:5]}")
    on_disc = {f["properties"]["text"] for f in modes.lines(disc, "--features", "--kind", "name", "--level", "0")}
    tap.equal(sorted(set(names) - on_disc), [], "all of them are on the disc")
    shields = ["".join(g.itertext()) for g in picture.iter(SVG + "g") if (g.get("class") or "").startswith("shield")]
    tap.check("E 45" in shields, "route shields", shields[:9])
    roads = groups(picture, "road")
    widths = [float(g.get("stroke-width")) for g in roads]
    tap.check(len(roads) > 15 and max(widths) < 20 and all(len(g) > 0 for g in roads), "roads by class, none of them empty")
    fills = [g.get("stroke") for g in roads]
    tap.check(fills.index("#f9b96f") > fills.index("#ffffff"), "main roads over others", fills)
    drawn = sum(path.get("d").count("M") for g in roads for path in g)
    links = len(modes.lines(disc, "--features", "--kind", "road", "--level", "0", "--bbox", CENTRE))
    tap.check(links <= drawn <= 2.6 * links, "each link is drawn, and its casing", f"{links} links, {drawn} strokes")
    bad = [p.get("d")[:40] for p in picture.iter(SVG + "path") if not re.fullmatch(r"[MLZvh0-9. -]+", p.get("d"))]
    tap.none(bad, "paths are numbers")
    bar = [t.text for t in picture.iter(SVG + "text") if re.fullmatch(r"[125]0* k?m", t.text or "")]
    tap.equal(bar, ["500 m"], "a scale bar")
    tap.equal(modes.run(disc, "--svg", "--bbox", CENTRE), modes.run(disc, "--svg", "--bbox", CENTRE), "two runs are the same")


def check_levels(disc):
    far = draw(disc, "--width", "300")
    near = draw(disc, "--bbox", "11.96,57.70,11.97,57.705", "--width", "300")
    tap.check(len(texts(far, "street")) < 40 and len(groups(far, "road")) < 16, "far away only main roads")
    tap.check(groups(near, "road"), "close by all roads")
    tap.equal(far.get("width"), "300", "--width")
    no_names = draw(disc, "--bbox", CENTRE, "--kind", "road")
    tap.equal(texts(no_names, "street"), [], "--kind")
    for options in (["--width", "99"], ["--width", "20001"], ["--width", "x"]):
        modes.run(disc, "--svg", *options, code=2)
    modes.run(disc, "--svg", "--level", "7", code=3)
    empty = draw(disc, "--bbox", "0,0,1,1", "--level", "0", code=1)
    tap.equal(texts(empty, "street"), [], "a box beside the map is an empty picture")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        disc = modes.build(modes.GOTEBORG, folder / "goteborg", "--title", "Ö & <Å> \"x\"")
        check_goteborg(disc)
        check_levels(disc)
        title = [t.text for t in draw(disc, "--bbox", CENTRE).iter(SVG + "text")][-1]
        tap.equal(title, "Ö & <Å> \"x\"", "the title of the disc, escaped")
        for name, small in modes.discs(folder):
            picture = draw(small, "--level", "0")
            tap.check(list(picture.iter(SVG + "path")), f"{name}: a picture")
        land = draw(modes.build(modes.SMALL / "backgrounds.geojson", folder / "land"), "--level", "0")
        tap.check(groups(land, "water") and groups(land, "green") and groups(land, "rail"), "water, green and railway")
        draw(modes.build(modes.ROOT / "testdata/antimeridian.geojson", folder / "antimeridian"))
        tap.check(True, "a map across 180 degrees")
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
