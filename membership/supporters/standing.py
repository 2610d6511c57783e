"""The status of one supporter, or of the payer of one payment, from the rows as they are now. Reads only."""

from datetime import datetime

from membership.supporters.models import Supporter, SupporterState
from membership.supporters.status import Status, derive_status, known_status
from payments.donations.facts import GiftFacts, GivingFacts
from payments.donations.queries import gift_facts, giving_facts, plan_facts
from payments.models import Payment


def status_of(supporter: Supporter, *, now: datetime) -> Status:
    """Return the stored status, or derive it where a fact or the time has made the stored one out of date."""
    if supporter.status_due_at is not None and supporter.status_due_at <= now:
        return derive_status(giving_facts(supporter.reference), now)
    state = SupporterState(supporter.state)
    return known_status(state, supporter.state_since, supporter.state_until)


def status_of_payer(payment: Payment, *, now: datetime) -> Status:
    """Return the status that this payment and its own plan give, and nothing else its payer ever did."""
    donation = payment.donation
    gifts: tuple[GiftFacts, ...] = ()
    if payment.succeeded_at is not None:
        gifts = (gift_facts(payment),)
    plans = (plan_facts(donation.plan),) if donation.plan and gifts else ()
    return derive_status(GivingFacts(plans=plans, gifts=gifts), now)
