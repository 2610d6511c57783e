"""What a simulation found, as a row keeps it and a page prints it: counts by campaign, and what changes."""

from collections import Counter
from typing import Any

from membership.prompts.rules.replay import Tally
from membership.prompts.rules.simulation import Simulation

# As many differences, pairs and reasons are kept; the rarer ones change nobody's mind.
_MOST = 12


def outcome_of(simulation: Simulation) -> dict[str, Any]:
    """Return the simulation's counts as JSON; campaigns are keys, "" is an empty place."""
    draft, live = simulation.draft, simulation.live
    return {
        "views": draft.views,
        "readers": draft.readers,
        "supporters": draft.supporters,
        "supporters_asked": draft.supporters_asked,
        "failing_payers_asked": draft.failing_payers_asked,
        "asked": _asked(draft),
        "asked_before": _asked(live) if live else None,
        "impressions": draft.impressions.total(),
        "impressions_before": live.impressions.total() if live else None,
        "changed_views": simulation.changed_views,
        "campaigns": _campaigns(draft, live),
        "starved": {
            key: reasons.most_common(3) for key, reasons in sorted(simulation.starved.items())
        },
        "together": [[*pair, count] for pair, count in draft.together.most_common(_MOST)],
        "differences": [
            [*change, count] for change, count in simulation.differences.most_common(_MOST)
        ],
    }


def _asked(tally: Tally) -> int:
    """Count the readers who were asked or invited at least once."""
    return sum(readers for asks, readers in tally.asks_per_reader.items() if asks)


def _campaigns(draft: Tally, live: Tally | None) -> list[dict[str, Any]]:
    before = live.impressions if live else Counter[str]()
    keys = sorted({*draft.impressions, *draft.held, *before})
    return [
        {
            "key": key,
            "impressions": draft.impressions[key],
            "reach": draft.reach[key],
            "held": draft.held[key],
            "impressions_before": before[key] if live else None,
            "reach_before": live.reach[key] if live else None,
        }
        for key in sorted(keys, key=lambda key: -draft.impressions[key])
    ]
