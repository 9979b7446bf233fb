"""Databases that the predecessors themselves have made, with the tables of this version beside."""

import os
import re
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection

from pinax.stripe.testing import FakeStripe, build, serve
from tests.predecessors import environments
from tests.predecessors.databases import emptied, empty, used

#: For tables that are made without migrations, which take half a minute.
WITHOUT_MIGRATIONS = {"settings": {"MIGRATION_MODULES": {"djstripe": None}}}
#: As long as dj-stripe wants it.
KEY = "sk_live_" + 24 * "0"
#: A customer of a connected account that has two users.
SHARED = {"id": "cus_shared", "user": "cyd", "account": "acct_1", "others": ["ben"]}
#: Subscribers that are not users.
OF_TEAMS = {
    "apps": ["teams"],
    "named": "email",
    "settings": {**WITHOUT_MIGRATIONS["settings"], "DJSTRIPE_SUBSCRIBER_MODEL": "teams.Team"},
}
#: How each predecessor is run.
USUAL = {"pinax-stripe": ("pinax-stripe", {})}
#: Installing another predecessor and making its database takes some seconds, on MariaDB a minute: it is left to CI.
CI = bool(os.environ.get("CI"))
ALL = CI and connection.vendor != "mysql"
if CI:
    USUAL["pinax-stripe-light"] = ("pinax-stripe-light", {})
    USUAL["dj-stripe 2.11, keys"] = ("dj-stripe 2.11", {"key": "djstripe_id", **WITHOUT_MIGRATIONS})
if ALL:
    USUAL["dj-stripe 2.9"] = ("dj-stripe 2.9", WITHOUT_MIGRATIONS)
    USUAL["dj-stripe 2.11"] = ("dj-stripe 2.11", WITHOUT_MIGRATIONS)
UNUSUAL = {
    "pinax-stripe, several users": ("pinax-stripe", {"customers": [SHARED], "blanked": True}),
    "dj-stripe 2.9, rows of 2.8": ("dj-stripe 2.9", {"blanked": True, **WITHOUT_MIGRATIONS}),
    "dj-stripe 2.11, teams": ("dj-stripe 2.11", {**OF_TEAMS, "forgets": True}),
    "dj-stripe 2.11, two platforms": ("dj-stripe 2.11", {"key_of_account": "acct_1", **WITHOUT_MIGRATIONS}),
}
VARIANTS = {**USUAL, **UNUSUAL}
CUSTOMERS = [
    {"id": "cus_ada", "user": "ada"},
    {"id": "cus_ben", "user": "ben"},
    {"id": "cus_nobody", "user": None},
    {"id": "cus_purged", "user": "cyd", "purged": True},
    {"id": "cus_connected", "user": "cyd", "account": "acct_1"},
]
#: What pinax-stripe 4 reads of a customer.
OF_2015 = {"account_balance": 0, "sources": {"data": []}, "subscriptions": {"data": []}}


class Left:
    """The database that a predecessor has left behind, and what has happened at Stripe."""

    def __init__(self, name):
        self.name = name
        happens = FakeStripe().event
        product = build("product", id="prod_1")
        self.done = [
            happens("product.created", product, livemode=True),
            happens("customer.created", {**build("customer", id="cus_ada"), **OF_2015}, livemode=True),
            happens("balance.available", {"object": "balance", "available": []}, livemode=True, store=False),
            happens("product.created", build("product", id="prod_2"), livemode=True, account="acct_1"),
        ]
        self.failed = happens("product.updated", product, livemode=True)

    def adopt(self, *options):
        out = StringIO()
        call_command("stripe_adopt", *options, stdout=out, stderr=out)
        return out.getvalue()


@contextmanager
def made_by(variant, folder):
    name, facts = VARIANTS[variant]
    environments.python_of(name)
    left = Left(name)
    with serve(FakeStripe(live_key=KEY)) as server, empty(folder, re.sub(r"\W+", "_", variant)) as database:
        server.fake.connect("acct_1")
        for event in [*left.done, left.failed]:
            for known in (event, event["data"]["object"]):
                if "id" in known:
                    server.fake.put(known, account=event.get("account", ""), livemode=True)
        answers = environments.run(
            name,
            database_for(database),
            stripe=server.url,
            secret_key=KEY,
            users=["ada", "ben", "cyd"],
            accounts=[{"id": "acct_1", "user": "ben"}, {"id": "acct_2", "user": None}],
            owners=[server.fake.account_id, "acct_1"],
            events=[*left.done, left.failed],
            **{"customers": CUSTOMERS, **facts},
        )
        assert answers == [200] * len(left.done) + [500], answers
        migrated = database.manage("migrate", "--verbosity", "0")
        assert migrated.returncode == 0, migrated.stderr
        yield left, database


@contextmanager
def opened(made, stripe, variant):
    """Use the database of a variant; in the end its tables have to be as they were, and ours are emptied."""
    left, database = made(variant)
    left.stripe, left.database = stripe, database
    stripe.connect("acct_1")
    for event in [*left.done, left.failed]:
        stripe.put(event, account=event.get("account", ""), livemode=True)
    before = old_tables(database)
    with used(database):
        yield left
        emptied()
    assert old_tables(database) == before


def old_tables(database):
    return {**database.tables("pinax_stripe_"), **database.tables("djstripe_")}


def database_for(database):
    """Return the settings of a database, for a project of any version of Django."""
    names = ("ENGINE", "USER", "PASSWORD", "HOST", "PORT")
    return {**{name: connection.settings_dict[name] for name in names}, "NAME": database.name}
