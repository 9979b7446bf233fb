"""Three platforms: the default one, one of the settings, and one whose keys are in a table. All know one account."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from django.test import Client

from pinax.stripe import platforms
from pinax.stripe.client import _own_account
from pinax.stripe.testing import FakePlatforms, FakeStripe
from tests.platforms.models import Merchant

#: The account that is connected to all three.
COMMON = "acct_common"


class Site(NamedTuple):
    """A platform, as the project and as Stripe know it.

    Attributes:
        name: empty for the default one.
        home: the ``stripe_account`` of its own objects.
        secret: the signing secret of its endpoint.
        stripe: its Stripe.
    """

    name: str
    home: str
    secret: str
    stripe: FakeStripe

    @property
    def url(self) -> str:
        return f"/stripe/webhook/{self.name}/" if self.name else "/stripe/webhook/"


def _site(name: str) -> Site:
    label = name or "main"
    fake = FakeStripe(test_key=f"sk_test_CANARY{label}", live_key=f"sk_live_{label}", account_id=f"acct_{label}")
    fake.connect(COMMON)
    return Site(name, f"acct_{label}" if name else "", f"whsec_CANARY{label}abcdefghijklmnopqrstuvwxyz", fake)


@pytest.fixture
def sites(db, settings, stripe_server) -> dict[str, Site]:
    """The three platforms, by name."""
    found = {name: _site(name) for name in ("", "eu", "shop")}
    stripe_server.fake = FakePlatforms(*(site.stripe for site in found.values()))
    _own_account.cache_clear()
    settings.PINAX_STRIPE_API_BASE = stripe_server.url
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_CANARYmain"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [found[""].secret]
    settings.PINAX_STRIPE_PLATFORMS = {
        "eu": {"ACCOUNT": "acct_eu", "SECRET_KEY": "sk_test_CANARYeu", "WEBHOOK_SECRETS": [found["eu"].secret]}
    }
    settings.PINAX_STRIPE_HOOKSET = "tests.platforms.hooks.Merchants"
    Merchant.objects.create(
        name="shop", account="acct_shop", secret_key="sk_test_CANARYshop", webhook_secret=found["shop"].secret
    )
    platforms.forget()
    yield found
    platforms.forget()


@pytest.fixture
def deliver(sign):
    """Post an event to the webhook of a platform; signed with its secret, or with another one, or (None) unsigned."""
    client = Client()

    def deliver(site: Site, body: Any, *, secret: str | None = "its own") -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = sign(raw, site.secret if secret == "its own" else secret) if secret else {}
        return client.post(site.url, raw, content_type="application/json", headers=headers).status_code

    return deliver
