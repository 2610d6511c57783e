"""Placeholders with and without a value: a prompt with a blank is not shown."""

from typing import Any

from tests.vectors.building import (
    DAY,
    GBP,
    NOW,
    TODAY,
    USD,
    Case,
    ask,
    bundle,
    each_way,
    fails,
    shows,
    variant,
    view,
)


def saying(words: str, **changes: Any) -> dict[str, Any]:
    return ask(variants=[variant(words=words)], **changes)


NEXT = {"sets": [GBP, {**USD, "from_price": ""}], "of": {"GB": 0, "US": 1}, "other": 0}
GOAL = {"GBP": {"goal": "£20,000", "total": "£12,345", "percent": 61}}
READ = {"reads": [[TODAY, 2], [TODAY - 40, 7]]}

CASES = [
    Case(
        "words that are always known",
        bundle(saying("{newspaper} on {day}, {date}")),
        view(seed=None),
        [shows(arm="default")],
    ),
    *each_way(
        "newspaper",
        bundle(saying("{newspaper}"), newspaper=""),
        "values_are_known",
        passing={},
        failing={"a newspaper without a name": view()},
    ),
    *each_way(
        "a name that nobody knows",
        bundle(saying("Hello {supporter}")),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "a name that is a property",
        bundle(saying("Hello {constructor}")),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "braces that hold no name",
        bundle(saying("{} {Newspaper} { day } {d2} }{")),
        "values_are_known",
        passing={"any page": view()},
        failing={},
    ),
    *each_way(
        "price",
        bundle(saying("From {from_price}", offer="support")),
        "values_are_known",
        passing={
            "a country of the offer": view(reader={"country": "US"}),
            "an unknown country: the edition's counts": view(page={"edition": "us"}),
        },
        failing={"a country without prices": view(reader={"country": "JP"})},
    ),
    *each_way(
        "price elsewhere",
        bundle(saying("From {from_price}", offer="next"), offers={"next": NEXT}),
        "values_are_known",
        passing={"a country that is not named": view(reader={"country": "JP"})},
        failing={"a country whose price is empty": view(reader={"country": "US"})},
    ),
    *each_way(
        "price called as a property",
        bundle(saying("From {from_price}", offer="support")),
        "values_are_known",
        passing={},
        failing={"a country called constructor": view(reader={"country": "constructor"})},
    ),
    *each_way(
        "price without an offer",
        bundle(saying("From {from_price}")),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "price of no offer, though one has an empty name",
        bundle(saying("From {from_price}"), offers={"": NEXT}),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "price of an offer that does not exist",
        bundle(saying("From {from_price}", offer="toString")),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "country's name",
        bundle(saying("Readers in {country}")),
        "values_are_known",
        passing={
            "a country with a name in the edition": view(
                page={"edition": "us"}, reader={"country": "US"}
            )
        },
        failing={
            "an unknown country, though the edition has one": view(page={"edition": "us"}),
            "an edition without the name": view(reader={"country": "US"}),
            "a country without a name": view(page={"edition": "us"}, reader={"country": "CA"}),
        },
    ),
    *each_way(
        "articles counted",
        bundle(saying("You read {article_count}")),
        "values_are_known",
        passing={"some in 30 days": view(history=READ)},
        failing={
            "none": view(),
            "some, but 40 days ago": view(history={"reads": [[TODAY - 40, 7]]}),
        },
    ),
    *each_way(
        "articles counted in the campaign's window",
        bundle(saying("You read {article_count}", reads={"days": 60})),
        "values_are_known",
        passing={"some, 40 days ago": view(history={"reads": [[TODAY - 40, 7]]})},
        failing={"none": view()},
    ),
    *each_way(
        "goal",
        bundle(saying("{total} of {goal}, {percent} %", offer="support", goal=GOAL)),
        "values_are_known",
        passing={"a country of the goal's currency": view(reader={"country": "GB"})},
        failing={
            "a country of another currency": view(reader={"country": "US"}),
            "a country without a currency": view(reader={"country": "JP"}),
        },
    ),
    *each_way(
        "goal without an offer",
        bundle(saying("{goal}", goal=GOAL)),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "countdown",
        bundle(saying("{days_left} days left", countdown=NOW + DAY)),
        "values_are_known",
        passing={"its last second": view(now=NOW + DAY - 1)},
        failing={"its end": view(now=NOW + DAY)},
    ),
    *each_way(
        "no countdown",
        bundle(saying("{days_left} days left")),
        "values_are_known",
        passing={},
        failing={"any page": view()},
    ),
    Case(
        "a blank in a variant that the reader would not get fails too",
        bundle(
            ask(
                id="mixed",
                variants=[variant("a", 1_000), variant("b", 1, "Readers in {country}")],
            )
        ),
        view(history={"arms": {"mixed": "a"}}),
        [fails("mixed values_are_known")],
    ),
    Case(
        "a blank in a variant that is off is no matter",
        bundle(ask(variants=[variant("a"), variant("b", 0, "Readers in {country}")])),
        view(),
        [shows()],
    ),
    Case(
        "a blank in another edition's words is no matter",
        bundle(
            ask(
                variants=[
                    variant(
                        copy={
                            "uk": {"title": "Hello", "body": "Hello"},
                            "us": {"title": "Hello {nobody}", "body": "Hello"},
                        }
                    )
                ]
            )
        ),
        view(),
        [shows()],
    ),
    *(
        Case(
            f"a blank in the {part} fails",
            bundle(
                ask(variants=[variant(copy={"uk": {"title": "", "body": "", part: "{country}"}})])
            ),
            view(),
            [fails("ask values_are_known")],
        )
        for part in ("title", "body", "plea", "action")
    ),
]
