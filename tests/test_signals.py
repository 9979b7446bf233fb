import gc
import sys
from contextlib import suppress

import pytest

from pinax.stripe import signals
from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import ReceiverClash, UnknownEventType, UnstableReceiver
from pinax.stripe.scope import Scope
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, declare, event_failed, matches, on, signal_for
from pinax.stripe.webhooks import registry
from tests.inbox.listener import Listener

pytestmark = pytest.mark.usefixtures("little_garbage")


def ship(**kwargs):
    """A receiver with a dotted path."""


def pack(**kwargs):
    """Another one."""


@pytest.fixture(autouse=True)
def as_before():
    with signals.override():
        yield


def receivers_of(kind):
    return [receiver for _, receiver in WEBHOOK_SIGNALS[kind].receivers_for(None)]


def test_there_is_one_signal_for_each_event_type():
    assert set(WEBHOOK_SIGNALS) >= set(CATALOG)
    assert len({id(signal) for signal in WEBHOOK_SIGNALS.values()}) == len(WEBHOOK_SIGNALS)


def test_a_name_that_is_mistyped_is_an_error_that_names_the_nearest():
    with pytest.raises(UnknownEventType, match=r"'invoice.payd'.*'invoice.paid'"):
        WEBHOOK_SIGNALS["invoice.payd"]


def test_a_name_like_no_other_is_an_error_that_names_the_way_out():
    with pytest.raises(LookupError, match=r"signals.declare\('zzz'\)"):
        WEBHOOK_SIGNALS["zzz"]


def test_asking_for_a_name_that_may_be_missing_is_no_error():
    assert WEBHOOK_SIGNALS.get("invoice.payd") is None
    assert "invoice.payd" not in WEBHOOK_SIGNALS


def test_on_connects_to_each_type_that_a_pattern_names():
    @on("invoice.paid", "customer.subscription.*", dispatch_uid="uid")
    def receiver(**kwargs):
        return None

    assert receiver in receivers_of("invoice.paid")
    assert receiver in receivers_of("customer.subscription.deleted")
    assert receiver not in receivers_of("customer.deleted")


def test_on_takes_a_name_with_brackets_by_the_letter():
    name = "v2.core.account[identity].updated"

    @on(name, dispatch_uid="uid")
    def receiver(**kwargs):
        return None

    assert receiver in receivers_of(name)


@pytest.mark.parametrize("pattern", ["invoice.payd", "invioce.*"])
def test_on_refuses_a_pattern_that_names_nothing(pattern):
    with pytest.raises(UnknownEventType, match=r"Did you mean 'invoice."):
        on(pattern)


@pytest.mark.parametrize(
    ("kind", "pattern", "expected"),
    [
        ("invoice.paid", "invoice.paid", True),
        ("invoice.paid", "invoice.*", True),
        ("invoice.paid", "*", True),
        ("invoice.paid", "invoice.p?id", False),
        ("invoice.paid", "invoice", False),
        ("invoice.paid", "INVOICE.*", False),
    ],
)
def test_a_star_stands_for_any_characters_and_all_else_for_itself(kind, pattern, expected):
    assert matches(kind, pattern) is expected


def test_a_declared_type_has_a_signal_that_patterns_hear():
    @on("*", dispatch_uid="uid")
    def receiver(**kwargs):
        return None

    signal = declare("brand.new")

    assert declare("brand.new") is signal is WEBHOOK_SIGNALS["brand.new"]
    assert receiver in receivers_of("brand.new")


def test_declaring_a_known_type_returns_its_signal():
    assert declare("invoice.paid") is WEBHOOK_SIGNALS["invoice.paid"]


def test_asking_for_the_signal_of_an_unknown_type_declares_nothing():
    assert signal_for("brand.new").kind == "brand.new"
    assert "brand.new" not in WEBHOOK_SIGNALS


def test_signals_can_be_imported_before_the_apps_are_ready():
    import subprocess
    import sys

    code = "import pinax.stripe.signals as s; print(len(s.WEBHOOK_SIGNALS), s.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout.split()[0]) == len(CATALOG)
    assert signals.__file__ in done.stdout


