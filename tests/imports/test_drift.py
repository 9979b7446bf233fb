"""Comparing rows with Stripe: what is a difference and what is not, and that nothing is said too soon."""

import gc
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe import client
from pinax.stripe.catalog import CATALOG
from pinax.stripe.imports import rate_limiter
from pinax.stripe.imports.drift import second_look
from pinax.stripe.imports.drift.comparison import Comparison, DriftStats
from pinax.stripe.imports.drift.findings import compare_rows
from pinax.stripe.imports.drift.rows import Keys
from pinax.stripe.imports.drift.second_look import REST, Result, Suspect, put_aside
from pinax.stripe.imports.importer import import_list
from pinax.stripe.imports.lists import listing, object_type_named
from pinax.stripe.imports.stats import Stats
from pinax.stripe.models import (
    Card,
    Charge,
    CheckoutLineItem,
    Coupon,
    Customer,
    Invoice,
    InvoiceLineItem,
    Review,
    StripeObject,
    Subscription,
    SubscriptionItem,
    TaxId,
)
from pinax.stripe.operations.erasure import erase
from pinax.stripe.scope import Scope
from pinax.stripe.sync.snapshots import Snapshot
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


class Seen(list):
    """What was found: ``"different cus_1: name, data.name"``, and the statistics."""

    def add(self, finding, repaired):
        fields = ", ".join(one.field for one in finding.differences)
        inside = f" of {finding.parent}" if finding.parent else ""
        self.append(f"{finding.what} {finding.stripe_id}{inside}" + (f": {fields}" if fields else ""))
        self.values.update({one.field: (one.here, one.there) for one in finding.differences})
        self.repaired.append(repaired)

    def __init__(self):
        super().__init__()
        self.values, self.repaired, self.stats = {}, [], None


@pytest.fixture
def pauses(monkeypatch):
    """What to do during the pause before the second look; instead of waiting."""
    during = []
    monkeypatch.setattr(rate_limiter, "sleep", lambda seconds: seconds > 5 and during and during.pop()())
    return during


@pytest.fixture
def import_all(stripe, pauses):
    def import_all(*names, account=""):
        stripe.advance(2)
        for name in names:
            source = listing(object_type_named(name), Scope(account, livemode=False))
            import_list(source, rate_limiter.RateLimiter(1_000_000), Stats(name), report=lambda stats: None)

    return import_all


@pytest.fixture
def compare(stripe, pauses):
    """Compare a list, two seconds after what came before; returns what was found."""

    def compare(name, account="", since=0, sample=0, report=lambda stats: None, **options):
        stripe.advance(2)
        seen, stats = Seen(), DriftStats(name)
        kind, scope = object_type_named(name), Scope(account, livemode=False)
        limiter = rate_limiter.RateLimiter(1_000_000)
        comparison = Comparison(limiter, stats, found=seen.add, report=report, **options)
        if sample:
            comparison.compare_sample(kind, scope, sample)
        else:
            comparison.compare_list(listing(kind, scope, since))
        seen.stats = stats
        return seen

    return compare


def list_of(*objects, has_more=False):
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": "/v1/somewhere"}


def customer(**fields):
    """A customer who is the same, however often and whenever it is built."""
    return build("customer", **{"created": 1_790_000_000, **fields})


SUBSCRIPTION = build("subscription", id="sub_1", customer="cus_1")


def put_subscription(stripe, *items):
    return stripe.put({**SUBSCRIPTION, "items": list_of(*items)})


def item(number, **fields):
    dates = {"created": 1_790_000_000, "current_period_start": 1_790_000_000, "current_period_end": 1_800_000_000}
    return build("subscription_item", id=f"si_{number}", subscription="sub_1", **dates, **fields)


def test_what_was_just_imported_does_not_differ(stripe, import_all, compare):
    for kind in ("customer", "subscription", "invoice", "charge", "dispute", "checkout.session", "payout"):
        stripe.put(build(kind, id="the_same"))
        import_all(kind)

        found = compare(kind)
        assert found.stats.counts["unchanged"] == 1
        assert "the_same" not in "".join(found)  # the others are stubs


