"""`POST /api/v1/prompts/decide` in OpenAPI's words: what `decision_requests` reads and answers."""

from typing import Any

from membership.prompts.rules.audiences import Kind, ReaderState
from membership.prompts.rules.context import MOST_MINUTES_EAST

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_FLAG: dict[str, Any] = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_INSTANT = {**_COUNT, "description": "Unix seconds."}
_TEXT_OR_NULL = {"type": ["string", "null"]}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required.split()),
        "additionalProperties": False,
    }


def _row(*items: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "prefixItems": list(items),
        "minItems": len(items),
        "maxItems": len(items),
    }


_PAGE = _object(
    "edition slots sensitive opt_out",
    id={**_TEXT, "description": "The article, as results name it."},
    edition=_TEXT,
    section=_TEXT,
    tags=_TEXTS,
    type=_TEXT,
    sensitive=_FLAG,
    opt_out=_FLAG,
    slots={**_TEXTS, "description": "The places to be filled."},
)
_READER = _object(
    "state",
    state={**_TEXT, "description": f"{', '.join(ReaderState)}; any other is anonymous."},
    as_of={**_INSTANT, "description": "When the state was learnt, Unix seconds; 0 for just now."},
    signed_in=_FLAG,
    country={**_TEXT, "description": "ISO 3166-1 alpha-2, or empty."},
    region={**_TEXT, "description": "US-CA, or empty."},
    device={**_TEXT, "description": "phone, tablet, desktop, or empty."},
    tier=_TEXT,
    tenure=_TEXT,
    band=_TEXT,
    hints=_TEXTS,
    referrer=_TEXT,
    code={**_TEXT, "description": "Of the campaign that led here (utm_campaign)."},
    quiet_until={**_INSTANT, "description": "Nobody may ask before; Unix seconds, 0 for none."},
)
_HISTORY = _object(
    reads={"type": "array", "items": _row(_COUNT, _COUNT), "description": "UTC day, articles."},
    views={
        "type": "array",
        "items": _row(_TEXT, _TEXT, _INSTANT, {"type": "integer", "enum": [0, 1]}),
        "description": "Campaign, slot, instant, 1 for an ask or an invitation.",
    },
    dismissed={"type": "array", "items": _INSTANT},
    paused_until=_INSTANT,
    arms={"type": "object", "additionalProperties": _TEXT},
)
_PROMPT = _object(
    "kind title body plea action code link amounts why",
    kind={"type": "string", "enum": list(map(str, Kind))},
    title=_TEXT,
    body={**_TEXT, "description": "HTML: em, strong and links, nothing else."},
    plea={**_TEXT, "description": "HTML like body, or empty."},
    action={**_TEXT, "description": "The link's words, or empty."},
    code={**_TEXT, "description": "What the link carries, so that a gift is counted."},
    link={**_TEXT, "description": "Where it leads, or empty."},
    amounts={"type": "array", "items": _object("label link", label=_TEXT, link=_TEXT)},
    why={**_TEXT, "description": "A page that explains it to the reader."},
)
_SLOT = _object(
    "slot campaign variant arm reason held prompt",
    slot=_TEXT,
    campaign=_TEXT_OR_NULL,
    variant=_TEXT_OR_NULL,
    arm=_TEXT_OR_NULL,
    reason={**_TEXT, "description": "shown, or what kept it empty."},
    held={**_TEXT_OR_NULL, "description": "The ask that the holdout was not shown."},
    prompt={"oneOf": [_PROMPT, {"type": "null"}]},
    trace={
        "type": "array",
        "items": _row(_TEXT, _TEXT),
        "description": "With explain: each campaign and the filter that it failed first.",
    },
)

SCHEMAS: dict[str, dict[str, Any]] = {
    "PageView": _object(
        "page reader",
        now={**_INSTANT, "description": "Unix seconds; this moment where absent."},
        tz={
            "type": "integer",
            "minimum": -MOST_MINUTES_EAST,
            "maximum": MOST_MINUTES_EAST,
            "description": "Minutes east of UTC; those of the reader's country where absent.",
        },
        seed={**_TEXT_OR_NULL, "description": "Stable for one reader; without it, no experiment."},
        page=_PAGE,
        reader=_READER,
        history=_HISTORY,
        explain={**_FLAG, "description": "Whether the answer says how it was decided."},
    ),
    "Decision": _object(
        "bundle slots",
        bundle={**_TEXT_OR_NULL, "description": "The SHA-256 of what decided; null while stopped."},
        slots={"type": "array", "items": _SLOT},
        trace={**_TEXT, "description": "With explain: the code that staff replay."},
    ),
}


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


OPERATION: dict[str, Any] = {
    "operationId": "decidePrompts",
    "summary": "Which prompts a page view shows, with their words and links",
    "security": [{}],
    "requestBody": {"required": True, "content": _content("PageView")},
    "responses": {
        "200": {"description": "Decided.", "content": _content("Decision")},
        **{
            status: {"description": words, "content": _content("Error")}
            for status, words in {
                "400": "It is no page view; the message says what to send.",
                "415": "It does not say that it is JSON.",
                "503": "Prompts cannot be read just now: show none.",
            }.items()
        },
    },
}
