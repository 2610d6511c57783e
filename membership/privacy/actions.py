"""Writes of privacy: the plans of a person end at Stripe, then the person goes. The books stay."""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from membership.accounts.browsers import end_other_sessions
from membership.accounts.models import SignInCode, User
from membership.letters.actions import write_letter
from membership.letters.models import Letter, LetterState
from membership.privacy.models import PrivacyRequest, PrivacyRequestState
from membership.reminders.actions import forget_reminders_of
from membership.supporters.models import Supporter
from membership.tiers.actions import forget_reasons
from payments.customers.erasing import forget_payers
from payments.desk.erasing import forget_at_desk
from payments.errors import (
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.models import Customer, PlanStatus
from payments.periods import civil_date
from payments.plans.queries import plans_of
from payments.plans.stopping import end_plan
from payments.receipts.content import issuer_of
from payments.receipts.statements import forget_statements
from payments.receipts.words import Words
from payments.scrubbing import scrubbed
from payments.webhooks.erasing import forget_in_events

logger = logging.getLogger(__name__)

LAST_LETTER = "erased"
_SWEEP = 20


@transaction.atomic
def ask_to_erase(supporter: Supporter, *, cause: str, now: datetime) -> PrivacyRequest:
    """Write down that a person wants to be forgotten; a repetition returns the same request."""
    Supporter.objects.select_for_update().get(pk=supporter.pk)
    request, _ = PrivacyRequest.objects.get_or_create(
        supporter=supporter,
        state=PrivacyRequestState.ASKED,
        defaults={"cause": cause, "asked_at": now},
    )
    return request


def erase_supporter(request: PrivacyRequest, *, now: datetime) -> PrivacyRequest:
    """End the person's plans at Stripe, and then forget the person. Not composable and safe to repeat.

    Raises GatewayUnavailable or GatewayUnauthorised when Stripe could not be asked: the request stands, and the sweep
    carries it out. Nothing is forgotten before the last plan has ended, since its letters and its end need the person.
    """
    for supporter in _rows_of(request.supporter):
        for plan in plans_of(supporter.reference).exclude(status=PlanStatus.ENDED):
            end_plan(plan.pk, cause=f"privacy request {request.reference}", now=now)
    _forget(request.pk, now=now)
    request.refresh_from_db()
    return request


def finish_erasures(*, now: datetime) -> int:
    """Carry out the requests that were left in between; returns how many were tried."""
    asked = PrivacyRequest.objects.filter(state=PrivacyRequestState.ASKED).select_related(
        "supporter"
    )[:_SWEEP]
    tried = 0
    for request in asked:
        tried += 1
        try:
            erase_supporter(request, now=now)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to end plans (%s).", error)
            break
        except (GatewayRefused, InvalidTransition) as error:
            logger.error("Privacy request %s waits: %s", request, error)  # noqa: TRY400
    return tried


@transaction.atomic(durable=True)
def _forget(request_id: int, *, now: datetime) -> None:
    request = PrivacyRequest.objects.select_for_update().get(pk=request_id)
    if request.state == PrivacyRequestState.DONE:
        return
    last_words = _last_letter(request.supporter, now=now)
    for supporter in _rows_of(request.supporter):
        _forget_row(supporter, now=now)
    if last_words is not None:
        # It carries the address itself, until it has left: `forget_last_letters` takes it away then.
        write_letter(
            LAST_LETTER, key=str(request.reference), supporter=None, context=last_words, now=now
        )
    request.state, request.done_at = PrivacyRequestState.DONE, now
    request.save(update_fields=["state", "done_at"])
    logger.info("Privacy request %s is done.", request)


def forget_last_letters() -> int:
    """Take the addresses off the letters that told of an erasure and have left; returns how many."""
    left = Letter.objects.filter(kind=LAST_LETTER).exclude(state=LetterState.DUE)
    return left.exclude(context={}).update(context={})


def _last_letter(supporter: Supporter, *, now: datetime) -> dict[str, Any] | None:
    """Return what the last letter to a person says; None for someone of whom we have no gift to name an issuer by."""
    customer = (
        Customer.objects.filter(party=supporter.reference)
        .select_related("entity")
        .order_by("-id")
        .first()
    )
    if customer is None:
        return None
    words = Words.for_reader(supporter.locale)
    return {
        "locale": words.locale,
        "issuer": asdict(issuer_of(customer.entity)),
        "payer_name": supporter.name,
        "payer_email": supporter.email,
        "made_at": words.day(civil_date(now, customer.entity.time_zone)),
    }


def _rows_of(supporter: Supporter) -> list[Supporter]:
    """Return the supporter's row and those that were merged into it."""
    return [supporter, *Supporter.objects.filter(merged_into=supporter).order_by("pk")]


def _forget_row(supporter: Supporter, *, now: datetime) -> None:
    traces = {supporter.email, supporter.name} | forget_payers(supporter.reference, now=now)
    known = {trace for trace in traces if trace}
    forget_in_events(known)
    forget_statements(supporter.reference)
    forget_at_desk(supporter.reference, now=now)
    forget_reasons(supporter)
    _forget_letters(supporter, known)
    SignInCode.objects.filter(email=supporter.email).delete()
    forget_reminders_of([supporter.email])
    user = supporter.user
    supporter.user = None
    supporter.email = f"{supporter.reference}@erased.invalid"
    supporter.name = supporter.country = ""
    supporter.email_verified_at = None
    supporter.token_version += 1
    supporter.token_stamp += 1
    supporter.save()
    if user is not None:
        _forget_user(user)


def _forget_letters(supporter: Supporter, traces: set[str]) -> None:
    """Take a person out of the letters to them, and out of those about their record, which went to an address alone."""
    about = Q(supporter=None, key__contains=str(supporter.reference))
    letters = Letter.objects.filter(Q(supporter=supporter) | about)
    letters.filter(state=LetterState.DUE).update(
        state=LetterState.WITHHELD, error="Its reader was forgotten."
    )
    for letter in letters:
        # An address that was theirs once stands nowhere else.
        known = traces | set(filter(None, [letter.context.get("payer_email")]))
        letter.context = scrubbed(letter.context, known)
        letter.error = scrubbed(letter.error, known)
        letter.save(update_fields=["context", "error"])


def _forget_user(user: User) -> None:
    end_other_sessions(user, but=None)
    user.delete()
