"""Products, prices, plans, coupons, promotion codes."""

from decimal import Decimal

from tests.sync.shapes.reasons import HOW, TEXT, URL
from tests.sync.shapes.shape import FEB, JAN, Shape
from tests.sync.shapes.subscriptions import PLAN_2015, PLAN_2018, PRICE

#: What a row holds, whatever the version.
GOLD = {"nickname": "Gold", "amount": 900, "amount_decimal": 900, "currency": "eur", "interval": "month"}
OFF = {"duration": "repeating", "duration_in_months": 3, "times_redeemed": 2, "redeem_by": FEB, "valid": True}

SHAPES = [
    Shape("2015-10-16", "plan.updated", PLAN_2015, GOLD | {"trial_period_days": 31, "product": None, "created": JAN}),
    Shape("2018-05-21", "plan.updated", PLAN_2018, GOLD | {"product": "prod_gold", "usage_type": "licensed"}),
    Shape(
        "2026-10-28.endive",
        "plan.updated",
        PLAN_2018 | {"amount": None, "amount_decimal": "0.5", "meter": "mtr_1", "usage_type": "metered"},
        {"nickname": "Gold", "amount": None, "amount_decimal": 0.5, "meter": "mtr_1", "usage_type": "metered"},
    ),
    Shape(
        "2020-08-27",
        "price.created",
        {key: value for key, value in PRICE.items() if key != "unit_amount_decimal"},
        {"product": "prod_gold", "unit_amount": 900, "unit_amount_decimal": 900, "interval": "month"},
    ),
    Shape(
        "2026-10-28.endive",
        "price.updated",
        PRICE
        | {
            "lookup_key": "gold",
            "product": {"id": "prod_gold", "object": "product"},
            "recurring": None,
            "tax_behavior": "exclusive",
            "type": "one_time",
            "unit_amount": None,
            "unit_amount_decimal": "0.000000000001",
        },
        {
            "product": "prod_gold",
            "lookup_key": "gold",
            "type": "one_time",
            "unit_amount": None,
            "unit_amount_decimal": Decimal("0.000000000001"),
            "interval": "",
        },
    ),
    Shape(
        "2016-07-06",
        "product.created",
        {"id": "prod_gold", "object": "product", "active": True, "name": "Gold", "skus": {}, "updated": FEB},
        {"name": "Gold", "active": True, "updated": FEB, "default_price": None},
    ),
    Shape(
        "2026-10-28.endive",
        "product.updated",
        {
            "id": "prod_gold",
            "object": "product",
            "active": False,
            "default_price": "gold",
            "description": None,
            "name": "Gold",
            "tax_code": {"id": "txcd_1", "object": "tax_code"},
            "type": "service",
        },
        {"name": "Gold", "active": False, "default_price": "gold", "tax_code": "txcd_1", "type": "service"},
    ),
    Shape(
        "2015-10-16",
        "coupon.created",
        {"id": "SUMMER", "object": "coupon", "amount_off": None, "percent_off": 25, "max_redemptions": None, **OFF},
        {"percent_off": 25, "amount_off": None, "name": "", **OFF},
    ),
    Shape(
        "2026-10-28.endive",
        "coupon.updated",
        {"id": "SUMMER", "object": "coupon", "name": "Summer", "percent_off": 12.5, "currency_options": {}, **OFF},
        {"percent_off": 12.5, "amount_off": None, "name": "Summer", **OFF},
    ),
    Shape(
        "2020-08-27",
        "promotion_code.created",
        {
            "id": "promo_1",
            "object": "promotion_code",
            "active": True,
            "code": "HELLO",
            "coupon": {"id": "SUMMER", "object": "coupon"},
            "customer": None,
        },
        {"coupon": "SUMMER", "code": "HELLO", "active": True, "customer": None},
    ),
    Shape(
        "2026-10-28.endive",
        "promotion_code.updated",
        {
            "id": "promo_1",
            "object": "promotion_code",
            "active": False,
            "code": "HELLO",
            "customer": "cus_1",
            "expires_at": FEB,
            "promotion": {"coupon": "SUMMER", "type": "coupon"},
        },
        {"coupon": "SUMMER", "code": "HELLO", "active": False, "customer": "cus_1", "expires_at": FEB},
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD = {
    "Plan": {HOW: "tiers_mode"},
    "Price": {HOW: "tiers_mode"},
    "Product": {HOW: "tax_details.performance_location", TEXT: "shippable statement_descriptor unit_label", URL: "url"},
    "PromotionCode": {TEXT: "promotion.type"},
}
