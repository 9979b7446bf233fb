"""What the commands about endpoints have in common: the URL, the mode, the question, the words of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError

from pinax.stripe.conf import without_secrets
from pinax.stripe.imports.stats import described
from pinax.stripe.keys import keys_of, mode_of, setting
from pinax.stripe.operations.endpoints.endpoint import webhook_path

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

    from pinax.stripe.exceptions import PinaxStripeError
    from pinax.stripe.operations.endpoints.endpoint import Endpoint


def webhook_url(given: str | None, *, livemode: bool, platform: str = "") -> str:
    """Return the public URL of the webhook; one without a path gets the path of the URLconf.

    Raises:
        CommandError: it is missing, or nothing that Stripe could deliver to.
    """
    path = webhook_path(platform) or f"/stripe/webhook/{platform and platform + '/'}"
    if not given:
        raise CommandError(f"Give the public URL of the webhook: --url https://{_host()}{path}")
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and parts.hostname and not (parts.username or parts.fragment)
        usable = usable and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CommandError(f"--url is not a URL that Stripe could deliver to; write it as https://example.com{path}")
    if livemode and parts.scheme != "https":
        raise CommandError("Stripe delivers events of live mode over HTTPS only: --url https://…")
    return given if parts.path not in {"", "/"} or parts.query else f"{given.rstrip('/')}{path}"


def mode_of_project(given: bool | None, platform: str = "") -> bool:
    """Return the mode that was asked for; by default, that of a platform's secret key.

    Raises:
        CommandError: the key does not show its mode, or is missing.
    """
    if given is not None:
        return given
    key = keys_of(platform).get("SECRET_KEY")
    if not key:
        raise CommandError(f"{setting('SECRET_KEY', platform)} is not set")
    livemode = mode_of(key)
    if livemode is None:
        raise CommandError("The key does not show which mode it is for: give --livemode or --testmode")
    return livemode


def confirm(*, asks: bool) -> None:
    """Ask whether to change something at Stripe; if nobody answers, the answer is no.

    Args:
        asks: False: the answer is yes.

    Raises:
        CommandError: the answer is no.
    """
    if asks and not _agreed("Do this at Stripe?"):
        raise CommandError("Nothing was changed.")


def report(stdout: OutputWrapper, created: Endpoint | None, platform: str = "") -> None:
    """Write that a plan was applied; if that has created an endpoint, its id and its secret."""
    stdout.write(f"Created {created.id}." if created else "Done.")
    if created:
        show_secret(stdout, created, platform)


def show_secret(stdout: OutputWrapper, created: Endpoint, platform: str = "") -> None:
    """Write the secret of a new endpoint, and where it belongs. It is written nowhere else."""
    stdout.write(f"Its signing secret, which is shown only now:\n\n    {created.secret}\n")
    stdout.write(
        "Put it into the environment of the project, and from there into "
        f"{setting('WEBHOOK_SECRETS', platform)}, beside the secrets of other endpoints."
    )


def in_words(error: PinaxStripeError) -> str:
    """Return an error with what Stripe itself says of it, without keys."""
    notes = [" ".join(without_secrets(note).split()) for note in getattr(error, "__notes__", ())]
    return ". ".join([described(error), *notes])


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _host() -> str:
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return hosts[0] if hosts else "example.com"
