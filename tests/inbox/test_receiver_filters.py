"""``on(..., account=..., livemode=...)``: a receiver that is left out is not one of the event's receivers."""

import functools
import gc
import io

import pytest
from django.core.management import call_command

from pinax.stripe.exceptions import UnknownReceiver
from pinax.stripe.models import Event, EventReceipt
from pinax.stripe.operations.replay import Request, replay
from pinax.stripe.signals import WEBHOOK_SIGNALS, on, receiver_name
from pinax.stripe.testing import build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("forget_patterns")]

CREATED = WEBHOOK_SIGNALS["customer.created"]
#: An event of the platform and of two accounts, in both modes.
EVERYWHERE = [(account, livemode) for account in ("", "acct_1", "acct_2") for livemode in (False, True)]


@pytest.fixture
def happens(stripe, post_event):
    """Let a customer be created in an account and a mode; the status of the answer."""

    def happens(account="", livemode=False, kind="customer.created"):
        stripe.advance(10)
        stripe.connect(account or "acct_fake")
        return post_event(stripe.event(kind, build("customer"), account=account, livemode=livemode)).status_code

    return happens


@pytest.fixture
def everywhere(happens):
    def everywhere(**options):
        assert {happens(account, livemode, **options) for account, livemode in EVERYWHERE} == {200}

    return everywhere


@pytest.fixture
def called():
    return []


@pytest.fixture
def receiver(called):
    def receiver(event, **kwargs):
        called.append((event.stripe_account, event.livemode))

    return receiver


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, EVERYWHERE),
        ({"account": None, "livemode": None}, EVERYWHERE),
        ({"account": ""}, [("", False), ("", True)]),
        ({"account": "acct_1"}, [("acct_1", False), ("acct_1", True)]),
        ({"livemode": True}, [("", True), ("acct_1", True), ("acct_2", True)]),
        ({"livemode": False}, [("", False), ("acct_1", False), ("acct_2", False)]),
        ({"account": "", "livemode": True}, [("", True)]),
        ({"account": "acct_2", "livemode": False}, [("acct_2", False)]),
        ({"account": "acct_3"}, []),
    ],
)
def test_a_receiver_is_called_for_the_account_and_the_mode_that_it_names(
    filters, expected, receiver, called, everywhere
):
    on("customer.created", **filters, dispatch_uid="uid")(receiver)

    everywhere()

    assert called == expected


@pytest.mark.parametrize("kind", ["customer.created", "brand.new"])
def test_a_pattern_takes_filters_to_every_type_that_it_matches(kind, receiver, called, everywhere):
    on("*", account="acct_1", livemode=True, dispatch_uid="uid")(receiver)

    everywhere(kind=kind)

    assert called == [("acct_1", True)]


def test_an_async_receiver_is_filtered_too(called, everywhere):
    @on("customer.created", account="acct_1", livemode=False, dispatch_uid="uid")
    async def receiver(event, **kwargs):
        called.append((event.stripe_account, event.livemode))

    everywhere()

    assert called == [("acct_1", False)]


def test_a_receiver_that_is_connected_for_two_accounts_is_called_once_for_each_event(receiver, called, everywhere):
    on("customer.created", account="acct_1", dispatch_uid="uid")(receiver)
    on("customer.*", account="acct_2", livemode=True, dispatch_uid="uid")(receiver)
    on("customer.*", account="acct_1", livemode=True, dispatch_uid="uid")(receiver)

    everywhere()

    assert called == [("acct_1", False), ("acct_1", True), ("acct_2", True)]


@pytest.mark.parametrize("filtered_first", [True, False])
@pytest.mark.parametrize(
    "plainly",
    [on("customer.created", dispatch_uid="uid"), functools.partial(CREATED.connect, dispatch_uid="uid")],
    ids=["on", "connect"],
)
def test_a_receiver_that_is_connected_for_all_events_too_is_called_once_for_all(
    filtered_first, plainly, receiver, called, everywhere
):
    ways = [on("customer.created", account="acct_1", dispatch_uid="uid"), plainly]
    for way in ways if filtered_first else reversed(ways):
        way(receiver)

    everywhere()

    assert called == EVERYWHERE


