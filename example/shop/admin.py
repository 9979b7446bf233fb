"""What the shop keeps, for people to see."""

from django.contrib import admin

from .models import Access, LicenceKey, Tally, Task


@admin.register(Access)
class AccessAdmin(admin.ModelAdmin):
    """Who may use what they pay for, and until when."""

    list_display = ("customer", "until")
    raw_id_fields = ("customer",)


@admin.register(LicenceKey)
class LicenceKeyAdmin(admin.ModelAdmin):
    """Keys on the shelf and keys sold."""

    list_display = ("key", "sold_in")
    raw_id_fields = ("sold_in",)


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):
    """What a person has to see to."""

    list_display = ("text", "due", "done")
    list_filter = ("done",)
    raw_id_fields = ("event",)


@admin.register(Tally)
class TallyAdmin(admin.ModelAdmin):
    """How many events of each type there were."""

    list_display = ("kind", "times")
