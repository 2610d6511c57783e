"""Reads of My support: always of one supporter, whose email is proven."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404

from membership.portal.plans import PlanSummary, summarise
from membership.portal.restarts import restart_address
from membership.supporters.models import Supporter
from payments.donations.queries import giving_history
from payments.models import Payment, PlanChange, PlanChangeKind, PlanStatus, Receipt, RecurringPlan
from payments.periods import civil_date
from payments.plans.queries import open_command, plans_of

GIFTS_PER_PAGE = 25
_ENDED_SHOWN = 3


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


@dataclass(frozen=True, slots=True)
class EndedPlan:
    """A standing gift that is over, and the donation page on which it can be begun again."""

    gift: PlanSummary
    restart: str
    ended_on: date


def all_plans(supporter: Supporter) -> tuple[list[PlanSummary], list[EndedPlan]]:
    """Return the gifts that run, oldest first, and those that are over and not begun again, latest first."""
    plans = plans_of(supporter.reference).select_related("entity")
    restarts = PlanChange.objects.filter(plan=OuterRef("pk"), kind=PlanChangeKind.RESTARTED)
    told = plans.annotate(open_command=open_command(), is_restarted=Exists(restarts))
    running: list[PlanSummary] = []
    ended: list[EndedPlan] = []
    for plan in told:
        if plan.status != PlanStatus.ENDED:
            running.append(summarise(plan, open_command=plan.open_command))
        elif plan.ended_at and not plan.is_restarted:
            ended_on = civil_date(plan.ended_at, plan.entity.time_zone)
            ended.append(EndedPlan(summarise(plan), restart_address(plan), ended_on))
    ended.sort(key=lambda each: each.ended_on, reverse=True)
    return running, ended[:_ENDED_SHOWN]


def plan_of(supporter: Supporter, reference: UUID) -> RecurringPlan | None:
    """Return the supporter's own plan, None for anyone else's and for one that never began."""
    plans = plans_of(supporter.reference).select_related("entity")
    return plans.filter(reference=reference).first()


def own_plan(supporter: Supporter, reference: UUID) -> RecurringPlan:
    """Return the supporter's own plan; whatever is not theirs does not exist for them (Http404)."""
    plan = plan_of(supporter, reference)
    if plan is None:
        raise Http404("No such plan of this supporter.")
    return plan


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
