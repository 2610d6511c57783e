"""The rules of the house at the desk: written in plain fields, reviewed by a second person."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.models import PromptRules
from membership.prompts.defaults import RULES
from membership.prompts.desk.rules_form import RulesForm
from membership.prompts.house_rules import parse_rules
from tests.membership.prompt_definitions import rules
from tests.membership.prompt_desk import Desk
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db


def _typed(written: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    sent = {
        field.html_name: field.field.prepare_value(field.value())
        if hasattr(field.field, "prepare_value")
        else field.value()
        for part in RulesForm(written).parts
        for field in part
    }
    return {**{name: value for name, value in sent.items() if value not in (None, "")}, **fields}


def _sent(data: Mapping[str, Any]) -> QueryDict:
    sent = QueryDict(mutable=True)
    sent.update({name: str(value) for name, value in data.items()})
    return sent


@pytest.mark.parametrize("written", [rules(), RULES])
def test_the_form_shows_the_rules_and_reads_the_same_ones(written: dict[str, Any]) -> None:
    form = RulesForm(written, _sent(_typed(written)))

    assert form.is_valid(), (form.errors, form.problems)
    assert form.rules == parse_rules(written)


def test_rules_are_written_by_one_and_approved_by_another(desk: Desk, client: Client) -> None:
    desk.rule()
    sign_in_staff(client, make_staff(role="editor", name="Ada"))
    more = {"e1-id": "war", "e1-tags": "war, attack", "s1-order": "1", "s0-order": "2"}
    sent = _typed(rules(), based_on=1, change="After a hard week.", asks="3", **more)
    assert client.post("/staff/prompts/rules/edit/", sent).status_code == 302

    page = client.get("/staff/prompts/rules/").content.decode()
    assert "It waits for somebody else to review it" in page
    client.post("/staff/prompts/rules/2/review/", {"verdict": "approved"})
    assert not PromptRules.objects.get(number=2).reviews.exists()

    sign_in_staff(client, make_staff(role="editor", name="Bea"))
    page = client.get("/staff/prompts/rules/").content.decode()
    assert "The budget of asks, asks: is now 3, was 4." in page
    assert "Exclusion war: is new" in page
    client.post("/staff/prompts/rules/2/review/", {"verdict": "approved"})
    assert "Approved by Bea" in client.get("/staff/prompts/rules/").content.decode()
    saved = PromptRules.objects.get(number=2).rules
    assert saved["exclusions"][1]["tags"] == ["war", "attack"]
    assert [slot["id"] for slot in saved["slots"]] == ["in-article", "header-line"]


def test_mistakes_in_the_rules_stand_beside_their_fields(desk: Desk, client: Client) -> None:
    desk.rule()
    sign_in_staff(client, make_staff(role="editor"))
    sent = _typed(rules(), based_on=1, cooldown="30, 7", **{"e0-types": ""})

    response = client.post("/staff/prompts/rules/edit/", sent)

    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#id_cooldown"' in page
    assert "must be days that never grow shorter" in page
    assert 'href="#id_e0-id"' in page
    assert PromptRules.objects.count() == 1


def test_the_pages_ask_few_questions(
    desk: Desk, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for asks in range(1, 8):
        desk.rule(rules(budget={**rules()["budget"], "asks": asks}))
    sign_in_staff(client, make_staff(role="editor"))

    with django_assert_max_num_queries(13):
        client.get("/staff/prompts/rules/")
    with django_assert_max_num_queries(11):
        client.get("/staff/prompts/rules/edit/")
