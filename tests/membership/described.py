"""Whether an answer of the API is what its own description says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a JSON value is what our own description says, and holds nothing that it does not name."""
    if "oneOf" in schema:
        return sum(fits(value, each) for each in schema["oneOf"]) == 1
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if value is None:
        return "null" in types
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if not any(type(value) is kinds[each] for each in types if each in kinds):
        return False
    return _parts_fit(value, schema)


def _parts_fit(value: Any, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, dict):
        if "properties" not in schema:
            return all(fits(each, schema["additionalProperties"]) for each in value.values())
        properties = schema["properties"]
        is_whole = set(schema["required"]) <= value.keys() <= properties.keys()
        return is_whole and all(fits(each, properties[name]) for name, each in value.items())
    if isinstance(value, list):
        if "prefixItems" in schema:
            return len(value) == len(schema["prefixItems"]) and all(
                map(fits, value, schema["prefixItems"])
            )
        return all(fits(each, schema["items"]) for each in value)
    if schema.get("format") == "date-time":
        return datetime.fromisoformat(value).tzinfo is not None
    return schema.get("format") != "uuid" or bool(UUID(value))
