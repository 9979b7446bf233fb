"""The contract, with Celery's worker on RabbitMQ and on Redis; and what is said of Celery alone."""

from concurrent.futures import Future
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from celery import current_app
from django.db import OperationalError, connection

from pinax.stripe.dispatch.celery import enqueue, process
from pinax.stripe.exceptions import NotProcessed
from pinax.stripe.models import Event
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

from .cable import cable
from .celery_app import make
from .contract import CLOSED, QueueContract, done
from .engine import Worker

DISPATCHER = "pinax.stripe.dispatch.celery.enqueue"
BROKERS = {
    "rabbitmq": ("PINAX_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
    "redis": ("PINAX_TEST_REDIS", "redis://127.0.0.1:6379/0"),
}


class Celery:
    """A worker, and an app of this process that publishes for it."""

    def __init__(self, worker, app, seconds_to_notice):
        self.worker, self.app, self.seconds_to_notice = worker, app, seconds_to_notice
        self.enqueue = enqueue


@pytest.fixture(scope="module", params=BROKERS)
def celery(request, service, django_db_setup, stripe_server, tmp_path_factory):
    broker, name = service(*BROKERS[request.param]), f"pinax-stripe-tests-{uuid4().hex}"
    command = "-m celery -A tests.dispatch.celery_app worker --concurrency 2 --without-gossip --without-mingle -l INFO"
    worker = Worker(
        command.split(),
        ready="ready.",
        log=tmp_path_factory.mktemp("celery") / "log",
        WORKER_STRIPE=stripe_server.url,
        WORKER_DISPATCHER=DISPATCHER,
        WORKER_BROKER=broker,
        WORKER_QUEUE=name,
    )
    app = make(broker, name)
    worker.start()
    yield Celery(worker, app, seconds_to_notice=1.5 if request.param == "redis" else 0)
    worker.kill()
    forget(app, name)


def forget(app, name):
    """Take away from the broker what the tests have left there."""
    with app.connection_for_write() as connection, connection.channel() as channel:
        channel.queue_delete(name)
        if connection.transport.driver_type == "redis":
            for key in channel.client.keys("*"):
                channel.client.delete(key)
    app.close()


@pytest.fixture
def engine(celery, settings, post_event):
    settings.PINAX_STRIPE_DISPATCHER = DISPATCHER

    def post(body):
        answer = Future()
        answer.set_result(post_event(body).status_code)
        return answer

    before = current_app._get_current_object()
    celery.app.set_current()
    celery.post = post
    yield celery
    before.set_current()


@pytest.fixture
def broken(engine):
    """Publish where nobody listens."""
    scheme = engine.app.conf.broker_url.partition(":")[0]
    app = make(f"{scheme}://{CLOSED}", engine.app.conf.task_default_queue)
    app.set_current()
    yield
    app.close()


@pytest.fixture
def laid(engine):
    """Publish through a cable."""
    before = urlsplit(engine.app.conf.broker_url)
    with cable((before.hostname, before.port)) as laid:
        place = before.netloc.replace(f"{before.hostname}:{before.port}", f"127.0.0.1:{laid.server_address[1]}")
        app = make(before._replace(netloc=place).geturl(), engine.app.conf.task_default_queue)
        app.set_current()
        yield laid
        app.close()


class TestCelery(QueueContract):
    tries_again = finds_lost = "engine"

    def test_a_connection_that_was_cut_is_made_anew(self, engine, laid, customer, sales, caplog):
        before, after = customer(), customer()
        engine.post(before)
        done(before)

        assert laid.cut() > 0
        engine.post(after)

        done(after)
        assert (sales(before), sales(after), laid.cut() > 0) == (1, 1, True)
        assert "not enqueued" not in caplog.text


@pytest.fixture
def failing(stripe, post_event, connect, settings):
    """An event whose receiver always fails, recorded and not carried."""
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.nowhere"
    post_event(stripe.event("customer.created", build("customer")))
    receiver = connect(any_event, fail)
    return Event.objects.get(), receiver


def fail(**kwargs):
    raise ValueError("out of stock")


@pytest.mark.django_db
def test_an_event_that_fails_each_time_is_tried_six_times_and_then_left_to_recovery(failing):
    event, _ = failing

    result = process.apply((event.pk,))

    assert (result.state, type(result.result)) == ("FAILURE", NotProcessed)
    assert event.exceptions.count() == 6
    assert list(Event.objects.failed()) == [event]


@pytest.mark.django_db
def test_a_database_that_drops_the_connection_is_tried_again(failing):
    event, receiver = failing
    any_event.disconnect(receiver)
    dropped = []

    def drop(execute, sql, params, many, context):
        if not dropped:
            dropped.append(sql)
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(drop):
        result = process.apply((event.pk,))

    event.refresh_from_db()
    assert (len(dropped), result.state, event.processed) == (1, "SUCCESS", True)


def test_a_message_outlives_its_worker():
    assert (process.acks_late, process.reject_on_worker_lost, process.ignore_result) == (True, True, True)
    assert process.name == "pinax.stripe.process"
