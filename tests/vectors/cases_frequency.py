"""Caps, budget, cool-down and quiet hours, to the second."""

from collections.abc import Callable
from typing import Any

from tests.vectors.building import (
    ASKABLE,
    DAY,
    HOUR,
    NOW,
    Case,
    ask,
    bundle,
    card,
    each_way,
    fails,
    invite,
    notice,
    seen,
    shows,
    thanks,
    view,
)

NO_ASKS: tuple[tuple[str, Callable[..., dict[str, Any]]], ...] = (
    ("thanks", thanks),
    ("notice", notice),
)


def slots_with(**cap: int) -> list[dict[str, Any]]:
    return [{"id": "header-line"}, {"id": "in-article", **cap}, {"id": "banner"}]


def put_away(*ago: int) -> dict[str, Any]:
    """A view by who put prompts away so many seconds ago."""
    return view(history={"dismissed": [NOW - seconds for seconds in ago]})


def at_local(hour: int, minute: int = 0, second: int = 0, tz: int = 0) -> dict[str, Any]:
    """A view when the reader's clock, so many minutes east of UTC, shows that time."""
    return view(now=NOW + (hour - 12) * HOUR + minute * 60 + second - tz * 60, tz=tz)


SLOT = slots_with(views=2, days=30)
GAP = slots_with(gap=DAY)
BUDGET = {"asks": 2, "days": 7}
COOLDOWN = {"cooldown": [7, 14, 30]}
NIGHT = {"quiet": [22, 7]}

