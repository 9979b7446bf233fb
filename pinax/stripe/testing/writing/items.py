"""The items of subscriptions: a price, a quantity and the current period."""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.objects.subscriptions import plan_of
from pinax.stripe.testing.writing import prorations
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.periods import end_of_period
from pinax.stripe.testing.writing.plain import create_price
from pinax.stripe.testing.writing.registry import operation


def new_item(data: AccountData, given: Json, number: int, end: int | None = None) -> Json:
    """Return an item, whose period begins now.

    Args:
        data: the data of the account.
        given: the parameters: ``price`` or ``price_data``, ``quantity``.
        number: its place in the request, for the names of parameters in errors.
        end: the end of its period; by default an interval of the price later.
    """
    price = recurring_price(data, given, f"items[{number}]")
    metered = price["recurring"]["usage_type"] == "metered"
    return build(
        "subscription_item",
        price=price,
        created=data.now,
        current_period_start=data.now,
        current_period_end=end or end_of_period(data.now, data.now, price["recurring"]),
        metadata=given.get("metadata") or {},
        **({} if metered else {"quantity": given.get("quantity", 1)}),
    )


def recurring_price(data: AccountData, given: Json, param: str) -> Json:
    """Return the price that a request names or describes.

    Raises:
        ApiError: there is no such price, or it is paid once.
    """
    if "price_data" in given:
        return create_price(data, dict(given["price_data"]))
    if not given.get("price"):
        raise errors.missing_param(f"{param}[price]")
    price = data.get("price", given["price"], f"{param}[price]")
    if not price["recurring"]:
        message = (
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        )
        raise errors.invalid(f"{param}[price]", message)
    return price


def changed_items(data: AccountData, subscription: Json, given: list[Json]) -> Json:
    """Return the items after a change: those with an id are changed or removed, the others added."""
    members = {item["id"]: item for item in subscription["items"]["data"]}
    for number, change in enumerate(given):
        id_ = change.get("id")
        if id_ and id_ not in members:
            raise errors.no_such("subscription_item", id_, status=400, param=f"items[{number}][id]")
        if id_ and change.get("deleted"):
            del members[id_]
        elif id_:
            members[id_] = _changed(data, members[id_], change, number)
        else:
            added = new_item(data, change, number)
            members[added["id"]] = added | _period_for(added, subscription) | {"subscription": subscription["id"]}
    if not members:
        raise errors.invalid("items", "A subscription must have at least one active plan.")
    return {**subscription["items"], "data": list(members.values()), "total_count": len(members)}


def _period_for(added: Json, subscription: Json) -> Json:
    """Return the current period of an item that is added: that of the items with the same interval, if there are."""
    there = subscription["items"]["data"]
    interval = added["price"]["recurring"]["interval"]
    like = [item for item in there if item["price"]["recurring"]["interval"] == interval] or there
    ending_first = min(like, key=lambda item: int(item["current_period_end"]))
    return {name: ending_first[name] for name in ("current_period_start", "current_period_end")}


def _changed(data: AccountData, item: Json, change: Json, number: int) -> Json:
    changed = {**item, "quantity": change.get("quantity", item["quantity"])}
    if "metadata" in change:
        changed["metadata"] = merged_metadata(item, change["metadata"])
    if "price" in change or "price_data" in change:
        price = recurring_price(data, change, f"items[{number}]")
        changed |= {"price": price, "plan": plan_of(price)}
    return changed


@operation("subscription_items.create", "SubscriptionItemCreateParams", "subscription")
def create(data: AccountData, fields: Json) -> Json:
    """Add an item to a subscription."""
    return _change_subscription(data, fields.pop("subscription"), fields)


@operation("subscription_items.update", "SubscriptionItemUpdateParams")
def update(data: AccountData, id_: str, fields: Json) -> Json:
    """Change an item."""
    return _change_subscription(data, data.get("subscription_item", id_)["subscription"], {**fields, "id": id_})


@operation("subscription_items.delete", "SubscriptionItemDeleteParams")
def delete(data: AccountData, id_: str, fields: Json) -> Json:
    """Remove an item."""
    gone = {**fields, "id": id_, "deleted": True}
    _change_subscription(data, data.get("subscription_item", id_)["subscription"], gone)
    return {"id": id_, "object": "subscription_item", "deleted": True}


def _change_subscription(data: AccountData, id_: str, change: Json) -> Json:
    subscription = alive(data, id_, "subscription")
    changes = {"items": changed_items(data, subscription, [change])}
    items = prorations.change(data, subscription, changes, change)["items"]["data"]
    return next((item for item in items if item["id"] == change.get("id")), items[-1])


def alive(data: AccountData, id_: str, param: str = "") -> Json:
    """Return a subscription that is not over.

    Raises:
        ApiError: there is no such subscription, or it has ended.
    """
    subscription = data.get("subscription", id_, param)
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        raise errors.no_such("subscription", id_)
    return subscription
