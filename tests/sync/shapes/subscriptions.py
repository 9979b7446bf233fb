"""Subscriptions, their items, their schedules."""

from tests.sync.shapes.reasons import ELSEWHERE, HOW, LEGACY, NO_MODEL, TEST_CLOCK, TEXT
from tests.sync.shapes.shape import APR, FEB, JAN, MAR, Shape, list_of

UPDATED = "customer.subscription.updated"

#: What a row holds, whatever the version.
MONTHLY = {
    "customer": "cus_1",
    "status": "active",
    "plan": "gold",
    "quantity": 2,
    "currency": "eur",
    "collection_method": "charge_automatically",
    "start_date": JAN,
    "current_period_start": FEB,
    "current_period_end": MAR,
    "trial_start": JAN,
    "trial_end": FEB,
    "cancel_at_period_end": True,
    "canceled_at": FEB,
    "ended_at": None,
    "application_fee_percent": 2.5,
}

SAME_EVER_SINCE = {
    "id": "sub_1",
    "object": "subscription",
    "customer": "cus_1",
    "status": "active",
    "trial_start": JAN,
    "trial_end": FEB,
    "cancel_at_period_end": True,
    "canceled_at": FEB,
    "ended_at": None,
    "application_fee_percent": 2.5,
    "metadata": {},
}
PERIOD = {"current_period_start": FEB, "current_period_end": MAR}
PLAN_2015 = {
    "id": "gold",
    "object": "plan",
    "amount": 900,
    "created": JAN,
    "currency": "eur",
    "interval": "month",
    "interval_count": 1,
    "livemode": False,
    "metadata": {},
    "name": "Gold",
    "statement_descriptor": None,
    "trial_period_days": 31,
}
PLAN_2018 = {
    "id": "gold",
    "object": "plan",
    "amount": 900,
    "billing_scheme": "per_unit",
    "currency": "eur",
    "interval": "month",
    "livemode": False,
    "nickname": "Gold",
    "product": "prod_gold",
    "usage_type": "licensed",
}
PRICE = {
    "id": "gold",
    "object": "price",
    "active": True,
    "currency": "eur",
    "livemode": False,
    "product": "prod_gold",
    "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    "type": "recurring",
    "unit_amount": 900,
    "unit_amount_decimal": "900",
}
ITEM = {"id": "si_1", "object": "subscription_item", "quantity": 2, "subscription": "sub_1", "metadata": {}}

