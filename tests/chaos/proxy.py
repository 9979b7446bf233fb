"""A way to a service that can be closed and opened again, while the service itself goes on."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes bytes on between a port of its own and a service; while it is closed, connections are refused."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.port, self._listener, self._ends = 0, None, set()
        self.open()

    def open(self):
        """Take connections."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self):
        """Refuse connections, and drop those that there are."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        self._drop(listener)
        for end in list(self._ends):
            self._drop(end)

    @property
    def is_open(self):
        return self._listener is not None

    def _accept(self, listener):
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(self.target)
                except OSError:
                    near.close()
                    continue
                self._ends |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            self._drop(end)

    def _drop(self, end):
        self._ends.discard(end)
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
