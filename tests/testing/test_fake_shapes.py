"""Builders and routes, held against the installed stripe-python."""

import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import typing

import pytest
import stripe
from stripe._object_classes import get_object_class

from pinax.stripe.testing import build
from pinax.stripe.testing.ids import new_id, seed_ids
from pinax.stripe.testing.objects import BUILDERS, list_of
from pinax.stripe.testing.routes import COLLECTIONS, find

newest = pytest.mark.skipif(
    int(stripe.VERSION.split(".")[0]) < 16, reason="the objects have the shape of stripe-python 16"
)


def typed_keys(kind):
    return {"object": str} | get_object_class("V1", kind).__annotations__


@newest
@pytest.mark.parametrize("kind", sorted({*BUILDERS, *COLLECTIONS.values()} - {"event"}))
def test_an_object_has_only_keys_that_stripe_has(kind):
    assert set(build(kind)) - set(typed_keys(kind)) == set()


@newest
@pytest.mark.parametrize("kind", BUILDERS)
def test_an_object_has_all_keys_that_stripe_always_sends(kind):
    always = {
        key
        for key, annotation in typed_keys(kind).items()
        if key != "OBJECT_NAME" and not key.startswith("_") and type(None) not in typing.get_args(annotation)
    }

    assert always - set(build(kind)) == set()


@pytest.mark.parametrize("kind", sorted({*BUILDERS, "order", "tax.settings", "brand_new.thing"}))
def test_an_object_is_plain_json_and_says_its_type(kind):
    body = build(kind)

    assert body["object"] == kind
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("kind", ["charge", "checkout.session", "order"])
def test_what_is_given_comes_first(kind):
    body = build(kind, id="mine", created=1, livemode=True, brand_new="key")

    assert (body["id"], body["created"], body["livemode"], body["brand_new"]) == ("mine", 1, True, "key")


def test_a_type_that_nobody_knows_yet_gets_what_all_objects_have():
    body = build("brand_new.thing")

    assert set(body) == {"id", "object", "created", "livemode"}
    assert body["id"].startswith("thing_")


@pytest.mark.parametrize("kind", ["balance", "cash_balance", "tax.settings", "balance_settings"])
def test_some_objects_have_no_id(kind):
    assert "id" not in build(kind)


def test_two_built_objects_share_nothing():
    first, second = build("account"), build("account")
    first["requirements"]["currently_due"].append("external_account")

    assert second["requirements"]["currently_due"] == []
    assert first["future_requirements"]["currently_due"] == []


def test_items_and_lines_know_their_parent():
    subscription = build("subscription", items=[build("subscription_item"), build("subscription_item")])
    invoice = build("invoice", lines=[build("line_item", amount=3), build("line_item", amount=4)])

    assert {item["subscription"] for item in subscription["items"]["data"]} == {subscription["id"]}
    assert {line["invoice"] for line in invoice["lines"]["data"]} == {invoice["id"]}
    assert (invoice["total"], invoice["amount_due"], invoice["amount_paid"]) == (7, 7, 0)


def test_a_paid_invoice_is_paid():
    invoice = build("invoice", status="paid", subscription="sub_1")

    assert invoice["amount_remaining"] == 0
    assert invoice["amount_paid"] == invoice["total"]
    assert invoice["status_transitions"]["paid_at"]
    assert invoice["parent"]["subscription_details"]["subscription"] == "sub_1"
    (line,) = invoice["lines"]["data"]
    assert line["parent"]["subscription_item_details"]["subscription"] == "sub_1"


def test_a_discount_has_its_coupon_under_source():
    assert build("discount", coupon="gold")["source"] == {"coupon": "gold", "type": "coupon"}


def test_an_item_carries_its_price_and_the_plan_of_before():
    price = build("price", unit_amount=700, interval="year")

    item = build("subscription_item", price=price)

    assert item["price"] == price
    assert (item["plan"]["id"], item["plan"]["amount"], item["plan"]["interval"]) == (
        price["id"],
        700,
        "year",
    )


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("invoise", "invoice"), ("checkout_session", "checkout.session"), ("payment_intents", "payment_intent")],
)
def test_a_misspelt_type_is_told_the_nearest_one(misspelt, meant):
    with pytest.raises(ValueError, match=f"no object of type '{misspelt}'. Did you mean '{meant}'"):
        build(misspelt)


