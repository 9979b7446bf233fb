"""Objects as API versions from 2015-10-16 to 2026-10-28.endive shape them, and what their rows are to hold.

Written by hand, with only what the columns are about and what is odd in a shape.
"""

from tests.sync.shapes import catalogue, connect, customers, invoices, others, payments, subscriptions
from tests.sync.shapes.shape import Shape, list_of

SHAPES = [
    shape
    for module in (subscriptions, invoices, payments, customers, catalogue, connect, others)
    for shape in module.SHAPES
]

__all__ = ["SHAPES", "Shape", "list_of"]
