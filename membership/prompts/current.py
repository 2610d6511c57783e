"""The bundle that is published now, parsed and kept by each process, for decisions that the server makes."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from membership.prompts.queries import bundle_body, latest_publication
from membership.prompts.rules.bundle import Bundle, BundleRefused, parse_bundle
from membership.prompts.signing import is_signed, public_key

logger = logging.getLogger(__name__)

# The pointer's own age in caches and this one come to less than the 30 seconds in which the kill switch must hold.
_KEPT_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Published:
    """A published bundle under its hash."""

    sha256: str
    bundle: Bundle


class _Shelf:
    """What this process read last; two threads that read at once do the same work twice, and nothing else."""

    def __init__(self) -> None:
        self.published: Published | None = None
        self.read_at: datetime | None = None

    def get(self, now: datetime) -> Published | None:
        if self.read_at is None or not timedelta() <= now - self.read_at < _KEPT_FOR:
            self.published, self.read_at = self._read(), now
        return self.published

    def _read(self) -> Published | None:
        """Return what the pointer says; a bundle that is not right is refused, and the last good one kept."""
        latest = latest_publication()
        if latest is None or latest.bundle is None:
            return None
        sha256 = latest.bundle.sha256
        if self.published is not None and self.published.sha256 == sha256:
            return self.published
        try:
            return Published(sha256, _trusted(sha256, latest.signature))
        except BundleRefused as error:
            logger.error("Bundle %s is refused, the last good one stays: %s", sha256[:12], error)  # noqa: TRY400  a sentence, no bug of ours
            return self.published

    def forget(self) -> None:
        self.published, self.read_at = None, None


def _trusted(sha256: str, signature: str) -> Bundle:
    body = bundle_body(sha256) or b""
    if hashlib.sha256(body).hexdigest() != sha256:
        raise BundleRefused("Its bytes are not those of its name.")
    if not is_signed(body, signature, public_key()):
        raise BundleRefused("Its signature is not of the current key.")
    return parse_bundle(body)


_SHELF = _Shelf()


def current_bundle(now: datetime) -> Published | None:
    """Return what is published, at most five seconds late; None before the first publication and while stopped.

    Whether its time has come is for the decision to say (`bundle_is_current`).
    """
    return _SHELF.get(now)


def forget_bundle() -> None:
    """Read the bundle anew with the next decision, for tests that publish within one instant."""
    _SHELF.forget()
