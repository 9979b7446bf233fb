"""Sessions of the Customer Portal.

Source: https://docs.stripe.com/api/customer_portal/sessions
"""

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.registry import operation


@operation("billing_portal.sessions.create", "billing_portal.SessionCreateParams", "customer")
def create(data: AccountData, fields: Json) -> Json:
    """Create a session, whose URL the project redirects to."""
    data.get("customer", fields["customer"], "customer")
    id_ = id_of_type("billing_portal.session")
    made = {"configuration": id_of_type("billing_portal.configuration"), "flow": None, "locale": None}
    made |= {"on_behalf_of": None, "return_url": None, "url": f"https://billing.stripe.com/p/session/{id_}"}
    kept = {name: value for name, value in fields.items() if name != "flow_data"}
    return data.create("billing_portal.session", id=id_, **{**made, **kept})
