"""The demo, as a person starts it: in a process of its own, on a free port, with a database of its own."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "example"

#: The demo with the first five deliveries of its story, each with one expectation that is wrong.
WRONG = """
import sys
from dataclasses import replace

sys.path.insert(0, sys.argv.pop(1))
import demo

MISTAKES = [
    {"answer": 400},
    {"event": "invalid"},
    {"sent": False},
    {"rows": "+Customer +Charge"},
    {"holds": {"pigs fly": lambda: False}},
]


def prepare(database, original=demo.prepare):
    original(database)
    import story

    def mistaken(stripe, original=story.story):
        steps = (step for step in original(stripe) if not isinstance(step, str))
        for mistake, step in zip(MISTAKES, steps):
            yield replace(step, **mistake)

    story.story = mistaken


demo.prepare = prepare
sys.exit(demo.main())
"""


def environment(**over):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "DJANGO_"))}
    return inherited | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"} | over


def run(*arguments, **env):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=environment(**env),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@contextmanager
def running(*arguments, **env):
    """Start the demo, give it and what it prints until the site is left to itself, and be sure that it ends."""
    process = subprocess.Popen(
        [sys.executable, EXAMPLE / "demo.py", *map(str, arguments)],
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    with process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        try:
            yield process, "".join(lines)
        finally:
            process.kill()


def stop(process, ending=signal.SIGINT):
    process.send_signal(ending)
    rest, _ = process.communicate(timeout=60)
    return process.returncode, rest


def get(address):
    host, _, path = address.removeprefix("http://").partition("/")
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", f"/{path}")
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def deliveries(output):
    """Return the number, the event type and the answer of each delivery that was printed."""
    found = re.findall(r"^ ?(\d+)  .{35,} (\S+) +(\d{3})$", output, re.MULTILINE)
    return [(int(number), kind, int(answer)) for number, kind, answer in found]


def without_addresses(output):
    story = output.partition("Ada subscribes")[2].partition("Look at what is left")[0]
    return re.sub(r"[\d.]+ seconds", "", story).strip()


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The demo, once through."""
    database = tmp_path_factory.mktemp("demo") / "once.sqlite3"
    done = run(EXAMPLE / "demo.py", "--once", "--port", "0", "--database", database)
    done.database = database
    return done


@pytest.fixture
def left(once):
    """The events that the story leaves: their type, their failures, and whether they are given up."""
    with closing(sqlite3.connect(once.database)) as database:
        return database.execute(
            "SELECT kind, failures, given_up_at IS NOT NULL FROM pinaxstripe_event"
            " WHERE next_attempt_at IS NOT NULL OR given_up_at IS NOT NULL ORDER BY failures"
        ).fetchall()


def test_the_whole_story_goes_as_it_should(once):
    assert (once.returncode, once.stderr) == (0, ""), once.stdout
    assert "✗" not in once.stdout
    assert re.search(r"^All \d+ deliveries went as they should", once.stdout, re.MULTILINE)


def test_every_delivery_is_a_line_with_its_number_its_type_and_its_answer(once):
    told = deliveries(once.stdout)

    assert len(told) >= 12
    assert [number for number, _, _ in told] == list(range(1, len(told) + 1))
    assert {answer for _, _, answer in told} == {200, 400, 413, 503}
    assert {"customer.created", "invoice.paid", "charge.dispute.created", "account.application.deauthorized"} <= {
        kind for _, kind, _ in told
    }


def test_what_a_delivery_has_changed_is_told_below_it(once):
    assert re.search(r"customer\.created +200\n    \+ Customer cus_\w+… Ada Lovelace", once.stdout)
    assert re.search(r"invoice\.paid +200\n    ~ Invoice in_\w+… ADA-0001 10\.00 USD: status open → paid", once.stdout)
    assert "nothing new: delivery 2 of a processed event" in once.stdout
    assert "recorded, not processed: data.object.amount_paid not as in Stripe's" in once.stdout


def test_a_customer_who_is_deleted_is_not_said_to_be_forgotten(once):
    assert re.search(
        r"He is deleted at Stripe +customer\.deleted +200\n    - Customer .*, a tombstone now", once.stdout
    )
    assert "forgotten" not in once.stdout


def test_one_event_is_left_failing_and_one_given_up(once, left):
    assert left == [("checkout.session.completed", 1, 0), ("checkout.session.completed", 3, 1)]
    assert deliveries(once.stdout)[-4:] == [
        (number, "checkout.session.completed", 503)
        for number in range(*(len(deliveries(once.stdout)) + n for n in (-3, 1)))
    ]


def test_without_a_terminal_it_is_plain_text_of_eighty_columns(once):
    assert "\033" not in once.stdout
    assert max(map(len, once.stdout.partition("Ada subscribes")[2].splitlines())) <= 80


def test_an_expectation_that_is_not_met_is_named_and_the_exit_code_is_1(tmp_path):
    demo = run("-c", WRONG, EXAMPLE, "--once", "--port", "0", "--database", tmp_path / "demo.sqlite3")

    assert demo.returncode == 1
    assert re.findall(r"✗ (.*)", demo.stdout) == [
        "answer: 400 expected, 200 found",
        "event: 'invalid' expected, 'processed' found",
        "signals: [] expected, ['customer.created'] found",
        "counted by the shop: 0 expected, 1 found",
        "rows: '+Charge +Customer' expected, '+PaymentMethod' found",
        "not true: pigs fly",
    ]
    assert "5 of 5 deliveries did not go as they should" in demo.stdout


