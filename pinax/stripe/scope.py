"""Where an object lives at Stripe: in which account, and in which mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scope:
    """An account in one mode; passed as one argument wherever an object is looked up, fetched or written.

    Two scopes are equal if they name the same account and mode; the context is only the way there.

    Attributes:
        stripe_account: the account that the object belongs to, ``acct_…``; empty for the platform itself.
        livemode: live mode, or test mode and sandboxes.
        context: Stripe's ``context`` of the account, if that names more than the account, for example
            ``"acct_platform/acct_connected"``; only an organisation's key has a use for it.
    """

    stripe_account: str = ""
    livemode: bool = field(kw_only=True)
    context: str = field(default="", kw_only=True, compare=False)

    def __str__(self) -> str:
        mode = "live mode" if self.livemode else "test mode"
        return f"{mode}, {self.stripe_account}" if self.stripe_account else mode

    @property
    def columns(self) -> dict[str, Any]:
        """The account and the mode, as the columns of a row are called; for ``filter(**scope.columns)``."""
        return {"stripe_account": self.stripe_account, "livemode": self.livemode}
