"""What became of a checkout: the page that Stripe made, and Stripe's last word on it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments.checkouts.models import LIVE, Checkout, CheckoutStatus
from payments.checkouts.transitions import command, follow
from payments.gateway.snapshots import CheckoutSessionSnapshot


@transaction.atomic
def note_session(checkout_id: int, session: CheckoutSessionSnapshot) -> Checkout:
    """Write down the hosted page that Stripe made for `checkout_id`; safe to repeat."""
    checkout = _locked(pk=checkout_id)
    if checkout is None:
        raise Checkout.DoesNotExist(f"There is no checkout {checkout_id}.")
    checkout.stripe_id = session.id
    if checkout.status == CheckoutStatus.INTENDED:
        command(checkout, CheckoutStatus.OPEN)
    if checkout.status in (CheckoutStatus.OPEN, CheckoutStatus.SUPERSEDED):
        checkout.url = session.url
    checkout.save(update_fields=["stripe_id", "status", "url"])
    return checkout


@transaction.atomic
def refuse_checkout(checkout_id: int) -> Checkout:
    """Close an attempt for which Stripe would not make a page; one that has moved on stays as it is."""
    checkout = Checkout.objects.select_for_update().get(pk=checkout_id)
    if checkout.status == CheckoutStatus.INTENDED:
        command(checkout, CheckoutStatus.REFUSED)
        checkout.save(update_fields=["status"])
    return checkout


def record_session(snapshot: CheckoutSessionSnapshot, *, now: datetime) -> Checkout | None:
    """Make our checkout say what Stripe's session says; None when the session is not ours."""
    reference = snapshot.metadata.get("checkout") or snapshot.client_reference_id
    if snapshot.status == "complete":
        return complete_checkout(reference, stripe_id=snapshot.id, now=now)
    if snapshot.status == "expired":
        return expire_checkout(reference, stripe_id=snapshot.id)
    return find_checkout(reference)


@transaction.atomic
def complete_checkout(
    reference: str, *, now: datetime, stripe_id: str | None = None
) -> Checkout | None:
    """Close a checkout that was gone through, by its session or by its payment; None when it is not ours.

    Completed is not paid: a bank debit settles days later. Safe to repeat.
    """
    checkout = find_checkout(reference, lock=True)
    if checkout is None:
        return None
    if checkout.status != CheckoutStatus.COMPLETED:
        follow(checkout, CheckoutStatus.COMPLETED)
        checkout.completed_at = now
    elif stripe_id in (None, checkout.stripe_id):
        return checkout
    checkout.stripe_id = stripe_id or checkout.stripe_id
    checkout.url = ""
    checkout.save(update_fields=["status", "completed_at", "stripe_id", "url"])
    return checkout


@transaction.atomic
def expire_checkout(reference: str, *, stripe_id: str | None = None) -> Checkout | None:
    """Close a checkout whose page Stripe has closed unpaid; None when it is not ours. Safe to repeat.

    One that was superseded keeps that name: it says why the page was closed.
    """
    checkout = find_checkout(reference, lock=True)
    if checkout is None or checkout.status == CheckoutStatus.COMPLETED:
        return checkout
    if checkout.status in LIVE:
        follow(checkout, CheckoutStatus.EXPIRED)
    checkout.stripe_id = stripe_id or checkout.stripe_id
    checkout.url = ""
    checkout.save(update_fields=["status", "stripe_id", "url"])
    return checkout


def find_checkout(reference: str, *, lock: bool = False) -> Checkout | None:
    """Return the checkout of a reference that Stripe gave back to us; None for anything else."""
    try:
        key = UUID(reference)
    except ValueError:
        return None
    return _locked(reference=key) if lock else Checkout.objects.filter(reference=key).first()


def _locked(**key: object) -> Checkout | None:
    return Checkout.objects.select_for_update().filter(**key).first()
