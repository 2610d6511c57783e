"""The admin's forms: editors change what is asked for, administrators what payers read."""

from typing import Any

import pytest
from django.test import Client

from membership.models import User
from payments.models import (
    Campaign,
    CampaignCurrency,
    LedgerPosting,
    LegalEntity,
    Payment,
    SuggestedAmount,
    WebhookEvent,
)
from tests.factories import CheckoutFactory
from tests.payments.admin_pages import as_role, errors_of, form_of, page_of

pytestmark = pytest.mark.usefixtures("told_rendering")


@pytest.fixture
def editor(client: Client, campaign: Campaign) -> Client:
    return as_role(client, "editor")


@pytest.fixture
def page(campaign: Campaign) -> str:
    return page_of(Campaign, "change", campaign.pk)


def _prefix(fields: dict[str, Any], prefix: str, **wanted: str) -> str:
    """Return the prefix of the inline form that has these values."""
    return next(
        f"{prefix}-{number}-"
        for number in range(int(fields[f"{prefix}-TOTAL_FORMS"]))
        if all(fields.get(f"{prefix}-{number}-{name}") == value for name, value in wanted.items())
    )


def test_saving_a_campaign_unchanged_changes_nothing(editor: Client, page: str) -> None:
    before = (
        list(CampaignCurrency.objects.values_list().order_by("id")),
        list(SuggestedAmount.objects.values_list().order_by("id")),
    )

    assert editor.post(page, form_of(editor, page)).status_code == 302

    assert before == (
        list(CampaignCurrency.objects.values_list().order_by("id")),
        list(SuggestedAmount.objects.values_list().order_by("id")),
    )


def test_amounts_are_shown_and_typed_in_major_units(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    pounds = _prefix(fields, "currencies", currency="GBP")
    yen = _prefix(fields, "currencies", currency="JPY")
    assert (fields[f"{pounds}minimum"], fields[f"{yen}minimum"]) == ("1.00", "100")

    fields |= {f"{pounds}minimum": "2.50", f"{pounds}maximum": "1,000.00", f"{yen}minimum": "300"}
    assert editor.post(page, fields).status_code == 302

    terms = CampaignCurrency.objects.get(currency="GBP")
    assert (terms.minimum, terms.maximum, terms.fee_fixed) == (250, 100_000, 20)
    assert CampaignCurrency.objects.get(currency="JPY").minimum == 300


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("five", "This is not an amount."),
        ("-5", "more than zero"),
        ("0", "more than zero"),
        ("5.005", "so many decimals"),
        ("$5", "names another currency"),
        ("9999999999999999", "too large"),
    ],
)
def test_an_amount_that_is_none_is_refused_beside_its_field(
    typed: str, sentence: str, editor: Client, page: str
) -> None:
    fields = form_of(editor, page)
    fields[_prefix(fields, "suggested_amounts", currency="GBP") + "amount"] = typed

    assert sentence in errors_of(editor.post(page, fields))


@pytest.mark.parametrize(("typed", "status"), [("usd", 302), ("XXX", 200), ("", 200)])
def test_a_currency_is_one_that_stripe_takes(
    typed: str, status: int, editor: Client, page: str
) -> None:
    fields = form_of(editor, page)
    fields[_prefix(fields, "currencies", currency="USD") + "currency"] = typed

    assert editor.post(page, fields).status_code == status


