"""What a receipt says: frozen, exact in every currency, in the reader's English and the entity's words."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from payments.models import Campaign, EntityKind, Frequency, Payment, Receipt
from payments.receipts.actions import issue_receipt
from tests.factories import (
    NOON,
    CampaignFactory,
    CheckoutFactory,
    DonationFactory,
    LegalEntityFactory,
    PaymentFactory,
)
from tests.payments.receipt_reading import amounts, printed

pytestmark = pytest.mark.django_db


class TestContent:
    def test_a_one_off_receipt_says_who_what_when_and_how(self) -> None:
        checkout = CheckoutFactory.create(name="Ada Reader", fee_cover=35)
        donation = DonationFactory.create(
            checkout=checkout, customer=checkout.customer, fee_cover=35
        )
        receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
        content = receipt.content
        assert content["payer_name"] == "Ada Reader"
        assert content["payer_email"] == checkout.email
        assert content["issuer"]["legal_name"] == "Harbour Courier Limited"
        assert content["issuer"]["registration_label"] == "Company number"
        assert "not a charitable donation" in content["issuer"]["note"]
        assert amounts(receipt) == ["£10.00", "£0.35", "£10.35"]
        assert printed(receipt) == {
            "Received on": "20 November 2026",
            "Paid with": "Visa ending 4242",
            "On your statement": "HARBOUR COURIER",
            "Frequency": "One-off",
        }
        assert content["manage_url"] == ""

    @pytest.mark.parametrize(
        ("currency", "minor", "text"),
        [
            ("JPY", 1000, "JP¥1,000"),
            ("KWD", 12_345, "KWD12.345"),
            ("USD", 5, "US$0.05"),
            ("EUR", 123_456_789, "€1,234,567.89"),
        ],
    )
    def test_amounts_are_exact_in_every_currency(
        self, currency: str, minor: int, text: str
    ) -> None:
        payment = PaymentFactory.create(donation__currency=currency, donation__amount=minor)
        receipt = issue_receipt(payment.pk, now=NOON)
        assert amounts(receipt) == [text, text]
        assert receipt.content["total"]["amount"]["minor"] == minor

    def test_an_american_reader_gets_american_dates_and_words(self) -> None:
        checkout = CheckoutFactory.create(locale="en-US", currency="USD")
        donation = DonationFactory.create(checkout=checkout, currency="USD")
        receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
        assert amounts(receipt) == ["$10.00", "$10.00"]
        assert printed(receipt)["Received on"] == "November 20, 2026"
        assert printed(receipt)["Frequency"] == "One-time"

    def test_the_day_of_the_gift_is_the_entitys_day(self) -> None:
        late = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)  # Half past midnight in London.
        payment = PaymentFactory.create(succeeded_at=late)
        assert printed(issue_receipt(payment.pk, now=NOON))["Received on"] == "1 August 2026"

    @pytest.mark.parametrize(
        ("kind", "label", "note"),
        [
            (EntityKind.UK_CHARITY, "Registered charity number", "Gift Aid may be claimed."),
            (
                EntityKind.US_501C3,
                "Employer identification number (EIN)",
                "No goods or services were provided in exchange for this contribution.",
            ),
            (EntityKind.OTHER, "Registration number", ""),
        ],
    )
    def test_the_legal_note_is_the_entitys_own(
        self, kind: EntityKind, label: str, note: str
    ) -> None:
        entity = LegalEntityFactory.create(kind=kind, receipt_note=note)
        campaign = CampaignFactory.create(entity=entity)
        payment = PaymentFactory.create(donation__campaign=campaign)
        issuer = issue_receipt(payment.pk, now=NOON).content["issuer"]
        assert (issuer["registration_label"], issuer["note"]) == (label, note)

    def test_what_was_issued_does_not_follow_later_changes(self) -> None:
        payment = PaymentFactory.create()
        issue_receipt(payment.pk, now=NOON)
        entity = payment.donation.entity
        entity.legal_name, entity.receipt_note = "Renamed Limited", "Other words."
        entity.save()
        content = Receipt.objects.get().content
        assert content["issuer"]["legal_name"] == "Harbour Courier Limited"
        assert "not a charitable donation" in content["issuer"]["note"]

    def test_a_bank_debit_is_named_by_its_scheme(self) -> None:
        payment = PaymentFactory.create(method="sepa_debit", card_brand="", card_last4="")
        receipt = issue_receipt(payment.pk, now=NOON)
        assert printed(receipt)["Paid with"] == "SEPA Direct Debit"

    def test_a_restricted_gift_names_its_fund(self, campaign: Campaign) -> None:
        campaign.fund.is_restricted, campaign.fund.name = True, "Court reporting"
        campaign.fund.save()
        payment = PaymentFactory.create(donation__campaign=campaign)
        lines = issue_receipt(payment.pk, now=NOON).content["lines"]
        assert lines[0]["label"] == "Contribution to Court reporting"


class TestRecurring:
    def test_a_monthly_receipt_says_what_comes_next_and_how_to_stop(
        self, settings: Settings
    ) -> None:
        payment = self.payment(period_end=datetime(2026, 12, 20, 12, tzinfo=UTC))
        receipt = issue_receipt(payment.pk, now=NOON)
        assert printed(receipt)["Frequency"] == "Monthly"
        assert printed(receipt)["Next payment"] == "20 December 2026"
        assert receipt.content["manage_url"] == f"{settings.SITE_URL}/support/"

    def test_a_plan_that_has_not_rolled_over_yet_promises_no_date(self) -> None:
        receipt = issue_receipt(self.payment(period_end=NOON).pk, now=NOON)
        assert "Next payment" not in printed(receipt)

    def test_a_plan_that_ends_promises_no_further_payment(self) -> None:
        payment = self.payment(period_end=NOON + timedelta(days=30), status="ending")
        assert "Next payment" not in printed(issue_receipt(payment.pk, now=NOON))

    def test_a_renewal_speaks_the_english_of_its_first_gift(self) -> None:
        payment = self.payment(period_end=datetime(2026, 12, 20, 12, tzinfo=UTC), locale="en-US")
        assert payment.donation.checkout is None
        assert printed(issue_receipt(payment.pk, now=NOON))["Next payment"] == "December 20, 2026"

    def payment(
        self, *, period_end: datetime, status: str = "active", locale: str = "en-GB"
    ) -> Payment:
        checkout = CheckoutFactory.create(frequency=Frequency.MONTHLY, locale=locale)
        plan = checkout.campaign.plans.create(
            entity=checkout.campaign.entity,
            customer=checkout.customer,
            checkout=checkout,
            stripe_id="sub_1",
            status=status,
            frequency=Frequency.MONTHLY,
            currency="GBP",
            amount=1000,
            started_at=NOON,
            current_period_end_at=period_end,
        )
        donation = DonationFactory.create(
            customer=checkout.customer, plan=plan, frequency=Frequency.MONTHLY, sequence=2
        )
        return PaymentFactory.create(donation=donation)
