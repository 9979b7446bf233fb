"""A customer is forgotten: nothing personal is left or comes back, and the books still add up."""

import base64
import gzip
import io
import json
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pinax.stripe.models import (
    BalanceTransaction,
    Card,
    Charge,
    Customer,
    Event,
    EventProcessingException,
    EventReplay,
    InvoiceLineItem,
    OtherObject,
    PaymentMethod,
    PromotionCode,
    Refund,
    RejectedDelivery,
    StripeObject,
    Transfer,
    model_of,
)
from pinax.stripe.operations.replay import Request, replay
from pinax.stripe.scope import Scope
from pinax.stripe.signals import any_event
from pinax.stripe.sync.bulk_write import write
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.sync.sync_object import sync_object
from pinax.stripe.testing import build
from pinax.stripe.times import from_timestamp
from tests.admin.rows import MODELS
from tests.inbox.listener import Listener

pytestmark = pytest.mark.django_db

CANARY = "Ada Canary"


@pytest.fixture
def erase():
    def erase(*args):
        out = io.StringIO()
        call_command("stripe_prune", "--erase", *args, stdout=out)
        return out.getvalue()

    return erase


@pytest.fixture
def arrive(stripe, post_event):
    def arrive(kind, carried, **facts):
        stripe.advance(10)
        body = stripe.event(kind, carried, **facts)
        assert post_event(body).status_code == 200
        return body

    return arrive


def customer(**over):
    cards = {"object": "list", "data": [build("card", id="card_1", customer="cus_1", name=CANARY)], "has_more": False}
    return build(
        "customer", **{"id": "cus_1", "name": CANARY, "email": CANARY, "phone": CANARY, "sources": cards, **over}
    )


@pytest.fixture
def known(arrive, post_event):
    """A customer with a charge, a refund, a payment method and more; and another one beside."""
    arrive("customer.created", customer())
    arrive(
        "payment_method.attached",
        build("payment_method", id="pm_1", customer="cus_1", billing_details={"name": CANARY}),
    )
    charge = build(
        "charge", id="ch_1", customer="cus_1", amount=500, currency="eur", description=CANARY, receipt_email=CANARY
    )
    body = arrive("charge.succeeded", charge)
    arrive("charge.refund.updated", build("refund", id="re_1", charge="ch_1", description=CANARY, amount=100))
    arrive("cash_balance.funds_available", {"object": "cash_balance", "customer": "cus_1", "settings": CANARY})
    lie = {**body, "data": {"object": {**charge, "amount": 1, "description": CANARY}}}
    assert post_event(lie).status_code == 400
    assert post_event({**lie, "id": "evt_made_up"}).status_code == 400
    moved = build("balance_transaction", id="txn_1", source="ch_1", description=CANARY, amount=500)
    write([snapshot_of(moved, Scope(livemode=False), as_of=from_timestamp(1))])
    arrive("customer.created", build("customer", id="cus_10", name="Grace"))
    arrive("charge.succeeded", build("charge", id="ch_10", customer="cus_10", description="Grace's"))


def everything():
    return {model.__name__: str(list(model._base_manager.order_by("pk").values())) for model in MODELS}


def test_nothing_personal_is_left_anywhere(known, erase):
    assert "Canary" in everything()["Event"]

    told = erase("cus_1", "--yes")

    assert [name for name, rows in everything().items() if "Canary" in rows] == []
    assert "1 Charge: data, receipt_email, email, description, last4, fingerprint, failure_message" in told
    assert "Kept, since accounting law requires it" in told


def test_ids_amounts_and_what_others_did_stay(known, erase):
    erase("cus_1", "--yes")

    charge, refund = Charge.objects.get(stripe_id="ch_1"), Refund.objects.get()
    assert (charge.amount, charge.currency, charge.customer.stripe_id) == (500, "eur", "cus_1")
    assert (charge.data["amount"], charge.data["id"], charge.data["customer"]) == (500, "ch_1", "cus_1")
    assert (refund.amount, refund.charge, BalanceTransaction.objects.get(stripe_id="txn_1").amount) == (
        100,
        charge,
        500,
    )
    assert Customer.objects.get(stripe_id="cus_10").name == "Grace"
    assert Charge.objects.get(stripe_id="ch_10").description == "Grace's"
    events = Event.objects.order_by("pk")
    assert [(event.object_id, bool(event.pruned_at)) for event in events] == [
        ("cus_1", True),
        ("pm_1", True),
        ("ch_1", True),
        ("re_1", True),
        ("cash_balance:cus_1", True),
        ("cus_10", False),
        ("ch_10", False),
    ]
    assert set(RejectedDelivery.objects.values_list("body", flat=True)) == {""}
    assert [card.erased_at is not None for card in Card.objects.all()] == [True]