@pytest.mark.parametrize(
    "kind",
    [
        *("customer.created", "customer.subscription.created", "invoice.paid", "charge.succeeded", "product.created"),
        *("checkout.session.completed", "charge.dispute.created", "account.updated", "payment_intent.succeeded"),
    ],
)
def test_what_an_event_has_written_does_not_differ(stripe, post_event, compare, kind):
    stripe.connect("acct_1")
    made = build(CATALOG[kind].objects[0], id="acct_1" if kind == "account.updated" else "the_same")
    post_event(stripe.event(kind, made))

    found = compare(made["object"])

    assert found.stats.counts["unchanged"] == 1
    assert made["id"] not in "".join(found)


def test_a_field_that_has_changed_is_named_with_both_values(stripe, import_all, compare):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    stripe.put(customer(id="cus_1", phone="2"))

    found = compare("customer")

    assert found == ["different cus_1: phone, data.phone"]
    assert found.values == {"phone": ("1", "2"), "data.phone": ("1", "2")}
    assert Customer.objects.get().phone == "1"


def test_a_column_that_was_changed_here_differs_alone(stripe, import_all, compare):
    stripe.put(build("charge", id="ch_1", customer="cus_1", amount=500))
    import_all("charge")
    Charge.objects.update(amount=1, customer=Customer.objects.create(stripe_id="cus_2", livemode=False))

    found = compare("charge")

    assert found == ["different ch_1: customer, amount"]
    assert found.values == {"customer": ("cus_2", "cus_1"), "amount": (1, 500)}


def test_what_was_never_imported_is_missing_here_and_so_is_what_is_known_by_id_only(stripe, import_all, compare):
    stripe.put(customer(id="cus_1"))
    stripe.put(customer(id="cus_2"))
    stripe.put(build("charge", customer="cus_2", payment_method=None))
    import_all("charge")

    assert sorted(compare("customer")) == ["missing here cus_1", "missing here cus_2"]


def test_what_is_deleted_is_missing_there_but_only_if_stripe_says_so_of_each(stripe, import_all, compare):
    for number in (1, 2):
        stripe.put(customer(id=f"cus_{number}"))
    import_all("customer")
    stripe.remove("customer", "cus_1")
    stripe.requests.clear()

    assert compare("customer") == ["missing at Stripe cus_1"]
    assert len(stripe.asked("/v1/customers/cus_1")) == 1
    assert len(stripe.asked("/v1/customers/cus_2")) == 0


def test_what_a_list_does_not_show_but_stripe_has_is_compared(stripe, post_event, compare):
    post_event(stripe.event("review.closed", build("review", id="prv_1", open=False, reason="approved")))
    empty = {"body": list_of(), "path": "/v1/reviews"}

    with stripe.answering(**empty):
        found = compare("review")
    assert (found, found.stats.counts) == ([], {"still there": 1})

    Review.objects.update(reason="rule")
    with stripe.answering(**empty):
        assert compare("review") == ["different prv_1: reason"]


def test_a_tombstone_of_what_stripe_lists_differs(stripe, import_all, compare):
    stripe.put(build("coupon", id="SUMMER"))
    import_all("coupon")
    Coupon.objects.update(deleted_at=timezone.now())

    assert compare("coupon") == ["different SUMMER: deleted_at"]


def test_a_tombstone_of_what_is_deleted_does_not(stripe, post_event, import_all, compare):
    stripe.put(build("coupon", id="SUMMER"))
    import_all("coupon")
    stripe.advance(2)
    post_event(stripe.event("coupon.deleted", build("coupon", id="SUMMER")))

    assert compare("coupon") == []


def test_items_are_compared_with_their_subscription(stripe, import_all, compare):
    put_subscription(stripe, item(1, quantity=1), item(2))
    import_all("subscription")
    SubscriptionItem.objects.filter(stripe_id="si_1").update(quantity=7)
    SubscriptionItem.objects.filter(stripe_id="si_2").delete()
    subscription = Subscription.objects.get()
    SubscriptionItem.objects.create(stripe_id="si_3", livemode=False, subscription=subscription)

    found = compare("subscription")

    assert sorted(found) == [
        "different si_1 of sub_1: quantity",
        "missing at Stripe si_3 of sub_1",
        "missing here si_2 of sub_1",
    ]
    assert found.values == {"quantity": (7, 1)}


def test_an_item_whose_subscription_here_is_another_one_differs(stripe, import_all, compare):
    put_subscription(stripe, item(1))
    import_all("subscription")
    other = Subscription.objects.create(stripe_id="sub_2", livemode=False)
    SubscriptionItem.objects.update(subscription=other)

    found = compare("subscription")

    assert "different si_1 of sub_1: subscription" in found
    assert found.values["subscription"] == ("sub_2", "sub_1")


