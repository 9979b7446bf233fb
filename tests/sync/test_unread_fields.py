"""Every field that stripe-python declares is read by a column, or `UNREAD` gives the reason why not."""

import inspect
import typing
from fnmatch import fnmatchcase

import pytest
import stripe
from stripe._object_classes import get_object_class

from pinax.stripe.models import OtherObject, StripeObject
from tests.sync.shapes import UNREAD

newest = pytest.mark.skipif(
    not stripe.VERSION.startswith("16."), reason="the fields are those of stripe-python 16; others have other ones"
)

MODELS = {model.__name__: model for model in StripeObject.__subclasses__() if model is not OtherObject}
#: Classes whose ``object`` stripe-python does not tell apart by name alone.
CLASSES = {"item": stripe.LineItem, "line_item": stripe.InvoiceLineItem}
#: What every row has, or no column is for.
COMMON = {"id", "object", "livemode", "metadata", "created", "deleted"}


def parts(annotation):
    """Return the types that an annotation is made of; a list counts as one."""
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return [str]
    if origin in {list, dict}:
        return [origin]
    within = typing.get_args(annotation)
    return [part for one in within for part in parts(one)] if within else [annotation]


def is_hash(part):
    return inspect.isclass(part) and issubclass(part, stripe.StripeObject) and "." in part.__qualname__


def is_value(part):
    """Whether a column could hold it: a word, a number, a flag, or the id of another object."""
    if part in {str, int, bool, float} or isinstance(part, typing.ForwardRef):
        return True
    return inspect.isclass(part) and (part.__name__ == "Decimal" or hasattr(part, "OBJECT_NAME"))


def hash_at(cls, path):
    """Return the class of the hash at a path, None where there is none."""
    for step in filter(None, path.split(".")):
        cls = next((part for part in parts(cls.__annotations__.get(step, str)) if is_hash(part)), None)
        if cls is None:
            return None
    return cls


def places_of(model, cls):
    """Return the places that the model's columns read, those with a sibling's value for every block that there is."""
    for path in {path for column in model.columns() for path in column.sources}:
        base, braces, rest = path.partition("{type}")
        blocks = hash_at(cls, base) if braces else None
        yield path
        for name, annotation in (blocks.__annotations__ if blocks else {}).items():
            if any(is_hash(part) for part in parts(annotation)):
                yield f"{base}{name}{rest}"


def values_in(cls, places, prefix=""):
    """Yield the values of an object, and those of the hashes in it that a column looks into."""
    for name, annotation in cls.__annotations__.items():
        if name.startswith("_") or name == "OBJECT_NAME":
            continue
        path, made_of = f"{prefix}{name}", parts(annotation)
        inside = next((part for part in made_of if is_hash(part)), None)
        if inside and any(place.startswith(f"{path}.") for place in places):
            yield from values_in(inside, places, f"{path}.")
        elif inside is None and list not in made_of and any(is_value(part) for part in made_of):
            yield path


def unread(model):
    cls = CLASSES.get(model.stripe_object) or get_object_class("V1", model.stripe_object)
    places = set(places_of(model, cls))
    children = {declaration.path.partition(".")[0] for declaration in model.stripe_children}
    return {
        path
        for path in values_in(cls, places)
        if path not in places | children | COMMON
        and not path.rpartition(".")[2].startswith("_")
        and path != "OBJECT_NAME"
    }


def is_given_a_reason(path, patterns, columns):
    """Whether a pattern names the field; what is called like a column has to stand there in full."""
    if path.rpartition(".")[2] in columns:
        return path in patterns
    return any(fnmatchcase(path, pattern) for pattern in patterns)


@newest
@pytest.mark.parametrize("name", MODELS)
def test_what_no_column_reads_has_a_reason(name):
    patterns = [pattern for reason in UNREAD.get(name, {}).values() for pattern in reason.split()]
    columns = {column.name for column in MODELS[name].columns()}
    found = unread(MODELS[name])

    assert {path for path in found if not is_given_a_reason(path, patterns, columns)} == set()
    assert {pattern for pattern in patterns if not any(fnmatchcase(path, pattern) for path in found)} == set()


def test_there_is_a_reason_for_typed_models_only():
    assert UNREAD.keys() <= MODELS.keys()
    assert all(reason and patterns.strip() for reasons in UNREAD.values() for reason, patterns in reasons.items())
