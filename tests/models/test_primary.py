from pinax.stripe.inbox.transactions import database
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary, primary


class ReadsFromAReplica:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


def test_what_decides_is_read_from_where_it_is_written(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.ReadsFromAReplica"]

    assert Event.objects.all().db == "replica"
    assert from_primary(Event.objects.all()).db == primary(Event) == database() == "default"