def test_what_was_bought_is_compared_with_its_session_which_it_does_not_name(stripe, import_all, compare):
    bought = build("item", id="li_1", quantity=1)
    stripe.put(build("checkout.session", id="cs_1", status="complete", line_items=list_of(bought)))
    import_all("checkout.session")
    assert CheckoutLineItem.objects.get().checkout_session.stripe_id == "cs_1"
    assert compare("checkout.session") == []

    CheckoutLineItem.objects.update(quantity=2, checkout_session=None)

    assert compare("checkout.session") == ["different li_1 of cs_1: checkout_session, quantity"]


def test_the_lines_that_stripe_leaves_out_are_compared_too(stripe, import_all, compare):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1") for number in range(130)]
    for line in reversed(lines):
        stripe.put(line)
    stripe.put({**build("invoice", id="in_1"), "lines": list_of(*lines[:10], has_more=True)})
    import_all("invoice")
    assert compare("invoice") == []
    InvoiceLineItem.objects.filter(stripe_id="il_120").update(amount=-1)

    assert compare("invoice") == ["different il_120 of in_1: amount"]


def test_a_row_with_a_truncated_list_differs_if_stripe_has_all_of_it(stripe, import_all, compare):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1") for number in range(12)]
    stripe.put(build("invoice", id="in_1", lines=lines))
    import_all("invoice")
    Invoice.objects.update(incomplete=True)

    assert compare("invoice") == ["different in_1: incomplete"]


def test_a_list_that_nobody_may_complete_is_not_compared(stripe, import_all, compare):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1") for number in range(12)]
    stripe.put(build("invoice", id="in_1", lines=lines))
    import_all("invoice")
    Invoice.objects.update(incomplete=True)

    with stripe.answering(status=403, path="/v1/invoices/in_1/lines"):
        found = compare("invoice")

    assert (found, found.stats.failed) == ([], 0)


def test_what_comes_with_customers_is_compared_with_them(stripe, import_all, compare):
    cards = [build("card", id=f"card_{number}", customer="cus_1", exp_year=2030) for number in (1, 2, 3)]
    tax_id = build("tax_id", id="txi_1", customer="cus_1", type="eu_vat")
    holder = customer(id="cus_1")
    stripe.put({**holder, "sources": list_of(*cards), "tax_ids": list_of(tax_id)})
    import_all("customer")
    assert (compare("customer"), compare("tax_id")) == ([], [])

    Card.objects.filter(stripe_id="card_1").update(exp_year=2031)
    Card.objects.filter(stripe_id="card_2").delete()
    stripe.put({**holder, "sources": list_of(*cards[:2]), "tax_ids": list_of(tax_id)})
    TaxId.objects.update(country="XX")

    assert sorted(compare("customer")) == [
        "different card_1: exp_year",
        "different cus_1: data.sources.data",
        "different txi_1: country",
        "missing at Stripe card_3",
        "missing here card_2",
    ]


def test_a_customers_tax_id_is_not_looked_for_in_the_list_of_the_accounts_own(stripe, import_all, compare):
    tax_ids = [build("tax_id", id=f"txi_{number}", customer="cus_1", type="eu_vat") for number in range(3)]
    stripe.put({**customer(id="cus_1"), "tax_ids": list_of(*tax_ids)})
    import_all("customer")
    stripe.requests.clear()

    with stripe.answering(body=list_of(), path="/v1/tax_ids"):
        assert compare("tax_id") == []
    assert len(stripe.requests) == 1


def test_a_number_that_a_column_cannot_hold_whole_is_not_a_difference(stripe, import_all, compare):
    stripe.put({**SUBSCRIPTION, "application_fee_percent": 2.12345678901234})
    import_all("subscription")
    assert compare("subscription") == []

    Subscription.objects.update(application_fee_percent="2.123456789011")
    assert compare("subscription") == ["different sub_1: application_fee_percent"]


