"""The signature under a bundle: right for exactly these bytes and this key."""

import shutil
import subprocess

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from membership.prompts.signing import is_signed, key_id, public_key, sign


def _pem(curve: str) -> str:
    command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@given(st.binary(), st.binary())
def test_exactly_what_was_signed_is_signed(body: bytes, other: bytes) -> None:
    assert is_signed(body, sign(body), public_key())
    assert is_signed(other, sign(body), public_key()) == (other == body)


@given(st.text())
def test_whatever_stands_in_the_place_of_a_signature_or_a_key_is_refused(text: str) -> None:
    assert not is_signed(b"{}", text, public_key())
    assert not is_signed(b"{}", sign(b"{}"), text)


def test_a_signature_is_64_bytes_and_a_key_an_uncompressed_point_in_base64url() -> None:
    assert len(sign(b"{}")) == 86
    assert len(public_key()) == 87
    assert public_key().startswith("B")  # 0x04: uncompressed.


def test_another_secret_is_another_key_and_the_same_one_the_same(settings: Settings) -> None:
    first = public_key()
    settings.SECRET_KEY = "another-secret-key-that-guards-nothing-real-0123456789"
    second = public_key()
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]

    assert len({first, second, public_key()}) == 3


def test_a_key_of_ones_own_is_used_instead_of_the_derived_one(settings: Settings) -> None:
    derived, derived_id = public_key(), key_id()
    settings.PROMPT_SIGNING_KEY = _pem("P-256")

    assert public_key() != derived
    assert key_id() != derived_id
    assert is_signed(b"{}", sign(b"{}"), public_key())
    assert not is_signed(b"{}", sign(b"{}"), derived)


@pytest.mark.parametrize("curve", ["P-384", ""])
def test_a_key_that_browsers_would_refuse_is_refused_with_what_to_do(
    settings: Settings, curve: str
) -> None:
    settings.PROMPT_SIGNING_KEY = _pem(curve) if curve else "no key"

    with pytest.raises(ImproperlyConfigured, match="P-256"):
        public_key()


_VERIFY = """
const [key, signature, body] = process.argv.slice(1);
const raw = (text) => Buffer.from(text, "base64url");
const how = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
crypto.subtle
  .importKey("raw", raw(key), how, false, ["verify"])
  .then((imported) => crypto.subtle.verify(how, imported, raw(signature), Buffer.from(body)))
  .then((holds) => console.log(holds));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node has the browsers' crypto.subtle.")
@pytest.mark.parametrize(("body", "holds"), [('{"schema":1}', "true"), ('{"schema":2}', "false")])
def test_the_crypto_of_browsers_verifies_what_we_sign(body: str, holds: str) -> None:
    command = ["node", "-e", _VERIFY, public_key(), sign(b'{"schema":1}'), body]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)

    assert answer.stdout.strip() == holds
