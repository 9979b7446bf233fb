"""The names that projects use. A change here is a change for every one of them."""

from dataclasses import fields
from inspect import getmembers, isfunction, signature
from pathlib import Path

import pytest
from django.contrib.auth.mixins import AccessMixin
from django.dispatch import Signal
from django.template import Engine
from django.urls import reverse

import pinax.stripe.models
from pinax.stripe import access, exceptions, hooks, monitoring, opentelemetry, prometheus, signals, testing, webhooks
from pinax.stripe.conf import PinaxStripeAppConf
from pinax.stripe.scope import Scope
from pinax.stripe.sync import sync_object

SETTINGS = {
    "SECRET_KEY": "",
    "PUBLIC_KEY": None,
    "TEST_SECRET_KEY": None,
    "PLATFORMS": {},
    "API_VERSION": None,
    "API_BASE": None,
    "API_TIMEOUT": (5, 20),
    "WEBHOOK_SECRETS": (),
    "VALIDATION": "retrieve",
    "WEBHOOK_TOLERANCE": 300,
    "VALIDATION_BUDGET": 20,
    "MAX_BODY_BYTES": 1024 * 1024,
    "DISPATCHER": "pinax.stripe.dispatch.inline",
    "ACKNOWLEDGE": "processed",
    "SYNC": "snapshot",
    "IGNORED_EVENTS": (),
    "HOOKSET": "pinax.stripe.hooks.DefaultHookSet",
    "MAX_ATTEMPTS": 12,
    "RETRY_BACKOFF": (60, 6 * 60 * 60),
    "LEASE": 180,
    "REJECTED_KEPT": 1000,
    "EVENT_RETENTION_DAYS": None,
    "INVALID_RETENTION_DAYS": 30,
    "INVALID_KEPT": 10_000,
}

MODELS = """
Account ApplicationFee ApplicationFeeRefund BankAccount Card Charge Coupon Customer Discount Dispute Event
EventProcessingException EventReceipt Invoice InvoiceItem InvoiceLineItem OtherObject Plan Product Refund
RejectedDelivery Source Subscription SubscriptionItem Transfer
""".split()

TEST_KIT = set(
    """
    ApiError Deliver Delivery FakePlatforms FakeStripe Heard StripeTestMixin assert_processed
    assert_same_end_state assert_signalled build hear in_process in_version seed_ids serve signature_of
    """.split()
)

#: A function of the test kit → the names of its parameters.
PARAMETERS = {
    "Deliver": "stripe",
    "Deliver.__call__": "self event status ignore_on_commit_errors",
    "Deliver.all": "self events shuffled twice concurrent seed ignore_on_commit_errors",
    "FakeStripe": "test_key live_key organisation_keys account_id now retry_days after_retries",
    "FakeStripe.deliveries": "self event",
    "FakeStripe.knows": "self key",
    "FakeStripe.accept": "self key",
    "FakeStripe.advance": "self seconds hours days months years",
    "FakeStripe.answer": "self request timeout",
    "FakeStripe.answering": "self status body headers path times delay retry",
    "FakeStripe.asked": "self path",
    "FakeStripe.calls": "self operation",
    "FakeStripe.close_dispute": "self dispute won account",
    "FakeStripe.complete_checkout": "self session payment_method email name account",
    "FakeStripe.authenticate": "self intent succeeds account",
    "FakeStripe.complete_onboarding": "self account",
    "FakeStripe.connect": "self account_id",
    "FakeStripe.created": "self kind account livemode",
    "FakeStripe.decline": "self payment_method code",
    "FakeStripe.dispute": "self charge reason account",
    "FakeStripe.disconnect": "self account_id",
    "FakeStripe.event": (
        "self kind obj account context livemode id created api_version previous_attributes store request"
    ),
    "FakeStripe.fail_payout": "self payout code account",
    "FakeStripe.http_client": "self timeout",
    "FakeStripe.mark_delivered": "self event",
    "FakeStripe.objects_in": "self events",
    "FakeStripe.put": "self obj account livemode",
    "FakeStripe.remove": "self obj object_id account livemode",
    "FakeStripe.scripted": "self operation answer error times **details",
    "FakeStripe.subscribe": "self amount currency interval email customer trial_days payment_method account livemode",
    "FakeStripe.thin": "self event",
    "FakeStripe.thin_event": "self kind obj **facts",
    "FakeStripe.unannounced": "self key",
    "StripeTestMixin.assertProcessed": "self event",
    "StripeTestMixin.assertSameEndState": "self",
    "StripeTestMixin.assertSignalled": "self kind times",
    "assert_processed": "event",
    "assert_same_end_state": "stripe",
    "assert_signalled": "heard kind times",
    "build": "object_type **over",
    "hear": "",
    "in_process": "fake",
    "in_version": "value version",
    "seed_ids": "seed",
    "serve": "fake port",
    "signature_of": "body secret at scheme",
}


