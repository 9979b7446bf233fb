"""Objects: the current state, as the API gives it."""

import pytest
import stripe

from pinax.stripe.testing import build
from pinax.stripe.testing.objects import list_of


def test_an_object_is_found_where_stripe_keeps_it(fake, get):
    session = fake.put(build("checkout.session"))
    warning = fake.put(build("radar.early_fraud_warning"))

    assert get(f"/v1/checkout/sessions/{session['id']}") == session
    assert get(f"/v1/radar/early_fraud_warnings/{warning['id']}") == warning


def test_an_id_chosen_by_people_is_found_whatever_is_in_it(fake, client):
    fake.put(build("coupon", id="50% off/now"))

    assert client.v1.coupons.retrieve("50% off/now")["id"] == "50% off/now"


def test_the_newest_state_counts(fake, get):
    customer = fake.put(build("customer", name="Jo"))
    fake.put(customer | {"name": "Joe"})

    assert get(f"/v1/customers/{customer['id']}")["name"] == "Joe"


def test_what_the_test_holds_is_not_what_stripe_holds(fake, get):
    customer = build("customer", metadata={"tier": "gold"})
    kept = fake.put(customer)

    customer["metadata"]["tier"] = kept["metadata"]["tier"] = "none"

    assert get(f"/v1/customers/{customer['id']}")["metadata"] == {"tier": "gold"}


def test_modes_have_their_own_objects_under_the_same_id(fake, client_with):
    fake.put(build("plan", id="gold", amount=1))
    fake.put(build("plan", id="gold", amount=2), livemode=True)

    test, live = (client_with(key).raw_request("get", "/v1/plans/gold").data for key in TWO_KEYS)

    assert (test["amount"], test["livemode"]) == (1, False)
    assert (live["amount"], live["livemode"]) == (2, True)


TWO_KEYS = ("sk_test_fake", "sk_live_fake")


def test_a_mode_goes_down_to_what_an_object_holds(fake):
    invoice = fake.put(build("invoice"), livemode=True)

    assert invoice["lines"]["data"][0]["livemode"] is True


def test_accounts_have_their_own_objects_under_the_same_id(fake, get):
    fake.connect("acct_1")
    fake.put(build("coupon", id="gold", name="ours"))
    fake.put(build("coupon", id="gold", name="theirs"), account="acct_1")

    assert get("/v1/coupons/gold")["name"] == "ours"
    assert get("/v1/coupons/gold", stripe_account="acct_1")["name"] == "theirs"


@pytest.mark.parametrize("kind", ["customer", "product", "plan", "price", "coupon"])
def test_stripe_says_of_some_that_they_are_deleted(fake, get, kind):
    gone = fake.put(build(kind))

    fake.remove(gone)

    assert get(f"/v1/{kind}s/{gone['id']}") == {"id": gone["id"], "object": kind, "deleted": True}
    assert get(f"/v1/{kind}s")["data"] == []


def test_stripe_knows_nothing_more_of_others(fake, get):
    fake.put(build("payment_link", id="plink_1"))

    fake.remove("payment_link", "plink_1")

    with pytest.raises(stripe.InvalidRequestError, match="No such payment_link: 'plink_1'"):
        get("/v1/payment_links/plink_1")


def test_what_is_put_again_is_no_longer_deleted(fake, get):
    coupon = fake.put(build("coupon"))
    fake.remove(coupon)

    fake.put(coupon)

    assert get(f"/v1/coupons/{coupon['id']}") == coupon


def test_an_account_has_one_balance_even_where_nobody_put_it(fake, client_with):
    fake.put(build("balance", available=[{"amount": 5, "currency": "usd"}]))

    test, live = (client_with(key).raw_request("get", "/v1/balance").data for key in TWO_KEYS)

    assert test["available"] == [{"amount": 5, "currency": "usd"}]
    assert live["available"][0]["amount"] == 0
    assert live["livemode"] is True


def test_a_customer_has_one_cash_balance(fake, get):
    fake.put(build("cash_balance", customer="cus_1", available={"eur": 5}))

    assert get("/v1/customers/cus_1/cash_balance")["available"] == {"eur": 5}
    assert get("/v1/customers/cus_2/cash_balance")["customer"] == "cus_2"


@pytest.mark.parametrize(
    ("path", "kind", "owner"),
    [
        ("/v1/customers/{}/sources/{}", "card", {"customer": "cus_1"}),
        ("/v1/customers/{}/sources/{}", "bank_account", {"customer": "cus_1"}),
        ("/v1/customers/{}/sources/{}", "source", {"customer": "cus_1"}),
        ("/v1/customers/{}/tax_ids/{}", "tax_id", {"customer": "cus_1"}),
        ("/v1/accounts/{}/external_accounts/{}", "bank_account", {"account": "acct_1"}),
        ("/v1/accounts/{}/external_accounts/{}", "card", {"account": "acct_1"}),
        ("/v1/accounts/{}/persons/{}", "person", {"account": "acct_1"}),
        ("/v1/accounts/{}/capabilities/{}", "capability", {"account": "acct_1"}),
        ("/v1/application_fees/{}/refunds/{}", "fee_refund", {"fee": "fee_1"}),
        ("/v1/transfers/{}/reversals/{}", "transfer_reversal", {"transfer": "tr_1"}),
    ],
)
def test_an_object_is_found_with_its_parent_only(fake, get, path, kind, owner):
    fake.connect("acct_1")
    fake.connect("other")
    (parent,) = owner.values()
    child = fake.put(build(kind, **owner))

    assert get(path.format(parent, child["id"])) == child
    assert get(path.format(parent, child["id"]).rpartition("/")[0])["data"] == [child]
    with pytest.raises(stripe.InvalidRequestError, match=f"'{child['id']}'"):
        get(path.format("other", child["id"]))


