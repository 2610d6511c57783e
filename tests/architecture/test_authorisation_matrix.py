"""Every address of the site against every kind of visitor, by the tables in authorisation.py."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from membership.supporters.actions import attach_payment
from payments.finance.actions import ExportOrder, request_export
from payments.finance.tasks import write_exports
from payments.models import Campaign, Export, ExportState, Payment
from payments.receipts.actions import issue_receipt, render_receipt
from tests.architecture.authorisation import ADMIN, PAGES, STAFF, VISITORS
from tests.factories import (
    NOON,
    CheckoutFactory,
    CustomerFactory,
    DonationFactory,
    PaymentFactory,
    UserFactory,
)
from tests.staff import make_staff, sign_in_staff

NOBODYS = "987654321"
SECOND_STEP = reverse("mfa_index")


@dataclass(frozen=True)
class Scene:
    """A visitor's browser, and the arguments of the addresses that name an object."""

    client: Client
    arguments: dict[str, dict[str, object]]

    def path_of(self, name: str) -> str:
        if name == "admin:":
            return "/admin/no/such/page/"
        path = reverse(name, kwargs=self.arguments.get(name))
        if name == "admin:autocomplete":
            return f"{path}?app_label=payments&model_name=fund&field_name=entity"
        return path


def answer(response: HttpResponse) -> str:
    """Say in the tables' words what came back."""
    if response.status_code in (302, 303):
        target = response["Location"].split("?")[0]
        return {reverse("account_login"): "in", SECOND_STEP: "2nd"}.get(target, "->")
    return "ok" if response.status_code == 200 else str(response.status_code)


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scene(visitor: str, campaign: Campaign) -> Scene:
    payment = gift_of("reader@example.org", campaign)
    checkout = payment.donation.checkout
    assert checkout is not None
    receipt = issue_receipt(payment.pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    export = written_export()
    passkey = Authenticator.objects.create(
        user=UserFactory.create(), type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"}
    )
    back = {"slug": campaign.slug, "reference": checkout.reference}
    one_export = {"reference": export.reference}
    return Scene(
        client=browser_of(visitor),
        arguments={
            "membership:donate": {"slug": campaign.slug},
            "membership:thank_you": back,
            "membership:payment_state": back,
            "membership:cancelled": back,
            "membership:receipt_download": {"reference": receipt.reference},
            "payments:new_export": {"report": "gift_register"},
            "payments:export": one_export,
            "payments:export_download": one_export,
            "payments:export_manifest": one_export,
            "mfa_remove_webauthn": {"pk": passkey.pk},
            "admin:view_on_site": {"content_type_id": NOBODYS, "object_id": NOBODYS},
            "admin:app_list": {"app_label": "payments"},
            "admin:payments_webhookevent_replay": {"object_id": NOBODYS},
        },
    )


def gift_of(email: str, campaign: Campaign) -> Payment:
    customer = CustomerFactory.create(email=email, entity=campaign.entity)
    checkout = CheckoutFactory.create(campaign=campaign, customer=customer)
    donation = DonationFactory.create(campaign=campaign, customer=customer, checkout=checkout)
    payment = PaymentFactory.create(donation=donation)
    attach_payment(payment.pk, now=NOON)
    return payment


def written_export() -> Export:
    order = ExportOrder(
        report="gift_register", format="csv", filters={"entity": "courier"}, include_personal=False
    )
    export = request_export(UserFactory.create(), order, now=NOON)
    while Export.objects.filter(state__in=[ExportState.WAITING, ExportState.RUNNING]).exists():
        write_exports()
    export.refresh_from_db()
    assert export.state == ExportState.READY
    return export


def browser_of(visitor: str) -> Client:
    client = Client()
    if visitor in ("reader", "stranger"):
        client.force_login(UserFactory.create(email=f"{visitor}@example.org"))
    elif visitor == "one factor":
        client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    elif visitor == "superuser":
        sign_in_staff(client, make_staff(is_superuser=True))
    elif visitor != "anonymous":
        sign_in_staff(client, make_staff(role=visitor))
    return client


@pytest.mark.django_db
def test_each_page_answers_this_visitor_as_the_table_says(visitor: str, scene: Scene) -> None:
    wrong = {}
    for line in PAGES:
        got = answer(scene.client.generic(line.method, scene.path_of(line.name)))
        if got != line.answers[visitor]:
            wrong[line.method, line.name] = (got, line.answers[visitor])
    assert wrong == {}


@pytest.mark.django_db
def test_the_administration_answers_this_visitor_as_the_table_says(visitor: str) -> None:
    client = browser_of(visitor)
    wrong = {}
    for model, rights in ADMIN.items():
        for action, expected in _expected(visitor, rights.get(visitor, "")).items():
            name = f"admin:{model}_{action}"
            needs_object = action in ("change", "delete", "history")
            path = reverse(name, args=[NOBODYS] if needs_object else [])
            got = answer(client.get(path))
            if got != expected:
                wrong[name] = (got, expected)
    assert wrong == {}


def _expected(visitor: str, rights: str) -> dict[str, str]:
    """The answers at a model's pages; an object that does not exist leads staff with the right to it back."""
    actions = ("changelist", "add", "change", "delete", "history")
    if visitor not in STAFF:
        refusal = {"anonymous": "in", "one factor": "2nd"}.get(visitor, "403")
        return dict.fromkeys(actions, refusal)
    return {
        "changelist": "ok" if "v" in rights else "403",
        "add": "ok" if "a" in rights else "403",
        "change": "->" if "v" in rights else "403",
        "delete": "->" if "d" in rights else "403",
        "history": "->",
    }


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or ""]), str(pattern.pattern)
        else:
            yield from _names(pattern, (*spaces, *filter(None, [pattern.namespace])))


def test_every_address_is_in_a_table() -> None:
    listed = {line.name for line in PAGES}
    listed |= {
        f"admin:{model}_{action}"
        for model in ADMIN
        for action in ("changelist", "add", "change", "delete", "history")
    }
    missing = {(name, route) for name, route in _names(get_resolver()) if name not in listed}
    assert missing == set()


def test_no_table_names_an_address_that_is_gone() -> None:
    known = {name for name, _ in _names(get_resolver())}
    assert {line.name for line in PAGES} <= known
    assert {f"admin:{model}_changelist" for model in ADMIN} <= known