def test_a_signal_says_which_type_it_belongs_to():
    assert repr(WEBHOOK_SIGNALS["invoice.paid"]) == "<EventSignal invoice.paid>"


def connections(signal):
    return dict(signal.receivers_for(None))


PAID = WEBHOOK_SIGNALS["invoice.paid"]
BOTH = pytest.mark.parametrize("signal", [PAID, any_event], ids=repr)


def closure():
    def receiver(**kwargs): ...

    return receiver


WAYS = {
    "connect": PAID.connect,
    "on": lambda receiver, **options: on("invoice.paid", **options)(receiver),
    "on a pattern": lambda receiver, **options: on("invoice.*", **options)(receiver),
}
EACH_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
EACH_OTHER_WAY = pytest.mark.parametrize("other_way", WAYS.values(), ids=WAYS)


@EACH_WAY
def test_the_identity_is_the_dotted_path_or_the_dispatch_uid(way):
    uid, receiver = "shop.receiver", closure()

    way(ship)
    way(receiver, dispatch_uid=uid)

    assert connections(PAID) == {f"{__name__}.ship": ship, uid: receiver}


@EACH_WAY
def test_a_receiver_without_a_stable_path_needs_a_dispatch_uid(way):
    with pytest.raises(UnstableReceiver, match="dispatch_uid="):
        way(closure())

    assert connections(PAID) == {}
    assert not PAID.has_listeners()


@EACH_WAY
@EACH_OTHER_WAY
@pytest.mark.parametrize("uid", [f"{__name__}.ship", "shop"])
def test_a_second_receiver_of_one_identity_is_an_error_that_names_both(way, other_way, uid):
    way(ship, dispatch_uid=uid)

    with pytest.raises(
        ReceiverClash, match=rf"{__name__}.ship \(.*\) as '{uid}' already. Give {__name__}.pack"
    ) as raised:
        other_way(pack, dispatch_uid=uid)

    assert "dispatch_uid=" in str(raised.value)
    assert connections(PAID) == {uid: ship}


def test_two_functions_of_one_name_in_a_module_are_a_clash():
    names = {"__name__": "shop"}
    exec("def ship(**kwargs): ...", names)
    first = names["ship"]
    exec("def ship(**kwargs): ...", names)
    PAID.connect(first)

    with pytest.raises(ReceiverClash, match=r"'shop.ship' already"):
        PAID.connect(names["ship"])


@EACH_WAY
@EACH_OTHER_WAY
@pytest.mark.parametrize("receiver", [ship, Listener("uid")], ids=["function", "instance"])
def test_the_same_receiver_is_connected_once(way, other_way, receiver):
    way(receiver, dispatch_uid="uid")
    other_way(receiver, dispatch_uid="uid")

    assert list(PAID.receivers_for(None)) == [("uid", receiver)]
    assert len(PAID.receivers) == 1


def test_the_same_bound_method_is_connected_once():
    listener = Listener("uid")

    PAID.connect(listener.__call__, dispatch_uid="uid")
    PAID.connect(listener.__call__, dispatch_uid="uid")

    assert list(PAID.receivers_for(None)) == [("uid", listener.__call__)]


def test_a_method_of_another_object_is_another_receiver():
    one, other = Listener("one"), Listener("other")
    PAID.connect(one.__call__, dispatch_uid="uid")

    with pytest.raises(ReceiverClash):
        PAID.connect(other.__call__, dispatch_uid="uid")


def test_one_function_may_have_two_identities():
    PAID.connect(ship)
    PAID.connect(ship, dispatch_uid="again")

    assert connections(PAID) == {f"{__name__}.ship": ship, "again": ship}


def test_one_identity_may_be_used_for_different_types():
    PAID.connect(ship, dispatch_uid="uid")
    on("invoice.sent", dispatch_uid="uid")(pack)

    assert connections(PAID) == {"uid": ship}
    assert connections(WEBHOOK_SIGNALS["invoice.sent"]) == {"uid": pack}


