"""Pages and slots: when nothing is shown at all, which slots are decided in which order, one ask a page."""

from tests.vectors.building import (
    FOREVER,
    NOW,
    Case,
    ask,
    bundle,
    exclusion,
    fails,
    holds,
    invite,
    notice,
    shows,
    stays_empty,
    thanks,
    view,
)

EVERYWHERE = ["header-line", "in-article", "end-of-article", "banner", "message"]
ASK = bundle(ask())
SAFE = bundle(
    ask(slots=EVERYWHERE),
    exclusions=[
        exclusion("obituaries", types=["obituary"]),
        exclusion("grief", slots=["banner", "in-article"], tags=["grief", "war"]),
        exclusion("puzzles", sections=["puzzles"]),
        exclusion("nothing"),
        exclusion("nameless", slots=["in-article"], sections=["__proto__", "constructor"]),
    ],
)
CROWDED = bundle(
    ask(id="appeal", slots=EVERYWHERE), notice(id="hint", slots=["banner"]), thanks(id="kind")
)

CASES = [
    Case("nothing is particular: the ask is shown", ASK, view(), [shows()]),
    Case("a bundle counts 300 s before it was made", ASK, view(now=NOW - FOREVER - 300), [shows()]),
    Case(
        "a bundle does not count 301 s before it was made",
        ASK,
        view(now=NOW - FOREVER - 301),
        [stays_empty("bundle_is_current")],
    ),
    Case("a bundle counts in its last second", ASK, view(now=NOW + FOREVER - 1), [shows()]),
    Case(
        "a bundle does not count when it ends",
        ASK,
        view(now=NOW + FOREVER),
        [stays_empty("bundle_is_current")],
    ),
    Case(
        "a page that opted out shows nothing",
        ASK,
        view(page={"opt_out": True, "sensitive": True}),
        [stays_empty("page_takes_prompts")],
    ),
    Case(
        "a sensitive page shows nothing, in unknown slots neither",
        ASK,
        view(page={"sensitive": True, "edition": "moon", "slots": ["corner", "in-article"]}),
        [
            stays_empty("page_is_not_sensitive"),
            stays_empty("page_is_not_sensitive", slot="corner"),
        ],
    ),
    Case(
        "thanks are not shown on a sensitive page either",
        bundle(thanks()),
        view(page={"sensitive": True}),
        [stays_empty("page_is_not_sensitive")],
    ),
    *(
        Case(
            f"an edition that nobody knows shows nothing: “{name}”",
            ASK,
            view(page={"edition": name}),
            [stays_empty("edition_is_known")],
        )
        for name in ("moon", "", "UK", "constructor", "__proto__", "toString")
    ),
    Case("a page without slots decides nothing", ASK, view(page={"slots": []}), []),
    Case(
        "a slot that the bundle does not know stays empty",
        ASK,
        view(page={"slots": ["constructor"]}),
        [stays_empty("slot_is_known", slot="constructor")],
    ),
    Case(
        "slots are decided in the bundle's order, each once, unknown ones last in the page's",
        bundle(notice(slots=["banner", "in-article"])),
        view(page={"slots": ["zebra", "banner", "in-article", "banner", "corner", "zebra"]}),
        [
            shows("notice"),
            shows("notice", slot="banner"),
            stays_empty("slot_is_known", slot="zebra"),
            stays_empty("slot_is_known", slot="corner"),
        ],
    ),
    Case(
        "an exclusion by type keeps every slot empty",
        SAFE,
        view(page={"type": "obituary", "slots": ["banner", "header-line"]}),
        [
            stays_empty("exclusion:obituaries", slot="header-line"),
            stays_empty("exclusion:obituaries", slot="banner"),
        ],
    ),
    Case(
        "an exclusion by tag keeps its own slots empty and leaves the others",
        SAFE,
        view(page={"tags": ["sport", "war"], "slots": ["in-article", "end-of-article"]}),
        [
            stays_empty("exclusion:grief"),
            shows(slot="end-of-article"),
        ],
    ),
    Case(
        "an exclusion by section",
        SAFE,
        view(page={"section": "puzzles"}),
        [stays_empty("exclusion:puzzles")],
    ),
    Case("an exclusion compares whole words", SAFE, view(page={"section": "puzzle"}), [shows()]),
    Case("an exclusion compares case", SAFE, view(page={"type": "Obituary"}), [shows()]),
    Case(
        "the first exclusion that matches is named",
        SAFE,
        view(page={"section": "puzzles", "tags": ["grief"]}),
        [stays_empty("exclusion:grief")],
    ),
    Case(
        "an exclusion is compared as text, not as a property",
        SAFE,
        view(page={"section": "constructor"}),
        [stays_empty("exclusion:nameless")],
    ),
    Case(
        "an exclusion without section, tag and type matches nothing",
        bundle(ask(), exclusions=[exclusion("nothing")]),
        view(),
        [shows()],
    ),
    Case(
        "one ask a page: the first slot asks, later ones do not",
        CROWDED,
        view(page={"slots": ["banner", "header-line", "in-article"]}),
        [
            shows("appeal", slot="header-line"),
            shows("kind", after=[["appeal", "one_ask_a_page"]]),
            shows("hint", slot="banner", after=[["appeal", "one_ask_a_page"]]),
        ],
    ),
    Case(
        "one ask a page: an invitation counts as an ask",
        bundle(invite(slots=["header-line"]), ask()),
        view(page={"slots": ["header-line", "in-article"]}),
        [shows("invite", slot="header-line"), fails("ask one_ask_a_page")],
    ),
    Case(
        "one ask a page: an ask leaves no room for an invitation",
        bundle(ask(slots=["header-line"]), invite()),
        view(page={"slots": ["header-line", "in-article"]}),
        [shows(slot="header-line"), fails("invite one_ask_a_page")],
    ),
    Case(
        "one ask a page: thanks, notices and excluded slots count as none",
        bundle(
            thanks(slots=["header-line"]),
            ask(),
            exclusions=[exclusion("x", slots=["banner"], sections=["news"])],
        ),
        view(page={"slots": ["header-line", "banner", "in-article"]}),
        [
            shows("thanks", slot="header-line"),
            shows(),
            stays_empty("exclusion:x", slot="banner"),
        ],
    ),
    Case(
        "a held-out ask counts as the page's ask, and the slot stays empty",
        bundle(
            ask(id="first", slots=["header-line"]),
            notice(slots=["header-line", "banner"]),
            ask(id="second"),
            holdout={"id": "holdout", "ppm": 1_000_000},
        ),
        view(page={"slots": ["header-line", "in-article", "banner"]}),
        [
            holds("first", slot="header-line"),
            fails("second one_ask_a_page"),
            shows("notice", slot="banner"),
        ],
    ),
    Case(
        "campaigns are asked in order, and the first that fits ends the trace",
        bundle(
            ask(id="one", sections={"in": ["sport"]}),
            ask(id="elsewhere", slots=["banner"]),
            ask(id="two", devices=["tablet"]),
            ask(id="three"),
            ask(id="four"),
        ),
        view(),
        [shows("three", after=[["one", "section"], ["two", "device"]])],
    ),
    Case("a bundle without campaigns shows nothing", bundle(), view(), [fails()]),
]
