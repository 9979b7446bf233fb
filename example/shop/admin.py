"""The admin of the shop's models."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from pinax.stripe.admin import StripeCustomersMixin

from .models import Access, LicenceKey, Tally, Task


@admin.register(Access)
class AccessAdmin(admin.ModelAdmin):
    """Customers with access, and until when."""

    list_display = ("customer", "until")
    raw_id_fields = ("customer",)


@admin.register(LicenceKey)
class LicenceKeyAdmin(admin.ModelAdmin):
    """Available and sold licence keys."""

    list_display = ("key", "sold_in")
    raw_id_fields = ("sold_in",)


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):
    """Tasks for the staff."""

    list_display = ("text", "due", "done")
    list_filter = ("done",)
    raw_id_fields = ("event",)


@admin.register(Tally)
class TallyAdmin(admin.ModelAdmin):
    """The number of events of each type."""

    list_display = ("kind", "times")


admin.site.unregister(User)


@admin.register(User)
class ShopUserAdmin(StripeCustomersMixin, UserAdmin):
    """Users, with the customers of Stripe that they are."""
