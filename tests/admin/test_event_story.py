"""What the page of an event tells: a sentence, a timeline, what changed, and how deliveries differ."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from pinax.stripe.admin import event_sections
from pinax.stripe.admin.dashboard import dashboard
from pinax.stripe.admin.sentences import sentence
from pinax.stripe.models import Event, EventReplay, RejectedDelivery
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_ada(arrive):
    """Let an event about an object of Ada Lovelace's arrive."""
    arrive("customer.created", build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com"))

    def of_ada(kind, object_type, **facts):
        return arrive(kind, build(object_type, customer="cus_ada", **facts))

    return of_ada


@pytest.mark.parametrize(
    ("kind", "object_type", "facts", "said"),
    [
        (
            "invoice.paid",
            "invoice",
            {"number": "ADA-0001", "total": 1500, "currency": "eur"},
            "Invoice ADA-0001 over €15.00 was paid by Ada Lovelace",
        ),
        (
            "charge.refunded",
            "charge",
            {"id": "ch_1", "amount": 500, "currency": "jpy"},
            "Charge ch_1 over ¥500 was refunded to Ada Lovelace",
        ),
        (
            "customer.subscription.deleted",
            "subscription",
            {"id": "sub_1"},
            "Subscription sub_1 of Ada Lovelace was deleted",
        ),
        (
            "customer.subscription.trial_will_end",
            "subscription",
            {"id": "sub_1"},
            "A trial ends in three days, or ended early.",
        ),
    ],
)
def test_a_page_is_headed_by_what_the_event_says(kind, object_type, facts, said, of_ada, page):
    event = of_ada(kind, object_type, **facts)

    heading = unescape(re.search(r"<h2>(.*?)</h2>", page(event))[1]).replace("\N{NO-BREAK SPACE}", " ")
    if "trial" in kind:
        assert heading.endswith(".")
    else:
        assert heading == said


def test_a_customer_is_not_said_to_be_of_a_customer(arrive):
    event = arrive("customer.updated", build("customer", name="Ada Lovelace"))

    assert sentence(event) == "Customer Ada Lovelace was changed"


def test_an_event_that_nobody_confirms_says_nothing(page, forged_event):
    assert sentence(forged_event) == ""
    assert f"<h2>{forged_event}</h2>" in page(forged_event)


def test_the_timeline_tells_everything_in_order(text, failed_event, post_event, page):
    Event.objects.filter(pk=failed_event.pk).update(received_at=timezone.now() - timedelta(hours=1))
    EventReplay.objects.create(
        event=failed_event, stripe_id="evt_failed", requested_by="ada", reason="it is fixed", outcome="processed"
    )
    failed_event.rejected.create(stripe_id="evt_failed", cause="differs", reason="the amount differs", body="{}")

    html = text(failed_event)
    timeline = html[html.index("pinax-stripe-timeline") :]
    timeline = timeline[: timeline.index("</ol>")]

    words = ["Recorded", "1 delivery", "Failed: calling a receiver", "ship", "Replay", "ada: it is fixed", "processed"]
    places = [timeline.index(word) for word in words]
    assert places == sorted(places)
    assert "the amount differs" in timeline
    assert "Next attempt" in timeline


def test_an_overdue_event_says_that_stripe_process_does_not_run(text, failed_event):
    Event.objects.update(next_attempt_at=timezone.now() - timedelta(hours=1))

    assert "Overdue: stripe_process does not run" in text(failed_event)


def test_the_timeline_ends_with_what_became_of_it(text, given_up_event, processed_event):
    Event.objects.filter(pk=processed_event.pk).update(pruned_at=timezone.now(), receivers={"shop.sell": 0.25})

    assert "<strong>Given up</strong> after 1 failure" in text(given_up_event)
    html = text(processed_event)
    assert "<code>shop.sell</code> 0.250 s" in html
    assert "<strong>Messages pruned</strong>" in html


def test_what_changed_stands_side_by_side(text, arrive):
    customer = build("customer", email="new@example.com", address={"city": "Paris"})
    before = {"email": "old@example.com", "address": {"city": "London"}, "phone": None}
    event = arrive("customer.updated", customer, previous_attributes=before)

    html = text(event)

    row = (
        '<th scope="row"><code>email</code></th><td><pre>old@example.com</pre></td><td><pre>new@example.com</pre></td>'
    )
    assert row in html
    assert '"city": "London"' in html
    assert "What changed" in html


def test_a_delivery_that_differs_is_compared_with_stripes_copy(text, post_event, processed_event):
    body = json.loads(json.dumps(processed_event.webhook_message))
    body["data"]["object"]["amount"] = 99_999_999
    assert post_event(body).status_code == 400
    delivery = RejectedDelivery.objects.get()

    html = text(delivery)

    assert '<span class="added">+      "amount": 99999999,</span>' in html
    assert re.search(r'<span class="removed">-      "amount": \d+,</span>', html)
    assert html.count('class="added"') == 1


def test_what_is_too_long_is_not_compared(text, post_event, processed_event, monkeypatch):
    monkeypatch.setattr(event_sections, "MOST_LINES", 10)
    processed_event.rejected.create(stripe_id="evt_processed", cause="differs", reason="x", body='{"id": 1}')

    assert "too long to be compared" in text(RejectedDelivery.objects.get())


@pytest.mark.parametrize("body", ["no json", "[]", '{"cut'])
def test_what_is_not_json_is_not_compared(text, processed_event, body):
    processed_event.rejected.create(stripe_id="evt_processed", cause="differs", reason="x", body=body)

    assert "How it differs" not in text(RejectedDelivery.objects.get())


def test_without_the_permission_nothing_of_the_payload_is_told(client, django_user_model, of_ada):
    event = of_ada("invoice.updated", "invoice", number="ADA-0001", total=1500)
    event.webhook_message["data"]["previous_attributes"] = {"number": "x"}
    event.save()
    member = django_user_model.objects.create(username="support", is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "view_rejecteddelivery"]))
    client.force_login(member)

    html = client.get(address_of(event)).content.decode()

    assert "ADA-0001" not in html
    assert "What changed" not in html
    assert "pinax-stripe-timeline" in html


