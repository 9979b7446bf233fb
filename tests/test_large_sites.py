"""What the page on large sites says, tried: retention, partitions, a database of its own."""

import os

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import ConnectionHandler, DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from pinax.stripe.models import Charge, Event
from pinax.stripe.operations import retention
from pinax.stripe.operations.health import status
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.routers import block, router
from tests.settings import BASE

not_mysql = pytest.mark.skipif(connection.vendor == "mysql", reason="the page is about PostgreSQL; SQLite is like it")
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")


@pytest.fixture(scope="module")
def inbox_database(django_db_setup, django_db_blocker):
    """A database of its own for the tables of the app, made by ``migrate --database inbox``."""
    options = {**connection.settings_dict, "ATOMIC_REQUESTS": False, "NAME": f"inbox_{os.getpid()}", "TEST": {}}
    if connection.vendor == "sqlite":
        # A file: Django never closes a connection to a database in memory, and a garbage collector that does warns.
        options["TEST"] = {"NAME": BASE / f"inbox-{os.getpid()}.sqlite3"}
    handler = ConnectionHandler({"default": {}, "inbox": options})
    connections.settings["inbox"] = project.DATABASES["inbox"] = handler.settings["inbox"]
    with django_db_blocker.unblock():
        with override_settings(DATABASE_ROUTERS=[router("Inbox")]):
            connections["inbox"].creation.create_test_db(verbosity=0, autoclobber=True)
        yield
        connections["inbox"].creation.destroy_test_db("inbox", verbosity=0)
    del connections["inbox"]
    project.DATABASES.pop("inbox")
    connections.settings.pop("inbox", None)


@pytest.fixture
def inbox(inbox_database, settings):
    settings.DATABASE_ROUTERS = [router("Inbox")]


@not_mysql
@pytest.mark.django_db(databases="__all__")
def test_all_tables_can_be_in_a_database_of_their_own(inbox, stripe, post_event, heard, admin_client):
    body = stripe.event("charge.succeeded", build("charge", customer="cus_1"))

    with CaptureQueriesContext(connections["default"]) as captured:
        assert [post_event(body).status_code for _ in range(2)] == [200, 200]
        call_command("stripe_process", verbosity=0)
        call_command("stripe_prune", verbosity=0)
        now = status()
        page = admin_client.get("/admin/pinax_stripe/event/")

    assert (now.received, now.pending, len(heard), page.status_code) == (1, 0, 2, 200)
    assert Event.objects.get(processed=True).deliveries == 2
    assert {Event.objects.db, Charge.objects.get()._state.db} == {"inbox"}
    assert [query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"]] == []


@not_mysql
@pytest.mark.django_db(databases="__all__")
def test_the_tables_of_the_app_are_there_and_the_projects_own_are_not(inbox):
    tables = set(connections["inbox"].introspection.table_names())

    assert {model._meta.db_table for model in (Event, Charge)} <= tables
    assert "django_session" not in tables
    assert not router("Inbox").allow_migrate("default", "pinax_stripe")


@not_mysql
@pytest.mark.django_db(databases="__all__")
def test_what_a_receiver_writes_to_another_database_stays_if_the_event_fails(
    inbox, stripe, post_event, connect, django_user_model
):
    def invite(event, **kwargs):
        django_user_model.objects.create(username=event.stripe_id)

    def ship(**kwargs):
        raise RuntimeError("no box")

    connect(WEBHOOK_SIGNALS["customer.created"], invite)
    connect(WEBHOOK_SIGNALS["customer.created"], ship)

    assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503
    assert not Event.objects.get().processed
    assert django_user_model.objects.using("default").count() == 1


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def can_be_unique(table, column):
    """Whether PostgreSQL takes the constraint; if not, it has to say that the partition key is not in it."""
    try:
        with transaction.atomic():
            execute(f"ALTER TABLE {table} ADD UNIQUE ({column})")
    except DatabaseError as error:
        if "must include all partitioning columns" not in str(error):
            raise
        return False
    return True


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "possible"),
    [
        ("RANGE (received_at)", set()),
        ("RANGE (created)", set()),
        ("RANGE (id)", {"id"}),
        ("HASH (stripe_id)", {"stripe_id"}),
    ],
)
def test_no_partition_key_allows_the_unique_constraints_that_the_table_needs(key, possible):
    execute(f"CREATE TABLE parts (LIKE pinaxstripe_event INCLUDING DEFAULTS) PARTITION BY {key}")

    assert {column for column in ("id", "stripe_id", "thin_id") if can_be_unique("parts", column)} == possible


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("time", ["received_at", "created"])
def test_a_unique_constraint_with_the_time_lets_an_event_be_recorded_twice(time, stripe, post_event):
    post_event(stripe.event("charge.succeeded", build("charge")))
    execute(f"CREATE TABLE parts (LIKE pinaxstripe_event INCLUDING DEFAULTS) PARTITION BY RANGE ({time})")
    execute(f"ALTER TABLE parts ADD UNIQUE (stripe_id, {time})")
    execute("CREATE TABLE part PARTITION OF parts DEFAULT")

    for _ in range(2):
        execute("INSERT INTO parts SELECT * FROM pinaxstripe_event ON CONFLICT DO NOTHING")
        execute(f"UPDATE pinaxstripe_event SET {time} = {time} + interval '1 second'")

    assert execute("SELECT count(*), count(DISTINCT stripe_id) FROM parts") == [(2, 1)]


@postgresql
@pytest.mark.django_db
def test_the_table_takes_the_settings_of_autovacuum():
    execute(block("sql", "autovacuum_vacuum_scale_factor"))

    ((table, toast),) = execute(
        "SELECT own.reloptions, toast.reloptions FROM pg_class own JOIN pg_class toast ON toast.oid = own.reltoastrelid"
        " WHERE own.relname = 'pinaxstripe_event'"
    )
    assert "autovacuum_vacuum_scale_factor=0.01" in table
    assert toast == ["autovacuum_vacuum_scale_factor=0.01"]


@postgresql
@pytest.mark.django_db(transaction=True)
def test_the_space_of_pruned_messages_is_used_again_after_a_vacuum(stripe, post_event, settings):
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    post_event(stripe.event("charge.succeeded", build("charge")))
    columns = [column.column for column in Event._meta.concrete_fields if column.column != "id"]
    text = "string_agg(md5(random()::text || part || nth), '')"
    message = f"(SELECT json_build_object('x', {text}) FROM generate_series(1, 200) part)"

    def year(name):
        values = {"stripe_id": f"'evt_{name}' || nth", "webhook_message": message}
        values["processed_at"] = "now() - interval '1 year'"
        chosen = ", ".join(values.get(column, column) for column in columns)
        template = "(SELECT * FROM pinaxstripe_event ORDER BY id LIMIT 1) one, generate_series(1, 1000) nth"
        execute(f"INSERT INTO pinaxstripe_event ({', '.join(columns)}) SELECT {chosen} FROM {template}")
        ((size,),) = execute("SELECT pg_table_size('pinaxstripe_event')")
        return size

    def prune():
        (job,) = (job for job in retention.jobs(timezone.now()) if job.words == "processed events blanked")
        assert retention.run_job(job) == 1000
        execute("VACUUM pinaxstripe_event")

    first = year("first")
    prune()
    second = year("second")
    prune()
    third = year("third")

    assert first > 6_000_000
    assert second < 1.2 * first
    assert third < 1.3 * first
