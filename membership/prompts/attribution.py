"""The code that a prompt's link carries to the checkout, so that results end in money and not in
clicks.
"""

from django.core import signing

_SIGNER = signing.Signer(salt="membership.attribution")

# A code is a few short words; whoever sends more sends something else.
_LONGEST_CODE = 2000


def sign_attribution(values: dict[str, str]) -> str:
    """Return `values` as a signed code; the same values give the same code, so that a page with it
    can be cached.
    """
    return _SIGNER.sign_object(values, compress=True)


def read_attribution(code: str) -> dict[str, str]:
    """Return the values of a code of ours; empty for any other."""
    if not code or len(code) > _LONGEST_CODE:
        return {}
    try:
        values = _SIGNER.unsign_object(code)
    except signing.BadSignature:
        return {}
    return {str(name): str(value) for name, value in values.items()}
