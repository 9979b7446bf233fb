"""What happens at Stripe: objects come to be, change, several times in a second, and are deleted."""

from pinax.stripe.testing import build

#: Object type → the beginning of its events' names, and whether it can be deleted.
KINDS = {
    "customer": ("customer", True),
    "product": ("product", True),
    "coupon": ("coupon", True),
    "plan": ("plan", True),
    "invoice": ("invoice", True),
    "charge": ("charge", False),
    "subscription": ("customer.subscription", False),
}
#: What names the customer that it is of.
OF_A_CUSTOMER = ("invoice", "charge", "subscription")


class Thing:
    """One object's history.

    Attributes:
        current: the object as Stripe has it; as it was last, where it is gone.
        gone: whether it is deleted.
    """

    def __init__(self, kind, number, rng):
        self.kind, self.rng = kind, rng
        self.name, self.can_be_deleted = KINDS[kind]
        self.id, self.version = f"{kind}_{number}", 0
        self.current, self.gone = None, True

    @property
    def is_over(self):
        """Whether nothing can happen any more: of what is gone, only a coupon comes back; people choose its id."""
        return self.current is not None and self.gone and self.kind != "coupon"

    def goes_on(self, stripe, customers):
        """Let the next thing happen to it, and return the event."""
        verb = "created" if self.gone else "deleted" if self.can_be_deleted and self.rng.random() < 0.04 else "updated"
        self.version += 1
        body = self.current or self._made(stripe.now, customers)
        body = {**body, "metadata": {"version": str(self.version)}}
        event = stripe.event(f"{self.name}.{verb}", body)
        self.current, self.gone = event["data"]["object"], verb == "deleted"
        return event

    def _made(self, now, customers):
        of = {"customer": self.rng.choice(customers)} if self.kind in OF_A_CUSTOMER else {}
        return build(self.kind, id=self.id, created=now, **of)


class Histories:
    """All objects, and the order in which things happen to them: half of it within a second, some of it in bursts."""

    def __init__(self, stripe, rng, objects):
        self.stripe, self.rng = stripe, rng
        self.things = [Thing(kind, number, rng) for number in range(objects // len(KINDS) + 1) for kind in KINDS]
        self.customers = [thing.id for thing in self.things if thing.kind == "customer"]
        self._burst = []

    def goes_on(self):
        """Let the next thing happen, and return the event."""
        if self._burst:
            thing = self._burst.pop()
        else:
            self.stripe.advance(self.rng.choice((0, 0, 1, 2)))
            thing = self.rng.choice(self.things)
            self._burst = [thing] * 5 if self.rng.random() < 0.03 else []
        return self.goes_on() if thing.is_over else thing.goes_on(self.stripe, self.customers)

    def current(self):
        """Return each object that ever was, and whether it is gone."""
        return [(thing.current, thing.gone) for thing in self.things if thing.current is not None]
