"""What people come to the admin for, done in a real browser, with nothing but the keyboard."""

import pytest
from django.contrib.auth import get_user_model
from django.utils.timezone import localtime

from pinax.stripe.models import Event, EventReplay, RejectedDelivery
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.admin.browsing import MARKS, Desk, chromium

pytestmark = MARKS

OVERVIEW = "/admin/pinax_stripe/"

#: Colours, the width of the window, and whether there is JavaScript.
SURROUNDINGS = [
    *(
        pytest.param({"scheme": scheme, "width": width}, id=f"{scheme}, {width} px")
        for scheme in ("light", "dark")
        for width in (375, 1280, 1440)
    ),
    pytest.param({"scripts": False}, id="no JavaScript"),
    pytest.param({"scripts": False, "width": 375}, id="no JavaScript, 375 px"),
]


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(params=SURROUNDINGS)
def desk(request, driver, live_server, settings):
    """A superuser, at the overview."""
    settings.MIDDLEWARE = ["tests.admin.browsing.ContentSecurityPolicy", *settings.MIDDLEWARE]
    desk = Desk(driver, live_server.url)
    desk.set_up(**request.param)
    desk.log_in(get_user_model().objects.create_superuser("ada"))
    return desk


def test_a_customer_is_found_by_part_of_a_name_and_what_happened_is_told(desk, arrive):
    ada = build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com")
    arrive("customer.created", ada)
    arrive("customer.created", build("customer", name="Grace Hopper"))
    bill = build("invoice", customer="cus_ada", number="ADA-0001", currency="eur", amount_paid=1500, total=1500)
    arrive("invoice.paid", bill | {"customer_name": "Ada Lovelace", "status": "paid"})

    desk.open(OVERVIEW)
    desk.follow("Customers")
    desk.tab_to("q")
    desk.enter("lovel")
    assert "Grace Hopper" not in desk.text
    desk.follow("cus_ada")

    assert "Ada Lovelace · ada@example.com" in desk.text
    assert "Invoice ADA-0001 over €15.00 was paid by Ada Lovelace" in desk.text


def test_an_event_is_found_by_the_id_of_its_invoice(desk, arrive):
    arrive("invoice.paid", build("invoice", id="in_wanted", number="ADA-0001"))
    arrive("invoice.paid", build("invoice", id="in_other", number="ADA-0002"))

    desk.open(OVERVIEW)
    desk.follow("Events")
    desk.tab_to("q")
    desk.enter("in_wanted")
    desk.follow("invoice.paid")

    assert "Invoice ADA-0001" in desk.text
    assert "in_wanted" in desk.text


def test_why_a_forged_event_was_not_acted_on_is_seen(desk, arrive, stripe, post_event):
    genuine = arrive("charge.succeeded", build("charge", id="ch_1", amount=100), id="evt_forged").webhook_message
    forged = {**genuine, "data": {"object": {**genuine["data"]["object"], "amount": 1_000_000}}}
    assert post_event(forged).status_code == 400

    desk.open(OVERVIEW)
    desk.follow("Rejected deliveries")
    desk.follow(f"{localtime(RejectedDelivery.objects.get().received_at):%Y-%m-%d %H:%M:%S}")

    assert "data.object" in desk.text
    assert '+      "amount": 1000000,' in desk.text
    assert '-      "amount": 100,' in desk.text


def test_thirty_failed_events_of_one_cause_are_replayed_with_one_confirmation(desk, arrive, connect):
    is_open = []

    def ship(instance, **kwargs):
        if not is_open:
            raise RuntimeError(f"no box for {instance.stripe_id}")

    connect(WEBHOOK_SIGNALS["payout.created"], ship)
    for _ in range(30):
        arrive("payout.created", build("payout"), answer=503)
    is_open.append(True)

    desk.open(OVERVIEW)
    desk.follow("Events")
    desk.follow("Failures by cause")
    assert "no box for …" in desk.text
    desk.follow("Replay all 30…")
    desk.tab_to("reason")
    desk.enter("the warehouse is open")

    assert "Replay: 30 processed" in desk.text
    assert Event.objects.filter(processed=True).count() == 30
    assert EventReplay.objects.filter(reason="the warehouse is open", requested_by="ada").count() == 30


def test_a_given_up_event_is_taken_up_again(desk, given_up_event):
    desk.open(OVERVIEW)
    desk.follow("Events")
    desk.follow("refund.created")
    assert "Given up" in desk.text
    desk.follow("Retry after giving up…")
    desk.tab_to("reason")
    desk.enter("there is money again")

    assert "Retry after giving up: " in desk.text
    given_up_event.refresh_from_db()
    assert given_up_event.given_up_at is None
    assert EventReplay.objects.get().reason == "there is money again"