def test_the_story_is_the_same_each_time_and_the_site_is_left_running_until_ctrl_c(once, tmp_path):
    with running("--port", "0", "--database", tmp_path / "demo.sqlite3") as (process, output):
        admin = re.search(r"http://127\.0\.0\.1:\d+/admin/", output)[0]
        page = get(f"{admin}login/")
        pages = [get(page) for page in re.findall(r"^  the .+ (http\S+)$", output, re.MULTILINE)]
        style = get(admin.replace("/admin/", "/static/admin/css/base.css"))
        ended = stop(process)

    assert without_addresses(output) == without_addresses(once.stdout)
    assert "log in as admin with the password demo" in output
    assert (page[0], style[0]) == (200, 200)
    assert [status for status, _ in pages] == [302, 302, 302]  # to the login
    assert "docs/tutorial.md" in output
    assert "Log in" in page[1]
    assert ended[0] == 0
    # The site answers first and logs afterwards, perhaps when all else is said.
    assert [line for line in ended[1].splitlines() if " HTTP/1.1" not in line][-1] == "Stopped."
    assert "Traceback" not in ended[1]


def test_with_a_test_key_it_says_how_to_point_stripe_listen_at_it_and_asks_nobody(tmp_path):
    arguments = ("--port", "0", "--database", tmp_path / "demo.sqlite3")
    with running(*arguments, STRIPE_SECRET_KEY="sk_test_yours") as (process, output):
        site = re.search(r"http://127\.0\.0\.1:\d+", output)[0]
        refused = get(f"{site}/stripe/webhook/")
        ended = stop(process, signal.SIGTERM)

    assert f"stripe listen --forward-to {site}/stripe/webhook/" in output
    assert "stripe trigger customer.created" in output
    assert f"{site}/admin/" in output
    assert "sk_test_yours" not in output
    assert deliveries(output) == []
    assert refused[0] == 405
    assert ended[0] == 0


@pytest.mark.parametrize("key", ["sk_live_yours", "rk_live_yours", "pk_test_yours"])
def test_a_key_that_is_no_test_key_is_refused(key, tmp_path):
    database = tmp_path / "demo.sqlite3"

    demo = run(EXAMPLE / "demo.py", "--port", "0", "--database", database, STRIPE_SECRET_KEY=key)

    assert demo.returncode == 2
    assert "is not a test key" in demo.stderr
    assert key not in demo.stderr
    assert not database.exists()


def test_the_story_wants_no_key():
    demo = run(EXAMPLE / "demo.py", "--once", STRIPE_SECRET_KEY="sk_test_yours")

    assert demo.returncode == 2
    assert "unset STRIPE_SECRET_KEY" in demo.stderr


@pytest.mark.parametrize(
    ("arguments", "dispatcher"),
    [
        (("check", "--fail-level", "WARNING"), ""),
        (("check", "--fail-level", "WARNING"), "celery"),
        (("check", "--fail-level", "WARNING"), "tasks"),
        (("makemigrations", "--check", "--dry-run"), "tasks"),  # which has the tables of tasks besides
    ],
)
def test_the_example_project_has_nothing_to_complain_about(arguments, dispatcher, tmp_path):
    database = str(tmp_path / "none.sqlite3")

    checked = run(EXAMPLE / "manage.py", *arguments, EXAMPLE_DATABASE=database, EXAMPLE_DISPATCHER=dispatcher)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_celery_worker_of_the_example_knows_the_task():
    script = "from celery_app import app; app.loader.import_default_modules(); print(sorted(app.tasks))"

    said = run("-c", script, PYTHONPATH=str(EXAMPLE), EXAMPLE_DISPATCHER="celery")

    assert "pinax.stripe.process" in said.stdout, said.stderr


#: What stands for Python in the Makefile: an environment's own does nothing, and talks like pip.
STUB = """#!/bin/sh
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
    *"pip install"*) echo "WARNING: noise"; echo "BuildBackendWarning: noise" >&2; exit "$PIP";;
    *) echo "the demo";;
esac
"""


@pytest.mark.parametrize("pip", [0, 1])
def test_make_demo_says_one_line_while_it_installs_and_what_pip_says_only_if_it_fails(pip, tmp_path):
    stub = tmp_path / "python"
    stub.write_text(STUB, "utf-8")
    stub.chmod(0o755)

    made = subprocess.run(
        ["make", "--no-print-directory", "demo", f"VENV={tmp_path / 'venv'}", f"PYTHON={stub}"],
        cwd=EXAMPLE.parent,
        env=environment(PIP=str(pip)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (made.returncode == 0) is (pip == 0)
    assert ("noise" in made.stdout + made.stderr) is (pip == 1)
    if not pip:
        assert made.stdout.splitlines()[1:] == ["Installing (about 10 s)…", "the demo"]
