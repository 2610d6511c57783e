"""Which variant a reader gets. The hashes that the comments state are MurmurHash3 x86 32 of the text quoted."""

from typing import Any

from tests.vectors.building import Case, ask, bundle, holds, invite, notice, shows, variant, view


def testing(*weights: int, **changes: Any) -> dict[str, Any]:
    """An ask with one variant a weight, called a, b, c…"""
    names = "abcdefgh"[: len(weights)]
    variants = [variant(name, weight) for name, weight in zip(names, weights, strict=True)]
    return ask(variants=variants, experiment="test", **changes)


def held_out(ppm: int) -> dict[str, Any]:
    return bundle(ask(), holdout={"id": "holdout", "ppm": ppm})


# The reader's hash as a share of all: "test:r1" 995705990 is 0.2318, "test:reader" 3717132195 is 0.8655,
# "test:r2" 0.3799, "test:r3" 0.7405, "test:r4" 0.0172, "test:🙂" 3546787601 is 0.8258, "test:é" 0.5512.
# Of the holdout in a million: "holdout:reader" 659796, "holdout:🙂" 10269, "holdout:é" 52050.
CASES = [
    Case("the first interval", bundle(testing(1, 1, 1)), view(seed="r1"), [shows()]),
    Case("the second interval", bundle(testing(1, 1, 1)), view(seed="r2"), [shows(variant="b")]),
    Case("the last interval", bundle(testing(1, 1, 1)), view(), [shows(variant="c")]),
    Case(
        "an interval ends before its weight",
        bundle(testing(2318, 7682)),
        view(seed="r1"),
        [shows(variant="b")],
    ),
    Case(
        "an interval holds what is below", bundle(testing(2319, 7681)), view(seed="r1"), [shows()]
    ),
    Case(
        "a variant that is off takes no room",
        bundle(testing(0, 1, 0, 1)),
        view(seed="r3"),
        [shows(variant="d")],
    ),
    Case("the heaviest weights", bundle(testing(171_000, 829_000)), view(seed="r4"), [shows()]),
    Case(
        "a seed beyond the basic plane is hashed as UTF-8",
        bundle(testing(825, 175)),
        view(seed="🙂"),
        [shows(variant="b")],
    ),
    Case(
        "a seed with an accent is hashed as UTF-8",
        bundle(testing(551, 449)),
        view(seed="é"),
        [shows(variant="b")],
    ),
    Case("an empty seed is a seed", bundle(testing(64, 36)), view(seed=""), [shows(variant="b")]),
    Case(
        "without a seed the first live variant is shown and counted apart",
        bundle(testing(0, 1, 9)),
        view(seed=None),
        [shows(variant="b", arm="default")],
    ),
    Case(
        "without a seed an arm that was drawn is not kept",
        bundle(testing(1, 9)),
        view(seed=None, history={"arms": {"test": "b"}}),
        [shows(arm="default")],
    ),
    Case(
        "an arm that was drawn is kept, whatever the weights are now",
        bundle(testing(1, 1, 1_000)),
        view(history={"arms": {"test": "b"}}),
        [shows(variant="b")],
    ),
    Case(
        "an arm that was switched off is drawn again",
        bundle(testing(1, 0, 1)),
        view(seed="r1", history={"arms": {"test": "b"}}),
        [shows()],
    ),
    Case(
        "an arm that is gone is drawn again",
        bundle(testing(1, 1)),
        view(seed="r1", history={"arms": {"test": "z"}}),
        [shows()],
    ),
    Case(
        "an arm of another experiment is no matter",
        bundle(testing(1, 1)),
        view(seed="r1", history={"arms": {"other": "b", "ask": "b"}}),
        [shows()],
    ),
    Case(
        "an arm counts whatever campaign of the experiment drew it",
        bundle(testing(1, 1, id="second")),
        view(seed="r1", history={"arms": {"test": "b"}}),
        [shows("second", "b")],
    ),
    *(
        Case(
            f"an experiment called as a property: {name}",
            bundle(ask(id=name, variants=[variant("toString", 1)])),
            view(),
            [shows(name, "toString")],
        )
        for name in ("constructor", "__proto__")
    ),
    Case(
        "nobody is held out of 0",
        held_out(0),
        view(seed="🙂"),
        [shows()],
    ),
    Case(
        "a reader below the holdout's share is held out",
        held_out(10_270),
        view(seed="🙂"),
        [holds()],
    ),
    Case("a reader at the holdout's share is not", held_out(10_269), view(seed="🙂"), [shows()]),
    Case(
        "another reader is held out by their own hash", held_out(52_051), view(seed="é"), [holds()]
    ),
    Case(
        "without a seed nobody is held out",
        held_out(1_000_000),
        view(seed=None),
        [shows(arm="default")],
    ),
    Case(
        "a notice is never held out",
        bundle(notice(), holdout={"id": "holdout", "ppm": 1_000_000}),
        view(),
        [shows("notice")],
    ),
    Case(
        "an invitation is never held out",
        bundle(invite(), holdout={"id": "holdout", "ppm": 1_000_000}),
        view(),
        [shows("invite")],
    ),
    Case(
        "no other campaign fills the slot of a reader who is held out",
        bundle(
            ask(id="first", sections={"in": ["sport"]}),
            ask(),
            notice(),
            holdout={"id": "holdout", "ppm": 1_000_000},
        ),
        view(),
        [{**holds(), "trace": [["first", "section"], ["ask", "holdout"]]}],
    ),
    Case(
        "an ask that would not be shown holds nobody out",
        bundle(ask(states=["lapsed"]), notice(), holdout={"id": "holdout", "ppm": 1_000_000}),
        view(),
        [shows("notice", after=[["ask", "state"]])],
    ),
]
