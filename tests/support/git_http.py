"""Smart HTTP as a git host has it: `git http-backend` behind a server on the loopback, with the faults of real ones."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Literal, NamedTuple

from support.repository import only_ours

Fault = Literal["none", "drop before", "drop after", "unavailable", "stall"]
"""What happens to one request: the connection ends before it is carried out, or after that; status 503; silence."""


class GitHost(ThreadingHTTPServer):
    """Serves the bare repositories of one folder, to be fetched from and pushed to by anybody."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, authorization: str | None = None) -> None:
        """With an `authorization`, only who has this header is let in."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authorization = authorization
        self.offered: list[str] = []
        """Each `Authorization` that somebody sent."""
        self.refused = 0
        """How many requests had none that lets in."""
        self.folder = folder
        self.faults: list[tuple[str, Fault]] = []
        """(a part of the address, what happens to the next request that has it), one after the other."""
        self.ended = Event()

    def url(self, name: str) -> str:
        """The address of the repository `name` in the folder."""
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"

    def fault(self, path: str) -> Fault:
        """What is to happen to this request."""
        return self.faults.pop(0)[1] if self.faults and self.faults[0][0] in path else "none"


@contextmanager
def git_host(folder: Path, authorization: str | None = None) -> Iterator[GitHost]:
    """A server that runs for as long as it is wanted."""
    with GitHost(folder, authorization) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()


class _Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    server: GitHost
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """What a repository has, and fetches and pushes that begin."""
        self._serve()

    def do_POST(self) -> None:
        """Fetches and pushes."""
        self._serve()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _let_in(self) -> bool:
        given = self.headers.get("Authorization")
        if given is not None:
            self.server.offered.append(given)
        return self.server.authorization in (None, given)

    def _serve(self) -> None:
        fault = self.server.fault(self.path)
        body = self._body()
        if fault == "drop before":
            self._drop()
            return
        if fault == "stall":
            self.server.ended.wait()
            self._drop()
            return
        if self._let_in():
            answer = _Answer(503, [], b"Try later.") if fault == "unavailable" else self._backend(body)
        else:
            self.server.refused += 1
            answer = _Answer(401, [("WWW-Authenticate", 'Basic realm="git"')], b"Who are you?")
        if fault == "drop after":
            self._drop()
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _backend(self, body: bytes) -> _Answer:
        path, _, query = self.path.partition("?")
        environment = {
            **only_ours(), "GIT_PROJECT_ROOT": str(self.server.folder), "GIT_HTTP_EXPORT_ALL": "1",
            # Who is known by name may push.
            "REMOTE_USER": "somebody", "REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": self.command,
            "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)), "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }  # fmt: skip
        finished = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=True)
        head, _, content = finished.stdout.partition(b"\r\n\r\n")
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in head.decode().split("\r\n"))]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        return _Answer(status, [one for one in headers if one[0] != "Status"], content)


def bare_copy(source: Path, target: Path) -> None:
    """A bare twin of a repository, with all of its branches."""
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", "--template=", os.fspath(source), os.fspath(target)],
        env=only_ours(), check=True,
    )  # fmt: skip
