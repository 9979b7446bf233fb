"""The shop's own models; Stripe's objects are in the models of pinax-stripe."""

from django.db import models


class Access(models.Model):
    """A customer's access to the product, until the end of the last paid period."""

    customer = models.OneToOneField("pinax_stripe.Customer", on_delete=models.PROTECT, related_name="access")
    until = models.DateTimeField()

    class Meta:
        """The name in the admin."""

        verbose_name_plural = "access"

    def __str__(self) -> str:
        return self.customer.name or str(self.customer)


class LicenceKey(models.Model):
    """A licence key for sale; it is sold if it has a Checkout session."""

    key = models.CharField(max_length=40, unique=True)
    sold_in = models.OneToOneField(
        "pinax_stripe.CheckoutSession", on_delete=models.PROTECT, null=True, blank=True, related_name="licence_key"
    )

    def __str__(self) -> str:
        return self.key


class Task(models.Model):
    """A task for the staff."""

    text = models.CharField(max_length=200)
    due = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey("pinax_stripe.Event", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.text


class Tally(models.Model):
    """The number of events of a type."""

    kind = models.CharField(max_length=255, unique=True)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        """The most frequent first."""

        ordering = ("-times", "kind")
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.times} of {self.kind}"
