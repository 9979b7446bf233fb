"""The project's site, for tests that kill it: ``python -m tests.dispatch.web`` prints the port that it listens on."""

import sys

import django
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

if __name__ == "__main__":
    django.setup()
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    sys.stdout.write(f"listening on {server.server_port}.\n")
    server.serve_forever()
