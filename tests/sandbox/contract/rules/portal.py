"""Rules of the billing portal."""

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.portal import FLOW_FEATURES


def _known_flow(account: Account, params: Params) -> None:
    flow = params.get("flow_data")
    if flow is None:
        return
    if flow["type"] not in FLOW_FEATURES:
        raise StripeRefusal(
            f"Stripe's portal has the flow {flow['type']}, but this sandbox does not have it yet.",
            code="sandbox_parameter_unsupported",
            param="flow_data[type]",
        )
    if flow["type"] == "subscription_cancel" and "subscription_cancel" not in flow:
        raise invalid(
            "Missing required param: flow_data[subscription_cancel].",
            param="flow_data[subscription_cancel]",
            code="parameter_missing",
        )
    after = flow.get("after_completion", {})
    if after.get("type") == "redirect" and "redirect" not in after:
        raise invalid(
            "Missing required param: flow_data[after_completion][redirect].",
            param="flow_data[after_completion][redirect]",
            code="parameter_missing",
        )


def _web_addresses(account: Account, params: Params) -> None:
    redirect = params.get("flow_data", {}).get("after_completion", {}).get("redirect", {})
    for path, url in (
        ("return_url", params.get("return_url")),
        ("flow_data[after_completion][redirect][return_url]", redirect.get("return_url")),
    ):
        if url is not None and not url.startswith(("http://", "https://")):
            raise invalid(
                "Not a valid URL: an explicit scheme (such as https) must be provided.",
                param=path,
                code="url_invalid",
            )


RULES: dict[str, tuple[Rule, ...]] = {
    "billing_portal.SessionCreateParams": (required("customer"), _known_flow, _web_addresses),
}