def test_a_change_of_an_object_inside_another_is_the_other_ones(stripe, import_all, compare):
    price = build("price", id="price_1", nickname="old")
    put_subscription(stripe, item(1, price=price))
    import_all("subscription")

    put_subscription(stripe, item(1, price={**price, "nickname": "new"}))
    assert compare("subscription") == []

    put_subscription(stripe, item(1, price={**price, "id": "price_2"}))
    found = compare("subscription")
    assert "data.items.data.0.price" in found.values
    assert found.values["data.items.data.0.price"] == ("price_1", "price_2")


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({"new_field": None}, {}, ""),
        ({}, {"new_field": "of a newer API version"}, ""),
        ({"receipt_url": "https://a"}, {"receipt_url": "https://b"}, ""),
        ({"next_invoice_sequence": 1}, {"next_invoice_sequence": 2}, ""),
        (
            {"balance_transaction": "txn_1"},
            {"balance_transaction": {"object": "balance_transaction", "id": "txn_1"}},
            "",
        ),
        ({"metadata": {"plan": "a"}}, {"metadata": {}}, "data.metadata.plan"),
        ({"metadata": {}}, {"metadata": {"plan": "a"}}, "data.metadata.plan"),
        ({"fraud_details": {"a": [1, {"b": 2}]}}, {"fraud_details": {"a": [1, {"b": 3}]}}, "data.fraud_details.a.1.b"),
        ({"fraud_details": {"a": [1]}}, {"fraud_details": {"a": [1, 2]}}, "data.fraud_details.a"),
        ({"fraud_details": {"a": True}}, {"fraud_details": {"a": 1}}, "data.fraud_details.a"),
        ({"fraud_details": {"a": 1}}, {"fraud_details": {"a": 1.0}}, ""),
        ({"fraud_details": None}, {"fraud_details": {"a": 1}}, "data.fraud_details"),
        ({"transfer_group": "a"}, {"transfer_group": None}, "transfer_group, data.transfer_group"),
    ],
)
def test_what_is_a_difference_in_the_json(stripe, import_all, compare, before, after, fields):
    charge = build("charge", id="ch_1")
    stripe.put({**charge, **before})
    import_all("charge")
    stripe.put({**charge, **after})

    assert compare("charge") == ([f"different ch_1: {fields}"] if fields else [])


def test_an_erased_row_is_not_different_because_it_is_erased(stripe, import_all, compare):
    stripe.put(customer(id="cus_1", name="Ada", phone="1", balance=5))
    import_all("customer")
    erase(Customer.objects.get())
    assert Customer.objects.get().name == ""
    assert compare("customer") == []

    stripe.put(customer(id="cus_1", name="Ada", phone="2", balance=6))
    found = compare("customer")

    assert found == ["different cus_1: balance, data.balance"]
    assert "Ada" not in str(found.values)


def test_a_fact_that_another_object_implies_is_not_a_difference(stripe, post_event, import_all, compare):
    stripe.put(build("charge", id="ch_1", disputed=False))
    import_all("charge")
    Charge.objects.update(disputed=True)  # as a dispute does

    assert compare("charge") == []


def test_a_link_to_a_user_is_not_stripes(stripe, import_all, compare, django_user_model):
    stripe.put(customer(id="cus_1"))
    import_all("customer")
    Customer.objects.update(user=django_user_model.objects.create(username="ada"))

    assert compare("customer") == []


def test_a_row_that_an_event_has_written_since_the_request_is_left_alone(stripe, post_event, compare):
    late = stripe.event("customer.updated", customer(id="cus_1", name="newer"), created=stripe.now + 100)
    stripe.put(customer(id="cus_1", name="older"))
    post_event(late)

    found = compare("customer")

    assert (found, found.stats.counts) == ([], {"left alone": 1})


@pytest.mark.parametrize("happening", ["created", "updated", "deleted"])
def test_what_an_event_brings_before_the_second_look_is_no_drift(
    stripe, post_event, import_all, compare, pauses, happening
):
    if happening != "created":
        stripe.put(customer(id="cus_1", name="before"))
        import_all("customer")
    stripe.advance(2)
    event = stripe.event(f"customer.{happening}", customer(id="cus_1", name="after"))
    pauses.append(lambda: post_event(event))

    found = compare("customer")

    assert (found, pauses, found.stats.left) == ([], [], 0)
    assert Customer.all_objects.get().is_deleted == (happening == "deleted")


def test_what_changes_again_at_stripe_is_reported_as_it_is_at_the_second_look(stripe, import_all, compare, pauses):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    stripe.put(customer(id="cus_1", phone="2"))
    pauses.append(lambda: stripe.put(customer(id="cus_1", phone="3")))

    assert compare("customer").values["phone"] == ("1", "3")


def test_what_is_deleted_after_it_was_listed_is_missing_there(stripe, import_all, compare, pauses):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    stripe.put(customer(id="cus_1", phone="2"))
    pauses.append(lambda: stripe.remove("customer", "cus_1"))

    assert compare("customer") == ["missing at Stripe cus_1"]


