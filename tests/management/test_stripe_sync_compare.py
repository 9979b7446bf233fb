"""``manage.py stripe_sync --compare``: what it says, how it ends, and what it repairs."""

import json

import pytest
from django.core.management import CommandError

from pinax.stripe.imports import rate_limiter
from pinax.stripe.management import progress
from pinax.stripe.models import Account, Card, Customer, Subscription, SubscriptionItem
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe_sync(command):
    return command("stripe_sync")


@pytest.fixture
def compare(stripe_sync):
    """Compare, in test mode if nothing else is said; returns the exit code and what was written."""

    def compare(*args, modes=("--testmode",)):
        out = Lines()
        try:
            stripe_sync(*args, "--compare", *modes, stdout=out)
        except CommandError as error:
            return error.returncode, out.getvalue()
        return 0, out.getvalue()

    return compare


class Lines:
    def __init__(self):
        self.written = []

    def write(self, text):
        self.written.append(text)

    def isatty(self):
        return False

    def getvalue(self):
        return "".join(self.written)


def customer(**fields):
    """A customer who is the same, however often and whenever it is built."""
    return build("customer", **{"created": 1_790_000_000, **fields})


@pytest.fixture
def customers(stripe, stripe_sync):
    """Three customers that were imported: one of them has changed at Stripe, one is deleted there; a fourth is new."""
    for number in (1, 2, 3):
        stripe.put(customer(id=f"cus_{number}", name="Ada"))
    stripe_sync("customer", "--testmode")
    stripe.put(customer(id="cus_1", name="Ada Lovelace"))
    stripe.remove("customer", "cus_2")
    stripe.put(customer(id="cus_4"))


def test_the_exit_code_is_0_if_rows_are_as_at_stripe(stripe, stripe_sync, compare):
    stripe.put(customer(id="cus_1"))
    stripe.put(build("subscription", id="sub_1", customer="cus_1"))
    stripe_sync("customer", "subscription", "--testmode")

    code, said = compare("customer", "subscription")

    assert code == 0
    assert said == "customer (test mode): 1 page, 1 unchanged\nsubscription (test mode): 1 page, 1 unchanged\n"


def test_what_differs_is_said_field_by_field_and_the_exit_code_is_1(stripe_sync, compare, customers):
    code, said = compare("customer")

    assert code == 1
    assert said.splitlines() == [
        "customer cus_4 (test mode): missing here",
        "customer cus_1 (test mode): different",
        '  name: here "Ada", at Stripe "Ada Lovelace"',
        '  lowercase_name: here "ada", at Stripe "ada lovelace"',
        '  lowercase_family_name: here "ada", at Stripe "lovelace ada"',
        '  data.name: here "Ada", at Stripe "Ada Lovelace"',
        "customer cus_2 (test mode): missing at Stripe",
        "customer (test mode): 1 page, 1 unchanged, 1 missing here, 1 different, 1 missing at Stripe",
    ]
    assert Customer.objects.count() == 3


def test_the_error_says_how_to_repair_and_names_no_value(stripe_sync, customers, caplog):
    with pytest.raises(CommandError) as error:
        stripe_sync("customer", "--testmode", "--compare")

    assert str(error.value) == "3 rows differ from Stripe; --repair writes what Stripe has."
    assert "Ada" not in stripe_sync.errors.getvalue() + caplog.text + str(error.value)


def test_a_repair_says_what_it_did_and_the_exit_code_whether_something_is_left(compare, customers):
    code, said = compare("customer", "--repair")

    assert code == 0
    assert "customer cus_1 (test mode): different: repaired\n" in said
    assert "1 missing at Stripe, 3 repaired\n" in said
    assert set(Customer.objects.values_list("stripe_id", flat=True)) == {"cus_1", "cus_3", "cus_4"}
    assert compare("customer") == (0, "customer (test mode): 1 page, 3 unchanged\n")


def test_what_cannot_be_repaired_is_left(compare, customers, settings, stripe_sync):
    settings.PINAX_STRIPE_HOOKSET = "tests.imports.test_importer.FailingHooks"

    code, said = compare("customer", "--repair")

    assert code == 1
    assert "customer cus_1 (test mode): different: not repaired\n" in said
    assert "cus_1: KeyError" in stripe_sync.errors.getvalue()