def test_a_pattern_may_share_its_identity_with_a_name_that_it_does_not_match():
    on("coupon.created", dispatch_uid="uid")(pack)
    on("invoice.*", dispatch_uid="uid")(ship)
    on("plan.created", dispatch_uid="uid")(pack)

    assert connections(PAID) == {"uid": ship}
    assert connections(WEBHOOK_SIGNALS["plan.created"]) == {"uid": pack}


def test_a_pattern_reaches_an_undeclared_type_that_has_come_before():
    assert connections(signal_for("customer.levitated")) == {}

    on("customer.*")(ship)

    assert list(connections(signal_for("customer.levitated")).values()) == [ship]


def test_receivers_are_called_in_the_order_of_connection_and_async_ones_after_the_others():
    async def later(**kwargs): ...

    first = closure()
    PAID.connect(later, dispatch_uid="async")
    PAID.connect(first, dispatch_uid="first")
    PAID.connect(ship, dispatch_uid="second")
    assert list(connections(PAID)) == ["first", "second", "async"]

    del first
    gc.collect()
    first = closure()
    PAID.connect(first, dispatch_uid="first")

    assert list(connections(PAID)) == ["second", "first", "async"]


def test_a_weak_reference_stays_weak_when_it_is_connected_again():
    receiver = closure()
    PAID.connect(receiver, dispatch_uid="uid")
    PAID.connect(receiver, dispatch_uid="uid")
    del receiver
    gc.collect()

    assert connections(PAID) == {}


def test_on_connects_to_all_types_or_to_none():
    WEBHOOK_SIGNALS["invoice.voided"].connect(ship, dispatch_uid="uid")

    with pytest.raises(ReceiverClash, match=r"invoice\.voided calls"):
        on("customer.created", "invoice.*", dispatch_uid="uid")(pack)

    called = [kind for kind in WEBHOOK_SIGNALS if pack in receivers_of(kind)]
    assert called == []
    assert connections(signal_for("invoice.brand_new")) == {}


def test_two_patterns_that_may_meet_at_a_type_of_tomorrow_do_not_share_an_identity():
    on("coupon.*", dispatch_uid="uid")(ship)

    with pytest.raises(ReceiverClash, match=r"coupon.\* calls"):
        on("*.paid", dispatch_uid="uid")(pack)

    assert connections(signal_for("coupon.paid")) == {"uid": ship}
    assert connections(PAID) == {}


def test_a_receiver_of_any_event_has_an_identity_of_its_own():
    PAID.connect(ship)
    any_event.connect(ship)
    any_event.connect(pack, dispatch_uid="pack")

    assert list(connections(any_event)) == [f"any_event:{__name__}.ship", "any_event:pack"]
    assert list(connections(PAID)) == [f"{__name__}.ship"]


@BOTH
def test_a_receiver_that_is_gone_leaves_its_identity_to_another(signal):
    receiver = closure()
    signal.connect(receiver, dispatch_uid="uid")
    del receiver
    gc.collect()
    assert connections(signal) == {}

    other = closure()
    signal.connect(other, dispatch_uid="uid")

    assert list(connections(signal).values()) == [other]


def test_a_bound_method_is_held_weakly_like_a_function():
    listener = Listener("uid")
    PAID.connect(listener.__call__, dispatch_uid="uid")
    assert len(connections(PAID)) == 1

    del listener
    gc.collect()

    assert connections(PAID) == {}


def test_a_strong_reference_takes_the_place_of_a_weak_one():
    receiver = closure()
    PAID.connect(receiver, dispatch_uid="uid")
    on("invoice.paid", dispatch_uid="uid")(receiver)
    PAID.connect(receiver, dispatch_uid="uid")
    del receiver
    gc.collect()

    assert list(connections(PAID)) == ["uid"]


def test_what_django_refuses_is_not_connected(settings):
    settings.DEBUG = True

    with pytest.raises(ValueError, match="keyword arguments"):
        on("invoice.*", dispatch_uid="uid")(len)

    assert connections(PAID) == {}
    assert connections(signal_for("invoice.brand_new")) == {}


