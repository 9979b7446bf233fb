"""Do many things side by side: a few threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from queue import Queue
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from django.db import connections

from pinax.stripe.inbox.attempts import skips_locked_rows
from pinax.stripe.inbox.transactions import database

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How many threads a command uses, and so how many requests are under way at most.
CONCURRENCY: Final = 4


def usable(wanted: int) -> int:
    """Return how many threads may be used: one, if the database cannot lock rows, or inside a test's transaction.

    SQLite has one writer, so threads would only wait for each other. What a test's transaction has written, no other
    connection sees.
    """
    alias = database()
    return wanted if skips_locked_rows(alias) and not connections[alias].in_atomic_block else 1


def run_lanes(
    lanes: Sequence[Generator[Item, None, None]], work: Callable[[Item], Result]
) -> Generator[Result, None, None]:
    """Yield the results of ``work`` for each item of each lane, as they come.

    Each lane has a thread, which takes its items in their order; a single lane is run in the current thread. If
    ``work`` raises an exception, or the caller stops, each thread ends after its current item, and its lane is closed.

    Args:
        lanes: generators; each is advanced and closed in its thread.
        work: called with each item, in the thread of its lane.
    """
    if len(lanes) == 1:
        with closing(lanes[0]) as lane:
            for item in lane:
                yield work(item)
        return
    running = _Threads(lanes, work)
    with running.started():
        yield from running.results()


def shared(items: Iterator[Item], number: int) -> list[Generator[Item, None, None]]:
    """Return lanes that share the items of one iterator: each item goes to the lane that asks first."""
    lock = threading.Lock()

    def lane() -> Generator[Item, None, None]:
        while True:
            with lock:
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    return [lane() for _ in range(number)]


def read_ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """Yield the items of an iterator that uses no database; while one is worked on, a thread gets the next one."""
    queue: Queue[Item | BaseException | None] = Queue(maxsize=1)
    stopped = threading.Event()

    def read() -> None:
        try:
            for item in items:
                queue.put(item)
                if stopped.is_set():
                    return
            queue.put(None)
        except BaseException as error:  # noqa: BLE001  (raised again below, in the thread that reads)
            queue.put(error)

    threading.Thread(target=read, name="stripe-read-ahead", daemon=True).start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        while not queue.empty():  # else the thread might wait for room in the queue
            queue.get()


class _End:
    """The end of a lane, and the error that it ended with."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Threads(Generic[Item, Result]):
    """Lanes and their threads."""

    def __init__(self, lanes: Sequence[Generator[Item, None, None]], work: Callable[[Item], Result]) -> None:
        self.lanes = lanes
        self.work = work
        self.queue: Queue[Result | _End] = Queue()
        self.stopped = threading.Event()

    def results(self) -> Generator[Result, None, None]:
        """Yield results until each lane has ended.

        Raises:
            BaseException: what ``work`` or a lane has raised.
        """
        left = len(self.lanes)
        while left:
            found = self.queue.get()
            if not isinstance(found, _End):
                yield found
                continue
            left -= 1
            if found.error:
                raise found.error

    @contextmanager
    def started(self) -> Generator[None, None, None]:
        """Run the threads for a block; at its end, let each finish its current item."""
        threads = [threading.Thread(target=self._run, args=(lane,), name="stripe-lane") for lane in self.lanes]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join()

    def _run(self, lane: Generator[Item, None, None]) -> None:
        error: BaseException | None = None
        try:
            with closing(lane):
                for item in lane:
                    self.queue.put(self.work(item))
                    if self.stopped.is_set():
                        break
        except BaseException as raised:  # noqa: BLE001  (raised again in the thread that takes the results)
            error = raised
        finally:
            connections.close_all()
            self.queue.put(_End(error))
