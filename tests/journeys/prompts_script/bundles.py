"""A newspaper's bundle as it is published: signed bytes, a pointer, and prompts of each kind with real words."""

import base64
import hashlib
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.vectors import building

Json = dict[str, Any]

GBP = {
    "currency": "GBP",
    "from_price": "£3",
    "monthly": [["3", "£3"], ["5", "£5"], ["10", "£10"]],
    "once": [["10", "£10"], ["25", "£25"]],
    "takes_once": 1,
    "takes_monthly": 1,
}
USD = {**GBP, "currency": "USD", "from_price": "$5", "monthly": [["5", "$5"], ["7.50", "$7.50"]]}

APPEAL = {
    "title": "This article is free to read. Readers pay for it.",
    "body": (
        "{newspaper} has no paywall, so that <em>nobody</em> is kept from the news by its price. Readers who can "
        'spare a little make that possible, from <strong>{from_price} a month</strong>. <a href="/how-we-work">How '
        "we spend it</a>."
    ),
    "plea": "If you are able to, please join them. If you are not, you are just as welcome here.",
    "action": "Support us every month",
}
THANKS = {
    "title": "Thank you for standing behind us",
    "body": "Your regular gift keeps {newspaper} open to everyone. You will find no appeals in our articles.",
    "plea": "",
    "action": "See your support",
}
CARD = {
    "title": "Your last payment did not go through",
    "body": "It happens: a card runs out, or a bank wants to be asked again. Nothing is lost.",
    "plea": "",
    "action": "Update your card",
}


class Publisher:
    """Signs bundles with a key of its own."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> str:
        """The uncompressed point, as the script tag carries it."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _base64url(point)

    def sign(self, body: bytes) -> str:
        """Return the raw signature (r and s) over the exact bytes."""
        r, s = decode_dss_signature(self._key.sign(body, ec.ECDSA(SHA256())))
        return _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def published(site: str, *campaigns: Json, **changes: Any) -> bytes:
    """Return the bytes of a bundle that holds now, of the service at `site`."""
    now = int(time.time())
    rules = building.bundle(
        *campaigns,
        at=now - 60,
        until=now + 7 * building.DAY,
        site=site,
        newspaper="The Courier",
        offers={"support": {"sets": [GBP, USD], "of": {"GB": 0, "US": 1}, "other": 0}},
        **changes,
    )
    return json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def name_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def ask(name: str = "spring", *slots: str, **changes: Any) -> Json:
    return _campaign(name, "ask", APPEAL, slots, link="donate", **changes)


def thanks(name: str = "thanks", *slots: str, **changes: Any) -> Json:
    states = {"states": ["recurring", "one_off"]}
    return _campaign(name, "thanks", THANKS, slots, link="support", **{**states, **changes})


def card(name: str = "card", *slots: str, **changes: Any) -> Json:
    states = {"states": ["payment_failing"]}
    return _campaign(name, "card", CARD, slots, link="card", **{**states, **changes})


def _campaign(name: str, kind: str, copy: Json, slots: tuple[str, ...], **changes: Any) -> Json:
    words = {**copy, **changes.pop("words", {})}
    variant = {
        "id": "a",
        "weight": 1,
        "code": f"code-of-{name}",
        "copy": dict.fromkeys(("uk", "us"), words),
    }
    return {
        "id": name,
        "kind": kind,
        "slots": list(slots or ("in-article",)),
        "states": building.ASKABLE,
        "variants": [variant],
        "offer": "support",
        **changes,
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
