"""Simulation: the same readers meet the draft and the live bundle, and what must not happen refuses the publish."""

from dataclasses import replace

import pytest

from membership.prompts.defaults import ensure_prompts
from membership.prompts.drafts import allowed_draft
from membership.prompts.rules.audiences import ReaderState
from membership.prompts.rules.bundle import Bundle, parse_bundle
from membership.prompts.rules.mix import mix_for
from membership.prompts.rules.policy import Break, policy_breaks
from membership.prompts.rules.sampling import sample_reader
from membership.prompts.rules.simulation import Sample, Simulation, simulate
from membership.prompts.rules.starvation import OUTRANKED
from membership.prompts.rules.targeting import DAY
from payments.models import Campaign
from tests.factories import NOON
from tests.vectors.building import (
    GIVING,
    NOW,
    Json,
    ask,
    bundle,
    card,
    exclusion,
    invite,
    notice,
    thanks,
    variant,
)
from tests.vectors.newspaper import forty_campaigns

SMALL = Sample(NOW, views=4_000)


def played(draft: Json, live: Json | None = None, sample: Sample = SMALL) -> Simulation:
    return simulate(parse_bundle(draft), parse_bundle(live) if live else None, sample)


def sentences(draft: Json, live: Json | None = None) -> list[tuple[str, str]]:
    found = policy_breaks(parse_bundle(draft), parse_bundle(live) if live else None)
    return [(finding.policy.value, finding.sentence) for finding in found]


class TestSample:
    def test_a_reader_is_drawn_the_same_again_and_another_is_another(self) -> None:
        mix = mix_for(parse_bundle(forty_campaigns()))

        def drawn(number: int, seed: int = 1) -> object:
            return sample_reader(mix, seed=seed, number=number, start=NOW)

        assert drawn(5) == drawn(5)
        assert drawn(5) != drawn(6)
        assert drawn(5) != drawn(5, seed=2)

    def test_readers_come_back_within_thirty_days_in_order(self) -> None:
        mix = mix_for(parse_bundle(forty_campaigns()))
        readers = [sample_reader(mix, seed=1, number=number, start=NOW) for number in range(500)]

        for reader in readers:
            instants = [visit.now for visit in reader.visits]
            assert instants == sorted(instants)
            assert instants[0] >= NOW
            assert instants[-1] < NOW + 30 * DAY
        assert sum(len(reader.visits) > 3 for reader in readers) > 50

    def test_every_value_that_a_rule_names_is_met(self) -> None:
        rules = bundle(
            ask(sections={"in": ["chess"]}, countries={"in": ["NZ"]}, codes=["spring"]),
            thanks(tiers=["patron"], tags={"in": ["bees"]}),
        )
        mix = mix_for(parse_bundle(rules))

        assert "chess" in {page.section for page in mix.pages}
        assert "bees" in {tag for page in mix.pages for tag in page.tags}
        assert "NZ" in mix.countries.values
        assert "spring" in mix.codes.values
        assert "patron" in mix.tiers.values


class TestReplay:
    def test_the_same_draft_and_live_differ_nowhere(self) -> None:
        result = played(forty_campaigns(), forty_campaigns())

        assert result.changed_views == 0
        assert result.differences == {}
        assert result.draft == result.live
        assert result.refusals == ()

    def test_a_campaign_that_moved_up_is_counted_with_what_it_displaced(self) -> None:
        first, second = ask(id="first"), ask(id="second")

        result = played(bundle(second, first), bundle(first, second))

        assert set(result.differences) == {("first", "second")}
        assert result.differences["first", "second"] == result.changed_views
        assert result.changed_views == result.draft.impressions["second"]

    def test_what_a_reader_saw_counts_towards_the_caps_of_the_bundle_that_showed_it(self) -> None:
        once = {"views": 1, "days": 60}
        result = played(bundle(ask(caps=once)), bundle(ask()))
        remembered = simulate(parse_bundle(bundle(ask())), None, SMALL).draft

        assert result.live == remembered
        forgetful = result.draft.impressions["ask"] - result.draft.reach["ask"]
        assert result.draft.impressions["ask"] < result.live.impressions["ask"] / 2
        # Only readers whose browser keeps nothing meet it again.
        assert forgetful < result.live.impressions["ask"] * 0.12

    def test_the_parts_of_a_sample_add_up_the_same_however_many_work(self) -> None:
        draft = parse_bundle(bundle(ask(), thanks(states=GIVING)))
        sample = Sample(NOW, views=8_000, seed=3)

        assert simulate(draft, None, sample) == simulate(draft, None, sample, workers=2)

    def test_a_starved_campaign_is_named_with_what_refused_it(self) -> None:
        everyone, never = notice(id="everyone"), notice(id="shadowed")
        strict = notice(id="strict", bands=["vast"], states=["anonymous"])

        result = played(bundle(everyone, never, strict))

        assert set(result.starved) == {"shadowed", "strict"}
        assert result.starved["shadowed"].most_common(1)[0][0] == "others_come_first"
        assert {"band", "state"} <= set(result.starved["strict"])

    def test_readers_who_saw_two_campaigns_are_counted_as_overlap(self) -> None:
        both = bundle(notice(id="one", slots=["banner"]), notice(id="two"))

        tally = played(both).draft

        assert tally.together["one", "two"] > 0
        assert tally.together["one", "two"] <= min(tally.reach["one"], tally.reach["two"])

    def test_the_holdout_sees_no_ask_and_is_counted(self) -> None:
        tally = played(bundle(ask(), holdout={"id": "h", "ppm": 1_000_000})).draft

        assert tally.held["ask"] > 0
        # What is left is seen by readers without a seed, who cannot be held out.
        assert set(tally.arms) == {("ask", "default")}

    def test_no_supporter_is_asked_and_the_share_of_them_is_known(self) -> None:
        tally = played(forty_campaigns()).draft

        assert tally.supporters > 0
        assert tally.supporters_asked == tally.failing_payers_asked == 0


