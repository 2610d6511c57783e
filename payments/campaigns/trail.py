"""What of a campaign decides about money, as the audit trail keeps it."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from payments.audit.actions import Subject, record_audit
from payments.campaigns.models import Campaign, CampaignCurrency, SuggestedAmount

Terms = dict[str, object]


def terms_of(campaign_id: int | None) -> Terms:
    """Return a campaign's state, fund, limits and suggested amounts (minor units) as the database has them;
    nothing for one that is not there yet.
    """
    if campaign_id is None:
        return {}
    campaign = Campaign.objects.select_related("fund").get(pk=campaign_id)
    currencies = CampaignCurrency.objects.filter(campaign=campaign).order_by("currency")
    suggested = SuggestedAmount.objects.filter(campaign=campaign).order_by(
        "currency", "frequency", "amount"
    )
    return {
        "status": campaign.status,
        "fund": campaign.fund.code,
        "limits": {each.currency: [each.minimum, each.maximum] for each in currencies},
        "suggested": [f"{each.currency} {each.frequency} {each.amount}" for each in suggested],
    }


def note_terms(
    campaign: Campaign, before: Terms, *, actor: AbstractBaseUser, now: datetime
) -> None:
    """Write down what of a campaign's terms is other than `before`; nothing where all is as it was."""
    after = terms_of(campaign.pk)
    changed = [name for name in after if after[name] != before.get(name)]
    if not changed:
        return
    record_audit(
        "campaign_changed" if before else "campaign_added",
        Subject(
            "campaign",
            campaign.slug,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        ),
        actor=actor,
        now=now,
    )
