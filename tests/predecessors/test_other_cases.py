"""``manage.py stripe_adopt`` on databases of projects that have done more than the usual."""

import csv
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pinax.stripe.models import Customer, Event
from tests.predecessors.adopting import ALL, opened

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("predecessors"),
    pytest.mark.skipif(not ALL, reason="set CI to make the databases of unusual projects; not on MariaDB"),
]


@pytest.fixture
def left(request, made, stripe):
    with opened(made, stripe, request.param) as left:
        yield left


def of(variant):
    return pytest.mark.parametrize("left", [variant], indirect=True)


def adopted():
    return {*Event.objects.filter(processed=True, valid=True).values_list("stripe_id", "kind", "stripe_account")}


def done(left):
    return {(event["id"], event["type"], event.get("account", "")) for event in left.done}


@of("pinax-stripe, several users")
def test_of_several_users_one_is_linked_and_the_others_are_listed(left, tmp_path):
    said = left.adopt("--csv", str(tmp_path / "left.csv"))

    linked = Customer.objects.get(stripe_id="cus_shared", stripe_account="acct_1")
    assert linked.user.username == "cyd"
    rows = csv.DictReader((tmp_path / "left.csv").read_text("utf-8").splitlines())
    ben = str(User.objects.get(username="ben").pk)
    assert ("customer", "cus_shared", "acct_1", ben) in {
        (row["what"], row["stripe_id"], row["stripe_account"], row["user"]) for row in rows
    }
    assert "left over: 1 customers: the customer has several users; another one is linked" in said


@of("pinax-stripe, several users")
def test_events_whose_messages_were_blanked_are_known_too(left):
    left.adopt()
    first = adopted()
    said = left.adopt()

    assert first == adopted() == done(left)
    assert "0 recorded as processed, 4 recorded before" in said


@of("dj-stripe 2.9, rows of 2.8")
def test_events_of_old_versions_are_read_from_their_columns(left):
    left.adopt()

    assert adopted() == done(left)
    for event in left.done:
        assert int(Event.objects.get(stripe_id=event["id"]).created.timestamp()) == event["created"]


@of("dj-stripe 2.11, teams")
def test_events_whose_rows_were_deleted_are_known_by_their_deliveries(left):
    left.adopt()
    said = left.adopt()

    assert adopted() == done(left)
    assert "0 recorded as processed, 4 recorded before, 1 not processed there" in said


@of("dj-stripe 2.11, teams")
def test_subscribers_that_are_not_users_are_listed(left, tmp_path):
    said = left.adopt("--csv", str(tmp_path / "left.csv"))

    rows = [*csv.DictReader((tmp_path / "left.csv").read_text("utf-8").splitlines())]
    assert {(row["stripe_id"], row["stripe_account"]) for row in rows} == {
        ("cus_ada", ""),
        ("cus_ben", ""),
        ("cus_connected", "acct_1"),
    }
    assert "the subscriber is not a user, but a row of teams_team" in said
    assert not Customer.objects.exists()


@of("dj-stripe 2.11, two platforms")
def test_keys_of_two_accounts_have_to_be_platforms(left, settings):
    with pytest.raises(CommandError, match=r"keys of several accounts: acct_1, acct_.*PINAX_STRIPE_PLATFORMS"):
        left.adopt()
    assert not Customer.objects.exists()

    settings.PINAX_STRIPE_PLATFORMS = {"eu": {"SECRET_KEY": "sk_live_eu", "ACCOUNT": "acct_1"}}
    left.adopt()

    (connected,) = [event["id"] for event in left.done if "account" in event]
    assert {*Event.objects.values_list("stripe_id", "platform")} == {
        (event["id"], "eu" if event["id"] == connected else "") for event in left.done
    }
    assert Customer.objects.get(stripe_id="cus_connected").user.username == "cyd"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "The database has no tables of any of these: pinax-stripe, pinax-stripe-light, dj-stripe"),
        (("--from", "dj-stripe"), "The database has no tables of dj-stripe: djstripe_event, "),
    ],
)
def test_without_old_tables_it_says_so(options, said):
    with pytest.raises(CommandError, match=said):
        call_command("stripe_adopt", *options, stdout=StringIO())


@of("pinax-stripe, several users")
def test_the_mode_of_customers_is_asked_for_if_the_key_does_not_show_it(left, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "a_key_of_another_form"
    with pytest.raises(CommandError, match="give --livemode or --testmode"):
        left.adopt()

    left.adopt("--testmode")

    assert Customer.objects.get(stripe_id="cus_shared").livemode is False


@of("pinax-stripe, several users")
def test_a_file_that_cannot_be_written_is_named(left, tmp_path):
    with pytest.raises(CommandError, match=r"no/left\.csv cannot be written"):
        left.adopt("--csv", str(tmp_path / "no" / "left.csv"))
