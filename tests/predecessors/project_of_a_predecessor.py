"""A project on a predecessor. It runs in the environment of that, on Python 3.6 or later, and needs nothing of ours.

It reads from its input, as JSON, which package it is on, the database, the address of a fake Stripe, users, customers
and events; and writes the statuses with which its webhook has answered the events.
"""

import hashlib
import hmac
import json
import sys
import time

import django
from django.conf import settings

facts = json.load(sys.stdin)
package = facts["package"]
SECRET = "whsec_old"
KEY = facts["secret_key"]

settings.configure(
    SECRET_KEY="for tests only",
    DATABASES={"default": facts["database"]},
    USE_TZ=True,
    ALLOWED_HOSTS=["*"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    ROOT_URLCONF="urls_of_the_project",
    MIDDLEWARE=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    SITE_ID=1,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sites",
        "djstripe" if package == "dj-stripe" else "pinax.stripe",
        *facts.get("apps", []),
    ],
    PINAX_STRIPE_PUBLIC_KEY="pk_live_fake",
    PINAX_STRIPE_SECRET_KEY=KEY,
    PINAX_STRIPE_ENDPOINT_SECRET=SECRET,
    PINAX_STRIPE_SEND_EMAIL_RECEIPTS=False,
    STRIPE_LIVE_SECRET_KEY=KEY,
    STRIPE_LIVE_MODE=True,
    STRIPE_API_HOST=facts["stripe"],
    DJSTRIPE_FOREIGN_KEY_TO_FIELD=facts.get("key", "id"),
    **facts.get("settings", {}),
)


class Urls:
    """The URLconf, whose module can be imported once Django is set up."""

    @property
    def urlpatterns(self):
        from django.urls import include, path

        app = "djstripe" if package == "dj-stripe" else "pinax.stripe"
        return [path("stripe/", include(app + ".urls"))]


sys.modules["urls_of_the_project"] = Urls()
django.setup()

import stripe  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

stripe.api_base = facts["stripe"]
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0, run_syncdb=True)  # apps without migrations, which reference users
for name in facts["users"]:
    User.objects.create(username=name)


def user(name):
    return name and User.objects.get(username=name)


def fails(**kwargs):
    raise ValueError("out of stock")


def of_pinax_stripe():
    from pinax.stripe import models, webhooks

    webhooks.registry.get_signal("product.updated").connect(fails, weak=False)
    accounts = {}
    for one in facts["accounts"]:
        accounts[one["id"]] = models.Account.objects.create(stripe_id=one["id"], user=user(one["user"]))
    for one in facts["customers"]:
        account = accounts.get(one.get("account"))
        own = None if account else user(one["user"])
        customer = models.Customer.objects.create(stripe_id=one["id"], user=own, stripe_account=account)
        if one.get("purged"):
            customer.date_purged = django.utils.timezone.now()
            customer.save()
        for name in ([one["user"]] if account and one["user"] else []) + one.get("others", []):
            models.UserAccount.objects.create(user=user(name), account=account, customer=customer)
    return "/stripe/webhook/"


def of_pinax_stripe_light():
    from pinax.stripe.webhooks import registry

    registry.get_signal("product.updated").connect(fails, weak=False)
    return "/stripe/webhook/"


def of_dj_stripe():
    from djstripe import models, signals

    signals.WEBHOOK_SIGNALS["product.updated"].connect(fails, weak=False)
    key = "djstripe_owner_account"
    accounts = {one: account_of_dj_stripe(one) for one in facts["owners"]}
    own = accounts[facts["owners"][0]]
    models.APIKey.objects.create(id="mk_1", type="secret", secret=KEY, livemode=True, **{key: own})
    for one in facts["customers"]:
        values = {"stripe_data": {}, "date_purged": django.utils.timezone.now() if one.get("purged") else None}
        owner = accounts.get(one.get("account"), own)
        customer = models.Customer(id=one["id"], livemode=True, **{key: owner})
        for name, value in values.items():
            setattr(customer, name, value)
        if one["user"] and not one.get("purged"):
            customer.subscriber_id = subscriber(one["user"])
        customer.save()
    endpoint = models.WebhookEndpoint.objects.create(
        id="we_1",
        livemode=True,
        secret=SECRET,
        url="https://example.com",
        status="enabled",
        enabled_events=["*"],
        **{key: own},
    )
    return f"/stripe/webhook/{endpoint.djstripe_uuid}/"


def account_of_dj_stripe(account_id):
    from djstripe import models

    columns = {field.name for field in models.Account._meta.fields} & {"charges_enabled", "details_submitted"}
    values = dict.fromkeys(columns, True)  # of 2.9
    return models.Account.objects.create(id=account_id, livemode=True, stripe_data={}, **values)


def subscriber(name):
    from djstripe import models

    model = models.Customer._meta.get_field("subscriber").related_model
    return model.objects.get_or_create(**{facts.get("named", "username"): name})[0].pk


webhook = {"pinax-stripe": of_pinax_stripe, "pinax-stripe-light": of_pinax_stripe_light, "dj-stripe": of_dj_stripe}
url = webhook[package]()
client = Client(raise_request_exception=False) if django.VERSION >= (3,) else Client()
answers = []
for event in facts["events"]:
    body = json.dumps(event).encode()
    now = int(time.time())
    digest = hmac.new(SECRET.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    try:
        answer = client.post(url, body, content_type="application/json", HTTP_STRIPE_SIGNATURE=f"t={now},v1={digest}")
        answers.append(answer.status_code)
    except ValueError:  # Django 2.1 lets the error of a receiver through
        answers.append(500)
if "key_of_account" in facts:
    from djstripe.models import Account, APIKey

    owner = Account.objects.get(id=facts["key_of_account"])
    APIKey.objects.create(id="mk_2", type="secret", secret=KEY[:-1] + "1", livemode=True, djstripe_owner_account=owner)
if facts.get("forgets"):  # the rows of events, as a project does that saves space
    from djstripe.models import Event

    Event.objects.all().delete()
if facts.get("blanked") and package == "dj-stripe":  # as the migration to 2.9 leaves the rows of 2.8
    from djstripe.models import Event

    Event.objects.update(stripe_data={})
if facts.get("blanked") and package == "pinax-stripe":  # as a project does that keeps no personal data
    from pinax.stripe.models import Event

    Event.objects.update(webhook_message={}, validated_message={})
if answers[:-1] != [200] * len(answers[:-1]) and package == "dj-stripe":
    from djstripe.models import WebhookEventTrigger

    raise SystemExit([trigger.traceback[-900:] for trigger in WebhookEventTrigger.objects.all()])
sys.stdout.write(json.dumps(answers) + "\n")
