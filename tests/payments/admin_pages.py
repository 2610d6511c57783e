"""What tests of the admin share: its addresses, its forms, somebody to open them."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from payments.models import EventState, WebhookEvent
from tests.factories import NOON
from tests.staff import make_staff, sign_in_staff


def as_role(client: Client, role: str) -> Client:
    sign_in_staff(client, make_staff(role=role))
    return client


def page_of(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def form_of(client: Client, page: str) -> dict[str, Any]:
    """Return what the page's form would post, unchanged."""
    context = client.get(page).context
    fields: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False):
                fields[field.html_name] = value
    for name in ("opens_at", "closes_at"):
        fields.pop(name, None)
        fields |= {f"{name}_0": "", f"{name}_1": ""}
    return fields


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def an_event(**fields: Any) -> WebhookEvent:
    count = WebhookEvent.objects.count()
    return WebhookEvent.objects.create(
        **{
            "stripe_id": f"evt_{count}",
            "type": "payment_intent.succeeded",
            "object_id": f"pi_{count}",
            "livemode": False,
            "payload": {"data": {"object": {"receipt_email": "payer@example.org"}}},
            "created_at": NOON,
            "received_at": NOON,
            "due_at": NOON,
            "state": EventState.FAILED,
            "attempts": 8,
            "note": "ValueError: something is wrong",
            **fields,
        }
    )
