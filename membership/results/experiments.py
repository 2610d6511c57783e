"""What was published of a campaign: its name, its kind, and with which weights each bundle assigned readers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Left

from membership.prompts.models import PromptBundle, PromptCampaign, PromptRevision, PromptRules

# As long as events name a bundle.
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Experiment:
    """A campaign as its bundles published it. `weights` holds them by the beginning of the bundle's hash.

    `live` are those of its variants that have a weight now.
    """

    campaign: str
    name: str = ""
    kind: str = ""
    variants: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    weights: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_known: bool = False

    @property
    def is_ask(self) -> bool:
        return self.kind == "ask"


def experiment_of(campaign: str, bundles: Iterable[str]) -> Experiment:
    """Return what the named bundles said of the campaign; an unknown one has no name and no weights."""
    if not PromptCampaign.objects.filter(key=campaign).exists():
        return Experiment(campaign)
    revisions = {
        bundle: number
        for bundle, number in PromptBundle.objects.annotate(
            named=Left("sha256", _NAMED),
            number=KeyTransform(campaign, KeyTransform("campaigns", "manifest")),
        )
        .filter(named__in=set(bundles))
        .values_list("named", "number")
        if number is not None
    }
    newest = PromptRevision.objects.filter(campaign__key=campaign).order_by("-number")
    definitions: dict[int, dict[str, Any]] = dict(
        newest.filter(number__in=set(revisions.values())).values_list("number", "definition")
    )
    latest = definitions[max(definitions)] if definitions else None
    if latest is None:
        latest = newest.values_list("definition", flat=True).first() or {}
    return Experiment(
        campaign,
        name=latest.get("name", ""),
        kind=latest.get("kind", ""),
        variants=tuple(variant["id"] for variant in latest.get("variants", ())),
        live=tuple(variant["id"] for variant in latest.get("variants", ()) if variant["weight"]),
        weights={
            bundle: {v["id"]: v["weight"] for v in definitions[number]["variants"]}
            for bundle, number in revisions.items()
            if number in definitions
        },
        is_known=True,
    )


def campaign_names() -> dict[str, tuple[str, str]]:
    """Return (name, kind) of every campaign by its key, as its newest revision says, in one query."""
    rows = PromptRevision.objects.order_by("campaign", "number").values_list(
        "campaign__key", "definition__name", "definition__kind"
    )
    return {key: (name or "", kind or "") for key, name, kind in rows}


def holdout_ppm() -> int | None:
    """Return how many of a million readers the rules that were published last hold back; None before any were."""
    bundle = PromptBundle.objects.order_by("-id").values_list("manifest", flat=True).first()
    if bundle is None or not bundle.get("rules"):
        return None
    rules = PromptRules.objects.filter(number=bundle["rules"]).values_list("rules", flat=True)
    return int(rules[0]["holdout"]["ppm"]) if rules else None
