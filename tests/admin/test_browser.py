"""The admin in a real browser: what people see, and that nothing a stranger sends runs there."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from pinax.stripe.models import Event
from pinax.stripe.testing import build
from tests.admin.browsing import MARKS, chromium
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS, row_of

pytestmark = MARKS


@pytest.fixture
def browser(live_server, tmp_path):
    """A browser in which a superuser has logged in."""
    with chromium(tmp_path) as driver:
        get_user_model().objects.create_superuser("ada", password="secret")
        driver.get(f"{live_server.url}/admin/login/")
        driver.find_element("name", "username").send_keys("ada")
        driver.find_element("name", "password").send_keys("secret")
        driver.find_element("css selector", "[type=submit]").click()
        yield driver


def text_of(browser):
    return browser.find_element("tag name", "body").text


def test_an_event_is_found_by_its_id_and_shown_with_both_messages(browser, live_server, stripe, post_event):
    body = stripe.event("customer.created", build("customer", name="Ada Lovelace", email="ada@example.com"))
    post_event(body)
    post_event(stripe.event("coupon.created", build("coupon")))

    browser.get(f"{live_server.url}/admin/pinax_stripe/event/")
    browser.find_element("name", "q").send_keys(body["id"])
    browser.find_element("css selector", "#changelist-search [type=submit]").click()
    assert "customer.created" in text_of(browser)
    assert "coupon.created" not in browser.find_element("id", "result_list").text
    browser.find_element("link text", "customer.created").click()

    shown = text_of(browser)
    assert body["id"] in shown
    assert "Confirmed" in shown
    assert "ada@example.com" in shown


def test_nothing_that_a_stranger_sends_runs_in_the_browser(browser, live_server, stripe, post_event):
    act = "document.title='pw'+'ned'"
    attack = f'</script></pre><img src=x onerror="{act}"><script>{act}</script>'
    body = stripe.event("customer.created", build("customer"))
    carried = {"id": attack, "object": attack, attack: attack, "name": attack}
    post_event({**body, "data": {"object": carried}, "request": attack})
    event = Event.objects.get()
    rows = [event, *(row_of(model, attack[:255]) for model in MODELS)]

    for address in [*map(address_of, rows), *map(address_of, MODELS)]:
        browser.get(f"{live_server.url}{address}")
        assert "pwned" not in browser.title
        assert browser.find_elements("css selector", "img[src=x]") == []


def test_who_may_not_see_payloads_sees_the_event_without_them(browser, live_server, stripe, post_event):
    body = stripe.event("customer.created", build("customer", name="Ada Lovelace"))
    post_event(body)
    ada = get_user_model().objects.get()
    ada.is_superuser = False
    ada.save()
    ada.user_permissions.set(Permission.objects.filter(codename="view_event"))

    browser.get(f"{live_server.url}{address_of(Event.objects.get())}")

    shown = text_of(browser)
    assert body["id"] in shown
    assert shown.count("Hidden: viewing it requires the permission") == 2
    assert "Ada Lovelace" not in browser.page_source
