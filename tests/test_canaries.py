"""No key and no secret gets out: canaries are planted, all is driven, and all that comes out is searched."""

import io
import json
import logging
import pkgutil
import traceback

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.views.debug import ExceptionReporter

from pinax.stripe import client
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.management import commands
from pinax.stripe.models import Event, EventProcessingException, EventReplay, RejectedDelivery
from pinax.stripe.scope import Scope
from pinax.stripe.signals import WEBHOOK_SIGNALS, event_failed
from pinax.stripe.testing import FakeStripe, build, serve

pytestmark = pytest.mark.django_db

#: As Stripe writes them, and as no pattern would know them.
SHAPES = {
    "as Stripe writes them": {
        "SECRET_KEY": "sk_live_51CANARYabcdefghijklmnop",
        "TEST_SECRET_KEY": "rk_test_51CANARYabcdefghijklmnop",
        "WEBHOOK_SECRETS": ["whsec_CANARYabcdefghijklmnopqrstuvwxyz0123", "whsec_second_CANARYabcdefghijklmnopqrst"],
    },
    "as nobody writes them": {
        "SECRET_KEY": "CANARY.of/live+mode==",
        "TEST_SECRET_KEY": None,
        "WEBHOOK_SECRETS": ["CANARY.of/an.endpoint+in.ordinary.text==", "another.CANARY.of/an.endpoint+in.text=="],
    },
}


class Bird:
    """Everything that came out, by where it did."""

    def __init__(self):
        self.seen = []

    def saw(self, where, what):
        self.seen.append((where, str(what)))

    def told(self, where):
        return "".join(text for place, text in self.seen if place == where)

    def sang(self):
        return [
            (where, text[max(0, text.find("CANARY") - 200) :][:400]) for where, text in self.seen if "CANARY" in text
        ]


@pytest.fixture
def bird():
    return Bird()


@pytest.fixture(params=SHAPES)
def planted(request, settings):
    for name, value in SHAPES[request.param].items():
        setattr(settings, f"PINAX_STRIPE_{name}", value)
    return SHAPES[request.param]


@pytest.fixture
def stripe(planted, settings):
    """A Stripe that knows the canaries as its keys."""
    fake = FakeStripe(live_key=planted["SECRET_KEY"], test_key=planted["TEST_SECRET_KEY"] or "sk_test_none")
    with serve(fake) as server:
        settings.PINAX_STRIPE_API_BASE = server.url
        yield fake


def quoting(key):
    """Answers of Stripe's that quote the key, in every place that an error of stripe-python takes words from."""
    said = {"message": f"The key {key} does not have access to account 'acct_1'", "code": f"x {key}", "param": key}
    for status in (400, 401, 402, 403, 404, 409, 429, 500):
        yield {"status": status, "body": {"error": {**said, "type": key}}}
        yield {"status": status, "body": {"error": {**said, "code": "account_invalid"}}}
        yield {"status": status, "body": key}
    yield {"status": 200, "body": f"{{{key}"}
    yield {"status": 200, "body": json.dumps({"id": key, "object": "event"})}
    yield {"status": 200, "body": b"\xff" + key.encode()}


def drive_deliveries(stripe, planted, post, connect):
    key = planted["SECRET_KEY"]

    def ship(instance, **kwargs):
        raise RuntimeError(f"no box with {planted['WEBHOOK_SECRETS']!r}") from LookupError(key)

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)
    genuine = stripe.event("charge.succeeded", build("charge", amount=1), livemode=True)
    assert post(genuine) == 200
    assert post({**genuine, "created": 1}) == 200  # signed: Stripe's copy is kept
    assert post(genuine, secret="whsec_of_somebody_else") == 400
    assert post(b"{", secret=planted["WEBHOOK_SECRETS"][1]) == 400
    assert post(stripe.event("invoice.paid", build("invoice"), livemode=True)) == 503
    assert post({**genuine, "id": "evt_never"}) == 503
    for answer in quoting(key):
        with stripe.answering(**answer):
            post(stripe.event("customer.created", build("customer"), livemode=True, account="acct_1"))
    with stripe.answering(None):
        post(stripe.event("customer.created", build("customer"), livemode=True))


def drive_errors(stripe, planted, bird):
    """What our own errors hold: their words, and what error reporters show of the frames that they went through."""
    for answer in quoting(planted["SECRET_KEY"]):
        with stripe.answering(**answer):
            for account in ("", "acct_1"):
                try:
                    client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope(account, livemode=True))
                except PinaxStripeError as error:
                    bird.saw("str", f"{error} {error!r}")
                    bird.saw("locals", shown(error))
                    reporter = ExceptionReporter(None, type(error), error, error.__traceback__.tb_next)
                    bird.saw("report", reporter.get_traceback_html())


def shown(error):
    """Every message and local variable of an error and of those that led to it, but for the frames of this test."""
    if error is None:
        return ""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    ours = [str(frame.locals) for frame in frames if "/tests/" not in frame.filename]
    return f"{error} {ours} {shown(error.__cause__)} {shown(error.__context__)}"


