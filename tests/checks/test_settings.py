"""Every wrong value of every setting has a finding that names the setting, and no right value has one."""

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest

from pinax.stripe.checks.production import pruned
from pinax.stripe.checks.settings import PREFIX, RULES
from pinax.stripe.client import RETRIES
from pinax.stripe.conf import PinaxStripeAppConf
from tests.checks.ours import findings as found

HERE = f"{__package__ or 'tests.checks'}.modules"
INFINITE, NOT_A_NUMBER = float("inf"), float("nan")


class Hostile:
    """A value whose every method raises an error."""

    def __repr__(self):
        raise LookupError("no repr")

    def __bool__(self):
        raise LookupError("no truth")


#: What no setting can be.
NOTHING_CAN_BE = {
    "ellipsis": Ellipsis,
    "complex": 1j,
    "bytes": b"bytes",
    "object": object(),
    "function": lambda: None,
    "too long to be written": 10**5000,
    "hostile": Hostile(),
}

#: A platform as it should be.
EU = {"ACCOUNT": "acct_1", "SECRET_KEY": "sk_live_eu"}
WRONG = {
    "SECRET_KEY": {
        "E001": ["", None],
        "E002": ["pk_test_x", "live", " sk_live_x", "sk_live_x\n", "sk_live_é", "sk_live_...", "sk_test_xxx", "sk_", 5],
        "W009": ["sk_org_x"],
    },
    "TEST_SECRET_KEY": {
        "E002": ["pk_test_x", "sk_test_x y", "sk_test_<your key>", "rk_test_", ["sk_test_x"], True],
        "E004": ["sk_live_x", "rk_live_x", "sk_org_live_x"],
        "W009": ["sk_org_x"],
    },
    "PUBLIC_KEY": {"E003": ["sk_live_x", "whsec_x", "pk_test_x ", "pk_live_...", 5, ["pk_live_x"]]},
    "API_VERSION": {
        "E022": ["latest", "2024-13-01", "2024-06", "2024-06-20 ", "basil", 2024, 20240620.0, ("2024-06-20",)]
    },
    "API_BASE": {
        "E019": [
            *(
                "api.stripe.com",
                "//api.stripe.com",
                "localhost:12111",
                "ftp://127.0.0.1",
                "http://",
                "http:///v1",
                12111,
            ),
            *("http://127.0.0.1:port", "http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1 ", "http://a b/"),
            *("https://api.stripe.com/v1", "http://127.0.0.1:12111/", "http://127.0.0.1/?a=b", "http://127.0.0.1#a"),
        ]
    },
    "PLATFORMS": {
        "E028": [
            *(None, [], "eu", 5, {5: {}}, {"": EU}, {"e u": EU}, {"x" * 101: EU}, {"eu": None}, {"eu": {}}),
            *({"eu": {**EU, "KEY": "sk_live_x"}}, {"eu": {"ACCOUNT": "acct_1"}}, {"eu": {"SECRET_KEY": "sk_live_x"}}),
            *({"eu": {**EU, name: value}} for name, value in [("ACCOUNT", "eu"), ("ACCOUNT", None)]),
            *({"eu": {**EU, name: "pk_live_x"}} for name in ("SECRET_KEY", "TEST_SECRET_KEY")),
            {"eu": {**EU, "WEBHOOK_SECRETS": 5}},
        ],
        "E004": [{"eu": {**EU, "TEST_SECRET_KEY": "sk_live_y"}}],
        "E007": [{"eu": {**EU, "WEBHOOK_SECRETS": ["whsec_..."]}}],
        "E029": [{"eu": EU, "us": {**EU, "SECRET_KEY": "sk_live_y"}}, {"eu": EU, "us": {**EU, "ACCOUNT": "acct_2"}}],
        "W009": [{"eu": {**EU, "SECRET_KEY": "sk_org_x"}}],
    },
    "API_TIMEOUT": {
        "E018": [
            *("20", 20, None, (), (5,), (5, 20, 5), ("5", "20"), (5, None), (0, 20), (-5, 20), (True, 20), {5: 20}),
            *((5, INFINITE), (5, NOT_A_NUMBER), (timedelta(seconds=5), timedelta(seconds=20)), (5, Decimal(20))),
        ]
    },
    "WEBHOOK_SECRETS": {
        "E023": [5, True, b"whsec_x", iter(["whsec_x"]), (one for one in ["whsec_x"]), lambda: ["whsec_x"]],
        "E007": [
            *("", [""], [None], ["\N{NO-BREAK SPACE}"], ["whsec_x\n"], ["whsec_..."], ["pk_live_x"], [b"whsec_x"]),
            *("whsec_x,whsec_y", ["whsec_x;whsec_y"], ["whsec_xwhsec_y"], "whsec_x whsec_y", "whsec_x,"),
            *({"shop": "whsec_x", "other": "sk_live_x"}, {"shop": ["whsec_x", "whsec_y"]}, [["whsec_x"]]),
        ],
        "W020": [{"whsec_x": "shop"}, ["secret_x"], ['"whsec_x"'], ["whsec_x."]],
        "W021": [{"shop": "whsec_x", "other": "whsec_x"}],
    },
    "VALIDATION": {"E005": ["trust", "Retrieve", "", None, True, ["retrieve"], ("retrieve", "signature"), 1]},
    "WEBHOOK_TOLERANCE": {"E013": [0, -300, None, "300", 300.0, True, timedelta(minutes=5), [300]]},
    "VALIDATION_BUDGET": {"E013": [-1, "20", 0.5, True, "20/s", [20]]},
    "MAX_BODY_BYTES": {"E024": [0, -1, None, "1048576", 1e6, True, [1]], "W018": [1, 1024, 65535]},
    "DISPATCHER": {
        "E006": [
            *(None, "", "inline", 5, True, ["pinax.stripe.dispatch.inline"], lambda pk: None, "pinax.stripe.nowhere"),
            *("no.such.module", "pinax.stripe.dispatch", "pinax.stripe.dispatch.tasks", "pinax.stripe.conf.conf"),
            *(".", "..", "a b.c", "tests.checks.raises.enqueue", f"{HERE}.takes_nothing", f"{HERE}.takes_two"),
            *(f"{HERE}.number", f"{HERE}.asynchronous", f"{HERE}.generator", f"{HERE}.async_carrier"),
            *("pinax.stripe.dispatch.inline.inline", f"{HERE}.another_name"),
        ]
    },
    "ACKNOWLEDGE": {"E005": ["received", "Recorded", "", None, True, 200, ["recorded"]]},
    "SYNC": {"E005": ["newest", "LATEST", "", None, False, ["latest"], {"latest"}]},
    "IGNORED_EVENTS": {
        "E025": [
            *([5], [None], ["radar.*", 5], [""], " ", "", [["radar.*"]], 5, True, b"radar.*", None),
            *(iter(["radar.*"]), {"radar.*": True}, [b"radar.*"]),
        ],
        "W019": ["*", ["**"], ["invoice.payd"], "radar.*,payout.*", ["radar."], ["Invoice.paid"]],
    },
    "HOOKSET": {
        "E009": [
            *(None, "", "DefaultHookSet", 5, object, ["pinax.stripe.hooks.DefaultHookSet"], "pinax.stripe.nowhere"),
            *("pinax.stripe.conf.conf", "tests.checks.raises.Hooks", "pinax.stripe.hooks", f"{HERE}.number"),
            *(f"{HERE}.WantsArguments", f"{HERE}.FailsToStart", f"{HERE}.Asynchronous", f"{HERE}.WithoutArguments"),
            *(f"{HERE}.NotAMethod", f"{HERE}.NoHooks", f"{HERE}.takes_a_key"),
        ]
    },
    "MAX_ATTEMPTS": {"E011": [0, -1, True, 2.5, None, "12", INFINITE, 10**10]},
    "RETRY_BACKOFF": {
        "E012": [
            *(60, None, "60", (60,), (0, 60), (-1, 60), (60, 30), ("60", "90"), (True, 90), (60, INFINITE)),
            *((NOT_A_NUMBER, 60), (60, 90, 120), {60, 90}, (60, 366 * 24 * 60 * 60)),
        ]
    },
    "LEASE": {
        "E026": [0, -1, None, "180", True, (180,), INFINITE, NOT_A_NUMBER, timedelta(minutes=3), Decimal(180), 10**9],
        "W017": [1, 149.9],
    },
    "REJECTED_KEPT": {"E021": [None, -1, "1000", 1e3, True, 10**10]},
    "EVENT_RETENTION_DAYS": {"E021": ["30", -1, 1.5, False, timedelta(days=30), 10**6]},
    "INVALID_RETENTION_DAYS": {"E021": ["30", -1, 1.5, True, 10**6]},
    "INVALID_KEPT": {"E021": ["10000", -1, 1.5, True, 10**10]},
}
RIGHT = {
    "SECRET_KEY": ["rk_live_x", "sk_live_51AbC", "sk_org_live_x"],
    "TEST_SECRET_KEY": [None, "", "sk_test_x", "rk_test_x", "sk_org_test_x"],
    "PUBLIC_KEY": [None, "", "pk_live_x", "pk_test_x"],
    "API_VERSION": [None, "", "2024-06-20", "2025-03-31.basil", "2026-01-28.preview", "2020-08-27; orders_beta=v3"],
    "API_BASE": [None, "", "https://api.stripe.com", "http://127.0.0.1:12111", "http://[::1]:1", "http://fake/stripe"],
    "PLATFORMS": [
        *({}, {"eu": EU}, {"eu-1_A": {**EU, "WEBHOOK_SECRETS": ["whsec_x"], "TEST_SECRET_KEY": "sk_test_x"}}),
        {"eu": {"ACCOUNT": "acct_1", "TEST_SECRET_KEY": "sk_test_x"}},
    ],
    "API_TIMEOUT": [(5, 20), [0.5, 1], (2, 0.5)],
    "WEBHOOK_SECRETS": [
        *(None, (), [], {}, "whsec_x", ["whsec_x", "whsec_y"], ("whsec_x",), {"whsec_x", "whsec_y"}),
        *({"shop": "whsec_x", "connect": "whsec_y"}, {"shop": "whsec_x"}.values(), ["whsec_aB3+/=_-"]),
    ],
    "VALIDATION": ["retrieve"],
    "WEBHOOK_TOLERANCE": [1, 300],
    "VALIDATION_BUDGET": [None, 0, 20],
    "MAX_BODY_BYTES": [65536, 1024 * 1024],
    "DISPATCHER": [
        *("pinax.stripe.dispatch.inline", "pinax.stripe.dispatch.tasks.enqueue", "tests.test_costs.enqueue_nowhere"),
        *(f"{HERE}.{name}" for name in ("takes_a_key", "wrapped", "carrier", "without_signature")),
    ],
    "ACKNOWLEDGE": ["processed", "recorded"],
    "SYNC": ["snapshot", "latest"],
    "IGNORED_EVENTS": [(), [], "radar.*", ["radar.*", "payout.paid"], {"payout.paid"}, ("*.created",)],
    "HOOKSET": ["pinax.stripe.hooks.DefaultHookSet", "tests.test_hooks.ByEmail", f"{HERE}.Hooks", f"{HERE}.Duck"],
    "MAX_ATTEMPTS": [1, 1000],
    "RETRY_BACKOFF": [[0.5, 0.5], (60, 365 * 24 * 60 * 60)],
    "LEASE": [150, 180, 3600.5],
    "REJECTED_KEPT": [0, 1000],
    "EVENT_RETENTION_DAYS": [None, 0, 3650],
    "INVALID_RETENTION_DAYS": [None, 0, 30],
    "INVALID_KEPT": [None, 0, 10_000],
}


