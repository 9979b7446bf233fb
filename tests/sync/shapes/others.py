"""Objects that have no model of their own, and those that Stripe no longer knows."""

from tests.sync.shapes.shape import JAN, Shape

SHAPES = [
    Shape(
        "2015-10-16",
        "bitcoin.receiver.filled",
        {"id": "btcrcv_1", "object": "bitcoin_receiver", "amount": 1, "created": JAN, "filled": True},
        {"object_type": "bitcoin_receiver", "created": JAN},
    ),
    Shape(
        "2015-10-16",
        "balance.available",
        {"object": "balance", "available": [{"amount": 1, "currency": "eur"}], "livemode": False, "pending": []},
        {"stripe_id": "balance", "object_type": "balance"},
    ),
    Shape(
        "2026-10-28.endive",
        "invoice.upcoming",
        {
            "id": "upcoming_in_1",
            "object": "invoice",
            "customer": "cus_1",
            "parent": {"subscription_details": {"subscription": "sub_1"}},
        },
        {"stripe_id": "invoice:sub_1:cus_1", "object_type": "invoice"},
    ),
    Shape(
        "2019-12-03",
        "invoice.upcoming",
        {"object": "invoice", "customer": "cus_1", "subscription": "sub_1"},
        {"stripe_id": "invoice:sub_1:cus_1", "object_type": "invoice"},
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD: dict[str, dict[str, str]] = {}
