"""Rules of webhook endpoints."""

from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.contract.rules.rule import Params, Rule
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid


def _endpoint_version(account: Account, params: Params) -> None:
    version = params.get("api_version", REVIEWED_API_VERSION)
    if version != REVIEWED_API_VERSION:
        raise invalid(
            f"This sandbox sends events of {REVIEWED_API_VERSION} only.", param="api_version"
        )


RULES: dict[str, tuple[Rule, ...]] = {"WebhookEndpointCreateParams": (_endpoint_version,)}
