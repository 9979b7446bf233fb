"""``make screenshots``: the pictures of the documentation, taken of the example site after its story and two bad weeks.

Needs Chromium and its driver. The pictures are PNGs with few colours, so that they are small.
"""

import argparse
import io
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from PIL import Image
from selenium import webdriver

import demo
from pinax.stripe.signals import on
from pinax.stripe.testing import FakeStripe, build, serve
from pinax.stripe.testing.objects import invoice

TARGET = Path(__file__).parents[1] / "docs/_static/screenshots"
#: How wide the window is, in pixels.
WIDTH = 1280
#: How many colours a picture has.
COLOURS = 256
#: How many days pass, and how long a day and an hour are, in seconds.
DAYS, DAY, AN_HOUR = 13, 24 * 60 * 60, 60 * 60

#: Whose invoices are paid while the mail server is away.
LATE = (
    "Mary Somerville",
    "Augustus De Morgan",
    "Sophia De Morgan",
    "Luigi Menabrea",
    "Charles Wheatstone",
    "Andrew Crosse",
    "Woronzow Greig",
    "Grace Hopper",
)

SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"]


class Picture(NamedTuple):
    """A picture: its name, the address of the page, and how much of it is shown, in pixels from its top."""

    name: str
    address: str
    height: int


def main() -> None:
    """Play what is to be seen, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dark", action="store_true", help="in dark colours; into files whose names end in -dark")
    parser.add_argument("--target", type=Path, default=TARGET, help="the folder of the pictures")
    options = parser.parse_args()
    options.target.mkdir(parents=True, exist_ok=True)
    stripe = FakeStripe(now=int(time.time()) - DAYS * DAY - AN_HOUR)
    with tempfile.TemporaryDirectory() as folder, serve(stripe) as server:
        os.environ |= {"EXAMPLE_FAKE_STRIPE": server.url, "EXAMPLE_DISPATCHER": "", "NO_PROXY": demo.HOST}
        demo.prepare(Path(folder) / "db.sqlite3")
        logging.disable()  # of what fails there is a lot
        with demo.site(0) as port:
            happen(stripe, port)
            with browser(Path(folder) / "profile", dark=options.dark) as driver:
                log_in(driver, f"http://{demo.HOST}:{port}")
                for picture in pictures():
                    end = "-dark" if options.dark else ""
                    path = options.target / f"{picture.name}{end}.png"
                    take(driver, f"http://{demo.HOST}:{port}{picture.address}", picture, path)
                    print(f"{os.path.relpath(path)}: {path.stat().st_size // 1000} kB")


def happen(stripe: FakeStripe, port: int) -> None:
    """Let two weeks pass: customers come and buy, and in the last hour the mail server is away."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from pinax.stripe.models import Customer, Event
    from shop.models import LicenceKey
    from story import story

    for step in story(stripe):
        if not isinstance(step, str):
            post(port, step.body)
    for day in range(DAYS + 1):
        LicenceKey.objects.bulk_create(LicenceKey(key=f"KEY-{day}-{number}") for number in range(20))
        for number in range(12 + day * 5 % 7):
            person = build("customer", name=f"Customer {day}-{number}", created=stripe.now)
            post(port, stripe.event("customer.created", person))
            if number % 2:
                post(port, stripe.event("checkout.session.completed", _session(stripe, person)))
        if day < DAYS:
            stripe.advance(DAY)
    stripe.advance(300)
    call_command("stripe_reconcile", verbosity=0)
    on("invoice.paid", dispatch_uid="shop.receivers.send_receipt")(send_receipt)
    for number, name in enumerate(LATE):
        stripe.advance(20)
        person = build("customer", name=name, created=stripe.now)
        post(port, stripe.event("customer.created", person))
        bill = invoice(customer=person["id"], number=f"SHOP-{number + 17:04}", status="paid", created=stripe.now)
        paid = stripe.event("invoice.paid", bill)
        post(port, paid)
    time.sleep(1)  # no more unsigned deliveries are verified in this second
    with stripe.answering(503):
        for _ in range(3):
            post(port, stripe.event("customer.updated", build("customer", created=stripe.now)))
    _as_if_delivered_at_once()
    for minutes in (4, 9):
        _later(minutes, lambda: post(port, paid))
    Event.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now() + timedelta(minutes=7))
    Customer.objects.filter(name="Ada Lovelace").update(user=User.objects.create(username="ada"))
    call_command("stripe_process", verbosity=0)


