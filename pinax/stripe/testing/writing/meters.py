"""Meters, and the usage that they aggregate.

Source: https://docs.stripe.com/billing/subscriptions/usage-based
"""

from decimal import Decimal
from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.registry import operation

#: How long ago usage may be, and how far in the future, in seconds.
PAST: Final = 35 * 24 * 60 * 60
FUTURE: Final = 5 * 60


@operation("billing.meters.create", "billing.MeterCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Create a meter; the name of its events must not be that of another one."""
    if data.all("billing.meter", event_name=fields["event_name"], status="active"):
        message = f"An active meter with event name {fields['event_name']} already exists."
        raise errors.invalid("event_name", message)
    return data.create("billing.meter", **fields)


@operation("billing.meter_events.create", "billing.MeterEventCreateParams")
def create_event(data: AccountData, fields: Json) -> Json:
    """Record usage. An identifier is accepted once; Stripe promises that for a day.

    Stripe finds most mistakes later, and reports them with a thin event; here, they are errors at once.
    """
    meter = _meter_of(data, fields["event_name"])
    payload = fields["payload"]
    key = meter["customer_mapping"]["event_payload_key"]
    data.get("customer", payload.get(key), f"payload[{key}]")
    if meter["default_aggregation"]["formula"] != "count":
        _value_of(meter, payload)
    identifier = fields.get("identifier") or new_id("idmp")
    if data.all("billing.meter_event", identifier=identifier):
        raise errors.ApiError(400, f"An event already exists with identifier {identifier}.")
    timestamp = fields.get("timestamp", data.now)
    if not data.now - PAST <= timestamp <= data.now + FUTURE:
        message = "The timestamp has to be within the past 35 days, and at most 5 minutes in the future."
        raise errors.invalid("timestamp", message)
    return data.create("billing.meter_event", **{**fields, "identifier": identifier, "timestamp": timestamp})


def used(data: AccountData, meter: str, customer: str, start: int, end: int) -> Decimal:
    """Return the usage of a customer in a period, as its meter aggregates it.

    Args:
        data: the data of the account.
        meter: the id of the meter.
        customer: the id of the customer.
        start: the beginning of the period, in Unix seconds.
        end: its end; usage at that time belongs to the next one.
    """
    known = data.get("billing.meter", meter)
    key, formula = known["customer_mapping"]["event_payload_key"], known["default_aggregation"]["formula"]
    events = [
        event
        for event in data.all("billing.meter_event", event_name=known["event_name"])
        if event["payload"][key] == customer and start <= event["timestamp"] < end
    ]
    if formula == "count":
        return Decimal(len(events))
    values = [_value_of(known, event["payload"]) for event in sorted(events, key=lambda event: event["timestamp"])]
    return sum(values[-1:] if formula == "last" else values, Decimal(0))


def _meter_of(data: AccountData, event_name: str) -> Json:
    found = data.all("billing.meter", event_name=event_name, status="active")
    if not found:
        raise errors.invalid("event_name", f"No active meter found for event name {event_name}.")
    return found[0]


def _value_of(meter: Json, payload: Json) -> Decimal:
    key = meter["value_settings"]["event_payload_key"]
    try:
        value = Decimal(payload[key])
    except (ArithmeticError, KeyError):
        value = Decimal("NaN")
    if not value.is_finite():
        raise errors.invalid(f"payload[{key}]", f"Invalid value for payload[{key}]: it has to be a number.")
    return value
