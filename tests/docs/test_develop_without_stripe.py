"""The page about a project beside a served fake, in a project and processes of their own."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.docs.test_tutorial import ROOT, Folder, free_ports

BLOCKS = re.findall(
    r"```(sh|python)\n(.*?)```", (ROOT / "docs/how-to/develop-without-stripe.md").read_text("utf-8"), re.DOTALL
)
FILES = [text for language, text in BLOCKS if language == "python" and text.startswith("# ")]
(TYPED,) = (text for language, text in BLOCKS if language == "python" and not text.startswith("# "))
RUN_PROJECT, RUN_FAKE = (text for language, text in BLOCKS if language == "sh")

#: What a view of the project does: a Checkout session, with the project's own client.
CHECKOUT = """
from shop.payments import client
session = client().v1.checkout.sessions.create({
    "mode": "subscription",
    "line_items": [{"price": "price_gold_monthly", "quantity": 1}],
    "success_url": "http://127.0.0.1/thanks/",
})
print(session.url)
"""
LOOK = """
from pinax.stripe.models import Event, Invoice, Subscription
print([one.status for one in Subscription.objects.all()], sorted(one.status for one in Invoice.objects.in_livemode()))
print(Event.objects.filter(signed=False).count(), Event.objects.exclude(processed=True).count())
"""


@pytest.fixture
def project(tmp_path):
    """A project as the page has it; the processes that a test starts are stopped."""
    project = Folder(tmp_path, *free_ports(2))
    project.run("python -m django startproject shop .")
    for text in FILES:
        project.write(text)
    (tmp_path / "shop/urls.py").write_text(
        'from django.urls import include, path\n\nurlpatterns = [path("stripe/", include("pinax.stripe.urls"))]\n'
    )
    project.run("python manage.py migrate")
    return project


def shell(project, code):
    (project.path / "code.py").write_text(code, "utf-8")
    return project.run("python manage.py shell --verbosity 0 < code.py")


def test_a_customer_pays_renews_and_is_declined(project):
    server = project.start(RUN_PROJECT)
    said, heard = project.path / "fake.log", None
    with said.open("w") as log:
        command = project.own(RUN_FAKE).split()
        fake = subprocess.Popen(
            [sys.executable, *command[1:]],
            cwd=project.path,
            env=project.environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        fake.stdin.write("print('ready')\n")
        fake.stdin.flush()
        wait_for(said, "ready")
        assert "https://checkout.stripe.com/" in shell(project, CHECKOUT)
        fake.stdin.write(TYPED + "while stripe.undelivered: time.sleep(0.1)\n\nprint('all delivered')\n")
        fake.stdin.flush()
        wait_for(said, "all delivered")
        statuses, events = shell(project, LOOK).strip().splitlines()
    finally:
        for process in (fake, server):
            process.terminate()
            heard = process.communicate()[0]

    assert statuses == "['past_due'] ['open', 'paid', 'paid']", said.read_text() + str(heard)
    assert events == "0 0"
    assert project.run("python manage.py check").startswith("System check identified no issues")


def wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in file.read_text("utf-8"):
        assert time.monotonic() < deadline, file.read_text("utf-8")
        time.sleep(0.1)
