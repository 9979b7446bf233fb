"""What strangers and customers write is shown, never run; what nobody should see is not shown."""

import json

import pytest
from django.utils import timezone

from pinax.stripe.admin import sections
from pinax.stripe.admin.sections import Payload
from pinax.stripe.models import Charge, Customer, Event, EventProcessingException, PaymentIntent, RejectedDelivery
from pinax.stripe.testing import build
from tests.admin.rows import MODELS, row_of

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
ODD = "a\0b\ud800c\u202ed</pre>"


@pytest.fixture
def hostile(stripe, post_event):
    """A customer, an event and a rejected delivery with a script in every field that a sender controls."""
    carried = build(
        "customer", id=f"cus_{SCRIPT}", name=SCRIPT, email=SCRIPT, metadata={SCRIPT: SCRIPT, ODD: ODD}, description=ODD
    )
    body = stripe.event("customer.created", carried, id="evt_hostile", store=False)
    assert post_event(body).status_code == 200
    assert post_event({**body, "data": {"object": {**carried, SCRIPT: ODD}}}).status_code == 400
    event = Event.objects.get()
    EventProcessingException.objects.create(
        event=event, stage="sync", receiver=SCRIPT, message=SCRIPT, traceback=f"File {SCRIPT}"
    )
    Event.objects.update(kind=SCRIPT, stripe_account=SCRIPT, request_id=SCRIPT, api_version=SCRIPT)
    Event.objects.update(verification_note=SCRIPT, object_type=SCRIPT)
    return Event.objects.get()


def test_no_script_runs_anywhere(page, hostile):
    shown = [
        hostile,
        Customer.objects.get(),
        EventProcessingException.objects.get(),
        RejectedDelivery.objects.get(),
    ]
    for what in [*shown, *map(type, shown)]:
        for html in (page(what), page(what, q=SCRIPT) if isinstance(what, type) else ""):
            assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(what)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_script_runs_on_the_pages_of_any_model(model, page):
    row = row_of(model, SCRIPT)

    for html in (page(row), page(model), page(model, q=SCRIPT)):
        assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(row)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_page_of_any_model_shows_a_key_of_stripes_that_a_payload_holds(model, page):
    row = row_of(model, "x")
    canaries = {"client_secret": "pi_1_secret_canary", "secret": "canary", "x": "sk_live_canary rk_live_canary"}
    for field in model._meta.concrete_fields:
        if field.name in {"data", "webhook_message", "validated_message"}:
            setattr(row, field.name, {"deep": [canaries]})
        if field.name == "body":
            row.body = json.dumps(canaries)
    row.save()

    assert "canary" not in page(row) + page(model)


def test_characters_that_no_page_can_hold_are_replaced(page, hostile):
    html = page(hostile)

    assert "\0" not in html
    assert "a\ufffdb\ufffdc\u202ed&lt;/pre&gt;" in html


def test_letters_of_all_alphabets_stay_readable(page, arrive):
    assert "Émilie 株式会社" in page(arrive("customer.created", build("customer", name="Émilie 株式会社")))


def test_secrets_in_payloads_are_not_shown(page, arrive, forged_event):
    carried = build("payment_intent", client_secret="pi_1_secret_canary", description='it is "quoted"')
    event = arrive("payment_intent.succeeded", {**carried, "note": "sk_live_canary and whsec_canary"})
    forged_event.rejected.create(stripe_id="evt_1", reason="x", body=json.dumps({"secret": "ek_canary"}))

    for what in (event, forged_event, PaymentIntent.objects.get()):
        assert "canary" not in page(what)
    html = page(event)
    assert "&quot;client_secret&quot;: &quot;…&quot;" in html
    assert "sk_… and whsec_…" in html
    assert "it is \\&quot;quoted\\&quot;" in html


def test_a_payload_that_would_fill_the_browser_is_cut(page, stripe, post_event, monkeypatch):
    monkeypatch.setattr(sections, "MOST_SHOWN", 5_000)
    deep = []
    for _ in range(90):
        deep = [deep]
    post_event(stripe.event("customer.created", build("customer", metadata={"deep": [deep] * 20})))

    html = page(Event.objects.get())

    assert html.count("\n…</pre>") == 2
    assert html.count("[\n") < 1_000


def test_a_secret_on_the_edge_of_the_cut_is_not_shown_either(monkeypatch):
    monkeypatch.setattr(sections, "MOST_SHOWN", 40)

    text = Payload("x", {"client_secret": "canary" * 10}).text

    assert "canary" not in text
    assert text.endswith("\n…")


def test_a_body_that_is_no_json_at_all_is_shown_as_it_is(page, forged_event):
    delivery = forged_event.rejected.create(stripe_id="evt_1", reason="x", body="<b>not json")

    assert "&lt;b&gt;not json" in page(delivery)


def test_the_page_of_a_row_with_odd_ids_can_be_opened(page, arrive):
    row = arrive("charge.succeeded", build("charge", id="ch_/../?#%")).pk
    charge = Charge.objects.get()

    assert row
    assert "ch_/../?#%" in page(charge)
    assert "?q=ch_%2F..%2F%3F%23%25" in page(Event)


def test_a_moment_at_the_end_of_time_can_be_shown(page, arrive):
    event = arrive("ping")
    Event.objects.update(created=timezone.datetime(9999, 12, 31, 12, tzinfo=timezone.get_default_timezone()))

    assert "9999-12-31" in page(event)
    assert "ping" in page(Event)
