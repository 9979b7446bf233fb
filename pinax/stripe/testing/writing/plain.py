"""Objects that are created, changed and deleted without consequences for others."""

from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, as_decimal
from pinax.stripe.testing.writing import drafts
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.registry import OPERATIONS, Function, Operation, operation

#: Collection → object type, the beginning of the names of its parameters' types, and what can be done.
PLAIN: Final = {
    "charges": ("charge", "Charge", "update"),
    "coupons": ("coupon", "Coupon", "create update delete"),
    "customers": ("customer", "Customer", "create update delete"),
    "invoice_items": ("invoiceitem", "InvoiceItem", "update delete"),
    "invoices": ("invoice", "Invoice", "update"),
    "payment_methods": ("payment_method", "PaymentMethod", "update"),
    "plans": ("plan", "Plan", "create update delete"),
    "prices": ("price", "Price", "update"),
    "products": ("product", "Product", "update delete"),
    "promotion_codes": ("promotion_code", "PromotionCode", "update"),
    "refunds": ("refund", "Refund", "update"),
    "payouts": ("payout", "Payout", "update"),
    "setup_intents": ("setup_intent", "SetupIntent", "update"),
    "tax_rates": ("tax_rate", "TaxRate", "create update"),
    "transfers": ("transfer", "Transfer", "update"),
}


def _register(collection: str, kind: str, params: str, verbs: str) -> None:
    def create(data: AccountData, fields: Json) -> Json:
        return data.create(kind, **_nothing_is_built(kind) | fields)

    def update(data: AccountData, id_: str, fields: Json) -> Json:
        obj = data.get(kind, id_)
        nested = {name: {**obj[name], **value} for name, value in fields.items() if _is_nested(obj, name, value)}
        metadata = {"metadata": merged_metadata(obj, fields["metadata"])} if "metadata" in fields else {}
        return data.change(obj, **{**fields, **nested, **metadata})

    def delete(data: AccountData, id_: str, _fields: Json) -> Json:
        return data.delete(data.get(kind, id_))

    functions: dict[str, Function] = {"create": create, "update": update, "delete": delete}
    for verb in verbs.split():
        OPERATIONS[f"{collection}.{verb}"] = Operation(functions[verb], f"{params}{verb.capitalize()}Params")


def _is_nested(obj: Json, name: str, value: object) -> bool:
    return name != "metadata" and isinstance(value, dict) and isinstance(obj.get(name), dict)


def _nothing_is_built(kind: str) -> Json:
    """Return what `build` makes up, and the API leaves empty."""
    empty = {"customer": ("email", "name"), "coupon": ("percent_off",)}
    return dict.fromkeys(empty.get(kind, ()))


for _collection, (_kind, _params, _verbs) in PLAIN.items():
    _register(_collection, _kind, _params, _verbs)


@operation("products.create", "ProductCreateParams")
def create_product(data: AccountData, fields: Json) -> Json:
    """Create a product, and the price in ``default_price_data``."""
    price_data = fields.pop("default_price_data", None)
    product = data.create("product", **fields)
    if price_data is None:
        return product
    price = create_price(data, {**price_data, "product": product["id"]})
    return data.change(product, default_price=price["id"])


@operation("prices.create", "PriceCreateParams")
def create_price(data: AccountData, fields: Json) -> Json:
    """Create a price, and the product in ``product_data``."""
    if product_data := fields.pop("product_data", None):
        fields["product"] = data.create("product", **product_data)["id"]
    if "product" not in fields:
        raise errors.missing_param("product")
    data.get("product", fields["product"], "product")
    recurring = fields.pop("recurring", None)
    if recurring and recurring.get("usage_type") == "metered":
        _check_meter(data, recurring.get("meter"))
    amount = fields.pop("unit_amount", None)
    if amount is None and not {"unit_amount_decimal", "custom_unit_amount", "tiers"} & set(fields):
        raise errors.missing_param("unit_amount")
    known = build("price", interval=(recurring or {}).get("interval"))["recurring"]
    return data.create(
        "price",
        **{
            "unit_amount": amount,
            "unit_amount_decimal": as_decimal(amount),
            **fields,
            "recurring": {**known, **recurring} if recurring else None,
            "type": "recurring" if recurring else "one_time",
        },
    )


def _check_meter(data: AccountData, meter: str | None) -> None:
    if not meter:
        raise errors.missing_param("recurring[meter]")
    data.get("billing.meter", meter, "recurring[meter]")


@operation("promotion_codes.create", "PromotionCodeCreateParams")
def create_promotion_code(data: AccountData, fields: Json) -> Json:
    """Create a promotion code of a coupon."""
    data.get("coupon", fields["promotion"].get("coupon"), "promotion[coupon]")
    made = {"active": True, "code": "SAVE25", "customer": None, "expires_at": None, "max_redemptions": None}
    return data.create("promotion_code", **{**made, "metadata": {}, "restrictions": {}, "times_redeemed": 0, **fields})


@operation("invoice_items.create", "InvoiceItemCreateParams", "customer")
def create_invoiceitem(data: AccountData, fields: Json) -> Json:
    """Create an item for the next invoice of a customer, or for a draft."""
    customer = data.get("customer", fields["customer"], "customer")
    pricing = fields.pop("pricing", None) or {}
    amount, quantity = fields.pop("amount", None), fields.get("quantity", 1)
    made: Json = {"customer": customer["id"], "date": data.now, "period": {"start": data.now, "end": data.now}}
    if "price" in pricing:
        price = data.get("price", pricing["price"], "pricing[price]")
        amount = price["unit_amount"] * quantity
        details = {"price": price["id"], "product": price["product"]}
        unit = {"price_details": details, "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"]}
        made |= {"currency": price["currency"], "pricing": unit}
    if amount is None:
        raise errors.missing_param("amount")
    subscription = fields.pop("subscription", None) or ""
    made["discountable"] = amount >= 0
    draft = data.get("invoice", fields["invoice"], "invoice") if fields.get("invoice") else None
    currency = {**made, **fields}.get("currency", "usd")
    if draft and draft["status"] != "draft":
        message = f"This invoice is {draft['status']}; items can be added only to a draft."
        raise errors.ApiError(400, message, code="invoice_not_editable", param="invoice")
    if draft and draft["lines"]["data"] and draft["currency"] != currency:
        raise errors.invalid("currency", f"The invoice is in {draft['currency']}; so has its items to be.")
    item = data.create("invoiceitem", amount=amount, subscription=subscription, **{**made, **fields})
    if draft:
        drafts.add(data, draft, item)
    return item
