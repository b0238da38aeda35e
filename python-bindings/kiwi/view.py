# SPDX-License-Identifier: MIT
"""Shows a KIWI disc in the browser: python -m kiwi.view DISC.

The page is kiwi.html, which reads this disc as it reads files that are dropped into it: nothing but bytes goes over the loopback interface, and
nothing leaves the machine. Only who knows the token in the address gets an answer.
"""

import argparse
import hmac
import http.server
import io
import json
import os
import pathlib
import re
import secrets
import stat
import sys
import typing
import webbrowser

FILE_LIMIT = 100_000
RANGE_LIMIT = 64 << 20  # of one answer
PIECE = 1 << 20
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class File(typing.NamedTuple):
    """A file of the disc: its path on the host, its name for the page, its size."""

    path: pathlib.Path
    name: str
    size: int


def regular_files(folder: pathlib.Path) -> typing.Iterator[File]:
    """What lies in a folder and below it. Links are not followed: they may lead out of it."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = pathlib.Path(parent, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield File(path, path.relative_to(folder).as_posix(), status.st_size)


def find_files(disc: pathlib.Path) -> list[File]:
    """The files of a disc: an image, a drive or a KIWI file is one."""
    if disc.is_dir():
        files = []
        for file in regular_files(disc):
            files.append(file)
            if len(files) > FILE_LIMIT:
                raise ValueError(f"{disc}: more than {FILE_LIMIT} files")
        return files
    with disc.open("rb") as stream:  # a drive has no size but this
        return [File(disc, disc.name, stream.seek(0, os.SEEK_END))]


def find_page() -> pathlib.Path:
    """The page: of the package, or of the source tree that the package lies in."""
    here = pathlib.Path(__file__).resolve()
    for path in here.with_name("kiwi.html"), *(parent / "build" / "kiwi.html" for parent in here.parents):
        if path.is_file():
            return path
    raise FileNotFoundError("kiwi.html is not there: web/build makes it; --page says where it is")


class Server(http.server.ThreadingHTTPServer):
    """Serves one disc and the page, on this machine only."""

    daemon_threads = True

    def __init__(self, disc: pathlib.Path, page: pathlib.Path, port: int = 0):
        self.files = find_files(disc)
        self.listing = json.dumps({
            "name": disc.resolve().name,
            "files": [{"path": file.name, "size": file.size, "url": f"files/{number}"} for number, file in enumerate(self.files)],
        }).encode()
        self.page = page.read_bytes()
        self.token = secrets.token_urlsafe(24)
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def hosts(self) -> list[str]:
        return [f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")]

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/{self.token}/kiwi.html?disc"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET with the page, the listing or a range of a file."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "kiwi.view"
    sys_version = ""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the token would stand in it."""

    def do_GET(self) -> None:
        # Another site's page may know a name that leads here; it does not know this one, and it names its origin.
        host, origin = self.headers.get("Host"), self.headers.get("Origin")
        if host not in self.server.hosts or origin not in (None, f"http://{host}"):
            return self.refuse(403, "not from here")
        _, _, rest = self.path.partition("?")[0].partition("/")
        token, *path = rest.split("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            return self.refuse(404, "nothing here")
        if path == ["kiwi.html"]:
            return self.answer(200, "text/html; charset=utf-8", self.server.page)
        if path == ["disc.json"]:
            return self.answer(200, "application/json", self.server.listing)
        number = re.fullmatch("[0-9]{1,6}", path[1], re.ASCII) if len(path) == 2 and path[0] == "files" else None
        if not number or int(number[0]) >= len(self.server.files):
            return self.refuse(404, "nothing here")
        return self.answer_range(self.server.files[int(number[0])])

    def answer_range(self, file: File) -> None:
        wanted = re.fullmatch("bytes=([0-9]{1,18})-([0-9]{1,18})", self.headers.get("Range", ""), re.ASCII)
        if not wanted:
            return self.refuse(400, "a range of bytes must be asked for")
        first, last = int(wanted[1]), min(int(wanted[2]), file.size - 1)
        if first > last or last - first >= RANGE_LIMIT:
            return self.refuse(416, "no such range", {"Content-Range": f"bytes */{file.size}"})
        try:
            stream = file.path.open("rb", buffering=0)
        except OSError as error:
            return self.refuse(500, error.strerror or "cannot be opened")
        with stream:
            self.begin(206, "application/octet-stream", last - first + 1, {"Content-Range": f"bytes {first}-{last}/{file.size}"})
            try:
                stream.seek(first)
                self.send_bytes(stream, last - first + 1)
            except OSError:  # too late for a number: what comes is too short
                self.close_connection = True

    def send_bytes(self, stream: io.FileIO, length: int) -> None:
        while length > 0:
            piece = stream.read(min(PIECE, length))
            if not piece:
                raise OSError("the file became shorter")
            self.wfile.write(piece)
            length -= len(piece)

    def begin(self, code: int, kind: str, length: int, more: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(length), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def answer(self, code: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        self.begin(code, kind, len(body), more)
        self.wfile.write(body)

    def refuse(self, code: int, why: str, more: dict[str, str] | None = None) -> None:
        self.answer(code, "text/plain; charset=utf-8", f"{why}\n".encode(), more)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kiwi.view", description="Shows a KIWI disc in the browser; nothing leaves this machine.")
    parser.add_argument("disc", metavar="DISC", type=pathlib.Path, help="an image, a folder, a drive or one KIWI file")
    parser.add_argument("--page", metavar="FILE", type=pathlib.Path, help="kiwi.html, if it is not where this looks for it")
    parser.add_argument("--port", metavar="N", type=int, default=0, help="of the address; any that is free if not given")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    try:
        server = Server(options.disc, options.page or find_page(), options.port)
    except (OSError, ValueError, OverflowError) as error:
        print(f"kiwi.view: {error}", file=sys.stderr)
        return 4
    with server:
        print(f"{server.address}\nCtrl-C ends this", flush=True)
        if not options.no_browser:
            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
