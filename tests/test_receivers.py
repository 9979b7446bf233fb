"""The identity of a receiver: its ``dispatch_uid``, else its dotted path; never something that a restart changes."""

import functools
import operator
import re

import pytest

from pinax.stripe.exceptions import UnstableReceiver
from pinax.stripe.receivers import ANY_EVENT, LONGEST_IDENTITY, described, identity_of, receiver_name


def ship(**kwargs):
    """A receiver of a module."""


async def pack(**kwargs):
    """Another one."""


class Shop:
    def receive(self, **kwargs):
        """A method."""

    @classmethod
    def open(cls, **kwargs):
        """Bound to the class, and to each that is made of it."""

    @staticmethod
    def close(**kwargs):
        """A function."""

    def __call__(self, **kwargs):
        """An instance is a receiver, too."""


def nested():
    def receiver(**kwargs):
        """A new function with each call."""

    class Local:
        @staticmethod
        def receive(**kwargs):
            """A function of a class that is."""

    return receiver, Local.receive


@functools.wraps(ship)
def decorated(**kwargs):
    """One that says it is called like another."""


@functools.cache
def cached(**kwargs):
    """An object that has the path of the function."""


@pytest.mark.parametrize(
    ("receiver", "path"),
    [
        (ship, "ship"),
        (pack, "pack"),
        (Shop.close, "Shop.close"),
        (Shop.receive, "Shop.receive"),
        (Shop, "Shop"),
        (decorated, "ship"),
        (cached, "cached"),
        (functools.update_wrapper(functools.partial(ship, a=1), ship), "ship"),
    ],
)
def test_the_identity_of_what_has_a_dotted_path_is_the_path(receiver, path):
    assert identity_of(receiver) == receiver_name(receiver) == f"{__name__}.{path}"


@pytest.mark.parametrize(
    ("receiver", "what", "uid"),
    [
        (functools.partial(ship, a=1), "ship is a partial", "ship"),
        (functools.partial(functools.partial(nested()[0], 1), 2), "receiver is a partial", "receiver"),
        (functools.partial(Shop(), 1), "Shop is a partial", "Shop"),
        (lambda **kwargs: None, "<lambda> is a lambda", "receiver"),
        (nested()[0], r"nested.<locals>.receiver is defined inside a function", "receiver"),
        (nested()[1], r"nested.<locals>.Local.receive is defined inside a function", "Local.receive"),
        (Shop().receive, "Shop.receive is a bound method", "Shop.receive"),
        (Shop.open, "Shop.open is a bound method", "Shop.open"),
        (Shop(), "Shop is an instance of a class", "Shop"),
        (operator.itemgetter(1), "itemgetter is an instance of a class", None),
    ],
)
def test_what_has_no_stable_path_is_an_error_that_says_what_to_write(receiver, what, uid):
    write = f'connect(receiver, dispatch_uid="{__name__}.{uid}"), or @on(…, dispatch_uid="{__name__}.{uid}")'

    with pytest.raises(UnstableReceiver, match=what) as raised:
        identity_of(receiver)

    assert uid is None or str(raised.value).endswith(write)
    assert "the same after a restart" in str(raised.value)


@pytest.mark.parametrize("receiver", [ship, Shop(), Shop().receive, functools.partial(ship), nested()[0]])
def test_a_dispatch_uid_is_the_identity_of_anything(receiver):
    assert identity_of(receiver, "shop.ship") == "shop.ship"
    assert identity_of(receiver, "shop.ship", ANY_EVENT) == "any_event:shop.ship"


@pytest.mark.parametrize("uid", [None, ""])
def test_no_dispatch_uid_is_none(uid):
    assert identity_of(ship, uid) == f"{__name__}.ship"


@pytest.mark.parametrize("uid", [1, ("shop", 1), b"shop", object()])
def test_a_dispatch_uid_is_a_string(uid):
    with pytest.raises(TypeError, match="must be a string"):
        identity_of(ship, uid)


@pytest.mark.parametrize("uid", ["a\x00b", "a\nb", "\ud800", " shop", "shop ", " "])
def test_a_dispatch_uid_that_a_database_cannot_hold_or_tell_apart_is_an_error(uid):
    with pytest.raises(ValueError, match="spaces around it"):
        identity_of(ship, uid)


@pytest.mark.parametrize("prefix", ["", ANY_EVENT])
def test_an_identity_is_never_cut(prefix):
    longest = LONGEST_IDENTITY - len(prefix)

    assert len(identity_of(ship, "é" * longest, prefix)) == LONGEST_IDENTITY
    with pytest.raises(ValueError, match=rf"has {longest + 1} characters, and an identity at most {longest}"):
        identity_of(ship, "é" * (longest + 1), prefix)


def test_a_path_that_is_too_long_needs_a_dispatch_uid():
    def receiver(**kwargs): ...

    receiver.__qualname__ = "x" * LONGEST_IDENTITY

    with pytest.raises(ValueError, match="shorter dispatch_uid"):
        identity_of(receiver)
    assert identity_of(receiver, "short") == "short"


def test_no_dispatch_uid_is_taken_for_a_receiver_of_any_event():
    with pytest.raises(ValueError, match="use another dispatch_uid"):
        identity_of(ship, "any_event:shop.ship")


def test_a_receiver_is_described_by_its_path_and_its_line():
    line = ship.__code__.co_firstlineno

    assert described(ship) == described(functools.partial(ship)) == f"{__name__}.ship ({__file__}:{line})"
    assert described(Shop()) == f"{__name__}.Shop"
    assert re.fullmatch(rf"{__name__}.Shop.receive \(.*:\d+\)", described(Shop().receive))
