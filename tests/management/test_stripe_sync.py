"""``manage.py stripe_sync``: what can be asked for, what it says, how it ends, and how it goes on."""

import io
import re
import sqlite3
import time
from contextlib import closing

import pytest
from django.core.management import CommandError
from django.db import connection

from pinax.stripe.imports import lists, rate_limiter
from pinax.stripe.management import progress
from pinax.stripe.models import Account, Charge, Customer, ImportProgress, Product, Subscription
from pinax.stripe.testing import build


@pytest.fixture
def stripe_sync(command):
    return command("stripe_sync")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.django_db
def test_everything_with_a_list_is_imported_in_every_mode_that_has_a_key(stripe, stripe_sync):
    for livemode in (False, True):
        stripe.put(build("customer"), livemode=livemode)
        stripe.put(build("subscription"), livemode=livemode)

    said = stripe_sync()

    assert sorted(Customer.objects.synced().values_list("livemode", flat=True)) == [False, True]
    assert Subscription.objects.count() == 2
    assert "customer (live mode): 1 page, 1 created\n" in said
    assert "subscription (test mode): 1 page, 1 created\n" in said
    asked = {request.path for request in stripe.requests if "{" not in request.path}
    assert len(asked) == len(lists.object_types()) - 2  # persons and capabilities are a connected account's


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Customer", "customer"])
def test_models_and_object_types_are_imported_by_name(stripe, stripe_sync, name):
    stripe.put(build("customer"))
    stripe.put(build("product"))

    stripe_sync(name, "--testmode")

    assert (Customer.objects.count(), Product.objects.count()) == (1, 0)
    assert [request.path for request in stripe.requests] == ["/v1/customers"]


@pytest.mark.django_db
def test_one_mode_is_imported_where_only_that_is_wanted_or_has_a_key(stripe, stripe_sync, settings):
    for livemode in (False, True):
        stripe.put(build("customer"), livemode=livemode)

    stripe_sync("customer", "--livemode")
    assert [customer.livemode for customer in Customer.objects.all()] == [True]
    settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake", None
    stripe_sync("customer")
    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_named_accounts_are_imported_and_only_they(stripe, stripe_sync):
    for account in ("acct_1", "acct_2", "acct_3"):
        stripe.connect(account)
        stripe.put(build("customer", id="cus_1"), account=account)

    said = stripe_sync("customer", "--testmode", "--account", "acct_1", "--account=acct_2")

    assert sorted(Customer.objects.values_list("stripe_account", flat=True)) == ["acct_1", "acct_2"]
    assert "customer (test mode, acct_2): 1 page, 1 created\n" in said


@pytest.mark.django_db
def test_all_accounts_are_our_own_and_those_that_are_known_and_connected(stripe, stripe_sync, post_event):
    for account in ("acct_1", "acct_2"):
        stripe.connect(account)
    for account in ("", "acct_1", "acct_2"):
        stripe.put(build("customer", id="cus_1"), account=account)
    post_event(stripe.event("account.updated", build("account", id=stripe.account_id)))
    post_event(stripe.event("account.updated", build("account", id="acct_2"), account="acct_2"))
    Account.objects.filter(stripe_id="acct_2").update(deauthorized_at="2026-01-01T00:00:00Z")

    stripe_sync("account", "customer", "--testmode", "--all-accounts")

    assert sorted(Customer.objects.values_list("stripe_account", flat=True)) == ["", "acct_1"]


@pytest.mark.django_db
def test_where_stripe_does_not_say_which_account_is_ours_none_of_them_is_imported(stripe, stripe_sync):
    with stripe.answering(status=403, path="/v1/account"), pytest.raises(CommandError, match="1 failed"):
        stripe_sync("customer", "--testmode", "--all-accounts")

    assert "Stripe answered 403" in stripe_sync.errors.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["2026-03-01", "1"])
