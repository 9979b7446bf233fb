"""Nobody writes here, and who may not look does not see."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from pinax.stripe.admin import ReadOnlyAdmin
from pinax.stripe.models import Charge, Customer, Event, EventProcessingException, RejectedDelivery
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS, row_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_admin_is_read_only(model, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    shown = admin.site.get_model_admin(model)

    assert isinstance(shown, ReadOnlyAdmin)
    assert set(shown.get_actions(request)) == {operation.name for operation in getattr(shown, "operations", ())}
    assert shown.get_model_perms(request) == {"add": False, "change": False, "delete": False, "view": True}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_superuser_who_posts_to_any_page_of_a_model_writes_nothing(model, admin_client):
    row = row_of(model, "as it was")
    before = list(model._base_manager.order_by("pk").values())
    posted = {field.name: "changed" for field in model._meta.concrete_fields}
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes", "index": "0"}

    answers = {}
    for pattern in admin.site.get_model_admin(model).get_urls():
        if pattern.name and not pattern.name.endswith("_operate"):
            kwargs = {"object_id": row.pk} if "object_id" in str(pattern.pattern) else {}
            for data in (posted, {**posted, "_save": "1", "post": "yes"}, action):
                answer = admin_client.post(reverse(f"admin:{pattern.name}", kwargs=kwargs), data)
                answers[pattern.name.rpartition("_")[2]] = answer.status_code

    assert answers.pop("failures", 403) == 403
    assert answers == dict.fromkeys(["changelist", "add", "history", "delete", "change"], 403)
    assert list(model._base_manager.order_by("pk").values()) == before


@pytest.fixture
def rows(failed_event, forged_event, processed_event):
    return [failed_event, failed_event.exceptions.get(), forged_event.rejected.first(), Charge.objects.first()]


def test_a_superuser_can_add_change_and_delete_nothing(admin_client, rows):
    for row in rows:
        names = f"admin:pinax_stripe_{row._meta.model_name}_"
        for address in (
            reverse(f"{names}add"),
            reverse(f"{names}change", args=[row.pk]),
            reverse(f"{names}delete", args=[row.pk]),
        ):
            assert admin_client.post(address, {"post": "yes", "kind": "forged"}).status_code == 403
        assert admin_client.get(reverse(f"{names}add")).status_code == 403
        assert admin_client.get(reverse(f"{names}delete", args=[row.pk])).status_code == 403
        before = type(row)._base_manager.values().get(pk=row.pk)
        admin_client.post(
            reverse(f"{names}changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        )
        assert type(row)._base_manager.values().get(pk=row.pk) == before


def test_pages_offer_nothing_to_write_with(page, rows):
    for row in rows:
        for html in (page(row), page(type(row))):
            assert "addlink" not in html.replace('class="addlink" aria', "").partition('id="content"')[2]
            assert "deletelink" not in html
            assert 'name="_save"' not in html
            assert "historylink" not in html


@pytest.fixture
def member(db):
    """Log a member of the staff in, with permissions to view some models."""

    def member(*viewed):
        user = User.objects.create(username="support", is_staff=True)
        for model in viewed:
            user.user_permissions.add(Permission.objects.get(codename=f"view_{model._meta.model_name}"))
        client = Client()
        client.force_login(user)
        return client

    return member


def test_the_view_permission_is_enough(member, processed_event):
    client = member(Event)

    assert client.get(address_of(Event)).status_code == 200
    assert client.get(address_of(processed_event)).status_code == 200
    assert client.get(address_of(Charge)).status_code == 403


def test_without_a_permission_there_is_nothing_to_see(member, processed_event):
    client = member()

    assert client.get(address_of(Event)).status_code == 403
    assert client.get(address_of(processed_event)).status_code == 403


def test_a_stranger_is_asked_to_log_in(client, processed_event):
    assert client.get(address_of(processed_event)).status_code == 302


def test_a_page_shows_of_other_models_only_what_one_may_see(member, failed_event, forged_event):
    client = member(Event)

    assert "Errors, newest first" not in client.get(address_of(failed_event)).content.decode()
    assert "Rejected deliveries, newest first" not in client.get(address_of(forged_event)).content.decode()


def test_with_their_permissions_the_sections_are_there(member, failed_event, forged_event):
    client = member(Event, EventProcessingException, RejectedDelivery)

    assert "Errors, newest first" in client.get(address_of(failed_event)).content.decode()
    assert "Rejected deliveries, newest first" in client.get(address_of(forged_event)).content.decode()


def test_the_events_of_an_object_are_for_those_who_may_see_events(member, processed_event):
    client = member(Charge)

    html = client.get(address_of(Charge.objects.get())).content.decode()

    assert "The whole object" in html
    assert "Latest events" not in html


@pytest.fixture
def unregistered():
    """Take models out of the admin for the time of a test."""
    taken = {model: admin.site._registry.pop(model) for model in (Charge, Customer)}
    yield
    admin.site._registry.update(taken)


def test_a_project_that_unregisters_a_model_gets_words_instead_of_links(page, processed_event, unregistered):
    html = page(processed_event)

    assert ">charge ch_processed</div>" in html
    assert ">cus_1</div>" in html
    assert '<td class="field-carried">ch_processed</td>' in page(Event)


def test_a_page_of_a_projects_own_needs_no_sections(rf, processed_event):
    assert list(ReadOnlyAdmin(Event, admin.site).sections(rf.get("/"), processed_event)) == []