class TestPolicy:
    def test_a_bundle_that_breaks_nothing_has_no_findings(self) -> None:
        assert sentences(forty_campaigns(), forty_campaigns()) == []

    def test_an_ask_of_supporters_is_a_break_even_if_it_got_past_the_parser(self) -> None:
        asking = _with_states(parse_bundle(bundle(ask())), ReaderState.RECURRING)

        [finding] = policy_breaks(asking)

        assert (finding.policy, finding.campaign) == (Break.SUPPORTER_ASKED, "ask")
        assert simulate(asking, None, SMALL).refusals == (finding,)

    def test_an_invitation_of_who_fails_to_pay_is_a_break(self) -> None:
        found = sentences(bundle(invite(states=["payment_failing", "recurring"])))

        assert [policy for policy, _sentence in found] == [Break.FAILING_PAYER_ASKED]

    def test_the_replay_sees_a_failing_payer_who_is_invited(self) -> None:
        result = played(bundle(card(slots=["banner"]), invite(states=["payment_failing"])))

        observed = [finding for finding in result.refusals if not finding.campaign]
        assert result.draft.failing_payers_asked > 0
        assert [finding.policy for finding in observed] == [Break.FAILING_PAYER_ASKED]

    @pytest.mark.parametrize(
        ("words", "rules", "where"),
        [
            ("{from_price}", {"offer": "support", "countries": {"in": ["JP", "GB"]}}, "JP"),
            ("{from_price}", {"offer": "support"}, "elsewhere"),
            ("{from_price}", {"countries": {"in": ["GB"]}}, "GB"),
            ("{total}", {"offer": "support", "countries": {"in": ["US"]}}, "US"),
            ("{days_left}", {"countries": {"in": ["GB"]}}, "GB"),
            ("{nobody}", {"countries": {"in": ["GB"]}}, "GB"),
        ],
    )
    def test_a_placeholder_without_a_value_where_it_is_meant_is_a_break(
        self, words: str, rules: Json, where: str
    ) -> None:
        found = sentences(bundle(ask(variants=[variant(words=words)], editions=["uk"], **rules)))

        sentence = f"“ask”, edition uk: {words} has no value in {where}."
        assert found == [(Break.VALUE_MISSING, sentence)]

    def test_placeholders_with_values_everywhere_they_are_meant_break_nothing(self) -> None:
        words = "{newspaper} {day} {date} {from_price} {article_count} {country} {days_left}"
        rules: Json = {"offer": "support", "countries": {"out": ["JP", "elsewhere"]}}
        rules["countdown"] = NOW + DAY

        found = sentences(bundle(ask(variants=[variant(words=words)], editions=["us"], **rules)))

        assert found == []

    @pytest.mark.parametrize(
        ("before", "after", "dropped"),
        [
            ([exclusion("a", tags=["war"])], [exclusion("b", tags=["war", "grief"])], False),
            ([exclusion("a", tags=["war"])], [exclusion("a", tags=["grief"])], True),
            (
                [exclusion("a", tags=["war"])],
                [exclusion("a", slots=["banner"], tags=["war"])],
                True,
            ),
            ([exclusion("a", types=["war"])], [exclusion("a", tags=["war"])], True),
            (
                [exclusion("a", slots=["banner"], tags=["war"])],
                [exclusion("b", tags=["war"])],
                False,
            ),
        ],
    )
    def test_an_exclusion_that_covers_less_than_the_live_one_is_a_break(
        self, before: list[Json], after: list[Json], *, dropped: bool
    ) -> None:
        live, draft = bundle(exclusions=before), bundle(exclusions=after)

        found = [policy for policy, _sentence in sentences(draft, live)]

        assert found == [Break.EXCLUSION_DROPPED] * dropped

    def test_new_approved_rules_may_drop_an_exclusion(self) -> None:
        live = parse_bundle(bundle(exclusions=[exclusion("grief", tags=["war"])]))
        draft = parse_bundle(bundle())

        result = simulate(draft, live, SMALL, has_new_rules=True)

        assert result.refusals == policy_breaks(draft, live, has_new_rules=True) == ()

    def test_a_dropped_exclusion_is_named_with_what_it_covered(self) -> None:
        live = bundle(exclusions=[exclusion("grief", slots=["banner"], tags=["war"])])

        [(_policy, sentence)] = sentences(bundle(), live)

        assert sentence == (
            "The exclusion “grief” is dropped for tag “war” in banner;"
            " keep it, or have the house rules reviewed without it."
        )


def _with_states(rules: Bundle, *states: ReaderState) -> Bundle:
    [campaign] = rules.campaigns
    return replace(rules, campaigns=(replace(campaign, states=frozenset(states)),))


@pytest.mark.django_db
def test_the_prompts_that_a_newspaper_begins_with_break_no_policy_and_starve_only_by_their_rules(
    campaign: Campaign,
) -> None:
    ensure_prompts(campaign.slug, now=NOON)
    body = allowed_draft(now=NOON).compiled.body

    result = simulate(parse_bundle(body), parse_bundle(body), Sample(NOW, views=20_000))

    assert result.refusals == ()
    assert result.draft.supporters_asked == 0
    assert OUTRANKED not in {reason for reasons in result.starved.values() for reason in reasons}
