"""What Stripe and strangers sent, and what errors said, is for those who have the permission, on every page."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinax.stripe.models import Customer, Event, EventProcessingException, RejectedDelivery, StripeObject
from pinax.stripe.testing import build
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS, row_of

pytestmark = pytest.mark.django_db

#: Columns that hold what was sent, or what an error said.
PAYLOADS = {
    Event: ("webhook_message", "validated_message"),
    EventProcessingException: ("message", "traceback"),
    RejectedDelivery: ("body",),
    **{model: ("data",) for model in MODELS if issubclass(model, StripeObject)},
}


@pytest.fixture
def staff():
    """A member of the staff who may view everything but payloads."""
    user = User.objects.create(username="support", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_").exclude(codename="view_payload"))
    return user


@pytest.fixture
def client_of(staff):
    def client_of(*, payloads):
        if payloads:
            staff.user_permissions.add(Permission.objects.get(codename="view_payload"))
        client = Client()
        client.force_login(User.objects.get(pk=staff.pk))
        return client

    return client_of


@pytest.fixture
def secretive(processed_event, failed_event, forged_event):
    """Rows of every kind, with a word that stands in payloads only."""
    rows = []
    for model in MODELS:
        row = row_of(model, "seen")
        for name in PAYLOADS.get(model, ()):
            text = name in {"message", "traceback", "body"}
            setattr(row, name, "canary" if text else {"canary": "canary"})
        row.save()
        rows.append(row)
    for event in (failed_event, forged_event):
        Event.objects.filter(pk=event.pk).update(webhook_message={"canary": 1}, validated_message={"canary": 1})
    EventProcessingException.objects.update(message="canary", traceback="canary")
    RejectedDelivery.objects.update(body="canary")
    return [*rows, failed_event, forged_event]


def pages_of(client, addresses):
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        yield address, response.content.decode()


def addresses_of(row):
    history = reverse(f"admin:pinax_stripe_{row._meta.model_name}_history", args=[row.pk])
    return [address_of(row), address_of(type(row)), history]


def test_without_the_permission_no_page_shows_them(client_of, secretive):
    pages = dict(pages_of(client_of(payloads=False), {place for row in secretive for place in addresses_of(row)}))

    assert [address for address, html in pages.items() if "canary" in html] == []
    hidden = [address for address, html in pages.items() if "pinax_stripe.view_payload" in html]
    assert len(hidden) == len([row for row in secretive if type(row) in PAYLOADS])


def test_with_the_permission_every_page_of_a_row_with_one_shows_it(client_of, secretive):
    pages = dict(pages_of(client_of(payloads=True), map(address_of, secretive)))

    shown = {address for address, html in pages.items() if "canary" in html}
    assert shown >= {address_of(row) for row in secretive if type(row) in PAYLOADS}
    assert not [address for address, html in pages.items() if "view_payload" in html]


def test_what_was_refused_and_what_went_wrong_is_listed_without_its_words(client_of, secretive, forged_event):
    client = client_of(payloads=False)
    failed = Event.objects.get(stripe_id="evt_failed")

    refusals = client.get(address_of(forged_event)).content.decode()
    failures = client.get(address_of(failed)).content.decode()

    assert "data.object.amount not as in Stripe" in refusals
    assert "Calling a receiver" in failures


@pytest.mark.parametrize(("model", "columns"), PAYLOADS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_nobody_finds_out_by_asking_for_rows_whose_payload_begins_so(model, columns, client_of):
    row_of(model, "can")
    client = client_of(payloads=False)
    shown = admin.site.get_model_admin(model)

    for column in columns:
        assert column not in "".join(shown.search_fields)
        for lookup in (column, f"{column}__startswith", f"{column}__icontains", f"{column}__isnull"):
            answer = client.get(address_of(model), {lookup: "can"})
            assert answer.status_code == 400, lookup


@pytest.mark.parametrize("lookup", ["customer__data__icontains", "event__webhook_message__icontains", "event__data"])
def test_nor_by_way_of_what_a_row_refers_to(lookup, client_of, secretive):
    client = client_of(payloads=False)

    for model in PAYLOADS:
        answer = client.get(address_of(model), {lookup: "can"})
        assert answer.status_code in {302, 400}  # not allowed, or not there
        assert "e=1" in answer.get("Location", "e=1")


def test_the_name_of_a_row_is_no_payload(secretive):
    assert [row for row in secretive if "canary" in str(row)] == []


def test_typed_columns_are_for_who_may_view_the_model(client_of, arrive):
    arrive("customer.created", build("customer", email="ada@example.com", metadata={"note": "canary"}))

    html = client_of(payloads=False).get(address_of(Customer.objects.get())).content.decode()

    assert "ada@example.com" in html
    assert "canary" not in html


def test_the_page_of_a_pruned_event_says_so(page, every_event):
    Event.objects.all().blank(timezone.now())

    for event in Event.objects.all():
        html = page(event)
        assert "Pruned: they were blanked" in html
        assert "As delivered" not in html
