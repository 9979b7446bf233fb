"""The API: the current state of objects, as far as a key may see it."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Final

from pinax.stripe.testing import errors, listing, operation_names, routes
from pinax.stripe.testing.endpoints import Endpoints
from pinax.stripe.testing.exchange import Request, Response, encoded
from pinax.stripe.testing.expansion import Expansion
from pinax.stripe.testing.idempotency import IdempotencyKeys
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import IDLESS, Json, plain
from pinax.stripe.testing.objects.subscriptions import plan_of
from pinax.stripe.testing.routes import Route
from pinax.stripe.testing.store import Store, key_of
from pinax.stripe.testing.thin import V2
from pinax.stripe.testing.writing import carried_out
from pinax.stripe.testing.writing.account_data import AccountData

#: The API version of the fake's objects and events.
API_VERSION: Final = "2026-10-28.endive"
#: A request that was carried out, and whose payment failed.
CARD_ERROR: Final = 402


@dataclass(frozen=True, slots=True)
class Api:
    """The API of a store."""

    store: Store
    #: The platform's own account.
    account_id: str
    #: The accounts that the keys may see, the platform's own among them.
    visible: AbstractSet[str]
    #: Returns the data of an account in one mode, for a request that writes.
    data_of: Callable[[Request, str], AccountData]
    #: The first responses to requests with an idempotency key.
    answered: IdempotencyKeys

    def answer(self, request: Request, *, carry_out: bool = True) -> Response:
        """Return the response, errors included; an empty one if the request must not be carried out."""
        body: Json = {}
        status, replayed = 200, dict[str, str]()
        try:
            known = self.answered.find(request)
            if known is not None:
                (status, body), replayed = known, {"Idempotent-Replayed": "true"}
            elif carry_out:
                body = self._result(request)
                self.answered.keep(request, status, body)
        except errors.ApiError as error:
            status, body = error.status, error.body
            if status == CARD_ERROR:  # an error before anything is done is not kept
                self.answered.keep(request, status, body)
        headers = {
            "Content-Type": "application/json",
            "Date": formatdate(request.at, usegmt=True),
            "Request-Id": request.id or new_id("req"),
            "Stripe-Version": request.api_version or API_VERSION,
            **replayed,
        }
        return Response(status, headers, encoded(body))

    def _result(self, request: Request) -> Json:
        if request.livemode is None:
            raise errors.bad_key(request.key)
        if request.of_organisation:
            errors.require_header(request.context, "Stripe-Context")
            errors.require_header(request.api_version, "Stripe-Version")
        self._check_access(request, request.account, *request.context.split("/"))
        platform = request.account in {"", self.account_id} and not request.of_organisation
        owner = "" if platform else request.account
        endpoints = Endpoints(self.store, owner, request.livemode, request).answer()
        if endpoints is not None:
            return endpoints
        resource = V2(self.store, owner, request.livemode, request).answer()
        if resource is not None:
            return resource
        written = carried_out(self.data_of(request, owner), request)
        if written is not None:
            return Expansion(self.store, owner, request.livemode).shown(written, request.expanded)
        route = self._route(request)
        self._check_access(request, route.account)
        owner = route.account or owner
        expansion = Expansion(self.store, owner, request.livemode)
        if route.id is None:
            page = self._list(route, request, owner, request.livemode)
            return {**page, "data": [expansion.shown(row, request.expanded) for row in page["data"]]}
        return expansion.shown(self._one(route, route.id, owner, request.livemode), request.expanded)

    def _check_access(self, request: Request, *accounts: str) -> None:
        for account in accounts:
            if account and not account.startswith("org_") and account not in self.visible:
                raise errors.no_access(request.key, account)

    def _route(self, request: Request) -> Route:
        route = routes.find(request.path) if request.method == "GET" else None
        if route is None:
            route = self._route_of_new_type(request)
        if route is None or any(operation_names.is_named(request.method, request.path, id_) for id_ in route.ids):
            known = operation_names.find(request.method, request.path)
            raise errors.unrecognized(request.method, request.path, known.name if known else "")
        if route == Route(("account",), ""):
            return replace(route, id=request.account or self.account_id)
        return route

    def _route_of_new_type(self, request: Request) -> Route | None:
        """Return the route of an object whose type is not in `routes`, at the usual path of its type."""
        id_ = request.path.rpartition("/")[2]
        found = [{"object": kind, "id": id_} for kind in self.store.types_of(id_)]
        kinds = [obj["object"] for obj in found if routes.path_of(obj) == request.path]
        return Route(tuple(kinds), id_) if kinds and request.method == "GET" else None

    def _one(self, route: Route, id_: str, owner: str, livemode: bool) -> Json:
        for kind in route.kinds:
            found = self.store.get(key_of({"object": kind, "id": id_}, owner, livemode))
            if found and (_is_child(found, route.parent) or found.get("deleted")):
                return found
        kind = route.kinds[0]
        for found in self._plans(owner, livemode) if kind == "plan" else []:
            if found["id"] == id_:
                return found
        if kind in IDLESS:
            return plain(build(kind, **({"customer": id_} if id_ else {})), livemode=livemode)
        raise errors.no_such(kind, id_)

    def _list(self, route: Route, request: Request, owner: str, livemode: bool) -> Json:
        kind = route.kinds[0]
        query = dict(request.query)
        by = routes.LISTED_BY.get(kind)
        if by and by not in query:
            raise errors.missing_param(by)
        if kind == "account":
            connected = self.visible - {self.account_id}
            rows = [row for row in self.store.newest_first(route.kinds, "", livemode) if row["id"] in connected]
        elif kind == "entitlements.active_entitlement":
            rows = self._entitlements(query.pop("customer"), owner, livemode)
        elif kind == "plan":
            rows = self._plans(owner, livemode)
        elif kind == "item" and route.parent:
            return listing.page(kind, self._line_items(route.parent[1], owner, livemode), query, request.path)
        else:
            rows = self.store.newest_first(route.kinds, owner, livemode)
        children = [row for row in rows if _is_child(row, route.parent)]
        return listing.page(kind, children, query, request.path)

    def _plans(self, owner: str, livemode: bool) -> list[Json]:
        """Return the plans; each recurring price is one, too."""
        made = self.store.newest_first(["plan"], owner, livemode)
        ids = {row["id"] for row in made}
        prices = [row for row in self.store.newest_first(["price"], owner, livemode) if row["id"] not in ids]
        found = made + [plan_of(price) for price in prices if price["recurring"]]
        return sorted(found, key=lambda row: row["created"], reverse=True)

    def _entitlements(self, customer: str, owner: str, livemode: bool) -> list[Json]:
        """Return the entitlements of a customer: only the summary has a customer."""
        summary = {"object": "entitlements.active_entitlement_summary", "customer": customer}
        return self.store.members(key_of(summary, owner, livemode))

    def _line_items(self, session: str, owner: str, livemode: bool) -> list[Json]:
        """Return the line items of a checkout session: a line item does not name its session."""
        key = key_of({"object": "checkout.session", "id": session}, owner, livemode)
        if self.store.get(key) is None:
            raise errors.no_such("checkout.session", session)
        return self.store.members(key)


def _is_child(obj: Json, parent: tuple[str, str] | None) -> bool:
    return parent is None or obj.get(parent[0]) == parent[1]