def test_what_comes_later_brings_nothing_back(known, erase, arrive):
    erase("cus_1", "--yes")

    arrive("customer.updated", customer(balance=-100))
    assert (Customer.objects.get(stripe_id="cus_1").name, Card.objects.get(stripe_id="card_1").name) == ("", "")
    arrive(
        "charge.updated", build("charge", id="ch_1", customer="cus_1", description=CANARY, amount=500, status="failed")
    )
    arrive("charge.succeeded", build("charge", id="ch_2", customer="cus_1", receipt_email=CANARY, amount=7))
    arrive("charge.refund.updated", build("refund", id="re_2", charge="ch_2", description=CANARY, amount=7))
    moment = from_timestamp(2_100_000_000)
    write([snapshot_of(customer(), Scope(livemode=False), as_of=moment)])
    write(
        [snapshot_of(build("charge", id="ch_3", customer="cus_1", description=CANARY), Scope(livemode=False), moment)]
    )

    assert Customer.objects.get(stripe_id="cus_1").balance is not None
    assert Charge.objects.get(stripe_id="ch_1").status == "failed"
    assert [charge.amount for charge in Charge.objects.filter(stripe_id="ch_2")] == [7]
    assert [name for name, rows in everything().items() if "Canary" in rows] == []
    assert not Event.objects.exclude(customer__stripe_id="cus_10").filter(pruned_at=None).exists()


def test_a_dry_run_and_a_no_erase_nothing(known, erase, monkeypatch):
    before = everything()

    assert "1 PaymentMethod: data, email" in erase("cus_1", "--dry-run")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase("cus_1")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase("cus_1")

    assert everything() == before


