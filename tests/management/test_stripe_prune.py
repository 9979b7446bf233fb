"""``manage.py stripe_prune``: what it says, and how it ends."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pinax.stripe.models import Event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe_prune():
    """Run the command; returns what it says."""

    def stripe_prune(*args):
        out = io.StringIO()
        call_command("stripe_prune", *args, stdout=out)
        return out.getvalue()

    return stripe_prune


@pytest.fixture
def old_events(stripe, post_event, settings):
    """Three events that were done a year ago."""
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    for number in range(3):
        post_event(stripe.event("charge.succeeded", build("charge", id=f"ch_{number}")))
    Event.objects.update(processed_at=timezone.now() - timedelta(days=365))


def test_it_says_what_it_did(stripe_prune, old_events):
    assert stripe_prune().splitlines() == [
        "0 unfinished erasures resumed, 0 still unfinished",
        "3 processed events blanked",
        "0 errors of processed events deleted",
        "0 skipped events deleted",
        "0 invalid events deleted",
        "0 events that nobody can confirm any more deleted",
        "0 rejected deliveries deleted",
        "0 invalid events beyond the newest 10000 deleted",
        "0 unsigned skipped events beyond the newest 10000 deleted",
        "0 rejected deliveries beyond the newest 1000 deleted",
    ]
    assert Event.objects.pruned().count() == 3


def test_a_dry_run_counts_and_writes_nothing(stripe_prune, old_events):
    before = list(Event.objects.order_by("pk").values())

    assert "3 processed events would be blanked" in stripe_prune("--dry-run")
    assert list(Event.objects.order_by("pk").values()) == before


def test_it_says_so_where_messages_are_kept_for_ever(stripe_prune):
    assert "PINAX_STRIPE_EVENT_RETENTION_DAYS is not set" in stripe_prune()


class Impatient(io.StringIO):
    """Somebody presses Ctrl-C when the first job is said to be done."""

    def write(self, text):
        if "skipped" in text:
            raise KeyboardInterrupt
        return super().write(text)


def test_stopped_it_says_so_and_what_was_done_is_done(old_events):
    with pytest.raises(CommandError, match="Stopped") as stopped:
        call_command("stripe_prune", stdout=Impatient())

    assert stopped.value.returncode == 130
    assert Event.objects.pruned().count() == 3


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_a_batch_is_a_positive_number(stripe_prune, size):
    with pytest.raises(CommandError, match="is not an integer of 1 or more"):
        stripe_prune(f"--batch={size}")
