"""The HTTP server: limits, faults, validation and pages around the handlers."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from traceback import format_exception
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from . import faults, limits
from .description import Operation
from .log import Call, Log
from .people import Token
from .routes import ROUTES, admit
from .web import Answer, Refused, Request, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .world import World

PER_PAGE, MOST_PER_PAGE = 30, 100
UNANSWERED = (faults.Kind.STALL, faults.Kind.DROPPED_BEFORE, faults.Kind.DROPPED_AFTER)


class Server:
    """Serves a world on a free port of the loopback interface, while it is a context manager."""

    def __init__(self, world: World, limit: limits.Limits) -> None:
        """Not yet listening to anybody."""
        self.world, self.limits = world, limit
        self.faults, self.log = faults.Faults(), Log()
        self.violations: list[str] = []
        self._counting = Lock()
        self._lists: dict[str, Answer] = {}
        self._http = _Listener(self)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        world.api = self.url
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @contextmanager
    def under_way(self, headers: Any) -> Iterator[None]:
        """One request more at the same time, until its answer is sent."""
        token = self._token(headers)
        self._count(token, 1)
        try:
            yield
        finally:
            self._count(token, -1)

    def _count(self, token: Token | None, more: int) -> None:
        with self._counting:
            if token is not None:
                token.under_way += more

    def violation(self, request: str, problems: list[str]) -> None:
        """Remember what does not fit the description."""
        self.violations += [f"{request}: {problem}" for problem in problems]

    def answer(self, method: str, target: str, headers: Any, data: bytes) -> tuple[Answer, faults.Fault | None]:
        """What a request gets, and the fault that it meets on the way back."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        found = self.world.description.find(method, parts.path)
        fault = self.faults.take(method, parts.path)
        token = self._token(headers)
        if fault is not None and not fault.kind.done:
            answer = fault.answer or Answer(0)
            answer = replace(answer, headers={**(limits.headers(token) if token else {}), **answer.headers})
        elif found is None:
            self.violation(f"{method} {parts.path}", ["not in the slice of the description: see tests/github/openapi"])
            answer = refused(404).answer
        else:
            answer = self._served(found, target, query, data, token, headers, fault)
        template = found[0].template if found else parts.path
        self._note(method, parts.path, query, template, token, answer, fault)
        return answer, fault

    def _note(self, method: str, path: str, query: dict[str, str], template: str, token: Token | None, answer: Answer,
              fault: faults.Fault | None) -> None:  # fmt: skip
        kind = fault.kind if fault else None
        status = 0 if kind in UNANSWERED else 502 if kind is faults.Kind.ERROR_AFTER else answer.status
        login = token.user.login if token else ""
        self.log.add(Call(method, path, query, template, login, status, kind, self.world.clock.now()))

    def _token(self, headers: Any) -> Token | None:
        value = (headers.get("Authorization") or "").removeprefix("token ").removeprefix("Bearer ")
        return self.world.tokens.get(value)

    def _served(self, found: tuple[Operation, dict[str, str]], target: str, query: dict[str, str], data: bytes,
                token: Token | None, headers: Any, fault: faults.Fault | None) -> Answer:  # fmt: skip
        (operation, params), path = found, urlsplit(target).path
        if token is None:
            return refused(401).answer
        try:
            body = json.loads(data) if data else None
        except ValueError:
            return refused(400, "Problems parsing JSON").answer
        request = Request(operation.method, path, operation.template, params, query, body, token)
        with self.world.lock:
            answer = self._limited(operation, request)
            answer = self._listed(answer, request, target, fault) if answer.listed is not None else answer
            answer = _conditional(request.method, answer, headers)
            if answer.status != 304:
                problems = self.world.description.about_answer(operation, answer.status, answer.body)
                self.violation(f"answer to {request.method} {path}", problems)
            elif request.template != "/rate_limit":
                token.used -= 1
            return Answer(answer.status, answer.body, {**limits.headers(token), **answer.headers})

    def _limited(self, operation: Operation, request: Request) -> Answer:
        if request.template == "/rate_limit":
            return self._handled(operation, request)
        try:
            self.limits.enter(request.token, request.method, self.world.clock.now())
            return self._handled(operation, request)
        except Refused as refusal:
            return refusal.answer

    def _handled(self, operation: Operation, request: Request) -> Answer:
        problems = self.world.description.about_request(operation, request.query, request.body)
        if problems:
            self.violation(f"{request.method} {request.path}", problems)
            return refused(422, f"Invalid request.\n\n{problems[0]}").answer
        here = (request.params.get("owner", self.world.owner), request.params.get("repo", self.world.name))
        if "/".join(here).lower() != self.world.full_name.lower():
            shown = self.world.elsewhere.get(request.path) if request.method == "GET" else None
            return refused(404).answer if shown is None else Answer(200, shown)
        route = ROUTES[f"{request.method} {request.template}"]
        try:
            admit(self.world, request, route)
            return route.handler(self.world, request)
        except Refused as refusal:
            return refusal.answer

    def _listed(self, answer: Answer, request: Request, target: str, fault: faults.Fault | None) -> Answer:
        if fault is not None and fault.kind is faults.Kind.BEHIND:
            return self._lists.get(target, self._paged(replace(answer, body=[]), request))
        self._lists[target] = self._paged(answer, request)
        return self._lists[target]

    def forget_lists(self) -> None:
        """What lists that lag would still show."""
        self._lists.clear()

    def _paged(self, answer: Answer, request: Request) -> Answer:
        size = max(1, min(int(request.query.get("per_page", PER_PAGE)), MOST_PER_PAGE))
        page, last = max(1, int(request.query.get("page", 1))), max(1, -(-len(answer.body) // size))
        items = answer.body[(page - 1) * size : page * size]
        items = items if answer.show is None else [answer.show(item) for item in items]
        body = {"total_count": len(answer.body), answer.listed: items} if answer.listed else items
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        kept = ["prev", "first"] * (page > 1) + ["next", "last"] * (page < last)
        shown = [f'<{self.url}{request.path}?{urlencode({**request.query, "page": number})}>; rel="{name}"'
                 for name, number in links.items() if name in kept]  # fmt: skip
        return Answer(200, body, {"Link": ", ".join(shown)} if shown else {})


def _conditional(method: str, answer: Answer, headers: Any) -> Answer:
    if method != "GET" or answer.status != 200:
        return answer
    tag = f'"{sha256(answer.encoded()).hexdigest()}"'
    if headers.get("If-None-Match") == tag:
        return Answer(304, None, {"ETag": tag})
    return Answer(answer.status, answer.body, {**answer.headers, "ETag": tag})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, owner: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 as socketserver calls it
        """A client that hung up is no error; anything else fails the test."""
        problem = sys.exception()
        if not isinstance(problem, ConnectionError | TimeoutError):
            self.owner.violation("server", [repr(problem)])


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _any(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.owner.under_way(self.headers):
            self._answered(data)

    def _answered(self, data: bytes) -> None:
        try:
            answer, fault = self.server.owner.answer(self.command, self.path, self.headers, data)
        except Exception as problem:
            self.server.owner.violation(f"{self.command} {self.path}", ["".join(format_exception(problem))])
            answer, fault = Answer(500, {"message": "the double failed"}), None
        self._send(answer, fault)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815 the names that http.server looks for

    def _send(self, answer: Answer, fault: faults.Fault | None) -> None:
        kind = fault.kind if fault else None
        if kind is faults.Kind.STALL:
            # Until the client hangs up: then there is nothing more to read.
            with suppress(OSError):
                self.connection.recv(1)
        if kind in UNANSWERED:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = Answer(502, {"message": "Server Error"}) if kind is faults.Kind.ERROR_AFTER else answer
        data = faults.MALFORMED if kind is faults.Kind.MALFORMED else answer.encoded()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if kind is faults.Kind.TRUNCATED:
            data, self.close_connection = data[: len(data) // 2], True
        if answer.status not in (204, 304):
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name that http.server gives it
        """Nothing: the log of calls says it all."""
