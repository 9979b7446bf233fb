"""The filters and columns with which finance people look for money."""

import typing

import pytest
import stripe as stripe_python
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinax.stripe.admin import filters
from pinax.stripe.admin.statuses import STATUSES
from pinax.stripe.models import (
    BalanceTransaction,
    Charge,
    CreditNote,
    Customer,
    Dispute,
    Event,
    Invoice,
    PaymentIntent,
    Payout,
    Refund,
    StripeObject,
)
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS
from tests.test_docs import DOCS, examples_of

pytestmark = pytest.mark.django_db

OBJECTS = [model for model in MODELS if issubclass(model, StripeObject)]
#: stripe-python's classes that are not called as the model is.
CLASSES = {"CheckoutSession": stripe_python.checkout.Session, "TopUp": stripe_python.Topup}
#: Filters of finance people, and a value of each.
CHOSEN = [{"status": "paid"}, {"currency": "eur"}, {"account": "acct_1"}]


@pytest.fixture
def invoices():
    """Invoices in some states, currencies and accounts."""
    rows = [("open", "eur", ""), ("paid", "eur", ""), ("paid", "usd", ""), ("paid", "eur", "acct_1")]
    return [
        Invoice.objects.create(stripe_id=f"in_{n}", livemode=True, status=status, currency=currency, stripe_account=of)
        for n, (status, currency, of) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"status": "paid"}, [1, 2, 3]),
        ({"status": "new_at_stripe"}, []),
        ({"currency": "EUR "}, [0, 1, 3]),
        ({"account": "acct_1"}, [3]),
        ({"account": "platform"}, [0, 1, 2]),
        ({"status": "paid", "currency": "eur", "account": "platform"}, [1]),
    ],
)
def test_invoices_are_found_by_status_currency_and_account(listed, invoices, chosen, found):
    assert listed(Invoice, **chosen) == {invoices[number] for number in found}


def test_the_choices_are_the_statuses_of_the_model(page):
    html = page(Invoice)

    for status in ("draft", "open", "paid", "uncollectible", "void"):
        assert f"?status={status}" in html
    assert "?status=succeeded" in page(Charge)
    assert "?status=" not in page(Customer)


@pytest.mark.parametrize("model", OBJECTS, ids=lambda model: model.__name__)
def test_each_filter_has_an_index_and_each_model_with_a_status_the_filter(model):
    columns = {field.name: field for field in model._meta.concrete_fields}
    indexed = {index.fields[0] for index in model._meta.indexes}
    offered = set(admin.site.get_model_admin(model).list_filter)

    assert (filters.Status in offered) is ("status" in columns) is (model.__name__ in STATUSES)
    assert filters.Status not in offered or columns["status"].db_index
    assert (filters.Currency in offered) is ("currency" in indexed)
    assert (filters.Account in offered) is ("stripe_account" in indexed)


def test_money_has_all_filters():
    for model in (Invoice, Charge, Refund, Payout, BalanceTransaction, PaymentIntent, CreditNote, Dispute):
        offered = set(admin.site.get_model_admin(model).list_filter)
        assert {filters.Status, filters.Currency, filters.Account} <= offered


@pytest.mark.parametrize("chosen", CHOSEN, ids=lambda chosen: next(iter(chosen)))
def test_a_filtered_list_costs_two_statements_and_reads_no_choices(admin_client, invoices, chosen):
    admin_client.get(address_of(Invoice), chosen)

    with CaptureQueriesContext(connection) as captured:
        admin_client.get(address_of(Invoice), chosen)

    asked = [query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"]]
    assert len(asked) == 2
    assert not any("DISTINCT" in sql for sql in asked)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans, which do not depend on what is there")
@pytest.mark.parametrize("chosen", CHOSEN, ids=lambda chosen: next(iter(chosen)))
def test_a_filtered_list_is_read_by_an_index(admin_client, chosen):
    with CaptureQueriesContext(connection) as captured:
        admin_client.get(address_of(Invoice), chosen)

    count, rows = (query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"])
    for sql in (count, rows):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
        assert "SEARCH pinaxstripe_invoice USING" in plan
        assert "USE TEMP B-TREE" not in plan


@pytest.mark.parametrize("name", STATUSES)
def test_the_statuses_are_those_of_stripe_python(name):
    cls = CLASSES.get(name) or getattr(stripe_python, name)
    documented = set(literals(cls.__annotations__.get("status")))

    assert documented <= set(STATUSES[name])
    assert len(STATUSES[name]) == len(set(STATUSES[name])) > 1


def literals(annotation):
    for one in typing.get_args(annotation):
        yield from [one] if isinstance(one, str) else literals(one)


def test_a_customer_is_shown_by_name_or_e_mail_address(page):
    for number, facts in enumerate([{"name": "Ada", "email": "ada@example.com"}, {"email": "bob@example.com"}, {}]):
        customer = Customer.objects.create(stripe_id=f"cus_{number}", livemode=True, **facts)
        Invoice.objects.create(stripe_id=f"in_{number}", livemode=True, customer=customer)

    html = page(Invoice)

    for title, words in (("cus_0", "Ada"), ("cus_1", "bob@example.com"), ("cus_2", "cus_2")):
        assert f'title="{title}">{words}</span></a>' in html


@pytest.fixture
def finance():
    """The browser of a member of the group in the documentation."""
    (example,) = (one for one in examples_of(DOCS / "how-to/admin.md") if "Group" in one.source)
    exec(example.code, {})
    user = User.objects.create(username="eve", is_staff=True)
    user.groups.add(Group.objects.get(name="Finance"))
    client = Client()
    client.force_login(user)
    return client


def test_the_group_sees_rows_and_names_and_neither_payloads_nor_actions(finance):
    customer = Customer.objects.create(stripe_id="cus_1", livemode=True, name="Ada", data={"secret": "canary"})
    Invoice.objects.create(stripe_id="in_1", livemode=True, customer=customer, data={"secret": "canary"})

    for model in (Invoice, Charge, Customer, Event):
        assert finance.get(address_of(model)).status_code == 200
    lists, row = finance.get(address_of(Invoice)), finance.get(address_of(Invoice.objects.get()))

    assert ">Ada</span>" in lists.content.decode()
    assert "canary" not in row.content.decode()
    assert 'name="action"' not in lists.content.decode()


def test_without_the_permission_for_customers_there_are_no_names(finance):
    customer = Customer.objects.create(stripe_id="cus_1", livemode=True, name="Ada")
    Invoice.objects.create(stripe_id="in_1", livemode=True, customer=customer)
    group = Group.objects.get(name="Finance")
    group.permissions.remove(group.permissions.get(codename="view_customer"))

    html = finance.get(address_of(Invoice)).content.decode()

    assert "cus_1" in html
    assert "Ada" not in html
