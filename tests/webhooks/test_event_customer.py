"""`Event.customer`: whom an event is about, for every object that names a customer."""

import inspect
import re
from collections.abc import Iterator

import pytest
import stripe as stripe_python
from stripe._object_classes import get_object_class

from pinax.stripe.catalog import CATALOG
from pinax.stripe.models import Customer, Event, model_of
from pinax.stripe.models.other_object import CUSTOMER
from pinax.stripe.testing import build
from tests.test_event_types import named_in

pytestmark = pytest.mark.django_db

OBJECT_TYPES = sorted({carried for row in CATALOG.values() for carried in row.objects})
#: A type of event for each type of object.
KIND_OF = {carried: kind for kind, row in CATALOG.items() if row.has_snapshot for carried in row.objects}


@pytest.fixture
def about(stripe, post_event):
    """Let an event arrive; whom it is about."""

    def about(kind, carried, **options):
        stripe.connect(options.get("account", ""))
        body = stripe.event(kind, carried, **{"store": False, **options})
        assert post_event(body).status_code == 200
        customer = Event.objects.get(stripe_id=body["id"]).customer
        return customer and customer.stripe_id

    return about


def test_it_is_found_in_an_object_of_every_type_that_may_name_one(about):
    """And in an event of every type: tests/test_event_types.py."""
    faults = []
    for object_type, kind in KIND_OF.items():
        columns = {column.name for column in model_of({"object": object_type, "id": "x"}).columns()}
        if object_type != "customer" and "customer" in columns:
            found = about(kind, build(object_type, customer="cus_ada"))
            expanded = about(kind, build(object_type, customer={"id": "cus_bob", "object": "customer"}))
            faults += [object_type] if (found, expanded) != ("cus_ada", "cus_bob") else []

    assert faults == [], "\n".join(faults)


def test_an_object_as_stripe_builds_it_names_its_customer(about):
    faults = []
    for object_type, kind in KIND_OF.items():
        carried = build(object_type)
        if about(kind, carried) not in (named_in(carried) or {None}):
            faults.append(object_type)

    assert faults == [], "\n".join(faults)


SAID_ELSEWHERE = [
    ("identity.verification_session.created", "identity.verification_session", {"related_customer": "cus_1"}),
    ("payment_record.created", "payment_record", {"customer_details": {"customer": "cus_1", "email": "a@example.com"}}),
    (
        "financial_connections.account.created",
        "financial_connections.account",
        {"account_holder": {"type": "customer", "customer": "cus_1"}},
    ),
    ("customer.tax_id.created", "tax_id", {"customer": None, "owner": {"type": "customer", "customer": "cus_1"}}),
    ("billing.alert.triggered", "billing.alert_triggered", {"customer": "cus_1"}),
    ("billing.credit_grant.created", "billing.credit_grant", {"customer": "cus_1"}),
    ("billing_portal.session.created", "billing_portal.session", {"customer": "cus_1"}),
    ("cash_balance.funds_available", "cash_balance", {"id": None, "customer": "cus_1"}),
    (
        "customer_cash_balance_transaction.created",
        "customer_cash_balance_transaction",
        {"customer": {"id": "cus_1", "object": "customer"}},
    ),
    (
        "entitlements.active_entitlement_summary.updated",
        "entitlements.active_entitlement_summary",
        {"id": None, "customer": "cus_1", "entitlements": {"object": "list", "data": [], "has_more": False}},
    ),
    ("invoice.upcoming", "invoice", {"id": None, "customer": "cus_1"}),
    ("treasury.outbound_payment.created", "treasury.outbound_payment", {"customer": "cus_1"}),
    ("order.created", "order", {"customer": "cus_1"}),
]


@pytest.mark.parametrize(("kind", "object_type", "over"), SAID_ELSEWHERE, ids=[case[0] for case in SAID_ELSEWHERE])
def test_it_is_found_where_a_type_names_it(kind, object_type, over, about):
    assert about(kind, build(object_type, **over)) == "cus_1"
    assert Customer.objects.stubs().get().stripe_id == "cus_1"