def test_a_row_that_is_created_during_the_comparison_is_not_missing_anywhere(stripe, post_event, import_all, compare):
    for number in range(150):
        stripe.put(customer(id=f"cus_{number}"))
    import_all("customer")

    def somebody_comes(stats):
        if stats.pages == 1 and not Customer.objects.filter(stripe_id="cus_new").exists():
            stripe.advance(5)
            post_event(stripe.event("customer.created", customer(id="cus_new", created=stripe.now)))

    found = compare("customer", report=somebody_comes)

    assert (found, found.stats.counts, found.stats.pages) == ([], {"unchanged": 150}, 2)


def test_nothing_is_written(stripe, import_all, compare):
    put_subscription(stripe, item(1))
    stripe.put(customer(id="cus_gone"))
    import_all("subscription", "customer")
    stripe.remove("customer", "cus_gone")
    Subscription.objects.update(status="odd")
    stripe.put(build("subscription", id="sub_2"))

    with CaptureQueriesContext(connection) as captured:
        found = [*compare("subscription"), *compare("customer"), *compare("subscription", sample=2)]

    assert len(found) >= 4
    said = [query["sql"].split()[0] for query in captured.captured_queries]
    assert set(said) == {"SELECT"}


def test_an_object_that_cannot_be_fetched_stops_no_other_and_is_not_reported(stripe, import_all, compare, monkeypatch):
    monkeypatch.setattr(rate_limiter, "ATTEMPTS", 2)
    for number in (1, 2):
        stripe.put(customer(id=f"cus_{number}", phone="1"))
    import_all("customer")
    Customer.objects.update(phone="2")

    with stripe.answering(status=500, path="/v1/customers/cus_1"):
        found = compare("customer", repair=True)

    assert found == ["different cus_2: phone"]
    assert found.stats.problems == ["cus_1: Stripe answered 500 (APIError)"]
    assert set(Customer.objects.values_list("stripe_id", "phone")) == {("cus_1", "2"), ("cus_2", "1")}


def test_a_list_that_stripe_denies_says_nothing_about_rows(stripe, import_all, compare):
    stripe.put(customer(id="cus_1"))
    import_all("customer")
    stripe.remove("customer", "cus_1")

    with stripe.answering(status=403, path="/v1/customers"):
        found = compare("customer")

    assert (found, found.stats.problems) == ([], ["Stripe answered 403 (PermissionError)"])


def test_what_is_no_object_is_reported_and_the_others_are_compared(stripe, import_all, compare):
    stripe.put(customer(id="cus_1"))
    import_all("customer")
    odd = [{"object": "customer"}, build("charge", id="ch_1"), customer(id="cus_9", livemode=True)]
    body = list_of(stripe.put(customer(id="cus_1", phone="2")), *odd * 10)

    with stripe.answering(body=body, path="/v1/customers"):
        found = compare("customer")

    assert (found, found.stats.failed) == (["different cus_1: phone, data.phone"], 30)


def test_an_account_is_compared_with_its_own_rows(stripe, import_all, compare):
    stripe.connect("acct_1")
    for account in ("", "acct_1"):
        stripe.put(build("product", id="gold", name=account or "ours"), account=account)
        import_all("product", account=account)

    assert (compare("product"), compare("product", account="acct_1")) == ([], [])
    stripe.remove("product", "gold", account="acct_1")
    assert (compare("product"), compare("product", account="acct_1")) == ([], ["missing at Stripe gold"])


def test_the_platform_lists_its_accounts_with_what_is_inside_them(stripe, import_all, compare):
    stripe.connect("acct_1")
    bank = build("bank_account", id="ba_1", account="acct_1")
    stripe.put({**build("account", id="acct_1"), "external_accounts": list_of(bank)})
    stripe.put(build("account", id="acct_2"))
    import_all("account")
    assert compare("account") == []
    assert compare("account", account="acct_1") == []  # of which acct_2 is not missing

    bank["last4"] = "9999"
    stripe.put({**build("account", id="acct_1"), "external_accounts": list_of(bank)})
    assert any(one.startswith("different ba_1: last4") for one in compare("account"))


def test_other_types_are_compared_by_name(stripe, import_all, compare):
    for kind in ("billing.meter", "billing.alert"):
        stripe.put(build(kind, id="same"))
        import_all(kind)
    stripe.remove("billing.meter", "same")

    assert compare("billing.meter") == ["missing at Stripe same"]
    assert compare("billing.alert") == []


