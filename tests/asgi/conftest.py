"""The webhook for ASGI, called by Django's async test client."""

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test that posts within an event loop, in this thread: it answers all posts, as a server's does.

    Without it, each post would make an event loop, and with it its threads and its connection to Stripe.
    """
    if "post_event" not in pyfuncitem.fixturenames:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    async_to_sync(sync_to_async(pyfuncitem.obj, thread_sensitive=True))(**arguments)
    return True


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