@EACH_WAY
def test_a_receiver_may_be_for_one_sender(way):
    way(ship, sender=registry["invoice.paid"])

    assert [name for name, _ in PAID.receivers_for(registry["invoice.paid"])] == [f"{__name__}.ship"]
    assert list(PAID.receivers_for(registry["invoice.sent"])) == list(PAID.receivers_for(None)) == []


def test_a_receiver_for_a_sender_and_for_all_is_called_once():
    handler = registry["invoice.paid"]
    PAID.connect(ship, sender=handler)
    PAID.connect(ship)

    assert len(list(PAID.receivers_for(handler))) == len(list(PAID.receivers_for(None))) == 1

    assert PAID.disconnect(ship) is True
    assert len(list(PAID.receivers_for(handler))) == 1
    assert list(PAID.receivers_for(None)) == []

    assert PAID.disconnect(ship) is False
    assert PAID.disconnect(ship, sender=handler) is True
    assert list(PAID.receivers_for(handler)) == []


@EACH_WAY
@pytest.mark.parametrize(
    "undo", [lambda: {"receiver": ship}, lambda: {"dispatch_uid": "uid"}], ids=["by receiver", "by uid"]
)
def test_disconnect_undoes_what_connect_and_on_did(way, undo):
    way(ship, dispatch_uid="uid")
    way(pack)

    assert PAID.disconnect(**undo()) is True
    assert PAID.disconnect(**undo()) is False

    assert connections(PAID) == {f"{__name__}.pack": pack}
    assert len(PAID.receivers) == 1


def test_disconnect_by_receiver_undoes_each_of_its_identities_and_by_uid_one():
    def connected():
        PAID.connect(ship)
        PAID.connect(ship, dispatch_uid="uid")

    connected()
    assert PAID.disconnect(dispatch_uid="uid") is True
    assert list(connections(PAID)) == [f"{__name__}.ship"]

    connected()
    assert PAID.disconnect(ship) is True
    assert connections(PAID) == {}


@BOTH
def test_disconnecting_what_is_not_connected_changes_nothing(signal):
    receiver = closure()
    signal.connect(receiver, dispatch_uid="gone")
    del receiver
    gc.collect()
    signal.connect(ship)

    assert [signal.disconnect(), signal.disconnect(pack), signal.disconnect(dispatch_uid="other")] == [False] * 3
    assert len(connections(signal)) == 1


def test_disconnect_undoes_any_events_by_its_dispatch_uid():
    any_event.connect(ship, dispatch_uid="uid")

    assert any_event.disconnect(dispatch_uid="uid") is True
    assert connections(any_event) == {}


@pytest.mark.parametrize("came_before", [True, False])
def test_a_pattern_that_is_disconnected_from_all_its_types_reaches_no_undeclared_one(came_before):
    on("customer.*")(ship)
    on("*.created")(pack)
    if came_before:
        assert len(connections(signal_for("customer.levitated.created"))) == 2

    for signal in WEBHOOK_SIGNALS.values():
        signal.disconnect(ship)

    assert connections(signal_for("customer.levitated.created")) == {f"{__name__}.pack": pack}
    assert connections(declare("customer.levitated.created")) == {f"{__name__}.pack": pack}


def test_a_pattern_that_is_disconnected_from_some_types_reaches_the_others():
    on("customer.*")(ship)

    WEBHOOK_SIGNALS["customer.created"].disconnect(ship)

    assert connections(WEBHOOK_SIGNALS["customer.created"]) == {}
    assert ship in receivers_of("customer.updated")
    assert list(connections(signal_for("customer.levitated")).values()) == [ship]


def test_disconnect_from_an_undeclared_type_lasts():
    on("customer.*")(ship)

    assert signal_for("customer.levitated").disconnect(ship) is True
    on("*.created")(pack)

    assert connections(signal_for("customer.levitated")) == {}
    assert connections(declare("customer.levitated")) == {}
    assert list(connections(signal_for("customer.vanished")).values()) == [ship]


def test_disconnect_for_one_sender_leaves_the_pattern_for_the_others():
    handler = registry["customer.created"]
    on("customer.*")(ship)
    on("customer.*", sender=handler)(ship)

    for signal in WEBHOOK_SIGNALS.values():
        signal.disconnect(ship, sender=handler)

    assert list(connections(signal_for("customer.levitated")).values()) == [ship]


