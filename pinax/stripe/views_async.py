"""The webhook for ASGI: requests to Stripe are awaited, and hold no thread; all else is as in `pinax.stripe.views`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.csrf import csrf_exempt

from pinax.stripe import views

try:
    from pinax.stripe.client.asynchronous import run
except ImportError as error:
    raise ImproperlyConfigured(
        f"pinax.stripe.urls_async needs {error.name}: pip install 'pinax-stripe[async]', or include pinax.stripe.urls, "
        "which works under ASGI, too"
    ) from error

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@csrf_exempt
@views.never_atomic
async def webhook(request: HttpRequest, platform: str = "") -> HttpResponse:
    """Receive one delivery of an event, as `pinax.stripe.views.webhook` does."""
    return await run(views.webhook, request, platform)
