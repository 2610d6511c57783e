"""What a payer does on the hosted pages: pay, authenticate, change the card."""

from collections.abc import Mapping
from typing import Literal

import httpx

from tests.sandbox.client.answers import Control, Declined, alert

Authentication = Literal["complete", "fail"]
Method = Literal["card", "sepa_debit", "bacs_debit", "wallet"]
Wallet = Literal["apple_pay", "google_pay"]
GOOD_CARD, GOOD_IBAN, GOOD_ACCOUNT = "4242424242424242", "DE89370400440532013000", "00012345"


class PayerPages:
    """Each method answers with the URL that the payer is sent to, and raises Declined for a refusal."""

    api_base: str
    _http: httpx.Client
    _control: Control

    def pay(
        self,
        session: str,
        card: str = GOOD_CARD,
        *,
        method: Method = "card",
        iban: str = GOOD_IBAN,
        sort_code: str = "108800",
        account_number: str = GOOD_ACCOUNT,
        wallet: Wallet = "apple_pay",
        email: str = "reader@example.org",
        name: str = "Test Reader",
        country: str = "GB",
        postal_code: str = "N1 9GU",
        fields: Mapping[str, str] | None = None,
        authenticate: Authentication | None = "complete",
    ) -> str:
        """Pay an open session (its URL or id) as a reader would; the URL the reader is sent to.

        `fields` are further fields of the page's form, such as `phone` or `accepts_terms`.
        With `authenticate=None` a card that asks for 3D Secure leaves the reader there, and the
        authentication page's URL is returned. Raises Declined for what is refused.
        """
        url = f"{self.api_base}/checkout/{_id_in(session)}"
        typed: dict[Method, dict[str, str]] = {
            "card": _card_form(card),
            "sepa_debit": {"iban": iban},
            "bacs_debit": {
                "sort_code": sort_code,
                "account_number": account_number,
                "line1": "1 Fleet Street",
                "city": "London",
            },
            "wallet": {"wallet": wallet},
        }
        form = {
            "method": method,
            **typed[method],
            "email": email,
            "name": name,
            "country": country,
            "postal_code": postal_code,
            **(fields or {}),
        }
        return self._walk(f"{url}/pay", form, f"{url}/authenticate", authenticate)

    def pay_invoice(
        self,
        invoice: str,
        card: str = GOOD_CARD,
        *,
        authenticate: Authentication | None = "complete",
    ) -> str:
        """Pay an open invoice (its hosted URL or id) with a new card, which is kept for renewals."""
        url = f"{self.api_base}/invoice/{_id_in(invoice)}"
        return self._walk(f"{url}/pay", _card_form(card), f"{url}/authenticate", authenticate)

    def authenticate_invoice(self, invoice: str, *, passed: bool = True) -> str:
        """Answer the bank about a renewal that waits for the payer's authentication."""
        url = f"{self.api_base}/invoice/{_id_in(invoice)}/authenticate"
        return self._submit(url, {"action": "complete" if passed else "fail"})

    def change_card(
        self,
        page: str,
        card: str = GOOD_CARD,
        *,
        authenticate: Authentication | None = "complete",
    ) -> str:
        """Save a new card on a page of the billing portal (its URL), or of a Checkout Session in setup mode."""
        if "/checkout/" in page or page.startswith("cs_"):
            return self.pay(page, card, authenticate=authenticate)
        url = f"{self.api_base}/portal/{_id_in(page)}/card"
        return self._walk(url, _card_form(card), f"{url}/authenticate", authenticate)

    def _walk(
        self, url: str, form: dict[str, str], asks_at: str, authenticate: Authentication | None
    ) -> str:
        """Submit a page and, where the card asks for it, the authentication that follows."""
        self._control("hold")
        target = self._submit(url, form)
        if target == asks_at and authenticate:
            return self._submit(target, {"action": authenticate})
        return target

    def _submit(self, url: str, form: dict[str, str]) -> str:
        response = self._http.post(url, data=form)
        if response.status_code == httpx.codes.SEE_OTHER:
            return response.headers["Location"]
        raise Declined(response.headers.get("Sandbox-Error-Code", ""), alert(response.text))


def _id_in(text: str) -> str:
    """The id at the end of a hosted page's URL, or the id itself."""
    return text.rstrip("/").rsplit("/", 1)[-1].partition("?")[0]


def _card_form(number: str) -> dict[str, str]:
    return {
        "number": number,
        "exp_month": "12",
        "exp_year": "2034",
        "cvc": "1234" if number.startswith("37") else "123",
    }
