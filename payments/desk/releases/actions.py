"""Writes of releases: asked for, approved or declined, booked in the same transaction, taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.campaigns.models import Fund
from payments.desk.limits import needs_second_person, release_limit
from payments.desk.releases.queries import releasable_amount, released_alone
from payments.errors import NoteMissing, ReleaseRefused
from payments.ledger.dates import BookingDays, booking_days
from payments.ledger.models import FundRelease
from payments.ledger.release_models import RELEASE_TRANSITIONS, ReleaseState
from payments.ledger.releasing import post_release, reverse_release
from payments.money import Money
from payments.periods import civil_date


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """What a page asks for under a reference of its own; `amount` in minor units of `currency`."""

    reference: UUID
    fund_id: int
    currency: str
    amount: int
    released_on: date
    purpose: str


@transaction.atomic
def ask_release(order: ReleaseOrder, *, actor: AbstractBaseUser, now: datetime) -> FundRelease:
    """Release money of a fund, or return the release that the same page asked for already.

    It waits for a second person where it must, and is otherwise booked at once. Raises ReleaseRefused with a sentence
    for staff, and NoteMissing.
    """
    purpose = _required(order.purpose, "Say what the money was spent on.")
    fund = _held_fund(order.fund_id)
    known = FundRelease.objects.filter(reference=order.reference).first()
    if known is not None:
        return _same(known, order)
    today = civil_date(now, fund.entity.time_zone)
    if order.released_on > today:
        raise ReleaseRefused("Choose the day on which the money was spent, today or before.")
    release = FundRelease(
        reference=order.reference,
        fund=fund,
        currency=order.currency,
        amount=order.amount,
        released_on=order.released_on,
        purpose=purpose,
        limit=release_limit(fund.entity, order.currency, today=today),
        requested_by_id=actor.pk,
        requested_at=now,
    )
    days = booking_days(fund.entity)
    _check_amount(release, days)
    alone = released_alone(fund, order.currency, now=now)
    waits = needs_second_person(order.amount, decided_alone=alone, limit=release.limit)
    release.state = ReleaseState.WAITING if waits else ReleaseState.RELEASED
    release.save(force_insert=True)
    if not waits:
        post_release(release, days=days, by=actor, now=now)
    _audit("fund_release_requested", release, "", actor=actor, now=now, reason=purpose)
    return release


@transaction.atomic
def approve_release(
    release_id: int, *, actor: AbstractBaseUser, note: str, now: datetime
) -> FundRelease:
    """Book a release that waits. Raises ReleaseRefused and NoteMissing.

    Who asked for it cannot approve it. Safe to repeat by the same person.
    """
    note = _required(note, "Say why you approve this release.")
    release = _locked(release_id)
    if release.requested_by_id == actor.pk:
        raise ReleaseRefused("You asked for this release: somebody else has to approve it.")
    if release.decided_by_id == actor.pk and release.state == ReleaseState.RELEASED:
        return release
    _check_transition(release, ReleaseState.RELEASED)
    days = booking_days(release.fund.entity)
    _check_amount(release, days)
    _decide(release, ReleaseState.RELEASED, actor=actor, note=note, now=now)
    post_release(release, days=days, by=actor, now=now)
    _audit("fund_release_approved", release, "waiting", actor=actor, now=now, reason=note)
    return release


@transaction.atomic
def decline_release(
    release_id: int, *, actor: AbstractBaseUser, note: str, now: datetime
) -> FundRelease:
    """Say no to a release that waits; who asked for it withdraws it that way. Raises ReleaseRefused and NoteMissing."""
    note = _required(note, "Say why this release is declined.")
    release = _locked(release_id)
    if release.state == ReleaseState.DECLINED and release.decided_by_id == actor.pk:
        return release
    _check_transition(release, ReleaseState.DECLINED)
    _decide(release, ReleaseState.DECLINED, actor=actor, note=note, now=now)
    _audit("fund_release_declined", release, "waiting", actor=actor, now=now, reason=note)
    return release


@transaction.atomic
def take_back_release(
    release_id: int, *, actor: AbstractBaseUser, reason: str, now: datetime
) -> FundRelease:
    """Put the money of a release back into its fund, by a posting of its own. Raises ReleaseRefused and NoteMissing."""
    reason = _required(reason, "Say why this release is taken back.")
    release = _locked(release_id)
    _check_transition(release, ReleaseState.REVERSED)
    days = booking_days(release.fund.entity)
    reverse_release(release, reason=reason, days=days, by=actor, now=now)
    release.state = ReleaseState.REVERSED
    release.save(update_fields=["state"])
    _audit("fund_release_taken_back", release, "released", actor=actor, now=now, reason=reason)
    return release


def _held_fund(fund_id: int) -> Fund:
    """Lock the fund, so that two releases of it come one after the other; gifts to it need not wait."""
    return (
        Fund.objects.select_for_update(of=("self",), no_key=True)
        .select_related("entity")
        .get(pk=fund_id)
    )


def _locked(release_id: int) -> FundRelease:
    fund = _held_fund(FundRelease.objects.values_list("fund_id", flat=True).get(pk=release_id))
    release = FundRelease.objects.select_for_update().get(pk=release_id)
    release.fund = fund
    return release


def _check_amount(release: FundRelease, days: BookingDays) -> None:
    """Refuse what the fund does not hold on the day on which the release counts, or holds no more since."""
    fund, currency = release.fund, release.currency
    if not fund.is_restricted:
        raise ReleaseRefused(f"{fund} is not restricted: its money needs no release.")
    if release.amount < 1:
        raise ReleaseRefused("A release has an amount above zero.")
    since = days.of_day(release.released_on).accounting_on
    left = releasable_amount(fund, currency, since=since, besides=release)
    if release.amount > left:
        raise ReleaseRefused(
            f"{fund} has {Money(left, currency).format()} that can be released on {since:%d %B %Y}: what it holds "
            "then and since, less what waits for a second person."
        )


def _check_transition(release: FundRelease, to: ReleaseState) -> None:
    state = ReleaseState(release.state)
    if to not in RELEASE_TRANSITIONS[state]:
        raise ReleaseRefused(f"This cannot be done any more: {state.label.lower()}.")


def _same(known: FundRelease, order: ReleaseOrder) -> FundRelease:
    asked = (order.fund_id, order.currency, order.amount, order.released_on)
    if asked != (known.fund_id, known.currency, known.amount, known.released_on):
        raise ReleaseRefused(
            "This page has released money already. Open it again for another release."
        )
    return known


def _decide(
    release: FundRelease, state: ReleaseState, *, actor: AbstractBaseUser, note: str, now: datetime
) -> None:
    release.state, release.decided_by_id, release.decided_at = state, actor.pk, now
    release.decision_note = note
    release.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])


def _audit(  # noqa: PLR0913  from what state to what, by whom and why
    action: str,
    release: FundRelease,
    before: str,
    *,
    actor: AbstractBaseUser,
    now: datetime,
    reason: str,
) -> None:
    record_audit(
        action,
        Subject(
            "fund release",
            str(release),
            before={"state": before} if before else {},
            after={
                "state": str(release.state),
                "fund": release.fund.code,
                "amount": release.amount,
                "currency": release.currency,
                "released_on": str(release.released_on),
            },
        ),
        actor=actor,
        now=now,
        reason=reason,
    )


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise NoteMissing(sentence)
    return text.strip()
