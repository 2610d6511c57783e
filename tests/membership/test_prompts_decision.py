"""Which prompt a reader gets and why, its words, and the code that its links carry."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.errors import WordsIncomplete
from membership.models import SupporterState
from membership.prompts.attribution import read_attribution, sign_attribution
from membership.prompts.copy import COPY, Placeholder, Words
from membership.prompts.decision import (
    ASKS,
    FILTERS,
    KIND_OF_STATE,
    PageContext,
    PromptKind,
    Question,
    decide,
)
from membership.prompts.editions import EDITIONS
from membership.supporters.status import ASKABLE, known_status
from tests.factories import NOON

DAY = timedelta(days=1)
EVERY_STATE = list(SupporterState)
EVERY_EDITION = list(EDITIONS)
UK_ARTICLE = PageContext(slot="in-article", edition="uk", article="harbour-lights")


def kind_on(
    page: PageContext, state: SupporterState = SupporterState.ANONYMOUS
) -> tuple[object, str]:
    choice = decide(known_status(state, None, None), page, quiet_until=None, now=NOON)
    return choice.kind, choice.reason


class TestDecision:
    @pytest.mark.parametrize("state", EVERY_STATE)
    @pytest.mark.parametrize("edition", EVERY_EDITION)
    def test_a_supporter_is_never_asked_and_everyone_else_may_be(
        self, state: SupporterState, edition: str
    ) -> None:
        kind, _reason = kind_on(PageContext("in-article", edition), state)

        assert (kind in ASKS) == (state in ASKABLE)

    def test_every_state_has_a_kind_and_every_kind_has_words(self) -> None:
        assert KIND_OF_STATE.keys() == set(SupporterState)
        for edition in EDITIONS:
            assert COPY[edition].keys() == set(PromptKind)

    @pytest.mark.parametrize("state", EVERY_STATE)
    @pytest.mark.parametrize(
        ("page", "reason"),
        [
            (PageContext("in-article", "uk", is_sensitive=True), "page_is_not_sensitive"),
            (PageContext("in-article", "uk", is_opted_out=True), "page_takes_prompts"),
            (PageContext("banner", "uk"), "slot_is_known"),
            (PageContext("in-article", "mars"), "edition_is_known"),
        ],
    )
    def test_no_reader_sees_a_prompt_where_the_page_has_no_place_for_it(
        self, state: SupporterState, page: PageContext, reason: str
    ) -> None:
        assert kind_on(page, state) == (None, reason)

    @pytest.mark.parametrize("state", EVERY_STATE)
    def test_quiet_time_ends_every_ask_and_no_thanks(self, state: SupporterState) -> None:
        status = known_status(state, None, None)

        during = decide(status, UK_ARTICLE, quiet_until=NOON + DAY, now=NOON)
        after = decide(status, UK_ARTICLE, quiet_until=NOON, now=NOON)

        assert (during.kind is None) == (state in ASKABLE)
        assert during.reason == ("quiet_time_is_over" if state in ASKABLE else "shown")
        assert after.kind is not None

    @pytest.mark.parametrize("state", EVERY_STATE)
    def test_no_ask_passes_for_a_supporter_whatever_led_to_it(self, state: SupporterState) -> None:
        guard = next(filter_ for filter_ in FILTERS if filter_.id == "supporters_are_not_asked")
        asked = Question(PromptKind.ASK, known_status(state, None, None), UK_ARTICLE, None, NOON)

        assert guard.test(asked) == (state in ASKABLE)

    def test_the_choice_names_what_it_passed(self) -> None:
        choice = decide(
            known_status(SupporterState.LAPSED, None, None), UK_ARTICLE, quiet_until=None, now=NOON
        )

        assert choice.passed == tuple(filter_.id for filter_ in FILTERS)


class TestWords:
    @pytest.mark.parametrize("edition", EVERY_EDITION)
    def test_words_name_only_placeholders_of_the_catalogue(self, edition: str) -> None:
        for words in COPY[edition].values():
            assert words.placeholders <= {str(placeholder) for placeholder in Placeholder}

    @pytest.mark.parametrize("edition", EVERY_EDITION)
    def test_words_without_an_ask_need_no_value(self, edition: str) -> None:
        for kind, words in COPY[edition].items():
            assert kind in ASKS or not words.placeholders

    def test_a_missing_value_is_an_error_and_never_a_blank(self) -> None:
        words = Words("From {from_price}", "{newspaper}")

        with pytest.raises(WordsIncomplete, match="from_price"):
            words.fill({Placeholder.NEWSPAPER: "The Courier", Placeholder.FROM_PRICE: ""})


class TestAttribution:
    @given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=6))
    def test_a_code_says_what_was_signed(self, values: dict[str, str]) -> None:
        assert read_attribution(sign_attribution(values)) == values

    def test_the_same_prompt_has_the_same_code_for_every_reader(self) -> None:
        assert sign_attribution({"prompt": "ask"}) == sign_attribution({"prompt": "ask"})

    @pytest.mark.parametrize("code", ["", "x", "a:b", "é:é", "a" * 5000])
    def test_what_is_no_code_of_ours_says_nothing(self, code: str) -> None:
        assert read_attribution(code) == {}

    def test_a_code_that_was_tampered_with_says_nothing(self) -> None:
        payload, _, signature = sign_attribution({"prompt": "ask"}).rpartition(":")
        other = sign_attribution({"prompt": "thanks"}).rpartition(":")[0]

        assert read_attribution(f"{payload}:{signature[:-1]}") == {}
        assert read_attribution(f"{other}:{signature}") == {}
