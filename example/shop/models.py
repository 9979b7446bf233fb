"""What the shop keeps of its own; everything of Stripe's is in the models of pinax-stripe."""

from django.db import models


class Access(models.Model):
    """Somebody may use what they pay for, until the end of what is paid."""

    customer = models.OneToOneField("pinax_stripe.Customer", on_delete=models.PROTECT, related_name="access")
    until = models.DateTimeField()

    class Meta:
        """In words, for the admin."""

        verbose_name_plural = "access"

    def __str__(self) -> str:
        return self.customer.name or str(self.customer)


class LicenceKey(models.Model):
    """A key for sale; sold once it has a session of Checkout."""

    key = models.CharField(max_length=40, unique=True)
    sold_in = models.OneToOneField(
        "pinax_stripe.CheckoutSession", on_delete=models.PROTECT, null=True, blank=True, related_name="licence_key"
    )

    def __str__(self) -> str:
        return self.key


class Task(models.Model):
    """Something that a person has to see to."""

    text = models.CharField(max_length=200)
    due = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey("pinax_stripe.Event", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.text


class Tally(models.Model):
    """How many events of a type there were."""

    kind = models.CharField(max_length=255, unique=True)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        """The most frequent first."""

        ordering = ("-times", "kind")
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.times} of {self.kind}"
