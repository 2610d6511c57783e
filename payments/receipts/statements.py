"""Yearly statements: issued when somebody asks or the year is over, again with the next version after a correction."""

import hashlib
import logging
import uuid
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity
from payments.events import statement_issued
from payments.periods import civil_date
from payments.receipts.models import Receipt, Statement
from payments.receipts.statement_content import (
    TEMPLATE_VERSION,
    body_of,
    by_tax_year,
    frame_of,
)
from payments.receipts.tax_years import tax_year
from payments.receipts.words import Words

logger = logging.getLogger(__name__)

_BATCH = 200


def given_by(party: UUID) -> QuerySet[Payment]:
    """Return all that a person gave, oldest first, with what a statement says of it; three queries."""
    return (
        Payment.objects.filter(donation__customer__party=party, status__in=Payment.SETTLED)
        .select_related("donation__entity", "donation__checkout", "donation__customer")
        .prefetch_related(
            Prefetch("receipts", queryset=Receipt.objects.order_by("id")),
            Prefetch("refunds", queryset=Refund.objects.order_by("created_at", "id")),
        )
        .order_by("succeeded_at", "id")
    )


def issue_statements(party: UUID, *, now: datetime) -> list[Statement]:
    """Issue the statement of each year that is over and has none that says what stands by now. Safe to repeat."""
    issued = []
    for (entity, began_in), payments in by_tax_year(given_by(party)).items():
        if not tax_year(entity, began_in).is_over(now):
            continue
        statement = _issue(party, entity, began_in, payments, now)
        if statement is not None:
            issued.append(statement)
    return issued


def _issue(
    party: UUID, entity: LegalEntity, began_in: int, payments: list[Payment], now: datetime
) -> Statement | None:
    latest_payment = payments[-1]
    checkout = latest_payment.donation.checkout
    words = Words.for_reader(checkout.locale if checkout else "")
    body = body_of(payments, entity, words)
    known = (
        Statement.objects.filter(party=party, entity=entity, tax_year=began_in)
        .order_by("-version")
        .first()
    )
    if known is not None and (known.content["lines"], known.content["totals"]) == (
        body["lines"],
        body["totals"],
    ):
        return None
    year = tax_year(entity, began_in)
    reference = uuid.uuid4()
    version = known.version + 1 if known else 1
    number = f"{entity.receipt_prefix}-ST-{began_in}-{reference.hex[:8].upper()}"
    issued_on = words.day(civil_date(now, entity.time_zone))
    content = {
        **frame_of(entity, year, latest_payment, words),
        **body,
        "number": number,
        "version": version,
        "issued": issued_on,
    }
    try:
        with transaction.atomic():
            return Statement.objects.create(
                reference=reference,
                entity=entity,
                party=party,
                tax_year=began_in,
                version=version,
                number=number,
                content=content,
                template_version=TEMPLATE_VERSION,
                issued_at=now,
            )
    except IntegrityError:
        # Another window asked at the same time; its statement says the same.
        return None


def render_statement(statement_id: int) -> Statement:
    """Draw and store a statement's PDF, once. Outside any transaction; whoever writes the row first has drawn it."""
    statement = Statement.objects.get(pk=statement_id)
    if statement.file:
        return statement
    # Loaded late: web processes issue statements but never draw.
    from payments.receipts.pdf import render_pdf  # noqa: PLC0415

    pdf = render_pdf(
        "payments/receipts/statement.html",
        statement.content,
        issued_at=statement.issued_at,
        identifier=statement.reference.hex,
    )
    name = default_storage.save(f"statements/{statement.reference}.pdf", ContentFile(pdf))
    with transaction.atomic():
        written = Statement.objects.filter(pk=statement.pk, file="").update(
            file=name, sha256=hashlib.sha256(pdf).hexdigest()
        )
        if written:
            statement_issued.send(sender=Statement, statement_id=statement.pk)
    statement.refresh_from_db()
    if not written and statement.file.name != name:
        default_storage.delete(name)
    return statement


def render_due_statements() -> int:
    """Draw the statements without a document, each on its own; returns how many."""
    drawn = 0
    for statement_id in Statement.objects.filter(file="").values_list("pk", flat=True)[:_BATCH]:
        try:
            render_statement(statement_id)
            drawn += 1
        except Exception:
            logger.exception("Statement %s cannot be drawn; the next sweep tries.", statement_id)
    return drawn


def forget_statements(party: UUID) -> None:
    """Delete a person's statements: unlike the receipts that they list, no law asks for them."""
    for statement in Statement.objects.filter(party=party):
        if statement.file:
            transaction.on_commit(partial(default_storage.delete, str(statement.file.name)))
        statement.delete()
