"""Lanes: items that are worked on in threads, each lane in its own and in its order."""

import threading

import pytest

from pinax.stripe.imports.concurrency import read_ahead, run_lanes, shared


def lane(*items, closed=None):
    try:
        yield from items
    finally:
        if closed is not None:
            closed.append(items)


@pytest.mark.parametrize("number", [1, 3])
def test_each_item_is_worked_on_once(number):
    lanes = [lane(*range(start, 30, number)) for start in range(number)]

    assert sorted(run_lanes(lanes, lambda item: item * 10)) == [item * 10 for item in range(30)]


def test_a_lane_keeps_its_order_and_its_thread():
    seen = []

    for _ in run_lanes(
        [lane("a1", "a2", "a3"), lane("b1", "b2")], lambda item: seen.append((item, threading.get_ident()))
    ):
        pass

    for name in "ab":
        of_it = [(item, thread) for item, thread in seen if item.startswith(name)]
        assert [item for item, _ in of_it] == sorted(item for item, _ in of_it)
        assert len({thread for _, thread in of_it}) == 1
    assert threading.get_ident() not in {thread for _, thread in seen}


def test_a_single_lane_needs_no_thread():
    threads = list(run_lanes([lane(1, 2)], lambda item: threading.get_ident()))

    assert threads == [threading.get_ident()] * 2


def test_lanes_may_share_their_items():
    lanes = shared(iter(range(50)), 4)

    assert len(lanes) == 4
    assert sorted(run_lanes(lanes, lambda item: item)) == list(range(50))


@pytest.mark.parametrize("number", [1, 2])
def test_an_error_is_raised_and_the_lanes_are_closed(number):
    def work(item):
        if item == 2:
            raise ValueError(item)
        return item

    closed = []
    lanes = [lane(1, 2, 3, closed=closed), lane(7, closed=closed)][:number]

    with pytest.raises(ValueError, match="2"):
        list(run_lanes(lanes, work))

    assert len(closed) == number


def test_who_stops_taking_results_ends_the_threads_after_their_item():
    begun, closed = [], []
    lanes = [lane(*range(start, 100_000, 2), closed=closed) for start in range(2)]

    results = run_lanes(lanes, begun.append)
    next(results)
    results.close()

    assert len(closed) == 2
    assert len(begun) < 100_000
    assert not [thread for thread in threading.enumerate() if thread.name == "stripe-lane"]


def test_the_next_item_is_read_while_one_is_worked_on():
    read = []

    def items():
        for item in range(3):
            read.append(item)
            yield item

    assert list(read_ahead(items())) == [0, 1, 2]
    assert read == [0, 1, 2]


def test_an_error_of_the_reader_is_raised_where_its_item_would_be():
    def items():
        yield 1
        raise ValueError("the list ends")

    ahead = read_ahead(items())

    assert next(ahead) == 1
    with pytest.raises(ValueError, match="the list ends"):
        next(ahead)