def cases(table):
    return [
        pytest.param(name, value, expected, id=f"{name}-{expected}-{number}")
        for name, by_id in table.items()
        for expected, values in by_id.items()
        for number, value in enumerate(values)
    ]


def test_every_setting_has_a_rule_wrong_values_and_right_ones():
    names = list(PinaxStripeAppConf._meta.names)

    assert sorted(RULES) == sorted(WRONG) == sorted(RIGHT) == sorted(names)
    assert len(cases(WRONG)) > 63


@pytest.mark.parametrize(("name", "value", "expected"), cases(WRONG))
def test_a_wrong_value_has_a_finding_that_names_the_setting(name, value, expected, settings):
    setattr(settings, PREFIX + name, value)

    findings = [one for one in found() if one.id == f"pinax_stripe.{expected}"]

    assert findings
    assert all(f"{PREFIX}{name}" in one.msg and one.hint for one in findings)
    assert not any("canary" in f"{one.msg}{one.hint}" or "cannot be checked" in one.msg for one in findings)


@pytest.mark.parametrize(("name", "value", "expected"), cases({name: {"": RIGHT[name]} for name in RIGHT}))
def test_a_right_value_has_none(name, value, expected, settings):
    setattr(settings, PREFIX + name, value)

    assert found() == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("value", NOTHING_CAN_BE)
