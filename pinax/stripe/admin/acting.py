"""Admin actions: a confirmation that says what will run and asks for a reason, and one result for each row."""

from __future__ import annotations

import uuid
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import names, operations
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.paginator import MOST_LISTED
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.stats import described
from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.models import Event, EventReplay
from pinax.stripe.operations.audit import Order
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from pinax.stripe.admin.operations import Operation

#: How many rows a confirmation lists; the others are counted.
MOST_SHOWN: Final = 20
#: How many different results the message after it names; the list of actions has all of them.
MOST_RESULTS: Final = 8
#: How many kinds of events of a selection are looked through for receivers to choose from.
MOST_KINDS: Final = 50


class Confirmation(forms.Form):
    """What a confirmation asks for."""

    required_css_class = "required"

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("It is recorded with your name."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


class ReplayConfirmation(Confirmation):
    """What the confirmation of a replay asks for, too."""

    receiver = forms.ChoiceField(label=_("Receivers"), required=False)
    again = forms.BooleanField(label=_("Also repeat what has succeeded"), required=False)

    def __init__(self, *args: Any, receivers: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All receivers")), *((name, name) for name in receivers)]
        self.fields["receiver"].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField


class ActingAdmin(ReadOnlyAdmin):
    """Offers operations on the rows of a list and on the row of a page.

    Each needs a permission of its own. GET shows its confirmation; only a POST with a reason runs it.
    """

    operations: Sequence[Operation] = ()
    #: The order in which rows are worked on.
    acts_in_order: Sequence[str] = ("pk",)

    def permitted(self, request: HttpRequest) -> list[Operation]:
        """Return the operations that the user may start."""
        return [operation for operation in self.operations if operation.is_permitted(request)]

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Return the permitted operations as Django's actions; from Django 6.1 on, of a location in the admin."""
        permitted = {operation.name for operation in self.permitted(request)}
        location = {} if action_location is None else {"action_location": action_location}
        offered = super().get_actions(request, **location)
        return {name: action for name, action in offered.items() if name in permitted}

    def get_urls(self) -> list[URLPattern]:
        """Return Django's addresses, and that of the operations, which run outside any transaction."""
        view = transaction.non_atomic_requests(self.admin_site.admin_view(self.operate_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_operate"
        return [path("operate/<slug:operation>/", view, name=name), *super().get_urls()]

    def operations_on(self, request: HttpRequest, row: Any) -> list[tuple[str, Operation]]:
        """Return what the page of a row offers: the address of each confirmation."""
        return [
            (f"{self._address('operate', operation.name)}?pk={row.pk}", operation)
            for operation in self.permitted(request)
            if operation.applies(row)
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; a POST is denied unless it starts a permitted operation."""
        if request.method == "POST" and not set(request.POST.getlist("action")) & self.get_actions(request).keys():
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def operate_view(self, request: HttpRequest, operation: str) -> HttpResponse:
        """Ask for the confirmation of an operation, or run it.

        Raises:
            Http404: there is no such operation.
            PermissionDenied: the user may not start it, or see the rows.
        """
        chosen = next((one for one in self.operations if one.name == operation), None)
        if chosen is None:
            raise Http404
        if not (self.has_view_permission(request) and chosen.is_permitted(request)):
            raise PermissionDenied
        is_posted = request.method == "POST"
        keys = self.selected(request, request.POST if is_posted else request.GET)[:MOST_LISTED]
        return self.confirm(request, chosen, self.get_queryset(request).filter(pk__in=keys), is_posted=is_posted)

    def selected(self, request: HttpRequest, given: Mapping[str, Any]) -> list[int]:
        """Return the primary keys of the rows that were selected."""
        return [int(key) for key in given.get("pk", "").split(",") if key.isascii() and key.isdecimal()]

    def confirm(
        self, request: HttpRequest, operation: Operation, rows: QuerySet[Any], *, is_posted: bool = False
    ) -> HttpResponse:
        """Show the confirmation; if it was posted and has a reason, run the operation."""
        keys = list(rows.order_by(*self.acts_in_order).values_list("pk", flat=True)[:MOST_LISTED])
        form = self._form(operation, keys, request.POST if is_posted else None)
        if keys and form.is_valid():
            return self._run(request, operation, keys, form.cleaned_data)
        return TemplateResponse(
            request, "admin/pinax_stripe/confirm.html", self._context(request, operation, keys, form)
        )

    def _context(
        self, request: HttpRequest, operation: Operation, keys: Sequence[int], form: Confirmation
    ) -> dict[str, Any]:
        one = len(keys) == 1
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": operation.label,
            "operation": operation,
            "form": form,
            "keys": ",".join(map(str, keys)),
            "number": len(keys),
            "name": self.opts.verbose_name if one else self.opts.verbose_name_plural,
            "is_cut": len(keys) == MOST_LISTED,
            "rows": [self.described(row) for row in self._light(keys[:MOST_SHOWN])],
            "unlisted": max(len(keys) - MOST_SHOWN, 0),
            "address": self._address("operate", operation.name),
            "back": self._address("change", *keys) if one else self._address("changelist"),
            "media": self.media,
        }

    def _light(self, keys: Sequence[int]) -> QuerySet[Any]:
        """Return rows without what refers to them, and without their payloads."""
        rows: QuerySet[Any] = self.model._base_manager.filter(pk__in=keys).order_by(*self.acts_in_order)
        return rows.defer(*(column for column in self.list_defer if "__" not in column))

    def _address(self, view: str, *args: Any) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{view}", args=args)

    def described(self, row: Any) -> Any:
        """Return what a confirmation says of a row."""
        return str(row)

    def _form(self, operation: Operation, keys: Sequence[int], data: Any) -> Confirmation:
        if operation.for_receivers:
            return ReplayConfirmation(data, receivers=_receivers_of(keys))
        return Confirmation(data)

    def _run(
        self, request: HttpRequest, operation: Operation, keys: Sequence[int], chosen: dict[str, Any]
    ) -> HttpResponse:
        order = Order(request.user.get_username(), chosen.pop("reason"), uuid.uuid4().hex)
        results = Counter(self._results(operation, keys, order, chosen))
        words = ", ".join(f"{number} {names.known(words)}" for words, number in results.most_common(MOST_RESULTS))
        messages.info(request, f"{operation.label}: {words}")
        if self.may_see(request, EventReplay):
            address = reverse(f"{self.admin_site.name}:pinax_stripe_eventreplay_changelist")
            return HttpResponseRedirect(f"{address}?batch={order.batch}")
        return HttpResponseRedirect(self._address("changelist"))

    def _results(
        self, operation: Operation, keys: Sequence[int], order: Order, chosen: dict[str, Any]
    ) -> Iterable[str]:
        """Do it to one row after the other, to the first one in any case, and yield each result."""
        ends_at = monotonic() + operations.SECONDS
        run_for, act = operations.runs_for(len(keys)), operations.bound(operation, **chosen)
        in_this_request = not operation.can_wait or bool(chosen.get("receiver"))
        for number, key in enumerate(keys):
            in_time = monotonic() < ends_at
            if in_this_request and number and not in_time:
                yield gettext("not run: it took too long")
                continue
            row = self._light([key]).first()
            options = {"run": run_for(in_time)} if operation.can_wait else {}
            try:
                yield act(row, order, **options) if row is not None else gettext("gone")
            except (PinaxStripeError, DatabaseError, Event.DoesNotExist) as error:
                yield described(error)


def action_of(operation: Operation) -> Callable[..., Any]:
    """Return Django's action for an operation: it shows the confirmation."""

    @admin.action(description=operation.label)
    def action(shown: ActingAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        return shown.confirm(request, operation, rows)

    action.__name__ = operation.name
    return action


def _receivers_of(keys: Sequence[int]) -> list[str]:
    """Return the receivers of some events."""
    found: dict[str, None] = {}
    names = ("kind", "platform", "stripe_account", "livemode")
    events = Event.objects.filter(pk__in=keys).order_by().values(*names).distinct()
    for values in events[:MOST_KINDS]:
        found |= dict.fromkeys(names_of(Event(**values), registry.handler_for(values["kind"])))
    return sorted(found)
