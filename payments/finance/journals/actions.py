from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Facts, Subject, record_audit
from payments.finance.journals.models import AccountMapping


@transaction.atomic
def save_mapping(
    mapping: AccountMapping, *, actor: AbstractBaseUser, now: datetime
) -> AccountMapping:
    """Keep a validated mapping, new or changed, with what it was before."""
    before = AccountMapping.objects.filter(pk=mapping.pk).first() if mapping.pk else None
    mapping.save()
    _audit("account_mapped", mapping, before, mapping, actor=actor, now=now)
    return mapping


@transaction.atomic
def remove_mapping(mapping: AccountMapping, *, actor: AbstractBaseUser, now: datetime) -> None:
    """Let lines of a category fall back to a wider mapping, or to none."""
    _audit("account_unmapped", mapping, mapping, None, actor=actor, now=now)
    mapping.delete()


def _audit(  # noqa: PLR0913  before, after and by whom
    action: str,
    mapping: AccountMapping,
    before: AccountMapping | None,
    after: AccountMapping | None,
    *,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    record_audit(
        action,
        Subject(
            "account mapping",
            f"{mapping.entity.slug} {mapping.account}",
            before=_facts(before),
            after=_facts(after),
        ),
        actor=actor,
        now=now,
    )


def _facts(mapping: AccountMapping | None) -> Facts:
    if mapping is None:
        return {}
    return {
        "class": mapping.gift_class,
        "fund": mapping.fund.code if mapping.fund else "",
        "currency": mapping.currency,
        "code": mapping.code,
        "tax_rate": mapping.tax_rate,
        "tracking": [mapping.tracking_name, mapping.tracking_option],
    }
