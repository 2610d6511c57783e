from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.entities.models import LegalEntity
from payments.errors import InvalidTransition, MonthNotReady, NoteMissing, SamePerson
from payments.finance.kept.actions import await_files
from payments.finance.months.calendar import Month
from payments.finance.months.proof import proof_of
from payments.finance.months.queries import next_to_close, period_of, readiness_of
from payments.finance.tables.journal import JOURNAL
from payments.ledger.dates import closed_until
from payments.ledger.period_models import AccountingPeriod, MonthState
from payments.periods import civil_date
from payments.reconciliation.exceptions import settle_exception

_AUDITED = {
    MonthState.OPEN: "month_reopened",
    MonthState.SOFT_CLOSED: "month_closed",
    MonthState.LOCKED: "month_locked",
}
_DONE = {
    MonthState.OPEN: "opened again",
    MonthState.SOFT_CLOSED: "closed",
    MonthState.LOCKED: "locked",
}


def close_month(
    entity: LegalEntity, month: Month, *, actor: AbstractBaseUser, now: datetime
) -> AccountingPeriod:
    """Let nothing more be booked into a month; what comes late counts in the next one.

    Raises InvalidTransition out of turn, and MonthNotReady while an exception is not explained or a difference is not
    zero. Waits for those who are booking at this moment, and they for this.
    """
    _require_turn(period_of(entity, month), month, now=now)
    _require_ready(entity, month, now=now)
    with transaction.atomic():
        period = _held(entity, month)
        _require_turn(period, month, now=now)
        period.closed_by_id, period.closed_at = actor.pk, now
        return _enter(period, MonthState.SOFT_CLOSED, actor=actor, now=now)


def lock_month(
    entity: LegalEntity, month: Month, *, actor: AbstractBaseUser, now: datetime
) -> AccountingPeriod:
    """Keep a closed month for good, with the proof of its journal; somebody else than who closed it.

    Which files of it are to be kept is noted with it; a task writes them.

    Raises SamePerson, InvalidTransition and MonthNotReady as `close_month` does. The proof is taken before the
    transaction: a closed month takes no postings, and one that was opened meanwhile has another time of closing.
    """
    seen = period_of(entity, month)
    _require(seen, MonthState.LOCKED)
    if seen.closed_by_id == actor.pk:
        raise SamePerson("Whoever closed a month does not lock it: ask a second person.")
    _require_ready(entity, month, now=now)
    proof = proof_of(entity, month, now=now)
    with transaction.atomic():
        period = _held(entity, month)
        _require(period, MonthState.LOCKED)
        if period.closed_at != seen.closed_at:
            raise InvalidTransition(f"{month} was opened meanwhile. Look at it again.")
        before = closed_before(entity, month)
        if before is not None:
            raise InvalidTransition(f"Lock {before} first.")
        period.locked_by_id, period.locked_at = actor.pk, now
        period.line_count, period.sha256 = proof.line_count, proof.sha256
        period.schema_version = JOURNAL.schema_version
        locked = _enter(period, MonthState.LOCKED, actor=actor, now=now)
        await_files(locked)
        return locked


@transaction.atomic
def reopen_month(
    entity: LegalEntity, month: Month, *, reason: str, actor: AbstractBaseUser, now: datetime
) -> AccountingPeriod:
    """Let postings into a closed month again; raises InvalidTransition for a locked one or one with closed ones after.

    Raises NoteMissing without a reason. What came late in between stays where it was booked.
    """
    if not reason.strip():
        raise NoteMissing("Say why the month is opened again.")
    period = _held(entity, month)
    _require(period, MonthState.OPEN)
    if closed_until(entity) != month.last_on:
        raise InvalidTransition("Open the months after it first.")
    period.closed_by_id = period.closed_at = None
    return _enter(period, MonthState.OPEN, actor=actor, now=now, reason=reason)


@transaction.atomic
def waive_exception(
    kind: str, *, key: str, note: str, actor: AbstractBaseUser, now: datetime
) -> None:
    """Explain a row of the exceptions queue, so that it keeps no month from closing; raises NoteMissing."""
    settle_exception(kind, key=key, note=note, actor=actor, now=now)
    record_audit(
        "exception_waived",
        Subject("exception", f"{kind} {key}"[:255], after={"kind": kind}),
        actor=actor,
        now=now,
        reason=note,
    )


def closed_before(entity: LegalEntity, month: Month) -> Month | None:
    """Return the first month before this one that is closed and not locked."""
    first = (
        AccountingPeriod.objects.filter(
            entity=entity, first_on__lt=month.first_on, state=MonthState.SOFT_CLOSED
        )
        .order_by("first_on")
        .first()
    )
    return Month(first.first_on) if first else None


def _require_turn(period: AccountingPeriod, month: Month, *, now: datetime) -> None:
    _require(period, MonthState.SOFT_CLOSED)
    if civil_date(now, period.entity.time_zone) <= month.last_on:
        raise InvalidTransition(f"{month} is not over.")
    due = next_to_close(period.entity)
    if due != month:
        raise InvalidTransition(f"Close {due} first." if due else "There are no books yet.")


def _require_ready(entity: LegalEntity, month: Month, *, now: datetime) -> None:
    if problems := readiness_of(entity, month, now=now).problems:
        raise MonthNotReady(problems)


def _held(entity: LegalEntity, month: Month) -> AccountingPeriod:
    """Return a month's row with the entity's row locked, so that nobody books or closes at the same time."""
    LegalEntity.objects.select_for_update().get(pk=entity.pk)
    return period_of(entity, month)


def _require(period: AccountingPeriod, state: MonthState) -> None:
    if state not in AccountingPeriod.TRANSITIONS[MonthState(period.state)]:
        raise InvalidTransition(
            f"{Month(period.first_on)} is {period.get_state_display().lower()}: "
            f"it cannot be {_DONE[state]}."
        )


def _enter(
    period: AccountingPeriod,
    state: MonthState,
    *,
    actor: AbstractBaseUser,
    now: datetime,
    reason: str = "",
) -> AccountingPeriod:
    before = period.state
    period.state = state
    period.save()
    record_audit(
        _AUDITED[state],
        Subject(
            "accounting period",
            f"{period.entity.slug} {period}",
            before={"state": before},
            after={"state": state.value, **({"sha256": period.sha256} if period.sha256 else {})},
        ),
        actor=actor,
        now=now,
        reason=reason,
    )
    return period