SHAPES = [
    Shape(
        "2015-10-16",
        UPDATED,
        SAME_EVER_SINCE
        | PERIOD
        | {
            "discount": {"object": "discount", "coupon": {"id": "SUMMER", "object": "coupon"}, "customer": "cus_1"},
            "plan": PLAN_2015,
            "quantity": 2,
            "start": JAN,
            "tax_percent": 19.0,
        },
        MONTHLY | {"collection_method": ""},
        {"items": set()},
    ),
    Shape(
        "2018-05-21",
        UPDATED,
        SAME_EVER_SINCE
        | PERIOD
        | {
            "billing": "charge_automatically",
            "billing_cycle_anchor": JAN,
            "created": JAN,
            "days_until_due": None,
            "items": list_of(ITEM | {"created": JAN, "plan": PLAN_2018}),
            "plan": PLAN_2018,
            "quantity": 2,
            "start": JAN,
        },
        MONTHLY | {"created": JAN, "billing_cycle_anchor": JAN},
        {"items": {"si_1"}},
    ),
    Shape(
        "2020-08-27",
        UPDATED,
        SAME_EVER_SINCE
        | PERIOD
        | {
            "billing_cycle_anchor": JAN,
            "cancel_at": MAR,
            "collection_method": "charge_automatically",
            "created": JAN,
            "default_payment_method": "pm_1",
            "discount": None,
            "items": list_of(ITEM | {"plan": PLAN_2018, "price": PRICE}),
            "latest_invoice": "in_1",
            "plan": None,
            "schedule": "sub_sched_1",
            "start_date": JAN,
        },
        MONTHLY
        | {
            "cancel_at": MAR,
            "default_payment_method": "pm_1",
            "latest_invoice": "in_1",
            "schedule": "sub_sched_1",
        },
        {"items": {"si_1"}},
    ),
    Shape(
        "2025-03-31.basil",
        UPDATED,
        SAME_EVER_SINCE
        | {
            "billing_mode": {"type": "classic"},
            "cancellation_details": {"comment": None, "feedback": None, "reason": "cancellation_requested"},
            "collection_method": "charge_automatically",
            "currency": "eur",
            "discounts": ["di_1"],
            "items": list_of(ITEM | PERIOD | {"plan": PLAN_2018, "price": PRICE}),
            "start_date": JAN,
        },
        MONTHLY | {"cancellation_reason": "cancellation_requested"},
        {"items": {"si_1"}},
    ),
    Shape(
        "2026-10-28.endive",
        UPDATED,
        SAME_EVER_SINCE
        | {
            "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
            "collection_method": "charge_automatically",
            "currency": "eur",
            "customer_account": "acct_customer",
            "items": list_of(
                ITEM | PERIOD | {"billed_until": MAR, "plan": PLAN_2018, "price": PRICE},
                ITEM
                | {
                    "id": "si_2",
                    "current_period_start": JAN,
                    "current_period_end": APR,
                    "price": PRICE | {"id": "price_yearly"},
                },
            ),
            "latest_invoice": {"id": "in_1", "object": "invoice"},
            "pause_collection": {"behavior": "void", "resumes_at": None},
            "start_date": JAN,
            "status_details": {"paused": None},
        },
        MONTHLY | {"customer_account": "acct_customer", "latest_invoice": "in_1", "pause_behavior": "void"},
        {"items": {"si_1", "si_2"}},
    ),
    Shape(
        "2026-10-28.endive",
        "customer.subscription.paused",
        SAME_EVER_SINCE
        | {
            "status": "paused",
            "status_details": {
                "paused": {"subscription": {"type": "pause_requested"}, "transitioned_at": MAR, "type": "subscription"}
            },
        },
        {"status": "paused", "paused_at": MAR, "pause_reason": "pause_requested", "pause_behavior": ""},
    ),
    Shape(
        "2018-05-21",
        "brand.new.item",
        ITEM | {"plan": PLAN_2018},
        {"subscription": "sub_1", "price": "gold", "plan": "gold", "product": "prod_gold", "quantity": 2},
    ),
    Shape(
        "2026-10-28.endive",
        "brand.new.item",
        ITEM | PERIOD | {"price": PRICE},
        {"subscription": "sub_1", "price": "gold", "product": "prod_gold", "quantity": 2, **PERIOD},
    ),
    Shape(
        "2019-08-14",
        "subscription_schedule.updated",
        {
            "id": "sub_sched_1",
            "object": "subscription_schedule",
            "created": JAN,
            "current_phase": {"start_date": FEB, "end_date": MAR},
            "customer": "cus_1",
            "phases": [],
            "renewal_behavior": "release",
            "revision": "sub_sched_rev_1",
            "status": "active",
            "subscription": "sub_1",
        },
        {
            "customer": "cus_1",
            "subscription": "sub_1",
            "status": "active",
            "end_behavior": "release",
            "current_phase_start": FEB,
            "current_phase_end": MAR,
        },
    ),
    Shape(
        "2026-10-28.endive",
        "subscription_schedule.released",
        {
            "id": "sub_sched_1",
            "object": "subscription_schedule",
            "billing_mode": {"type": "flexible"},
            "current_phase": None,
            "customer": "cus_1",
            "customer_account": None,
            "end_behavior": "release",
            "released_at": MAR,
            "released_subscription": "sub_1",
            "status": "released",
            "subscription": None,
        },
        {
            "customer": "cus_1",
            "subscription": None,
            "released_subscription": "sub_1",
            "released_at": MAR,
            "status": "released",
            "end_behavior": "release",
            "current_phase_start": None,
        },
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD = {
    "Subscription": {
        NO_MODEL: "application",
        TEXT: "cancellation_details.* description status_details.paused.type",
        LEGACY: "default_source",
        HOW: "next_pending_invoice_item_invoice",
        TEST_CLOCK: "test_clock",
    },
    "SubscriptionItem": {ELSEWHERE: "billed_until"},
    "SubscriptionSchedule": {NO_MODEL: "application", TEST_CLOCK: "test_clock"},
}
