"""Adopt what only the tables of a predecessor have: the users of customers, and which events were processed there.

The predecessors are pinax-stripe 4, pinax-stripe-light and dj-stripe. Their tables are read, and never written. No
receiver is called, and no request is sent to Stripe.
"""

from pinax.stripe.operations.adopt.customers import link_customers
from pinax.stripe.operations.adopt.events import adopt_events
from pinax.stripe.operations.adopt.leftovers import Leftovers
from pinax.stripe.operations.adopt.predecessors import PREDECESSORS, Predecessor, found_in
from pinax.stripe.operations.adopt.run import SIZE, Run

__all__ = ["PREDECESSORS", "SIZE", "Leftovers", "Predecessor", "Run", "adopt_events", "found_in", "link_customers"]
