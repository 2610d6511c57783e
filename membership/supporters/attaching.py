"""Writes: payments that settled find their supporters."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from membership.accounts.models import normalise_email
from membership.supporters.models import ConsentRecord, Supporter, SupporterState
from payments.customers.actions import assign_parties
from payments.models import Donation, Payment


def attach_payment(payment_id: int, *, now: datetime) -> Supporter:
    """Attach one payment, as `attach_payments` does."""
    return attach_payments([payment_id], now=now)[payment_id]


@transaction.atomic
def attach_payments(payment_ids: Collection[int], *, now: datetime) -> dict[int, Supporter]:
    """Give settled payments their supporters: the payer's own, else the one of the normalised email, else a new one.

    The consents of their checkouts are bound to the supporters here, because a checkout that nobody paid binds nobody.
    Safe to repeat.
    """
    payments = Payment.objects.select_related("donation__customer", "donation__checkout")
    gifts = {
        payment.pk: payment.donation
        for payment in payments.filter(pk__in=payment_ids).order_by("pk")
    }
    found = {**_by_party(gifts.values()), **_by_email(gifts.values(), now)}
    supporters = {pk: found[gift.customer_id] for pk, gift in gifts.items()}
    assign_parties({customer_id: each.reference for customer_id, each in found.items()})
    _bind_consents({gift.checkout_id: supporters[pk] for pk, gift in gifts.items()})
    references = {each.reference for each in supporters.values()}
    mark_statuses_due(references, cause="payment_succeeded", now=now)
    return supporters


def _by_party(gifts: Iterable[Donation]) -> dict[int, Supporter]:
    """Find the supporters of customers who have one, merged ones by what they became."""
    parties = {gift.customer_id: gift.customer.party for gift in gifts if gift.customer.party}
    if not parties:
        return {}
    known = {
        each.reference: each.merged_into or each
        for each in Supporter.objects.filter(reference__in=parties.values()).select_related(
            "merged_into"
        )
    }
    return {customer_id: known[party] for customer_id, party in parties.items()}


def _by_email(gifts: Iterable[Donation], now: datetime) -> dict[int, Supporter]:
    """Find or write the supporters of customers who have none yet, by what the payer typed on our page.

    Stripe's customer may since have been changed from that. Two first payments at once: the unique email decides, and
    the second finds the first one's row.
    """
    emails: dict[int, str] = {}
    new: dict[str, Supporter] = {}
    for gift in gifts:
        if gift.customer.party:
            continue
        payer = gift.checkout or gift.customer
        email = emails[gift.customer_id] = normalise_email(payer.email or gift.customer.email)
        new.setdefault(
            email,
            Supporter(
                email=email,
                name=payer.name,
                country=payer.country,
                locale=gift.checkout.locale if gift.checkout else "en-GB",
                # Nobody registered: the first status is what this gift makes of a stranger.
                state=SupporterState.ANONYMOUS,
                state_since=now,
                created_at=now,
            ),
        )
    if not new:
        return {}
    Supporter.objects.bulk_create([new[email] for email in sorted(new)], ignore_conflicts=True)
    known = {each.email: each for each in Supporter.objects.filter(email__in=new, merged_into=None)}
    return {customer_id: known[email] for customer_id, email in emails.items()}


def _bind_consents(supporters: dict[int | None, Supporter]) -> None:
    """Bind the consents given at checkouts, by checkout, that are not bound yet."""
    given = list(
        ConsentRecord.objects.filter(checkout__in=supporters.keys() - {None}, supporter=None)
    )
    for consent in given:
        consent.supporter = supporters[consent.checkout_id]
    ConsentRecord.objects.bulk_update(given, ["supporter"])


def mark_statuses_due(parties: Collection[UUID], *, cause: str, now: datetime) -> None:
    """Say that a fact may have changed the statuses of the supporters behind `parties`.

    Writes even when a status is due already: the row's lock makes a derivation under way wait for this fact, or this
    fact for the derivation.
    """
    supporters = Supporter.objects.filter(reference__in=parties)
    if len(parties) > 1:
        # In one order in every worker, so that two of them do not wait for each other.
        list(supporters.select_for_update().order_by("pk").values_list("pk", flat=True))
    supporters.update(status_due_at=now, status_due_cause=cause)
