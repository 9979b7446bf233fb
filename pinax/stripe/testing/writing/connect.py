"""Connected accounts, and the links that lead their owners through onboarding.

Source: https://docs.stripe.com/api/accounts and https://docs.stripe.com/api/account_links
"""

from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, list_of
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.registry import operation

FIVE_MINUTES: Final = 5 * 60
#: What an account needs before it may take charges.
NEEDED: Final = ["business_profile.url", "external_account", "tos_acceptance.date"]


@operation("accounts.create", "AccountCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Create a connected account that has to go through onboarding."""
    built = build("account")
    requested = fields.pop("capabilities", None) or {}
    requirements = built["requirements"] | {"currently_due": NEEDED, "disabled_reason": "requirements.past_due"}
    profile = built["business_profile"] | {"name": None, "url": None} | fields.pop("business_profile", {})
    account = data.create(
        "account",
        **{
            "email": None,
            "business_type": None,
            **fields,
            "business_profile": profile,
            "capabilities": dict.fromkeys(requested, "inactive"),
            "charges_enabled": False,
            "details_submitted": False,
            "payouts_enabled": False,
            "requirements": requirements,
            "tos_acceptance": {"date": None},
        },
    )
    data.connect(account["id"])
    return account


@operation("accounts.update", "AccountUpdateParams")
def update(data: AccountData, id_: str, fields: Json) -> Json:
    """Change an account."""
    account = data.get("account", id_)
    nested = {name: {**account[name], **value} for name, value in fields.items() if isinstance(value, dict)}
    if "metadata" in fields:
        nested["metadata"] = merged_metadata(account, fields["metadata"])
    return data.change(account, **{**fields, **nested})


@operation("accounts.delete", "AccountDeleteParams")
def delete(data: AccountData, id_: str, _fields: Json) -> Json:
    """Delete an account."""
    return data.delete(data.get("account", id_))


@operation("account_links.create", "AccountLinkCreateParams", "account", "type")
def create_link(data: AccountData, fields: Json) -> Json:
    """Create a link for one visit."""
    data.get("account", fields["account"], "account")
    url = f"https://connect.stripe.com/setup/e/{fields['account']}/{new_id('link')}"
    return {"object": "account_link", "created": data.now, "expires_at": data.now + FIVE_MINUTES, "url": url}


@operation("accounts.login_links.create", "AccountLoginLinkCreateParams")
def create_login_link(data: AccountData, id_: str, _fields: Json) -> Json:
    """Create a link to the Express Dashboard for one visit."""
    account = data.get("account", id_)
    dashboard = (account["controller"].get("stripe_dashboard") or {}).get("type") or account["type"]
    if dashboard != "express":
        raise errors.ApiError(400, f"Cannot create a login link for {id_}: it does not use the Express Dashboard.")
    if not account["details_submitted"]:
        raise errors.ApiError(400, "Cannot create a login link for an account that has not completed onboarding.")
    url = f"https://connect.stripe.com/express/{id_}/{new_id('link')}"
    return {"object": "login_link", "created": data.now, "url": url}


def onboarded(data: AccountData, id_: str) -> Json:
    """Complete the onboarding of an account: it may take charges and be paid out."""
    account = data.get("account", id_)
    bank = build("bank_account", account=id_, country=account["country"], currency=account["default_currency"])
    return data.change(
        account,
        capabilities=dict.fromkeys(account["capabilities"] or ["card_payments", "transfers"], "active"),
        charges_enabled=True,
        details_submitted=True,
        external_accounts=list_of([bank], f"/v1/accounts/{id_}/external_accounts"),
        payouts_enabled=True,
        requirements=build("account")["requirements"],
        tos_acceptance={"date": data.now},
    )
