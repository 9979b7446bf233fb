"""The operations of the API that write, by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.operation_names import ids_in
from pinax.stripe.testing.parameters import checked
from pinax.stripe.testing.writing.account_data import AccountData

#: Carries out an operation: gets the parameters by name, and returns the object of the response.
Function = Callable[..., Json]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation."""

    function: Function
    #: The type of its parameters in ``stripe.params``.
    params: str
    #: The parameters that Stripe requires although the type does not.
    required: Sequence[str] = ()


#: Name, as in `operation_names` → operation.
OPERATIONS: Final[dict[str, Operation]] = {}


def operation(name: str, params: str, *required: str) -> Callable[[Function], Function]:
    """Register the decorated function as an operation.

    It is called with the data of the account, the id in the path if there is one, and the parameters as a dictionary.
    """

    def register(function: Function) -> Function:
        OPERATIONS[name] = Operation(function, params, required)
        return function

    return register


def carried_out(data: AccountData, request: Request) -> Json | None:
    """Carry out a request that writes, and return the response; None if it is not one of the operations.

    Raises:
        ApiError: as Stripe's.
    """
    found = OPERATIONS.get(request.operation)
    if found is None or request.method == "GET":
        return None
    params = checked(request.params, found.params, found.required)
    return found.function(data, *ids_in(request.method, request.path), params)
