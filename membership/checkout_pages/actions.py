from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from membership.supporters.consent_texts import CONSENT_TEXTS, TEXT_VERSION
from membership.supporters.models import ConsentPurpose, ConsentRecord
from payments.checkouts.actions import CheckoutIntent, open_checkout, start_checkout
from payments.models import Checkout

_SOURCE = "donation page"


def begin_checkout(
    intent: CheckoutIntent, *, consents: Sequence[ConsentPurpose], now: datetime
) -> Checkout:
    """Write one attempt to give with the consents given beside it, then have Stripe open its hosted
    page.

    Safe to repeat: the same browser with the same choices gets the same checkout. Raises
    GatewayUnavailable when Stripe does not answer; the rows stand then, and the next attempt
    finishes them.
    """
    with transaction.atomic(durable=True):
        checkout = start_checkout(intent, now=now)
        _record_consents(checkout, consents, now)
    return open_checkout(checkout.pk, now=now)


def _record_consents(checkout: Checkout, given: Sequence[ConsentPurpose], now: datetime) -> None:
    """Bind what was ticked to the checkout, each once.

    A box that was left empty is no answer: it must not withdraw what the reader agreed to at
    another time.
    """
    recorded = set(checkout.consents.values_list("purpose", flat=True))
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            checkout=checkout,
            purpose=consent.purpose,
            granted=True,
            text=consent.text,
            text_version=TEXT_VERSION,
            source=_SOURCE,
            recorded_at=now,
        )
        for consent in CONSENT_TEXTS
        if consent.purpose in given and consent.purpose not in recorded
    )
