"""Under which terms a search finds a customer."""

from tests.sandbox.engine.store import Document

SHORTEST_PART = 3
TEXTS = ("email", "name", "phone")


def terms_of(customer: Document) -> list[str]:
    """Whole values, and each run of three letters of an address or a name."""
    terms = set()
    for name in TEXTS:
        if value := (customer[name] or "").lower():
            terms.add(f"{name}={value}")
            if name != "phone":
                starts = range(len(value) - SHORTEST_PART + 1)
                terms |= {f"{name}~{value[at : at + SHORTEST_PART]}" for at in starts}
    terms |= {f"metadata[{key}]={value.lower()}" for key, value in customer["metadata"].items()}
    return sorted(terms)
