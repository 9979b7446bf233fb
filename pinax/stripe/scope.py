"""Where an object lives at Stripe, and with which key Stripe is asked about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One account in one mode; passed as one argument wherever an object is looked for, asked for or written.

    Two scopes are equal if they name the same place; the context is only the way there.

    Attributes:
        livemode: live mode, or test mode and sandboxes.
        stripe_account: the account the object belongs to, ``acct_…``; empty for the platform itself.
        context: Stripe's ``context`` of that account, where it names more than the account:
            ``"acct_platform/acct_connected"``. A key of an organisation needs it; without one, the account is asked
            for by its own id.
    """

    livemode: bool
    stripe_account: str = ""
    context: str = field(default="", compare=False)
