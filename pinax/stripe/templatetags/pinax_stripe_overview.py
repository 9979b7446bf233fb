"""The overview at the top of the app's index and of the list of events, and the groups of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.contrib import admin

from pinax.stripe.admin import overview
from pinax.stripe.admin.chart import chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest

register = template.Library()


@register.inclusion_tag("admin/pinax_stripe/figures.html", takes_context=True)
def overview_figures(context: Mapping[str, Any]) -> dict[str, Any]:
    """Show how things stand; nothing for users who may not see events."""
    return {"figures": overview.figures(_site(context)) if _may_see_events(context) else []}


@register.inclusion_tag("admin/pinax_stripe/chart.html", takes_context=True)
def overview_chart(context: Mapping[str, Any]) -> dict[str, Any]:
    """Show the events of the last two weeks by outcome; nothing for users who may not see events."""
    return {"chart": chart(_site(context)) if _may_see_events(context) else None}


@register.simple_tag
def grouped(app_list: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the models of the app in groups, the operational ones first; each group looks like an app."""
    return overview.grouped(app_list)


def _site(context: Mapping[str, Any]) -> AdminSite:
    request: HttpRequest = context["request"]
    name = request.resolver_match.namespace if request.resolver_match else ""
    return next((site for site in admin.sites.all_sites if site.name == name), admin.site)


def _may_see_events(context: Mapping[str, Any]) -> bool:
    return bool(context["request"].user.has_perm("pinax_stripe.view_event"))
