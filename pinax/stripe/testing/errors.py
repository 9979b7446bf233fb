"""Stripe's error responses, with Stripe's structure and messages."""

from collections.abc import Sequence
from typing import Any, Final

#: HTTP status → the error's ``type``; other errors are an ``invalid_request_error``.
TYPES: Final = {402: "card_error"} | dict.fromkeys(range(500, 600), "api_error")

#: HTTP status → the error's ``code``, for errors that a test scripts by status only.
CODES: Final = {402: "card_declined", 409: "lock_timeout", 429: "rate_limit"}


#: An error's ``code`` → its HTTP status, if that is not 400.
STATUSES: Final = {code: status for status, code in CODES.items()} | {"resource_missing": 404, "api_error": 500}

#: Codes of errors of the card.
CARD_CODES: Final = frozenset(
    """
    authentication_required card_declined expired_card incorrect_cvc incorrect_number insufficient_funds
    processing_error
    """.split()
)

MESSAGES: Final = {
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


class ApiError(Exception):
    """An error of the fake Stripe: its response to a request, or raised by an action such as ``complete_checkout``.

    Attributes:
        status: the HTTP status; 402 if the card is declined.
        message: Stripe's message.
        code: Stripe's error code, ``card_declined`` for example; None if it has none.
        decline_code: why the bank declines the card; None if it does not.
        param: the parameter that is wrong, or None.
        other: other keys of the error: ``decline_code``, ``payment_intent``, or another ``type``.
    """

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None, **other: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.decline_code: str | None = other.get("decline_code")
        self.other = other

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the response, without empty keys."""
        fields = {"code": self.code, "message": self.message, "param": self.param, **self.other}
        kind = TYPES.get(self.status, "invalid_request_error")
        return {"error": {"type": kind, **{key: value for key, value in fields.items() if value}}}


def scripted(status: int) -> ApiError:
    """Return the error for an HTTP status that a test has scripted."""
    return ApiError(status, f"The fake Stripe was told to answer {status}.", code=CODES.get(status))


def of_code(code: str, *, status: int = 0, message: str = "", param: str | None = None, **other: Any) -> ApiError:
    """Return the error of a code: with a decline code or the code of a declined card, it is an error of the card.

    Args:
        code: Stripe's error code.
        status: the HTTP status; by default that of the code.
        message: the message; by default one that names the code.
        param: the parameter that it is about.
        other: other keys of the error.
    """
    is_of_card = code in CARD_CODES or "decline_code" in other
    status = status or (402 if is_of_card else STATUSES.get(code, 400))
    return ApiError(
        status,
        message or MESSAGES.get(code, f"The fake Stripe was told to answer {code}."),
        code=code,
        param=param,
        **other,
    )


def bad_key(key: str) -> ApiError:
    """Return the error for an unknown key, or a request without one."""
    if not key:
        return ApiError(401, "You did not provide an API key. Use Bearer auth in the Authorization header.")
    return ApiError(401, f"Invalid API Key provided: {masked(key)}")


def require_header(value: str, header: str) -> None:
    """Require a header of a request with an organisation's key.

    Raises:
        ApiError: it is missing.
    """
    if not value:
        raise ApiError(400, f"Requests with an organization API key must include the {header} header.")


def no_access(key: str, account: str) -> ApiError:
    """Return the error for a connected account that the key has no access to, or no longer."""
    message = (
        f"The provided key '{masked(key)}' does not have access to account '{account}' "
        "(or that account does not exist). Application access may have been revoked."
    )
    return ApiError(403, message, code="account_invalid")


def no_such(object_type: str, object_id: str, *, status: int = 404, param: str = "id") -> ApiError:
    """Return the error for an object that does not exist in the account and mode."""
    message = f"No such {object_type}: '{object_id}'"
    return ApiError(status, message, code="resource_missing", param=param)


def not_found() -> ApiError:
    """Return the error of API v2 for an object that does not exist.

    Source: https://docs.stripe.com/api/v2/core/events/retrieve
    """
    return ApiError(404, "The resource wasn't found.", code="not_found")


def unrecognized(method: str, path: str, operation: str) -> ApiError:
    """Return the error for a request that the fake does not know, with what a test can do.

    Args:
        method: the HTTP method.
        path: the path.
        operation: its name in stripe-python; ``""`` if it has none.
    """
    if operation:
        why = f"The fake Stripe of pinax.stripe.testing does not know {operation}"
        cure = f'stripe.scripted("{operation}", {{...}})'
    else:
        why = "Neither the fake Stripe of pinax.stripe.testing nor stripe-python knows it"
        cure = f'stripe.answering(body={{...}}, path="{path}")'
    return ApiError(404, f"Unrecognized request URL ({method}: {path}). {why}. A test can script the response: {cure}")


def missing_param(param: str) -> ApiError:
    """Return the error for a list that requires a parameter."""
    return ApiError(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def invalid(param: str, message: str) -> ApiError:
    """Return the error for a parameter with a value that Stripe does not take."""
    return ApiError(400, message, param=param)


def unknown_param(param: str) -> ApiError:
    """Return the error for a parameter that this request does not have."""
    return ApiError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid_integer(param: str, value: str) -> ApiError:
    """Return the error for a parameter that has to be an integer within limits."""
    return ApiError(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=param)


def invalid_boolean(param: str, value: object) -> ApiError:
    """Return the error for a parameter that has to be true or false."""
    return ApiError(400, f"Invalid boolean: {value}", param=param)


def invalid_object(param: str) -> ApiError:
    """Return the error for a parameter that has to have parameters in it."""
    return ApiError(400, "Invalid object", param=param)


def invalid_array(param: str) -> ApiError:
    """Return the error for a parameter that has to be a list."""
    return ApiError(400, "Invalid array", param=param)


def not_one_of(param: str, allowed: Sequence[str]) -> ApiError:
    """Return the error for a parameter that has a few possible values."""
    *others, last = allowed
    listed = f"{', '.join(others)}, or {last}" if len(others) > 1 else " or ".join([*others, last])
    return ApiError(400, f"Invalid {param}: must be one of {listed}", param=param)


def no_payment_method() -> ApiError:
    """Return the error for a customer who has nothing to pay with."""
    message = (
        "This customer has no attached payment source or default payment method. Please consider adding a default "
        "payment method. For more information, visit "
        "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority."
    )
    return ApiError(400, message, code="resource_missing")


def same_key(key: str) -> ApiError:
    """Return the error for an idempotency key that was used with other parameters."""
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using "
        f"a key other than '{key}' if you meant to execute a different request."
    )
    return ApiError(400, message, type="idempotency_error")


def masked(key: str) -> str:
    """Return a key as Stripe's messages show it: ``sk_test_****fake``."""
    return f"{key[:8]}****{key[-4:]}"
