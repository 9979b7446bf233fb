"""axe finds no barrier on our pages that Django's own pages do not have, in light and dark, wide and narrow."""

from functools import cache
from importlib.resources import files

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.urls import reverse

from pinax.stripe.models import (
    Charge,
    Customer,
    Event,
    EventProcessingException,
    EventReplay,
    Invoice,
    Reconciliation,
    RejectedDelivery,
)
from pinax.stripe.operations.causes import causes
from pinax.stripe.testing import build
from tests.admin.browsing import MARKS, Desk, chromium
from tests.admin.conftest import address_of

pytest.importorskip("selenium_axe_python", reason="needs axe")

pytestmark = MARKS

#: Returns the rule, the element and the reason of each finding, and whether the element is one of ours.
RUN = """
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.flatMap(rule =>
        rule.nodes.map(node => {
            const one = document.querySelector(node.target[0]);
            const ours = Boolean(one && one.closest('[class*=pinax-stripe]:not(body)'));
            return [rule.id, ours, node.html.slice(0, 200), node.failureSummary.slice(0, 300)];
        }))));
"""


@cache
def axe():
    return files("selenium_axe_python").joinpath("axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(params=[("light", 1280), ("dark", 375)], ids=["light, 1280 px", "dark, 375 px"])
def desk(request, driver, live_server):
    desk, (scheme, width) = Desk(driver, live_server.url), request.param
    desk.set_up(scheme=scheme, width=width)
    desk.log_in(get_user_model().objects.create_superuser("ada"))
    return desk


@pytest.fixture
def found(desk):
    """What axe finds on a page."""

    def found(path):
        desk.open(path)
        desk.driver.execute_script(axe())
        return desk.driver.execute_async_script(RUN)

    return found


@pytest.fixture
def django_has(found, monkeypatch):
    """The rules that Django's own pages break, that of a list with a text that explains the search among them."""
    ada = get_user_model().objects.get()
    monkeypatch.setattr(UserAdmin, "search_help_text", "Exact match.")
    users = reverse("admin:auth_user_changelist")
    pages = [users, reverse("admin:auth_user_change", args=[ada.pk]), reverse("admin:app_list", args=["auth"])]
    return {rule for page in pages for rule, *_ in found(page)}


@pytest.fixture
def pages(half_way_event, every_event, arrive):  # the former is of a type that the latter switches off
    """A page of each sort, with everything on it that there can be."""
    customer = build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com", balance=-500)
    arrive("customer.created", customer)
    arrive("customer.updated", customer | {"name": "Ada King"}, previous_attributes={"name": "Ada Lovelace"})
    paid = {"customer": "cus_ada", "currency": "eur", "status": "succeeded"}
    arrive("charge.succeeded", build("charge", id="ch_1", amount=1500, amount_refunded=500, **paid))
    arrive("customer.subscription.created", build("subscription", customer="cus_ada", status="active"))
    arrive("invoice.created", build("invoice", customer="cus_ada", number="ADA-0001"))
    EventReplay.objects.create(event=half_way_event, requested_by="ada", reason="the box is here", outcome="processed")
    Reconciliation.objects.create(livemode=False)
    lists = [Event, Customer, Charge, Invoice, EventProcessingException, RejectedDelivery, EventReplay, Reconciliation]
    rows = [*every_event.values(), half_way_event, Customer.objects.get(stripe_id="cus_ada"), Charge.objects.first()]
    rows += [model.objects.latest("pk") for model in (Event, *lists[4:])]
    operate = reverse("admin:pinax_stripe_event_operate", args=["replay"])
    return [
        reverse("admin:app_list", args=["pinax_stripe"]),
        *map(address_of, [*lists, *rows]),
        f"{address_of(Event)}?status=failing&kind=*.paid&since=2026-01-01",
        reverse("admin:pinax_stripe_event_failures"),
        f"{operate}?cause={causes()[0].key}",
    ]


def test_our_pages_have_no_barrier_that_django_s_do_not_have(pages, found, django_has):
    findings = {
        (page, *finding)
        for page in pages
        for finding in map(tuple, found(page))
        if finding[1] or finding[0] not in django_has
    }

    assert not findings, "\n".join(map(str, sorted(findings)))


def test_axe_would_find_one(desk, found):
    desk.open(address_of(Event))
    desk.driver.execute_script(axe())
    desk.driver.execute_script("document.querySelector('#content').append(document.createElement('img'))")

    assert "image-alt" in {rule for rule, *_ in desk.driver.execute_async_script(RUN)}
