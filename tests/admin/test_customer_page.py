"""The page of a customer answers what happened to her: sums, what there is, and all events in sentences."""

from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.models import Charge, Customer, Dispute, Event, Refund
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(arrive):
    """Ada Lovelace, who has paid, was refunded in part, and has a subscription."""
    arrive(
        "customer.created", build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com", balance=-500)
    )
    paid = {"customer": "cus_ada", "currency": "eur", "status": "succeeded"}
    arrive("charge.succeeded", build("charge", id="ch_1", amount=1500, amount_refunded=500, **paid))
    arrive("charge.succeeded", build("charge", id="ch_2", amount=1000, **{**paid, "currency": "jpy"}))
    arrive("charge.failed", build("charge", id="ch_3", amount=9900, **{**paid, "status": "failed"}))
    arrive("customer.subscription.created", build("subscription", id="sub_1", customer="cus_ada", status="active"))
    arrive("charge.succeeded", build("charge", id="ch_other", amount=7700, currency="eur"))
    Customer.objects.filter(stripe_id="cus_ada").update(currency="eur")
    return Customer.objects.get(stripe_id="cus_ada")


@pytest.fixture
def shown(text, ada):
    return text(ada)


def test_it_is_headed_by_name_e_mail_and_subscription(shown):
    assert "<h2>Ada Lovelace · ada@example.com · " in shown
    assert ", active</h2>" in shown or "· active</h2>" in shown


def test_sums_are_told_by_currency(text, ada):
    charge = Charge.objects.get(stripe_id="ch_1")
    Dispute.objects.create(stripe_id="dp_1", livemode=False, charge=charge, amount=1500, currency="eur")
    Dispute.objects.create(stripe_id="dp_2", livemode=False, charge=charge, amount=100, currency="usd")

    html = text(ada)

    for row in (
        '<th scope="row">EUR</th><td>€15.00</td><td>€5.00</td><td>€15.00</td>',
        '<th scope="row">JPY</th><td>¥1,000</td><td>¥0</td><td></td>',
        '<th scope="row">USD</th><td></td><td></td><td>$1.00</td>',
    ):
        assert row in html
    assert "Balance: -€5.00" in html


def test_counts_lead_to_the_rows(admin_client, shown, ada):
    assert f'<dt>charges</dt><dd><a href="/admin/pinax_stripe/charge/?customer__id__exact={ada.pk}">3</a></dd>' in shown
    assert (
        f'<dt>subscriptions</dt><dd><a href="/admin/pinax_stripe/subscription/?customer__id__exact={ada.pk}">1</a>'
        in shown
    )
    response = admin_client.get(address_of(Charge), {"customer__id__exact": ada.pk})
    assert response.context["cl"].result_count == 3


def test_refunds_are_counted_though_they_name_the_charge_only(admin_client, text, ada):
    charge = Charge.objects.get(stripe_id="ch_1")
    Refund.objects.create(stripe_id="re_1", livemode=False, charge=charge)
    Refund.objects.create(stripe_id="re_2", livemode=False, charge=charge, customer=ada)
    Refund.objects.create(stripe_id="re_3", livemode=False, charge=Charge.objects.get(stripe_id="ch_other"))

    assert '<dt>refunds</dt><dd><a href="/admin/pinax_stripe/refund/?q=cus_ada">2</a></dd>' in text(ada)
    response = admin_client.get(address_of(Refund), {"q": "cus_ada"})
    assert {row.stripe_id for row in response.context["cl"].result_list} == {"re_1", "re_2"}


def test_all_that_happened_is_told_in_sentences(shown):
    for sentence in (
        "Customer Ada Lovelace was created",
        "Charge ch_1 over €15.00 of Ada Lovelace succeeded",
        "Subscription sub_1 was created for Ada Lovelace",
    ):
        assert sentence in shown
    assert "ch_other" not in shown
    assert "https://dashboard.stripe.com/test/customers/cus_ada" in shown


def test_who_may_see_customers_only_sees_no_sums_counts_or_events(client, django_user_model, ada):
    member = django_user_model.objects.create(username="support", is_staff=True)
    client.force_login(member)
    member.user_permissions.add(Permission.objects.get(codename="view_customer"))

    html = unescape(client.get(address_of(ada)).content.decode())

    assert "Ada Lovelace" in html
    for words in ("€15.00", "<dt>charges</dt>", "charge.succeeded", "sub_1", "The whole object</h2></summary>"):
        assert words not in html


def test_events_are_told_without_payloads_to_those_who_may_not_see_them(client, django_user_model, ada):
    member = django_user_model.objects.create(username="support", is_staff=True)
    client.force_login(member)
    member.user_permissions.set(Permission.objects.filter(codename__in=["view_customer", "view_event"]))

    html = client.get(address_of(ada)).content.decode()

    assert "charge.succeeded" in html
    told = html[html.index("What happened") : html.index("Show all")]
    assert "A charge has gone through" in told
    assert "over" not in told
    assert "€" not in told


def test_a_customer_without_anything_has_a_page(text):
    row = Customer.objects.create(stripe_id="cus_new", livemode=True)

    html = text(row)

    assert "<h2>cus_new</h2>" in html
    assert "No payment has succeeded." in html
    assert "No event about this customer is recorded." in html


def test_the_page_costs_the_same_however_much_there_is(admin_client, ada):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(address_of(ada)).status_code == 200
        return [query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"]]

    few = statements()
    for number in range(30):
        Charge.objects.create(
            stripe_id=f"ch_many_{number}", livemode=False, customer=ada, amount=1, currency="eur", status="succeeded"
        )
        Event.objects.create(
            stripe_id=f"evt_many_{number}",
            kind="charge.succeeded",
            livemode=False,
            customer=ada,
            webhook_message={},
            created=ada.created,
        )

    assert len(statements()) == len(few) <= 13


SCRIPT = "<script>alert(1)</script>"


def test_a_hostile_customer_is_escaped(page, arrive):
    arrive("customer.created", build("customer", id="cus_1", name=SCRIPT, email=SCRIPT))

    html = page(Customer.objects.get())

    assert "<script>alert" not in html
    assert "<h2>&lt;script&gt;alert(1)" in html