CASES = [
    *each_way(
        "slot cap",
        bundle(ask(), slots=SLOT),
        "slot_cap",
        passing={
            "one view": view(history=seen(60)),
            "two, one of them a window ago to the second": view(history=seen(60, 30 * DAY)),
            "many in another slot": view(history=seen(1, 2, 3, slot="banner")),
            "many that were no asks": view(history=seen(1, 2, 3, asks=0)),
        },
        failing={
            "two views": view(history=seen(60, 120)),
            "two, one just within the window": view(history=seen(60, 30 * DAY - 1)),
            "two of other campaigns": view(history=seen(60, 120, campaign="other")),
            "one ahead of the clock": view(history=seen(60, -DAY)),
        },
    ),
    *each_way(
        "slot cap of none",
        bundle(ask(), slots=slots_with(views=0, days=1)),
        "slot_cap",
        passing={},
        failing={"no views": view()},
    ),
    *each_way(
        "slot gap",
        bundle(ask(), slots=GAP),
        "slot_cap",
        passing={
            "a day ago to the second": view(history=seen(DAY, 9 * DAY)),
            "never": view(),
            "thanks a minute ago": view(history=seen(60, asks=0)),
        },
        failing={
            "a second less than a day ago": view(history=seen(9 * DAY, DAY - 1)),
            "ahead of the clock": view(history=seen(-60)),
        },
    ),
    Case(
        "no gap: a view ahead of the clock is no matter",
        bundle(ask(), slots=slots_with(views=2, days=1, gap=0)),
        view(history=seen(-60)),
        [shows()],
    ),
    Case(
        "an invitation keeps the slot's cap",
        bundle(invite(), slots=SLOT),
        view(history=seen(60, 120)),
        [fails("invite slot_cap")],
    ),
    *(
        Case(
            f"{name} needs no room in slot, budget, cool-down and hours",
            bundle(build(), slots=SLOT, budget={**BUDGET, **COOLDOWN, "quiet": [0, 23]}),
            view(history={**seen(1, 2, 3), "dismissed": [NOW - 1], "paused_until": NOW + 1}),
            [shows(name)],
        )
        for name, build in NO_ASKS
    ),
    Case(
        "a card's prompt needs no room either",
        bundle(card(), slots=SLOT, budget={**BUDGET, **COOLDOWN, "quiet": [0, 23]}),
        view(
            reader={"state": "payment_failing"},
            history={**seen(1, 2, 3), "dismissed": [NOW - 1]},
        ),
        [shows("card")],
    ),
    *each_way(
        "campaign cap",
        bundle(thanks(caps={"views": 1, "days": 90})),
        "campaign_cap",
        passing={
            "never seen": view(),
            "seen a window ago to the second": view(
                history=seen(90 * DAY, campaign="thanks", asks=0)
            ),
            "another seen": view(history=seen(60, campaign="thanks-b", asks=0)),
        },
        failing={
            "seen": view(history=seen(60, campaign="thanks", asks=0)),
            "seen in another slot": view(
                history=seen(60, campaign="thanks", slot="banner", asks=0)
            ),
            "seen just within the window": view(
                history=seen(90 * DAY - 1, campaign="thanks", asks=0)
            ),
        },
    ),
    *each_way(
        "campaign gap",
        bundle(ask(caps={"gap": HOUR})),
        "campaign_cap",
        passing={"an hour ago": view(history=seen(HOUR))},
        failing={"a second less": view(history=seen(HOUR - 1))},
    ),
    *each_way(
        "campaign called as a property",
        bundle(ask(id="constructor", caps={"views": 1, "days": 1})),
        "campaign_cap",
        passing={"never seen": view()},
        failing={"seen": view(history=seen(1, campaign="constructor"))},
    ),
    *each_way(
        "ask budget",
        bundle(ask(), budget=BUDGET),
        "ask_budget",
        passing={
            "one ask": view(history=seen(60, slot="banner")),
            "two, one a window ago to the second": view(history=seen(60, 7 * DAY, slot="banner")),
            "many thanks": view(history=seen(1, 2, 3, asks=0)),
        },
        failing={
            "two asks in other slots": view(history=seen(60, 120, slot="banner")),
            "two, one just within the window": view(history=seen(60, 7 * DAY - 1, campaign="x")),
        },
    ),
    Case(
        "an invitation keeps the budget",
        bundle(invite(), budget=BUDGET),
        view(history=seen(60, 120)),
        [fails("invite ask_budget")],
    ),
    *each_way(
        "cool-down",
        bundle(ask(), budget=COOLDOWN),
        "cooldown",
        passing={
            "once, 7 days ago": put_away(7 * DAY),
            "twice, the last 14 days ago": put_away(14 * DAY, 60 * DAY),
            "three times, the last 30 days ago": put_away(60 * DAY, 30 * DAY, 90 * DAY),
            "four times, the last 30 days ago": put_away(60 * DAY, 30 * DAY, 90 * DAY, 91 * DAY),
            "many times, but one lately enough to count": put_away(
                7 * DAY, 180 * DAY, 181 * DAY, 182 * DAY
            ),
        },
        failing={
            "once, a second less than 7 days ago": put_away(7 * DAY - 1),
            "twice, a second less than 14 days ago": put_away(60 * DAY, 14 * DAY - 1),
            "three times, a second less than 30 days ago": put_away(
                60 * DAY, 30 * DAY - 1, 90 * DAY
            ),
            "twice, the first just within 180 days": put_away(13 * DAY, 180 * DAY - 1),
            "ahead of the clock": put_away(-60),
        },
    ),
    Case(
        "without a cool-down a dismissal is no matter",
        bundle(ask(), budget={"cooldown": []}),
        put_away(1),
        [shows()],
    ),
    *each_way(
        "a cool-down of no days",
        bundle(ask(), budget={"cooldown": [0, 7]}),
        "cooldown",
        passing={"a second ago": put_away(1), "ahead of the clock": put_away(-1)},
        failing={"the second time": put_away(1, DAY)},
    ),
    Case(
        "an invitation cools down",
        bundle(invite(), budget=COOLDOWN),
        put_away(1),
        [fails("invite cooldown")],
    ),
    *each_way(
        "quiet hours over midnight",
        bundle(ask(), budget=NIGHT),
        "quiet_hours",
        passing={
            "07:00:00": at_local(7),
            "21:59:59": at_local(21, 59, 59),
            "07:00 in New York": at_local(7, tz=-300),
            "21:59 in Kathmandu": at_local(21, 59, tz=345),
        },
        failing={
            "06:59:59": at_local(6, 59, 59),
            "22:00:00": at_local(22),
            "midnight": at_local(0),
            "06:59 in Auckland": at_local(6, 59, tz=780),
            "22:00 in Kathmandu": at_local(22, tz=345),
        },
    ),
    *each_way(
        "quiet hours within a day",
        bundle(ask(), budget={"quiet": [1, 5]}),
        "quiet_hours",
        passing={"00:59:59": at_local(0, 59, 59), "05:00:00": at_local(5)},
        failing={"01:00:00": at_local(1), "04:59:59": at_local(4, 59, 59)},
    ),
    *each_way(
        "quiet hours of no length",
        bundle(ask(), budget={"quiet": [8, 8]}),
        "quiet_hours",
        passing={"08:00": at_local(8), "noon": view()},
        failing={},
    ),
    *each_way(
        "schedule",
        bundle(ask(**{"from": NOW, "to": NOW + DAY})),
        "is_scheduled",
        passing={"its first second": view(), "its last second": view(now=NOW + DAY - 1)},
        failing={"a second before": view(now=NOW - 1), "its end": view(now=NOW + DAY)},
    ),
    *each_way(
        "schedule with a start alone",
        bundle(ask(**{"from": NOW})),
        "is_scheduled",
        passing={"its first second": view()},
        failing={"a second before": view(now=NOW - 1)},
    ),
    *each_way(
        "schedule with an end alone",
        bundle(ask(states=ASKABLE, to=NOW)),
        "is_scheduled",
        passing={"the second before": view(now=NOW - 1)},
        failing={"its end": view()},
    ),
]