def test_no_value_of_any_type_stops_the_checks(name, value, settings):
    setattr(settings, PREFIX + name, NOTHING_CAN_BE[value])

    assert any(f"{PREFIX}{name}" in one.msg for one in found(include_deployment_checks=True))
    assert pruned(databases=["default"]) == []


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("WEBHOOK_SECRET", "WEBHOOK_SECRETS"),
        ("SECRET", "SECRET_KEY"),
        ("TIMEOUT", "API_TIMEOUT"),
        ("IGNORE_EVENTS", "IGNORED_EVENTS"),
        ("RETENTION_DAYS", "EVENT_RETENTION_DAYS"),
        ("DISPATCH", "DISPATCHER"),
        ("WEBHOOK_SECRETS_", "WEBHOOK_SECRETS"),
    ],
)
def test_a_misspelt_name_is_an_error_that_names_the_nearest_setting(given, nearest, settings):
    setattr(settings, PREFIX + given, "whsec_canary")

    (finding,) = found()

    assert finding.id == "pinax_stripe.E027"
    assert f"{PREFIX}{given} " in finding.msg
    assert f"{PREFIX}{nearest}" in finding.hint
    assert "canary" not in f"{finding.msg}{finding.hint}"


@pytest.mark.parametrize("given", ["", "INVOICE_FROM_EMAIL", "DEFAULT_PLAN", "SEND_EMAIL_RECEIPTS", "ADMIN"])
def test_a_name_that_is_like_none_is_a_warning(given, settings):
    """Settings of pinax-stripe 4 among them: they must not stop ``migrate``."""
    setattr(settings, PREFIX + given, "canary")

    assert [(one.id, f"{PREFIX}{given} " in one.msg) for one in found()] == [("pinax_stripe.W015", True)]


