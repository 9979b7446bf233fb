"""Support finds a customer by what she says of herself; every search uses an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.admin import customer, customer_search
from pinax.stripe.admin.customer_search import found_by
from pinax.stripe.models import Customer, Invoice
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers(arrive):
    for stripe_id, name, email in (
        ("cus_ada", "Ada  King Lovelace", "Ada.Lovelace@Example.com"),
        ("cus_grace", "Grace Hopper", "grace@example.com"),
        ("cus_emilie", "Émilie du Châtelet", "emilie@example.com"),
        ("cus_none", None, None),
    ):
        arrive("customer.created", build("customer", id=stripe_id, name=name, email=email))
    arrive("invoice.paid", build("invoice", id="in_1", customer="cus_ada", number="ADA-0001"))
    arrive("charge.succeeded", build("charge", id="ch_1", customer="cus_grace"))


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("ada", {"cus_ada"}),
        ("ADA king", {"cus_ada"}),
        ("love", {"cus_ada"}),
        ("LOVELACE", {"cus_ada"}),
        ("lovelace ada", {"cus_ada"}),
        ("ada.lovelace@example.com", {"cus_ada"}),
        ("ADA.LOVE", {"cus_ada"}),
        ("Ada.Lovelace@Example.com", {"cus_ada"}),
        ("ÉMILIE", {"cus_emilie"}),
        ("châ", {"cus_emilie"}),
        ("gra", {"cus_grace"}),
        ("cus_ada", {"cus_ada"}),
        ("cus_", set()),
        ("in_1", {"cus_ada"}),
        ("ch_1", {"cus_grace"}),
        ("ch_2", set()),
        ("ada-0001", {"cus_ada"}),
        ("ADA-0001", {"cus_ada"}),
        ("pper", set()),
        ("a%", set()),
        ("", {"cus_ada", "cus_grace", "cus_emilie", "cus_none"}),
    ],
)
def test_a_customer_is_found_by_name_e_mail_id_or_invoice(listed, customers, term, found):
    assert {customer.stripe_id for customer in listed(Customer, q=term)} == found


def test_a_term_that_no_row_can_have_finds_nothing(customers):
    assert found_by("ada\0") == set()


def test_erased_customers_are_found_by_id_only(listed, customers):
    customer = Customer.objects.get(stripe_id="cus_ada")
    customer.erase(customer.synced_at)
    customer.save()
    Invoice.objects.update(customer=None)

    assert listed(Customer, q="ada") == set()
    assert listed(Customer, q="cus_ada") == {customer}


@pytest.mark.parametrize("term", ["ada", "ADA-0001", "in_1", "ada@example.com"])
def test_each_statement_of_a_search_uses_an_index(customers, term):
    with CaptureQueriesContext(connection) as captured:
        found_by(term)

    queries = [query["sql"] for query in captured.captured_queries]
    assert 5 <= len(queries) <= 6
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for sql in queries:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = " ".join(str(row[-1]) for row in cursor.fetchall())
                assert "USING" in plan, sql
                assert "INDEX" in plan, sql
                assert "SCAN" not in plan, sql


def test_of_too_many_customers_some_are_listed_and_the_page_says_so(page, customers, monkeypatch):
    assert "Search for a longer part." not in page(Customer, q="ada")
    monkeypatch.setattr(customer_search, "MOST_FOUND", 1)
    monkeypatch.setattr(customer, "MOST_FOUND", 1)
    for number in range(3):
        Customer.objects.create(stripe_id=f"cus_many_{number}", livemode=False, lowercase_name=f"many {number}")

    html = page(Customer, q="many")

    assert "More than 1 customers are found, and not all of them are listed." in html
    assert html.count("cus_many_") >= 2
