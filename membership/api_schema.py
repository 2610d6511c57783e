"""The public JSON API in OpenAPI's words: fields are added, never renamed or taken away."""

from typing import Any

from membership.prompts import decide_schema
from membership.supporters.models import SupporterState
from membership.supporters.traits import Band, Tenure

_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time", "description": "UTC."}
_INSTANT_OR_NULL = {**_INSTANT, "type": ["string", "null"]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


_SECONDS: dict[str, Any] = {"type": "integer", "description": "Unix seconds; 0 for none."}

_STATUS = _object(
    state={"type": "string", "enum": list(SupporterState.values)},
    since=_INSTANT_OR_NULL,
    until={**_INSTANT_OR_NULL, "description": "When time alone would change it."},
)
_TIER = _object(
    key={"type": "string", "description": "Chosen by an editor; it never changes."},
    name={"type": "string"},
    since=_INSTANT_OR_NULL,
    until={**_INSTANT_OR_NULL, "description": "When time alone would change it."},
    in_grace={"type": "boolean", "description": "Kept for a while, though nothing pays for it."},
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "Me": _object(
        supporter={"type": "string", "format": "uuid", "description": "Stable, and no address."},
        status=_STATUS,
        tier={"oneOf": [_TIER, {"type": "null"}]},
        benefits={
            "type": "array",
            "description": "Of the tier and of those below it.",
            "items": _object(key={"type": "string"}, text={"type": "string"}),
        },
    ),
    "Status": _object(
        state={"type": "string", "enum": list(SupporterState.values)},
        as_of=_SECONDS,
        quiet_until={**_SECONDS, "description": "Nobody may ask before; Unix seconds, 0 for none."},
        signed_in={"type": "boolean", "description": "In this browser, since the last sign-out."},
        tenure={"type": "string", "enum": ["", *map(str, Tenure)]},
        band={"type": "string", "enum": ["", *map(str, Band)], "description": "Of the last gift."},
        tier={"type": "string", "description": "The key of a tier, or empty."},
        hints={"type": "array", "items": {"type": "string", "enum": ["invite", "abandoned"]}},
    ),
    **decide_schema.SCHEMAS,
    "Error": _object(error=_object(code={"type": "string"}, message={"type": "string"})),
}


def _answer(schema: str, words: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": words, "content": {"application/json": {"schema": reference}}}


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Masthead", "version": "1", "license": {"name": "Apache-2.0"}},
    "paths": {
        "/api/v1/me/": {
            "get": {
                "operationId": "me",
                "summary": "Tier, benefits and status of a reader who signed in",
                "security": [{"session": []}, {"statusToken": []}, {"statusCookie": []}],
                "responses": {
                    "200": _answer("Me", "The reader is known."),
                    "401": _answer("Error", "Nobody is known by what was sent."),
                    "429": _answer("Error", "Wait for as long as Retry-After says."),
                },
            }
        },
        "/api/v1/status/": {
            "get": {
                "operationId": "status",
                "summary": "What a script may know of any reader",
                "security": [{}, {"session": []}, {"statusCookie": []}],
                "responses": {
                    "200": _answer("Status", "Always, also for who is not known."),
                    "429": _answer("Error", "Wait for as long as Retry-After says."),
                },
            }
        },
        "/api/v1/prompts/decide": {"post": decide_schema.OPERATION},
    },
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
            "statusCookie": {"type": "apiKey", "in": "cookie", "name": "__Secure-status"},
            "statusToken": {
                "type": "http",
                "scheme": "bearer",
                "description": "The value of the reader's status cookie, passed on by a server.",
            },
        },
    },
}
