"""A healthy project: an endpoint that is in step, its secret, a key, a reconciliation, a retention period."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from pinax.stripe.models import Reconciliation
from pinax.stripe.operations.doctor.examination import examine
from pinax.stripe.operations.doctor.facts import gather
from pinax.stripe.operations.endpoints.endpoint import OWN
from pinax.stripe.operations.endpoints.plan import apply, plan
from pinax.stripe.scope import Scope

#: As the endpoint's URL when nobody posts to it.
URL = "https://shop.example/stripe/webhook/"
TEST = Scope(livemode=False)


@dataclass
class Project:
    """A project, its Stripe, and how its faults are looked for."""

    stripe: Any
    settings: Any
    url: str = URL
    deliver: bool = False

    def create_endpoint(self) -> str:
        """Create the endpoint, and set its secret; return its id."""
        created = apply(plan(self.url, OWN, TEST))
        self.settings.PINAX_STRIPE_WEBHOOK_SECRETS = [created.secret]
        return created.id

    def endpoints(self) -> list[dict[str, Any]]:
        kinds = ["webhook_endpoint", "v2.core.event_destination"]
        return self.stripe._store.newest_first(kinds, "", livemode=False)

    def change_endpoint(self, **fields: Any) -> None:
        """Change the endpoint as nobody but somebody in the Dashboard would."""
        (endpoint,) = self.endpoints()
        self.stripe.put(endpoint | fields)

    def findings(self):
        return examine(gather(self.url, deliver=self.deliver))

    def ids(self) -> set[str]:
        return {finding.id for finding in self.findings()}


@pytest.fixture
def project(stripe, settings) -> Project:
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    settings.PINAX_STRIPE_API_VERSION = "2026-10-28.endive"
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Stripe is a stand-in, the key is one of test mode, and a MariaDB of tests has no time zone tables.
    settings.SILENCED_SYSTEM_CHECKS = ["pinax_stripe.W004", "pinax_stripe.W016", "database.time_zones"]
    Reconciliation.objects.create(livemode=False, reached=timezone.now(), finished_at=timezone.now())
    project = Project(stripe, settings)
    project.create_endpoint()
    return project
