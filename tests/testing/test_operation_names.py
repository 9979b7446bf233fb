"""The operations of stripe-python: their names, and what in their paths is an id."""

import inspect
import json
import re
import sys

import pytest
import stripe

from pinax.stripe.testing import FakeStripe
from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.operation_names import ID, ids_in, operation_of, operations
from pinax.stripe.testing.writing import OPERATIONS

NEWEST = int(stripe.VERSION.split(".")[0]) >= 16
#: The same request as customers.payment_sources.delete.
TWIN = "sources.detach"
REQUEST = re.compile(r'"(get|post|delete)",\s*\(?\s*"(/v[12]/[^"]+)"')


def of_services(service, *names):
    """Yield name, method and path of the operations of a service of stripe-python, and of those in it."""
    for name, function in vars(type(service)).items():
        if inspect.isfunction(function) and not name.endswith("_async"):
            for method, path in REQUEST.findall(inspect.getsource(function)):
                yield ".".join([*names, name]), method.upper(), re.sub(r"\{\w+\}", ID, path)
    for name in getattr(sys.modules[type(service).__module__], "_subservices", ()):
        yield from of_services(getattr(service, name), *names, name)


@pytest.mark.skipif(not NEWEST, reason="the names are those of the newest stripe-python")
def test_the_operations_are_those_of_stripe_python():
    client = stripe.StripeClient("sk_test_fake")

    expected = {one for one in [*of_services(client.v1), *of_services(client.v2)] if one[0] != TWIN}

    assert {(one.name, one.method, f"/{'/'.join(one.path)}") for one in operations()} == expected
    assert len(expected) > 600


@pytest.fixture(scope="module")
def answered():
    """Each operation of stripe-python, its path, and the error of a new fake; "" if it is carried out."""
    headers, found = {"authorization": "Bearer sk_test_fake"}, []
    for known in operations():
        path = "/" + "/".join("x_1" if part == ID else part for part in known.path)
        body = json.loads(FakeStripe().answer(Request(known.method, path, {}, headers)).body)
        found.append((known, path, body.get("error", {}).get("message", "")))
    return found


def test_the_name_of_an_operation_in_a_path_is_never_an_id(answered):
    for known, path, error in answered:
        assert operation_of(known.method, path) == known.name
        assert ids_in(known.method, path) == ["x_1"] * known.path.count(ID)
        assert f"'{known.path[-1]}'" not in error


def test_an_operation_that_the_fake_does_not_know_is_named(answered):
    unknown = {known.name for known, _path, error in answered if f"does not know {known.name}." in error}

    writing = {known.name for known, _path, _error in answered if known.method != "GET"}
    of_endpoints = {name for name in writing if name.startswith(("webhook_endpoints.", "core.event_destinations."))}
    assert writing - set(OPERATIONS) - of_endpoints <= unknown
    searches = {known.name for known, path, _error in answered if path.endswith(("/search", "/preview", "/find"))}
    assert searches <= unknown
    assert not unknown & set(OPERATIONS)


@pytest.mark.parametrize(
    ("method", "path", "name", "ids"),
    [
        ("POST", "/v1/things", "things.create", []),
        ("GET", "/v1/things", "things.list", []),
        ("GET", "/v1/things/t_1", "things.retrieve", ["t_1"]),
        ("POST", "/v1/things/t_1", "things.update", ["t_1"]),
        ("DELETE", "/v1/things/t_1", "things.delete", ["t_1"]),
        ("GET", "/v1/things/t_1/parts", "things.parts.list", ["t_1"]),
        ("POST", "/v1/things/t%2F1/parts/p_1", "things.parts.update", ["t/1", "p_1"]),
    ],
)
def test_what_stripe_python_does_not_have_is_named_by_its_path(method, path, name, ids):
    assert (operation_of(method, path), ids_in(method, path)) == (name, ids)
