#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which inputs are opened, by what they hold, and what is refused: test_open.py KIWIDUMP KIWIBUILD SOURCE_ROOT. TAP."""
import http.server
import pathlib
import shutil
import subprocess
import sys
import threading
import zipfile

from gdal_support import SMALL, build, counts, folder, gdal, open_disc, tap


def driver_of(path):
    driver = gdal.IdentifyDriverEx(str(path), gdal.OF_VECTOR)
    return driver.ShortName if driver else None


def refused(name, word, path, *options, flags=0, drivers=("KIWI",)):
    try:
        gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_VERBOSE_ERROR | flags, allowed_drivers=list(drivers), open_options=list(options))
    except RuntimeError as error:
        tap.check(word in str(error), name, str(error))
    else:
        tap.check(False, name, "was opened")


class Ranges(http.server.BaseHTTPRequestHandler):
    """Answers requests for ranges of one file."""

    content = b""
    sent = 0

    def do_HEAD(self):  # noqa: N802 - the name is http.server's
        self.send_response(200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()

    def do_GET(self):  # noqa: N802
        first, last = self.headers["Range"].removeprefix("bytes=").split("-")
        piece = self.content[int(first) : int(last) + 1]
        Ranges.sent += len(piece)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(piece) - 1}/{len(self.content)}")
        self.send_header("Content-Length", str(len(piece)))
        self.end_headers()
        self.wfile.write(piece)

    def log_message(self, *_):
        pass


def check_virtual(made, image, wanted):
    archive = made / "disc.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as output:
        output.write(image, "folder/no ending")
    tap.check(counts(open_disc(f"/vsizip/{archive}/folder/no ending")) == wanted, "/vsizip/")
    gdal.FileFromMemBuffer("/vsimem/disc", image.read_bytes())
    tap.check(counts(open_disc("/vsimem/disc")) == wanted, "/vsimem/")
    gdal.Unlink("/vsimem/disc")
    Ranges.content = image.read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    disc = open_disc(f"/vsicurl/http://127.0.0.1:{server.server_port}/disc.iso")
    tap.check(counts(disc) == wanted, "/vsicurl/", f"{Ranges.sent} of {len(Ranges.content)} bytes")
    server.shutdown()


def main():
    with folder() as made:
        made = pathlib.Path(made)
        image = build(SMALL / "entries.osm", made / "disc.iso")
        tree = build(SMALL / "entries.osm", made / "tree")
        wanted = counts(open_disc(image))
        tap.check(sum(wanted.values()) > 50, "an image", str(wanted))
        renamed = pathlib.Path(shutil.copy(image, made / "anything.txt"))
        tap.check(driver_of(renamed) == "KIWI" and counts(open_disc(renamed)) == wanted, "an image with another ending")
        tap.check(driver_of(tree) == "KIWI" and counts(open_disc(tree)) == wanted, "a folder")
        alldata = next(path for path in tree.rglob("*") if path.name.upper() == "ALLDATA.KWI")
        tap.check(counts(open_disc(alldata)) == wanted, "the map file, with what lies beside it")
        beside = pathlib.Path(shutil.copy(alldata, made / "alone"))
        tap.check("roads_0" in counts(open_disc(beside)), "the map file alone, by its content")
        check_virtual(made, image, wanted)

        other = made / "other.iso"
        (made / "text").mkdir()
        (made / "text/readme.txt").write_text("no map")
        subprocess.run(["genisoimage", "-quiet", "-o", other, made / "text"], check=True)
        refused("an image without a map, if asked for", "KIWI: ", other)
        refused("... and otherwise no word of ours", "not recognized", other, drivers=())
        for name, content in (("empty", b""), ("zeros", bytes(65536)), ("words", b"navigation " * 9000)):
            (made / name).write_bytes(content)
            tap.check(driver_of(made / name) is None, f"{name} is no disc")
        refused("a file that is not there", "", made / "missing.iso")
        refused("writing", "does not write", alldata, flags=gdal.OF_UPDATE)
        refused("a level that is not there", "no level 77", image, "LEVEL=77")
        refused("a level that is no number", "LEVEL=fine", image, "LEVEL=fine")
        refused("a charset that nobody knows", "KLINGON", image, "CHARSET=KLINGON")
        refused("a datum that nobody knows", "MARS", image, "DATUM=MARS")
        refused("a folder of a virtual file system", "name the image in it", f"/vsizip/{made}/disc.zip/folder")

        some = counts(open_disc(image, "LEVEL=0"))
        tap.check({name for name in some if "_" in name} == {name for name in wanted if name.endswith("_0")}, "LEVEL=0")
        disc = open_disc(image)
        metadata = disc.GetMetadata()
        tap.check((metadata["VOLUME_ID"], metadata["CONTAINER"], int(metadata["SIZE"])) == ("KIWI", "image", image.stat().st_size), "metadata")
        tap.check(disc.GetMetadata("VOLUME")["format_version"].startswith("FORMAT VERSION KIWI"), "metadata of the volume")
        driver = gdal.GetDriverByName("KIWI").GetMetadata()
        tap.check(all(driver[name] == "YES" for name in ("DCAP_VECTOR", "DCAP_OPEN", "DCAP_VIRTUALIO")), "what the driver says of itself")
        (made / "cut").write_bytes(image.read_bytes()[:-4096])
        tap.check("incomplete" in open_disc(made / "cut").GetMetadata("FINDINGS")["FINDING_1"], "findings as metadata")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
