"""A project whose own migrations depended on pinax-stripe 4, and whose orders pointed at its customers."""

import re
from pathlib import Path

import pytest
from django.db import connection

from tests.predecessors.adopting import CI
from tests.predecessors.databases import left_by

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = Path(__file__).parents[2] / "docs/how-to/from-pinax-stripe.md"
#: The examples of the page, by the file that their first line names.
EXAMPLES = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))

SETTINGS = """
from tests.predecessors.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "orders.apps.Orders"]
"""
APPS = """
from django.apps import AppConfig

class Orders(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.AutoField"
"""
MODELS = """
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)
    old_customer = models.BigIntegerField(null=True)
    customer = models.ForeignKey("pinax_stripe.Customer", models.PROTECT, null=True)
"""
NOTE = """
from django.db import models

class Note(models.Model):
    class Meta:
        db_table = "pinax_stripe_notes_note"
"""
#: As it was with pinax-stripe 4.4, but for what it depends on.
INITIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = [("pinax_stripe", "%s")]
    operations = [
        migrations.CreateModel("Order", [
            ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("title", models.CharField(max_length=20)),
            ("customer", models.ForeignKey("pinax_stripe.Customer", models.CASCADE)),
        ])
    ]
"""
SERIAL = {
    "sqlite": "integer PRIMARY KEY AUTOINCREMENT",
    "postgresql": "serial PRIMARY KEY",
    "mysql": "integer AUTO_INCREMENT PRIMARY KEY",
}
APPLIED = f"""
CREATE TABLE orders_order (
    id {SERIAL[connection.vendor]}, title varchar(20) NOT NULL, customer_id integer NOT NULL,
    CONSTRAINT orders_order_fk FOREIGN KEY (customer_id) REFERENCES pinax_stripe_customer (id)
);
INSERT INTO orders_order (title, customer_id) SELECT 'a gold plan', id FROM pinax_stripe_customer;
INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '0001_initial', '2018-05-02 00:00:00')
"""
IMPORT = """
from pinax.stripe.scope import Scope
from pinax.stripe.sync import sync_object
for number in (7, 1):  # not in the order of the old rows
    sync_object({"id": f"cus_{number}", "object": "customer", "livemode": True}, Scope(livemode=True))
"""
USE = """
from orders.models import Order
from pinax.stripe.models import Customer
order = Order.objects.get()
print(order.title, order.customer.stripe_id, order.customer.user)
Order.objects.create(title="another", customer=Customer.objects.get(stripe_id="cus_7"))
"""


class Project:
    """A project with an app of its own, beside a database."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database

    def write(self, **files):
        for name, text in files.items():
            path = self.folder / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def run(self, *arguments, settings="shop.settings"):
        """Run a command, and return its exit code and what it said."""
        process = self.database.manage(*arguments, DJANGO_SETTINGS_MODULE=settings, PYTHONPATH=str(self.folder))
        return process.returncode, process.stdout + process.stderr

    def done(self, *arguments, **options):
        code, said = self.run(*arguments, **options)
        assert code == 0, said
        return said


@pytest.fixture
def project(tmp_path):
    with left_by("pinax_stripe_4_4_0", tmp_path) as database:
        for statement in APPLIED.split(";"):
            database.raw.cursor().execute(statement)
        database.raw.commit()
        project = Project(tmp_path / "project", database)
        project.write(shop__settings=SETTINGS, orders__apps=APPS, orders__models=MODELS)
        project.write(upgrade_settings=EXAMPLES["upgrade_settings.py"])
        for package in ("shop", "orders", "orders/migrations"):
            (project.folder / package).mkdir(exist_ok=True)
            (project.folder / package / "__init__.py").touch()
        yield project


def test_a_check_names_migrations_that_depend_on_old_ones_before_django_fails(project):
    project.write(orders__migrations__0001_initial=INITIAL % "0010_connect")

    code, said = project.run("migrate", "--verbosity", "0")

    assert code != 0
    assert "(pinax_stripe.E016) Migrations that depend on migrations of pinax-stripe 4 or -light: orders.0001" in said
    assert 'Let each depend on ("pinax_stripe", "0001_version_5") instead' in said
    assert "Traceback" not in said


def test_a_project_whose_orders_point_at_old_customers_upgrades_as_the_page_says(project):
    old = project.database.tables("pinax_stripe_")
    project.write(orders__migrations__0001_initial=INITIAL % "0001_version_5")
    code, said = project.run("migrate", "--verbosity", "0")
    assert code != 0
    assert "(pinax_stripe.E017) Migrations that were applied before pinax_stripe.0001_version_5" in said
    assert 'MIGRATION_MODULES = {"orders": None}' in said
    assert "Traceback" not in said

    project.done("migrate", "pinax_stripe", "--verbosity", "0", settings="upgrade_settings")
    project.write(orders__migrations__0002_customer=EXAMPLES["orders/migrations/0002_customer.py"])
    project.done("migrate", "--verbosity", "0")
    project.done("shell", "--verbosity", "0", "--command", IMPORT)
    project.done("stripe_adopt")
    project.write(orders__migrations__0003_link_customers=EXAMPLES["orders/migrations/0003_link_customers.py"])
    assert "E017" not in project.done("migrate", "--verbosity", "0")

    assert "a gold plan cus_1 ada" in project.done("shell", "--verbosity", "0", "--command", USE)
    assert project.database.tables("pinax_stripe_") == old
    project.done("makemigrations", "--check", "--dry-run")


@pytest.mark.skipif(not CI, reason="takes long: set CI to run it")
def test_the_old_tables_are_dropped_as_the_page_says_and_no_others(project):
    cursor = project.database.raw.cursor()
    cursor.execute("DROP TABLE orders_order")
    cursor.execute("CREATE TABLE pinax_stripe_notes_note (id integer)")  # of a project's app of this label
    project.database.raw.commit()
    project.write(orders__models=NOTE)
    drop = re.search(r"^```python\n(from django.apps.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[1]
    project.done("migrate", "pinax_stripe", "--verbosity", "0")
    ours = project.database.tables("pinaxstripe_")

    project.done("shell", "--verbosity", "0", "--command", drop)

    assert list(project.database.tables("pinax_stripe_")) == ["pinax_stripe_notes_note"]
    assert project.database.tables("pinaxstripe_") == ours
    assert "W014" not in project.done("check", "--database", "default")
    project.done("migrate", "--prune", "pinax_stripe")


@pytest.mark.skipif(not CI, reason="takes long: set CI to run it")
def test_a_new_database_is_made_with_all_migrations(project, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the others would need one more database")
    project.write(
        orders__migrations__0001_initial=INITIAL % "0001_version_5",
        orders__migrations__0002_customer=EXAMPLES["orders/migrations/0002_customer.py"],
        orders__migrations__0003_link_customers=EXAMPLES["orders/migrations/0003_link_customers.py"],
    )
    project.database.name = str(tmp_path / "new.sqlite3")

    project.done("migrate", "--verbosity", "0")

    project.done("makemigrations", "--check", "--dry-run")
