"""What changed on a plan, named: one difference for each thing that a supporter would call a change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from payments.plans.models import PlanChangeKind, PlanCommandKind, PlanStatus

Fields = Mapping[str, object]

# What each command brings about; another difference that is found meanwhile was not asked for by it.
EXPLAINED: dict[str, tuple[PlanChangeKind, ...]] = {
    PlanCommandKind.STOP: (PlanChangeKind.STOPPING, PlanChangeKind.ENDED),
    PlanCommandKind.STOP_NOW: (PlanChangeKind.STOPPED, PlanChangeKind.STOPPING),
    PlanCommandKind.END: (PlanChangeKind.ENDED,),
    PlanCommandKind.KEEP: (PlanChangeKind.UNDONE,),
    PlanCommandKind.AMOUNT: (PlanChangeKind.AMOUNT,),
    PlanCommandKind.FREQUENCY: (PlanChangeKind.FREQUENCY,),
    PlanCommandKind.DATE: (PlanChangeKind.DATE,),
    PlanCommandKind.PAUSE: (PlanChangeKind.PAUSED,),
    PlanCommandKind.RESUME: (PlanChangeKind.RESUMED,),
    PlanCommandKind.CARD: (PlanChangeKind.CARD,),
}

_AMOUNT = ("amount", "fee_cover")
_DATE = ("moved_to_at", "current_period_end_at")
_CARD = ("payment_method_id", "card_brand", "card_last4", "card_expires_on")
_STANDING = (
    "status", "started_at", "resumes_at", "cancel_at", "cancelled_at", "ended_at", "end_reason", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One change, with the fields that it changed as JSON values."""

    kind: PlanChangeKind
    before: dict[str, object]
    after: dict[str, object]
    reason: str = ""


def first_difference(fields: Fields) -> list[Difference]:
    """Name the appearance of a plan; nothing while the first payment is not through."""
    kind = _kind_of_standing({"status": PlanStatus.INCOMPLETE}, fields, is_paused=False)
    return [Difference(kind, {}, _jsonable(fields))] if kind else []


def differences_between(before: Fields, after: Fields, *, is_paused: bool) -> list[Difference]:
    """Name what changed; a period that rolled over is no change, since its payment tells the story.

    `is_paused` says whether collection is paused now, which a plan that is ending does not show.
    """
    if after["status"] == PlanStatus.INCOMPLETE:
        return []
    if before["status"] == PlanStatus.INCOMPLETE:
        kind = PlanChangeKind.ENDED if _is(after, PlanStatus.ENDED) else PlanChangeKind.STARTED
        names = [name for name in after if before[name] != after[name]]
        return [_difference(kind, before, after, tuple(names))]
    return list(_named(before, after, is_paused=is_paused))


def _named(before: Fields, after: Fields, *, is_paused: bool) -> Iterator[Difference]:
    def differs(*names: str) -> bool:
        return any(before[name] != after[name] for name in names)

    if differs("frequency"):
        yield _difference(PlanChangeKind.FREQUENCY, before, after, ("frequency", *_AMOUNT, *_DATE))
    elif differs(*_AMOUNT):
        yield _difference(PlanChangeKind.AMOUNT, before, after, _AMOUNT)
    if differs("moved_to_at") and after["moved_to_at"] and not differs("frequency"):
        yield _difference(PlanChangeKind.DATE, before, after, _DATE)
    # A plan from before we asked for its card has none; learning it is no change.
    if differs(*_CARD) and before["payment_method_id"]:
        yield _difference(PlanChangeKind.CARD, before, after, _CARD)
    if differs(*_STANDING) and (kind := _kind_of_standing(before, after, is_paused=is_paused)):
        yield _difference(kind, before, after, _STANDING)


def _kind_of_standing(  # noqa: PLR0911  one line a kind
    before: Fields, after: Fields, *, is_paused: bool
) -> PlanChangeKind | None:
    was, status = PlanStatus(str(before["status"])), PlanStatus(str(after["status"]))
    if status == PlanStatus.INCOMPLETE:
        return None
    if status == PlanStatus.ENDED:
        return PlanChangeKind.ENDED
    if was == PlanStatus.INCOMPLETE:
        return PlanChangeKind.STARTED
    if status == PlanStatus.ENDING:
        if was == PlanStatus.ENDING:
            return PlanChangeKind.UPDATED
        return PlanChangeKind.STOPPED if is_paused else PlanChangeKind.STOPPING
    if was == PlanStatus.ENDING:
        return PlanChangeKind.UNDONE
    if status == PlanStatus.PAUSED:
        return PlanChangeKind.PAUSED
    if status == PlanStatus.PAST_DUE:
        return PlanChangeKind.UPDATED if was == status else PlanChangeKind.PAST_DUE
    if was == PlanStatus.ACTIVE:
        return PlanChangeKind.UPDATED
    return PlanChangeKind.RESUMED if was == PlanStatus.PAUSED else PlanChangeKind.RECOVERED


def _difference(
    kind: PlanChangeKind, before: Fields, after: Fields, names: tuple[str, ...]
) -> Difference:
    changed = [name for name in names if before[name] != after[name]]
    is_over = kind in (PlanChangeKind.ENDED, PlanChangeKind.STOPPING, PlanChangeKind.STOPPED)
    return Difference(
        kind,
        _jsonable({name: before[name] for name in changed}),
        _jsonable({name: after[name] for name in changed}),
        reason=str(after["end_reason"]) if is_over else "",
    )


def _is(fields: Fields, status: PlanStatus) -> bool:
    return fields["status"] == status


def _jsonable(values: Fields) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
