"""Revenue and refunds: integers, by month, never one currency with another."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.backends.sqlite3 import _functions

from pinax.stripe.exceptions import UnknownTimeZone
from pinax.stripe.models import Charge, Refund

pytestmark = pytest.mark.django_db

NOV, DEC, JAN = (datetime(*month, 1, tzinfo=UTC) for month in ((2026, 11), (2026, 12), (2027, 1)))
SECOND = timedelta(seconds=1)


@pytest.fixture
def charged():
    """Let a charge have happened."""

    def charged(created, amount, currency="eur", **known):
        facts = {"status": "succeeded", "captured": True, "amount_refunded": 0, "livemode": True, **known}
        number = Charge.all_objects.count()
        return Charge.objects.create(
            stripe_id=f"ch_{number}", created=created, amount=amount, currency=currency, **facts
        )

    return charged


def row(month, currency, count, total, total_refunded=0):
    amounts = {"total": total, "total_refunded": total_refunded, "net": total - total_refunded}
    return {"month": month.date(), "currency": currency, "count": count, **amounts}


def test_what_was_earned_in_each_month_and_currency(charged, django_assert_num_queries):
    charged(NOV, 1000)
    charged(DEC - SECOND, 500, amount_refunded=200)
    charged(DEC, 700)
    charged(DEC, 100_000, "jpy")
    charged(DEC, 1234, "kwd", amount_refunded=1234)

    with django_assert_num_queries(1):
        months = list(Charge.objects.captured().per_month())

    assert months == [
        row(NOV, "eur", 2, 1500, 200),
        row(DEC, "eur", 1, 700),
        row(DEC, "jpy", 1, 100_000),
        row(DEC, "kwd", 1, 1234, 1234),
    ]
    assert all(
        type(value) is int for month in months for key, value in month.items() if key not in {"month", "currency"}
    )
    assert all(type(month["month"]) is date for month in months)


def test_only_what_was_captured_is_earned(charged):
    charged(NOV, 1, status="failed", captured=False)
    charged(NOV, 2, status="pending")
    charged(NOV, 4, captured=False)  # authorized
    charged(NOV, 8, captured=None)
    charged(NOV, 16, deleted_at=NOV)
    charged(NOV, 32)

    assert [month["total"] for month in Charge.objects.captured().per_month()] == [32]


def test_charges_of_a_month_by_currency(charged):
    charged(NOV, 1000)
    charged(NOV, 1000, "usd")
    charged(DEC - SECOND, 1, "usd")
    charged(DEC, 1000)

    assert list(Charge.objects.succeeded().during(NOV, DEC).by_currency()) == [
        {"currency": "eur", "count": 1, "total": 1000, "total_refunded": 0, "net": 1000},
        {"currency": "usd", "count": 2, "total": 1001, "total_refunded": 0, "net": 1001},
    ]


def test_modes_and_accounts_are_chosen_before(charged):
    charged(NOV, 1)
    charged(NOV, 2, livemode=False)
    charged(NOV, 4, stripe_account="acct_1")

    ours = Charge.objects.captured().in_livemode(True).of_account("")

    assert [month["total"] for month in ours.per_month()] == [1]


def test_an_amount_that_is_not_known_counts_as_nothing(charged):
    charged(NOV, None, amount_refunded=None)
    charged(DEC, 5, amount_refunded=None)

    assert list(Charge.objects.captured().per_month()) == [row(NOV, "eur", 1, 0), row(DEC, "eur", 1, 5)]


def test_a_sum_is_larger_than_32_bits(charged):
    for _ in range(3):
        charged(NOV, 10**17)

    assert Charge.objects.captured().per_month()[0]["total"] == 3 * 10**17


def test_a_month_begins_in_utc_whatever_the_project_s_time_zone(charged, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    charged(DEC - SECOND, 1)
    charged(DEC, 2)

    assert [month["month"].month for month in Charge.objects.captured().per_month()] == [11, 12]


def knows(tzname):
    """Whether the database knows a time zone: MySQL and MariaDB only if somebody has loaded the tables."""
    if connection.vendor != "mysql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONVERT_TZ('2026-12-01', 'UTC', %s)", [tzname])
        return cursor.fetchone()[0] is not None


def test_or_elsewhere_if_the_database_knows_the_time_zone(charged):
    charged(DEC - SECOND, 1)

    months = Charge.objects.captured().per_month(ZoneInfo("Europe/Berlin"))

    if knows("Europe/Berlin"):
        assert [month["month"].month for month in months] == [12]
    else:
        with pytest.raises(UnknownTimeZone, match=r"Europe/Berlin.+mysql_tzinfo_to_sql"):
            list(months)


@pytest.fixture
def without_time_zones():
    """Let the database not know any time zone, as MariaDB does without its tables: each conversion gives NULL."""
    if connection.vendor != "sqlite":
        pytest.skip("MariaDB has a test of its own; PostgreSQL always has its time zones")
    connection.ensure_connection()
    connection.connection.create_function("django_date_trunc", 4, lambda *_: None, deterministic=True)
    yield
    _functions.register(connection.connection)


def test_a_time_zone_that_the_database_does_not_know_is_an_error(charged, without_time_zones):
    charged(DEC - SECOND, 1)

    with pytest.raises(UnknownTimeZone, match=r"Pacific/Auckland.+mysql_tzinfo_to_sql"):
        list(Charge.objects.captured().per_month(ZoneInfo("Pacific/Auckland")))


def test_what_has_no_date_is_in_no_month(charged):
    charged(None, 1)
    charged(DEC, 2)

    assert {month["month"]: month["total"] for month in Charge.objects.captured().per_month()} == {
        None: 1,
        DEC.date(): 2,
    }


def test_refunds_count_in_the_month_in_which_they_were_made(charged):
    charge = charged(NOV, 1000, amount_refunded=300)
    known = {"charge": charge, "livemode": True, "currency": "eur"}
    Refund.objects.create(stripe_id="re_1", created=DEC, amount=100, status="succeeded", **known)
    Refund.objects.create(stripe_id="re_2", created=JAN - SECOND, amount=200, status="succeeded", **known)
    Refund.objects.create(stripe_id="re_3", created=DEC, amount=400, status="failed", **known)

    assert list(Refund.objects.succeeded().per_month()) == [
        {"month": DEC.date(), "currency": "eur", "count": 2, "total": 300}
    ]
    assert list(Refund.objects.succeeded().by_currency()) == [{"currency": "eur", "count": 2, "total": 300}]
