"""What the panel offers to do, and to which objects. Each action is a control with its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.sandbox.engine.store import Document

Kind = Literal["text", "number", "choice", "check"]
DAY, HOUR, MINUTE = 86400, 3600, 60
LONGEST_ADVANCE = 4000 * DAY


@dataclass(frozen=True, slots=True)
class Field:
    """One input. Numbers of several fields may add up to one argument, `into`, as days and hours do."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    into: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Action:
    """A button: `subject` is the control's argument that holds the id of the object it is done to."""

    control: str
    label: str
    fields: tuple[Field, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    kind: str = ""
    when: tuple[str, ...] = ()

    def fits(self, document: Document) -> bool:
        """Whether it can be done to an object as that is now."""
        return document["object"] == self.kind and (
            not self.when or document.get("status") in self.when
        )

    def body(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """The control's arguments; ValueError or KeyError for what is not of the form's kind."""
        body: dict[str, Any] = dict(self.fixed)
        if self.subject:
            body[self.subject] = typed[self.subject]
        for entry in self.fields:
            given = typed.get(entry.name, "").strip()
            if entry.kind == "check":
                body[entry.name] = given == "on"
            elif entry.kind == "number" and given:
                into = entry.into or entry.name
                body[into] = body.get(into, 0) + int(given) * entry.times
            elif given:
                is_status = entry.kind == "choice" and given.isdecimal()
                body[entry.name] = int(given) if is_status else given
        if body.get("seconds", 0) > LONGEST_ADVANCE:
            raise ValueError("Ten years at a time are enough.")
        return body


SPAN = (
    Field("days", "Days", "number", "1", into="seconds", times=DAY),
    Field("hours", "Hours", "number", "0", into="seconds", times=HOUR),
    Field("minutes", "Minutes", "number", "0", into="seconds", times=MINUTE),
)
_AMOUNT = "Amount in minor units (empty: all of it)"
_REASONS = tuple(
    (reason, reason.replace("_", " "))
    for reason in ("fraudulent", "duplicate", "product_not_received", "subscription_canceled")
)

ALL = {
    "advance": Action("advance", "Advance the clock", SPAN),
    "fail": Action(
        "fail_next",
        "Fail the next calls",
        (
            Field("n", "Calls", "number", "1"),
            Field(
                "status",
                "With",
                "choice",
                choices=(
                    ("500", "500, before anything is done"),
                    ("503", "503, before anything is done"),
                    ("429", "429, too many requests"),
                    ("timeout", "no answer, though the work is done"),
                ),
            ),
            Field("path_contains", "Method and path contain"),
        ),
    ),
    "webhook_faults": Action(
        "webhook_faults",
        "Set webhook faults",
        (
            Field("duplicates", "Twice each", "check"),
            Field("stale", "An hour old", "check"),
            Field("wrong_secret", "Wrong secret", "check"),
            Field("tampered", "Changed after signing", "check"),
            Field("thin", "As thin events", "check"),
            Field("reorder", "Shuffle with seed", "number"),
            Field("drop", "Drop the next", "number"),
            Field("delay", "Delay by seconds", "number"),
        ),
    ),
    "webhooks_well": Action("webhook_faults", "All webhook faults off", fixed={"clear": True}),
    "burst": Action(
        "burst", "Send all that waits at once", (Field("copies", "Times", "number", "1"),)
    ),
    "rotate": Action(
        "webhook_faults", "New secret for held webhooks", fixed={"rotate_secret": True}
    ),
    "pay_out": Action("pay_out", "Pay out now", (Field("fail", "and let it fail", "check"),)),
    "resend": Action("resend", "Resend", subject="event", kind="event"),
    "dispute": Action(
        "dispute",
        "Dispute this",
        (
            Field("reason", "Reason", "choice", choices=_REASONS),
            Field("amount", _AMOUNT, "number"),
            Field("inquiry", "as an inquiry", "check"),
        ),
        subject="charge",
        kind="charge",
        when=("succeeded",),
    ),
    "warn": Action(
        "warn_of_fraud",
        "Early fraud warning",
        subject="charge",
        kind="charge",
        when=("succeeded",),
    ),
    "fail_debit_late": Action(
        "fail_debit_late",
        "Let the bank take a debit back",
        fixed={"reason": "insufficient_funds"},
        subject="charge",
        kind="charge",
        when=("succeeded",),
    ),
    "win": Action(
        "decide",
        "Win this",
        fixed={"won": True},
        subject="dispute",
        kind="dispute",
        when=("needs_response", "under_review", "warning_needs_response", "warning_under_review"),
    ),
    "lose": Action(
        "decide",
        "Lose this",
        (Field("lost_for", _AMOUNT, "number"),),
        fixed={"won": False},
        subject="dispute",
        kind="dispute",
        when=("needs_response", "under_review", "warning_needs_response", "warning_under_review"),
    ),
    "escalate": Action(
        "escalate",
        "Escalate the inquiry",
        subject="dispute",
        kind="dispute",
        when=("warning_needs_response", "warning_under_review"),
    ),
    "fail_refund": Action("fail_refund", "Fail this refund", subject="refund", kind="refund"),
    "fail_payout": Action("fail_payout", "Fail this payout", subject="payout", kind="payout"),
    "update_card": Action(
        "update_card",
        "Let the card network renew it",
        (
            Field("number", "New card number (empty: the same)"),
            Field("exp_month", "Month", "number", "12"),
            Field("exp_year", "Year", "number", "2040"),
        ),
        subject="payment_method",
        kind="payment_method",
    ),
    "advance_clock": Action(
        "advance_test_clock",
        "Advance this clock",
        SPAN,
        subject="clock",
        kind="test_helpers.test_clock",
    ),
}

OF_ACCOUNT = [name for name, action in ALL.items() if not action.kind]


def actions_for(document: Document) -> list[str]:
    """The names of what can be done to an object."""
    return [name for name, action in ALL.items() if action.kind and action.fits(document)]
