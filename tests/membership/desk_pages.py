"""What a browser would send from the desk's forms."""

from collections.abc import Mapping
from typing import Any

from membership.prompts.desk.campaign_form import CampaignForm


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
