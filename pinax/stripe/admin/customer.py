"""The page of a customer: who it is, what was paid, what there is, and everything that happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import messages
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinax.stripe.admin import columns, states
from pinax.stripe.admin.customer_search import MOST_FOUND, found_by
from pinax.stripe.admin.paginator import AtLeast
from pinax.stripe.admin.sections import Section
from pinax.stripe.admin.sentences import described, sentence
from pinax.stripe.admin.stripe_object import LATEST, StripeObjectAdmin
from pinax.stripe.models import Charge, Dispute, Event, Invoice, PaymentIntent, PaymentMethod, Refund, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.admin import AdminSite
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from pinax.stripe.models import Customer

#: How many rows of a kind are counted.
MOST_COUNTED: Final = 1_000
#: How many subscriptions are shown.
MOST_SUBSCRIPTIONS: Final = 10

#: What is counted, each with its words; all of them refer to the customer.
_COUNTED: Final = (
    (Subscription, gettext_lazy("subscriptions")),
    (Invoice, gettext_lazy("invoices")),
    (PaymentIntent, gettext_lazy("payment intents")),
    (Charge, gettext_lazy("charges")),
    (Refund, gettext_lazy("refunds")),
    (PaymentMethod, gettext_lazy("payment methods")),
)


@dataclass(frozen=True)
class Money(Section):
    """What was paid, refunded and disputed, in each currency."""

    template = "admin/pinax_stripe/money.html"
    leads = True
    balance: str
    rows: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Belongings(Section):
    """How many rows of each kind there are, each with a link to them, and the latest subscriptions."""

    template = "admin/pinax_stripe/belongings.html"
    leads = True
    counts: Sequence[tuple[str, SafeString | str]]
    subscriptions: Sequence[tuple[SafeString | str, str, SafeString | str]]


@dataclass(frozen=True)
class Story(Section):
    """The latest events of the customer: when, what happened, the link to the event, and its state."""

    template = "admin/pinax_stripe/story.html"
    leads = True
    rows: Sequence[tuple[SafeString | str, str, SafeString | str, SafeString]]
    all_of_them: SafeString | str


class CustomerAdmin(StripeObjectAdmin):
    """Customers, the last recorded first."""

    shown = ("email", "name", "user", "currency", "delinquent")
    search_fields: ClassVar[tuple[str, ...]] = ("stripe_id", "email")
    search_help_text = gettext_lazy(
        "The beginning of a name, a family name or an e-mail address, in any case; an invoice number; the whole id of "
        "the customer, or of one of its invoices, subscriptions, charges, payment intents or payment methods."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the customers that the term finds: by an id, an invoice number, or the beginning of a name or e-mail.

        Each index is queried by itself, as in every search of this admin.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        found = found_by(term)
        if len(found) > MOST_FOUND:
            words = _("More than %d customers are found, and not all of them are listed. Search for a longer part.")
            messages.warning(request, words % MOST_FOUND)
        return queryset.filter(pk__in=found), False

    def headline(self, request: HttpRequest, row: Customer) -> str:
        """Return who the customer is, and what was subscribed to last."""
        return " · ".join(filter(None, (row.name, row.email, self._plan(request, row)))) or row.stripe_id

    def sections(self, request: HttpRequest, obj: Any) -> Iterator[Section]:
        """Yield the sums, the counts, the events, and the whole object."""
        if self.may_see(request, Charge):
            yield _money(obj, with_disputes=self.may_see(request, Dispute))
        yield self._belongings(request, obj)
        if self.may_see(request, Event):
            yield self._story(obj, in_full=self.may_see_payloads(request))
        yield from self.whole(request, obj)

    def _plan(self, request: HttpRequest, row: Customer) -> str:
        if not self.may_see(request, Subscription):
            return ""
        latest = _subscriptions_of(row).first()
        return _described(latest) if latest else ""

    def _belongings(self, request: HttpRequest, row: Customer) -> Section:
        counts = [
            (str(words), _counted(model, self.admin_site, row))
            for model, words in _COUNTED
            if self.may_see(request, model)
        ]
        subscriptions: list[tuple[SafeString | str, str, SafeString | str]] = []
        if self.may_see(request, Subscription):
            subscriptions = [
                (columns.link(one, self.admin_site), _described(one), columns.moment(one.current_period_end))
                for one in _subscriptions_of(row)[:MOST_SUBSCRIPTIONS]
            ]
        return Belongings(gettext_lazy("What there is"), counts, subscriptions)

    def _story(self, row: Customer, *, in_full: bool) -> Section:
        events = Event.objects.filter(customer=row).select_related("customer").defer("customer__data")
        if not in_full:
            events = events.defer("webhook_message", "validated_message", "customer__data")
        rows = [
            (
                columns.moment(event.created),
                sentence(event) if in_full else described(event.kind),
                columns.link(event, self.admin_site, event.kind),
                states.shown(event),
            )
            for event in events[:LATEST]
        ]
        everything = columns.listed(Event, self.admin_site, _("Show all"), q=row.stripe_id)
        return Story(gettext_lazy("What happened"), rows, everything)


def _money(row: Customer, *, with_disputes: bool) -> Money:
    """Return the sums of the customer's payments, one currency apart from the other; two statements."""
    disputes: dict[str, Any] = {}
    if with_disputes:
        found = Dispute.objects.filter(charge__customer=row).order_by().values("currency")
        disputes = {one["currency"]: one for one in found.annotate(total=Sum("amount", default=0), number=Count("pk"))}
    rows = []
    for paid in Charge.objects.filter(customer=row).succeeded().by_currency():
        currency = paid["currency"]
        disputed = disputes.pop(currency, None)
        rows.append(
            (
                currency.upper(),
                columns.money(paid["total"], currency),
                columns.money(paid["total_refunded"], currency),
                columns.money(disputed["total"], currency) if disputed else "",
            )
        )
    rows += [
        (currency.upper(), "", "", columns.money(disputed["total"], currency))
        for currency, disputed in disputes.items()
    ]
    balance = columns.money(row.balance, row.currency) if row.balance else ""
    return Money(gettext_lazy("Payments"), balance, rows)


def _counted(model: Any, site: AdminSite, row: Customer) -> SafeString | str:
    """Return how many rows of a model there are, as a link to them. Most refunds name only the charge."""
    if model is Refund:
        keys = {*_keys(model, customer=row), *_keys(model, charge__customer=row)}
        return columns.listed(model, site, _bounded(len(keys)), q=row.stripe_id)
    return columns.listed(model, site, _bounded(len(_keys(model, customer=row))), customer__id__exact=row.pk)


def _keys(model: Any, **equals: Customer) -> list[int]:
    return list(model.objects.filter(**equals).order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])


def _bounded(number: int) -> str:
    return str(AtLeast(MOST_COUNTED) if number > MOST_COUNTED else number)


def _subscriptions_of(row: Customer) -> QuerySet[Subscription]:
    """Return the subscriptions of a customer, the last recorded first, with what names their plans."""
    # By an expression: PostgreSQL might go through the primary key from its end until it finds some of this customer.
    rows = row.subscriptions.select_related("plan__product").order_by((F("pk") + 0).desc())
    return rows.defer("data", "plan__data", "plan__product__data")


def _described(subscription: Subscription) -> str:
    """Return the plan of a subscription, if it has a name, and its status."""
    plan = subscription.plan
    product = plan.product if plan else None
    name = (plan.nickname if plan else "") or (product.name if product else "")
    return ", ".join(filter(None, (name, subscription.status)))
