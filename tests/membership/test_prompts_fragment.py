"""Prompts as pieces of HTML for caches: only so many, small, the same for everyone, and right for each."""

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from membership.models import SupporterState
from membership.prompts.current import current_bundle, forget_bundle
from membership.prompts.editions import EDITIONS
from membership.prompts.fragments import OTHER, QUIET, STATES, variants_of
from membership.prompts.publishing import stop_prompts
from membership.supporters.status import ASKABLE
from tests.factories import NOON, UserFactory
from tests.membership.short_cuts import Answered, call

SLOTS = 5  # A new newspaper's.
FEW_KILOBYTES = 5_000


@pytest.fixture(autouse=True)
def _published(prompts: None) -> None:
    """What a newspaper begins with."""


def fragment(state: str, *, country: str = OTHER, edition: str = "uk") -> Answered:
    return call(f"/prompts/fragment/in-article/{edition}/{country}/{state}/")


def test_there_are_only_so_many_and_each_is_small() -> None:
    published = current_bundle(NOON)
    assert published is not None
    variants = list(variants_of(published.bundle))
    countries = {variant.country for variant in variants} - {OTHER}

    assert len(variants) == SLOTS * len(EDITIONS) * (len(countries) + 1) * len(STATES)
    assert set(STATES) == {*SupporterState.values, QUIET}
    assert {"US", "IE", "DE", "JP"} <= countries
    # Each of four currencies, printed as its readers print it: a CDN keeps some megabytes for all of this.
    assert len(countries) < 80
    one_of_each = {
        (variant.edition, variant.state): call(f"/prompts/fragment/{variant.path}")
        for variant in variants
        if variant.slot == "in-article" and variant.country in ("US", OTHER)
    }
    assert {answered.status for answered in one_of_each.values()} == {200}
    assert max(len(answered.body) for answered in one_of_each.values()) < FEW_KILOBYTES


def test_it_says_to_caches_that_it_is_the_same_for_all() -> None:
    answered = fragment("anonymous")

    assert answered.headers.keys() == {
        "Cache-Control",
        "Content-Type",
        "ETag",
        "X-Content-Type-Options",
    }
    assert answered.headers["Cache-Control"].startswith("public, max-age=20,")
    again = call(
        "/prompts/fragment/in-article/uk/other/anonymous/",
        HTTP_IF_NONE_MATCH=answered.headers["ETag"],
    )
    assert (again.status, again.body) == (304, b"")


def test_it_fits_the_state() -> None:
    for state in SupporterState:
        html = fragment(state.value).body.decode()

        assert ("<form" in html) == (state in ASKABLE), state
        assert html.startswith('<aside class="prompt"')
        assert html.endswith("</aside>")


def test_who_wants_quiet_is_asked_nothing() -> None:
    assert fragment(QUIET).body == b""


def test_the_price_is_the_country_s_in_whatever_edition() -> None:
    for edition, country, price in (
        ("us", "US", "$5"),
        ("uk", "US", "$5"),
        ("us", "GB", "£3"),
        ("uk", "IE", "€4"),
        ("us", "unknown", "$5"),
        ("uk", "unknown", "£3"),
    ):
        html = fragment("anonymous", country=country, edition=edition).body.decode()
        assert f"{price}</button>" in html, (edition, country)


def test_a_country_without_an_offer_of_its_own_gets_what_all_others_get() -> None:
    own, folded = fragment("anonymous"), fragment("anonymous", country="GB")

    assert folded.headers["Content-Location"] == "/prompts/fragment/in-article/uk/other/anonymous/"
    assert (folded.status, folded.body) == (200, own.body)


def test_what_is_no_variant_puts_nothing_into_a_page() -> None:
    for path in (
        "sidebar/uk/US/anonymous/",
        "in-article/fr/US/anonymous/",
        "in-article/uk/ZZ/anonymous/",
        "in-article/uk/us/anonymous/",
        "in-article/uk/XX/anonymous/",
        "in-article/uk/US/rich/",
        "in-article/uk/US/anonymous",
        "in-article/uk/US/anonymous/x/",
        "in-article/uk//anonymous/",
        "",
    ):
        answered = call(f"/prompts/fragment/{path}")

        assert (answered.status, answered.body) == (404, b""), path
        assert answered.headers["Cache-Control"] == "no-store"


def test_a_process_that_has_the_bundle_asks_the_database_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with time_machine.travel(NOON, tick=False):
        fragment("anonymous")
        with django_assert_num_queries(0):
            fragment("recurring", country="US", edition="us")


def test_a_stop_empties_every_variant() -> None:
    stop_prompts(by=UserFactory.create(), now=NOON, reason="An error.")
    forget_bundle()

    assert (fragment("anonymous").status, fragment("anonymous").body) == (200, b"")
