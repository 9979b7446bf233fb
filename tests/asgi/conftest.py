"""The webhook for ASGI, called by Django's async test client."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient


@pytest.fixture
def post_event(stripe, settings):
    """Post a body to the async view: a dictionary as JSON, bytes and text as they are."""
    settings.ROOT_URLCONF = "tests.urls_async"
    client = AsyncClient(enforce_csrf_checks=True)

    def post(body, **headers):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        send = async_to_sync(client.post)
        return send("/stripe/webhook/", data, content_type="application/json", headers=headers)

    return post
