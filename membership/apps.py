from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembershipConfig(AppConfig):
    name = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        """Connect the receivers and guard what is written once."""
        from membership import receivers  # noqa: F401  imported for its registrations
        from membership.letters import checks  # noqa: F401  imported for its registration
        from membership.letters.evidence import ReaderEvidence
        from membership.letters.upgrading import was_asked
        from membership.models import (
            ConsentRecord,
            PromptBundle,
            PromptCampaign,
            PromptPublication,
            PromptRelease,
            PromptReview,
            PromptRevision,
            PromptRules,
            StatusChange,
            Suppression,
            TierChange,
            TierOverride,
            WeightProposal,
        )
        from membership.prompts import checks as prompt_checks  # noqa: F401  imported for its registration
        from membership.results.exposures import PromptExposures
        from membership.supporters.providers import Providers, register_providers
        from membership.tiers.queries import WITH_TIER, tier_key
        from payments.finance.providers import provide_evidence, provide_exposures
        from payments.trigger_sql import Refusal
        from payments.triggers import protect, refuse

        register_providers(
            Providers(tier_key=tier_key, tier_relation=(WITH_TIER,), was_invited=was_asked)
        )
        provide_exposures(PromptExposures())
        provide_evidence(ReaderEvidence())
        protect(StatusChange)
        protect(Suppression)
        protect(TierChange)
        protect(WeightProposal)
        # A tier that staff set may be taken back once, and is never rewritten; why it was set may name its supporter.
        protect(TierOverride, set_once=["withdrawn_at"], emptied=["reason"])
        # A consent given at checkout learns whose it is when the payment settles.
        protect(ConsentRecord, set_once=["supporter"])
        for written_once in (
            PromptBundle,
            PromptPublication,
            PromptReview,
            PromptRevision,
            PromptRules,
        ):
            protect(written_once)
        # Views and results are counted under a prompt's key for ever.
        prompts = PromptCampaign._meta.db_table  # noqa: SLF001  Django's documented model API
        refuse(Refusal(prompts, "key_stays", "UPDATE", 'OLD."key" <> NEW."key"'))
        refuse(Refusal(prompts, "no_delete", "DELETE"))
        # A publish that was ordered for later may be taken back once.
        protect(PromptRelease, set_once=["withdrawn_at"])
        from membership.accounts.roles import sync_roles

        post_migrate.connect(sync_roles, sender=self)
