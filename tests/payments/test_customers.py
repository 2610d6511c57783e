"""A payer's row is found only for a proven person, and says who that is."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection

from payments.customers.actions import assign_party, customer_for
from payments.gateway.snapshots import PayerSnapshot
from payments.models import Customer, LegalEntity
from tests.factories import CustomerFactory, LegalEntityFactory

pytestmark = pytest.mark.django_db

READER = PayerSnapshot(None, "reader@example.org", "A Reader", "GB")


def of(party: UUID | None, entity: LegalEntity, currency: str = "GBP") -> Customer:
    return customer_for(READER, entity=entity, currency=currency, party=party)


def test_a_guest_is_a_new_payer_each_time_whatever_email_was_typed(entity: LegalEntity) -> None:
    assert of(None, entity) != of(None, entity)


def test_a_signed_in_person_has_one_payer_per_entity_and_currency(entity: LegalEntity) -> None:
    party = uuid4()
    other = LegalEntityFactory.create(slug="other")
    assert of(party, entity) == of(party, entity)
    assert len({of(party, entity).pk, of(party, entity, "USD").pk, of(party, other).pk}) == 3
    assert of(uuid4(), entity) != of(party, entity)


def test_a_guests_payer_that_turns_out_to_be_a_person_never_becomes_the_default(
    entity: LegalEntity,
) -> None:
    party, guest = uuid4(), of(None, entity)
    assign_party(guest.pk, party=party)
    assign_party(guest.pk, party=party)
    guest.refresh_from_db()
    assert (guest.party, guest.is_default) == (party, False)
    assert of(party, entity) != guest


def test_a_merge_keeps_one_default(entity: LegalEntity) -> None:
    kept, absorbed = uuid4(), uuid4()
    default, moved = of(kept, entity), of(absorbed, entity)
    dollars = of(absorbed, entity, "USD")
    for customer in (moved, dollars):
        assign_party(customer.pk, party=kept)
    assert set(Customer.objects.filter(party=kept, is_default=True)) == {default, dollars}
    assert Customer.objects.get(pk=moved.pk).party == kept


@pytest.mark.django_db(transaction=True)
def test_fifty_tabs_of_one_person_share_one_payer() -> None:
    entity, party = LegalEntityFactory.create(), uuid4()

    def ask(_: int) -> int:
        try:
            return of(party, entity).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(ask, range(50)))) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_claims_of_one_payer_end_with_one_party() -> None:
    customer, party = CustomerFactory.create(), uuid4()

    def claim(_: int) -> None:
        try:
            assign_party(customer.pk, party=party)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(claim, range(50)))
    customer.refresh_from_db()
    assert (customer.party, customer.is_default) == (party, False)
