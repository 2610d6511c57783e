"""What became of a checkout: the page that Stripe made, and Stripe's last word on it."""

from collections.abc import Mapping, Sequence
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
    """Record one session, as `record_sessions` does; None when it is not ours."""
    return record_sessions([snapshot], now=now)[0]


def record_sessions(
    snapshots: Sequence[CheckoutSessionSnapshot], *, now: datetime
) -> list[Checkout | None]:
    """Make our checkouts say what Stripe's sessions say; None stands for a session that is not ours."""
    complete = {reference_of(each): each.id for each in snapshots if each.status == "complete"}
    completed = complete_checkouts(complete, now=now)
    return [
        completed.get(reference_of(each)) if each.status == "complete" else _record_unpaid(each)
        for each in snapshots
    ]


def _record_unpaid(snapshot: CheckoutSessionSnapshot) -> Checkout | None:
    reference = reference_of(snapshot)
    if snapshot.status == "expired":
        return expire_checkout(reference, stripe_id=snapshot.id)
    return find_checkout(reference)


def reference_of(snapshot: CheckoutSessionSnapshot) -> str:
    """Return the reference that we gave Stripe with the session; anything, for a session of others."""
    return snapshot.metadata.get("checkout") or snapshot.client_reference_id


@transaction.atomic
def complete_checkouts(sessions: Mapping[str, str | None], *, now: datetime) -> dict[str, Checkout]:
    """Close checkouts that were gone through, by their sessions or by their payments; returns those that are ours.

    `sessions` holds the id of each reference's session, None where a payment told. Completed is not paid: a bank debit
    settles days later. Safe to repeat.
    """
    keys = {key: reference for reference in sessions if (key := _key(reference))}
    if not keys:
        return {}
    rows = Checkout.objects.select_for_update().filter(reference__in=keys).order_by("pk")
    checkouts = {keys[checkout.reference]: checkout for checkout in rows}
    for reference, checkout in checkouts.items():
        _complete(checkout, sessions[reference], now)
    return checkouts


def _complete(checkout: Checkout, stripe_id: str | None, now: datetime) -> None:
    if checkout.status != CheckoutStatus.COMPLETED:
        follow(checkout, CheckoutStatus.COMPLETED)
        checkout.completed_at = now
    elif stripe_id in (None, checkout.stripe_id):
        return
    checkout.stripe_id = stripe_id or checkout.stripe_id
    checkout.url = ""
    checkout.save(update_fields=["status", "completed_at", "stripe_id", "url"])


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
    key = _key(reference)
    if key is None:
        return None
    return _locked(reference=key) if lock else Checkout.objects.filter(reference=key).first()


def _key(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


def _locked(**key: object) -> Checkout | None:
    return Checkout.objects.select_for_update().filter(**key).first()
