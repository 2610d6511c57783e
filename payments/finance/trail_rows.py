"""Every action of staff on money as rows of one shape, whichever trail it was written to; read as one query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from payments.audit.models import AuditEntry
from payments.entities.models import LegalEntity
from payments.finance.models import AccessAction, AccessLog
from payments.finance.selections import PeriodSelection
from payments.periods import midnight
from payments.plans.models import PlanActor, PlanChange, PlanCommand
from payments.reconciliation.models import ExceptionSettlement, ReconciliationChange


class TrailRow(NamedTuple):
    """One action; `source` and `key` name its row. `actor` is an email, empty where a rule or Stripe acted."""

    at: datetime
    source: int
    key: int
    actor: str
    action: str
    object_type: str
    object_reference: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class TrailSelection(PeriodSelection):
    """Actions, narrowed by who acted (an email), the action's name and the object's type and reference."""

    actor: str = ""
    action: str = ""
    object_type: str = ""
    object: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """A trail: where each of a TrailRow's fields after `key` stands, and which of its rows count."""

    model: type[Model]
    at: str
    columns: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)


def _text(value: str) -> Value:
    return Value(value, CharField())


_NOTHING = Value({}, JSONField())
_ACTOR = Coalesce("actor__email", _text(""))
_PLAN = {"object_type": _text("plan"), "object_reference": Cast("plan__reference", CharField())}

_SOURCES = (
    _Source(
        AuditEntry,
        "at",
        {
            "actor": _ACTOR,
            "action": F("action"),
            "object_type": F("object_type"),
            "object_reference": F("object_reference"),
            "before": F("before"),
            "after": F("after"),
            "reason": F("reason"),
        },
    ),
    _Source(
        ReconciliationChange,
        "at",
        {
            "actor": _ACTOR,
            "action": Concat(_text("reconciliation_"), F("verb")),
            "object_type": Case(
                When(bank_line=None, then=_text("payout")), default=_text("bank line")
            ),
            "object_reference": Coalesce(
                Cast("bank_line__reference", CharField()), F("payout__stripe_id")
            ),
            "before": F("before"),
            "after": F("after"),
            "reason": F("note"),
        },
    ),
    _Source(
        ExceptionSettlement,
        "settled_at",
        {
            "actor": F("settled_by__email"),
            "action": _text("exception_settled"),
            "object_type": F("kind"),
            "object_reference": F("key"),
            "before": _NOTHING,
            "after": _NOTHING,
            "reason": F("note"),
        },
    ),
    # Who among staff it was stands in the cause.
    _Source(
        PlanCommand,
        "asked_at",
        {
            "actor": F("cause"),
            "action": Concat(_text("plan_asked_"), F("kind")),
            **_PLAN,
            "before": _NOTHING,
            "after": F("parameters"),
            "reason": F("reason"),
        },
        {"actor": PlanActor.STAFF},
    ),
    _Source(
        PlanChange,
        "made_at",
        {
            "actor": F("cause"),
            "action": Concat(_text("plan_"), F("kind")),
            **_PLAN,
            "before": F("before"),
            "after": F("after"),
            "reason": _text(""),
        },
        {"actor": PlanActor.STAFF},
    ),
    # That somebody looked at a report is in the access log; what left the house is here too.
    _Source(
        AccessLog,
        "at",
        {
            "actor": F("user__email"),
            "action": Concat(_text("report_"), F("action")),
            "object_type": _text("report"),
            "object_reference": F("report"),
            "before": _NOTHING,
            "after": F("filters"),
            "reason": _text(""),
        },
        {"action__in": (AccessAction.EXPORTED, AccessAction.DOWNLOADED)},
    ),
)


def trail_rows(selection: TrailSelection, *, newest_first: bool = False) -> QuerySet[Any, Any]:
    """Return tuples in the order of TrailRow's fields, in a total order; days are those of the entity's zone."""
    zone = LegalEntity.objects.values_list("time_zone", flat=True).get(slug=selection.entity)
    first, *others = [
        _rows_of(source, number, selection, zone) for number, source in enumerate(_SOURCES)
    ]
    order = ("row_at", "row_source", "row_key")
    return first.union(*others, all=True).order_by(
        *(f"-{name}" if newest_first else name for name in order)
    )


def _rows_of(
    source: _Source, number: int, selection: TrailSelection, zone: str
) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = source.model._default_manager.filter(**source.kept)  # noqa: SLF001  Django's documented model API
    if selection.first:
        rows = rows.filter(**{f"{source.at}__gte": midnight(selection.first, zone)})
    if selection.last:
        end = midnight(selection.last + timedelta(days=1), zone)
        rows = rows.filter(**{f"{source.at}__lt": end})
    columns = {f"row_{name}": column for name, column in source.columns.items()}
    rows = rows.annotate(
        row_at=F(source.at),
        row_source=Value(number, IntegerField()),
        row_key=F("pk"),
        **{**columns, "row_reason": Cast(columns["row_reason"], TextField())},
    )
    narrowed: dict[str, Any] = {
        "row_actor__iexact": selection.actor,
        "row_action": selection.action,
        "row_object_type": selection.object_type,
    }
    rows = rows.filter(**{name: value for name, value in narrowed.items() if value})
    if selection.object:
        # SQLite keeps a UUID without its hyphens.
        spellings = {selection.object, selection.object.replace("-", "")}
        rows = rows.filter(row_object_reference__in=spellings)
    return rows.order_by().values_list(*(f"row_{name}" for name in TrailRow._fields))
