"""The project behind gunicorn, with two workers of eight threads, and the deliveries that are made to it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from benchmarks.deliveries import UnexpectedAnswer, signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GUNICORN: Final = "-m gunicorn --workers 2 --worker-class gthread --threads 8 --keep-alive 60 --log-level error".split()
#: How many deliveries are made at once: as many as the server has threads.
AT_ONCE: Final = 16
#: How long the server may take to start, and to answer, in seconds.
PATIENCE: Final = 60
#: How often a delivery that is answered 503 is made again; Stripe would wait between.
TRIES: Final = 20


@contextmanager
def running(python: str, options: Mapping[str, str]) -> Iterator[int]:
    """Run the server until the block ends; returns its port.

    Args:
        python: the interpreter, which decides what is installed.
        options: environment variables for `benchmarks.settings`.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [python, *GUNICORN, "--bind", f"127.0.0.1:{port}", "benchmarks.wsgi"]
    process = subprocess.Popen(command, env={**os.environ, **options}, start_new_session=True)
    try:
        _wait_until_it_listens(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def seconds(port: int, path: str, bodies: list[bytes]) -> float:
    """Deliver, some at once, and return the seconds until everything is answered 200.

    Raises:
        UnexpectedAnswer: something is answered neither 200 nor 503, or 503 again and again.
    """
    queue = SimpleQueue[tuple[bytes, dict[str, str]]]()
    for body in bodies:
        queue.put((body, {"Content-Type": "application/json", "Stripe-Signature": signature(body)}))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        began = time.perf_counter()
        for one in [threads.submit(_deliver, port, path, queue) for _ in range(AT_ONCE)]:
            one.result()
        return time.perf_counter() - began


def _deliver(port: int, path: str, queue: SimpleQueue[tuple[bytes, dict[str, str]]]) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        while True:
            try:
                body, headers = queue.get_nowait()
            except Empty:
                return
            for _ in range(TRIES):
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    break
            if answer.status != HTTPStatus.OK:
                raise UnexpectedAnswer(f"{path}: {answer.status}")


def _wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not start; it says why above")
