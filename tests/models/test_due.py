"""What is overdue, and what will not be good for long."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from pinax.stripe.models import Card, Customer, Invoice, PaymentMethod

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def ids(rows):
    return sorted(rows.values_list("stripe_id", flat=True))


def test_invoices_that_are_overdue():
    for name, status, due_date in [
        ("late", "open", NOW - DAY),
        ("not_yet", "open", NOW + DAY),
        ("charged", "open", None),
        ("paid", "paid", NOW - DAY),
        ("draft", "draft", NOW - DAY),
    ]:
        Invoice.objects.create(stripe_id=name, livemode=True, status=status, due_date=due_date)

    assert ids(Invoice.objects.overdue(NOW)) == ["late"]
    assert ids(Invoice.objects.overdue(NOW + 2 * DAY)) == ["late", "not_yet"]
    assert ids(Invoice.objects.overdue()) == ids(Invoice.objects.overdue(timezone.now()))


def test_a_list_of_overdue_invoices_with_their_customers_takes_one_query(django_assert_num_queries):
    for number in range(3):
        customer = Customer.objects.create(stripe_id=f"cus_{number}", livemode=True)
        Invoice.objects.create(
            stripe_id=f"in_{number}", livemode=True, status="open", due_date=NOW - DAY, customer=customer
        )

    with django_assert_num_queries(1):
        assert len({row.customer.stripe_id for row in Invoice.objects.overdue(NOW).select_related("customer")}) == 3


@pytest.fixture(params=[Card, PaymentMethod])
def model(request):
    """A model with cards in it: one for each month, and one that is no card."""
    for year, month in [(2025, 12), (2026, 10), (2026, 11), (2026, 12), (2027, 1), (2027, 11)]:
        request.param.objects.create(stripe_id=f"{year}-{month:02}", livemode=True, exp_year=year, exp_month=month)
    request.param.objects.create(stripe_id="no card", livemode=True)
    return request.param


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (date(2026, 11, 30), []),
        (date(2026, 12, 1), ["2026-11"]),
        (datetime(2027, 1, 31, tzinfo=UTC), ["2026-11", "2026-12"]),
        (date(2028, 1, 1), ["2026-11", "2026-12", "2027-01", "2027-11"]),
    ],
)
def test_cards_that_expire_before_a_day(model, before, expected):
    assert ids(model.objects.expiring(before, after=NOW)) == expected


def test_cards_that_have_expired(model):
    assert ids(model.objects.expired(NOW)) == ["2025-12", "2026-10"]
    assert ids(model.objects.expired(date(2027, 2, 1))) == ["2025-12", "2026-10", "2026-11", "2026-12", "2027-01"]


def test_the_present_month_is_taken_where_none_is_given(model):
    model.objects.filter(stripe_id="no card").update(exp_year=timezone.now().year, exp_month=timezone.now().month)

    assert "no card" in ids(model.objects.expiring(timezone.now() + 40 * DAY))
    assert "no card" not in ids(model.objects.expired())
