"""Reads of My support: always of one supporter, whose email is proven."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from membership.portal.plans import PlanSummary, summarise
from membership.supporters.models import Supporter
from payments.donations.queries import giving_history
from payments.models import Payment, PlanStatus, Receipt, RecurringPlan
from payments.periods import civil_date
from payments.plans.queries import open_command, plans_of

GIFTS_PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A receipt or credit note; `is_ready` once its PDF is stored."""

    reference: UUID
    label: str
    number: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Gift:
    """One settled payment: amounts in minor units of `currency`."""

    given_on: date
    title: str
    frequency: str
    amount: int
    refunded: int
    currency: str
    documents: tuple[DocumentLink, ...]


def running_plans(supporter: Supporter) -> list[PlanSummary]:
    """Return the supporter's plans that have not ended, oldest first."""
    plans = plans_of(supporter.reference).exclude(status=PlanStatus.ENDED).select_related("entity")
    plans_with_commands = plans.annotate(open_command=open_command())
    return [summarise(plan, open_command=plan.open_command) for plan in plans_with_commands]


def plan_of(supporter: Supporter, reference: UUID) -> RecurringPlan | None:
    """Return the supporter's own plan, None for anyone else's and for one that never began."""
    plans = plans_of(supporter.reference).select_related("entity")
    return plans.filter(reference=reference).first()


def plan_named(reference: UUID) -> RecurringPlan | None:
    """Return the plan that a letter's link names: who holds the link may see it."""
    plans = RecurringPlan.objects.select_related("entity", "campaign", "customer", "checkout")
    return plans.filter(reference=reference).first()


def latest_payment(plan: RecurringPlan) -> Payment | None:
    """Return the plan's latest payment that settled."""
    settled = Payment.objects.filter(donation__plan=plan, succeeded_at__isnull=False)
    return settled.order_by("-succeeded_at", "-id").first()


def page_of_gifts(supporter: Supporter, number: str) -> Page[Payment]:
    """Return one page of the supporter's settled payments, newest first; a bad number gives the nearest page."""
    documents = Receipt.objects.select_related("document").order_by("id")
    gifts = (
        giving_history(supporter.reference)
        .select_related("donation__entity")
        .prefetch_related(Prefetch("receipts", queryset=documents))
    )
    return Paginator(gifts, GIFTS_PER_PAGE).get_page(number)


def describe(payment: Payment) -> Gift:
    """Return what the page says of a payment that came from `page_of_gifts`."""
    donation = payment.donation
    instant = payment.succeeded_at or payment.created_at
    return Gift(
        given_on=civil_date(instant, donation.entity.time_zone),
        title=donation.campaign.title,
        frequency=donation.get_frequency_display(),
        amount=payment.amount,
        refunded=payment.refunded_amount,
        currency=payment.currency,
        documents=tuple(
            DocumentLink(
                reference=receipt.reference,
                label=receipt.get_document_type_display(),
                number=receipt.number,
                is_ready=hasattr(receipt, "document"),
            )
            for receipt in payment.receipts.all()
        ),
    )


def receipt_of(supporter: Supporter, reference: UUID) -> Receipt | None:
    """Return the supporter's own receipt with its stored document, None for anyone else's and while it is drawn."""
    return (
        Receipt.objects.select_related("document")
        .filter(
            reference=reference,
            payment__donation__customer__party=supporter.reference,
            document__isnull=False,
        )
        .first()
    )
