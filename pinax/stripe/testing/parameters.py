"""The parameters of a request: converted and checked as Stripe does it.

What an operation takes is what the installed stripe-python documents in the type of its parameters.
"""

import sys
import types
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json

#: Parameters of every request.
OF_EVERY_REQUEST: Final = frozenset({"expand"})
BOOLEANS: Final = {"true": True, "false": False, True: True, False: False}


def checked(params: Mapping[str, Any], types_name: str, required: Collection[str] = ()) -> Json:
    """Return the parameters of a request as JSON values: numbers, booleans, null for an empty value.

    Args:
        params: as `exchange.Request.params`.
        types_name: the type in ``stripe.params``: ``"checkout.SessionCreateParams"``.
        required: what Stripe requires, and the type does not say.

    Raises:
        ApiError: 400, with Stripe's message.
    """
    params_type = _type_of(types_name)
    for name in sorted({*required, *(getattr(params_type, "__required_keys__", ()))}):
        if params.get(name, "") == "":
            raise errors.missing_param(name)
    return {name: value for name, value in _members("", params, params_type) if name not in OF_EVERY_REQUEST}


@lru_cache(maxsize=256)
def _type_of(name: str) -> Any:
    """Return the type of an operation's parameters; None if the installed stripe-python has not got it."""
    from stripe import params  # not before a request has parameters: reading needs no stripe-python

    found: Any = params
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


@lru_cache(maxsize=1024)
def _hints_of(params_type: Any) -> Mapping[str, Any]:
    from stripe import RequestOptions

    options = RequestOptions.__annotations__
    return {name: hint for name, hint in params_type.__annotations__.items() if name not in options}


def _members(parent: str, params: Mapping[str, Any], params_type: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of parameters; of an unknown type, all of them as text."""
    if params_type is None:
        yield from params.items()
        return
    hints = _hints_of(params_type)
    for name, value in params.items():
        param = f"{parent}[{name}]" if parent else name
        if name not in hints and name not in OF_EVERY_REQUEST:
            raise errors.unknown_param(param)
        yield name, _converted(param, value, hints.get(name, Any), params_type.__module__)


def _converted(param: str, value: Any, hint: Any, module: str) -> Any:
    hints = list(_alternatives(hint, module))
    allowed = [text for one in hints if get_origin(one) is Literal for text in get_args(one)]
    if value == "" and ("" in allowed or str not in hints):
        return None
    if isinstance(value, dict):
        return _object(param, value, hints, module)
    if isinstance(value, list):
        member = next((get_args(one)[0] for one in hints if get_origin(one) is list), None)
        if member is None and Any not in hints:
            raise errors.invalid_object(param)
        return [_converted(f"{param}[{number}]", one, member or Any, module) for number, one in enumerate(value)]
    if value in allowed or Any in hints:
        return value
    for kind, convert in SCALARS.items():
        if kind in hints:
            try:
                return convert(value)
            except (ArithmeticError, KeyError, ValueError):
                if not set(allowed) - {""}:
                    raise _wrong(kind, param, value) from None
    if choices := [text for text in allowed if text]:
        raise errors.not_one_of(param, choices)
    if str in hints:
        return value
    raise errors.invalid_array(param) if any(get_origin(one) is list for one in hints) else errors.invalid_object(param)


def _object(param: str, value: Json, hints: list[Any], module: str) -> Json:
    for one in hints:
        if hasattr(one, "__required_keys__"):
            for name in sorted(one.__required_keys__ - set(value)):
                raise errors.missing_param(f"{param}[{name}]")
            return dict(_members(param, value, one))
        if get_origin(one) is dict:
            member = get_args(one)[1]
            return {name: _converted(f"{param}[{name}]", part, member, module) for name, part in value.items()}
    if Any in hints:
        return value
    raise errors.invalid(param, f"Invalid value for {param}: it has no parameters in it")


def _alternatives(hint: Any, module: str) -> Iterator[Any]:
    """Yield the types that a value may have."""
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        hint = eval(hint, vars(sys.modules[module]))  # noqa: S307 - the types of stripe-python, which writes them as text
    if get_origin(hint) in {NotRequired, Required}:
        yield from _alternatives(get_args(hint)[0], module)
    elif get_origin(hint) in {Union, types.UnionType}:
        for one in get_args(hint):
            yield from _alternatives(one, module)
    else:
        yield hint


def _integer(value: Any) -> int:
    return int(value)


def _wrong(kind: type, param: str, value: Any) -> errors.ApiError:
    return errors.invalid_boolean(param, value) if kind is bool else errors.invalid_integer(param, str(value))


#: How a text becomes a value; a decimal stays text, as in Stripe's objects.
SCALARS: Final[Mapping[type, Any]] = {
    bool: BOOLEANS.__getitem__,
    int: _integer,
    float: float,
    Decimal: lambda value: str(Decimal(value)),
}
