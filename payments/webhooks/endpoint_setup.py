"""The part of the set-up that speaks to Stripe: is this the right account, and do its events reach us."""

from dataclasses import dataclass

from payments.entities.models import LegalEntity
from payments.gateway.account import fetch_account
from payments.gateway.client import API_VERSION
from payments.gateway.endpoints import create_endpoint, list_endpoints, update_endpoint
from payments.webhooks.handlers import HANDLERS


@dataclass(frozen=True, slots=True)
class AccountReport:
    """The account behind our key, and every way in which it does not fit the newspaper."""

    id: str
    country: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """Where Stripe sends events now; `secret` is told once, when the endpoint is new."""

    id: str
    is_new: bool
    was_changed: bool
    secret: str
    problem: str = ""


def review_account(entity: LegalEntity) -> AccountReport:
    """Compare the account with what its newspaper promises to payers.

    Calls Stripe: cannot be composed. Raises GatewayUnavailable, and GatewayRefused for a wrong key.
    """
    account = fetch_account()
    problems = []
    if not account.may_charge:
        problems.append("Stripe does not let this account charge yet: finish its onboarding.")
    prefix, asterisk, _ = entity.statement_descriptor.partition("*")
    if asterisk:
        told, name = account.card_descriptor_prefix, "shortened descriptor"
    else:
        told, name = account.statement_descriptor, "statement descriptor"
    if told.strip().casefold() != prefix.strip().casefold():
        problems.append(
            f'Bank statements will say "{told}" and not "{prefix.strip()}": set the {name} under '
            "Settings, Business, Public details in Stripe's dashboard, or the newspaper's here."
        )
    return AccountReport(account.id, account.country, tuple(problems))


def ensure_endpoint(url: str) -> EndpointReport:
    """Have Stripe send every event that we handle to `url`.

    Calls Stripe: cannot be composed. Safe to repeat: an endpoint of this address is kept and only
    given the types it lacks. One of another version is left alone and named as a problem, because
    Stripe cannot change it and deleting it would lose events.
    """
    found = next((endpoint for endpoint in list_endpoints() if endpoint.url == url), None)
    if found is None:
        made = create_endpoint(url, types=HANDLERS)
        return EndpointReport(made.id, is_new=True, was_changed=False, secret=made.secret)
    problem = ""
    if found.api_version not in ("", API_VERSION):
        problem = (
            f"The endpoint {found.id} sends version {found.api_version} and we read {API_VERSION}: "
            "delete it in Stripe's dashboard and run this again at a quiet hour."
        )
    is_complete = "*" in found.types or set(HANDLERS) <= set(found.types)
    needs_change = not is_complete or found.status != "enabled"
    if needs_change:
        update_endpoint(found.id, types={*HANDLERS, *found.types})
    return EndpointReport(
        found.id, is_new=False, was_changed=needs_change, secret="", problem=problem
    )
