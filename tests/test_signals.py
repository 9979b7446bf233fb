import pytest

from pinax.stripe import signals
from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import UnknownEventType
from pinax.stripe.signals import WEBHOOK_SIGNALS, declare, matches, on, receiver_name, signal_for


class Receiver:
    def __call__(self, **kwargs):
        return None

    def method(self, **kwargs):
        return None


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


def test_on_connects_to_each_type_that_a_pattern_names(forget_patterns):
    @on("invoice.paid", "customer.subscription.*")
    def receiver(**kwargs):
        return None

    assert receiver in receivers_of("invoice.paid")
    assert receiver in receivers_of("customer.subscription.deleted")
    assert receiver not in receivers_of("customer.deleted")


def test_on_takes_a_name_with_brackets_by_the_letter(forget_patterns):
    name = "v2.core.account[identity].updated"

    @on(name)
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


@pytest.fixture
def brand_new():
    yield "brand.new"
    WEBHOOK_SIGNALS._signals.pop("brand.new")


def test_a_declared_type_has_a_signal_that_patterns_hear(forget_patterns, brand_new):
    @on("*")
    def receiver(**kwargs):
        return None

    signal = declare(brand_new)

    assert declare(brand_new) is signal is WEBHOOK_SIGNALS[brand_new]
    assert receiver in receivers_of(brand_new)


def test_declaring_a_known_type_returns_its_signal():
    assert declare("invoice.paid") is WEBHOOK_SIGNALS["invoice.paid"]


def test_asking_for_the_signal_of_an_unknown_type_declares_nothing():
    assert signal_for("brand.new").kind == "brand.new"
    assert "brand.new" not in WEBHOOK_SIGNALS


def test_a_receivers_name_is_the_same_in_every_process():
    assert receiver_name(receivers_of) == f"{__name__}.receivers_of"
    assert receiver_name(Receiver()) == f"{__name__}.Receiver"
    assert receiver_name(Receiver().method) == f"{__name__}.Receiver.method"


def test_signals_can_be_imported_before_the_apps_are_ready():
    import subprocess
    import sys

    code = "import pinax.stripe.signals as s; print(len(s.WEBHOOK_SIGNALS), s.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout.split()[0]) == len(CATALOG)
    assert signals.__file__ in done.stdout


def test_a_signal_says_which_type_it_belongs_to():
    assert repr(WEBHOOK_SIGNALS["invoice.paid"]) == "<EventSignal invoice.paid>"
