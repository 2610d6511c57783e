"""What a browser would send from the desk's forms, and the worker behind it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client

from membership.models import PromptSimulation
from membership.prompts.desk.campaign_form import CampaignForm
from membership.prompts.tasks import run_simulations


def typed(definition: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the campaign form's fields as they show a definition, with `fields` typed over them."""
    form = CampaignForm(
        definition, slots=["header-line", "in-article"], offers=[("support", "Support us")]
    )
    sent: dict[str, Any] = {"variants": str(len(form.variants))}
    for part in form.parts:
        for field in part:
            value = field.value()
            if value not in (None, "", False, []):
                sent[field.html_name] = value
    return {**sent, **fields}


def simulate(client: Client, choice: Mapping[str, Any] | None = None) -> PromptSimulation:
    """Simulate a choice with few readers, as the button and the worker do."""
    response = client.post("/staff/prompts/simulate/", choice or {})
    reference = response["Location"].rstrip("/").rpartition("/")[2]
    PromptSimulation.objects.filter(reference=reference).update(views=300)
    run_simulations()
    return PromptSimulation.objects.get(reference=reference)


def publish(client: Client, choice: Mapping[str, Any] | None = None, **fields: Any) -> HttpResponse:
    """Publish a choice after its simulation."""
    simulate(client, choice)
    return client.post("/staff/prompts/publish/", {**(choice or {}), **fields})
