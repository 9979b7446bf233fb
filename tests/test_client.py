"""The client alone: keys, paths, answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pinax.stripe import client, keys
from pinax.stripe.exceptions import AccountRefused, NoKeyForMode, NoSuchObject, StripeUnreachable
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        ("sk_live_1", True),
        ("rk_live_1", True),
        ("sk_test_1", False),
        ("rk_test_1", False),
        ("sk_1", None),
        ("", None),
        ("live", None),
    ],
)
def test_a_key_says_which_mode_it_is_for(key, mode):
    assert keys.mode_of(key) is mode


@pytest.mark.parametrize(
    ("secret", "test_secret", "livemode", "expected"),
    [
        ("sk_live_1", "sk_test_1", True, "sk_live_1"),
        ("sk_live_1", "sk_test_1", False, "sk_test_1"),
        ("sk_test_1", None, False, "sk_test_1"),
        ("sk_old", None, True, "sk_old"),
        ("sk_old", None, False, "sk_old"),
    ],
)
def test_each_mode_has_its_key(secret, test_secret, livemode, expected, settings):
    settings.PINAX_STRIPE_SECRET_KEY = secret
    settings.PINAX_STRIPE_TEST_SECRET_KEY = test_secret

    assert keys.key_for(Scope(livemode=livemode)) == expected


@pytest.mark.parametrize(
    ("secret", "livemode", "setting"),
    [("sk_test_1", True, "PINAX_STRIPE_SECRET_KEY"), ("sk_live_1", False, "PINAX_STRIPE_TEST_SECRET_KEY")],
)
def test_a_mode_without_a_key_is_an_error_that_names_the_setting(secret, livemode, setting, settings):
    settings.PINAX_STRIPE_SECRET_KEY = secret
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    with pytest.raises(NoKeyForMode, match=setting):
        keys.key_for(Scope(livemode=livemode))


def test_an_answer_is_plain_json_and_of_stripes_own_time(stripe):
    stripe.put(build("customer", id="cus_1"))

    answer = client.retrieve("/v1/customers/{id}", {"id": "cus_1"}, Scope(livemode=False))

    assert type(answer.data) is dict
    assert answer.data["id"] == "cus_1"
    assert answer.asked.answered_at.timestamp() == stripe.now
    assert answer.asked.at.timestamp() < stripe.now


@pytest.mark.parametrize("odd", ["a/b", "a?b=c", "a%2Fb", "a b", "ä", "a#b", "@evil", "//evil"])
def test_an_id_is_one_segment_of_the_path_whatever_it_holds(odd, stripe):
    stripe.put(build("coupon", id=odd))

    assert client.retrieve("/v1/coupons/{id}", {"id": odd}, Scope(livemode=False)).data["id"] == odd
    assert len(stripe.requests) == 1


@pytest.mark.parametrize("dots", ["", ".", "..", "..."])
def test_dots_are_no_id(dots, stripe):
    with pytest.raises(NoSuchObject):
        client.retrieve("/v1/coupons/{id}", {"id": dots}, Scope(livemode=False))
    assert stripe.requests == []


def test_absent_says_when(stripe):
    with pytest.raises(NoSuchObject) as absent:
        client.retrieve("/v1/charges/{id}", {"id": "ch_1"}, Scope(livemode=False))
    assert absent.value.asked.answered_at.timestamp() == stripe.now


def test_an_account_that_our_key_may_not_see_is_refused(stripe):
    with pytest.raises(AccountRefused):
        client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope("acct_1", livemode=False))


def test_an_error_never_shows_the_key(stripe, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_canary"

    with pytest.raises(StripeUnreachable) as error:
        client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope(livemode=False))
    assert "canary" not in str(error.value)
    assert str(error.value).startswith("Stripe answered 401")


def test_a_server_error_is_tried_three_times(stripe):
    with stripe.answering(status=500, retry=True), pytest.raises(StripeUnreachable, match="Stripe answered 500"):
        client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope(livemode=False))
    assert len(stripe.requests) == 1 + client.RETRIES


def ask_in_vain():
    with pytest.raises(StripeUnreachable):
        client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope(livemode=False))


def test_without_retries_it_is_tried_once_until_the_block_ends(stripe):
    with stripe.answering(status=409, retry=True):
        with client.no_retries():
            with client.no_retries():
                ask_in_vain()
            assert len(stripe.requests) == 1
            ask_in_vain()
            assert len(stripe.requests) == 2
        stripe.requests.clear()
        ask_in_vain()
    assert len(stripe.requests) == 1 + client.RETRIES


def test_without_retries_is_what_one_thread_does(stripe):
    with stripe.answering(status=409, retry=True), client.no_retries(), ThreadPoolExecutor(1) as another:
        another.submit(ask_in_vain).result()

    assert len(stripe.requests) == 1 + client.RETRIES


def test_one_client_serves_many_requests(stripe):
    for _ in range(3):
        with pytest.raises(NoSuchObject):
            client.retrieve("/v1/events/{id}", {"id": "evt_1"}, Scope(livemode=False))
    assert client.client_with.cache_info().currsize <= 16


def test_our_own_calls_name_the_version_of_the_settings(stripe, settings):
    settings.PINAX_STRIPE_API_VERSION = "2025-03-31.basil"
    stripe.put(build("customer", id="cus_1"))

    client.retrieve("/v1/customers/{id}", {"id": "cus_1"}, Scope(livemode=False))

    assert stripe.requests[-1].api_version == "2025-03-31.basil"
