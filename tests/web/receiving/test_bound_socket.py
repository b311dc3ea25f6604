"""The socket that the servers listen at."""

from __future__ import annotations

import http.client
import time

from starlette.responses import Response

from adcurate.web.receiving.serve import WebServer


async def _app(scope, receive, send) -> None:
    if scope["type"] == "http":
        await Response(b"here")(scope, receive, send)


def test_an_answer_does_not_wait_for_an_acknowledgement():
    """Without TCP_NODELAY the end of each answer comes 40 ms late on a connection that stays open."""
    with WebServer(_app) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        times = []
        for _ in range(12):
            start = time.perf_counter()
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"here"
            times.append(time.perf_counter() - start)
        connection.close()
    assert sorted(times)[3] < 0.030