def test_a_pattern_that_is_connected_again_reaches_all_its_types_again():
    on("customer.*")(ship)
    WEBHOOK_SIGNALS["customer.created"].disconnect(ship)
    signal_for("customer.levitated").disconnect(ship)

    on("customer.*")(ship)

    assert ship in receivers_of("customer.created")
    assert list(connections(signal_for("customer.levitated")).values()) == [ship]


def test_an_undeclared_type_has_to_be_declared_before_a_receiver_is_connected_to_it():
    with pytest.raises(UnknownEventType, match=r"signals.declare\('brand.new'\)"):
        signal_for("brand.new").connect(ship)


def snapshot():
    everything = [*WEBHOOK_SIGNALS.values(), any_event, event_failed]
    undeclared = signal_for("customer.levitated")
    return (
        [(signal, list(signal.receivers)) for signal in everything],
        [list(signal.receivers_for(None)) for signal in [*everything[:-1], undeclared]],
    )


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("error", [None, RuntimeError])
def test_override_restores_what_is_connected(empty, error):
    on("customer.*", account="acct_1")(ship)
    PAID.connect(pack)
    any_event.connect(pack)
    event_failed.connect(pack)
    before = snapshot()

    with suppress(RuntimeError), signals.override(empty=empty):
        on("customer.*", "invoice.*")(pack)
        on("customer.*")(ship)
        PAID.disconnect(pack)
        any_event.disconnect(pack)
        any_event.connect(ship)
        event_failed.connect(ship)
        declare("brand.new").connect(ship)
        for signal in WEBHOOK_SIGNALS.values():
            signal.disconnect(ship)
        if error:
            raise error

    assert snapshot() == before
    assert "brand.new" not in WEBHOOK_SIGNALS
    elsewhere, there = Scope("acct_2", livemode=True), Scope("acct_1", livemode=True)
    for signal in (WEBHOOK_SIGNALS["customer.created"], signal_for("customer.levitated")):
        assert list(signal.receivers_for(None, elsewhere)) == []
        assert [receiver for _, receiver in signal.receivers_for(None, there)] == [ship]


def test_override_keeps_what_is_connected_unless_it_is_to_be_empty():
    on("customer.*")(ship)
    any_event.connect(pack)
    event_failed.connect(pack)

    with signals.override():
        assert list(connections(any_event).values()) == [pack]
        assert list(connections(signal_for("customer.levitated")).values()) == [ship]

    with signals.override(empty=True):
        assert connections(any_event) == connections(signal_for("customer.levitated")) == {}
        assert receivers_of("customer.created") == []
        assert not any(signal.has_listeners() for signal in (any_event, event_failed, *WEBHOOK_SIGNALS.values()))


def test_a_receiver_that_died_during_an_override_can_be_replaced():
    receiver = closure()
    PAID.connect(receiver, dispatch_uid="uid")
    with signals.override():
        del receiver
        gc.collect()
        PAID.connect(ship)

    PAID.connect(pack, dispatch_uid="uid")

    assert connections(PAID) == {"uid": pack}
    assert [live() for _, live, *_ in PAID.receivers] == [pack]


def test_override_is_a_decorator_too():
    @signals.override(empty=True)
    def test():
        PAID.connect(ship)

    test()
    test()

    assert connections(PAID) == {}


def test_calling_the_receivers_of_an_event_asks_python_for_as_little_as_it_can():
    """One resumption of the generator for each receiver, and no function of Python's beside it."""
    PAID.connect(ship)
    on("invoice.*")(pack)
    calls = []

    def profile(frame, what, _argument):
        if what == "call":
            calls.append(frame.f_code.co_name)

    scope, sender = Scope("acct_1", livemode=True), registry["invoice.paid"]
    sys.setprofile(profile)
    try:
        found = list(PAID.receivers_for(sender, scope))
    finally:
        sys.setprofile(None)

    assert len(found) == 2
    assert calls == ["receivers_for"] * 3
