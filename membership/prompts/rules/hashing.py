"""MurmurHash3 x86 32 of a text's UTF-8 bytes with seed 0: Austin Appleby's public domain algorithm (aappleby/smhasher).

Stable between Python and JavaScript, quick, and spread evenly; it guards nothing, so it need not be cryptographic.
"""

_MASK = 0xFFFFFFFF
_C1, _C2 = 0xCC9E2D51, 0x1B873593


def murmur3(text: str) -> int:
    """Return the hash, 0 ≤ hash < 2**32."""
    data = text.encode()
    length = len(data)
    whole = length & ~3
    hashed = 0
    for start in range(0, whole, 4):
        hashed ^= _scrambled(int.from_bytes(data[start : start + 4], "little"))
        hashed = (hashed << 13 | hashed >> 19) & _MASK
        hashed = (hashed * 5 + 0xE6546B64) & _MASK
    if length > whole:
        hashed ^= _scrambled(int.from_bytes(data[whole:], "little"))
    hashed ^= length
    hashed = ((hashed ^ hashed >> 16) * 0x85EBCA6B) & _MASK
    hashed = ((hashed ^ hashed >> 13) * 0xC2B2AE35) & _MASK
    return hashed ^ hashed >> 16


def share(text: str, parts: int) -> int:
    """Return the part of `parts` equal ones in which the text's hash lies: 0 ≤ share < parts ≤ 2**21."""
    return murmur3(text) * parts >> 32


def _scrambled(word: int) -> int:
    word = word * _C1 & _MASK
    word = (word << 15 | word >> 17) & _MASK
    return word * _C2 & _MASK
