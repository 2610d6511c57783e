"""Letters about a supporter's record: its address changed, or two records became one."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.db import transaction

from membership.letters.actions import write_letter
from membership.letters.models import Letter
from membership.letters.plan_values import manage_url
from membership.supporters.models import Supporter
from payments.entities.queries import site_entity
from payments.models import Customer, LegalEntity
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words


@transaction.atomic
def write_email_changed(supporter_id: int, *, former: str, now: datetime) -> Letter | None:
    """Tell the address that was the supporter's until now; None where there is no newspaper to tell it.

    The letter belongs to no supporter's row: it must not follow them to the new address.
    """
    supporter = Supporter.objects.get(pk=supporter_id)
    return _write(
        "email_changed",
        supporter,
        key=f"{supporter.reference} {int(now.timestamp())}",
        to=former,
        now=now,
    )


@transaction.atomic
def write_accounts_merged(supporter_id: int, *, absorbed_id: int, now: datetime) -> Letter | None:
    """Tell the address under which the joined gifts were made. Safe to repeat."""
    supporter = Supporter.objects.get(pk=supporter_id)
    absorbed = Supporter.objects.get(pk=absorbed_id)
    key = f"{absorbed.reference} {supporter.reference}"
    return _write("accounts_merged", supporter, key=key, to=absorbed.email, now=now)


def _write(kind: str, supporter: Supporter, *, key: str, to: str, now: datetime) -> Letter | None:
    entity = _entity_of(supporter)
    if entity is None:
        return None
    context = _values(supporter, entity, to=to, now=now)
    return write_letter(kind, key=key, supporter=None, context=context, now=now)


def _entity_of(supporter: Supporter) -> LegalEntity | None:
    """Return whom the supporter gave to last, else whose name the site bears."""
    customers = Customer.objects.filter(party=supporter.reference).select_related("entity")
    latest = customers.order_by("-id").first()
    return latest.entity if latest else site_entity()


def _values(supporter: Supporter, entity: LegalEntity, *, to: str, now: datetime) -> dict[str, Any]:
    words, zone = Words.for_reader(supporter.locale), entity.time_zone
    time = format_time(now, "long", tzinfo=ZoneInfo(zone), locale=words.locale.replace("-", "_"))
    return {
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": supporter.name,
        "payer_email": to,
        "made_at": f"{words.day(civil_date(now, zone))} at {time}",
        "manage_url": manage_url(),
    }
