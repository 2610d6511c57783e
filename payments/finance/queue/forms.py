from typing import Any

from django import forms

from payments.finance.filters import ReportForm
from payments.reconciliation.exceptions import exception_kinds


class QueueForm(ReportForm):
    """Which rows of the queue are shown."""

    kind = forms.ChoiceField(label="Kind", required=False)
    settled = forms.BooleanField(label="With those that are explained", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(
            "kind", [("", "All"), *((kind, kind.capitalize()) for kind in exception_kinds())]
        )


class SettlementForm(forms.Form):
    """Why a row of the queue is in order."""

    kind = forms.CharField(max_length=60)
    key = forms.CharField(max_length=255)
    note = forms.CharField(
        max_length=500, error_messages={"required": "Say in a note why this is in order."}
    )