def test_a_deleted_card_is_known_as_deleted(fake, get):
    card = fake.event("customer.source.deleted", build("card", customer="cus_1"))["data"]["object"]

    assert get(f"/v1/customers/cus_1/sources/{card['id']}")["deleted"] is True


def test_capabilities_of_two_accounts_are_two_though_their_id_is_one(fake, get):
    for account, status in (("acct_1", "active"), ("acct_2", "pending")):
        fake.connect(account)
        fake.event("capability.updated", build("capability", account=account, status=status), account=account)

    assert get("/v1/accounts/acct_1/capabilities/card_payments")["status"] == "active"
    assert get("/v1/accounts/acct_2/capabilities/card_payments")["status"] == "pending"


def test_what_an_object_holds_is_found_by_itself_too(fake, get):
    subscription = fake.put(build("subscription"))
    (item,) = subscription["items"]["data"]

    assert get(f"/v1/subscription_items/{item['id']}") == item
    assert get("/v1/subscription_items", subscription=subscription["id"])["data"] == [item]


def test_what_has_no_id_is_found_in_its_parent_only(fake, get):
    session = build("checkout.session", custom_fields=list_of([{"key": "engraving"}], "/v1/x"))

    fake.put(session)

    assert get(f"/v1/checkout/sessions/{session['id']}") == session


def test_line_items_stand_in_a_session_only_if_they_are_expanded_and_in_a_list_of_their_own(fake, get):
    item = build("item", id="li_1", amount_total=5)
    session = fake.put(build("checkout.session", line_items=list_of([item], "/v1/x")))
    path = f"/v1/checkout/sessions/{session['id']}"

    assert "line_items" not in get(path)
    assert "line_items" not in fake.event("checkout.session.completed", session)["data"]["object"]
    assert ids(get(path, **{"expand[]": "line_items"})["line_items"]) == ["li_1"]
    assert ids(get("/v1/checkout/sessions", **{"expand[]": "data.line_items"})["data"][0]["line_items"]) == ["li_1"]
    assert ids(get(f"{path}/line_items")) == ["li_1"]


def test_a_list_inside_an_object_shows_ten_members_and_says_that_there_are_more(fake, get):
    lines = [build("line_item", id=f"il_{nth}") for nth in range(12)]

    event = fake.event("invoice.created", build("invoice", id="in_1", lines=lines))

    for invoice in (event["data"]["object"], get("/v1/invoices/in_1"), get("/v1/invoices")["data"][0]):
        assert ids(invoice["lines"]) == [f"il_{nth}" for nth in range(10)]
        assert invoice["lines"]["has_more"] is True
    assert ids(get("/v1/invoices/in_1/lines", limit="100")) == [f"il_{nth}" for nth in range(12)]


def test_what_has_left_a_complete_list_is_gone(fake, get):
    old, new = build("subscription_item"), build("subscription_item")
    subscription = fake.put(build("subscription", items=[old]))

    fake.put(build("subscription", id=subscription["id"], items=[new]))

    assert ids(get("/v1/subscription_items", subscription=subscription["id"])) == [new["id"]]
    assert get(f"/v1/subscription_items/{old['id']}")["deleted"] is True


def test_what_an_incomplete_list_does_not_show_is_still_there(fake, get):
    lines = [build("line_item") for _ in range(15)]
    invoice = fake.put(build("invoice", lines=lines))
    invoice["lines"] |= {"data": invoice["lines"]["data"][:10], "has_more": True}

    fake.put(invoice)

    found = get(invoice["lines"]["url"], limit=100)
    assert ids(found) == [line["id"] for line in lines]


def test_what_an_object_held_goes_with_it(fake, get):
    subscription = fake.put(build("subscription"))

    fake.remove(subscription)

    assert get("/v1/subscription_items", subscription=subscription["id"])["data"] == []


def test_entitlements_are_listed_by_the_customer_of_their_summary(fake, get):
    mine, yours = build("entitlements.active_entitlement"), build("entitlements.active_entitlement")
    for customer, entitlement in (("cus_1", mine), ("cus_2", yours)):
        held = list_of([entitlement], f"/v1/customer/{customer}/entitlements")
        fake.event(
            "entitlements.active_entitlement_summary.updated",
            build("entitlements.active_entitlement_summary", customer=customer, entitlements=held),
        )

    assert ids(get("/v1/entitlements/active_entitlements", customer="cus_1")) == [mine["id"]]


def ids(page):
    return [obj["id"] for obj in page["data"]]
