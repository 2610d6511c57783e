"""The published bundle kept true without anybody: schedules, offers, totals, its own age."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from membership.prompts.compiling import Compiled
from membership.prompts.drafts import allowed_draft
from membership.prompts.models import PromptBundle, PromptPublication, PublicationKind
from membership.prompts.publishing import put, take_turns
from membership.prompts.queries import latest_publication
from membership.prompts.signing import key_id

logger = logging.getLogger(__name__)

# A bundle with less time left than this is renewed, which leaves days to mend a worker that stands still.
_RENEW_WITHIN = timedelta(days=4)
# How long a goal's total may be behind the gifts: a new total is a new bundle for every reader.
_TOTALS_LAST = timedelta(minutes=10)


def publish_due(*, now: datetime) -> PromptPublication | None:
    """Publish anew when a release or campaign began or ended, offers or totals changed, or the bundle grows old.

    None when what is published is still right, when prompts are off, or when the bundle would break the policy: then
    the last good one stays, and the log says why. Safe to repeat.
    """
    latest = latest_publication()
    if latest is None or latest.bundle is None:
        return None
    draft = allowed_draft(now=now, totals=_recent_totals(latest, now))
    kind = _due_kind(latest, latest.bundle, draft.compiled, now=now)
    if kind is None:
        return None
    if draft.findings:
        reasons = " ".join(finding.words for finding in draft.findings)
        logger.error("The published prompts stay as they are: %s", reasons)
        return None
    for words in draft.compiled.left_out.values():
        logger.warning("Left out of the published prompts: %s", words)
    with transaction.atomic():
        take_turns()
        current = latest_publication()
        if current is None or current.pk != latest.pk:
            # Somebody published meanwhile, and looked at everything themselves.
            return None
        return put(draft.compiled, kind, by=None, now=now, reason="")


def _recent_totals(
    latest: PromptPublication, now: datetime
) -> Mapping[str, Mapping[str, int]] | None:
    bundle = latest.bundle
    if bundle is None or now - bundle.compiled_at >= _TOTALS_LAST:
        return None
    totals: Mapping[str, Mapping[str, int]] = bundle.manifest["totals"]
    return totals


def _due_kind(
    latest: PromptPublication, bundle: PromptBundle, compiled: Compiled, *, now: datetime
) -> PublicationKind | None:
    if bundle.manifest["content"] == compiled.manifest["content"]:
        is_old = bundle.until - now < _RENEW_WITHIN or latest.key_id != key_id()
        return PublicationKind.RENEWAL if is_old else None
    same = all(bundle.manifest[name] == compiled.manifest[name] for name in ("campaigns", "rules"))
    return PublicationKind.OFFERS if same else PublicationKind.SCHEDULE
