"""What a shape is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Json = dict[str, Any]

#: Moments, in Unix seconds.
JAN, FEB, MAR, APR = 1_767_225_600, 1_769_904_000, 1_772_323_200, 1_775_001_600


class Shape(NamedTuple):
    """An object in the shape of an API version.

    Attributes:
        version: the API version of the event.
        kind: the event type that brings it.
        carried: the object.
        columns: what its columns hold: references by id, moments in Unix seconds, amounts in minor units.
        rows: the ids that its children's rows have, by the attribute that leads to them.
        account: the connected account where it happens.
    """

    version: str
    kind: str
    carried: Json
    columns: Json
    rows: Mapping[str, set[str]] = MappingProxyType({})
    account: str = ""

    @property
    def name(self) -> str:
        return f"{self.carried['object']} {self.version}"


def list_of(*objects: Json, has_more: bool = False) -> Json:
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": "/v1/somewhere"}
