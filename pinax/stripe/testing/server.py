"""The fake Stripe on loopback, for HTTP clients."""

import errno
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from pinax.stripe.testing.exchange import Request, Response
from pinax.stripe.testing.fake import FakeStripe
from pinax.stripe.testing.platforms import FakePlatforms

#: Statuses of responses without a body.
BODILESS: Final = frozenset({204, 304})


class Handler(BaseHTTPRequestHandler):
    """A connection, kept alive between requests."""

    protocol_version = "HTTP/1.1"
    #: Headers and body are sent at once: sent separately, they would cost 40 ms each time.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Server"

    def do_GET(self) -> None:
        """Pass the request to the fake, and send its response."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request.parse(self.command, self.path, dict(self.headers), body)
        try:
            answer = self.server.fake.answer(request)
        except ConnectionResetError:
            self.close_connection = True
        else:
            self._send(answer)

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_args: Any) -> None:
        """Do not log requests."""

    def _send(self, answer: Response) -> None:
        body = b"" if answer.status in BODILESS else answer.body
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + answer.broken_off))
        self.end_headers()
        if answer.broken_off:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The server of a fake Stripe, and its connections."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, fake: FakeStripe | FakePlatforms, port: int) -> None:
        self._open: set[socket.socket] = set()  # also closed if the port cannot be bound
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise OSError(error.errno, f"port {port} {why}; give another one, or 0 for any") from error
        self.fake = fake
        self.port: int = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember the connection, so that closing the server can close it."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a closed connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the server, and all connections that clients keep alive."""
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect; show errors of the fake itself."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(fake: FakeStripe | FakePlatforms, port: int = 0) -> Iterator[Server]:
    """Serve ``fake`` on loopback until the block ends.

    Args:
        fake: the fake Stripe, or several platforms.
        port: 0 for any free port.

    Raises:
        OSError: the port is in use, or not allowed.
    """
    server = Server(fake, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="fake-stripe", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
