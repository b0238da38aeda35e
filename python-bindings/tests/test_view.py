#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""python -m kiwi.view: who gets what, and who nothing: test_view.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from support import build_small, tap

from kiwi import view


def ask(server, path, headers=None, method="GET"):
    """The answer's number and bytes; the header Host is right unless it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def serve(disc, page):
    server = view.Server(disc, page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def serves(folder, page):
    """An image by its ranges."""
    image = build_small(folder, "town")
    disc = folder / "disc.bin"
    disc.write_bytes(os.urandom(3_000_000))
    with serve(disc, page) as server:
        base = urllib.parse.urlsplit(server.address).path.removesuffix("kiwi.html")
        tap.equal(ask(server, base + "kiwi.html?disc")[:2], (200, page.read_bytes()), "the page")
        code, body, headers = ask(server, base + "disc.json")
        tap.equal((code, json.loads(body)), (200, {"name": "disc.bin", "files": [{"path": "disc.bin", "size": 3_000_000, "url": "files/0"}]}), "the listing")
        tap.equal(headers["Referrer-Policy"], "no-referrer", "the token goes nowhere")
        data = disc.read_bytes()
        for first, last in (0, 0), (5, 2_500_000), (2_999_999, 2_999_999), (2_999_990, 9_999_999):
            code, body, headers = ask(server, base + "files/0", {"Range": f"bytes={first}-{last}"})
            tap.equal((code, body == data[first:last + 1], headers["Content-Range"]), (206, True, f"bytes {first}-{min(last, 2_999_999)}/3000000"),
                      f"bytes {first} to {last}")
        for given, wanted in ((None, 400), ("bytes=0-", 400), ("bytes=-5", 400), ("bytes=0-1,4-5", 400), ("bytes=3000000-3000001", 416), ("bytes=5-4", 416),
                              ("bytes=\u0663-4", 400), ("bytes=1-" + "9" * 30, 400)):
            headers = {"Range": given.encode()} if given else {}
            tap.equal(ask(server, base + "files/0", headers)[0], wanted, f"the range {given!a} is refused")
        disc.write_bytes(data[:1000])
        try:
            short = ask(server, base + "files/0", {"Range": "bytes=0-1999"})[1]
        except http.client.IncompleteRead as error:
            short = error.partial
        tap.equal(short, data[:1000], "a file that became shorter ends the answer")
        disc.unlink()
        tap.equal(ask(server, base + "files/0", {"Range": "bytes=0-1"})[0], 500, "a file that is gone")
        server.shutdown()
    return image


def refuses(folder, page):
    """Whoever does not come from the page."""
    disc = folder / "secret.bin"
    disc.write_bytes(b"secret")
    with serve(disc, page) as server:
        base = urllib.parse.urlsplit(server.address).path.removesuffix("kiwi.html")
        wanted = {"Range": "bytes=0-5"}
        tap.equal(ask(server, base + "files/0", wanted)[1], b"secret", "with all of it right there is an answer")
        tap.equal(server.server_address[0], "127.0.0.1", "it listens on loopback")
        for host in "evil.example", f"evil.example:{server.server_port}", "127.0.0.1", "":
            tap.equal(ask(server, base + "files/0", {**wanted, "Host": host})[0], 403, f"Host: {host}")
        for origin in "http://evil.example", "null", f"https://127.0.0.1:{server.server_port}":
            tap.equal(ask(server, base + "files/0", {**wanted, "Origin": origin})[0], 403, f"Origin: {origin}")
        tap.equal(ask(server, base + "files/0", {**wanted, "Origin": f"http://127.0.0.1:{server.server_port}"})[0], 206, "its own origin")
        for path in ("/", "/kiwi.html", "/files/0", f"/{server.token[:-1]}/files/0", f"/{server.token}x/files/0", "//files/0", f"/{server.token}", base,
                     base + "files/1", base + "files/-1", base + "files/00x", base + "files/../files/0/", base + "files/%30", base + "../disc.json",
                     base + "files//etc/passwd", "*"):
            code, body, _ = ask(server, path, wanted)
            tap.equal((code, b"secret" in body), (404, False), f"nothing at {path.replace(server.token, 'TOKEN')!a}")
        for method in "POST", "PUT", "DELETE", "HEAD", "OPTIONS":
            tap.equal(ask(server, base + "files/0", wanted, method)[0], 501, f"{method} is not known")
        server.shutdown()
    first, second = serve(disc, page), serve(disc, page)
    tap.check(first.token != second.token and len(first.token) >= 32, "each has a token of its own")
    for server in first, second:
        server.shutdown()
        server.server_close()


def lists(folder, page):
    """A folder: regular files in it, and nothing that links lead to."""
    disc = folder / "disc"
    (disc / "KIWI").mkdir(parents=True)
    (disc / "KIWI" / "ALLDATA.KWI").write_bytes(b"data")
    (disc / "a b#?.KWI").write_bytes(b"")
    (folder / "outside.txt").write_bytes(b"outside")
    (disc / "link.txt").symlink_to(folder / "outside.txt")
    (disc / "folder").symlink_to(folder)
    os.mkfifo(disc / "pipe")
    with serve(disc, page) as server:
        tap.equal(json.loads(server.listing), {"name": "disc", "files": [{"path": "a b#?.KWI", "size": 0, "url": "files/0"},
                                                                         {"path": "KIWI/ALLDATA.KWI", "size": 4, "url": "files/1"}]}, "a folder's listing")
        base = urllib.parse.urlsplit(server.address).path.removesuffix("kiwi.html")
        tap.equal(ask(server, base + "files/1", {"Range": "bytes=1-2"})[:2], (206, b"at"), "a file of a folder")
        tap.equal(ask(server, base + "files/0", {"Range": "bytes=0-0"})[0], 416, "an empty file has no range")
        server.shutdown()


def runs(folder, page, disc):
    """The command itself: prints its address, and Ctrl-C ends it."""
    command = [sys.executable, "-m", "kiwi.view", "--no-browser", "--page", page, disc]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = urllib.parse.urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        connection.request("GET", address.path)
        tap.equal(connection.getresponse().read(), page.read_bytes(), "the address that it prints leads to the page")
        connection.close()
        process.send_signal(signal.SIGINT)
        tap.equal(process.wait(60), 0, "Ctrl-C ends it")
    for name, arguments in (("a disc that is not there", ["--page", page, folder / "nothing"]), ("a page that is not there", ["--page", folder / "nothing", disc])):
        done = subprocess.run([sys.executable, "-m", "kiwi.view", "--no-browser", *arguments], capture_output=True, text=True)
        tap.equal((done.returncode, "nothing" in done.stderr), (4, True), name)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        page = folder / "kiwi.html"
        page.write_text("<!doctype html><title>page</title>")
        image = serves(folder, page)
        refuses(folder, page)
        lists(folder, page)
        runs(folder, page, image)
    return tap.end()


sys.exit(main())