def test_since_takes_a_date_or_a_number_of_days(stripe, stripe_sync, since):
    stripe.put(build("customer", id="cus_old", created=1_700_000_000))
    stripe.put(build("customer", id="cus_new"))

    stripe_sync("customer", "--testmode", "--since", since)

    assert Customer.objects.get().stripe_id == "cus_new"
    assert int(stripe.requests[-1].query["created[gte]"]) % 86400 == 0


@pytest.mark.django_db
def test_stubs_are_filled_those_that_they_point_at_too_and_what_is_gone_is_noted(stripe, stripe_sync):
    stripe.put(build("customer", id="cus_1", name="Ada"))
    stripe.put(build("payment_intent", id="pi_1", customer="cus_1"))
    stripe.put(build("charge", id="ch_1", payment_intent="pi_1", customer="cus_gone", payment_method=None))
    stripe_sync("charge", "--testmode")
    stripe.requests.clear()

    said = stripe_sync("--stubs", "--testmode")

    assert Customer.objects.get().name == "Ada"
    assert Customer.all_objects.deleted().get().stripe_id == "cus_gone"
    assert Charge.objects.get().payment_intent.customer == Customer.objects.get()
    assert "customer (test mode): 0 pages, 1 pruned, 1 filled\n" in said
    assert len(stripe.asked("/v1/customers/*")) == 2
    stripe.requests.clear()
    assert "customer" not in stripe_sync("--stubs", "customer", "payment_intent", "--testmode")
    assert stripe.requests == []


@pytest.mark.django_db
def test_a_stub_that_cannot_be_had_does_not_stop_the_others(stripe, stripe_sync):
    for nth in (1, 2):
        stripe.put(build("customer", id=f"cus_{nth}"))
        stripe.put(build("charge", customer=f"cus_{nth}"))
    stripe_sync("charge", "--testmode")

    with stripe.answering(status=403, path="/v1/customers/cus_1"), pytest.raises(CommandError, match="1 failed"):
        stripe_sync("--stubs", "--testmode", "Customer")

    assert [customer.stripe_id for customer in Customer.objects.synced()] == ["cus_2"]
    assert "cus_1: Stripe answered 403" in stripe_sync.errors.getvalue()


@pytest.mark.django_db
def test_what_is_gone_is_noted_with_prune_missing(stripe, stripe_sync):
    customer = stripe.put(build("customer", id="cus_1"))
    stripe_sync("customer", "--testmode")
    stripe.remove(customer)

    assert "nothing there" in stripe_sync("customer", "--testmode")
    assert "1 pruned" in stripe_sync("customer", "--testmode", "--prune-missing")
    assert Customer.objects.count() == 0


@pytest.mark.django_db
def test_a_dry_run_writes_nothing(stripe, stripe_sync):
    stripe.put(build("customer"))

    assert "1 created" in stripe_sync("customer", "--dry-run", "--testmode")
    assert Customer.objects.count() == ImportProgress.objects.count() == 0


@pytest.mark.django_db
def test_a_list_that_fails_does_not_stop_the_others_and_the_command_says_so(stripe, stripe_sync, monkeypatch):
    stripe.put(build("customer"))
    monkeypatch.setattr(rate_limiter, "ATTEMPTS", 2)

    with stripe.answering(status=500, path="/v1/products"), pytest.raises(CommandError, match="1 failed") as error:
        stripe_sync("product", "customer", "--testmode")

    assert error.value.returncode == 1
    assert Customer.objects.count() == 1
    assert "Stripe answered 500" in stripe_sync.errors.getvalue()


