"""The page of an event, in each state."""

import json
from html import unescape

import pytest

from pinax.stripe.admin import columns
from pinax.stripe.models import Charge, Event, EventProcessingException, EventReceipt, OtherObject, RejectedDelivery
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.admin.conftest import address_of, thank

pytestmark = pytest.mark.django_db


def test_a_processed_event_says_so_in_a_sentence_and_leads_to_its_rows(page, text, processed_event):
    html = page(processed_event)

    assert "<strong>charge.succeeded</strong>" in html
    assert "A charge" in html
    assert f'<a href="{address_of(Charge.objects.get())}">charge ch_processed</a>' in html
    assert f'<a href="{address_of(processed_event.customer)}">cus_1</a>' in html
    assert "Confirmed" in html
    assert "1 time<" in html
    assert "Stripe&#x27;s copy" in html
    assert "As delivered" in html
    assert "Errors, newest first" not in html
    assert "Rejected deliveries, newest first" not in html


def test_messages_are_indented_and_keep_the_order_of_their_keys(text, processed_event):
    html = text(processed_event)

    assert json.dumps(processed_event.validated_message, indent=2) in html
    assert json.dumps(processed_event.webhook_message, indent=2) in html


def test_stripes_copy_is_open_and_the_delivered_one_is_not(page, processed_event):
    html = page(processed_event)

    assert html.count("<details open>\n    <summary><h2") == 1
    assert html.index("<details open>\n    <summary><h2") < html.index("Stripe&#x27;s copy")


def test_a_duplicate_counts_as_a_delivery(page, stripe, post_event, processed_event):
    post_event(processed_event.webhook_message)

    assert "2 times<" in page(processed_event)


def test_a_forged_event_shows_what_was_posted_and_why_it_was_rejected(page, text, forged_event):
    html = page(forged_event)

    assert "Not confirmed" in html
    assert "Not acted on" in html
    assert "data.object.amount not as in Stripe&#x27;s copy" in html
    assert "Rejected deliveries, newest first" in html
    assert html.count("<details><summary>What was posted</summary>") == 2
    assert html.index("2000000") < html.index("1000000")
    assert 'aria-labelledby="Stripe' not in html
    assert "The only copy that is acted on" not in html
    first = RejectedDelivery.objects.first()
    assert f'<a href="{address_of(first)}">' in html


def test_a_failed_event_shows_stage_receiver_message_and_traceback(page, text, post_event, failed_event):
    post_event(failed_event.webhook_message)

    html = text(failed_event)

    assert "Errors, newest first" in html
    assert html.count("Calling a receiver") == 2
    assert "failed_event.<locals>.ship" in html
    assert "RuntimeError: no box for in_" in html
    assert html.count("Traceback (most recent call last)") == 2
    assert html.count("<details open><summary>Traceback") == 1


def test_of_many_failed_attempts_the_page_shows_the_newest_and_leads_to_all(page, listed, failed_event):
    for number in range(30):
        EventProcessingException.objects.create(event=failed_event, stage="sync", message=f"try {number}.")

    html = page(failed_event)

    assert "try 29." in html
    assert "try 19." not in html
    assert '<a href="/admin/pinax_stripe/eventprocessingexception/?q=evt_failed">Show all</a>' in html
    assert len(listed(EventProcessingException, q="evt_failed")) == 31


def test_a_half_way_event_says_which_receivers_have_succeeded_which_have_not_and_when_the_next_attempt_is(
    page, text, listed, half_way_event
):
    html = page(half_way_event)

    assert "Retrying receivers" in html
    receivers = html[html.index(">Receivers</h2>") :]
    succeeded, waiting = receivers[: receivers.index("</table>")].split("<tr><td>")[1:]
    assert ("conftest.thank</code>" in succeeded, "<time" in succeeded, "<td>0.0" in succeeded) == (True, True, True)
    assert ("half_way_event.<locals>.pack" in unescape(waiting), "not yet" in waiting) == (True, True)
    assert "The next attempt calls only the receivers that have not succeeded" in html
    assert columns.moment(half_way_event.next_attempt_at) in html
    (receipt,) = listed(EventReceipt, q="evt_half_way")
    assert "conftest.thank" in page(receipt)
    assert f'<a href="{address_of(half_way_event)}">' in page(receipt)


