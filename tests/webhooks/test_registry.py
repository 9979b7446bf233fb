import pytest

from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import HandlerClash, UnknownEventType
from pinax.stripe.models import Event, OtherObject
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from pinax.stripe.webhooks import UnknownEvent, Webhook, registry


@pytest.fixture
def restored():
    """Give the registry back as it was."""
    handlers = dict(registry._handlers)
    yield
    registry._handlers.clear()
    registry._handlers.update(handlers)


def test_it_has_a_handler_for_every_type_of_the_catalogue():
    assert set(registry) == set(CATALOG)
    assert len(registry) == len(CATALOG)
    assert "invoice.paid" in registry


def test_a_mistyped_name_is_an_error_that_names_the_nearest():
    with pytest.raises(UnknownEventType, match=r"Did you mean 'invoice.paid'"):
        registry["invoice.payd"]


def test_an_unknown_type_has_a_handler_all_the_same():
    assert registry.handler_for("brand.new") is UnknownEvent


@pytest.mark.django_db
def test_a_subclass_takes_the_place_of_the_owner_and_receivers_stay_connected(restored, stripe, post_event, heard):
    @registry.register
    class Mine(registry["customer.created"]):
        def sync(self, change):
            instance = super().sync(change)
            instance.greeting = "hello"
            return instance

    post_event(stripe.event("customer.created", build("customer")))

    assert [(call.signal, call.sender, call.instance.greeting) for call in heard] == [
        ("customer.created", Mine, "hello"),
        ("*", Mine, "hello"),
    ]


def test_a_clash_is_an_error_that_names_both_owners(restored):
    class Theirs(Webhook):
        name = "invoice.paid"

    with pytest.raises(HandlerClash, match=r"registry.InvoicePaid; .*Theirs can only take its place as a subclass "):
        registry.register(Theirs)
    assert registry["invoice.paid"] is not Theirs


def test_two_that_extend_the_same_owner_clash(restored):
    owner = registry["invoice.paid"]
    registry.register(type("One", (owner,), {}))

    with pytest.raises(HandlerClash):
        registry.register(type("Two", (owner,), {}))


def test_registering_again_changes_nothing(restored):
    owner = registry["invoice.paid"]

    assert registry.register(owner) is registry["invoice.paid"] is owner


def test_a_handler_without_a_name_is_refused():
    with pytest.raises(HandlerClash, match="has no `name`"):
        registry.register(type("Nameless", (Webhook,), {}))


def test_a_handler_for_a_new_type_brings_its_signal(restored):
    registry.register(type("New", (Webhook,), {"name": "brand.new"}))

    assert WEBHOOK_SIGNALS._signals.pop("brand.new").kind == "brand.new"


def test_an_override_ends_even_after_an_error():
    owner = registry["invoice.paid"]

    with pytest.raises(ZeroDivisionError), registry.override(type("Other", (Webhook,), {"name": "invoice.paid"})):
        assert registry["invoice.paid"].__name__ == "Other"
        1 / 0

    assert registry["invoice.paid"] is owner


@pytest.mark.django_db
def test_the_preview_of_an_invoice_is_kept_apart_from_the_invoices(stripe, post_event):
    preview = build("invoice", id="upcoming_in_1", customer="cus_1", subscription="sub_1")

    assert post_event(stripe.event("invoice.upcoming", preview, store=False)).status_code == 200
    assert OtherObject.objects.get().stripe_id == "invoice:sub_1:cus_1"
    assert Event.objects.get().processed