def test_settings():
    defaults = {
        name: PinaxStripeAppConf._meta.defaults[f"PINAX_STRIPE_{name}"] for name in PinaxStripeAppConf._meta.names
    }

    assert defaults == SETTINGS


def test_the_address():
    assert reverse("pinax_stripe_webhook") == "/stripe/webhook/"
    assert reverse("pinax_stripe_webhook", args=["eu"]) == "/stripe/webhook/eu/"


def test_models():
    for name in MODELS:
        model = getattr(pinax.stripe.models, name)
        assert (model._meta.app_label, model.__name__) == ("pinax_stripe", name)


def test_queries_of_one_mode_and_account():
    objects = type(pinax.stripe.models.Charge.objects.all())
    assert str(signature(objects.in_livemode)) == "(self, livemode: 'bool | None' = None) -> 'Self'"
    assert str(signature(objects.of_account)) == "(self, stripe_account: 'str') -> 'Self'"


def test_signals():
    assert signals.WEBHOOK_SIGNALS["invoice.paid"].kind == "invoice.paid"
    assert str(signature(signals.on)) == (
        "(*patterns: 'str', account: 'str | None' = None, livemode: 'bool | None' = None, "
        "platform: 'str | None' = None, dispatch_uid: 'str | None' = None, sender: 'object' = None)"
        " -> 'Callable[[ReceiverT], ReceiverT]'"
    )
    assert str(signature(signals.any_event.connect)) == (
        "(receiver: 'Receiver', sender: 'object' = None, weak: 'bool' = True, dispatch_uid: 'Hashable | None' = None)"
        " -> 'None'"
    )
    assert str(signature(signals.any_event.disconnect)) == (
        "(receiver: 'Receiver | None' = None, sender: 'object' = None, dispatch_uid: 'Hashable | None' = None)"
        " -> 'bool'"
    )
    assert str(signature(signals.override)) == "(*, empty: 'bool' = False) -> 'Iterator[None]'"
    assert issubclass(exceptions.ReceiverClash, ValueError)
    assert issubclass(exceptions.UnstableReceiver, ValueError)
    assert callable(signals.declare)
    assert signals.any_event.kind == "*"
    for name in ("event_processed", "event_failed", "event_invalid", "event_given_up"):
        assert isinstance(getattr(signals, name), Signal)


def test_the_registry():
    assert issubclass(webhooks.registry["invoice.paid"], webhooks.Webhook)
    assert callable(webhooks.registry.register)
    assert callable(webhooks.registry.override)


def test_the_hooks():
    assert callable(hooks.DefaultHookSet.user_for_customer)
    assert str(signature(hooks.DefaultHookSet.platform)) == "(self, name: 'str') -> 'Platform | None'"
    assert str(signature(hooks.DefaultHookSet.platforms)) == "(self) -> 'Iterable[str]'"
    assert list(signature(hooks.Platform).parameters) == ["account", "secret_key", "test_secret_key", "webhook_secrets"]
    assert isinstance(hooks.hookset(), hooks.DefaultHookSet)


