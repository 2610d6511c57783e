"""Rows of prompts: what editors wrote, who approved it, and what was published when."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from payments.constraints import one_of


class PromptCampaign(models.Model):
    """A prompt's name for ever: `key` is what views, experiments and results are counted under (never rewritten)."""

    key = models.SlugField(max_length=60, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: the set-up.",
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(
        null=True, default=None, help_text="Off the desk's list; taken off the air before."
    )

    class Meta:
        ordering = ["key"]
        permissions = [
            ("edit_prompts", "Can write prompts and the rules of the house"),
            ("review_prompts", "Can approve prompts that somebody else wrote"),
            ("publish_prompts", "Can publish, roll back and stop prompts"),
        ]

    def __str__(self) -> str:
        return self.key


class PromptRevision(models.Model):
    """One save of a campaign's whole definition (`definitions.Definition` as JSON); insert only."""

    campaign = models.ForeignKey(PromptCampaign, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … in each campaign.")
    definition = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: the set-up.",
    )
    note = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="promptrevision_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.number}"


class PromptRules(models.Model):
    """One version of the rules of the house (`house_rules.HouseRules` as JSON); insert only."""

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(help_text="Exclusions, budget, slots, holdout.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: the set-up.",
    )
    note = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "prompt rules"

    def __str__(self) -> str:
        return f"Rules {self.number}"


class ReviewVerdict(models.TextChoices):
    APPROVED = "approved", "Approved"  # May be published.
    REFUSED = "refused", "Sent back"  # The note says why; the author saves another revision.


class PromptReview(models.Model):
    """A second person's word about a revision or a version of the rules; insert only, the latest one holds."""

    revision = models.ForeignKey(
        PromptRevision, on_delete=models.PROTECT, null=True, default=None, related_name="reviews"
    )
    rules = models.ForeignKey(
        PromptRules, on_delete=models.PROTECT, null=True, default=None, related_name="reviews"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: it came with the set-up.",
    )
    verdict = models.CharField(max_length=10, choices=ReviewVerdict)
    note = models.CharField(max_length=500, blank=True)
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("verdict", ReviewVerdict, "promptreview_verdict_known"),
            models.CheckConstraint(
                condition=models.Q(revision__isnull=True) ^ models.Q(rules__isnull=True),
                name="promptreview_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()


class PromptRelease(models.Model):
    """From `live_from` on a campaign is shown as this revision, or not at all where it is empty; or these rules hold.

    The latest release that has begun counts, so that a publish can be ordered for later and a rollback is a release
    like any other. One that was ordered for later may be taken back once, until it has begun.
    """

    campaign = models.ForeignKey(
        PromptCampaign, on_delete=models.PROTECT, null=True, default=None, related_name="releases"
    )
    revision = models.ForeignKey(
        PromptRevision, on_delete=models.PROTECT, null=True, default=None, related_name="releases"
    )
    rules = models.ForeignKey(
        PromptRules, on_delete=models.PROTECT, null=True, default=None, related_name="releases"
    )
    live_from = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: the set-up.",
    )
    released_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["-live_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(campaign__isnull=True) ^ models.Q(rules__isnull=True),
                name="promptrelease_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(revision__isnull=True) | models.Q(campaign__isnull=False),
                name="promptrelease_revision_has_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id or 'rules'} from {self.live_from:%Y-%m-%d %H:%M}"


class PromptBundle(models.Model):
    """The exact bytes that were published, for ever under their hash; insert only, so that every trace replays."""

    sha256 = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    compiled_at = models.DateTimeField()
    until = models.DateTimeField(help_text="After this, whoever still has it shows nothing.")
    manifest = models.JSONField(
        help_text="Which revision each campaign is shown as, which rules hold, what was left out."
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.sha256[:12]


class PublicationKind(models.TextChoices):
    PUBLISH = "publish", "Published"  # A person published what was approved.
    ROLLBACK = "rollback", "Rolled back"  # A person went back to an earlier bundle.
    KILL = "kill", "Switched off"  # A person stopped every prompt.
    RESUME = "resume", "Switched on again"  # A person took that back.
    SCHEDULE = "schedule", "On schedule"  # A release or a campaign began or ended.
    OFFERS = "offers", "Offers changed"  # Amounts, currencies or a goal's total changed.
    RENEWAL = "renewal", "Renewed"  # The bundle came near its end, or the key changed.


class PromptPublication(models.Model):
    """What the pointer says from `published_at` on; insert only, the latest holds."""

    bundle = models.ForeignKey(
        PromptBundle,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="publications",
        help_text="Empty while prompts are switched off.",
    )
    signature = models.CharField(max_length=100, blank=True)
    key_id = models.CharField(max_length=16, blank=True, help_text="Of the key that signed.")
    kind = models.CharField(max_length=10, choices=PublicationKind)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty: a task.",
    )
    published_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("kind", PublicationKind, "promptpublication_kind_known"),
            models.CheckConstraint(
                condition=models.Q(bundle__isnull=True, kind="kill")
                | (
                    models.Q(bundle__isnull=False)
                    & ~models.Q(kind="kill")
                    & ~models.Q(signature="")
                ),
                name="promptpublication_signed_or_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.published_at:%Y-%m-%d %H:%M}"


class SimulationState(models.TextChoices):
    QUEUED = "queued", "Waits"  # Somebody asked for it.
    RUNNING = "running", "Runs"  # A task has it since `claimed_at`.
    DONE = "done", "Done"  # `result` and `refusals` say what came of it.
    FAILED = "failed", "Failed"  # It was begun three times and never came to an end.


class PromptSimulation(models.Model):
    """A draft and the live bundle, played to the same synthetic readers before the draft may be published."""

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    draft = models.BinaryField(help_text="The draft's exact bytes.")
    content = models.CharField(
        max_length=64, help_text="SHA-256 of what the draft says without its two times."
    )
    live = models.ForeignKey(
        PromptBundle, on_delete=models.PROTECT, null=True, default=None, related_name="+"
    )
    choice = models.JSONField(
        help_text="What was chosen: campaigns, rules, names, goals' totals, what the policy found."
    )
    state = models.CharField(max_length=10, choices=SimulationState, default=SimulationState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    views = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, default=None)
    finished_at = models.DateTimeField(null=True, default=None)
    result = models.JSONField(null=True, default=None)
    refusals = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("state", SimulationState, "promptsimulation_state_known")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.requested_at:%Y-%m-%d %H:%M}"
