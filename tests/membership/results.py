"""Prompts that were met, and gifts that came of them."""

from datetime import date, datetime, timedelta

from membership.models import (
    EventType,
    HourlyCount,
    PromptBundle,
    PromptCampaign,
    PromptRevision,
    PromptRules,
)
from membership.results.selections import ResultsSelection
from payments.models import Campaign, Payment
from tests.factories import NOON
from tests.payments.gifts import a_gift

BUNDLE = "0123456789ab"
NOVEMBER = ResultsSelection(
    "appeal", "courier", "Europe/London", date(2026, 11, 1), date(2026, 11, 30)
)


def met(
    count: int = 1,
    type_: str = EventType.SEEN,
    *,
    hour: datetime = NOON,
    first: bool = True,
    **keys: str,
) -> HourlyCount:
    """Readers of the appeal's variant a, in Britain, whom nobody knows, unless told otherwise."""
    values = {
        "bundle": BUNDLE,
        "campaign": "appeal",
        "variant": "a",
        "slot": "in-article",
        "country": "GB",
        "state": "anonymous",
        **keys,
    }
    return HourlyCount.objects.create(hour=hour, type=type_, first=first, count=count, **values)


def a_prompted_gift(
    campaign: Campaign, amount: int = 1000, *, at: datetime = NOON, **choices: object
) -> Payment:
    """A gift of a reader who followed the appeal's variant a, unless `attribution` says otherwise."""
    said = {
        "prompt": "appeal",
        "variant": "a",
        "arm": "a",
        "slot": "in-article",
        "country": "GB",
        "state": "anonymous",
        **choices.pop("attribution", {}),  # type: ignore[dict-item]
    }
    return a_gift(campaign, amount, at=at, attribution=said, **choices)  # type: ignore[arg-type]


def a_published_appeal(
    weights: dict[str, int], *, ppm: int = 30_000, kind: str = "ask", bundle: str = BUNDLE
) -> PromptBundle:
    """The appeal as a bundle assigned it to readers."""
    campaign, _ = PromptCampaign.objects.get_or_create(key="appeal", defaults={"created_at": NOON})
    number = campaign.revisions.count() + 1
    PromptRevision.objects.create(
        campaign=campaign,
        number=number,
        saved_at=NOON,
        definition={
            "name": "The appeal",
            "kind": kind,
            "variants": [{"id": name, "weight": weight} for name, weight in weights.items()],
        },
    )
    rules = PromptRules.objects.count() + 1
    PromptRules.objects.create(
        number=rules, saved_at=NOON, rules={"holdout": {"id": "holdout", "ppm": ppm}}
    )
    return PromptBundle.objects.create(
        sha256=bundle.ljust(64, "0"),
        body=b"{}",
        compiled_at=NOON,
        until=NOON + timedelta(days=7),
        manifest={"campaigns": {"appeal": number}, "rules": rules},
    )
