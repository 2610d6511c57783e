"""Everything that is kept about one person, as they may ask to see it. Reads only."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from membership.letters.models import Letter, NoticeClock, Suppression
from membership.reminders.models import Reminder
from membership.supporters.models import ConsentRecord, StatusChange, Supporter
from membership.tiers.models import TierChange, TierOverride
from payments.models import Dispute, Payment, PaymentAttempt, Receipt, RecurringPlan, Refund

Rows = list[dict[str, object]]


def personal_data(supporter: Supporter) -> dict[str, object]:
    """Return a supporter's rows and those of whoever was merged into them, by subject, each oldest first.

    Amounts are minor units of their currency. Who of the staff did something is theirs, and is left out.
    """
    merged = Supporter.objects.filter(merged_into=supporter).order_by("pk")
    own = Q(supporter=supporter) | Q(supporter__in=merged)
    parties = [supporter.reference, *merged.values_list("reference", flat=True)]
    person = ("reference", "email", "name", "country", "locale", "email_verified_at", "state")
    tables: Mapping[str, tuple[QuerySet[Model], Iterable[str]]] = {
        "person": (Supporter.objects.filter(Q(pk=supporter.pk) | Q(pk__in=merged)), person),
        "consents": (
            ConsentRecord.objects.filter(own),
            ("purpose", "granted", "text", "source", "recorded_at"),
        ),
        "statuses": (
            StatusChange.objects.filter(own),
            ("from_state", "to_state", "reason", "cause", "changed_at"),
        ),
        "tiers": (
            TierChange.objects.filter(own),
            ("from_tier__name", "to_tier__name", "reason", "cause", "changed_at"),
        ),
        "tiers_set_by_staff": (
            TierOverride.objects.filter(own),
            ("tier__name", "starts_at", "ends_at", "reason", "withdrawn_at"),
        ),
        "letters": (
            Letter.objects.filter(own),
            ("kind", "state", "context", "created_at", "sent_at", "error"),
        ),
        "reminders": (
            Reminder.objects.filter(email=supporter.email),
            ("email", "campaign__title", "month", "state", "asked_at", "confirmed_at"),
        ),
        "mail_refused": (
            Suppression.objects.filter(own),
            ("address_hash", "reason", "source", "recorded_at"),
        ),
        "recurring_gifts": (
            RecurringPlan.objects.filter(customer__party__in=parties),
            ("reference", "status", "frequency", "currency", "amount", "started_at", "ended_at"),
        ),
        "notices": (
            NoticeClock.objects.filter(plan__customer__party__in=parties),
            ("plan__reference", "watched_from", "told", "due_at"),
        ),
        **_money_of(parties),
    }
    return {name: _rows(rows, fields) for name, (rows, fields) in tables.items()}


def _money_of(parties: list[UUID]) -> dict[str, tuple[QuerySet[Model], Iterable[str]]]:
    payments = Payment.objects.filter(donation__customer__party__in=parties)
    paid = ("reference", "status", "currency", "amount", "refunded_amount", "lost_amount")
    return {
        "payments": (payments, (*paid, "succeeded_at", "card_brand", "card_last4")),
        "failed_attempts": (
            PaymentAttempt.objects.filter(payment__in=payments),
            ("payment__reference", "number", "outcome", "decline_code", "made_at"),
        ),
        "refunds": (
            Refund.objects.filter(payment__in=payments),
            ("payment__reference", "status", "amount", "created_at"),
        ),
        "disputes": (
            Dispute.objects.filter(payment__in=payments),
            ("payment__reference", "state", "currency", "amount", "taken_amount", "created_at"),
        ),
        "receipts": (
            Receipt.objects.filter(payment__in=payments),
            ("number", "document_type", "issued_at"),
        ),
    }


def _rows(rows: QuerySet[Model], fields: Iterable[str]) -> Rows:
    return list(rows.order_by("pk").values(*fields))