def test_a_yes_erases(known, erase, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    assert "Erased." in erase("cus_1")
    assert PaymentMethod.objects.get(stripe_id="pm_1").name == ""


def test_an_event_that_is_still_to_be_done_is_kept_and_said(stripe, post_event, known, erase, connect):
    connect(any_event, lambda **kwargs: 1 / 0)
    stripe.advance(10)
    body = stripe.event("customer.updated", customer())
    assert post_event(body).status_code == 503

    assert "1 events are not processed yet" in erase("cus_1", "--yes")
    assert Event.objects.get(stripe_id=body["id"]).message == body


@pytest.mark.parametrize(
    "changed",
    [lambda raw: raw + b"\n", lambda raw: json.dumps(raw.decode()).encode(), base64.b64encode],
    ids=["a line break", "a string", "base64"],
)
def test_a_refused_delivery_is_found_however_it_was_changed_on_its_way(
    changed, known, erase, stripe, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    raw = json.dumps(stripe.event("customer.updated", customer())).encode()
    assert post_event(changed(raw), **sign(raw, "whsec_ours")).status_code == 400

    erase("cus_1", "--yes")

    assert RejectedDelivery.objects.get(cause="changed").body == ""


@pytest.mark.parametrize("comes_again", [True, False], ids=["and came again", "for good"])
def test_a_refused_delivery_is_found_where_it_does_not_name_the_customer(
    comes_again, known, erase, stripe, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    dispute = build("dispute", id="dp_1", charge="ch_1", evidence={"customer_name": CANARY})
    raw = json.dumps(stripe.event("charge.dispute.created", dispute)).encode()
    assert post_event(raw, **sign(raw, "whsec_ours", at=1)).status_code == 400
    if comes_again:
        assert post_event(raw, **sign(raw, "whsec_ours")).status_code == 200

    erase("cus_1", "--yes")

    assert RejectedDelivery.objects.get(cause="stale").body == ""


def test_who_is_meant_must_be_clear(erase):
    for account, livemode in (("", True), ("", False), ("acct_1", False)):
        Customer.objects.create(stripe_id="cus_1", stripe_account=account, livemode=livemode, name=CANARY)

    with pytest.raises(CommandError, match="Several customers have the id cus_1"):
        erase("cus_1")
    with pytest.raises(CommandError, match="No customer cus_2"):
        erase("cus_2")
    erase("cus_1", "--account=", "--testmode", "--yes")

    assert Customer.objects.filter(name=CANARY).count() == 2
    assert Customer.objects.get(stripe_account="", livemode=False).name == ""


def test_every_column_that_may_tell_of_a_payer_is_named_so():
    telling = {
        "email",
        "name",
        "phone",
        "last4",
        "fingerprint",
        "receipt_email",
        "description",
        "memo",
        "value",
        "code",
        "transfer_group",
    }
    ours = {"Account", "Coupon", "Payout", "Person", "Product", "TopUp"}  # not a payer's
    models = [model for model in StripeObject.__subclasses__() if model.__name__ not in ours]

    missing = [
        (model.__name__, column.name)
        for model in models
        for column in model.columns()
        if column.name in telling and column.name not in model.personal
    ]

    assert missing == []
    assert all({column.name for column in model.columns()} >= set(model.personal) for model in models)


def test_of_an_object_that_has_no_model_numbers_and_ids_stay():
    data = {
        "object": "x",
        "id": "x_1",
        "amount": 1,
        "note": CANARY,
        "customer": {"id": "cus_1", "name": CANARY},
        "l": [CANARY],
    }

    assert OtherObject.remainder(data) == {"object": "x", "id": "x_1", "amount": 1, "customer": "cus_1"}
    assert json.dumps(data)


@pytest.fixture
def during(request):
    """Do something each time that a statement of an erasure has these words, before it is executed."""

    def during(words, act, times=1):
        left = [times]

        def look(execute, sql, params, many, context):
            if words in sql and left[0]:
                left[0] -= 1
                act()
            return execute(sql, params, many, context)

        return connection.execute_wrapper(look)

    return during


#: The last thing that a survey looks at.
LAST_LOOK = 'FROM "pinaxstripe_eventreplay"'
quoted = pytest.mark.skipif("connection.vendor == 'mysql'", reason="the statements are known by their quotes")


def written_late():
    """A transaction that had read the customer's row before it was marked is committed only now."""
    customer = Customer.objects.get(stripe_id="cus_1")
    Charge.objects.create(
        stripe_id=f"ch_late_{Charge.objects.count()}",
        livemode=False,
        customer=customer,
        description=CANARY,
        data={"note": CANARY},
    )


@quoted
def test_what_is_written_between_a_survey_and_the_erasure_is_erased_too(known, erase, during):
    written = []

    def once_marked():
        if Customer.objects.filter(stripe_id="cus_1", erased_at__isnull=False).exists():
            written.append(written_late())

    with during(LAST_LOOK, once_marked, times=3):
        erase("cus_1", "--yes")

    assert written
    assert "Canary" not in str(everything())
    assert not Customer.objects.get(stripe_id="cus_1").erasure_unfinished


@quoted
def test_what_never_ends_coming_is_left_to_the_next_stripe_prune(known, erase, during):
    with during(LAST_LOOK, written_late, times=99):
        assert "The next stripe_prune erases what is left by then." in erase("cus_1", "--yes")
    assert Customer.objects.get(stripe_id="cus_1").erasure_unfinished

    out = io.StringIO()
    call_command("stripe_prune", "--dry-run", stdout=out)
    call_command("stripe_prune", stdout=out)

    assert "1 unfinished erasures would be resumed" in out.getvalue()
    assert "1 unfinished erasures resumed, 0 still unfinished" in out.getvalue()
    assert "Canary" not in str(everything())


@quoted
@pytest.mark.parametrize("stopped_at", range(0, 40, 3))
def test_one_that_was_stopped_is_completed_by_the_next_stripe_prune(stopped_at, known, grouped, erase, during):
    left = [stopped_at]

    def stop():
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    with during("UPDATE", stop, times=stopped_at + 1), suppress(CommandError):
        erase("cus_1", "--yes")
    begun = Customer.objects.get(stripe_id="cus_1").erased_at is not None
    assert begun is (stopped_at > 0)

    call_command("stripe_prune") if begun else erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    assert not Customer.objects.filter(erasure_unfinished=True).exists()


def test_an_event_that_only_mentions_the_customer_is_blanked_once_it_is_processed(
    stripe, post_event, known, erase, connect
):
    receiver = connect(any_event, Listener("late", failures=1))
    stripe.advance(10)
    body = stripe.event("product.updated", build("product", id="prod_1", metadata={"for": "cus_1", "name": CANARY}))
    assert post_event(body).status_code == 503
    erase("cus_1", "--yes")
    assert Customer.objects.get(stripe_id="cus_1").erasure_unfinished

    assert post_event(body).status_code == 200
    call_command("stripe_prune")

    assert receiver.calls == 2
    assert Event.objects.get(stripe_id=body["id"]).pruned_at
    assert not Customer.objects.filter(erasure_unfinished=True).exists()


def test_an_event_that_was_given_up_is_blanked_and_no_longer_counted(
    stripe, post_event, known, erase, connect, settings
):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    connect(any_event, lambda **kwargs: 1 / 0)
    stripe.advance(10)
    body = stripe.event("customer.updated", customer())
    post_event(body)
    assert Event.objects.given_up().count() == 1

    erase("cus_1", "--yes")

    kept = Event.objects.get(stripe_id=body["id"])
    assert (kept.pruned_at is not None, kept.given_up_at is not None, kept.skipped) == (True, True, True)
    assert Event.objects.given_up().count() == 0


MENTIONS = {
    "related_customer": {"object": "identity.verification_session", "id": "vs_1", "related_customer": "cus_1"},
    "account holder": {
        "object": "financial_connections.account",
        "id": "fca_1",
        "account_holder": {"customer": "cus_1"},
    },
    "payment record": {"object": "payment_record", "id": "pr_1", "customer_details": {"customer": "cus_1"}},
    "somewhere deep": {"object": "brand_new", "id": "new_1", "parts": [{"of": {"who": "cus_1"}}]},
    "a name": {"object": "brand_new", "id": "new_1", "shares": {"cus_1": 5}},
    "metadata": {"object": "brand_new", "id": "new_1", "metadata": {"whose": "of\ncus_1, since May"}},
}


@pytest.mark.parametrize("name", MENTIONS)
def test_an_object_without_a_model_is_erased_wherever_it_names_the_customer(name, known, arrive, erase):
    arrive("brand.new", {**MENTIONS[name], "note": CANARY})
    arrive("brand.new", {"object": "brand_new", "id": "new_2", "who": "cus_10", "note": "Grace's", "xcus_1": "cus_1_2"})

    erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    assert OtherObject.objects.get(stripe_id=MENTIONS[name]["id"]).erased_at
    kept = OtherObject.objects.get(stripe_id="new_2")
    assert (kept.data["note"], kept.erased_at) == ("Grace's", None)
    assert Event.objects.get(object_id="new_2").pruned_at is None


@pytest.mark.parametrize("chosen", ["ada", "cus_ädä", 'a"b'])
def test_an_id_that_somebody_has_chosen_is_found_however_it_is_written(chosen, arrive, erase):
    arrive("customer.created", build("customer", id=chosen, name=CANARY))
    arrive("brand.new", {"object": "brand_new", "id": "new_1", "who": chosen, "note": CANARY})

    erase(chosen, "--yes")

    assert "Canary" not in str(everything())


ELSEWHERE = {
    "another customer's invoice": build("invoice", id="in_9", customer="cus_10"),
    "a product": build("product", id="prod_9"),
    "an account": build("account", id="acct_9"),
    "a card reader": {"object": "terminal.reader", "id": "tmr_9"},
    "a promotion code for all": build("promotion_code", id="promo_9", customer=None),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_concerns_others_too_stays_and_is_named(name, known, erase):
    carried = {**ELSEWHERE[name], "metadata": {"referred_by": "cus_1", "note": "ours"}}
    sync_object(carried, Scope(livemode=False))

    told = erase("cus_1", "--yes")

    model = model_of(carried)
    kept = model.objects.get(stripe_id=carried["id"])
    assert (kept.data["metadata"]["note"], kept.erased_at) == ("ours", None)
    assert f"names the customer: {model.__name__} {carried['id']}" in told


def test_a_line_of_another_customers_invoice_stays(known, arrive, erase):
    line = build("line_item", id="il_1", description="Grace's", metadata={"referred_by": "cus_1"})
    arrive("invoice.updated", build("invoice", id="in_9", customer="cus_10", lines=[line]))

    told = erase("cus_1", "--yes")

    assert InvoiceLineItem.objects.get().description == "Grace's"
    assert "names the customer: InvoiceLineItem il_1" in told


def test_a_promotion_code_for_the_customer_alone_is_erased(known, arrive, erase):
    arrive("promotion_code.created", build("promotion_code", id="promo_1", customer="cus_1", code=CANARY))
    arrive("promotion_code.created", build("promotion_code", id="promo_2", customer=None, code="SPRING"))

    erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    assert PromotionCode.objects.get(stripe_id="promo_2").code == "SPRING"


@pytest.fixture
def grouped(known, arrive):
    """A transfer that has nothing in common with the customer's charge but their group, and one of a shared group."""
    arrive("charge.succeeded", build("charge", id="ch_g", customer="cus_1", transfer_group=f"order of {CANARY}"))
    arrive("charge.succeeded", build("charge", id="ch_s", customer="cus_1", transfer_group="all"))
    arrive("charge.succeeded", build("charge", id="ch_t", customer="cus_10", transfer_group="all"))
    for number, (group, note) in enumerate([(f"order of {CANARY}", CANARY), ("all", "Grace's")]):
        arrive(
            "transfer.created",
            build("transfer", id=f"tr_{number}", transfer_group=group, description=note, source_transaction=None),
        )


def test_the_transfers_of_a_payments_group_are_erased_unless_others_share_it(grouped, erase):
    erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    transfers = Transfer.objects.order_by("stripe_id")
    assert [(transfer.description, transfer.transfer_group) for transfer in transfers] == [("", ""), ("Grace's", "all")]
    assert [transfer.amount for transfer in transfers if transfer.erased_at] == [transfers[0].amount]


def test_a_transfer_that_names_the_customer_in_its_metadata_is_erased(known, arrive, erase):
    metadata = {"customer": "cus_1", "name": CANARY}
    arrive("transfer.created", build("transfer", id="tr_1", metadata=metadata, source_transaction=None))

    erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    assert Transfer.objects.get().amount


def test_what_people_and_errors_have_said_is_blanked(known, erase, stripe, post_event, connect, settings):
    about = Event.objects.get(object_id="ch_1", processed=True)
    replay(about.pk, Request(by="Grace", reason=f"{CANARY} has called", again=True))
    other = Event.objects.get(object_id="ch_10")
    replay(other.pk, Request(by="Grace", reason=f"like {CANARY} (cus_1)", again=True))
    replay(other.pk, Request(by="Grace", reason="for cus_10", again=True))
    EventProcessingException.objects.create(
        event=other, stage="receiver", message=f"{CANARY}: cus_1!", traceback=f"for {CANARY}, cus_1"
    )
    EventProcessingException.objects.create(event=other, stage="receiver", message="cus_10", traceback="cus_10")

    told = erase("cus_1", "--yes")

    assert "Canary" not in str(everything())
    assert ("  1 errors of other events" in told, "  2 replays" in told) == (True, True)
    assert list(EventReplay.objects.order_by("pk").values_list("reason", "requested_by")) == [
        ("", "Grace"),
        ("", "Grace"),
        ("for cus_10", "Grace"),
    ]
    assert list(EventProcessingException.objects.order_by("pk").values_list("message", flat=True)) == ["", "cus_10"]


def late(raw):
    """The body with a long text before everything that tells whose it is."""
    return json.dumps({"note": f"{CANARY} " * 8000, **json.loads(raw)}).encode()


UNREADABLE = {
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda raw: raw.decode().encode("utf-16-le"),
    "compressed": lambda raw: gzip.compress(CANARY.encode() + raw, 0),
    "the id is too late": late,
    "base64 that is cut": lambda raw: base64.b64encode(late(raw)),
    "a form": lambda raw: urlencode({"payload": raw}).encode(),
    "Latin-1": lambda raw: raw.replace(b"Ada", b"Ad\xe4"),
    "cut on its way": lambda raw: raw[:1500],
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_rejected_body_of_which_nobody_can_tell_whose_it_is_is_blanked(
    name, known, erase, stripe, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    RejectedDelivery.objects.all().delete()
    raw = json.dumps(stripe.event("new.thing", {"object": "thing", "note": CANARY, "who": "cus_1"})).encode()
    others = json.dumps(stripe.event("new.thing", {"object": "thing", "note": "Grace's", "who": "cus_10"})).encode()
    for body in (UNREADABLE[name](raw), others):
        assert post_event(body, **sign(b"", "whsec_theirs")).status_code == 400
    assert all(RejectedDelivery.objects.values_list("body", flat=True))

    erase("cus_1", "--yes")

    assert [bool(body) for body in RejectedDelivery.objects.order_by("pk").values_list("body", flat=True)] == [
        False,
        True,
    ]


def test_what_was_rejected_under_the_id_of_the_thin_event_is_erased(stripe, post_event):
    snapshot = stripe.event("customer.created", build("customer", id="cus_1"))
    thin = stripe.thin(snapshot)
    assert [post_event(body).status_code for body in (thin, snapshot)] == [200, 200]
    for body in (thin, snapshot):
        RejectedDelivery.objects.create(stripe_id=body["id"], cause="no match", body='{"name": "Ada"}')

    call_command("stripe_prune", "--erase", "cus_1", "--yes")

    assert list(RejectedDelivery.objects.values_list("body", flat=True)) == ["", ""]