def test_the_default_currency_moves_in_one_save(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    del fields[_prefix(fields, "currencies", currency="GBP") + "is_default"]
    # EUR stands before GBP and after: both orders of saving must work.
    fields[_prefix(fields, "currencies", currency="EUR") + "is_default"] = "on"

    assert editor.post(page, fields).status_code == 302
    assert CampaignCurrency.objects.get(is_default=True).currency == "EUR"

    fields = form_of(editor, page)
    del fields[_prefix(fields, "currencies", currency="EUR") + "is_default"]
    fields[_prefix(fields, "currencies", currency="USD") + "is_default"] = "on"
    assert editor.post(page, fields).status_code == 302
    assert CampaignCurrency.objects.get(is_default=True).currency == "USD"


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_currency_is_the_default(count: int, editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    if count:
        fields[_prefix(fields, "currencies", currency="EUR") + "is_default"] = "on"
    else:
        del fields[_prefix(fields, "currencies", currency="GBP") + "is_default"]

    assert "exactly one currency" in errors_of(editor.post(page, fields))


def test_an_open_campaign_keeps_a_currency(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    for number in range(4):
        fields[f"currencies-{number}-DELETE"] = "on"

    assert "at least one currency" in errors_of(editor.post(page, fields))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("minimum", "4.00", "This campaign takes £4 to £"),
        ("maximum", "20", "This campaign takes £1 to £20."),
    ],
)
def test_a_suggestion_outside_the_limits_is_refused_beside_it(
    field: str, typed: str, sentence: str, editor: Client, page: str
) -> None:
    fields = form_of(editor, page)
    fields[_prefix(fields, "currencies", currency="GBP") + field] = typed

    assert sentence in errors_of(editor.post(page, fields))

    assert CampaignCurrency.objects.get(currency="GBP").minimum == 100


def test_a_suggestion_in_a_currency_that_goes_is_refused_beside_it(
    editor: Client, page: str
) -> None:
    fields = form_of(editor, page)
    fields[_prefix(fields, "currencies", currency="JPY") + "DELETE"] = "on"

    assert "This campaign does not take JPY." in errors_of(editor.post(page, fields))


def test_a_currency_goes_with_its_suggestions(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    for prefix in ("currencies", "suggested_amounts"):
        for number in range(int(fields[f"{prefix}-TOTAL_FORMS"])):
            if fields[f"{prefix}-{number}-currency"] == "JPY":
                fields[f"{prefix}-{number}-DELETE"] = "on"

    assert editor.post(page, fields).status_code == 302

    assert not CampaignCurrency.objects.filter(currency="JPY").exists()
    assert not SuggestedAmount.objects.filter(currency="JPY").exists()


def test_a_frequency_has_one_default_amount_in_a_currency(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    for number in range(int(fields["suggested_amounts-TOTAL_FORMS"])):
        fields[f"suggested_amounts-{number}-is_default"] = "on"

    errors = errors_of(editor.post(page, fields))

    assert "EUR, monthly: only one amount is the default." in errors


def test_a_currency_that_is_none_gets_one_sentence(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    fields[_prefix(fields, "currencies", currency="USD") + "currency"] = "XXX"
    response = editor.post(page, fields)

    (currencies, amounts) = (shown.formset for shown in response.context["inline_admin_formsets"])
    assert [dict(errors) for errors in currencies.errors if errors] == [
        {"currency": ["Stripe takes no currency of this code."]}
    ]
    assert not currencies.non_form_errors()
    assert not any(amounts.errors)
    assert "Constraint" not in response.content.decode()


def test_a_fixed_fee_may_be_nothing_and_no_less(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    fee = _prefix(fields, "currencies", currency="GBP") + "fee_fixed"

    assert "The amount must be 0 or more." in errors_of(editor.post(page, {**fields, fee: "-1"}))
    assert editor.post(page, {**fields, fee: "0"}).status_code == 302


def test_the_address_of_a_page_where_readers_gave_stays(
    editor: Client, page: str, campaign: Campaign
) -> None:
    fields = {**form_of(editor, page), "slug": "give"}
    assert editor.post(page, fields).status_code == 302
    campaign.refresh_from_db()
    assert campaign.slug == "give"

    CheckoutFactory.create(campaign=campaign)
    shown = editor.get(page)
    assert "It stays as it is, because readers have given here" in shown.content.decode()
    assert editor.post(page, {**fields, "slug": "other", "title": "New"}).status_code == 302

    campaign.refresh_from_db()
    assert (campaign.slug, campaign.title) == ("give", "New")


def test_a_campaign_is_refused_when_it_contradicts_itself(editor: Client, page: str) -> None:
    fields = form_of(editor, page)
    del fields["allows_monthly"]
    fields |= {
        "opens_at_0": "2026-12-02",
        "opens_at_1": "00:00",
        "closes_at_0": "2026-12-01",
        "closes_at_1": "00:00",
    }

    errors = errors_of(editor.post(page, fields))

    assert "The default must be one of those allowed." in errors
    assert "close before it opens" in errors


def test_editors_do_not_reach_money_or_users(editor: Client) -> None:
    for model in (Payment, LedgerPosting, WebhookEvent, User):
        assert editor.get(page_of(model, "changelist")).status_code == 403


@pytest.mark.parametrize(
    ("descriptor", "words"),
    [
        ("HC", "5 to 22"),
        ("HARBOUR COURIER AND MORE", "5 to 22"),
        ("12345", "At least one letter"),
        ("HARBOUR'S", "Stripe refuses"),
        ("HARBÖUR", "unaccented"),
        ("HC* A* B", "One asterisk"),
    ],
)
def test_a_descriptor_that_stripe_would_refuse_is_refused(
    descriptor: str, words: str, client: Client, entity: LegalEntity
) -> None:
    administrator = as_role(client, "admin")
    page = page_of(LegalEntity, "change", entity.pk)

    fields = {**form_of(administrator, page), "statement_descriptor": descriptor}

    assert words in errors_of(administrator.post(page, fields))


def test_new_mandate_terms_need_a_new_version(client: Client, entity: LegalEntity) -> None:
    administrator = as_role(client, "admin")
    page = page_of(LegalEntity, "change", entity.pk)
    fields = {**form_of(administrator, page), "mandate_terms": "Other terms."}

    assert "New terms need a new version" in errors_of(administrator.post(page, fields))
    assert administrator.post(page, {**fields, "mandate_version": "2"}).status_code == 302

    entity.refresh_from_db()
    assert (entity.mandate_terms, entity.mandate_version) == ("Other terms.", "2")
