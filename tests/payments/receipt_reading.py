"""What a receipt says, as tests ask for it."""

from payments.models import Receipt


def printed(receipt: Receipt) -> dict[str, str]:
    """The labelled details of a document."""
    return {fact["label"]: fact["text"] for fact in receipt.content["facts"]}


def amounts(receipt: Receipt) -> list[str]:
    lines = [*receipt.content["lines"], receipt.content["total"]]
    return [line["amount"]["text"] for line in lines]
