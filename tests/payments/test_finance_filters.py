"""The register's filters answer nonsense with a sentence, never with an error of ours."""

import itertools
from urllib.parse import urlencode

import pytest
from django.test import Client

from payments.models import Campaign
from tests.payments.admin_pages import as_role

PAGE = "/finance/gifts/"
NONSENSE = ["", "nonsense", "0", "-1", "9999-12-31", "0001-01-01", "2026-02-30", "\x00", "💷" * 300]
NAMES = ["entity", "first", "last", "currency", "campaign", "frequency", "page"]


@pytest.fixture
def desk(client: Client, campaign: Campaign) -> Client:
    return as_role(client, "finance")


@pytest.mark.parametrize(("name", "value"), [*itertools.product(NAMES, NONSENSE)])
def test_nonsense_in_any_filter_is_answered(name: str, value: str, desk: Client) -> None:
    response = desk.get(f"{PAGE}?{urlencode({name: value})}")

    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert "field-error" in response.content.decode()


@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_outside_the_books_is_refused_with_a_sentence(
    name: str, day: str, desk: Client
) -> None:
    response = desk.get(PAGE, {"first": "", "last": "", name: day})

    assert response.status_code == 400
    assert "Choose a day from 1 January 2000 to 31 December 2100." in response.content.decode()


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_outermost_days_are_taken(day: str, desk: Client) -> None:
    assert desk.get(PAGE, {"first": day, "last": day}).status_code == 200


def test_a_newspaper_that_does_not_exist_is_named_though_its_field_is_hidden(desk: Client) -> None:
    page = desk.get(PAGE, {"entity": "nonsense"}).content.decode()

    assert "There is no newspaper called nonsense." in page


def test_an_export_of_nonsense_is_refused_with_a_sentence(desk: Client) -> None:
    response = desk.post(
        "/finance/gift_register/export/", {"entity": "nonsense", "last": "9999-12-31"}
    )

    assert response.status_code == 400
    assert "Choose a day from" in response.content.decode()
