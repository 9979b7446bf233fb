"""Objects as API versions from 2015-10-16 to 2026-10-28.endive shape them, and what their rows are to hold.

Written by hand, with only what the columns are about and what is odd in a shape.
"""

from tests.sync.shapes import catalogue, connect, customers, invoices, others, payments, subscriptions
from tests.sync.shapes.shape import Shape, list_of

_MODULES = (subscriptions, invoices, payments, customers, catalogue, connect, others)

SHAPES = [shape for module in _MODULES for shape in module.SHAPES]

#: The fields of Stripe's objects that no column reads, by model, each group with its reason. A star stands for any
#: characters. A field with the name of one of the model's columns may not hide behind a star: it is written in full.
UNREAD = {name: reasons for module in _MODULES for name, reasons in module.UNREAD.items()}

__all__ = ["SHAPES", "UNREAD", "Shape", "list_of"]