def test_an_object_has_one_currency():
    invoice = build("invoice", currency="eur")
    of_lines = build("invoice", lines=[build("line_item", currency="chf")])
    subscription = build("subscription", currency="eur")
    (item,) = subscription["items"]["data"]

    assert {invoice["currency"], *(line["currency"] for line in invoice["lines"]["data"])} == {"eur"}
    assert of_lines["currency"] == "chf"
    assert {subscription["currency"], item["price"]["currency"], item["plan"]["currency"]} == {"eur"}


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("customer", r"cus_\w{14}"),
        ("event", r"evt_\w{24}"),
        ("account", r"acct_\w{16}"),
        ("coupon", r"\w{8}"),
        ("capability", "card_payments"),
    ],
)
def test_ids_look_like_stripes(kind, pattern):
    assert re.fullmatch(pattern, build(kind)["id"])


def test_no_id_comes_twice():
    assert len({new_id("cus") for _ in range(10_000)}) == 10_000


SOME_IDS = "print(new_id('cus'), new_id('ch'), new_id('cus'))"


def test_two_processes_never_make_the_same_id():
    source = f"from pinax.stripe.testing.ids import new_id; {SOME_IDS}"

    made = [id_ for _ in range(2) for id_ in run_python(source).split()]

    assert len(set(made)) == 6


def test_a_seed_makes_the_same_ids_in_every_process():
    source = f"from pinax.stripe.testing.ids import new_id, seed_ids; seed_ids('demo'); {SOME_IDS}"

    first, second = (run_python(source) for _ in range(2))

    assert first == second
    assert len(set(first.split())) == 3


def test_ids_are_random_again_after_a_seed():
    seed_ids(7)
    first = new_id("cus")
    seed_ids(7)
    second = new_id("cus")
    seed_ids(None)

    assert first == second
    assert new_id("cus") != first


def test_neither_django_nor_stripe_is_needed_to_serve_a_fake():
    source = """
import sys
from pinax.stripe.testing import FakeStripe, build, seed_ids, serve
with serve(FakeStripe()) as server:
    FakeStripe().event("customer.created", build("customer"))
print({"django", "stripe"} & set(sys.modules))
"""

    assert run_python(source).strip() == "set()"


def service_paths():
    """Every path that stripe-python's services GET, with made-up ids."""
    for module in pkgutil.walk_packages(stripe.__path__, "stripe."):
        if module.name.endswith("_service") and ".v2" not in module.name:
            source = inspect.getsource(importlib.import_module(module.name))
            yield from re.findall(r'"get",\s*\(?\s*"(/v1/[^"]+)"', source)


#: Lists of parts that only their parent knows, secrets, files and calculations: not asked for by the app.
LEFT_OUT = {
    "/v1/apps/secrets",
    "/v1/apps/secrets/find",
    "/v1/billing/credit_balance_summary",
    "/v1/billing/meters/{id}/event_summaries",
    "/v1/credit_notes/preview/lines",
    "/v1/credit_notes/{credit_note}/lines",
    "/v1/financial_connections/accounts/{account}/owners",
    "/v1/payment_intents/{intent}/amount_details_line_items",
    "/v1/payment_links/{payment_link}/line_items",
    "/v1/products/{product}/features",
    "/v1/products/{product}/features/{id}",
    "/v1/quotes/{quote}/computed_upfront_line_items",
    "/v1/quotes/{quote}/line_items",
    "/v1/quotes/{quote}/pdf",
    "/v1/tax/associations/find",
    "/v1/tax/calculations/{calculation}/line_items",
    "/v1/tax/transactions/{transaction}/line_items",
    "/v1/treasury/financial_accounts/{financial_account}/features",
}


@newest
def test_what_stripe_python_can_get_the_fake_can_give():
    assert {path for path in service_paths() if find(re.sub(r"{\w+}", "x_1", path)) is None} == LEFT_OUT


def test_a_list_object_counts_its_members():
    assert list_of([{"id": "si_1"}], "/v1/x") == {
        "object": "list",
        "data": [{"id": "si_1"}],
        "has_more": False,
        "total_count": 1,
        "url": "/v1/x",
    }


def run_python(source):
    return subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True).stdout
