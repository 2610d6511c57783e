"""Who is asked, thanked or helped, and who is left alone."""

from tests.vectors.building import (
    ASKABLE,
    DAY,
    GIVING,
    NOW,
    Case,
    ask,
    bundle,
    campaign,
    card,
    each_way,
    fails,
    invite,
    notice,
    shows,
    thanks,
    view,
)

ASK = bundle(ask())
LASTS = 31 * DAY  # Fresh for a day, and thirty days of grace.
THANKS_OR_ASK = bundle(thanks(states=GIVING), ask())


def a(state: str, ago: int | None = None) -> dict[str, object]:
    return {"state": state, "as_of": 0 if ago is None else NOW - ago}


CASES = [
    *(
        Case(f"a reader who is {state} may be asked", ASK, view(reader=a(state)), [shows()])
        for state in ASKABLE
    ),
    *(
        Case(
            f"a reader who is {state} is never asked",
            ASK,
            view(reader=a(state)),
            [fails("ask supporters_are_not_asked")],
        )
        for state in GIVING
    ),
    *(
        Case(
            f"a state that nobody knows is a stranger's: “{state}”",
            bundle(ask(states=["anonymous"])),
            view(reader=a(state)),
            [shows()],
        )
        for state in ("", "supporter", "Recurring", "constructor", "__proto__")
    ),
    *each_way(
        "state",
        bundle(ask(states=["lapsed"])),
        "state",
        passing={"the state named": view(reader=a("lapsed"))},
        failing={"another": view(reader=a("registered"))},
    ),
    Case(
        "a failing payment gets the card's prompt and no ask",
        bundle(ask(slots=["header-line", "in-article"]), card()),
        view(reader=a("payment_failing"), page={"slots": ["header-line", "in-article"]}),
        [
            fails("ask supporters_are_not_asked", slot="header-line"),
            shows("card", after=[["ask", "supporters_are_not_asked"]]),
        ],
    ),
    *(
        Case(
            f"a status of {state} counts to the last second of the grace",
            THANKS_OR_ASK,
            view(reader=a(state, LASTS)),
            [shows("thanks")],
        )
        for state in GIVING
    ),
    *(
        Case(
            f"a status of {state} is a stranger's one second after the grace",
            THANKS_OR_ASK,
            view(reader=a(state, LASTS + 1)),
            [shows("ask", after=[["thanks", "state"]])],
        )
        for state in GIVING
    ),
    Case(
        "a status of this moment does not age",
        THANKS_OR_ASK,
        view(reader=a("recurring")),
        [shows("thanks")],
    ),
    Case(
        "a status from a clock ahead of ours counts",
        THANKS_OR_ASK,
        view(reader=a("recurring", -DAY)),
        [shows("thanks")],
    ),
    Case(
        "having lapsed does not age",
        bundle(ask(states=["lapsed"])),
        view(reader=a("lapsed", 400 * DAY)),
        [shows()],
    ),
    *each_way(
        "quiet time",
        ASK,
        "quiet_time_is_over",
        passing={
            "quiet until this second": view(reader={"quiet_until": NOW}),
            "paused until this second": view(history={"paused_until": NOW}),
        },
        failing={
            "quiet for one more second": view(reader={"quiet_until": NOW + 1}),
            "paused for one more second": view(history={"paused_until": NOW + 1}),
        },
    ),
    Case(
        "an invitation keeps the quiet time",
        bundle(invite()),
        view(reader={**a("ending"), "quiet_until": NOW + 1}),
        [fails("invite quiet_time_is_over")],
    ),
    *(
        Case(
            f"a {rule['kind']} is no ask, and is shown in a quiet time",
            bundle(rule),
            view(reader={**a("payment_failing"), "quiet_until": NOW + 1}),
            [shows(rule["kind"])],
        )
        for rule in (thanks(), notice(), card())
    ),
    *each_way(
        "signed in",
        bundle(ask(signed_in=True)),
        "signed_in",
        passing={"who is": view(reader={"signed_in": True})},
        failing={"who is not": view()},
    ),
    *each_way(
        "not signed in",
        bundle(ask(signed_in=False)),
        "signed_in",
        passing={"who is not": view()},
        failing={"who is": view(reader={"signed_in": True})},
    ),
    *each_way(
        "tenure",
        bundle(campaign("thanks", ["recurring"], tenures=["settled", "long"])),
        "tenure",
        passing={"settled": view(reader={**a("recurring"), "tenure": "settled"})},
        failing={
            "new": view(reader={**a("recurring"), "tenure": "new"}),
            "unknown": view(reader=a("recurring")),
        },
    ),
    *each_way(
        "tier",
        bundle(thanks(tiers=["friend"])),
        "tier",
        passing={"the tier named": view(reader={"tier": "friend"})},
        failing={"another": view(reader={"tier": "patron"}), "none": view()},
    ),
    *each_way(
        "band",
        bundle(ask(bands=["middle", "large"])),
        "band",
        passing={"a band named": view(reader={"band": "large"})},
        failing={"another": view(reader={"band": "small"}), "none": view()},
    ),
    *each_way(
        "abandoned checkout",
        bundle(ask(abandoned=True)),
        "abandoned",
        passing={"who left one": view(reader={"hints": ["invite", "abandoned"]})},
        failing={"who did not": view(reader={"hints": ["invite"]})},
    ),
    *each_way(
        "no abandoned checkout",
        bundle(ask(abandoned=False)),
        "abandoned",
        passing={"who left none": view()},
        failing={"who left one": view(reader={"hints": ["abandoned"]})},
    ),
    *each_way(
        "hint",
        bundle(invite(states=["one_off"], hint="invite")),
        "hint",
        passing={"who has it": view(reader={**a("one_off"), "hints": ["invite"]})},
        failing={"who has it not": view(reader=a("one_off"))},
    ),
]
