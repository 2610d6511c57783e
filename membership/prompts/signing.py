"""The signature under a published bundle: ECDSA on P-256 with SHA-256, as browsers' `crypto.subtle` checks it.

The key is PROMPT_SIGNING_KEY, or one that is derived from SECRET_KEY. A page carries the public key in its script tag,
so whoever can change what a CDN serves still cannot put words into the newspaper's mouth.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_CURVE = ec.SECP256R1()
# The order of the curve's group (SEC 2, section 2.4.2): private keys lie below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BYTES = 32
_HASH = ec.ECDSA(hashes.SHA256())


def public_key() -> str:
    """Return what pages carry in `data-key`: the uncompressed point, base64url without padding."""
    return _written(_point(_key().public_key()))


def key_id() -> str:
    """Return the short name of the current key, by which a publication says who signed it."""
    return hashlib.sha256(_point(_key().public_key())).hexdigest()[:16]


def sign(body: bytes) -> str:
    """Return the signature of exactly these bytes: r and s, 32 bytes each, base64url without padding."""
    r, s = decode_dss_signature(_key().sign(body, _HASH))
    return _written(r.to_bytes(_BYTES, "big") + s.to_bytes(_BYTES, "big"))


def is_signed(body: bytes, signature: str, key: str) -> bool:
    """Say whether the holder of the private part of `key` signed exactly these bytes; false for anything malformed."""
    try:
        raw = _read(signature)
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _read(key))
        if len(raw) != 2 * _BYTES:
            return False
        pair = (int.from_bytes(raw[:_BYTES], "big"), int.from_bytes(raw[_BYTES:], "big"))
        public.verify(encode_dss_signature(*pair), body, _HASH)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key() -> ec.EllipticCurvePrivateKey:
    return _made(settings.PROMPT_SIGNING_KEY, settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _made(pem: str, secret: str) -> ec.EllipticCurvePrivateKey:
    if not pem:
        # 16 bytes more than the order has, so that no key is noticeably more likely than another.
        kdf = HKDF(hashes.SHA256(), _BYTES + 16, salt=None, info=b"masthead prompt bundles")
        scalar = int.from_bytes(kdf.derive(secret.encode()), "big") % (_ORDER - 1) + 1
        return ec.derive_private_key(scalar, _CURVE)
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(
            "PROMPT_SIGNING_KEY is no private key in PEM without a password; make one with: "
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
        raise ImproperlyConfigured("PROMPT_SIGNING_KEY must be a key of the curve P-256.")
    return key


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    encoding = serialization.Encoding.X962
    return key.public_bytes(encoding, serialization.PublicFormat.UncompressedPoint)


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
