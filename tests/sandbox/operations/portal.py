"""The billing portal: its configurations and sessions."""

from tests.sandbox.engine import portal, portal_configurations
from tests.sandbox.operations.operation import CURSORS, Operation, retrieval

_CONFIGURATION = """
    name default_return_url metadata
    business_profile.headline business_profile.privacy_policy_url
    business_profile.terms_of_service_url
    features.invoice_history.enabled features.payment_method_update.enabled
    features.subscription_cancel.enabled features.subscription_cancel.mode
    features.subscription_cancel.cancellation_reason.enabled
    features.subscription_cancel.cancellation_reason.options
"""
_SESSION = """
    customer configuration return_url locale
    flow_data.type flow_data.subscription_cancel.subscription
    flow_data.after_completion.type flow_data.after_completion.redirect.return_url
    flow_data.after_completion.hosted_confirmation.custom_message
"""

PORTAL_OPERATIONS = (
    Operation(
        "POST",
        "/v1/billing_portal/configurations",
        "billing_portal.ConfigurationCreateParams",
        portal_configurations.create,
        _CONFIGURATION,
    ),
    Operation(
        "GET",
        "/v1/billing_portal/configurations",
        "billing_portal.ConfigurationListParams",
        portal_configurations.list_configurations,
        f"{CURSORS} active is_default",
    ),
    retrieval(
        "/v1/billing_portal/configurations/{id}",
        "billing_portal.ConfigurationRetrieveParams",
        "billing_portal.configuration",
        "configuration",
    ),
    Operation(
        "POST",
        "/v1/billing_portal/configurations/{id}",
        "billing_portal.ConfigurationUpdateParams",
        portal_configurations.update,
        f"{_CONFIGURATION} active",
    ),
    Operation(
        "POST",
        "/v1/billing_portal/sessions",
        "billing_portal.SessionCreateParams",
        portal.create_session,
        _SESSION,
    ),
)
