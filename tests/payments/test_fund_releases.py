"""Money of a restricted fund is released once, by two people above the limit, and never more than there is."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from membership.models import User
from payments.desk.releases.actions import (
    approve_release,
    ask_release,
    decline_release,
    take_back_release,
)
from payments.desk.releases.queries import releasable_amount
from payments.errors import NoteMissing, ReleaseRefused
from payments.ledger.queries import trial_balance
from payments.ledger.releasing import lowest_from
from payments.models import (
    AuditEntry,
    Campaign,
    Fund,
    FundRelease,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
)
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift, a_refund
from tests.payments.months import CLOSING, THEN, close, october
from tests.payments.releases import a_release, an_order, restrict

pytestmark = pytest.mark.django_db

TEN_DAYS_AGO = NOON - timedelta(days=10)


@pytest.fixture
def fund(campaign: Campaign) -> Fund:
    """A restricted fund that holds £100; one person may release £50 of it."""
    a_gift(campaign, 10_000, at=TEN_DAYS_AGO)
    return restrict(campaign, limit=5_000)


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def lead(db: None) -> User:
    return UserFactory.create()


def lines_of(release: FundRelease) -> list[tuple[str, int | None, int]]:
    entries = LedgerEntry.objects.filter(posting__release=release).order_by("id")
    return list(entries.values_list("account", "fund", "amount"))


def left_of(fund: Fund) -> int:
    return releasable_amount(fund, "GBP", since=NOON.date())


def test_a_release_is_a_balanced_posting_that_leaves_contributions_as_they_were(
    fund: Fund, clerk: User
) -> None:
    before = trial_balance(fund.entity)
    made = a_release(fund, 4_000, actor=clerk)

    assert (made.state, made.decided_by, made.limit) == ("released", None, 5_000)
    assert lines_of(made) == [("funds_released", fund.pk, 4_000), ("funds_released", None, -4_000)]
    after = trial_balance(fund.entity)
    [released] = [each for each in after if each not in before]
    assert (released.account, released.debit, released.balance) == ("funds_released", 4_000, 0)
    assert len(after) == len(before) + 1
    assert left_of(fund) == 6_000
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("fund_release_requested", clerk)
    assert entry.object_reference == str(made.reference)
    assert (entry.after["state"], entry.after["amount"]) == ("released", 4_000)


def test_the_same_page_sent_twice_makes_one_release(fund: Fund, clerk: User) -> None:
    order = an_order(fund, 4_000)
    first = ask_release(order, actor=clerk, now=NOON)
    assert ask_release(order, actor=clerk, now=NOON).pk == first.pk
    with pytest.raises(ReleaseRefused, match="has released money already"):
        ask_release(an_order(fund, 1, reference=order.reference), actor=clerk, now=NOON)
    assert LedgerPosting.objects.filter(release__isnull=False).count() == 1


def test_above_the_limit_a_second_person_approves(fund: Fund, clerk: User, lead: User) -> None:
    waiting = a_release(fund, 6_000, actor=clerk)
    assert (waiting.state, lines_of(waiting), left_of(fund)) == ("waiting", [], 4_000)
    with pytest.raises(ReleaseRefused, match="somebody else"):
        approve_release(waiting.pk, actor=clerk, note="Mine.", now=NOON)
    with pytest.raises(NoteMissing):
        approve_release(waiting.pk, actor=lead, note=" ", now=NOON)

    for _ in range(2):
        approved = approve_release(waiting.pk, actor=lead, note="Seen the bill.", now=NOON)

    assert (approved.state, approved.decided_by) == ("released", lead)
    assert len(lines_of(approved)) == 2
    assert AuditEntry.objects.get(action="fund_release_approved").actor == lead


def test_small_parts_of_a_large_release_need_a_second_person_too(fund: Fund, clerk: User) -> None:
    assert a_release(fund, 3_000, actor=clerk).state == "released"
    assert a_release(fund, 3_000, actor=clerk).state == "waiting"
    later = NOON + timedelta(days=31)
    assert a_release(fund, 3_000, actor=clerk, now=later).state == "released"


def test_without_a_rate_every_release_waits(campaign: Campaign, fund: Fund) -> None:
    a_gift(campaign, 5_000, currency="JPY", at=NOON)
    made = a_release(fund, 1, currency="JPY")
    assert (made.state, made.limit) == ("waiting", None)


def test_a_declined_release_moves_nothing_and_frees_its_amount(
    fund: Fund, clerk: User, lead: User
) -> None:
    waiting = a_release(fund, 6_000, actor=clerk)
    decline_release(waiting.pk, actor=lead, note="Not what it is for.", now=NOON)
    assert left_of(fund) == 10_000
    assert not LedgerPosting.objects.filter(release__isnull=False).exists()
    with pytest.raises(ReleaseRefused, match="declined"):
        approve_release(waiting.pk, actor=lead, note="After all.", now=NOON)


def test_a_fund_is_overdrawn_on_no_day(campaign: Campaign, fund: Fund) -> None:
    a_release(fund, 3_000)
    with pytest.raises(ReleaseRefused, match=r"has £70 that can be released on 20 November 2026"):
        a_release(fund, 7_001)
    # The gift was ten days ago: before it there was nothing.
    with pytest.raises(ReleaseRefused, match=r"has £0 that"):
        a_release(fund, 1, on=TEN_DAYS_AGO.date() - timedelta(days=1))
    # What was there then and has been given back since cannot be spent then either.
    a_refund(a_gift(campaign, 500, at=TEN_DAYS_AGO), 500, at=NOON)
    with pytest.raises(ReleaseRefused, match=r"has £70 that"):
        a_release(fund, 7_001, on=TEN_DAYS_AGO.date())
    assert a_release(fund, 7_000, on=TEN_DAYS_AGO.date()).state == "waiting"


def test_what_waits_is_approved_only_while_the_fund_holds_it(
    campaign: Campaign, fund: Fund, lead: User
) -> None:
    gift = a_gift(campaign, 1_000, at=NOON)
    waiting = a_release(fund, 11_000)
    a_refund(gift, 1_000, at=NOON)
    with pytest.raises(ReleaseRefused, match=r"has £100 that"):
        approve_release(waiting.pk, actor=lead, note="Yes.", now=NOON)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"currency": "USD"}, r"has US\$0 that"),
        ({"amount": 0}, "above zero"),
        ({"released_on": NOON.date() + timedelta(days=1)}, "today or before"),
    ],
)
def test_what_cannot_be_released_is_said(
    fund: Fund, clerk: User, fields: dict[str, object], sentence: str
) -> None:
    order = an_order(fund, **{"amount": 100, **fields})  # type: ignore[arg-type]
    with pytest.raises(ReleaseRefused, match=sentence):
        ask_release(order, actor=clerk, now=NOON)
    assert not FundRelease.objects.exists()


def test_an_unrestricted_fund_releases_nothing(campaign: Campaign) -> None:
    a_gift(campaign, 10_000)
    with pytest.raises(ReleaseRefused, match="is not restricted"):
        a_release(campaign.fund, 100)


def test_a_release_is_taken_back_by_another_posting_with_a_reason(fund: Fund, lead: User) -> None:
    made = a_release(fund, 4_000)
    with pytest.raises(NoteMissing):
        take_back_release(made.pk, actor=lead, reason=" ", now=NOON)
    take_back_release(made.pk, actor=lead, reason="The bill was another fund’s.", now=NOON)

    assert sum(amount for _, of, amount in lines_of(made) if of) == 0
    first = LedgerPosting.objects.get(release=made, corrects=None)
    second = LedgerPosting.objects.get(release=made, corrects=first)
    assert (second.posted_by, second.reason) == (lead, "The bill was another fund’s.")
    assert left_of(fund) == 10_000
    with pytest.raises(ReleaseRefused, match="taken back"):
        take_back_release(made.pk, actor=lead, reason="Again.", now=NOON)


def test_what_is_of_a_closed_month_counts_in_the_first_open_one(
    campaign: Campaign, entity: LegalEntity
) -> None:
    fund = restrict(campaign)
    october(campaign)
    made = a_release(fund, 100, on=THEN.date(), now=CLOSING)
    close(entity)

    late = a_release(fund, 200, on=THEN.date(), now=CLOSING)
    take_back_release(made.pk, actor=UserFactory.create(), reason="Wrong.", now=CLOSING)

    days = LedgerPosting.objects.filter(release__isnull=False).values_list(
        "release", "reason", "accounting_on", "original_on"
    )
    assert set(days) == {
        (made.pk, "", THEN.date(), THEN.date()),
        (late.pk, "", date(2026, 11, 1), THEN.date()),
        (made.pk, "Wrong.", date(2026, 11, 1), THEN.date()),
    }


def test_what_was_asked_for_is_neither_changed_nor_deleted(
    fund: Fund, clerk: User, lead: User
) -> None:
    waiting = a_release(fund, 6_000, actor=clerk)
    rows = FundRelease.objects.filter(pk=waiting.pk)
    changes: list[dict[str, object]] = [
        {"amount": 1},
        {"released_on": date(2026, 1, 1)},
        {"purpose": "Else."},
        {"state": "released", "decided_by": clerk, "decided_at": NOON},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete(rows.db)
    approve_release(waiting.pk, actor=lead, note="Seen.", now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(decided_by=UserFactory.create())


def test_all_that_is_released_comes_to_nothing_over_all_funds(fund: Fund) -> None:
    take_back_release(a_release(fund, 300).pk, actor=UserFactory.create(), reason="No.", now=NOON)
    a_release(fund, 200)
    lines = LedgerEntry.objects.filter(account="funds_released")
    assert lines.aggregate(sum=Sum("amount"))["sum"] == 0
    assert lines.filter(fund=fund).aggregate(sum=Sum("amount"))["sum"] == 200


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(-50, 50)), max_size=12),
    st.integers(-1, 21),
)
def test_the_lowest_balance_is_that_of_the_day_or_of_a_later_one(
    moved: list[tuple[int, int]], since: int
) -> None:
    def day(number: int) -> date:
        return date(2026, 1, 10) + timedelta(days=number)

    sums = {n: sum(minor for at, minor in moved if at == n) for n in {at for at, _ in moved}}
    balances = list(accumulate(-sums.get(number, 0) for number in range(-1, 22)))

    found = lowest_from(day(since), [(day(number), sums[number]) for number in sorted(sums)])

    assert found == min(balances[since + 1 :])
