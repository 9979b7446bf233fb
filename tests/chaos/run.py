"""One run: the site is started, events arrive, everything goes wrong, it becomes calm, and the end is looked at."""

import time
from contextlib import closing

from django.db import connection
from django.db.models import Count, Sum

from pinax.stripe.models import Event, EventProcessingException

from .checker import unexpected, violations
from .databases import own_database
from .disturbances import Disturbances
from .ledger.models import Entry
from .report import Report
from .site import running
from .unreliable_stripe import StripeProcess

#: Disturbances end once everything is delivered and no more than this share of the events waits.
CALM_AT = 0.02
TICK = 0.05


def run(plan, folder, say):
    """Run it, and return the report.

    Args:
        plan: how much is to happen.
        folder: where the processes' logs go.
        say: called with a line now and then.
    """
    clock = Clock(plan.seconds)
    with (
        own_database() as database,
        closing(StripeProcess(plan)) as stripe,
        running(plan, database, stripe.url, folder) as site,
    ):
        disturbances = Disturbances(plan, site)
        stripe.deliver_to(site.port)
        told = None
        while not clock.is_over and (told is None or Event.objects.pending().count() > CALM_AT * plan.events):
            told = told or stripe.told()
            disturbances.disturb()
            site.watch()
            _progress(clock, say)
            time.sleep(TICK)
        disturbances.calm()
        while not clock.is_over and Event.objects.pending().exists():
            site.watch()
            _progress(clock, say)
            time.sleep(TICK)
        return _report(plan, clock, stripe, told, disturbances)


class Clock:
    """How long it takes, in seconds."""

    def __init__(self, limit):
        self.began, self.limit, self.said = time.monotonic(), limit, 0.0

    @property
    def seconds(self):
        return time.monotonic() - self.began

    @property
    def is_over(self):
        return self.seconds > self.limit


def _progress(clock, say):
    if clock.seconds - clock.said >= 10:
        clock.said = clock.seconds
        say(f"{clock.seconds:4.0f} s  {Event.objects.count()} recorded, {Event.objects.pending().count()} pending")


def _report(plan, clock, stripe, told, disturbances):
    failed = EventProcessingException.objects.values_list("stage", flat=True)
    report = Report(f"{plan.events} events, {connection.vendor}, {plan.dispatcher}, seed {plan.seed}")
    if told is None:
        report.violations.append(f"unfinished: events were still being delivered after {plan.seconds} seconds")
        return report
    stages = list(failed)
    work = Entry.objects.values("process").annotate(number=Count("pk"))
    tries = Event.objects.aggregate(tries=Sum("attempts"))["tries"]
    report.numbers = {
        **told.deliveries,
        "objects": len(told.objects),
        **{f"Stripe's failures, {name}": number for name, number in sorted(stripe.failures().items())},
        **{f"failed tries kept, {stage}": stages.count(stage) for stage in sorted(set(stages))},
        "tries": tries,
        **{f"receivers' work done in {name}": number for name, number in sorted(work.values_list("process", "number"))},
        **disturbances.numbers,
        "seconds": round(clock.seconds),
    }
    report.violations = [*violations(told.events, told.objects), *unexpected(told.deliveries)]
    return report
