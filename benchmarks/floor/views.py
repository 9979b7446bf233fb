"""The floor: parse the body and insert one row; and the same with one GET from Stripe."""

import json
from functools import lru_cache

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks import STRIPE_KEY
from benchmarks.floor.models import Delivery


@csrf_exempt
def floor(request: HttpRequest) -> HttpResponse:
    event = json.loads(request.body)
    Delivery.objects.create(stripe_id=event["id"], kind=event["type"], body=event)
    return HttpResponse("received\n", content_type="text/plain")


@csrf_exempt
def fetch(request: HttpRequest) -> HttpResponse:
    event = json.loads(request.body)
    _client(settings.STRIPE_URL).raw_request("get", f"/v1/events/{event['id']}")
    Delivery.objects.create(stripe_id=event["id"], kind=event["type"], body=event)
    return HttpResponse("received\n", content_type="text/plain")


@lru_cache
def _client(url: str) -> stripe.StripeClient:
    """Return a client that keeps its connections alive, one for each thread."""
    return stripe.StripeClient(STRIPE_KEY, base_addresses={"api": url}, max_network_retries=0)
