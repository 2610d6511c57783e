"""The standing of one supporter, or of the payer of one payment, from the rows as they are now. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from membership.supporters.models import Supporter, SupporterState
from membership.supporters.providers import provided
from membership.supporters.status import Status, derive_status, known_status
from membership.supporters.traits import QUARTER, Traits, band_of, may_be_invited, tenure_of
from payments.donations.facts import GivingFacts
from payments.donations.queries import gift_facts, giving_facts, plan_facts_of
from payments.models import Payment


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, the traits that go with it, and the facts that both are read from."""

    status: Status
    traits: Traits
    facts: GivingFacts


def status_of(supporter: Supporter, *, now: datetime) -> Status:
    """Return the stored status, or derive it where a fact or the time has made the stored one out of date."""
    if _is_due(supporter, now):
        return derive_status(giving_facts(supporter.reference), now)
    return _stored(supporter)


def standing_of(supporter: Supporter, *, now: datetime) -> Standing:
    """Return a supporter's standing, in two queries and a third where an invitation is possible.

    The tier costs none for a supporter loaded with `tier_relation`.
    """
    facts, above = giving_facts(supporter.reference), provided()
    status = derive_status(facts, now) if _is_due(supporter, now) else _stored(supporter)
    traits = Traits(
        tenure=tenure_of(facts, now),
        band=band_of(facts),
        tier=above.tier_key(supporter, now),
        is_invited=may_be_invited(status, facts, now)
        and not above.was_invited(supporter, now - QUARTER),
    )
    return Standing(status, traits, facts)


def standing_of_payer(payment: Payment, *, now: datetime) -> Standing:
    """Return the standing that this payment and its own plan give, and nothing else its payer ever did.

    One query for the plan; the payment comes with its donation.
    """
    facts = _facts_of_payer(payment)
    status = derive_status(facts, now)
    traits = Traits(
        tenure=tenure_of(facts, now),
        band=band_of(facts),
        is_invited=may_be_invited(status, facts, now),
    )
    return Standing(status, traits, facts)


def _facts_of_payer(payment: Payment) -> GivingFacts:
    if payment.succeeded_at is None:
        return GivingFacts(plans=(), gifts=())
    plan_id = payment.donation.plan_id
    plans = (plan_facts_of(plan_id),) if plan_id else ()
    return GivingFacts(plans=plans, gifts=(gift_facts(payment),))


def _is_due(supporter: Supporter, now: datetime) -> bool:
    return supporter.status_due_at is not None and supporter.status_due_at <= now


def _stored(supporter: Supporter) -> Status:
    state = SupporterState(supporter.state)
    return known_status(state, supporter.state_since, supporter.state_until)
