"""Each fault of the running site, planted alone, is found by real test deliveries over HTTP."""

import io
import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from pinax.stripe import views
from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.operations.doctor import probe

pytestmark = pytest.mark.django_db

PATH = "/stripe/webhook/"
PLANTED = {}


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_args):
        """Nothing."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{PATH}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def django_site(around=lambda app: app):
    """Django itself, with the settings and in the transaction of the test; ``around`` is what stands in front of it."""
    handler, shared = WSGIHandler(), connections["default"]

    def application(environ, start_response):
        connections["default"] = shared  # for this thread: the test waits for the answer, and does not use it
        yield from handler(environ, start_response)

    server = Server(("127.0.0.1", 0), QuietHandler)
    server.set_app(around(application))
    shared.inc_thread_sharing()
    closing = [signal for signal in (request_started, request_finished) if signal.disconnect(close_old_connections)]
    try:
        with running(server) as url:
            yield url
    finally:
        shared.dec_thread_sharing()
        for signal in closing:
            signal.connect(close_old_connections)


@contextmanager
def something_else(status, body=b"", posts=None, **headers):
    """A server that is not Django, and gives the same answer to each POST."""
    seen = [] if posts is None else posts

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


def plants(id_, *also):
    """Register a context manager that yields the URL of a site with the fault of this id."""

    def register(plant):
        PLANTED[id_] = contextmanager(plant), {id_, *also}
        return plant

    return register


def in_front(change):
    """Return what changes the environ of each request before Django has it."""

    def around(app):
        def wrapped(environ, start_response):
            change(environ)
            return app(environ, start_response)

        return wrapped

    return around


@plants("site.unreachable")
def a_site_that_is_down(project):
    with something_else(200) as url:
        pass
    yield url


@plants("site.tls")
def a_site_without_a_certificate(project):
    with something_else(200) as url:
        yield url.replace("http:", "https:")


@plants("site.redirects")
def a_site_that_wants_https(project):
    project.settings.SECURE_SSL_REDIRECT = True
    with django_site() as url:
        yield url


@plants("site.login")
def a_proxy_with_a_login(project):
    with something_else(302, Location="https://sso.example/auth?next=/stripe/webhook/") as url:
        yield url


@csrf_protect
def protected(request):
    return views.webhook(request)


class with_csrf:
    urlpatterns = (path("stripe/webhook/", protected, name="pinax_stripe_webhook"),)


@plants("site.csrf", "pinax_stripe.E020", "pinax_stripe.W003")
def a_site_that_wants_a_token(project):
    project.settings.ROOT_URLCONF = with_csrf
    project.settings.MIDDLEWARE = [name for name in project.settings.MIDDLEWARE if "LoginRequired" not in name]
    with django_site() as url:
        yield url


@plants("site.forbidden")
def a_firewall(project):
    with something_else(403, b"blocked") as url:
        yield url


@plants("site.host_not_allowed")
def a_host_that_is_not_allowed(project):
    project.settings.ALLOWED_HOSTS = ["shop.example"]
    with django_site() as url:
        yield url


@plants("site.not_found")
def another_site(project):
    with something_else(404, b"<h1>Not Found</h1>") as url:
        yield url


@plants("site.too_large", "pinax_stripe.W018")
def a_limit_in_kilobytes(project):
    project.settings.PINAX_STRIPE_MAX_BODY_BYTES = 64
    with django_site() as url:
        yield url


@plants("site.fails")
def a_proxy_without_a_site(project):
    with something_else(502, b"bad gateway") as url:
        yield url


@plants("site.not_the_webhook")
def a_page_that_says_ok_to_everything(project):
    with something_else(200, b"ok") as url:
        yield url


@plants("clock.of_the_site", "site.not_the_webhook")
def a_site_in_another_time(project):
    with something_else(200, b"ok", Date="Thu, 01 Jan 2026 00:00:00 GMT") as url:
        yield url


@plants("delivery.signature_dropped")
def a_proxy_that_drops_headers(project):
    with django_site(in_front(lambda environ: environ.pop("HTTP_STRIPE_SIGNATURE", None))) as url:
        yield url


@plants("delivery.body_changed")
def a_proxy_that_writes_json_again(project):
    def rewrite(environ):
        body = json.dumps(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))), indent=1).encode()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))

    with django_site(in_front(rewrite)) as url:
        yield url


def reads_the_body(get_response):
    def middleware(request):
        request.read()
        return get_response(request)

    return middleware


@plants("delivery.body_lost")
def a_middleware_that_reads(project):
    project.settings.MIDDLEWARE = [f"{__name__}.reads_the_body", *project.settings.MIDDLEWARE]
    with django_site() as url:
        yield url


@plants("delivery.other_secrets")
def a_site_with_the_settings_of_yesterday(project):
    """It sees what it would see if the command had other secrets than the site."""

    def sign_with_another(environ):
        if environ.get("HTTP_STRIPE_SIGNATURE"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["HTTP_STRIPE_SIGNATURE"] = probe.signature(body, "whsec_" + "aB3" * 11)
            environ["wsgi.input"] = io.BytesIO(body)

    with django_site(in_front(sign_with_another)) as url:
        yield url


@plants("delivery.not_found")
def a_site_with_another_database(project):
    with something_else(400, b"not accepted\n") as url:
        yield url


@plants("delivery.refused")
def a_firewall_that_looks_at_headers(project):
    def around(app):
        def wrapped(environ, start_response):
            if "HTTP_STRIPE_SIGNATURE" in environ:
                start_response("403 Forbidden", [])
                return [b"blocked"]
            return app(environ, start_response)

        return wrapped

    with django_site(around) as url:
        yield url


@pytest.fixture
def examined(project):
    """Return the ids of what is found while a site is running."""

    def examined(site):
        with site as project.url:
            project.change_endpoint(url=project.url)
            project.deliver = True
            return project.ids()

    return examined


@pytest.mark.parametrize("id_", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(id_, project, examined):
    plant, expected = PLANTED[id_]

    assert examined(plant(project)) == expected

    assert not Event.objects.exists()
    assert not RejectedDelivery.objects.exists()


def test_a_healthy_site_has_no_findings_and_keeps_nothing_of_the_examination(project, examined, caplog):
    assert examined(django_site()) == set()

    assert not Event.objects.exists()
    assert not RejectedDelivery.objects.exists()
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert f"({probe.MARK}" in line
    assert "signed with secret 1, but unreadable" in line


class only_with_a_slash:
    urlpatterns = (path("stripe/webhook/", views.webhook, name="pinax_stripe_webhook"),)


def test_what_an_interrupted_examination_has_left_is_deleted_and_another_ones_is_not(examined):
    old, new, genuine = (
        RejectedDelivery.objects.create(stripe_id=id_, cause=RejectedDelivery.Cause.UNREADABLE, reason="", body="")
        for id_ in (f"{probe.MARK}old", f"{probe.MARK}new", "evt_1")
    )
    RejectedDelivery.objects.exclude(pk=new.pk).update(received_at=timezone.now() - timedelta(hours=2))

    examined(django_site())

    assert set(RejectedDelivery.objects.values_list("pk", flat=True)) == {new.pk, genuine.pk}
    assert old.pk


def test_the_slash_at_the_end_is_tried_as_stripe_has_it(project):
    project.settings.ROOT_URLCONF = only_with_a_slash
    with django_site() as url:
        project.change_endpoint(url=url.rstrip("/"))
        project.url, project.deliver = url, True

        found = {finding.id: finding for finding in project.findings()}

    assert set(found) == {"site.redirects", "pinax_stripe.W003"}
    assert f"{url.rstrip('/')} redirects to {url}: another slash at the end" in found["site.redirects"].message


@pytest.mark.parametrize(
    ("status", "id_"),
    [
        (401, "site.login"),
        (403, "site.forbidden"),
        (405, "site.not_the_webhook"),
        (413, "site.too_large"),
        (503, "site.fails"),
    ],
)
def test_what_is_not_the_webhook_gets_one_post_and_nothing_that_is_signed(status, id_, examined):
    posts = []

    assert examined(something_else(status, posts=posts)) == {id_}

    (headers,) = posts
    assert "Stripe-Signature" not in headers


def test_a_redirect_is_not_followed(project, examined):
    posts = []
    with something_else(400, b"not accepted", posts=posts) as elsewhere:
        found = examined(something_else(307, Location=elsewhere))

    assert found == {"site.redirects"}
    assert posts == []


def test_without_secrets_the_site_is_examined_by_unsigned_posts(project, examined):
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS = []

    assert examined(django_site()) == {"pinax_stripe.W022"}
