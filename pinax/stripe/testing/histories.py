"""Whole histories in one call: a customer subscribes, a bank disputes a charge."""

from pinax.stripe.testing.acting import Acting
from pinax.stripe.testing.objects.shape import Json, plain
from pinax.stripe.testing.references import Reference, id_of
from pinax.stripe.testing.writing import plain as catalogue
from pinax.stripe.testing.writing import subscriptions
from pinax.stripe.testing.writing.cards import entered, usable
from pinax.stripe.testing.writing.payment_methods import attached


class Histories(Acting):
    """What happens often, with the events of all of it; see :class:`FakeStripe`."""

    def subscribe(  # noqa: PLR0913 - what a test may choose
        self,
        *,
        amount: int = 1000,
        currency: str = "usd",
        interval: str = "month",
        email: str = "jenny.rosen@example.com",
        customer: Reference = "",
        trial_days: int = 0,
        payment_method: Reference = "pm_card_visa",
        account: str = "",
        livemode: bool = False,
    ) -> Json:
        """Let a customer subscribe to a new product, and pay; return the subscription.

        Args:
            amount: the price, in minor units.
            currency: three-letter ISO code, in lower case.
            interval: day, week, month or year.
            email: of a new customer.
            customer: who subscribes; a new customer if it is not given.
            trial_days: how long the trial is; 0 for none.
            payment_method: the card: one of Stripe's for tests, or a payment method.
            account: the connected account that sells.
            livemode: the mode.
        """
        with self._lock:
            data = self._data_of(account, livemode)
            offer = {"currency": currency, "unit_amount": amount, "recurring": {"interval": interval}}
            product = catalogue.create_product(data, {"name": "Gold", "default_price_data": offer})
            payer = data.get("customer", id_of(customer)) if customer else data.create("customer", email=email)
            card = attached(data, entered(data, usable(data, id_of(payment_method)), email=payer["email"]), payer)
            paying = payer["invoice_settings"] | {"default_payment_method": card["id"]}
            data.change(payer, invoice_settings=paying)
            asked = {"customer": payer["id"], "items": [{"price": product["default_price"]}]}
            trial = {"trial_period_days": trial_days} if trial_days else {}
            return plain(subscriptions.create(data, {**asked, **trial, "default_payment_method": card["id"]}))

    def dispute(self, charge: Reference, *, reason: str = "fraudulent", account: str = "") -> Json:
        """Let the bank of a customer dispute a charge, and return the dispute.

        Args:
            charge: its id, the object or its row.
            reason: fraudulent, product_not_received, …
            account: the connected account of the charge.

        Raises:
            ApiError: there is no such charge.
        """
        id_ = id_of(charge)
        with self._lock:
            data = self._data_with("charge", id_, account)
            charged = data.get("charge", id_)
            made = data.create(
                "dispute",
                amount=charged["amount"],
                charge=id_,
                currency=charged["currency"],
                payment_intent=charged["payment_intent"],
                reason=reason,
            )
            data.change(charged, "", disputed=True)
            data.put(made, "charge.dispute.created")
            data.put(made, "charge.dispute.funds_withdrawn")
            return plain(made)

    def close_dispute(self, dispute: Reference, *, won: bool, account: str = "") -> Json:
        """Decide a dispute, and return it.

        Args:
            dispute: its id, the object or its row.
            won: whether the money comes back.
            account: the connected account of the charge.

        Raises:
            ApiError: there is no such dispute.
        """
        id_ = id_of(dispute)
        with self._lock:
            data = self._data_with("dispute", id_, account)
            status = {"status": "won" if won else "lost"}
            closed = data.change(data.get("dispute", id_), "charge.dispute.closed", **status)
            return plain(data.put(closed, "charge.dispute.funds_reinstated") if won else closed)