def test_an_event_that_was_half_way_and_is_processed_now_waits_for_no_receiver(page, post_event, half_way_event):
    for _name, receiver in list(WEBHOOK_SIGNALS["payout.created"].receivers_for(None)):
        WEBHOOK_SIGNALS["payout.created"].disconnect(receiver)
    assert post_event(half_way_event.webhook_message).status_code == 200

    html = page(half_way_event)

    assert "conftest.thank</code>" in html
    assert "The seconds are those of the last attempt" in html
    assert "not yet" not in html


def test_an_event_without_receivers_does_not_mention_any(page, processed_event):
    assert ">Receivers</h2>" not in page(processed_event)


def test_a_processed_event_shows_its_receivers_and_the_seconds_each_took(text, connect, arrive):
    connect(WEBHOOK_SIGNALS["payout.paid"], thank)
    event = arrive("payout.paid", build("payout"))
    Event.objects.filter(pk=event.pk).update(receivers={next(iter(event.receivers)): 1.25})

    html = text(event)

    receivers = html[html.index(">Receivers</h2>") :]
    (row,) = receivers[: receivers.index("</table>")].split("<tr><td>")[1:]
    assert "conftest.thank</code>" in row
    assert f"<td>{columns.moment(event.processed_at)}</td><td>1.250</td>" in row
    assert "not yet" not in receivers


def test_what_a_receiver_is_called_is_escaped(page, processed_event):
    Event.objects.update(receivers={"<script>": 0.5})

    html = page(processed_event)

    assert "&lt;script&gt;</code>" in html
    assert "<td>0.500</td>" in html


def test_an_event_that_is_given_up_says_so_and_since_when(page, given_up_event):
    html = page(given_up_event)

    assert '">Given up</span>' in html
    assert columns.moment(given_up_event.given_up_at) in html
    assert "The others are not called again automatically" in html
    assert given_up_event.next_attempt_at is None


def test_an_unchecked_event_shows_the_delivered_message_only(page, unchecked_event):
    html = page(unchecked_event)

    assert "Not asked yet" in html
    assert "could not check" in html
    assert "Verifying the event" in html
    assert "The only copy that is acted on" not in html
    assert html.count("<details open>\n    <summary><h2") == 1


def test_a_skipped_event_says_why(page, skipped_event):
    html = page(skipped_event)

    assert "Skipped" in html
    assert "payout.paid is switched off by PINAX_STRIPE_IGNORED_EVENTS" in html
    assert ">its type is switched off</div>" in html


def test_a_live_event_of_an_account_leads_to_the_account(page, live_event):
    html = page(live_event)

    assert '<a href="/admin/pinax_stripe/account/?q=acct_shop">acct_shop</a>' in html
    assert ">live</span>" in html


def test_an_event_of_an_unknown_type_says_that_it_is_unknown(page, arrive):
    assert "does not know yet" in page(arrive("brand.new", build("widget")))


def test_an_object_without_an_id_is_found_as_well(page, arrive):
    event = arrive("balance.available", build("balance"))

    assert f'<a href="{address_of(OtherObject.objects.get())}">balance</a>' in page(event)


def test_an_object_of_which_there_is_no_row_is_named_all_the_same(page, stripe, arrive):
    with stripe.answering(401):
        event = arrive("coupon.created", build("coupon", id="GOLD"), answer=503)

    assert ">coupon GOLD</div>" in page(event)


def test_a_deleted_object_is_still_led_to(page, arrive):
    product = build("product")
    arrive("product.created", product)

    assert f">product {product['id']}</a>" in page(arrive("product.deleted", product))


def test_an_event_that_carries_nothing_has_a_page(page, arrive):
    assert "ping" in page(arrive("ping"))