@pytest.mark.parametrize(
    ("debug", "key", "expected"),
    [
        (False, "sk_test_x", True),
        (False, "rk_test_x", True),
        (False, "sk_live_x", False),
        (False, "sk_org_x", False),
        (True, "sk_test_x", False),
    ],
)
def test_a_site_in_production_without_a_live_key_is_found_before_deployment(debug, key, expected, settings):
    settings.DEBUG = debug
    settings.PINAX_STRIPE_SECRET_KEY = key

    assert "pinax_stripe.W016" not in {one.id for one in found()}
    assert ("pinax_stripe.W016" in {one.id for one in found(include_deployment_checks=True)}) == expected


@pytest.mark.parametrize(
    ("timeout", "lease", "expected"), [((5, 20), 149, True), ((2, 3), 29.5, True), ((2, 3), 30, False)]
)
def test_a_lease_is_compared_with_what_a_try_may_take(timeout, lease, expected, settings):
    settings.PINAX_STRIPE_API_TIMEOUT = timeout
    settings.PINAX_STRIPE_LEASE = lease

    findings = found()

    assert [one.id for one in findings] == ["pinax_stripe.W017"] * expected
    assert all(f"{sum(timeout) * (1 + RETRIES) * 2}:" in one.msg for one in findings)


@pytest.mark.parametrize("secrets", ["whsec_x,whsec_y", ["whsec_x;whsec_y"], "whsec_xwhsec_y"])
def test_secrets_in_one_string_are_one_finding(secrets, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = secrets

    (finding,) = found()

    assert "secret 1 holds several secrets in one string" in finding.msg
    assert "whsec_x" not in f"{finding.msg}{finding.hint}"


def test_a_misspelt_event_type_is_named_with_the_nearest_one(settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["invoice.payd"]

    (finding,) = found()

    assert finding.hint == "Did you mean 'invoice.paid'?"


def test_a_password_in_an_address_is_not_shown(settings):
    settings.PINAX_STRIPE_API_BASE = "http://user:canary@127.0.0.1:1/"

    (finding,) = found()

    assert "//…@127.0.0.1:1/" in finding.msg
    assert "canary" not in finding.msg


@pytest.mark.parametrize(
    "dispatcher",
    [
        "None",
        '"tests.checks.raises.enqueue"',
        '"no.such.module"',
        '"pinax.stripe.dispatch.tasks.enqueue"; settings.TASKS = {}',
    ],
)
def test_a_dispatcher_that_cannot_be_imported_does_not_keep_django_from_starting(dispatcher):
    """What is found is told by ``check``, and not by a traceback of ``django.setup()``."""
    code = f"""
from tests import settings
settings.PINAX_STRIPE_DISPATCHER = {dispatcher}
import django
from django.core.checks import run_checks
django.setup()
print([one.id for one in run_checks(databases=[])])
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == "['pinax_stripe.E006']"
