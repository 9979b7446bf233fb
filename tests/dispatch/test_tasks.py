"""The contract, with Django's tasks in the database: its worker polls the table."""

from concurrent.futures import Future
from contextlib import suppress

import pytest
from django_tasks_db.models import DBTaskResult

from pinax.stripe.dispatch.tasks import enqueue

from .contract import QueueContract
from .engine import Worker, wait_until

RUNNING = DBTaskResult.objects.filter(started_at__isnull=False, finished_at__isnull=True)
DISPATCHER = "pinax.stripe.dispatch.tasks.enqueue"


class Tasks:
    """A worker on the table of tasks, which this process writes to."""

    seconds_to_notice = 0

    def __init__(self, worker):
        self.worker, self.enqueue = worker, enqueue


@pytest.fixture(scope="module")
def tasks(django_db_setup, stripe_server, tmp_path_factory):
    worker = Worker(
        "-m django db_worker --interval 0.1 --no-startup-delay --no-reload".split(),
        ready="Starting worker",
        log=tmp_path_factory.mktemp("tasks") / "log",
        WORKER_STRIPE=stripe_server.url,
        WORKER_DISPATCHER=DISPATCHER,
    )
    worker.start()
    yield Tasks(worker)
    worker.kill()


@pytest.fixture
def engine(tasks, settings, post_event):
    settings.PINAX_STRIPE_DISPATCHER = DISPATCHER

    def post(body):
        answer = Future()
        answer.set_result(post_event(body).status_code)
        return answer

    if tasks.worker.has_ended:
        tasks.worker.start()
    tasks.post = post
    yield tasks
    # The worker notes the results of its tasks before their rows are deleted, which would end it.
    with suppress(AssertionError):
        wait_until(lambda: tasks.worker.has_ended or not RUNNING.exists(), "the worker is idle", seconds=2)


@pytest.fixture
def broken(settings):
    """A backend that is not there."""
    settings.TASKS = {"default": {"BACKEND": "nowhere.Backend"}}


class TestTasks(QueueContract):
    tries_again = finds_lost = "recovery"

    def test_the_worker_sees_that_a_task_failed(self, engine, customer, tmp_path):
        (tmp_path / "broken").touch()

        engine.post(customer(fail_while=str(tmp_path / "broken")))

        wait_until(DBTaskResult.objects.failed().exists, "the task has failed")
        assert DBTaskResult.objects.get().exception_class_path == "pinax.stripe.exceptions.NotProcessed"