def send_receipt(**_: Any) -> None:
    """A receiver of the shop that fails while its mail server is away."""
    raise ConnectionError("the mail server does not answer")


def pictures() -> Iterator[Picture]:
    """Yield the pictures that are taken."""
    from pinax.stripe.models import Customer, Event, RejectedDelivery

    admin = "/admin/pinax_stripe"
    failed = Event.objects.filter(kind="invoice.paid", processed=False).latest("attempts")
    forged = RejectedDelivery.objects.filter(kind="invoice.paid", event__valid=True).latest("pk")
    ada = Customer.objects.get(name="Ada Lovelace")
    yield Picture("overview", f"{admin}/", 820)
    yield Picture("failed-event", f"{admin}/event/{failed.pk}/change/", 1000)
    yield Picture("forged-event", f"{admin}/rejecteddelivery/{forged.pk}/change/", 900)
    yield Picture("failures", f"{admin}/event/failures/", 420)
    yield Picture("customer", f"{admin}/customer/{ada.pk}/change/", 1000)


@contextmanager
def browser(profile: Path, *, dark: bool) -> Iterator[Any]:
    """Start a Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in [*SWITCHES, f"--user-data-dir={profile}"]:
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    try:
        yield driver
    finally:
        driver.quit()


def log_in(driver: Any, site: str) -> None:
    """Log in, and close the list of all models beside each page, as a click on its edge does."""
    driver.get(f"{site}/admin/login/")
    driver.find_element("name", "username").send_keys("admin")
    driver.find_element("name", "password").send_keys("demo")
    driver.find_element("css selector", "[type=submit]").click()
    driver.execute_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")


def take(driver: Any, address: str, picture: Picture, path: Path) -> None:
    """Take a picture of a page, from its top."""
    size = {"width": WIDTH, "height": picture.height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.get(address)
    with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def post(port: int, body: Any) -> None:
    """Deliver an event as Stripe does, whatever the answer is."""
    connection = HTTPConnection(demo.HOST, port)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", "/stripe/webhook/", data, {"Content-Type": "application/json"})
    connection.getresponse().read()
    connection.close()


def _session(stripe: FakeStripe, person: dict[str, Any]) -> dict[str, Any]:
    return build("checkout.session", customer=person["id"], amount_total=4900, currency="usd", created=stripe.now)


def _as_if_delivered_at_once() -> None:
    """Let all have happened two seconds after the events did, and not while the pictures are taken."""
    from pinax.stripe.models import Event, RejectedDelivery

    for event in Event.objects.order_by():
        then = event.created + timedelta(seconds=2)
        done = {name: then for name in ("processed_at", "synced_at") if getattr(event, name)}
        Event.objects.filter(pk=event.pk).update(received_at=then, **done)
        event.exceptions.update(created_at=then)
        event.receipts.update(succeeded_at=then)
        RejectedDelivery.objects.filter(event=event).update(received_at=then)


def _later(minutes: int, act: Callable[[], None]) -> None:
    """Let an act fail so many minutes after the newest event, and not while the pictures are taken."""
    from pinax.stripe.models import Event, EventProcessingException

    known = list(EventProcessingException.objects.values_list("pk", flat=True))
    act()
    then = Event.objects.latest("created").created + timedelta(minutes=minutes)
    EventProcessingException.objects.exclude(pk__in=known).update(created_at=then)


if __name__ == "__main__":
    main()
