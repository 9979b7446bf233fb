"""The demo: ``make demo`` plays a story against the running example site, and leaves the site running.

With ``--once`` it ends by itself: 0 if all went as it should, 1 if not. With a test key of yours in STRIPE_SECRET_KEY
the site talks to the real Stripe instead, and there is no story.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import django
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from pinax.stripe.testing import FakeStripe, serve

HOST = "127.0.0.1"
HERE = Path(__file__).parent
#: How many ports are tried, from the one that is asked for.
PORTS = 20
#: How long ago the story begins, in seconds.
AN_HOUR = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(description="The demo of pinax-stripe.")
    parser.add_argument("--once", action="store_true", help="end after the story; the exit code says how it went")
    parser.add_argument("--port", type=int, default=8000, help="of the site: this one or the next that is free; 0: any")
    parser.add_argument("--database", type=Path, default=HERE / "db.sqlite3", help="SQLite file, deleted first")
    options = parser.parse_args(arguments)
    key = os.environ.get("STRIPE_SECRET_KEY", "")
    if key and not key.startswith(("sk_test_", "rk_test_")):
        parser.error("STRIPE_SECRET_KEY holds no test key: the demo takes sk_test_… or rk_test_…, never a live key.")
    if key and options.once:
        parser.error("--once plays the story, which has no use for a key: unset STRIPE_SECRET_KEY.")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        return with_your_key(options) if key else with_a_fake_stripe(options)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def with_a_fake_stripe(options: argparse.Namespace) -> int:
    """Play the story, say how it went, and leave the site running where nobody wants it to end."""
    stripe = FakeStripe(now=int(time.time()) - AN_HOUR)
    with serve(stripe) as server:
        # The story tells what each delivery has changed by the time of its answer: no engine.
        os.environ |= {"EXAMPLE_FAKE_STRIPE": server.url, "EXAMPLE_DISPATCHER": "", "NO_PROXY": HOST}
        prepare(options.database)
        with site(options.port) as port:
            all_well = play(stripe, server.url, port)
            if not options.once:
                wait(port)
    return 0 if all_well else 1


def play(stripe: FakeStripe, stripe_url: str, port: int) -> bool:
    """Play the story, and return whether everything went as it should."""
    from playing import Stage, wrong
    from story import story
    from telling import Teller
    from watching import overheard
    from words import summary

    teller, failures, began = Teller(), 0, time.monotonic()
    teller.table(
        "A story of events, posted over HTTP",
        {
            "Stripe": f"a fake one at {stripe_url}: no key, no network",
            "The site": f"http://{HOST}:{port}/stripe/webhook/",
            "Each event": "what happens, its type, the site's answer; and below that the rows that are new (+), "
            "changed (~) or gone (-), the receivers called, and what the site asked of Stripe's API",
        },
    )
    with overheard() as log:
        stage = Stage(stripe, HOST, port, log)
        for step in story(stripe):
            if isinstance(step, str):
                teller.heading(step)
                continue
            seen = stage.play(step)
            found = wrong(step, seen)
            failures += bool(found)
            teller.delivery(step.words, seen, found)
    teller.table("In the end", summary(stripe.requests))
    how = f"{failures} of {teller.told} deliveries did not go" if failures else f"All {teller.told} deliveries went"
    teller.heading(f"{how} as they should, in {time.monotonic() - began:.1f} seconds.")
    return not failures


def with_your_key(options: argparse.Namespace) -> int:
    """Leave the site running for events of the real Stripe."""
    prepare(options.database)
    with site(options.port) as port:
        print(f"""
The site asks the real Stripe, with the test key in STRIPE_SECRET_KEY. In two more terminals, with the Stripe CLI
logged in to the account of that key, let Stripe deliver here and something happen there:

  stripe listen --forward-to http://{HOST}:{port}/stripe/webhook/
  stripe trigger customer.created""")
        wait(port)
    return 0


def prepare(database: Path) -> None:
    """Set Django up, with a new database and somebody who may see the admin."""
    print(f"Making {min(str(database), os.path.relpath(database), key=len)} …", flush=True)
    for end in ("", "-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "settings", "EXAMPLE_DATABASE": str(database)}
    django.setup()
    from django.contrib.auth.models import User

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("admin", password="demo")


@contextmanager
def site(port: int) -> Iterator[int]:
    """Run the site until the block ends, and give its port."""
    server = listening(port)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="site", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        connections.close_all()


def listening(port: int) -> ThreadedWSGIServer:
    """Return a server on the port, or on the next one that is free."""
    for candidate in range(port, port + PORTS):
        with suppress(OSError):
            return ThreadedWSGIServer((HOST, candidate), WSGIRequestHandler)
    raise SystemExit(f"No free port from {port} to {port + PORTS - 1}: name another with --port.")


def wait(port: int) -> None:
    """Say where the site is, and leave it running until somebody presses Ctrl-C."""
    print(
        f"""
The site is running:

  admin   http://{HOST}:{port}/admin/   log in as admin with the password demo
  stop    Ctrl-C""",
        flush=True,
    )
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    print("\nStopped.")


if __name__ == "__main__":
    sys.exit(main())
