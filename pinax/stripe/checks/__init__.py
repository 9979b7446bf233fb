"""System checks: one function for each problem, with a hint on how to fix it."""

from __future__ import annotations

from pinax.stripe.checks import character_sets as character_sets
from pinax.stripe.checks import keys as keys
from pinax.stripe.checks import likely_mistakes as likely_mistakes
from pinax.stripe.checks import predecessors as predecessors
from pinax.stripe.checks import production as production
from pinax.stripe.checks import project as project
from pinax.stripe.checks import settings as settings
from pinax.stripe.checks import signatures as signatures
from pinax.stripe.checks import workers as workers
