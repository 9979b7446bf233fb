"""What others do at Stripe: time passes, customers complete a Checkout session, cards are declined, owners sign up."""

from collections.abc import Sequence
from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.clock import Due, due, happen
from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.happenings import Happenings
from pinax.stripe.testing.objects.shape import Json, plain
from pinax.stripe.testing.references import Reference, id_of
from pinax.stripe.testing.store import Key
from pinax.stripe.testing.writing.account_data import AccountData, Billing
from pinax.stripe.testing.writing.authentication import authenticated
from pinax.stripe.testing.writing.checkout import completed
from pinax.stripe.testing.writing.connect import onboarded
from pinax.stripe.testing.writing.payouts import failed
from pinax.stripe.testing.writing.periods import later

#: The states in which the clock looks after an object no longer.
OVER: Final = frozenset(
    {"canceled", "complete", "expired", "failed", "incomplete_expired", "paid", "uncollectible", "void"}
)
#: The types of what can pay.
PAYING: Final = frozenset({"bank_account", "card", "payment_method", "source"})
#: The possible statuses of a subscription after the last retry of a payment.
AFTER_RETRIES: Final = ("canceled", "unpaid", "past_due")


class Acting(Happenings):
    """What time brings, and what customers, banks and owners of accounts do; see :class:`FakeStripe`."""

    def __init__(self, account_id: str, now: int | None, retry_days: Sequence[int], after_retries: str) -> None:
        super().__init__(account_id, now)
        self._billing = Billing()
        self.retry_days = retry_days
        self.after_retries = after_retries

    @property
    def retry_days(self) -> Sequence[int]:
        """After how many days a failed payment of a subscription is tried again, each time after the last one.

        Raises:
            ValueError: a value that is set is not a sequence of whole days.
        """
        return self._billing.retry_days

    @retry_days.setter
    def retry_days(self, days: Sequence[int]) -> None:
        if min(days, default=1) < 1:
            raise ValueError(f"retry_days are whole days, each at least 1, not {days!r}")
        self._billing.retry_days = tuple(days)

    @property
    def after_retries(self) -> str:
        """The status of a subscription after the last retry: canceled, unpaid or past_due.

        Raises:
            ValueError: a value that is set is not one of them.
        """
        return self._billing.after_retries

    @after_retries.setter
    def after_retries(self, status: str) -> None:
        if status not in AFTER_RETRIES:
            raise ValueError(f"after_retries is one of {', '.join(AFTER_RETRIES)}, not {status!r}")
        self._billing.after_retries = status

    def advance(self, seconds: int = 0, *, hours: float = 0, days: float = 0, months: int = 0, years: int = 0) -> None:
        """Move the clock forward, and let happen what is due until then, in its order and each at its time.

        Trials end, subscriptions are renewed or end, their invoices are paid, payments that failed are tried again,
        payouts arrive, Checkout sessions expire. That concerns what was created by a request; what `put` and `event`
        have stored stays as it is.

        Args:
            seconds: seconds.
            hours: hours.
            days: days of 24 hours.
            months: calendar months, whatever their length.
            years: calendar years.

        Raises:
            ValueError: the clock would go back.
        """
        with self._lock:
            until = later(self.now, months=months + 12 * years, days=days) + int(hours * 3600) + seconds
            if until < self.now:
                raise ValueError("advance moves the clock forward; for an earlier time make a FakeStripe(now=...)")
            while (following := self._next_due()) and following[0].at <= until:
                (at, what), key = following
                self.now = max(self.now, at)
                data = self._data_of(key[0], key[1])
                happen(data, data.get(key[2], key[3]), what)
            self.now = until

    def _next_due(self) -> tuple[Due, Key] | None:
        found = []
        for key, done in list(self._billing.watched.items()):
            obj = self._store.get(key)
            if obj is None or obj.get("deleted") or (next_due := due(obj, done)) is None:
                if obj is None or obj.get("status") in OVER:
                    del self._billing.watched[key]
                continue
            found.append((next_due, key))
        return min(found, default=None)

    def decline(self, payment_method: Reference, code: str = "generic_decline") -> None:
        """Let all further payments with a card fail.

        Args:
            payment_method: the card: its id, the object or its row.
            code: why: ``insufficient_funds``, ``expired_card``, ``lost_card``, …; ``""`` lets payments succeed again.

        Raises:
            ApiError: there is no such payment method.
        """
        id_ = id_of(payment_method)
        with self._lock:
            if PAYING.isdisjoint(self._store.types_of(id_)):
                raise errors.no_such("payment_method", id_)
            self._billing.declines[id_] = code

    def complete_checkout(
        self,
        session: Reference,
        *,
        payment_method: Reference = "pm_card_visa",
        email: str = "",
        name: str = "",
        account: str = "",
    ) -> Json:
        """Complete an open Checkout session as the customer does, and return it.

        Args:
            session: its id, the object or its row.
            payment_method: the card: one of Stripe's for tests, or a payment method; ``""`` for none, if the session
                begins a trial with ``payment_method_collection="if_required"``.
            email: what the customer enters; by default what the session knows.
            name: the same.
            account: the connected account of the session.

        Raises:
            ApiError: the session is not open, or the card is declined; then the session stays open.
        """
        id_, card = id_of(session), id_of(payment_method)
        with self._lock:
            data = self._data_with("checkout.session", id_, account)
            done = completed(data, id_, payment_method=card, email=email, name=name)
            return plain(done)

    def authenticate(self, intent: Reference, *, succeeds: bool = True, account: str = "") -> Json:
        """Authenticate a payment as the customer does who is asked to (3D Secure), and return the intent.

        Args:
            intent: a payment intent or a setup intent that requires action: its id, the object or its row.
            succeeds: False if the customer cannot authenticate; then the intent requires another payment method.
            account: the connected account of the intent.

        Raises:
            ApiError: there is no such intent, or it does not require action.
        """
        id_ = id_of(intent)
        kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
        with self._lock:
            data = self._data_with(kind, id_, account)
            return plain(authenticated(data, kind, id_, succeeds=succeeds))

    def complete_onboarding(self, account: Reference) -> Json:
        """Complete the onboarding of a connected account: from then on it may take charges and be paid out.

        Args:
            account: its id, the object or its row.

        Raises:
            ApiError: there is no such account.
        """
        with self._lock:
            id_ = id_of(account)
            live = self._store.get(("", True, "account", id_))
            waits = live is not None and not live.get("details_submitted")
            return plain(onboarded(self._data_of("", waits), id_))

    def fail_payout(self, payout: Reference, *, code: str = "account_closed", account: str = "") -> Json:
        """Let the bank refuse a payout, or send it back after it was paid, and return the payout.

        Args:
            payout: its id, the object or its row.
            code: why: ``account_closed``, ``no_account``, ``debit_not_authorized``, …
            account: the connected account that is paid out.

        Raises:
            ApiError: there is no such payout, it is canceled, or it has failed.
        """
        id_ = id_of(payout)
        with self._lock:
            return plain(failed(self._data_with("payout", id_, account), id_, code))

    def unannounced(self, key: Key) -> frozenset[str]:
        """Return the keys of an object that have changed without an event, as some do at Stripe."""
        return frozenset(self._billing.unannounced.get(key, ()))

    def _data_with(self, kind: str, id_: str, account: str) -> AccountData:
        """Return the data of the account and mode in which an object is.

        Raises:
            ApiError: it is not in that account; the message names the one in which it is.
        """
        places = self._store.places_of(kind, id_)
        for owner, livemode in places:
            if owner == account:
                return self._data_of(owner, livemode)
        found = "".join(f". It is an object of {owner or self.account_id}: account={owner!r}" for owner, _ in places)
        raise errors.ApiError(404, f"No such {kind}: '{id_}'{found}", code="resource_missing", param="id")

    def _data_for(self, request: Request, owner: str) -> AccountData:
        caused = {"id": request.id, "idempotency_key": request.idempotency_key or None}
        return self._data_of(owner, bool(request.livemode), caused)

    def _data_of(self, owner: str, livemode: bool, caused: Json | None = None) -> AccountData:
        def emit(kind: str, obj: Json, previous_attributes: Json | None = None) -> Json:
            account = obj["id"] if obj["object"] == "account" and obj["id"] != self.account_id else owner
            return self.event(
                kind,
                obj,
                account=account,
                livemode=livemode,
                previous_attributes=previous_attributes,
                request=caused,
            )

        def of_account(other: str) -> AccountData:
            return self._data_of(other, livemode, caused)

        return AccountData(
            self._store,
            owner,
            livemode,
            self.now,
            emit,
            self.connect,
            self._visible,
            of_account,
            self._billing,
        )
