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


def test_what_the_fake_cannot_do_is_no_silent_success(fake, client):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.topups.create({"amount": 1, "currency": "usd"})

    assert str(missing.value).partition(": ")[2] == (
        "Unrecognized request URL (POST: /v1/topups). The fake Stripe of pinax.stripe.testing does not know "
        'topups.create. A test can script the response: stripe.scripted("topups.create", {...})'
    )
    assert client.raw_request("get", "/v1/topups").data["data"] == []
    fake.scripted("topups.create", build("topup", amount=1))
    assert client.v1.topups.create({"amount": 1, "currency": "usd"}).amount == 1


def test_what_stripe_python_does_not_have_is_scripted_by_its_path(fake, get):
    with pytest.raises(stripe.InvalidRequestError, match=r'stripe\.answering\(body=\{\.\.\.\}, path="/v1/nothing"\)$'):
        get("/v1/nothing")

    fake.answering(body={"object": "nothing"}, path="/v1/nothing")
    assert get("/v1/nothing") == {"object": "nothing"}


@pytest.mark.parametrize(
    ("act", "operation"),
    [
        (lambda v1: v1.customers.search({"query": "name:'Ada'"}), "customers.search"),
        (lambda v1: v1.invoices.create_preview({"customer": "cus_1"}), "invoices.create_preview"),
        (lambda v1: v1.credit_notes.preview_lines.list({"invoice": "in_1"}), "credit_notes.preview_lines.list"),
    ],
)
def test_searches_and_previews_are_unrecognized(act, operation, client):
    with pytest.raises(stripe.InvalidRequestError, match=f"does not know {operation}") as unrecognized:
        act(client.v1)

    assert unrecognized.value.http_status == 404


def test_an_id_may_be_the_name_of_another_operation(fake, client):
    fake.put(build("coupon", id="search"))

    assert client.v1.coupons.retrieve("search").id == "search"


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