def test_a_failed_attempt_has_a_page_and_a_list_by_stage(page, listed, failed_event, unchecked_event):
    failure = failed_event.exceptions.get()

    html = page(failure)

    assert "no box for" in html
    assert "Traceback (most recent call last)" in html
    assert f'<a href="{address_of(failed_event)}">' in html
    assert "no box for" in page(EventProcessingException)
    assert listed(EventProcessingException, stage__exact="receiver") == {failure}
    assert listed(EventProcessingException, stage__exact="verify") == {unchecked_event.exceptions.get()}
    assert listed(EventProcessingException, q="evt_failed") == {failure}
    assert listed(EventProcessingException, q="evt_fail") == set()


def test_a_rejected_delivery_has_a_page_and_a_list(page, listed, forged_event):
    second, first = forged_event.rejected.all()

    html = page(first)

    assert "&quot;amount&quot;: 1000000," in html
    assert f'<a href="{address_of(forged_event)}">' in html
    assert "data.object.amount" in page(RejectedDelivery)
    assert listed(RejectedDelivery, q="evt_forged") == {first, second}
    assert listed(RejectedDelivery, q="evt_") == set()


def test_a_rejected_delivery_outlives_its_event(page, forged_event):
    delivery = forged_event.rejected.first()
    Event.objects.all().delete()

    delivery.refresh_from_db()
    assert "evt_forged" in page(delivery)
    assert "evt_forged" in page(RejectedDelivery)


def test_a_rejected_body_that_was_cut_is_shown_as_far_as_it_goes(page, forged_event):
    forged_event.rejected.create(
        stripe_id="evt_forged", reason="long", body='{"client_secret": "pi_1_secret_2", "a": "b'
    )

    html = page(forged_event)

    assert "{&quot;client_secret&quot;: &quot;…&quot;, &quot;a&quot;: &quot;b" in html


def test_rejected_signatures_are_listed_with_their_reason_and_filtered_by_cause(
    post_event, stripe, page, text, listed, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    body = '{"type":"ping","data":{"object":{"client_secret":"pi_canary","note":"é"}},' + " " * 2000
    post_event(body)
    post_event({**stripe.event("ping"), "id": "evt_claimed"}, **{"Stripe-Signature": "t=1,v1=00"})
    other, unsigned = RejectedDelivery.objects.all()

    shown = text(RejectedDelivery)
    assert "signed with another secret" in shown
    assert "none of the webhook secrets signed it: another endpoint's secret" in shown
    assert "evt_claimed" in shown
    assert "2.0 KB" in shown
    assert listed(RejectedDelivery, cause="no match") == {other}
    assert listed(RejectedDelivery, cause="not signed") == {unsigned}
    assert listed(RejectedDelivery, q="evt_claimed") == {other}
    assert "ping" in page(other)
    assert "no Stripe-Signature header" in text(unsigned)
    assert "pi_canary" not in page(unsigned)


def test_the_page_of_an_event_says_which_secret_signed_it(stripe, post_event, sign, page, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"the <b>shop</b>": "whsec_ours"}
    body = json.dumps(stripe.event("ping")).encode()
    post_event(body, **sign(body, "whsec_ours"))

    shown = page(Event.objects.get())

    assert "the &lt;b&gt;shop&lt;/b&gt;" in shown
    assert "whsec_ours" not in shown


def test_a_delivery_in_another_version_is_compared_with_the_recorded_event(
    stripe, post_event, page, text, client, settings, sign
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    event = stripe.event("charge.captured", build("charge", description="in the old version"))
    for query, change in (("?compare=2026-10-28.endive", "in the new version"), ("", "in the old version")):
        body = json.dumps(event).replace("in the old version", change).encode()
        answer = client.post(f"/stripe/webhook/{query}", body, "application/json", headers=sign(body, "whsec_one"))
        assert answer.status_code == 200

    html = text(RejectedDelivery.objects.get())

    assert "Signed with a webhook secret; it was only compared." in html
    assert '-      "description": "in the old version",' in html
    assert '+      "description": "in the new version",' in html
    assert "Delivery rejected" not in text(Event.objects.get())
