from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms


class PublishForm(forms.Form):
    """When to publish, and why; clocks are those of the newspaper's zone."""

    live_from = forms.DateTimeField(
        label="From when on",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Write a day and a time, as in 2026-12-01T09:00."},
    )
    reason = forms.CharField(
        label="Why", max_length=500, required=False, help_text="It stands in the history."
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["live_from"].help_text = f"By clocks in {zone}. Empty: now."

    def clean_live_from(self) -> datetime | None:
        shown = self.cleaned_data["live_from"]
        if not isinstance(shown, datetime):
            return None
        return shown.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