def test_json_is_an_object_for_each_row_and_each_list(compare, customers):
    code, said = compare("customer", "--json")

    *rows, numbers = map(json.loads, said.splitlines())
    assert code == 1
    assert [(row["what"], row["id"]) for row in rows] == [
        ("missing here", "cus_4"),
        ("different", "cus_1"),
        ("missing at Stripe", "cus_2"),
    ]
    assert rows[1]["fields"][0] == {"field": "name", "here": "Ada", "stripe": "Ada Lovelace"}
    assert (rows[1]["object"], rows[1]["account"], rows[1]["livemode"], rows[1]["parent"]) == (
        "customer",
        "",
        False,
        "",
    )
    assert numbers["counts"] == {"unchanged": 1, "missing here": 1, "different": 1, "missing at Stripe": 1}
    assert (numbers["left"], numbers["repaired"], numbers["failed"]) == (3, 0, 0)


def test_json_says_what_was_repaired(compare, customers):
    code, said = compare("customer", "--json", "--repair")

    *rows, numbers = map(json.loads, said.splitlines())
    assert (code, [row["repaired"] for row in rows], numbers["repaired"]) == (0, [True] * 3, 3)


def test_json_has_dates_and_no_lines_of_progress(stripe, stripe_sync, compare, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 0)
    stripe.put(build("subscription", id="sub_1", trial_end=1_900_000_000, application_fee_percent=2.5))
    stripe_sync("subscription", "--testmode")
    Subscription.objects.update(trial_end=None, application_fee_percent="7.5")

    _, said = compare("subscription", "--json")

    fields = {one["field"]: (one["here"], one["stripe"]) for one in json.loads(said.splitlines()[0])["fields"]}
    assert fields["trial_end"] == (None, "2030-03-17T17:46:40Z")
    assert fields["application_fee_percent"] == ("7.500000000000", "2.5")


def test_an_item_is_named_with_its_subscription(stripe, stripe_sync, compare):
    stripe.put(build("subscription", id="sub_1", items=[build("subscription_item", id="si_1", quantity=1)]))
    stripe_sync("subscription", "--testmode")
    SubscriptionItem.objects.update(quantity=2)

    _, said = compare("subscription")

    assert said.startswith("subscription_item si_1 of sub_1 (test mode): different\n  quantity: here 2, at Stripe 1\n")


def test_a_line_never_acts_on_the_terminal_and_long_values_and_lists_of_fields_are_cut(stripe, stripe_sync, compare):
    stripe.put(customer(id="cus_1", metadata={}))
    stripe_sync("customer", "--testmode")
    hostile = {"\x1b[31m\nfake line": "\u202e\x9b" + "x" * 500, **{f"key{number}": "" for number in range(40)}}
    stripe.put(customer(id="cus_1", metadata=hostile))

    _, said = compare("customer")

    lines = said.splitlines()
    assert all(line.isprintable() and len(line) < 200 for line in lines)
    assert "\\u001b[31m\\nfake line" in said
    assert "\\u202e" in said
    assert "  and 21 more fields" in lines
    assert len(lines) == 1 + 20 + 1 + 1


def test_accounts_and_modes_are_compared_with_their_own_rows(stripe, stripe_sync, compare):
    for account in ("acct_1", "acct_2"):
        stripe.connect(account)
    for account in ("", "acct_1", "acct_2"):
        stripe.put(build("product", id="gold"), account=account)
    stripe.put(build("product", id="gold"), livemode=True)
    stripe_sync("product", "--testmode", "--account", "acct_1")
    Account.objects.create(stripe_id="acct_2", livemode=False)

    assert compare("product", "--account", "acct_1")[0] == 0
    code, said = compare("product", "--all-accounts", modes=())

    assert code == 1
    assert said.count("): missing here\n") == 3
    assert "product gold (live mode): missing here\n" in said
    assert "product gold (test mode, acct_2): missing here\n" in said
    assert "product gold (test mode, acct_1)" not in said