def drive_commands(bird, capsys):
    again = ["--kind", "*", "--again", "--yes", "--by", "Ada", "--reason", "why not"]
    options = {
        "stripe_sync": [["customer", "--livemode"]],
        "stripe_replay": [[*again, "--dry-run"], again, ["--kind", "invoice.*", "--receiver", "nobody"]],
        "stripe_status": [[], ["--json"]],
        "stripe_prune": [["--dry-run"], [], ["--erase", "cus_never", "--yes"]],
    }
    for module in pkgutil.iter_modules(commands.__path__):
        out, err = io.StringIO(), io.StringIO()
        for arguments in [*options.get(module.name, [[]]), ["--help"]]:
            try:
                call_command(module.name, *arguments, stdout=out, stderr=err)
            except (CommandError, SystemExit) as error:
                bird.saw(module.name, error)
        printed = capsys.readouterr()
        bird.saw(module.name, out.getvalue() + err.getvalue() + printed.out + printed.err)


def drive_admin(bird, browser):
    for model in (model for model in admin.site._registry if model._meta.app_label == "pinax_stripe"):
        names = f"admin:pinax_stripe_{model._meta.model_name}_"
        bird.saw(model.__name__, browser.get(reverse(f"{names}changelist"), {"q": "x"}).content.decode())
        bird.saw(model.__name__, browser.get(reverse(f"{names}changelist")).content.decode())
        for row in model._base_manager.all():
            bird.saw("repr", f"{row!r} {row}")
            answer = browser.get(reverse(f"{names}change", args=[quote(row.pk)]))
            assert answer.status_code == 200
            bird.saw(model.__name__, answer.content.decode())


def drive_checks(bird, planted, settings):
    """Run with everything in its place, and with everything in another's."""
    bird.saw("checks", checks.run_checks(include_deployment_checks=True))
    key, secret = planted["SECRET_KEY"], planted["WEBHOOK_SECRETS"][0]
    wrong = {
        "PUBLIC_KEY": key,
        "SECRET_KEY": secret,
        "TEST_SECRET_KEY": key,
        "WEBHOOK_SECRETS": [key, "", f" {secret}\n"],
    }
    for name, value in wrong.items():
        setattr(settings, f"PINAX_STRIPE_{name}", value)
        bird.saw("checks", checks.run_checks(include_deployment_checks=True))


def tables():
    """Every row of every table there is."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, cursor.fetchall()


def test_no_canary_gets_out(planted, stripe, post_event, sign, connect, bird, caplog, capsys, settings, admin_client):
    caplog.set_level(logging.DEBUG)
    connect(event_failed, lambda event, error, **kwargs: bird.saw("the signal", repr(error)))

    def post(body, secret=planted["WEBHOOK_SECRETS"][0]):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = post_event(raw, **sign(raw, secret))
        bird.saw("an answer", f"{answer.content} {answer.headers}")
        return answer.status_code

    drive_deliveries(stripe, planted, post, connect)
    drive_errors(stripe, planted, bird)
    words = f"Invalid API Key: {planted['SECRET_KEY']}"
    refused = {"error": {"message": words, "type": "invalid_request_error"}}
    with stripe.answering(status=401, body=refused):
        drive_commands(bird, capsys)
    drive_commands(bird, capsys)
    drive_admin(bird, admin_client)
    bird.saw("repr", f"{conf!r} {vars(conf)} {client.client_with(conf.SECRET_KEY, None, (1, 1), None, 0)!r}")
    for table, rows in tables():
        bird.saw(f"table {table}", rows)
    for record in caplog.records:
        # What Stripe answers stands in stripe-python's own log; Stripe itself never quotes a whole key.
        if record.name != "stripe":
            bird.saw(f"log {record.name}", f"{logging.Formatter().format(record)} {vars(record)}")
    drive_checks(bird, planted, settings)

    assert {where for where, _ in bird.seen} >= {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert "to be processed again" in bird.told("stripe_replay")
    assert '"alerts"' in bird.told("stripe_status")
    assert EventReplay.objects.exists()
    assert Event.objects.filter(processed=True).exists()
    assert (
        EventProcessingException.objects.filter(stage="receivers").exists() or EventProcessingException.objects.exists()
    )
    assert RejectedDelivery.objects.exists()
    assert bird.sang() == []


def test_a_key_with_a_line_break_at_its_end_is_not_quoted_back(stripe, post_event, bird, caplog, settings):
    """As one that was read from a file: the HTTP library refuses it, and says why with the whole header."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ()
    settings.PINAX_STRIPE_SECRET_KEY += "\n"
    caplog.set_level(logging.DEBUG, logger="pinax.stripe")

    assert post_event(stripe.event("ping", livemode=True)).status_code == 503

    kept = EventProcessingException.objects.get()
    bird.saw("the row", f"{kept.message} {kept.traceback} {Event.objects.get().verification_note}")
    bird.saw("the log", caplog.text)
    assert "InvalidHeader" in kept.traceback
    assert bird.sang() == []


def test_the_search_finds_what_is_there(bird):
    bird.saw("somewhere", "a CANARY")

    assert bird.sang() == [("somewhere", "a CANARY")]
