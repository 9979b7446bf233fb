"""The fixtures of the kit, in a project of their own: pytest runs it as a process."""

import pytest

pytest_plugins = ["pytester"]

SETTINGS = """
SECRET_KEY = "for tests only"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "pinax.stripe", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "urls"
USE_TZ = True
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("stripe/", include("pinax.stripe.urls"))]
"""
SHOP = """
from django.core.mail import send_mail
from pinax.stripe.signals import on

def say_thanks(sender, event, instance, **kwargs):
    send_mail("Thank you", f"for {instance.amount_paid}", None, [instance.data["customer_email"]])
"""
APPS = """
from django.apps import AppConfig

class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from pinax.stripe.signals import on
        from shop.receivers import say_thanks

        on("invoice.paid")(say_thanks)
"""
TESTS = """
import pytest
import stripe as stripe_python
from django.core import mail
from django.test import TestCase

from pinax.stripe.models import Invoice
from pinax.stripe.testing import StripeTestMixin, assert_processed, assert_same_end_state, assert_signalled, build

@pytest.mark.parametrize("number", range(5))
def test_thanks_are_sent_once(number, stripe, deliver, heard, mailoutbox):
    event = stripe.event("invoice.paid", build("invoice", status="paid"))

    deliver(event)
    deliver(event)

    assert [message.subject for message in mailoutbox] == ["Thank you"]
    assert_signalled(heard, "invoice.paid")
    assert_processed(event)
    assert_same_end_state(stripe)
    assert Invoice.objects.count() == 1

def test_a_fake_is_of_one_test(stripe):
    assert stripe.requests == []
    assert stripe_python.Account.retrieve(api_key="sk_test_fake").id == "acct_fake"

class ThanksTest(StripeTestMixin, TestCase):
    def test_thanks_are_sent(self):
        event = self.stripe.event("invoice.paid", build("invoice", status="paid"))

        self.deliver(event)

        self.assertEqual(len(mail.outbox), 1)
        self.assertSignalled("invoice.paid")
        self.assertSignalled("invoice.created", times=0)
        self.assertProcessed(event)
        self.assertSameEndState()

    def test_nothing_is_left_of_another_test(self):
        self.assertEqual((self.heard, self.stripe.undelivered, Invoice.objects.count()), ([], [], 0))
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project with a receiver and tests, and a way to run pytest in it."""
    shop = pytester.mkpydir("shop")
    for path, text in {
        pytester.path / "settings.py": SETTINGS,
        pytester.path / "urls.py": URLS,
        shop / "receivers.py": SHOP,
        shop / "apps.py": APPS,
        pytester.path / "test_shop.py": TESTS,
    }.items():
        path.write_text(text, "utf-8")
    pytester.makeini(
        "[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = settings\naddopts = -p no:cacheprovider --no-migrations\n"
    )
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return pytester


def test_the_fixtures_and_the_mixin_work_in_a_project(project):
    result = project.runpytest_subprocess("-p", "randomly", "-q")

    result.assert_outcomes(passed=8)


def test_they_work_in_several_processes(project):
    result = project.runpytest_subprocess("--numprocesses", "2", "-q")

    result.assert_outcomes(passed=8)


def test_a_failed_delivery_is_readable(project):
    project.path.joinpath("test_shop.py").write_text(
        """
from pinax.stripe.testing import build

def test_an_invoice_without_an_address(stripe, deliver):
    invoice = build("invoice", status="paid")
    del invoice["customer_email"]
    deliver(stripe.event("invoice.paid", invoice))
""",
        "utf-8",
    )

    result = project.runpytest_subprocess("-q")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*invoice.paid evt_* was answered 503 'try again'; expected: 200.",
            "*shop.receivers.say_thanks: KeyError: 'customer_email'",
        ]
    )


UNFAKED = """
import pytest
import stripe as stripe_python
from django.conf import settings
from django.test import TestCase

from pinax.stripe.testing import StripeTestMixin

def customer():
    try:
        base = getattr(settings, "PINAX_STRIPE_API_BASE", None)
        addresses = {"api": base} if base else {}
        return stripe_python.StripeClient("sk_test_fake", base_addresses=addresses).v1.customers.create()
    except Exception:
        return None

def test_the_fixture_is_forgotten():
    customer()

def test_the_fixture_is_there(stripe):
    assert customer().id == stripe.created("customer")[0]["id"]

def test_it_is_forgotten_in_the_next_test_again():
    customer()

class CustomerTest(StripeTestMixin, TestCase):
    def test_the_mixin_is_there(self):
        assert customer().id
"""


@pytest.mark.parametrize(("workers", "base"), [((), None), (("--numprocesses", "1"), None), ((), "http://127.0.0.1:9")])
def test_a_request_without_the_fixture_is_blocked_if_the_project_says_so(project, workers, base):
    project.path.joinpath("test_shop.py").write_text(UNFAKED, "utf-8")
    project.path.joinpath("settings.py").write_text(f"{SETTINGS}\nPINAX_STRIPE_API_BASE = {base!r}\n", "utf-8")

    result = project.runpytest_subprocess("-q", "-p", "no:randomly", "-o", "pinax_stripe_block_network=true", *workers)

    result.assert_outcomes(passed=2, failed=2)
    url = base or "https://api.stripe.com"
    blocked = f"*Failed: A request to Stripe was blocked (pinax_stripe_block_network): POST {url}/*"
    result.stdout.fnmatch_lines([f"{blocked}Ask for the fixture `stripe`, or use StripeTestMixin*"])


def test_requests_to_other_hosts_are_not_blocked(project):
    project.path.joinpath("test_shop.py").write_text(
        """
import stripe as stripe_python

from pinax.stripe.testing import FakeStripe, serve

def test_a_fake_that_is_served():
    with serve(FakeStripe()) as server:
        client = stripe_python.StripeClient("sk_test_fake", base_addresses={"api": server.url})
        assert client.v1.customers.create().id
""",
        "utf-8",
    )

    result = project.runpytest_subprocess("-q", "-o", "pinax_stripe_block_network=true")

    result.assert_outcomes(passed=1)


def test_a_database_in_memory_is_not_shared_by_threads(project):
    project.path.joinpath("test_shop.py").write_text(
        """
import pytest
from pinax.stripe.testing import build

@pytest.mark.django_db(transaction=True)
def test_concurrent(stripe, deliver):
    stripe.event("customer.created", build("customer"))
    with pytest.raises(ValueError, match="test.sqlite3"):
        deliver.all(concurrent=2)
""",
        "utf-8",
    )

    project.runpytest_subprocess("-q").assert_outcomes(passed=1)


def test_nothing_is_imported_for_tests_that_do_not_use_it(pytester, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytester.makepyfile("""
        import sys

        def test_nothing():
            assert "pinax.stripe.testing.pytest_plugin" in sys.modules
            assert not {"django.conf", "stripe", "pinax.stripe.testing.fake"} & set(sys.modules)
    """)

    result = pytester.runpytest_subprocess("-p", "no:django", "-p", "no:celery", "-p", "no:randomly", "-p", "no:xdist")

    result.assert_outcomes(passed=1)


def test_the_fixtures_are_listed_with_what_they_do(pytester):
    result = pytester.runpytest_subprocess("--fixtures", "-p", "no:django")

    result.stdout.fnmatch_lines(["stripe -- *", "deliver -- *", "heard -- *"], consecutive=False)
