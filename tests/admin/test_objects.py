"""Lists and pages of the synced objects."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.utils import timezone

from pinax.stripe import models
from pinax.stripe.admin import StripeObjectAdmin
from pinax.stripe.models import (
    Charge,
    CheckoutSession,
    Customer,
    Event,
    Invoice,
    OtherObject,
    StripeObject,
    Subscription,
    TaxRate,
)
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db

SYNCED = [
    model
    for model in map(models.__dict__.get, models.__all__)
    if isinstance(model, type) and issubclass(model, StripeObject) and not model._meta.abstract
]


def test_every_model_of_the_app_is_registered():
    known = set(apps.get_app_config("pinax_stripe").get_models())

    assert {model for model in known if not admin.site.is_registered(model)} == set()
    assert set(SYNCED) < known
    assert all(isinstance(admin.site.get_model_admin(model), StripeObjectAdmin) for model in SYNCED)


@pytest.mark.parametrize("model", SYNCED, ids=lambda model: model.__name__)
def test_every_object_that_an_event_brought_has_its_place_in_a_list_and_a_page(model, page, text, arrive):
    carried = build(model.stripe_object or "widget")
    event = arrive("something.happened", carried)
    row = model.objects.synced().get(stripe_id=carried["id"])

    assert row.stripe_id in page(model)
    html = text(row)
    assert f'"id": "{row.stripe_id}"' in html
    assert f'<a href="{address_of(event)}">something.happened</a>' in html


@pytest.mark.parametrize("model", SYNCED, ids=lambda model: model.__name__)
def test_every_search_and_every_column_is_one_of_the_model(model, listed):
    shown = admin.site.get_model_admin(model)

    assert listed(model, q="nothing") == set()
    assert all(model._meta.get_field(name) for name in shown.shown)
    indexed = {name for name in shown.search_fields if "__" not in name} - {"stripe_id"}
    assert all(model._meta.get_field(name).db_index for name in indexed)


def test_amounts_are_money(text, arrive):
    arrive("charge.succeeded", build("charge", amount=1250, currency="usd"))
    arrive("charge.succeeded", build("charge", amount=123456, currency="jpy"))
    arrive("charge.succeeded", build("charge", amount=-5, currency="kwd"))
    arrive("charge.succeeded", build("charge", amount=7, currency=None))

    html = text(Charge)

    for money in ("$12.50", "¥123,456", "-KWD 0.005", "7 minor units, currency not known"):
        assert f">{money}</td>" in html
    assert ">$12.50</div>" in text(Charge.objects.get(amount=1250))


def test_parts_of_a_minor_unit_are_shown_to_the_last_digit(text, arrive):
    arrive("price.created", build("price", unit_amount=None, unit_amount_decimal="0.25", currency="usd"))

    assert "$0.0025" in text(models.Price.objects.get())


def test_percentages_have_no_zeros_to_spare(text, arrive):
    arrive("coupon.created", build("coupon", percent_off=12.5))

    assert ">12.5</td>" in text(models.Coupon)
    assert ">12.5</div>" in text(models.Coupon.objects.get())


def test_references_lead_to_the_pages_of_their_rows(page, arrive):
    arrive("charge.succeeded", build("charge", customer="cus_1"))
    link = f'<a href="{address_of(Customer.objects.get())}">cus_1</a>'

    assert link in page(Charge.objects.get())


def test_a_page_leads_to_what_refers_to_it(page, listed, arrive):
    arrive("charge.succeeded", build("charge", customer="cus_1"))
    arrive("charge.succeeded", build("charge", customer="cus_2"))
    customer = Customer.objects.get(stripe_id="cus_1")

    assert f'<a href="/admin/pinax_stripe/charge/?customer__id__exact={customer.pk}">charges</a>' in page(customer)
    assert listed(Charge, customer__id__exact=str(customer.pk)) == set(customer.charges.all())
    assert listed(Event, customer__id__exact=str(customer.pk)) == set(customer.events.all())


def test_what_nothing_refers_to_has_nothing_to_lead_to(page, arrive):
    arrive("topup.created", build("topup"))

    assert "field-referring" in page(models.TopUp.objects.get())


def test_what_stripe_does_not_say_is_left_out(page, arrive):
    arrive("customer.created", build("customer", phone=None, balance=0, delinquent=False))

    html = page(Customer.objects.get())

    assert "field-phone" not in html
    assert "field-balance" in html
    assert "field-delinquent" in html


def test_the_user_of_a_customer_is_shown(page, arrive):
    arrive("customer.created", build("customer"))
    Customer.objects.update(user=User.objects.create(username="jenny"))

    assert "jenny" in page(Customer)
    assert "In this project" in page(Customer.objects.get())


@pytest.fixture
def three_customers(arrive):
    """One that is there, one that was deleted, one that is known by its id only."""
    arrive("customer.created", build("customer", id="cus_there", email="jo@example.com"))
    gone = build("customer", id="cus_gone")
    arrive("customer.created", gone)
    arrive("customer.deleted", gone)
    arrive("charge.succeeded", build("charge", customer="cus_id_only"))


ALL = {"cus_there", "cus_gone", "cus_id_only"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"state": "deleted"}, {"cus_gone"}),
        ({"state": "stub"}, {"cus_id_only"}),
        ({"state": "synced"}, {"cus_there"}),
        ({"mode": "live"}, set()),
        ({"mode": "test"}, ALL),
        ({"q": "cus_gone"}, {"cus_gone"}),
        ({"q": "cus_"}, set()),
        ({"q": "us_gone"}, set()),
        ({"q": "jo@example.com"}, {"cus_there"}),
        ({"q": "jo@example"}, {"cus_there"}),
        ({"q": "o@example.com"}, set()),
    ],
)
def test_each_filter_and_search_of_objects_finds_what_it_says(listed, three_customers, query, found):
    assert {customer.stripe_id for customer in listed(Customer, **query)} == found


def test_a_list_marks_what_is_deleted_or_known_by_id_only(page, three_customers):
    html = page(Customer)

    assert html.count('alt=""> Deleted</span>') == 1
    assert html.count('alt=""> Id only</span>') == 1


def test_a_list_marks_and_a_filter_finds_rows_in_which_stripe_cut_a_list(page, listed, arrive, stripe):
    items = [build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in range(12)]
    arrive("customer.subscription.created", build("subscription", id="sub_2"))
    with stripe.answering(status=403, path="/v1/subscription_items"):
        arrive("customer.subscription.created", build("subscription", id="sub_1", items=items))

    assert page(Subscription).count('alt=""> Incomplete: Stripe truncated a list in it</span>') == 1
    assert {row.stripe_id for row in listed(Subscription, state="incomplete")} == {"sub_1"}
    assert {row.stripe_id for row in listed(Subscription, state="synced")} == {"sub_2"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cus_there", "Synced"),
        ("cus_gone", "Deleted at Stripe"),
        ("cus_id_only", "Known by its id only"),
    ],
)
def test_a_page_says_what_state_a_row_is_in(page, three_customers, name, words):
    assert words in page(Customer.all_objects.get(stripe_id=name))


def test_a_stub_has_no_object_to_show(page, three_customers):
    html = page(Customer.objects.get(stripe_id="cus_id_only"))

    assert "The whole object" not in html


@pytest.mark.parametrize(
    ("model", "carried", "searched"),
    [
        (Invoice, build("invoice", number="A-0001"), "A-0001"),
        (Invoice, build("invoice", customer="cus_1"), "cus_1"),
        (models.PromotionCode, build("promotion_code", code="SPRING"), "SPRING"),
        (models.Account, build("account", email="shop@example.com"), "shop@example.com"),
        (models.BalanceTransaction, build("balance_transaction", source="ch_1"), "ch_1"),
        (models.Price, build("price", lookup_key="gold"), "gold"),
    ],
)
def test_what_people_know_an_object_by_finds_it(listed, arrive, model, carried, searched):
    arrive("something.happened", carried)

    assert {row.stripe_id for row in listed(model, q=searched)} == {carried["id"]}
    assert listed(model, q=searched[:-1]) == set()


def test_the_latest_twenty_events_are_shown_and_all_are_led_to(page, arrive):
    first = arrive("customer.created", build("customer", id="cus_1"))
    for number in range(25):
        first.pk, first.stripe_id, first.kind = None, f"evt_{number}", f"customer.change_{number}."
        first.save(force_insert=True)

    html = page(Customer.objects.get())

    assert html.count("customer.change_") == 20
    assert "customer.created" not in html
    assert '<a href="/admin/pinax_stripe/event/?q=cus_1">Show all</a>' in html


def test_objects_of_two_accounts_and_modes_are_told_apart(text, arrive):
    arrive("plan.created", build("plan", id="gold"))
    arrive("plan.created", build("plan", id="gold"), account="acct_shop", livemode=True)

    html = text(models.Plan)

    assert html.count(">gold</a>") == 2
    assert html.count(">acct_shop</a>") == 1
    assert ">live</span>" in html


def test_an_object_whose_moment_stripe_does_not_tell_has_an_empty_place_for_it(page, arrive):
    arrive("something.happened", build("card"))

    assert '<div class="readonly">-</div>' in page(models.Card.objects.get())


def test_lists_can_be_sorted_by_the_moment_of_creation(admin_client, arrive):
    arrive("widget.made", build("widget", id="new", created=2_000_000_000))
    arrive("widget.made", build("widget", id="old", created=1_000_000_000))

    cl = admin_client.get(address_of(OtherObject), {"o": "-2"}).context["cl"]

    assert [row.stripe_id for row in cl.result_list] == ["new", "old"]


def test_without_time_zones_moments_are_shown_as_they_are(settings):
    from pinax.stripe.admin.columns import moment

    settings.USE_TZ = False

    assert "2020-01-02 03:04:05" in moment(timezone.datetime(2020, 1, 2, 3, 4, 5))


def test_a_kind_with_columns_that_are_called_mode_account_or_state_says_both(text, arrive):
    arrive("checkout.session.completed", build("checkout.session", mode="payment"), account="acct_shop")
    arrive("tax_rate.created", build("tax_rate", state="Bavaria"))

    session, rate = CheckoutSession.objects.get(), TaxRate.objects.get()

    assert ">test</span>" in text(CheckoutSession)
    assert ">acct_shop</a>" in text(CheckoutSession)
    assert "payment" in text(session)
    assert "Bavaria" in text(rate)
    assert "Synced" in text(rate)
