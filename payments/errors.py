"""The errors that payments raises on purpose; everything else is a bug and stays loud."""

from datetime import datetime


class PaymentsError(Exception):
    """Base of every error that a caller of payments may handle."""


class GatewayUnavailable(PaymentsError):
    """Stripe did not answer or asked us to wait: safe to try again with the same idempotency key."""


class GatewayRefused(PaymentsError):
    """Stripe understood the request and refused it: a bug or a wrong setting of ours, never retried.

    `parameter` is Stripe's name of what it refused, empty where it named none.
    """

    def __init__(self, sentence: str, *, parameter: str = "") -> None:
        super().__init__(sentence)
        self.parameter = parameter


class GatewayUnauthorised(GatewayRefused):
    """Stripe does not know our key, or the key may not do this: everything else will be refused as well."""


class CardDeclined(PaymentsError):
    """The payer's bank said no; `code` is Stripe's decline code, never shown raw to a reader."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The card was declined ({code}).")
        self.code = code


class SignatureInvalid(PaymentsError):
    """A webhook's signature is missing, stale or not ours."""


class InvalidTransition(PaymentsError):
    """A command asked for a change of state that its transition table does not allow."""


class CampaignClosed(PaymentsError):
    """The campaign does not take gifts at this moment."""


class CampaignNotYetOpen(CampaignClosed):
    """The campaign is announced and takes gifts from `opens_at` on."""

    def __init__(self, slug: str, opens_at: datetime) -> None:
        super().__init__(f"Campaign {slug} opens at {opens_at.isoformat()}.")
        self.opens_at = opens_at


class AmountRefused(PaymentsError):
    """The amount is outside the campaign's limits or not exact in its currency; `reason` is a key."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The amount was refused ({reason}).")
        self.reason = reason


class CurrencyMismatch(PaymentsError):
    """Two amounts of different currencies met in one calculation."""


class TooManyAttempts(PaymentsError):
    """An abuse limit was reached; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts; try again in {retry_after} seconds.")
        self.retry_after = retry_after


class PlanUnknown(PaymentsError):
    """A payment belongs to a subscription that is not on the books yet: record it with its snapshot."""


class LedgerUnbalanced(PaymentsError):
    """A posting whose lines do not sum to zero per currency was about to be written."""


class DocumentDamaged(PaymentsError):
    """A stored document no longer has the bytes that were issued."""


class NoteMissing(PaymentsError):
    """A person settles something by hand and must say why."""


class RefundRefused(PaymentsError):
    """A refund cannot be made, or not by this person; the sentence says why and what to do."""


class ReleaseRefused(PaymentsError):
    """Money of a fund cannot be released so, or not by this person; the sentence says why and what to do."""


class DisputeRefused(PaymentsError):
    """A dispute cannot be answered so, or no more; the sentence says why and what to do."""


class EvidenceFileRefused(DisputeRefused):
    """A file cannot be evidence, or not there; the sentence says why and what to do."""


class MatchRefused(PaymentsError):
    """A bank line and a payout cannot belong together; the sentence says why."""


class StatementUnreadable(PaymentsError):
    """A bank's file cannot be read; `problems` are sentences, each with its row where it has one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0])
        self.problems = problems


class RatesUnreadable(PaymentsError):
    """A file of exchange rates cannot be read; the sentence says which line and why."""


class MonthNotReady(PaymentsError):
    """A month of the books cannot be closed or locked yet; `problems` are sentences that say what is left to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class SamePerson(PaymentsError):
    """What one person did is to be confirmed by another."""


class JournalsUnmapped(PaymentsError):
    """Journals hold lines that have no account, or no tax rate, in the package; `missing` says which, in words."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"Map these to accounts of your package first: {'; '.join(missing)}.")
        self.missing = missing


class JournalTooLong(PaymentsError):
    """A journal has more lines than a file of its format takes, and half a journal would not balance."""
