"""The donation page around its form: the currency switch, the fee in words, the addresses of its
neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from babel.numbers import format_percent, get_currency_name, get_currency_symbol
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from membership.checkout_pages.forms import DonationForm
from membership.checkout_pages.second_gift import StandingGift
from payments.currencies import decimals, exponent, step, symbols
from payments.models import CampaignCurrency, Checkout
from payments.money import Money
from payments.templatetags.money import active_locale, babel_locale, money


class SeeOther(HttpResponseRedirect):
    """The answer to a form: go there with GET."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class CurrencyChoice:
    """One choice of the currency switch."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class DonationPage:
    """A form ready to be shown, for the first time or again."""

    form: DonationForm
    notices: list[str] = field(default_factory=list)
    is_gateway_down: bool = False
    is_gateway_refusing: bool = False
    asks_own_amount: bool = False
    standing: Sequence[StandingGift] = ()
    asks_second: bool = False

    def render(self, request: HttpRequest, *, status: int = 200) -> HttpResponse:
        response = HttpResponse(self.draw(request), status=status)
        if self.is_gateway_down:
            response["Retry-After"] = "60"
        return response

    def draw(self, request: HttpRequest, **extra: object) -> str:
        """Return the page's HTML; `extra` stands above what the request gives to a template."""
        offer = self.form.offer
        terms = offer.terms(self.form.currency)
        context = {
            "form": self.form,
            "campaign": offer.campaign,
            "entity": offer.campaign.entity,
            "terms": terms,
            "sign": currency_sign(terms.currency),
            "signs": " ".join(symbols(terms.currency, active_locale())),
            "currency_choices": self._currency_choices(),
            "fee": fee_words(terms),
            "decimals": decimals(terms.currency),
            "exponent": exponent(terms.currency),
            "step": step(terms.currency),
            "locale": active_locale(),
            "takes_recurring": any(frequency != "once" for frequency in offer.frequencies),
            "notices": self.notices,
            "is_gateway_down": self.is_gateway_down,
            "is_gateway_refusing": self.is_gateway_refusing,
            "asks_own_amount": self.asks_own_amount,
            "standing": self.standing,
            "asks_second": self.asks_second,
            **extra,
        }
        return render_to_string("membership/checkout_pages/donate.html", context, request)

    def _currency_choices(self) -> list[CurrencyChoice]:
        return [
            CurrencyChoice(
                code=terms.currency,
                name=get_currency_name(terms.currency, locale=babel_locale()),
                is_current=terms.currency == self.form.currency,
            )
            for terms in self.form.offer.currencies
        ]


def currency_sign(currency: str) -> str:
    return get_currency_symbol(currency, locale=babel_locale())


def fee_words(terms: CampaignCurrency) -> str:
    """Return the fee rate as a reader reads it, "1.5% + £0.20"; "" when covering it is not offered."""
    parts = []
    if terms.fee_basis_points:
        share = Decimal(terms.fee_basis_points) / 10_000
        parts.append(format_percent(share, "#,##0.##%", locale=babel_locale()))
    if terms.fee_fixed:
        parts.append(money(terms.fee_fixed, terms.currency))
    return " + ".join(parts)


def resume_url(checkout: Checkout, *, is_own: bool) -> str:
    """Return the address of the form with a checkout's choices in it.

    Only the browser that made the checkout is led to what was typed; any other gets the amount
    alone.
    """
    path = reverse("membership:donate", args=[checkout.campaign.slug])
    if is_own:
        return _address(path, {"resume": str(checkout.reference)})
    amount = Money(checkout.amount, checkout.currency).to_decimal()
    choices = {"frequency": checkout.frequency, "currency": checkout.currency}
    return _address(path, {**choices, "amount": str(amount)})


def thank_you_url(checkout: Checkout) -> str:
    return reverse("membership:thank_you", args=[checkout.campaign.slug, checkout.reference])


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}"