def test_disconnecting_undoes_all_filters_of_a_signal(receiver, called, everywhere):
    on("customer.created", account="acct_1", dispatch_uid="uid")(receiver)
    on("customer.created", account="acct_2", dispatch_uid="uid")(receiver)

    assert CREATED.disconnect(receiver) is True
    everywhere()

    assert called == []


def test_connecting_again_after_disconnecting_brings_no_earlier_filter_back(receiver, called, everywhere):
    on("customer.created", account="acct_1", dispatch_uid="uid")(receiver)
    CREATED.disconnect(receiver)
    on("customer.created", account="", livemode=True, dispatch_uid="uid")(receiver)

    everywhere()

    assert called == [("", True)]


def test_a_bound_method_is_filtered_and_kept(called, everywhere):
    class Shop:
        def receive(self, event, **kwargs):
            called.append((event.stripe_account, event.livemode))

    shop = Shop()
    on("customer.created", account="acct_1", dispatch_uid="uid")(shop.receive)
    on("customer.created", account="acct_2", livemode=False, dispatch_uid="uid")(shop.receive)
    del shop
    gc.collect()

    everywhere()

    assert called == [("acct_1", False), ("acct_1", True), ("acct_2", False)]


def fails(**kwargs):
    raise ValueError("no")


def succeeds(**kwargs):
    return None


def takes_note(**kwargs):
    return None


def test_an_event_does_not_wait_for_a_receiver_that_it_does_not_have(happens):
    on("customer.created", account="acct_1")(fails)

    assert happens() == 200
    assert happens("acct_1") == 503

    assert list(Event.objects.order_by("pk").values_list("stripe_account", "processed", "failures")) == [
        ("", True, 0),
        ("acct_1", False, 1),
    ]


def test_a_receiver_that_is_left_out_has_no_receipt(happens):
    on("customer.created", livemode=False)(fails)
    on("customer.created", livemode=True)(succeeds)
    on("customer.created", account="")(takes_note)

    assert happens(livemode=False) == 503
    assert [receipt.receiver for receipt in EventReceipt.objects.all()] == [receiver_name(takes_note)]

    CREATED.disconnect(fails)
    call_command("stripe_replay", "--kind", "*", "--yes", reason="mended", stdout=io.StringIO())

    assert Event.objects.get().processed is True


def test_a_replay_knows_only_the_receivers_that_the_event_has(happens):
    on("customer.created", account="acct_1")(fails)
    on("customer.created", account="")(succeeds)
    happens()
    event = Event.objects.get()

    with pytest.raises(UnknownReceiver, match=rf"there are: {receiver_name(succeeds)}$"):
        replay(event.pk, Request(by="ada", reason="test", receiver=receiver_name(fails), again=True))

    replay(event.pk, Request(by="ada", reason="test", receiver=receiver_name(succeeds), again=True))
    assert Event.objects.get().processed is True


@pytest.mark.parametrize("account", [5, b"acct_1", True, ["acct_1"]])
def test_an_account_that_is_not_a_string_is_an_error_at_once(account):
    with pytest.raises(TypeError, match="account=…"):
        on("invoice.paid", account=account)


@pytest.mark.parametrize("account", ["cus_1", "acct_", "acct_1\n", " acct_1", "acct_1/acct_2", "platform", "*"])
def test_an_account_that_is_not_an_id_is_an_error_at_once(account):
    with pytest.raises(ValueError, match="not the id of an account"):
        on("invoice.paid", account=account)


@pytest.mark.parametrize("livemode", ["yes", 1, 0, "", "live"])
def test_a_mode_that_is_not_a_boolean_is_an_error_at_once(livemode):
    with pytest.raises(TypeError, match="livemode=…"):
        on("invoice.paid", livemode=livemode)