def test_since_compares_what_was_created_since_on_both_sides(stripe, import_all, compare):
    for number, created in enumerate((1000, 2000, 3000, 4000)):
        stripe.put(customer(id=f"cus_{number}", created=created))
    import_all("customer")
    for number in (0, 2):
        stripe.remove("customer", f"cus_{number}")

    assert compare("customer", since=2000) == ["missing at Stripe cus_2"]


def test_a_repair_writes_what_differs_inserts_what_is_missing_and_tombstones_what_is_deleted(
    stripe, import_all, compare
):
    for number in range(4):
        stripe.put(customer(id=f"cus_{number}", phone="1"))
    put_subscription(stripe, item(1, quantity=1), item(2))
    import_all("customer", "subscription")
    Customer.objects.filter(stripe_id="cus_0").update(phone="2")
    Customer.objects.filter(stripe_id="cus_3").delete()
    Customer.objects.filter(stripe_id="cus_2").update(deleted_at=timezone.now())
    stripe.remove("customer", "cus_1")
    SubscriptionItem.objects.filter(stripe_id="si_1").update(quantity=7)
    SubscriptionItem.objects.filter(stripe_id="si_2").update(deleted_at=timezone.now())
    subscription = Subscription.objects.get()
    SubscriptionItem.objects.create(stripe_id="si_3", livemode=False, subscription=subscription)

    customers, subscriptions = compare("customer", repair=True), compare("subscription", repair=True)

    assert sorted(customers) == [
        "different cus_0: phone",
        "different cus_2: deleted_at",
        "missing at Stripe cus_1",
        "missing here cus_3",
    ]
    assert len(subscriptions) == 3
    assert {*customers.repaired, *subscriptions.repaired} == {True}
    assert (customers.stats.repaired, customers.stats.left, subscriptions.stats.left) == (4, 0, 0)
    assert str(customers.stats).endswith("4 repaired")
    assert set(Customer.objects.values_list("stripe_id", "phone")) == {(f"cus_{n}", "1") for n in (0, 2, 3)}
    assert Customer.all_objects.deleted().get().stripe_id == "cus_1"
    assert set(SubscriptionItem.objects.values_list("stripe_id", "quantity")) == {("si_1", 1), ("si_2", 1)}
    assert (compare("customer"), compare("subscription")) == ([], [])


def test_a_repair_never_writes_an_older_copy_over_a_newer_row(stripe, post_event, import_all, compare):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    stripe.put(customer(id="cus_1", phone="2"))
    stripe.advance(50)
    written = []

    def event_comes(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "SAVEPOINT")) and not written:
            written.append(sql)
            Customer.objects.update(phone="3", as_of=datetime.fromtimestamp(stripe.now + 1, UTC))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(event_comes):
        found = compare("customer", repair=True)

    assert len(written) == 1
    assert Customer.objects.get().phone == "3"
    assert found.stats.left == 0


def test_a_tombstone_is_not_written_over_a_newer_row_either(stripe, import_all, compare):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    stripe.remove("customer", "cus_1")
    written = []

    def event_comes(execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "SAVEPOINT")) and not written:
            written.append(sql)
            Customer.objects.update(phone="3", as_of=datetime.fromtimestamp(stripe.now + 1, UTC))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(event_comes):
        stats = compare("customer", repair=True).stats

    assert (len(written), Customer.objects.get().phone) == (1, "3")
    assert (stats.left, stats.failed) == (0, 0)


def test_what_a_repair_cannot_write_is_left_and_stops_no_other(stripe, import_all, compare, settings):
    settings.PINAX_STRIPE_HOOKSET = "tests.imports.test_importer.FailingHooks"
    for number in (1, 2):
        stripe.put(customer(id=f"cus_{number}"))

    found = compare("customer", repair=True)

    assert dict(zip(found, found.repaired, strict=True)) == {"missing here cus_1": False, "missing here cus_2": True}
    assert (found.stats.left, found.stats.repaired, found.stats.failed) == (1, 1, 1)
    assert found.stats.problems == ["cus_1: KeyError: 'cus_1 has no user'"]