def test_writing_a_row_from_an_answer():
    assert (
        str(signature(sync_object))
        == "(data: 'Any', scope: 'Scope', *, asked: 'Asked | None' = None) -> 'StripeObject'"
    )
    page = (Path(__file__).parents[1] / "docs/reference/models.md").read_text("utf-8")
    assert "`pinax.stripe.sync.sync_object(data, scope, *, asked=None)`" in page
    assert '`pinax.stripe.scope.Scope(stripe_account="", *, livemode, platform="", context="")`' in page
    assert list(signature(Scope).parameters) == ["stripe_account", "livemode", "platform", "context"]
    assert (Scope(livemode=True).stripe_account, Scope("acct_1", livemode=False).livemode) == ("", False)


def test_the_test_kit():
    assert set(testing.__all__) == TEST_KIT
    for name in TEST_KIT:
        assert getattr(testing, name).__module__.startswith("pinax.stripe.testing.")
    with pytest.raises(AttributeError, match="has no attribute 'Fake'"):
        testing.Fake


def test_what_monitoring_is_told():
    hookset = hooks.DefaultHookSet
    assert str(signature(hookset.check_in)) == "(self, check_in: 'CheckIn') -> 'None'"
    assert str(signature(hookset.alert)) == "(self, findings: 'Sequence[Alert]') -> 'None'"
    assert [field.name for field in fields(monitoring.CheckIn)] == ["command", "state", "run", "seconds", "problem"]
    assert [str(state) for state in monitoring.State] == ["started", "running", "finished", "failed"]
    names = ["level", "message", "code", "about", "since", "resolved"]
    assert [field.name for field in fields(monitoring.Alert)] == names


def test_the_extras_for_monitoring():
    assert list(signature(prometheus.register).parameters) == ["registry"]
    assert str(signature(opentelemetry.instrument)) == (
        "(*, tracer_provider: 'TracerProvider | None' = None, meter_provider: 'MeterProvider | None' = None) -> 'None'"
    )
    assert str(signature(opentelemetry.uninstrument)) == "() -> 'None'"


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_parameters_of_the_test_kit(name):
    found = testing
    for part in name.split("."):
        found = getattr(found, part)

    assert [str(one).partition(":")[0] for one in signature(found).parameters.values()] == PARAMETERS[name].split()


def test_nothing_of_the_test_kit_is_missing_here():
    for cls in (testing.FakeStripe, testing.Deliver):
        public = {name for name, value in getmembers(cls, isfunction) if not name.startswith("_")}
        assert {f"{cls.__name__}.{name}" for name in public} <= set(PARAMETERS)
    assert testing.Heard._fields == ("signal", "sender", "event", "instance")
    error = testing.ApiError(402, "Your card was declined.", code="card_declined", decline_code="generic_decline")
    assert (error.status, str(error), error.code, error.param) == (402, error.message, "card_declined", None)
    assert error.decline_code == "generic_decline"
    assert testing.Delivery._fields == ("status", "text", "event", "log")


def test_views_for_users_with_a_subscription():
    rule = ["product", "price", "grace", "redirect_to", "login_url", "redirect_field_name"]
    rule += ["customers", "account", "livemode"]
    assert list(signature(access.subscription_required).parameters) == ["view", *rule]
    attributes = {name for name in vars(access.SubscriptionRequiredMixin) if not name.startswith("_")}
    assert attributes == {
        *(f"subscription_{name}" for name in ("product", "price", "grace", "redirect_to", "account", "livemode")),
        *("get_subscription_customers", "handle_no_subscription", "dispatch"),
    }
    assert issubclass(access.SubscriptionRequiredMixin, AccessMixin)


def test_the_filter_for_templates():
    assert list(Engine.get_default().template_libraries["pinax_stripe"].filters) == ["money"]
