"""The contract, where the site itself does the work and Stripe tries again."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from .contract import Contract
from .engine import PATIENCE, Worker


class Site:
    """A site in a process of its own, which is posted to over HTTP."""

    seconds_to_notice = 0

    def __init__(self, worker, threads):
        self.worker, self.threads = worker, threads

    def post(self, body):
        return self.threads.submit(self._post, json.dumps(body))

    def _post(self, text):
        port = int(re.search(r"listening on (\d+)\.", self.worker.said)[1])
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("POST", "/stripe/webhook/", text)
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture(scope="module")
def engine(django_db_setup, stripe_server, tmp_path_factory):
    worker = Worker(
        ["-m", "tests.dispatch.web"],
        ready="listening on",
        log=tmp_path_factory.mktemp("inline") / "log",
        WORKER_STRIPE=stripe_server.url,
        WORKER_DISPATCHER="pinax.stripe.dispatch.inline",
    )
    with ThreadPoolExecutor(8) as threads:
        worker.start()
        yield Site(worker, threads)
        worker.kill()


class TestInline(Contract):
    answers_first = False
    tries_again = finds_lost = "Stripe"
