"""A tiny DICOMweb server that answers as a test says, and remembers who asked for what with which headers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class HttpArchive:
    """Where it listens, and the (path, headers) of every request that came."""

    port: int
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextlib.contextmanager
def http_archive(answer: Answer) -> Iterator[HttpArchive]:
    """A server on loopback that gives every GET to `answer`, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            archive.requests.append((self.path, dict(self.headers)))
            with contextlib.suppress(OSError):
                answer(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    archive = HttpArchive(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()


def status(code: int, **headers: str) -> Answer:
    """An answer that is nothing but a status and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def content(body: bytes, kind: str = "application/dicom+json", *, said: int | None = None) -> Answer:
    """An answer with a body; `said` is the length that the header claims."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if said is None else said))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