def test_what_differs_after_a_repair_is_left(stripe, import_all, compare):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    Customer.objects.update(phone="2")

    def spoil(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("INSERT") and "pinaxstripe_customer" in sql:
            Customer.objects.update(phone="2")
        return result

    with connection.execute_wrapper(spoil):
        found = compare("customer", repair=True)

    assert (found, found.repaired, found.stats.left) == (["different cus_1: phone"], [False], 1)


def test_a_sample_fetches_rows_and_compares_each(stripe, import_all, compare):
    for number in range(30):
        stripe.put(customer(id=f"cus_{number}", phone="1"))
    import_all("customer")
    Customer.objects.filter(stripe_id__in=["cus_1", "cus_2"]).update(phone="2")
    stripe.remove("customer", "cus_3")
    stripe.requests.clear()

    assert sorted(compare("customer", sample=30)) == [
        "different cus_1: phone",
        "different cus_2: phone",
        "missing at Stripe cus_3",
    ]
    assert len(stripe.requests) == 30 + 3
    stripe.requests.clear()
    found = compare("customer", sample=7)
    assert found.stats.objects == 7
    assert len({request.path for request in stripe.requests}) == 7
    assert compare("customer", sample=30, repair=True).stats.repaired == 3
    assert compare("customer", sample=30) == []


def test_a_sample_is_not_always_the_same(stripe, import_all, compare):
    for number in range(60):
        stripe.put(customer(id=f"cus_{number}"))
    import_all("customer")

    def chosen():
        stripe.requests.clear()
        compare("customer", sample=10)
        return {request.path for request in stripe.requests}

    assert len({frozenset(chosen()) for _ in range(3)}) > 1


def test_a_sample_says_no_drift_if_an_event_comes_before_the_second_look(
    stripe, post_event, import_all, compare, pauses
):
    stripe.put(customer(id="cus_1", name="before"))
    import_all("customer")
    stripe.advance(2)
    event = stripe.event("customer.updated", customer(id="cus_1", name="after"))
    pauses.append(lambda: post_event(event))

    assert (compare("customer", sample=1), pauses) == ([], [])


def test_what_can_only_be_had_inside_other_objects_is_counted(stripe, import_all, compare):
    stripe.put(build("invoice", id="in_1", lines=[build("line_item", id="il_1", invoice="in_1")]))
    import_all("invoice")

    assert compare("line_item", sample=5).stats.counts == {"not to be had one by one": 1}


@pytest.mark.parametrize("kind", ["customer", "subscription", "invoice", "charge", "checkout.session"])
def test_the_number_of_statements_does_not_grow_with_the_page(stripe, import_all, compare, kind):
    def statements(number):
        for _ in range(number):
            stripe.put(build(kind))
        import_all(kind)
        stubs = {model for model in StripeObject.__subclasses__() if model.stripe_object != kind}
        for model in stubs:
            model.all_objects.stubs().update(synced_at=timezone.now(), as_of=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            found = compare(kind)
        assert found == []
        return len(captured)

    few = statements(3)

    assert few <= 10
    assert statements(90) == few


def test_a_long_list_in_which_everything_differs_is_compared_in_little_memory(stripe, import_all, compare, monkeypatch):
    monkeypatch.setattr(second_look, "MOST_ASIDE", 50)
    for number in range(400):
        stripe.put(customer(id=f"cus_{number}", metadata={"\x1b[31m": "x" * 300}))
    import_all("customer")
    Customer.objects.update(phone="changed here")
    alive = []

    def count(stats):
        if stats.left % 100 == 0:
            gc.collect()
            kinds = Counter(type(thing) for thing in gc.get_objects())
            alive.append([kinds[kind] for kind in (Customer, Snapshot, Suspect, client.Page)])

    with CaptureQueriesContext(connection) as captured:
        stats = compare("customer", report=count).stats

    assert (stats.left, stats.pages, stats.failed) == (400, 4, 0)
    assert len(alive) == 4
    assert all(rows <= 220 and copies <= 270 and waiting <= 60 and pages <= 3 for rows, copies, waiting, pages in alive)
    assert len(captured) <= 4 + 2 + 400 * 2  # two for each second look


def test_long_lists_count_in_what_is_put_aside(pauses):
    data = {**build("invoice"), "lines": list_of(*[{}] * 200)}
    snapshot = Snapshot(data, Invoice, Scope(livemode=False), timezone.now())
    taken = []

    def steps():
        for number in range(10):
            taken.append(number)
            yield Suspect(snapshot, listed=True)

    waiting = put_aside(steps())
    for number in range(1, 7):
        next(waiting)
        assert (len(taken) - number) * 201 <= second_look.MOST_ASIDE


def test_a_suspect_rests_before_the_second_look(monkeypatch):
    clock, slept = [100.0], []
    monkeypatch.setattr(rate_limiter, "monotonic", lambda: clock[0])
    monkeypatch.setattr("pinax.stripe.imports.drift.second_look.monotonic", lambda: clock[0])
    monkeypatch.setattr(rate_limiter, "sleep", slept.append)
    suspects = [Suspect(Snapshot({"id": "cus_1"}, Customer, Scope(livemode=False), timezone.now()), listed=True)] * 2
    page = Result(Counter(), pages=1)

    def steps():
        yield suspects[0]
        clock[0] += 4
        yield page
        yield suspects[1]
        clock[0] += 7
        yield page

    assert [*put_aside(steps())] == [page, page, suspects[0], suspects[1]]
    assert slept == [REST - 7]


def test_a_million_keys_take_little_memory():
    keys = Keys()
    for pk in range(1_000_000, 2_000_000, 2):
        keys.add(pk)

    assert 1_000_000 in keys
    assert 1_000_001 not in keys
    assert 1_999_998 in keys
    assert 5 not in keys
    assert len(keys._blocks) < 1000


def test_stripe_not_answering_ends_the_list_with_an_error(stripe, import_all, compare, monkeypatch):
    monkeypatch.setattr(rate_limiter, "ATTEMPTS", 1)
    for number in range(4):
        lines = [build("line_item", id=f"il_{number}_{line}", invoice=f"in_{number}") for line in range(12)]
        stripe.put(build("invoice", id=f"in_{number}", lines=lines))

    with stripe.answering(status=500, path="/v1/invoices/*/lines"):
        found = compare("invoice")

    assert (found, found.stats.problems) == ([], ["Stripe answered 500 (APIError)"])


def later(stripe):
    return datetime.fromtimestamp(stripe.now + 1000, UTC)


def test_an_item_that_is_newer_than_the_answer_is_left_alone(stripe, import_all, compare):
    put_subscription(stripe, item(1, quantity=1))
    import_all("subscription")
    SubscriptionItem.objects.update(quantity=2, as_of=later(stripe))
    other = SubscriptionItem.objects.create(stripe_id="si_2", livemode=False, subscription=Subscription.objects.get())
    assert compare("subscription") == ["missing at Stripe si_2 of sub_1"]

    SubscriptionItem.objects.filter(pk=other.pk).update(as_of=later(stripe))

    assert compare("subscription") == []


def test_a_card_that_is_newer_than_the_answer_is_left_alone(stripe, import_all, compare):
    stripe.put({**customer(id="cus_1"), "sources": list_of()})
    import_all("customer")
    Card.objects.create(stripe_id="card_1", livemode=False, customer=Customer.objects.get(), as_of=later(stripe))
    stripe.requests.clear()

    assert compare("customer") == []
    assert len(stripe.requests) == 1


def test_a_row_that_is_newer_at_the_second_look_is_left_alone(stripe, import_all, compare, pauses):
    stripe.put(customer(id="cus_1", phone="1"))
    import_all("customer")
    Customer.objects.update(phone="2")
    pauses.append(lambda: Customer.objects.update(phone="3", as_of=later(stripe)))

    found = compare("customer", repair=True)

    assert (found, found.stats.counts) == ([], {"left alone": 1})
    assert Customer.objects.get().phone == "3"


def test_a_row_of_a_sample_that_cannot_be_fetched_stops_no_other(stripe, import_all, compare):
    for number in (1, 2):
        stripe.put(customer(id=f"cus_{number}"))
    import_all("customer")
    Customer.objects.update(phone="changed here")

    with stripe.answering(status=403, path="/v1/customers/cus_1"):
        found = compare("customer", sample=5)

    assert found == ["different cus_2: phone"]
    assert found.stats.problems == ["cus_1: Stripe answered 403 (PermissionError)"]


def test_a_database_that_fails_ends_a_comparison_with_an_error(stripe, import_all, compare):
    stripe.put(customer(id="cus_1"))
    import_all("customer")

    def fail(execute, sql, params, many, context):
        raise OperationalError("the database is away")

    for options in ({}, {"sample": 1}):
        with connection.execute_wrapper(fail):
            found = compare("customer", **options)
        assert (found, found.stats.problems) == ([], ["OperationalError: the database is away"])


def test_no_objects_need_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert compare_rows([]) == []