def test_a_type_that_is_not_in_the_catalogue_names_it_too(about):
    assert about("loyalty.card.issued", {"id": "lc_1", "object": "loyalty.card", "customer": "cus_1"}) == "cus_1"


def test_a_customer_that_is_not_known_yet_becomes_a_stub_of_the_event_s_account_and_mode(about):
    about("cash_balance.funds_available", build("cash_balance", id=None, customer="cus_1"), account="acct_1")

    customer = Customer.objects.get()
    assert (customer.is_stub, customer.stripe_account, customer.livemode) == (True, "acct_1", False)


def test_a_deleted_object_names_the_customer_that_its_row_has(about, stripe):
    about("customer.tax_id.created", build("tax_id", id="txi_1", customer="cus_1"))
    stripe.advance(10)

    remains = {"id": "txi_1", "object": "tax_id", "deleted": True}

    assert about("customer.tax_id.deleted", remains) == "cus_1"


def test_a_deleted_customer_is_whom_its_event_is_about(about):
    assert about("customer.deleted", build("customer", id="cus_1")) == "cus_1"


def test_a_payment_method_that_is_taken_from_a_customer_is_about_that_customer(about):
    detached = build("payment_method", customer=None)

    assert about("payment_method.detached", detached, previous_attributes={"customer": "cus_1"}) == "cus_1"


def test_what_people_write_into_metadata_names_nobody(about):
    carried = build("billing.credit_grant", customer=None, metadata={"customer": "cus_1", "related_customer": "cus_2"})

    assert about("billing.credit_grant.created", carried) is None
    assert not Customer.objects.exists()


def test_the_row_of_an_object_without_a_model_of_its_own_leads_to_the_customer(about):
    about("cash_balance.funds_available", build("cash_balance", id=None, customer="cus_1"))

    assert Customer.objects.get().other_objects.get().object_type == "cash_balance"


#: Places of stripe-python's classes that name a customer whom the event is not about, and why.
NOT_WHOM_IT_IS_ABOUT = {
    "source: three_d_secure.customer": "whose card the 3D Secure source was made from; the source's own is `customer`",
}


def hints_of(cls: type) -> dict[str, str]:
    return {name: str(hint) for base in cls.__mro__ for name, hint in vars(base).get("__annotations__", {}).items()}


def customers_in(cls: type, path: str = "", within: tuple[type, ...] = ()) -> Iterator[str]:
    """Yield the places of a class of stripe-python that hold a customer, its nested blocks included."""
    blocks = {name: inner for name, inner in inspect.getmembers(cls, inspect.isclass) if name in vars(cls)}
    for name, hint in hints_of(cls).items():
        words = set(re.findall(r"\w+", hint))
        here = f"{path}.{name}" if path else name
        if name == "customer" or name.endswith("_customer") or re.search(r"\bCustomer\b(?!\.)", hint):
            yield here
        for inner in {block for word, block in blocks.items() if word in words} - {*within, cls}:
            yield from customers_in(inner, here, (*within, cls))


def test_the_places_of_stripe_python_s_classes_are_all_looked_at():
    ignored = []
    for object_type in OBJECT_TYPES:
        cls = get_object_class("V1", object_type)
        model = model_of({"object": object_type, "id": "x"})
        looked_at = {*CUSTOMER, *(place for column in model.columns() for place in column.sources)}
        if cls is not stripe_python.StripeObject:
            places = set(customers_in(cls))
            ignored += [f"{object_type}: {place}" for place in places - looked_at]

    assert sorted(ignored) == sorted(NOT_WHOM_IT_IS_ABOUT)


def test_that_search_finds_customers_in_nested_blocks():
    assert "account_holder.customer" in set(customers_in(stripe_python.financial_connections.Account))
    assert "related_customer" in set(customers_in(stripe_python.identity.VerificationSession))
