"""The project in production: a web server with two workers, Celery's two, and ``stripe_process``."""

import socket
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from .processes import Process
from .proxy import Proxy

#: How long processes may take to start, in seconds.
PATIENCE = 60

DISPATCHERS = {"inline": "pinax.stripe.dispatch.inline", "celery": "pinax.stripe.dispatch.celery.enqueue"}


class Site:
    """Its processes.

    Attributes:
        port: where the web server listens, on loopback.
        broker: the way to the broker; None where none is used.
    """

    def __init__(self, plan, database, stripe_url, folder):
        self.port, self.broker, self.queue = _free_port(), None, f"chaos-{uuid4().hex}"
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "PINAX_TEST_DATABASE": plan.database,
            "CHAOS_DATABASE": database,
            "CHAOS_STRIPE": stripe_url,
            "CHAOS_DISPATCHER": DISPATCHERS[plan.dispatcher],
            "CHAOS_RECEIVER_FAILURES": str(plan.receiver_failures),
            "CHAOS_QUEUE": self.queue,
            "PYTHONUNBUFFERED": "1",
        }
        if plan.dispatcher == "celery":
            place = urlsplit(plan.broker)
            self.broker = Proxy(place.hostname, place.port)
            there, here = f"{place.hostname}:{place.port}", f"127.0.0.1:{self.broker.port}"
            environment["CHAOS_BROKER"] = plan.broker.replace(there, here)
        gunicorn = f"gunicorn --preload --workers 2 --threads 4 --bind 127.0.0.1:{self.port} tests.chaos.wsgi"
        celery = "celery -A tests.chaos.celery_app worker --concurrency 3 --without-gossip --without-mingle -n"
        self.web = Process("web", gunicorn.split(), environment, folder)
        self.recovery = Process(
            "stripe_process", "django stripe_process --forever --interval 1".split(), environment, folder
        )
        self.celery = [
            Process(name, [*celery.split(), f"{name}@chaos"], environment, folder)
            for name in (("celery-1", "celery-2") if self.broker else ())
        ]
        self.processes = [self.web, self.recovery, *self.celery]

    def watch(self):
        for process in self.processes:
            process.watch()


@contextmanager
def running(plan, database, stripe_url, folder):
    """Run the site, and leave nothing of it in the end."""
    site = Site(plan, database, stripe_url, folder)
    try:
        for process in site.processes:
            process.start()
        _wait_until_it_listens(site)
        yield site
    finally:
        for process in site.processes:
            process.end()
        if site.broker:
            site.broker.close()
            _forget(plan.broker, site.queue)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _wait_until_it_listens(site):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", site.port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the web server does not start:\n{Path(site.web.log).read_text('utf-8')[-2000:]}")


def _forget(broker, queue):
    from kombu import Connection

    with Connection(broker) as connection, connection.channel() as channel:
        channel.queue_delete(queue)
