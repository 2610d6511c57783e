"""Writes of checkouts: one attempt to give, written down first and then opened as a hosted page at Stripe."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from payments.campaigns.models import Frequency
from payments.campaigns.queries import takes_gifts
from payments.checkouts.intents import CheckoutIntent
from payments.checkouts.models import Checkout, CheckoutStatus
from payments.checkouts.outcomes import (
    expire_checkout,
    note_session,
    record_session,
    refuse_checkout,
)
from payments.checkouts.queries import (
    gift_key,
    live_checkouts,
    superseded_pages,
    unfinished_checkouts,
)
from payments.checkouts.requests import session_request
from payments.checkouts.transitions import command
from payments.customers.actions import customer_for, forget_stripe_customer
from payments.errors import (
    CampaignClosed,
    GatewayRefused,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.gateway.checkouts import (
    create_checkout_session,
    expire_checkout_session,
    fetch_checkout_session,
)
from payments.gateway.snapshots import PayerSnapshot

__all__ = ["CheckoutIntent", "close_page", "finish_checkouts", "open_checkout", "start_checkout"]

logger = logging.getLogger(__name__)

# Stripe wants at least thirty minutes when the page is made; the rest is the time that a retry may take.
LIFETIME = timedelta(minutes=35)
_STRIPE_MINIMUM = timedelta(minutes=30)
# A page with less time left is no use to a reader who comes back to it.
_TOO_LATE = timedelta(minutes=5)
_SWEEP = 200


@transaction.atomic
def start_checkout(intent: CheckoutIntent, *, now: datetime) -> Checkout:
    """Write the rows of an attempt to give, or return the one that this browser has open for the same choice.

    The same choice with another email, name or person supersedes the open one, whose page is closed before the new
    one opens. Calls nobody, so it composes with the caller's own rows. A lost race on the unique key returns the
    winner. Raises CampaignClosed.
    """
    if not takes_gifts(intent.campaign, now=now):
        raise CampaignClosed(f"Campaign {intent.campaign.slug} takes no gifts now.")
    twin = _lock_twin(intent)
    if twin is not None:
        if _is_same_attempt(twin, intent) and _has_time(twin, now):
            return twin
        command(twin, CheckoutStatus.SUPERSEDED)
        twin.save(update_fields=["status"])
    try:
        with transaction.atomic():
            return _write(intent, now)
    except IntegrityError:
        winner = _lock_twin(intent)
        if winner is None:
            raise
        return winner


def _lock_twin(intent: CheckoutIntent) -> Checkout | None:
    twins = live_checkouts(intent.key).select_related("customer")
    return twins.select_for_update(of=("self",)).first()


def _is_same_attempt(twin: Checkout, intent: CheckoutIntent) -> bool:
    return (twin.email, twin.name, twin.customer.party) == (intent.email, intent.name, intent.party)


def _has_time(twin: Checkout, now: datetime) -> bool:
    needed = _TOO_LATE if twin.status == CheckoutStatus.OPEN else _STRIPE_MINIMUM
    return twin.expires_at - now > needed


def _write(intent: CheckoutIntent, now: datetime) -> Checkout:
    entity = intent.campaign.entity
    payer = PayerSnapshot(None, email=intent.email, name=intent.name, country=intent.country)
    customer = customer_for(payer, entity=entity, currency=intent.currency, party=intent.party)
    is_recurring = intent.frequency != Frequency.ONCE
    return Checkout.objects.create(
        **intent.key,
        customer=customer,
        email=intent.email,
        name=intent.name,
        country=intent.country,
        locale=intent.locale,
        mandate_version=entity.mandate_version if is_recurring else "",
        mandate_terms=entity.mandate_terms if is_recurring else "",
        attribution=dict(intent.attribution),
        # Kept here, because the customer's own may change before a retry of the call that must send the same.
        stripe_customer_id=customer.stripe_id or "",
        created_at=now,
        expires_at=now + LIFETIME,
    )


def open_checkout(checkout_id: int, *, now: datetime) -> Checkout:
    """Have Stripe make the hosted page, and return the checkout to which the reader goes on.

    It is open, and has a `url`, or completed: when the page of an older attempt at this gift turns out to be paid,
    that attempt is returned.

    Calls Stripe, so it cannot run in a transaction. Safe to repeat and to race: the row's reference is the
    idempotency key. Raises GatewayUnavailable (a second try opens a page; so does the sweep where the row stays),
    GatewayRefused (the row is closed) and InvalidTransition for a checkout that has ended. A payer whom somebody
    deleted at Stripe is forgotten as a Stripe customer, so that the second try makes a new one.
    """
    checkout = Checkout.objects.select_related("campaign__entity").get(pk=checkout_id)
    if checkout.status != CheckoutStatus.INTENDED:
        return _onward(checkout)
    for older in superseded_pages(checkout, now):
        closed = close_page(older, now=now)
        if closed.status == CheckoutStatus.COMPLETED:
            expire_checkout(str(checkout.reference))
            return closed
    try:
        checkout = _make_page(checkout)
    except GatewayRefused as error:
        refuse_checkout(checkout.pk)
        if error.parameter == "customer":
            forget_stripe_customer(checkout.customer_id)
            raise GatewayUnavailable(f"Stripe has lost the payer of {checkout}.") from error
        raise
    if checkout.status == CheckoutStatus.SUPERSEDED:
        # Another tab changed its mind while Stripe was making this page.
        checkout = close_page(checkout, now=now)
    return _onward(checkout)


def _onward(checkout: Checkout) -> Checkout:
    if checkout.status in (CheckoutStatus.OPEN, CheckoutStatus.COMPLETED):
        return checkout
    if checkout.status == CheckoutStatus.SUPERSEDED:
        successor = live_checkouts(gift_key(checkout)).first()
        if successor is not None and successor.status == CheckoutStatus.OPEN:
            return successor
        raise GatewayUnavailable(f"The page of the attempt after {checkout} is being made.")
    raise InvalidTransition(f"Checkout {checkout} is {checkout.status} and cannot be opened.")


def close_page(checkout: Checkout, *, now: datetime) -> Checkout:
    """Make sure that nobody can pay on the checkout's hosted page any more; says if somebody has.

    Without a Stripe id the page is made first, under its old key: only so is a call that is still under way, or whose
    answer was lost, known to be over. Safe to repeat.
    """
    if checkout.stripe_id is None:
        try:
            checkout = _make_page(checkout)
        except GatewayRefused:
            # No page was ever made, and it is too late to make one.
            return expire_checkout(str(checkout.reference)) or checkout
    session_id = str(checkout.stripe_id)
    try:
        session = expire_checkout_session(session_id)
    except GatewayRefused:
        session = fetch_checkout_session(session_id)
    return record_session(session, now=now) or checkout


def _make_page(checkout: Checkout) -> Checkout:
    session = create_checkout_session(
        session_request(checkout), idempotency_key=str(checkout.reference)
    )
    return note_session(checkout.pk, session)


def finish_checkouts(*, now: datetime) -> int:
    """Finish what was left: lost calls, pages past their time, superseded pages. Returns how many were tried.

    A bounded batch, each on its own; the next sweep takes the rest.
    """
    checkouts = unfinished_checkouts(now).select_related("campaign__entity")[:_SWEEP]
    tried = 0
    for checkout in checkouts:
        tried += 1
        try:
            _finish(checkout, now)
        except GatewayUnavailable as error:
            logger.warning("Stripe is not there to finish checkouts (%s).", error)
            break
        except GatewayRefused as error:
            logger.error("Stripe refused to finish checkout %s: %s", checkout, error)  # noqa: TRY400
    return tried


def _finish(checkout: Checkout, now: datetime) -> None:
    if checkout.status == CheckoutStatus.SUPERSEDED:
        close_page(checkout, now=now)
    elif checkout.status == CheckoutStatus.OPEN:
        record_session(fetch_checkout_session(str(checkout.stripe_id)), now=now)
    elif checkout.expires_at <= now:
        # Whatever Stripe made of the lost call has expired by itself, and no reader was ever sent to it.
        expire_checkout(str(checkout.reference))
    else:
        open_checkout(checkout.pk, now=now)
