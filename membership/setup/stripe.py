"""Stripe's part of the set-up, told as steps; payments does the work."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from membership.setup.steps import Outcome, Step
from payments.checks import stripe_settings_agree
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.models import LegalEntity
from payments.webhooks.endpoint_setup import EndpointReport, ensure_endpoint, review_account


def connect_stripe(entity: LegalEntity) -> Iterator[Step]:
    """Check the key and the account, and see that events reach us. Changes nothing when repeated."""
    if not settings.STRIPE_API_KEY:
        yield _failed("Stripe key", "Set STRIPE_API_KEY: Developers, API keys in the dashboard.")
        return
    problems = stripe_settings_agree(None)
    if problems:
        yield _failed("Stripe key", " ".join(f"{found.msg} {found.hint}" for found in problems))
        return
    try:
        yield from _account(entity)
        yield _endpoint(ensure_endpoint(f"{settings.SITE_URL}{reverse('payments:stripe_webhook')}"))
    except GatewayUnavailable as error:
        yield _failed("Stripe", f"No answer, try again later. ({error})")
    except GatewayRefused as error:
        yield _failed("Stripe", f"Stripe refused. ({error})")


def _account(entity: LegalEntity) -> Iterator[Step]:
    report = review_account(entity)
    mode = "live" if settings.STRIPE_LIVEMODE else "test"
    yield Step(Outcome.OK, "Stripe key", f"Account {report.id} ({report.country}), {mode} mode.")
    for problem in report.problems:
        yield _failed("Stripe account", problem)


def _endpoint(report: EndpointReport) -> Step:
    if report.is_new:
        return Step(
            Outcome.MADE,
            "Stripe events",
            "Put this secret into STRIPE_WEBHOOK_SECRETS and start the site; it is not shown again.",
            once=(f"STRIPE_WEBHOOK_SECRETS={report.secret}",),
        )
    if report.problem:
        return _failed("Stripe events", report.problem)
    if not settings.STRIPE_WEBHOOK_SECRETS:
        return _failed(
            "Stripe events",
            f"Set STRIPE_WEBHOOK_SECRETS: the signing secret of {report.id} in the dashboard.",
        )
    if report.was_changed:
        return Step(Outcome.MADE, "Stripe events", f"{report.id} now sends all that are handled.")
    return Step(Outcome.OK, "Stripe events", f"{report.id} sends all that are handled.")


def _failed(title: str, words: str) -> Step:
    return Step(Outcome.FAILED, title, words)
