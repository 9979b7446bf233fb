"""How far imports and reconciliations have come, in the admin."""

from datetime import UTC, datetime

import pytest

from pinax.stripe.models import Customer, ImportProgress, Reconciliation
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_utc(settings):
    settings.TIME_ZONE = "UTC"


@pytest.fixture
def an_import():
    """Of what a connected account has had since New Year, in test mode; it was interrupted."""
    return ImportProgress.objects.create(
        object_type="customer",
        stripe_account="acct_shop",
        livemode=False,
        since=1_767_225_600,
        cursor="cus_9",
        reached=1_769_904_000,
        pages=3,
        started_at=NOON,
    )


def test_an_import_is_told_in_words_and_moments(page, text, an_import):
    for html in (text(ImportProgress), text(an_import)):
        assert "2026-01-01 00:00:00" in html
        assert "2026-11-25 12:00:05" in html
        assert "Running or interrupted" in html
        assert "acct_shop</a>" in html
        assert ">test<" in html
        assert "icon-no" not in html
    assert "2026-02-01 00:00:00" in text(an_import)
    assert "1 import\n" in page(ImportProgress)


def test_an_import_of_everything_has_no_beginning(text, an_import):
    ImportProgress.objects.update(since=0, finished_at=NOON)

    html = text(ImportProgress)

    assert "1970" not in html
    assert "Running or interrupted" not in html


def test_a_reconciliation_is_told_in_words_and_moments(text):
    row = Reconciliation.objects.create(livemode=False, reached=NOON, started_at=NOON, at_stripe=23, recovered=1)

    for html in (text(Reconciliation), text(row)):
        assert "2026-11-25 12:00:05" in html
        assert "Running or interrupted" in html
        assert ">test<" in html
        assert "icon-no" not in html
        assert "t Stripe" in html
        assert "t stripe" not in html


def test_sweeps_are_narrowed_by_mode(listed, an_import):
    tested = Reconciliation.objects.create(livemode=False)
    live = Reconciliation.objects.create(livemode=True)

    assert listed(Reconciliation, mode="live") == {live}
    assert listed(Reconciliation, mode="test") == {tested}
    assert listed(ImportProgress, mode="live") == set()


def test_nothing_is_owed_in_whatever_currency(text, arrive):
    arrive("customer.created", build("customer", balance=0, currency=None))

    assert "minor units" not in text(Customer.objects.get())
