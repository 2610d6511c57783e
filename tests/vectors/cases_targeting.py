"""Where a reader is, what they read, and how they came."""

from typing import Any

from tests.vectors.building import TODAY, Case, ask, bundle, each_way, shows, variant, view


def of(**reader: Any) -> dict[str, Any]:
    return view(reader=reader)


def on(**page: Any) -> dict[str, Any]:
    return view(page=page)


def having_read(*days: tuple[int, int]) -> dict[str, Any]:
    """A view by who read so many articles so many days ago."""
    return view(history={"reads": [[TODAY - ago, count] for ago, count in days]})


ONLY_UK_WORDS = variant(copy={"uk": {"title": "Hello", "body": "Hello"}})
SOME_UK_WORDS = [variant("a"), variant("b", copy=ONLY_UK_WORDS["copy"])]
OFF_UK_WORDS = [variant("a"), variant("b", 0, copy=ONLY_UK_WORDS["copy"])]

CASES = [
    *each_way(
        "country in",
        bundle(ask(countries={"in": ["US", "CA"]})),
        "country",
        passing={"a country named": of(country="CA")},
        failing={
            "another": of(country="GB"),
            "an unknown one": of(),
            "lower case": of(country="us"),
        },
    ),
    *each_way(
        "country out",
        bundle(ask(countries={"in": [], "out": ["US"]})),
        "country",
        passing={"another": of(country="GB"), "an unknown one": of()},
        failing={"a country named": of(country="US")},
    ),
    *each_way(
        "the edition's country is no target",
        bundle(ask(countries={"in": ["US"]})),
        "country",
        passing={},
        failing={"an unknown one in the US edition": on(edition="us")},
    ),
    *each_way(
        "region",
        bundle(ask(regions={"in": ["US-CA", "US-NY"], "out": ["US-NY"]})),
        "region",
        passing={"a region named": of(region="US-CA")},
        failing={"one both in and out": of(region="US-NY"), "an unknown one": of()},
    ),
    *each_way(
        "edition",
        bundle(ask(editions=["us"])),
        "edition",
        passing={"the edition named": on(edition="us")},
        failing={"another": on(edition="uk")},
    ),
    *each_way(
        "words for the edition",
        bundle(ask(variants=SOME_UK_WORDS)),
        "words_for_edition",
        passing={},
        failing={"an edition of which a variant has no words": on(edition="us")},
    ),
    *each_way(
        "words for the edition, of live variants",
        bundle(ask(variants=OFF_UK_WORDS)),
        "words_for_edition",
        passing={"an edition of which a variant that is off has none": on(edition="us")},
        failing={},
    ),
    *each_way(
        "no variant is live",
        bundle(ask(variants=[variant("a", 0), variant("b", 0)])),
        "words_for_edition",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "no variant at all",
        bundle(ask(variants=[])),
        "words_for_edition",
        passing={},
        failing={"any page": view()},
    ),
    *each_way(
        "section in",
        bundle(ask(sections={"in": ["news", "politics"]})),
        "section",
        passing={"a section named": on(section="politics")},
        failing={"another": on(section="sport"), "an unknown one": on(section="")},
    ),
    *each_way(
        "section out",
        bundle(ask(sections={"out": ["sport"]})),
        "section",
        passing={"another": on(section="news"), "an unknown one": on(section="")},
        failing={"a section named": on(section="sport")},
    ),
    *each_way(
        "tags",
        bundle(ask(tags={"in": ["climate", "energy"], "out": ["quiz"]})),
        "tags",
        passing={
            "one of those wanted": on(tags=["energy", "europe"]),
            "two of those wanted": on(tags=["energy", "climate"]),
        },
        failing={
            "none of them": on(tags=["europe"]),
            "no tags": on(tags=[]),
            "one wanted and one unwanted": on(tags=["climate", "quiz"]),
        },
    ),
    *each_way(
        "type",
        bundle(ask(types={"in": ["article", "liveblog"], "out": ["liveblog"]})),
        "type",
        passing={"the type named": on(type="article")},
        failing={"one both in and out": on(type="liveblog"), "another": on(type="gallery")},
    ),
    *each_way(
        "device",
        bundle(ask(devices=["phone", "tablet"])),
        "device",
        passing={"a device named": of(device="tablet")},
        failing={"another": of(device="desktop"), "an unknown one": of(device="")},
    ),
    *each_way(
        "referrer",
        bundle(ask(referrers=["search", "newsletter"])),
        "referrer",
        passing={"a way named": of(referrer="newsletter")},
        failing={"another": of(referrer="social"), "an unknown one": of(referrer="")},
    ),
    *each_way(
        "code",
        bundle(ask(codes=["spring"])),
        "code",
        passing={"the code named": of(code="spring")},
        failing={"another": of(code="Spring"), "none": of()},
    ),
    *each_way(
        "articles read",
        bundle(ask(reads={"days": 7, "min": 3, "max": 5})),
        "reads",
        passing={
            "as many as the least": having_read((0, 3)),
            "as many as the most, over days": having_read((0, 1), (3, 2), (6, 2)),
            "more, but before the window": having_read((0, 3), (7, 90)),
            "more, but on a day to come": having_read((0, 3), (-1, 90)),
        },
        failing={
            "one too few": having_read((0, 2)),
            "one too many": having_read((0, 6)),
            "enough, but before the window": having_read((7, 4)),
            "none": view(),
        },
    ),
    *each_way(
        "articles read, without a most",
        bundle(ask(reads={"min": 2})),
        "reads",
        passing={"many, 29 days ago": having_read((29, 5_000))},
        failing={"many, 30 days ago": having_read((30, 5_000))},
    ),
    *each_way(
        "articles read, at most none",
        bundle(ask(reads={"max": 0})),
        "reads",
        passing={"none": view()},
        failing={"one": having_read((0, 1))},
    ),
    Case(
        "empty lists restrict nothing",
        bundle(
            ask(
                countries={"in": [], "out": []},
                regions={},
                editions=[],
                sections={"in": []},
                tags={"in": [], "out": []},
                types={},
                devices=[],
                referrers=[],
                codes=[],
                tenures=[],
                tiers=[],
                bands=[],
                hint="",
            )
        ),
        view(),
        [shows()],
    ),
]
