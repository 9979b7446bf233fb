"""A cable to a service, that can be cut."""

import select
import socket
import threading
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer


class _Ends(BaseRequestHandler):
    def handle(self):
        with socket.create_connection(self.server.service) as there:
            here = self.request
            self.server.connections.append(here)
            with suppress(OSError):
                while True:
                    for ready in select.select([here, there], [], [])[0]:
                        data = ready.recv(65536)
                        if not data:
                            return
                        (there if ready is here else here).sendall(data)


class Cable(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, service):
        super().__init__(("127.0.0.1", 0), _Ends)
        self.service, self.connections = service, []

    def cut(self):
        """Cut all connections; new ones go through. Returns how many there were."""
        cut, self.connections = self.connections, []
        for connection in cut:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        return len(cut)


@contextmanager
def cable(service):
    """Lay a cable to a service, until the block ends."""
    with Cable(service) as laid:
        threading.Thread(target=laid.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield laid
        finally:
            laid.cut()
            laid.shutdown()