def test_model_is_the_same_as_kind(stripe, compare):
    stripe.put(customer(id="cus_1"))
    stripe.put(build("product", id="gold"))
    stripe.put(build("coupon", id="SUMMER"))

    _, said = compare("--model", "Customer", "--model=product")

    assert said.count("): missing here\n") == 2
    assert "coupon" not in said


def test_a_sample_says_what_it_cannot_find(stripe, stripe_sync, compare, customers):
    code, said = compare("customer", "--sample", "10")

    assert code == 1
    assert "customer cus_1 (test mode): different\n" in said
    assert "customer cus_2 (test mode): missing at Stripe\n" in said
    assert "cus_4" not in said
    assert said.endswith("A sample cannot show which objects are missing here.\n")


def test_a_sample_is_of_each_model_also_of_named_ones_that_have_no_list(stripe, stripe_sync, compare):
    card = build("card", id="card_1", customer="cus_1")
    holder = {**customer(id="cus_1"), "sources": {"object": "list", "data": [card], "has_more": False}}
    stripe.put(holder)
    stripe_sync("customer", "--testmode")
    Card.objects.update(exp_year=1)
    stripe.requests.clear()

    assert compare("Card", "--sample", "5")[0] == 1
    assert {request.path for request in stripe.requests} == {"/v1/customers/cus_1/sources/card_1"}
    assert compare("--sample", "5")[0] == 0


def test_a_list_that_fails_does_not_stop_the_others_and_is_no_drift(stripe, stripe_sync, compare):
    stripe.put(build("customer"))
    stripe_sync("customer", "--testmode")

    with stripe.answering(status=403, path="/v1/products"):
        code, said = compare("product", "customer")

    assert code == 1
    assert "customer (test mode): 1 page, 1 unchanged\n" in said
    assert "Stripe answered 403" in stripe_sync.errors.getvalue()


def test_ctrl_c_says_that_it_starts_over(stripe, stripe_sync, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(rate_limiter, "sleep", interrupt)

    with pytest.raises(CommandError, match="it starts over") as error:
        stripe_sync("customer", "product", "--testmode", "--rate", "0.1", "--compare")
    assert error.value.returncode == 130


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--repair"], "--repair needs --compare"),
        (["--sample", "3"], "--sample needs --compare"),
        (["--json"], "--json needs --compare"),
        (["--compare", "--stubs"], "--compare and --stubs cannot be combined"),
        (["--compare", "--incomplete"], "--compare and --incomplete cannot be combined"),
        (["--compare", "--restart", "--dry-run"], "--compare and --restart and --dry-run cannot be combined"),
        (["--compare", "--prune-missing"], "--compare and --prune-missing cannot be combined"),
        (["--compare", "--sample", "3", "--since", "3"], "--sample and --since cannot be combined"),
        (["--compare", "--sample", "0"], "'0' is not an integer of 1 or more"),
        (["--compare", "--model", "custmer"], "did you mean customer"),
        (["--compare", "Card"], "Stripe has no list of Card"),
    ],
)
def test_options_that_contradict_each_other_are_refused_before_any_request(stripe, stripe_sync, args, said):
    with pytest.raises(CommandError, match=said):
        stripe_sync(*args)
    assert stripe.requests == []


@pytest.mark.django_db(transaction=True)
def test_threads_find_and_repair_each_row_once(stripe, stripe_sync, compare):
    for number in range(120):
        stripe.put(customer(id=f"cus_{number}"))
    stripe_sync("customer", "--testmode")
    Customer.objects.update(phone="changed here")

    code, said = compare("customer", "--concurrency", "4", "--rate", "1000")
    assert (code, said.count(": different\n")) == (1, 120)
    code, said = compare("customer", "--concurrency", "4", "--rate", "1000", "--repair")
    assert (code, said.count(": different: repaired\n")) == (0, 120)
    assert compare("customer", "--sample", "150", "--concurrency", "4", "--rate", "1000")[0] == 0
    assert not Customer.objects.filter(phone="changed here").exists()
