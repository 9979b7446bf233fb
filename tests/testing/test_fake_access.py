"""Keys, connected accounts, and paths that the API does not have."""

import pytest
import stripe

from pinax.stripe.testing import build


def test_a_key_that_stripe_never_gave_out_is_refused(client_with):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_with("sk_test_from_elsewhere").raw_request("get", "/v1/balance")

    assert refused.value.http_status == 401
    assert refused.value.user_message == "Invalid API Key provided: sk_test_****here"


def test_a_request_without_a_key_is_refused(server, requests_get):
    answer = requests_get(f"{server.url}/v1/balance")

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_an_account_that_is_not_connected_is_refused(get):
    with pytest.raises(stripe.PermissionError) as refused:
        get("/v1/balance", stripe_account="acct_x")

    assert refused.value.http_status == 403
    assert refused.value.json_body["error"] == {
        "type": "invalid_request_error",
        "code": "account_invalid",
        "message": "The provided key 'sk_test_****fake' does not have access to account 'acct_x' "
        "(or that account does not exist). Application access may have been revoked.",
    }


@pytest.mark.parametrize("path", ["/v1/accounts/acct_1", "/v1/accounts/acct_1/persons"])
def test_an_account_that_is_disconnected_is_out_of_sight(fake, get, path):
    fake.connect("acct_1")
    get(path)

    fake.disconnect("acct_1")

    with pytest.raises(stripe.PermissionError):
        get(path)
    with pytest.raises(stripe.PermissionError):
        get("/v1/balance", stripe_account="acct_1")


def test_a_connected_account_exists_and_keeps_its_state(fake, get):
    fake.connect("acct_1")
    fake.event("account.updated", build("account", id="acct_1", email="jo@example.com"), account="acct_1")
    fake.disconnect("acct_1")
    fake.connect("acct_1")

    assert get("/v1/accounts/acct_1")["email"] == "jo@example.com"
    assert get("/v1/account", stripe_account="acct_1")["email"] == "jo@example.com"
    assert [account["id"] for account in get("/v1/accounts")["data"]] == ["acct_1"]


def test_the_platform_is_an_account_itself(fake, get):
    charge = fake.put(build("charge"))

    assert get("/v1/account")["id"] == fake.account_id
    assert get(f"/v1/accounts/{fake.account_id}")["object"] == "account"
    assert get(f"/v1/charges/{charge['id']}", stripe_account=fake.account_id) == charge


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/nothing/at_all", "/v1/mandates", "/v1", "/", "/v2/core"])
def test_a_path_that_the_api_does_not_have_is_unrecognized(get, path):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as missing:
        get(path)

    assert missing.value.http_status == 404


def test_what_the_fake_cannot_do_is_no_silent_success(client):
    with pytest.raises(stripe.InvalidRequestError, match=r"Unrecognized request URL \(POST: /v1/topups\)"):
        client.raw_request("post", "/v1/topups", amount=1)

    assert client.raw_request("get", "/v1/topups").data["data"] == []


def test_what_was_asked_is_remembered(fake, client):
    fake.connect("acct_1")
    client.raw_request("get", "/v1/charges", limit=3, stripe_account="acct_1", stripe_version="2024-06-20")
    fake.advance(60)
    client.raw_request("get", "/v1/balance")

    first, second = fake.requests
    assert (first.method, first.path, first.query) == ("GET", "/v1/charges", {"limit": "3"})
    assert (first.account, first.livemode, first.key) == ("acct_1", False, "sk_test_fake")
    assert first.api_version == "2024-06-20"
    assert second.at - first.at == 60
    assert fake.asked("/v1/bal*") == [second]
    assert fake.asked() == [first, second]
