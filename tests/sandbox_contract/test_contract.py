"""The contract itself: what it lets through and what it refuses."""

import copy
from typing import Any

import pytest

from tests.sandbox.contract.params import read_params
from tests.sandbox.contract.resources import ContractBroken, check_document
from tests.sandbox.engine import customers
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.forms import decode


@pytest.fixture
def customer(engine: Account) -> dict[str, Any]:
    return customers.create(engine, {"email": "a@example.org", "address": {"country": "GB"}})


def test_a_true_document_passes(customer: dict[str, Any]) -> None:
    check_document(customer)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"subscription": "sub_1"}, "unknown keys ['subscription']"),
        ({"created": "today"}, "created: expected int, got 'today'"),
        ({"livemode": 0}, "livemode: expected bool"),
        ({"tax_exempt": "sometimes"}, "tax_exempt: 'sometimes' is none of"),
        ({"address": {"city": 7}}, "address.city: expected str, got 7"),
        ({"address": {"town": "York"}}, "address: unknown keys ['town']"),
        ({"metadata": {"key": 1}}, "metadata.key: expected str"),
        ({"preferred_locales": ["en", None]}, "preferred_locales.1: expected str"),
        ({"livemode": None}, "livemode: expected bool, got None"),
    ],
)
def test_a_false_document_is_refused_with_the_place_named(
    customer: dict[str, Any], change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ContractBroken) as refusal:
        check_document({**copy.deepcopy(customer), **change})
    assert complaint in str(refusal.value)


def test_a_missing_key_is_named(customer: dict[str, Any]) -> None:
    del customer["created"]
    with pytest.raises(ContractBroken, match=r"missing \['created'\]"):
        check_document(customer)


def test_an_object_of_the_wrong_kind_is_refused_where_another_is_expected(
    customer: dict[str, Any],
) -> None:
    customer["invoice_settings"]["default_payment_method"] = {"object": "charge", "id": "ch_1"}
    with pytest.raises(ContractBroken, match=r"invoice_settings\.default_payment_method"):
        check_document(customer)


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ("nmae=A", "parameter_unknown", "nmae"),
        ("address[contry]=GB", "parameter_unknown", "address[contry]"),
        ("email=", "parameter_invalid_empty", "email"),
        ("balance=ten", "parameter_invalid_integer", "balance"),
        ("balance=1.5", "parameter_invalid_integer", "balance"),
        ("name[a]=b", "parameter_invalid_string", "name"),
        ("address=here", None, "address"),
        ("preferred_locales=en", None, "preferred_locales"),
        ("tax_exempt=perhaps", None, "tax_exempt"),
        ("invoice_settings[rendering_options][amount_tax_display]=no", None, None),
    ],
)
def test_a_wrong_parameter_is_refused_as_stripe_does(
    form: str, code: str | None, param: str | None
) -> None:
    with pytest.raises(StripeRefusal) as refusal:
        read_params("CustomerCreateParams", decode(form))
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert param is None or refusal.value.param == param


def test_a_missing_nested_parameter_is_named_with_its_whole_path() -> None:
    form = "mode=payment&line_items[0][price_data][unit_amount]=500"
    with pytest.raises(StripeRefusal) as refusal:
        read_params("checkout.SessionCreateParams", decode(form))
    assert refusal.value.code == "parameter_missing"
    assert refusal.value.param == "line_items[0][price_data][currency]"


def test_a_value_outside_a_closed_list_is_refused_with_the_choices() -> None:
    with pytest.raises(
        StripeRefusal, match="Invalid mode: must be one of payment, setup, or subscription"
    ):
        read_params("checkout.SessionCreateParams", decode("mode=donation"))


def test_values_become_what_the_types_say() -> None:
    form = "limit=5&created[gte]=10&delivery_success=false&types[]=a&types[]=b&expand[0]=data.x"
    assert read_params("EventListParams", decode(form)) == {
        "limit": 5,
        "created": {"gte": 10},
        "delivery_success": False,
        "types": ["a", "b"],
        "expand": ["data.x"],
    }


def test_clearing_a_hash_with_an_empty_string_is_understood_where_it_is_allowed() -> None:
    assert read_params("CustomerUpdateParams", decode("address=&metadata=")) == {
        "address": "",
        "metadata": "",
    }