@pytest.mark.django_db
def test_ctrl_c_says_how_to_go_on(stripe, stripe_sync, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(rate_limiter, "sleep", interrupt)

    with pytest.raises(CommandError, match="Run the same command again") as error:
        stripe_sync("customer", "product", "--testmode", "--rate", "0.1")
    assert error.value.returncode == 130


@pytest.mark.django_db
def test_on_a_terminal_there_is_a_bar_where_tqdm_is_installed(stripe, stripe_sync, monkeypatch):
    shown = []

    class Tqdm:
        def __init__(self, desc, unit, file, leave):
            self.n, self.desc = 0, desc

        def update(self, by):
            self.n += by

        def close(self):
            shown.append((self.desc, self.n))

    monkeypatch.setattr(progress, "tqdm", Tqdm)
    for _ in range(120):
        stripe.put(build("customer"))
    stripe.put(build("product"))

    stripe_sync("product", "customer", "--testmode", stdout=Terminal())

    assert shown == [("product (test mode)", 1), ("customer (test mode)", 120)]


@pytest.mark.django_db
def test_elsewhere_there_are_plain_lines_now_and_then(stripe, stripe_sync, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 0)
    monkeypatch.setattr(progress, "tqdm", None)
    for _ in range(120):
        stripe.put(build("customer"))

    for out in (io.StringIO(), Terminal()):
        said = stripe_sync("customer", "--testmode", "--restart", stdout=out)
        assert re.search(r"^… customer \(test mode\): 1 page, 100 \w+$", said, re.MULTILINE)


@pytest.mark.django_db
def test_with_debug_no_more_statements_are_kept_than_a_page_takes(stripe, stripe_sync, settings):
    for _ in range(550):
        stripe.put(build("customer"))
    settings.DEBUG = True

    stripe_sync("customer", "--testmode")

    assert Customer.objects.count() == 550
    assert len(connection.queries) < 20


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["custmer"], "did you mean customer"),
        (["nonsense"], "nonsense is not a type of objects that can be imported"),
        (["Card"], "Stripe has no list of Card"),
        (["OtherObject"], "not a type of objects that can be imported"),
        (["--account", "../x"], "argument --account: '../x' is not the id of an account"),
        (["--since", "yesterday"], "date or number of days"),
        (["--rate", "0"], "argument --rate: '0' is not a rate"),
        (["--rate", "inf"], "is not a rate"),
        (["--rate", "fast"], "is not a rate"),
        (["--since", "9999999999"], "date or number of days"),
        (["--prune-missing", "--since", "3"], "--prune-missing needs whole lists"),
        (["--prune-missing", "--dry-run"], "--prune-missing needs whole lists"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(stripe, stripe_sync, args, said):
    with pytest.raises(CommandError, match=said):
        stripe_sync(*args)
    assert stripe.requests == []


@pytest.mark.parametrize(
    ("key", "said"), [("", "PINAX_STRIPE_SECRET_KEY is not set"), ("sk_old", "--livemode or --testmode")]
)
def test_a_mode_is_asked_for_where_the_keys_do_not_tell(stripe_sync, settings, key, said):
    settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_TEST_SECRET_KEY = key, None

    with pytest.raises(CommandError, match=said):
        stripe_sync()


@pytest.mark.loopback
def test_killed_half_way_it_goes_on_with_no_row_twice_and_none_missing(stripe, process):
    for nth in range(2000):
        stripe.put(build("customer", id=f"cus_{nth}"))
    args = ["stripe_sync", "customer", "--testmode", "--rate", "1000"]

    with stripe.answering(delay=0.05):
        killed = process(*args)
        while len(stripe.requests) < 9 and killed.poll() is None:
            time.sleep(0.005)
        killed.kill()
        killed.communicate()
        assert killed.returncode == -9
    rows = "select count(*), count(distinct stripe_id) from pinaxstripe_customer where synced_at is not null"
    with closing(sqlite3.connect(process.database)) as connection:
        assert connection.execute(rows).fetchone()[0] in range(700, 1000)
    stripe.requests.clear()

    said, _ = process(*args).communicate()

    with closing(sqlite3.connect(process.database)) as connection:
        assert connection.execute(rows).fetchone() == (2000, 2000)
    assert "starting_after" in stripe.requests[0].query
    assert len(stripe.requests) <= 14
    assert "customer (test mode)" in said
