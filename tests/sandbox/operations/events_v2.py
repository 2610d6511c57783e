"""API v2: thin events and the destinations that they are sent to."""

from tests.sandbox.engine import event_destinations, thin_events
from tests.sandbox.operations.operation import Operation

_DESTINATION = "description enabled_events include metadata name webhook_endpoint.url"
_PATH = "/v2/core/event_destinations"

V2_OPERATIONS = (
    Operation(
        "GET",
        "/v2/core/events",
        "v2.core.EventListParams",
        thin_events.list_events,
        "limit object_id types",
    ),
    Operation("GET", "/v2/core/events/{id}", "v2.core.EventRetrieveParams", thin_events.retrieve),
    Operation(
        "POST",
        _PATH,
        "v2.core.EventDestinationCreateParams",
        event_destinations.create,
        f"{_DESTINATION} event_payload events_from snapshot_api_version type",
    ),
    Operation(
        "GET",
        _PATH,
        "v2.core.EventDestinationListParams",
        event_destinations.list_destinations,
        "limit include",
    ),
    Operation(
        "GET",
        f"{_PATH}/{{id}}",
        "v2.core.EventDestinationRetrieveParams",
        event_destinations.retrieve,
        "include",
    ),
    Operation(
        "POST",
        f"{_PATH}/{{id}}",
        "v2.core.EventDestinationUpdateParams",
        event_destinations.update,
        _DESTINATION,
    ),
    Operation(
        "POST",
        f"{_PATH}/{{id}}/enable",
        "v2.core.EventDestinationEnableParams",
        event_destinations.enable,
    ),
    Operation(
        "POST",
        f"{_PATH}/{{id}}/disable",
        "v2.core.EventDestinationDisableParams",
        event_destinations.disable,
    ),
    Operation(
        "DELETE",
        f"{_PATH}/{{id}}",
        "v2.core.EventDestinationDeleteParams",
        event_destinations.delete,
    ),
)
