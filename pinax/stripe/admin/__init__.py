"""Events and Stripe's objects in the Django admin, read-only.

To change a page, unregister its model and register a subclass of the admin class found here.
"""

from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.command_run import CommandRunAdmin
from pinax.stripe.admin.event import EventAdmin
from pinax.stripe.admin.event_processing_exception import EventProcessingExceptionAdmin
from pinax.stripe.admin.event_receipt import EventReceiptAdmin
from pinax.stripe.admin.event_replay import EventReplayAdmin
from pinax.stripe.admin.import_progress import ImportProgressAdmin
from pinax.stripe.admin.names import translate_names
from pinax.stripe.admin.objects import register_objects
from pinax.stripe.admin.reconciliation import ReconciliationAdmin
from pinax.stripe.admin.rejected_delivery import RejectedDeliveryAdmin
from pinax.stripe.admin.stripe_object import StripeObjectAdmin
from pinax.stripe.admin.users import StripeCustomersMixin

__all__ = [
    "CommandRunAdmin",
    "EventAdmin",
    "EventProcessingExceptionAdmin",
    "EventReceiptAdmin",
    "EventReplayAdmin",
    "ImportProgressAdmin",
    "ReadOnlyAdmin",
    "ReconciliationAdmin",
    "RejectedDeliveryAdmin",
    "StripeCustomersMixin",
    "StripeObjectAdmin",
]

translate_names()
register_objects()