@pytest.mark.parametrize(
    ("object_type", "facts", "address"),
    [
        ("event", {"stripe_account": "", "livemode": True}, "https://dashboard.stripe.com/events/x_1"),
        ("event", {"stripe_account": "", "livemode": False}, "https://dashboard.stripe.com/test/events/x_1"),
        ("invoice", {"stripe_account": "acct_1", "livemode": True}, "https://dashboard.stripe.com/acct_1/invoices/x_1"),
        (
            "charge",
            {"stripe_account": "a/b", "livemode": False},
            "https://dashboard.stripe.com/a%2Fb/test/payments/x_1",
        ),
    ],
)
def test_the_dashboard_is_linked_in_the_right_account_and_mode(object_type, facts, address):
    assert f'href="{address}"' in dashboard(object_type, "x_1", **facts)


def test_what_the_dashboard_has_no_page_for_has_no_link():
    assert dashboard("widget", "x_1", stripe_account="", livemode=True) == ""


def test_an_event_leads_to_the_others_of_its_object_and_customer(page, of_ada):
    event = of_ada("invoice.paid", "invoice", id="in_1")

    html = page(event)

    assert '<a href="/admin/pinax_stripe/event/?q=in_1">of the object</a>' in html
    assert '<a href="/admin/pinax_stripe/event/?q=cus_ada">of the customer</a>' in html
    assert f"https://dashboard.stripe.com/test/events/{event.stripe_id}" in html


SCRIPT = "<script>alert(1)</script>"


def test_hostile_payloads_are_escaped_in_every_section(page, post_event, stripe):
    carried = build("customer", name=SCRIPT, email=SCRIPT, id="cus_1")
    body = stripe.event("customer.updated", carried, previous_attributes={SCRIPT: SCRIPT})
    assert post_event(body).status_code == 200
    assert post_event({**body, "data": {"object": {SCRIPT: SCRIPT}}}).status_code == 400
    event = Event.objects.get()
    event.exceptions.create(stage="receiver", receiver=SCRIPT, message=SCRIPT, traceback=SCRIPT)
    event.replays.create(stripe_id=SCRIPT, requested_by=SCRIPT, reason=SCRIPT, outcome=SCRIPT)
    event.receipts.create(receiver=SCRIPT)
    Event.objects.update(synced_at=timezone.now(), receivers={SCRIPT: 1})

    for html in (page(event), page(RejectedDelivery.objects.get())):
        assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in page(event)
