"""Stripe goes away for good while lists are read: the commands end, and say so."""

import pytest
from django.core.management import CommandError

from pinax.stripe.imports import rate_limiter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("options", [[], ["--compare"]], ids=["import", "compare"])
def test_a_run_over_all_lists_ends_within_minutes(stripe, command, monkeypatch, options):
    stripe_sync, slept = command("stripe_sync"), []
    monkeypatch.setattr(rate_limiter, "sleep", slept.append)

    with stripe.answering(status=500), pytest.raises(CommandError) as error:
        stripe_sync(*options, "--testmode")

    assert error.value.returncode in {1, 2}
    assert "Stripe answered 500" in stripe_sync.errors.getvalue() + str(error.value)
    assert sum(slept) < 300  # 2,800, if each list were waited for
