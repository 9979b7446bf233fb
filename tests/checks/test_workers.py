"""Celery without an app of the project is found: it would publish to a broker that nobody has named."""

import pytest
from celery import Celery, _state

from pinax.stripe.dispatch import CELERY
from tests.checks.ours import findings as found


@pytest.fixture
def celery_app(monkeypatch):
    """Let a project have made this app, or none."""

    def celery_app(app):
        monkeypatch.setattr(_state, "default_app", None)
        monkeypatch.setattr(_state._tls, "current_app", app)

    return celery_app


def test_celery_without_an_app_is_found(celery_app, settings):
    settings.PINAX_STRIPE_DISPATCHER = CELERY
    celery_app(None)

    (finding,) = found()

    assert finding.id == "pinax_stripe.W025"
    assert "PINAX_STRIPE_DISPATCHER" in finding.msg


@pytest.mark.parametrize(("name", "is_current"), [("shop", True), ("default", True), (None, True), ("shop", False)])
def test_an_app_of_the_project_is_enough(name, is_current, celery_app, settings):
    settings.PINAX_STRIPE_DISPATCHER = CELERY
    celery_app(None)
    celery_app(Celery(name, set_as_current=is_current))

    assert found() == []
