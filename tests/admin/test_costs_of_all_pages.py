"""Every page asks the same number of statements, however much there is: of Django's tables and of ours."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinax.stripe.models import (
    Charge,
    Customer,
    Dispute,
    Event,
    EventProcessingException,
    EventReplay,
    Invoice,
    PaymentIntent,
    PaymentMethod,
    Refund,
    RejectedDelivery,
    Subscription,
)
from pinax.stripe.operations.causes import causes
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db

OVERVIEW = reverse("admin:app_list", args=["pinax_stripe"])
FAILURES = reverse("admin:pinax_stripe_event_failures")
REPLAY = reverse("admin:pinax_stripe_event_operate", args=["replay"])


@pytest.fixture
def ada(arrive) -> Customer:
    """A customer with something of everything, and another one without."""
    arrive("customer.created", build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com"))
    arrive("customer.created", build("customer", id="cus_grace", name="Grace Hopper"))
    return Customer.objects.get(stripe_id="cus_ada")


@pytest.fixture
def rejected(forged_event) -> RejectedDelivery:
    return forged_event.rejected.latest("pk")


@pytest.fixture
def failing(connect, arrive):
    """Let events fail, all for one cause, and return the last one."""

    def ship(instance, **kwargs):
        raise RuntimeError(f"no box for {instance.stripe_id}")

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)

    def failing(number: int) -> Event:
        events = [arrive("invoice.paid", build("invoice", customer="cus_ada"), answer=503) for _ in range(number)]
        return events[-1]

    return failing


@pytest.fixture
def more(ada, failing, rejected, arrive):
    """Let there be more of everything, with a user for each of the new customers."""

    def more(django_user_model) -> None:
        failing(6)
        charges = []
        for number in range(6):
            user = django_user_model.objects.create(username=f"user {number}")
            Customer.objects.create(
                stripe_id=f"cus_more_{number}", livemode=False, user=user, lowercase_name=f"ada {number}"
            )
            own = {"livemode": False, "customer": ada}
            charge = Charge.objects.create(
                stripe_id=f"ch_more_{number}", status="succeeded", currency="eur", amount=1, **own
            )
            charges.append(charge)
            for model in (Subscription, Invoice, PaymentIntent, PaymentMethod):
                model.objects.create(stripe_id=f"{model.__name__}_{number}", **own)
            Refund.objects.create(stripe_id=f"re_{number}", livemode=False, charge=charge)
            Dispute.objects.create(stripe_id=f"dp_{number}", livemode=False, charge=charge, currency="usd", amount=1)
            arrive("customer.updated", build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com"))
        for event in [rejected.event, *Event.objects.exclude(pk=rejected.event.pk)]:
            event.rejected.create(stripe_id=event.stripe_id, reason="x", body="{}")
            event.replays.create(requested_by="ada", reason="x")
            event.exceptions.create(stage="receiver", receiver="x", message="RuntimeError: x", traceback="x")

    return more


def test_no_page_asks_more_statements_for_more_rows(admin_client, ada, rejected, failing, more, django_user_model):
    event = failing(2)
    charge = Charge.objects.create(stripe_id="ch_1", livemode=False, customer=ada, status="succeeded", currency="eur")
    EventReplay.objects.create(event=event, requested_by="ada", reason="x")
    Subscription.objects.create(stripe_id="sub_1", livemode=False, customer=ada)
    events, customers = address_of(Event), address_of(Customer)
    models = (Charge, Invoice, Subscription, EventProcessingException, EventReplay, RejectedDelivery)

    def pages():
        yield OVERVIEW
        yield FAILURES
        yield f"{REPLAY}?cause={causes()[0].key}"
        yield f"{events}?cause={causes()[0].key}"
        yield from (address_of(what) for what in (Event, Customer, *models))
        yield from (address_of(row) for row in (event, rejected.event, rejected, ada, charge))
        for query in ("status=failing", "status=invalid", "kind=*.paid", "since=2020-01-01", "receiver=x"):
            yield f"{events}?{query}"
        for term in (event.stripe_id, "cus_ada", "no such thing"):
            yield f"{events}?q={term}"
        for term in ("ada", "lovelace", "cus_ada", "ada@example.com"):
            yield f"{customers}?q={term}"
        yield f"{address_of(Charge)}?customer__id__exact={ada.pk}"

    def statements():
        asked = []
        for page in pages():
            admin_client.get(page)  # Django looks up what it then remembers
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(page).status_code == 200, page
            asked.append((page.partition("cause=")[0], len(captured)))
        return asked

    few = statements()
    more(django_user_model)

    assert statements() == few
