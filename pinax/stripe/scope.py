"""The platform, account and mode of an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

ACCOUNT_ID: Final = re.compile(r"acct_\w{1,249}", re.ASCII)


@dataclass(frozen=True)
class Scope:
    """An account in one mode; passed as one argument wherever an object is looked up, fetched or written.

    Two scopes with the same account and mode are equal: the platform and the context only say how Stripe is asked.

    Attributes:
        stripe_account: the account that the object belongs to, ``acct_…``; empty for the default platform itself. The
            own objects of a named platform have its account.
        livemode: True for live mode, False for test mode and sandboxes.
        platform: the name of the platform whose keys are used; empty for the default platform.
        context: Stripe's ``context`` of the account, if it differs from the account, for example
            ``"acct_platform/acct_connected"``; it is used with an organisation's key only.
    """

    stripe_account: str = ""
    livemode: bool = field(kw_only=True)
    platform: str = field(default="", kw_only=True, compare=False)
    context: str = field(default="", kw_only=True, compare=False)

    def __str__(self) -> str:
        mode = "live mode" if self.livemode else "test mode"
        return ", ".join(part for part in (mode, self.stripe_account, self.platform) if part)

    @property
    def columns(self) -> dict[str, Any]:
        """The account and mode by the names of the columns, for ``filter(**scope.columns)``."""
        return {"stripe_account": self.stripe_account, "livemode": self.livemode}


def account_of(context: str) -> str:
    """Return the account that a context leads to; empty if it names none."""
    accounts = [part for part in context.split("/") if ACCOUNT_ID.fullmatch(part)]
    return accounts[-1] if accounts else ""
