"""The demo: ``make demo`` plays a story against the running example site, and leaves the site running.

With ``--once`` it exits after the story: with 0 if all deliveries went as expected, with 1 if not. If STRIPE_SECRET_KEY
is a test key, the site talks to the real Stripe instead, and there is no story.
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

from pinax.stripe.testing import FakeStripe, seed_ids, serve

HOST = "127.0.0.1"
HERE = Path(__file__).parent
#: How many ports are tried, beginning with the requested one.
PORTS = 20
#: How long ago the story starts, in seconds.
AN_HOUR = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(description="The demo of pinax-stripe.")
    parser.add_argument("--once", action="store_true", help="exit after the story, with 0 if it went as expected")
    parser.add_argument("--port", type=int, default=8000, help="port of the site, or the next free one; 0 for any")
    parser.add_argument("--database", type=Path, default=HERE / "db.sqlite3", help="SQLite file, deleted first")
    options = parser.parse_args(arguments)
    key = os.environ.get("STRIPE_SECRET_KEY", "")
    if key and not key.startswith(("sk_test_", "rk_test_")):
        parser.error("STRIPE_SECRET_KEY is not a test key: the demo takes sk_test_… or rk_test_…, never a live key.")
    if key and options.once:
        parser.error("--once plays the story, which does not use a key: unset STRIPE_SECRET_KEY.")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        return with_your_key(options) if key else with_a_fake_stripe(options)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def with_a_fake_stripe(options: argparse.Namespace) -> int:
    """Play the story and report the result; without ``--once``, leave the site running."""
    seed_ids("demo")
    stripe = FakeStripe(now=int(time.time()) - AN_HOUR)
    with serve(stripe) as server:
        # The story shows what each delivery has changed when it is answered, so events are processed inline.
        os.environ |= {"EXAMPLE_FAKE_STRIPE": server.url, "EXAMPLE_DISPATCHER": "", "NO_PROXY": HOST}
        prepare(options.database)
        with site(options.port) as port:
            all_well = play(stripe, server.url, port)
            if not options.once:
                look(port)
                wait(port)
    return 0 if all_well else 1


def play(stripe: FakeStripe, stripe_url: str, port: int) -> bool:
    """Play the story, and return whether all deliveries went as expected."""
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
    """Run the site for events of the real Stripe."""
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
    """Set Django up, with a new database and a user of the admin."""
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
    """Run the site until the block ends, and yield its port."""
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


def look(port: int) -> None:
    """Print what the story has left to do, and where it is in the admin."""
    admin = f"http://{HOST}:{port}/admin"
    print(f"""
Look at what is left. Log in as admin with the password demo:

  the overview                        {admin}/pinax_stripe/
  the event that is retried           {admin}/pinax_stripe/event/?status=failing
  the event that was given up         {admin}/pinax_stripe/event/?status=given-up

Mend it: a licence key is missing for each. Add two at {admin}/shop/licencekey/add/,
then select the events, and choose the action "Process now".

Next: the tutorial, docs/tutorial.md, from an empty folder to a first receiver.""")


def wait(port: int) -> None:
    """Print the site's address, and keep it running until Ctrl-C."""
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
