"""Files handed to Stripe, so that evidence can name them."""

from io import BytesIO

from payments.gateway.client import calling_stripe


def upload_evidence(contents: bytes, *, name: str, idempotency_key: str) -> str:
    """Upload a file for a dispute and return Stripe's id of it.

    `name` is what the bank may see. Nothing is handed in by it: only evidence that names the id does. The same key
    gives the same id, for a day at least. Raises GatewayRefused for a file that Stripe does not take.
    """
    stream = BytesIO(contents)
    stream.name = name
    with calling_stripe() as client:
        file = client.v1.files.create(
            {"purpose": "dispute_evidence", "file": stream}, {"idempotency_key": idempotency_key}
        )
    return file.id
