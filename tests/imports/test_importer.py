"""Importing a list: pages into rows, once and for all, however often it is begun or interrupted."""

import gc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import DataError, OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

from pinax.stripe import client
from pinax.stripe.exceptions import NoSuchObject, RateLimited, RequestRefused, StripeUnreachable
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.imports import rate_limiter
from pinax.stripe.imports.importer import import_list
from pinax.stripe.imports.lists import SIZE, ObjectType, listed_snapshot, listing, object_type_named, object_types
from pinax.stripe.imports.stats import Stats
from pinax.stripe.models import (
    Account,
    BankAccount,
    Card,
    Charge,
    Coupon,
    Customer,
    Dispute,
    ImportProgress,
    Invoice,
    InvoiceLineItem,
    OtherObject,
    Payout,
    Price,
    Product,
    Refund,
    StripeObject,
    Subscription,
    SubscriptionItem,
    TaxId,
)
from pinax.stripe.models.paths import LISTED, PATHS
from pinax.stripe.scope import Scope
from pinax.stripe.sync.bulk_write import BATCH, batches, write
from pinax.stripe.sync.snapshots import Snapshot
from pinax.stripe.testing import build
from pinax.stripe.times import Asked

NOW = datetime(2026, 11, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def slept(monkeypatch):
    """The pauses that were taken, in seconds, instead of waiting for them."""
    pauses = []
    monkeypatch.setattr(rate_limiter, "sleep", pauses.append)
    return pauses


@pytest.fixture
def import_all(stripe, slept):
    """Import a list, two seconds after whatever came before; returns what came of it."""

    def import_all(name, account="", livemode=False, since=0, before_each_page=None, **options):
        stripe.advance(2)
        stats = Stats(name)
        source = listing(object_type_named(name), Scope(account, livemode=livemode), since)
        import_list(
            source,
            rate_limiter.RateLimiter(rate=1_000_000),
            stats,
            report=before_each_page or (lambda stats: None),
            **options,
        )
        return stats

    return import_all


def list_of(*objects, has_more=False):
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": "/v1/somewhere"}


def put_customers(stripe, number, **options):
    for nth in range(number):
        stripe.put(build("customer", id=f"cus_{nth}", name=f"name {nth}"), **options)


def contents(model):
    """All that rows hold, but for the moments."""
    moments = {"as_of", "fetched_at", "synced_at"}
    names = [field.attname for field in model._meta.concrete_fields if field.name not in moments]
    return sorted(model.all_objects.values_list(*names), key=lambda row: row[0])


def test_all_pages_become_rows(stripe, import_all):
    put_customers(stripe, 250)

    stats = import_all("customer")

    assert (stats.counts, stats.problems) == ({"created": 250}, [])
    assert Customer.objects.synced().count() == 250
    assert Customer.objects.get(stripe_id="cus_7").name == "name 7"


def test_a_row_is_as_of_the_answer_and_fetched_at_the_question(stripe, import_all):
    put_customers(stripe, 1)

    import_all("customer")

    row = Customer.objects.get()
    assert (row.as_of.timestamp(), row.fetched_at.timestamp()) == (stripe.now, stripe.now - 1)


def test_twice_is_the_same_as_once(stripe, import_all):
    put_customers(stripe, 120)
    stripe.put(build("subscription", customer="cus_1"))
    for name in ("customer", "subscription"):
        import_all(name)
    once = [contents(model) for model in (Customer, Subscription, SubscriptionItem, Price)]

    customers, subscriptions = import_all("customer"), import_all("subscription")

    assert [contents(model) for model in (Customer, Subscription, SubscriptionItem, Price)] == once
    assert (customers.counts, subscriptions.counts) == ({"unchanged": 120}, {"unchanged": 1})


def test_what_has_changed_is_updated(stripe, import_all):
    put_customers(stripe, 2)
    import_all("customer")
    stripe.put(build("customer", id="cus_0", name="Ada"))

    assert import_all("customer").counts == {"updated": 1, "unchanged": 1}
    assert Customer.objects.get(stripe_id="cus_0").name == "Ada"


def test_a_link_of_our_own_outlives_an_import(stripe, import_all, django_user_model):
    put_customers(stripe, 1)
    import_all("customer")
    Customer.objects.update(user=django_user_model.objects.create(username="ada"))
    stripe.put(build("customer", id="cus_0", name="Ada"))

    import_all("customer")

    assert (Customer.objects.get().name, Customer.objects.get().user.username) == ("Ada", "ada")


def test_a_row_that_reflects_a_later_moment_is_left_alone(stripe, post_event, import_all):
    put_customers(stripe, 1)
    late = stripe.event("customer.updated", build("customer", id="cus_0", name="newer"), created=stripe.now + 100)
    stripe.put(build("customer", id="cus_0", name="older"))
    post_event(late)

    stats = import_all("customer")

    assert stats.counts == {"left alone": 1}
    assert Customer.objects.get().name == "newer"


def test_an_event_that_comes_while_a_page_is_on_its_way_wins(stripe, post_event, slept):
    put_customers(stripe, 1)
    stripe.advance(2)
    source = listing(object_type_named("customer"), Scope(livemode=False))
    page = client.page(source.source.path, {}, {}, Scope(livemode=False))
    stripe.advance(5)
    post_event(stripe.event("customer.updated", build("customer", id="cus_0", name="newer")))

    assert write([listed_snapshot(source, data, page.asked) for data in page.objects]) == {"left alone": 1}
    assert Customer.objects.get().name == "newer"


def test_an_event_after_the_import_goes_on_from_there(stripe, post_event, import_all):
    put_customers(stripe, 1)
    import_all("customer")
    stripe.advance(5)

    post_event(stripe.event("customer.updated", build("customer", id="cus_0", name="newer")))

    assert Customer.objects.get().name == "newer"


def test_a_tombstone_of_what_is_listed_is_a_row_again(stripe, post_event, import_all):
    post_event(stripe.event("coupon.created", build("coupon", id="SUMMER")))
    stripe.advance(5)
    post_event(stripe.event("coupon.deleted", build("coupon", id="SUMMER")))
    stripe.put(build("coupon", id="SUMMER"))
    stripe.advance(5)

    assert import_all("coupon").counts == {"updated": 1}
    assert Coupon.objects.get().stripe_id == "SUMMER"


def test_references_make_stubs_and_later_lists_fill_them(stripe, import_all):
    customer = stripe.put(build("customer", id="cus_1", name="Ada"))
    subscription = stripe.put(build("subscription", customer=customer["id"]))

    import_all("subscription")
    assert Customer.objects.get().is_stub
    assert Subscription.objects.get().customer == Customer.objects.get()
    assert import_all("customer").counts == {"created": 1}

    assert Customer.objects.get().name == "Ada"
    assert Subscription.objects.get().stripe_id == subscription["id"]


def test_objects_of_one_page_may_point_at_each_other(stripe, import_all):
    stripe.put(build("payout", id="po_1"))
    stripe.put(build("payout", id="po_2", original_payout="po_1"))

    assert import_all("payout").counts == {"created": 2}
    assert Payout.objects.get(stripe_id="po_2").original_payout.is_stub is False


def test_subscriptions_come_with_their_items_the_canceled_ones_too(stripe, import_all):
    for status in ("active", "canceled"):
        stripe.put(build("subscription", status=status))

    import_all("subscription")

    assert sorted(Subscription.objects.values_list("status", flat=True)) == ["active", "canceled"]
    assert SubscriptionItem.objects.filter(subscription__status="canceled").count() == 1


def test_an_item_that_a_subscription_has_lost_is_gone(stripe, import_all):
    items = [build("subscription_item", id=f"si_{nth}") for nth in (1, 2)]
    subscription = build("subscription", id="sub_1")
    stripe.put({**subscription, "items": list_of(*items)})
    import_all("subscription")
    assert SubscriptionItem.objects.count() == 2

    stripe.put({**subscription, "items": list_of(items[0])})
    import_all("subscription")

    assert [item.stripe_id for item in SubscriptionItem.objects.all()] == ["si_1"]


def test_customers_come_with_their_sources_and_tax_ids(stripe, import_all):
    card = build("card", id="card_1", customer="cus_1")
    tax_id = build("tax_id", id="txi_1", customer="cus_1", type="eu_vat")
    stripe.put({**build("customer", id="cus_1"), "sources": list_of(card), "tax_ids": list_of(tax_id)})

    import_all("customer")

    assert stripe.requests[-1].query["expand[]"] in {"data.sources", "data.tax_ids"}
    assert Card.objects.get().customer.stripe_id == "cus_1"
    assert Customer.objects.get().tax_ids.get() == TaxId.objects.get()


def test_what_stripe_left_out_of_a_long_list_is_asked_for(stripe, import_all):
    lines = [build("line_item", id=f"il_{nth}", invoice="in_1") for nth in range(130)]
    for line in reversed(lines):
        stripe.put(line)
    stripe.put({**build("invoice", id="in_1"), "lines": list_of(*lines[:10], has_more=True)})
    stripe.requests.clear()

    import_all("invoice")

    assert InvoiceLineItem.objects.filter(invoice=Invoice.objects.get()).count() == 130
    assert [request.path for request in stripe.requests] == ["/v1/invoices", *["/v1/invoices/in_1/lines"] * 2]


def test_a_line_that_is_gone_when_the_rest_is_asked_for_is_not_imported(stripe, import_all):
    line = build("line_item", id="il_1", invoice="in_1")
    stripe.put({**build("invoice", id="in_1"), "lines": list_of(line, has_more=True)})
    stripe.remove("line_item", "il_1")

    stats = import_all("invoice")

    assert (stats.failed, InvoiceLineItem.objects.count(), Invoice.objects.get().incomplete) == (0, 0, False)


def test_a_connected_accounts_objects_are_kept_under_it(stripe, import_all):
    stripe.connect("acct_1")
    for account in ("", "acct_1"):
        stripe.put(build("product", id="gold", name=account or "ours"), account=account)

    import_all("product")
    import_all("product", account="acct_1")

    assert set(Product.objects.values_list("stripe_account", "name")) == {("", "ours"), ("acct_1", "acct_1")}


def test_accounts_are_listed_for_the_platform_with_what_is_inside_them(stripe, import_all):
    stripe.connect("acct_1")
    bank = build("bank_account", id="ba_1", account="acct_1")
    stripe.put({**build("account", id="acct_1"), "external_accounts": list_of(bank)})

    import_all("account")

    assert (Account.objects.get().stripe_id, Account.objects.get().stripe_account) == ("acct_1", "")
    assert BankAccount.objects.get().stripe_account == "acct_1"
    assert BankAccount.objects.get().account == Account.objects.get()


def test_an_account_of_its_own_is_one_page(stripe, import_all):
    stripe.connect("acct_1")
    stripe.put(build("person", id="person_1", account="acct_1"), account="acct_1")
    stripe.put(build("capability", id="transfers", account="acct_1"), account="acct_1")

    for name in ("account", "person", "capability"):
        assert import_all(name, account="acct_1").counts == {"created": 1}

    assert "limit" not in stripe.requests[-1].query
    assert Account.objects.get().persons.get().stripe_id == "person_1"
    assert Account.objects.get().capabilities.get().stripe_account == "acct_1"


def test_both_modes_are_different_rows(stripe, import_all):
    for livemode in (False, True):
        stripe.put(build("product", id="gold"), livemode=livemode)
        import_all("product", livemode=livemode)

    assert sorted(Product.objects.values_list("livemode", flat=True)) == [False, True]


def test_an_object_of_the_other_mode_is_refused(stripe, import_all, settings):
    stripe._modes["sk_old"] = False  # a key that does not say its mode
    settings.PINAX_STRIPE_SECRET_KEY = "sk_old"
    stripe.put(build("product", id="gold"))

    stats = import_all("product", livemode=True)

    assert stats.problems == ["gold: Stripe listed gold, which is of the other mode"]
    assert Product.objects.count() == 0


def test_since_imports_what_was_created_since(stripe, import_all):
    for nth, created in enumerate((1000, 2000, 3000)):
        stripe.put(build("customer", id=f"cus_{nth}", created=created))

    import_all("customer", since=2000)

    assert sorted(Customer.objects.values_list("stripe_id", flat=True)) == ["cus_1", "cus_2"]


def test_a_list_that_cannot_be_narrowed_is_imported_whole(stripe, import_all):
    stripe.put(build("payment_method", created=1000))

    assert import_all("payment_method", since=2000).counts == {"created": 1}


def test_other_types_are_imported_by_name(stripe, import_all):
    stripe.put(build("billing.meter", id="mtr_1", display_name="calls"))

    import_all("billing.meter")
    import_all("billing.meter")

    assert OtherObject.objects.get(object_type="billing.meter").data["display_name"] == "calls"


def test_what_is_missing_is_asked_for_and_only_what_is_gone_is_pruned(stripe, post_event, import_all):
    for name in ("cus_1", "cus_2"):
        post_event(stripe.event("customer.created", build("customer", id=name)))
    post_event(stripe.event("review.opened", build("review", id="prv_1", open=True)))
    stripe.remove("customer", "cus_1")
    stripe.requests.clear()

    kept = import_all("customer")
    assert (kept.counts, Customer.objects.count()) == ({"unchanged": 1}, 2)
    pruned = import_all("customer", prune=True)

    assert pruned.counts == {"unchanged": 1, "pruned": 1}
    assert [request.path for request in stripe.requests].count("/v1/customers/cus_1") == 1
    assert [row.stripe_id for row in Customer.objects.all()] == ["cus_2"]
    assert Customer.all_objects.deleted().get().stripe_id == "cus_1"


def test_a_canceled_subscription_is_not_pruned(stripe, post_event, import_all):
    subscription = build("subscription", id="sub_1", status="canceled")
    post_event(stripe.event("customer.subscription.deleted", subscription))

    assert import_all("subscription", prune=True).counts == {"unchanged": 1}
    assert Subscription.objects.get().status == "canceled"


def test_what_a_list_does_not_show_but_stripe_has_is_kept(stripe, post_event, import_all):
    post_event(stripe.event("review.closed", build("review", id="prv_1", open=False)))
    with stripe.answering(body={"object": "list", "data": [], "has_more": False}, path="/v1/reviews"):
        stats = import_all("review", prune=True)

    assert stats.counts == {"still there": 1}


def test_a_part_of_a_list_prunes_nothing(stripe, post_event, import_all):
    post_event(stripe.event("customer.created", build("customer", id="cus_1")))
    stripe.remove("customer", "cus_1")

    import_all("customer", since=1, prune=True)

    assert Customer.objects.count() == 1


def test_what_is_refused_is_not_asked_again(stripe, import_all, slept):
    with stripe.answering(status=403, path="/v1/customers"):
        stats = import_all("customer")

    assert len(stripe.asked("/v1/customers")) == 1
    assert stats.problems == ["Stripe answered 403 (PermissionError)"]


def test_where_stripe_wants_fewer_requests_the_import_backs_off(stripe, import_all, slept):
    put_customers(stripe, 3)
    with stripe.answering(status=429, path="/v1/customers", times=4):
        stats = import_all("customer")

    pauses = [pause for pause in slept if pause > 0.1]
    assert (stats.counts, len(pauses)) == ({"created": 3}, 4)
    assert all(0.25 * 2**nth <= pause <= 0.5 * 2**nth for nth, pause in enumerate(pauses))


def test_a_stripe_that_stays_away_is_waited_for_once(slept):
    limiter, requests = rate_limiter.RateLimiter(rate=1_000_000), []

    def asked(answer=None):
        requests.append(answer)
        if answer is None:
            raise StripeUnreachable("no answer")
        return answer

    def attempts():
        requests.clear()
        with pytest.raises(StripeUnreachable):
            limiter.ask(asked)
        return len(requests)

    assert [attempts() for _ in range(3)] == [8, 2, 2]
    assert limiter.ask(lambda: asked("here")) == "here"
    assert attempts() == 8
    assert sum(slept) < 140


def test_a_page_that_fails_is_tried_again_then_reported_and_gone_on_with_next_time(
    stripe, import_all, slept, monkeypatch
):
    monkeypatch.setattr(rate_limiter, "ATTEMPTS", 3)
    put_customers(stripe, 250)
    failing = []

    def fail_after_the_first(stats):
        if not failing:
            failing.append(stripe.answering(status=None, path="/v1/customers"))

    stats = import_all("customer", before_each_page=fail_after_the_first)
    failing[0].end()
    assert (stats.counts, stats.failed) == ({"created": 100}, 1)
    assert max(slept) <= rate_limiter.LONGEST_PAUSE
    stripe.requests.clear()

    again = import_all("customer")

    assert again.counts["created"] == 150
    assert stripe.requests[0].query["starting_after"] == "cus_150"
    assert Customer.objects.count() == 250


def test_garbage_is_no_page(stripe, import_all):
    bodies = [
        {"object": "list", "data": [{"object": "customer"}], "has_more": False},
        {"object": "list", "data": [], "has_more": True},
        {"object": "list", "data": ["cus_1"], "has_more": False},
        {"object": "list", "data": [build("charge")], "has_more": False},
    ]
    for body in bodies:
        with stripe.answering(body=body, path="/v1/customers"):
            assert import_all("customer", restart=True).failed == 1
    assert Customer.objects.count() == 0


def refusing(error, *words, times=None):
    """Let the database refuse statements that write all of these words."""
    refused = []

    def refuse(execute, sql, params, many, context):
        said = f"{sql} {params}"
        if sql.startswith("INSERT") and all(word in said for word in words) and len(refused) != times:
            refused.append(sql)
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(refuse)


def test_an_object_that_cannot_be_written_does_not_stop_the_others(stripe, import_all):
    put_customers(stripe, 3)

    with refusing(DataError("the key is sk_test_canary"), "pinaxstripe_customer", "cus_1"):
        stats = import_all("customer")

    assert sorted(Customer.objects.values_list("stripe_id", flat=True)) == ["cus_0", "cus_2"]
    assert (stats.counts, stats.failed) == ({"created": 2}, 1)
    assert stats.problems == ["cus_1: DataError: the key is sk_…"]
    assert ImportProgress.objects.get().finished_at is not None


class Picky(DefaultHookSet):
    """Does not let one customer be kept."""

    broken = True

    def redact(self, message):
        if self.broken and message["data"]["object"].get("id") == "cus_2":
            raise LookupError("cus_2 has no rule")
        return message


def test_a_hook_that_does_not_let_one_of_five_be_kept_loses_neither_it_nor_the_others(
    stripe, import_all, settings, monkeypatch
):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Picky"
    put_customers(stripe, 5)

    stats = import_all("customer")

    assert (stats.counts, stats.failed) == ({"created": 4}, 1)
    assert stats.problems == [f"cus_2: {__name__}.Picky.redact raised LookupError"]
    assert [row.stripe_id for row in Customer.objects.stubs()] == ["cus_2"]
    assert ImportProgress.objects.get().finished_at is not None

    monkeypatch.setattr(Picky, "broken", False)
    call_command("stripe_sync", "customer", "--stubs", "--testmode", verbosity=0)
    assert Customer.objects.synced().count() == 5


def test_a_list_with_something_odd_in_it_is_imported_but_for_that(stripe, import_all):
    customers = [build("customer", id=f"cus_{nth}") for nth in range(3)]
    odd = [{"object": "customer"}, build("charge", id="ch_1"), build("customer", id="cus_9", livemode=True)]
    body = {"object": "list", "data": [*customers, *odd], "has_more": False}

    with stripe.answering(body=body, path="/v1/customers"):
        stats = import_all("customer")

    assert (stats.counts, stats.failed) == ({"created": 3}, 3)
    assert set(Customer.objects.values_list("stripe_id", flat=True)) == {"cus_0", "cus_1", "cus_2"}


class FailingHooks(DefaultHookSet):
    def user_for_customer(self, data):
        if data["id"] == "cus_1":
            raise KeyError("cus_1 has no user")
        return super().user_for_customer(data)


def test_a_hook_that_fails_for_one_object_does_not_stop_the_others(stripe, import_all, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.FailingHooks"
    put_customers(stripe, 3)

    stats = import_all("customer")

    assert (stats.counts, stats.failed) == ({"created": 2}, 1)
    assert stats.problems == ["cus_1: KeyError: 'cus_1 has no user'"]


class InterruptedHooks(DefaultHookSet):
    def user_for_customer(self, data):
        if data["id"] == "cus_0":
            raise KeyError("cus_0 has no user")
        if data["id"] == "cus_1":
            raise KeyboardInterrupt
        return super().user_for_customer(data)


def test_an_import_that_is_stopped_among_the_objects_of_a_page_takes_all_of_the_page_again(
    stripe, import_all, settings
):
    put_customers(stripe, 3)
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.InterruptedHooks"
    with pytest.raises(KeyboardInterrupt):
        import_all("customer")
    assert [customer.stripe_id for customer in Customer.objects.all()] == ["cus_2"]

    settings.PINAX_STRIPE_HOOKSET = "pinax.stripe.hooks.DefaultHookSet"
    import_all("customer")

    assert Customer.objects.count() == 3


def test_a_stub_that_somebody_makes_meanwhile_is_filled(stripe, import_all):
    put_customers(stripe, 3)
    made = []

    def make_a_stub(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "pinaxstripe_customer" in sql and not made:
            made.append(Customer(stripe_id="cus_1", livemode=False))
            Customer.all_objects.bulk_create(made)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(make_a_stub):
        stats = import_all("customer")

    assert (stats.counts, stats.failed, len(made)) == ({"created": 3}, 0, 1)
    assert Customer.objects.synced().count() == 3


@pytest.mark.django_db(transaction=True)
def test_several_imports_side_by_side_leave_no_row_twice_none_out_and_no_stub(stripe, import_all):
    for nth in range(300):
        stripe.put(build("customer", id=f"cus_{nth}"))
        stripe.put(build("subscription", id=f"sub_{nth}", customer=f"cus_{nth}"))
        stripe.put(build("charge", id=f"ch_{nth}", customer=f"cus_{299 - nth}"))

    def one(name):
        try:
            return import_all(name)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        tallies = list(threads.map(one, ["subscription", "customer", "charge"] * 2))

    assert [stats.problems for stats in tallies] == [[]] * 6
    for model in (Customer, Subscription, Charge):
        assert (model.objects.count(), model.objects.stubs().count()) == (300, 0)
    assert SubscriptionItem.objects.count() == 300
    assert ImportProgress.objects.filter(finished_at=None).count() == 0


def test_a_page_begins_with_a_write_for_which_sqlite_waits_where_others_write(stripe, import_all):
    put_customers(stripe, 3)

    with CaptureQueriesContext(connection) as captured:
        import_all("customer")

    said = [query["sql"] for query in captured.captured_queries]
    looked = next(number for number, sql in enumerate(said) if "pinaxstripe_customer" in sql)
    begun = max(number for number, sql in enumerate(said[:looked]) if sql.startswith(("BEGIN", "SAVEPOINT")))
    assert said[begun + 1].startswith("UPDATE")
    assert "pinaxstripe_importprogress" in said[begun + 1]


def test_a_page_of_long_lists_is_written_in_parts(stripe, import_all):
    for nth in range(5):
        lines = [build("line_item", id=f"il_{nth}_{line}", invoice=f"in_{nth}") for line in range(700)]
        stripe.put({**build("invoice", id=f"in_{nth}"), "lines": list_of(*lines)})
    asked_for = []

    def watch(execute, sql, params, many, context):
        if "SELECT" in sql and " IN (" in sql:
            asked_for.append(len(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        stats = import_all("invoice")

    assert (stats.counts, stats.pages) == ({"created": 5}, 1)
    assert InvoiceLineItem.objects.count() == 3500
    assert max(asked_for) < 3 * BATCH


def test_a_part_has_one_object_at_least(stripe):
    source = listing(object_type_named("invoice"), Scope(livemode=False))
    sizes = [0, BATCH + 1, 500, 500, 1500, 3, 3]
    invoices = [{**build("invoice", id=f"in_{nth}"), "lines": list_of(*[{}] * size)} for nth, size in enumerate(sizes)]
    snapshots = [listed_snapshot(source, data, Asked(NOW, NOW)) for data in invoices]

    parts = batches(snapshots)

    assert [len(part) for part in parts] == [1, 1, 2, 3]
    assert [snapshot for part in parts for snapshot in part] == snapshots
    assert batches([]) == []


def test_what_stands_in_memory_does_not_grow_with_the_list(stripe, import_all, little_garbage):
    put_customers(stripe, 1500)
    alive = []

    def count(stats):
        gc.collect()
        kinds_of = Counter(type(thing) for thing in gc.get_objects())
        alive.append([kinds_of[kind] for kind in (Customer, Snapshot, client.Page)])

    import_all("customer", before_each_page=count)

    assert len(alive) == 16
    assert all(rows <= 2 * SIZE and copies <= 2 * SIZE and pages <= 3 for rows, copies, pages in alive), alive


def test_what_only_says_that_it_is_gone_is_no_content(stripe, post_event, import_all):
    post_event(stripe.event("customer.created", build("customer", id="cus_1", name="Ada")))
    gone = {"id": "cus_1", "object": "customer", "deleted": True}

    with stripe.answering(body=list_of(gone), path="/v1/customers"):
        assert import_all("customer").counts == {}

    assert Customer.objects.get().name == "Ada"


def test_a_mode_that_is_not_told_is_the_one_that_was_asked_for(stripe, import_all):
    told = build("product", id="gold") | {"livemode": None}

    with stripe.answering(body=list_of(told), path="/v1/products"):
        assert import_all("product", livemode=True).problems == []

    assert Product.objects.get().livemode is True


def test_an_import_links_customers_to_their_users(stripe, import_all, django_user_model):
    ada = django_user_model.objects.create(username="ada")
    stripe.put(build("customer", id="cus_1", metadata={"user_id": str(ada.pk)}))

    import_all("customer")

    assert Customer.objects.get().user == ada


def test_an_id_that_no_column_holds_is_no_cursor_either(stripe, import_all):
    put_customers(stripe, 3)
    stripe.put(build("customer", id="cus_" + "x" * 300))

    stats = import_all("customer")

    assert Customer.objects.filter(stripe_id__regex=r"^cus_\d$").count() == 3
    if connection.vendor != "sqlite":  # which has no limit
        assert (stats.counts["created"], stats.failed) == (3, 1)
        assert stats.problems[0].startswith("cus_x")


def test_a_page_that_the_database_makes_give_way_is_written_anew(stripe, import_all):
    put_customers(stripe, 3)

    with refusing(OperationalError("deadlock detected"), "pinaxstripe_customer", times=2):
        stats = import_all("customer")

    assert (stats.counts, stats.failed) == ({"created": 3}, 0)


def test_a_database_that_fails_stops_the_list_before_the_page_that_it_could_not_take(stripe, import_all):
    put_customers(stripe, 250)

    with refusing(OperationalError("database is locked"), "pinaxstripe_customer", "cus_20"):
        stats = import_all("customer")
    assert (stats.problems, stats.counts) == (["OperationalError: database is locked"], {})

    assert import_all("customer").counts == {"created": 250}


def test_what_one_account_has_lost_is_missed_by_type(stripe, post_event, import_all):
    for kind in ("billing.meter", "billing.alert"):
        post_event(stripe.event(f"{kind}.created", build(kind, id="same"), id=f"evt_{kind.replace('.', '')}"))
        stripe.remove(kind, "same")

    assert import_all("billing.meter", prune=True).counts == {"pruned": 1}
    assert OtherObject.objects.get().object_type == "billing.alert"


def test_an_account_that_has_disconnected_is_not_asked_for(stripe, post_event, import_all):
    stripe.connect("acct_1")
    post_event(stripe.event("account.updated", build("account", id="acct_1"), account="acct_1"))
    Account.objects.update(deauthorized_at="2026-01-01T00:00:00Z")
    stripe.disconnect("acct_1")

    assert import_all("account", prune=True).counts == {}


def test_an_interrupted_import_goes_on_where_it_stopped(stripe, import_all):
    put_customers(stripe, 350)

    def stop(stats):
        if stats.pages == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_all("customer", before_each_page=stop)
    assert Customer.objects.count() == 200
    stripe.requests.clear()

    import_all("customer")

    assert [request.query.get("starting_after") for request in stripe.requests] == ["cus_150", "cus_50", None]
    assert Customer.objects.count() == 350
    assert ImportProgress.objects.get().finished_at is not None


def test_restart_forgets_where_it_stopped(stripe, import_all):
    put_customers(stripe, 150)

    def stop(stats):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_all("customer", before_each_page=stop)

    assert import_all("customer", restart=True).counts == {"unchanged": 100, "created": 50}
    assert ImportProgress.objects.count() == 1


def test_what_is_created_meanwhile_is_not_missed(stripe, import_all):
    put_customers(stripe, 250)

    def somebody_comes(stats):
        if stats.pages == 1:
            stripe.advance(5)
            stripe.put(build("customer", id="cus_new", created=stripe.now))

    stats = import_all("customer", before_each_page=somebody_comes)

    assert stats.counts == {"created": 251}
    assert Customer.objects.filter(stripe_id="cus_new").exists()


@pytest.mark.parametrize("kind", ["customer", "payment_method"])
def test_where_the_last_object_of_a_page_is_gone_the_list_still_goes_on(stripe, import_all, kind):
    for nth in range(250):
        stripe.put(build(kind, id=f"id_{nth}", created=10_000 + nth))

    def lose_the_last(stats):
        if stats.pages == 1:
            stripe._store._objects.pop(("", False, kind, "id_150"))

    stats = import_all(kind, before_each_page=lose_the_last)

    assert (stats.failed, object_type_named(kind).model.objects.count()) == (0, 250)


def test_imports_since_different_days_do_not_meet(stripe, import_all):
    put_customers(stripe, 150)

    def stop(stats):
        raise KeyboardInterrupt

    for since in (0, 1000, 2000):
        with pytest.raises(KeyboardInterrupt):
            import_all("customer", since=since, before_each_page=stop)

    assert sorted(ImportProgress.objects.values_list("since", flat=True)) == [0, 2000]


def test_a_dry_run_counts_and_writes_nothing(stripe, import_all):
    put_customers(stripe, 3)

    assert import_all("customer", dry_run=True).counts == {"created": 3}
    assert (Customer.objects.count(), ImportProgress.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", ["customer", "subscription", "invoice", "charge", "refund"])
def test_the_number_of_statements_does_not_grow_with_the_page(stripe, import_all, kind):
    def statements(number):
        for _ in range(number):
            stripe.put(build(kind))
        with CaptureQueriesContext(connection) as captured:
            import_all(kind)
        return len(captured)

    statements(10)
    known = statements(0)

    assert statements(10) <= known + 11  # what new rows take besides: stubs, and keys for their children
    if connection.features.max_query_params is None:  # SQLite takes no more than so many values at once
        assert statements(70) <= known + 11
        assert statements(0) == known


def test_a_new_invoice_whose_lines_point_back_at_it_is_inserted_once(stripe, import_all):
    for number in range(3):
        line = build("line_item", invoice=f"in_{number}")
        stripe.put(build("invoice", id=f"in_{number}", lines=[line]))

    with CaptureQueriesContext(connection) as captured:
        import_all("invoice")

    inserts = [one["sql"] for one in captured if one["sql"].startswith("INSERT INTO") and "_invoice" in one["sql"][:40]]
    own = [sql for sql in inserts if 'pinaxstripe_invoice"' in sql[:40] or "pinaxstripe_invoice`" in sql[:40]]
    assert len(own) == 1
    assert {line.invoice.stripe_id for line in InvoiceLineItem.objects.all()} == {"in_0", "in_1", "in_2"}


def test_refunds_are_written_with_their_charges_and_once_more_by_themselves(stripe, import_all):
    refund = build("refund", id="re_1", charge="ch_1")
    stripe.put({**build("charge", id="ch_1"), "refunds": list_of(refund)})

    import_all("charge")
    import_all("refund")

    assert Refund.objects.get().charge.stripe_id == "ch_1"


def test_everything_with_a_list_is_imported_after_what_it_points_at():
    order = [kind.model for kind in object_types()]

    assert set(order) == {model for model in StripeObject.__subclasses__() if model.stripe_list}
    assert len(order) == len(set(order))
    assert order.index(Product) < order.index(Price)
    assert order.index(Customer) < order.index(Subscription) < order.index(Invoice) < order.index(Charge)
    assert order.index(Charge) < order.index(Dispute)


def test_a_model_that_says_where_its_objects_are_is_not_in_the_table_of_paths():
    assert [
        model for model in StripeObject.__subclasses__() if model.stripe_paths and model.stripe_object in PATHS
    ] == []
    assert PATHS.keys() >= LISTED


def test_a_model_without_paths_takes_them_from_the_table(monkeypatch):
    monkeypatch.setattr(Product, "stripe_object", "billing.meter")
    monkeypatch.setattr(Product, "stripe_paths", ())
    monkeypatch.setattr(Product, "stripe_list", None)

    assert Product.paths_of({"object": "billing.meter"}) == ("/v1/billing/meters/{id}",)
    assert listing(ObjectType("billing.meter", Product), Scope(livemode=False)).source.path == "/v1/billing/meters"
    assert ObjectType("billing.meter", Product) in object_types()


def test_a_page_asks_for_what_it_says(stripe):
    put_customers(stripe, 3)

    page = client.page("/v1/customers?email={email}", {"email": "a b&c"}, {"limit": "2"}, Scope(livemode=False))
    assert (page.objects, stripe.requests[-1].query) == ([], {"email": "a b&c", "limit": "2"})
    page = client.page("/v1/customers", {}, {"limit": "2", "created[gte]": "1"}, Scope(livemode=False))
    assert (len(page.objects), page.has_more, page.asked.answered_at.timestamp()) == (2, True, stripe.now)


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (400, RequestRefused), (401, RequestRefused), (403, RequestRefused)]
)
def test_errors_of_a_list_are_told_apart(stripe, status, error):
    with stripe.answering(status=status), pytest.raises(error):
        client.page("/v1/customers", {}, {}, Scope(livemode=False))


def test_nothing_to_start_after_is_no_such_object(stripe):
    with pytest.raises(NoSuchObject):
        client.page("/v1/customers", {}, {"starting_after": "cus_gone"}, Scope(livemode=False))


def test_no_more_is_asked_in_a_second_than_the_rate_allows(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(rate_limiter, "monotonic", lambda: clock[0])
    monkeypatch.setattr(rate_limiter, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    slowly = rate_limiter.RateLimiter(rate=4)

    asked_at = [slowly.ask(lambda: clock[0]) for _ in range(9)]

    assert asked_at == [nth / 4 for nth in range(9)]


class Poisoned(DefaultHookSet):
    def redact(self, message):
        if "poison" in str(message):
            raise ValueError("Ada Lovelace")
        return message


@pytest.mark.parametrize("trouble", ["a hook", "Stripe"])
def test_a_list_of_one_object_that_cannot_be_completed_does_not_stop_the_others(trouble, stripe, import_all, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Poisoned"
    for number in range(4):
        items = [build("subscription_item", id=f"si_{number}_{nth}", subscription=f"sub_{number}") for nth in range(12)]
        if trouble == "a hook" and number == 2:
            items[11]["metadata"] = {"note": "poison"}
        stripe.put(build("subscription", id=f"sub_{number}", items=items))
    if trouble == "Stripe":
        stripe.answering(status=500, path="/v1/subscription_items", times=8)  # one request for each of eight tries

    stats = import_all("subscription")

    assert stats.failed == 1
    assert SubscriptionItem.objects.count() >= 36
    assert Subscription.objects.synced().count() == (3 if trouble == "a hook" else 4)
    assert Subscription.objects.stubs().count() == (trouble == "a hook")
    assert Subscription.objects.incomplete().count() == (trouble == "Stripe")
