"""The newsroom's programs learn tier, benefits and status of who signed in, and one word of anybody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from membership.api_schema import DESCRIPTION, SCHEMAS
from membership.models import Supporter, SupporterState
from membership.supporters.status_claim import make_token, read_token
from membership.supporters.status_lookup import claim_for_payer, claim_for_supporter
from membership.tiers.queries import membership_of
from payments.models import Payment, RecurringPlan
from tests.factories import NOON, SupporterFactory
from tests.membership.described import fits
from tests.membership.givers import DAY, paid, recurring_payment, signed_in_giver
from tests.membership.tiers import derive_tier_of, make_tiers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

ME = "/api/v1/me/"
DECIDE = "/api/v1/prompts/decide"
STATUS = "/api/v1/status/"


@pytest.fixture
def at_noon() -> object:
    import time_machine

    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def payment() -> Payment:
    return recurring_payment()


@pytest.fixture
def supporter(payment: Payment) -> Supporter:
    make_tiers()
    return derive_tier_of(signed_in_giver(payment))


def bearer(client: Client, token: str) -> Any:
    return client.get(ME, headers={"Authorization": f"Bearer {token}"})


def test_a_reader_who_signed_in_is_told_tier_benefits_and_status(
    client: Client, supporter: Supporter
) -> None:
    client.force_login(supporter.user)  # type: ignore[arg-type]

    response = client.get(ME)

    assert response.status_code == 200
    assert response.json() == {
        "supporter": str(supporter.reference),
        "status": {"state": "recurring", "since": "2026-11-20T12:00:00Z", "until": None},
        "tier": {
            "key": "friend",
            "name": "Friend",
            "since": "2026-11-20T12:00:00Z",
            "until": None,
            "in_grace": False,
        },
        "benefits": [{"key": "friend-benefit", "text": "A letter from the editor each month"}],
    }
    assert fits(response.json(), SCHEMAS["Me"])


def test_what_is_one_readers_is_kept_by_no_shared_cache(
    client: Client, supporter: Supporter
) -> None:
    client.force_login(supporter.user)  # type: ignore[arg-type]

    for address in (ME, STATUS):
        response = client.get(address)
        assert "private" in response["Cache-Control"]
        assert "Cookie" in response["Vary"]
    assert "Authorization" in client.get(ME)["Vary"]


def test_a_newsrooms_server_passes_the_readers_token_on(
    client: Client, supporter: Supporter
) -> None:
    token = make_token(claim_for_supporter(supporter, now=NOON))

    response = bearer(client, token)

    assert response.status_code == 200
    assert response.json()["tier"]["key"] == "friend"
    client.cookies["status"] = token
    assert client.get(ME).json() == response.json()


def test_a_payment_proves_nothing_of_a_person(client: Client, payment: Payment) -> None:
    make_tiers()
    derive_tier_of(signed_in_giver(payment))
    claim = claim_for_payer(payment, now=NOON)
    assert claim is not None

    assert bearer(client, make_token(claim)).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "eyJ9:abc:def"])
def test_a_token_that_is_not_ours_is_refused(
    client: Client, supporter: Supporter, token: str
) -> None:
    # Even where the browser is signed in: what was sent on purpose is what counts.
    client.force_login(supporter.user)  # type: ignore[arg-type]

    response = bearer(client, token)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["code"] == "not_known"
    assert fits(response.json(), SCHEMAS["Error"])


def test_a_token_past_its_time_is_refused(client: Client, supporter: Supporter) -> None:
    claim = claim_for_supporter(supporter, now=NOON - timedelta(days=32))

    assert bearer(client, make_token(claim)).status_code == 401


def test_a_token_of_a_supporter_who_became_another_is_refused(
    client: Client, supporter: Supporter
) -> None:
    token = make_token(claim_for_supporter(supporter, now=NOON))
    Supporter.objects.filter(pk=supporter.pk).update(
        user=None, merged_into=SupporterFactory.create()
    )

    assert bearer(client, token).status_code == 401


def test_a_stranger_is_not_known(client: Client) -> None:
    response = client.get(ME)

    assert response.status_code == 401
    assert response.json() == {
        "error": {
            "code": "not_known",
            "message": "Sign in, or pass on the status token of a reader who signed in.",
        }
    }


def test_who_has_no_tier_is_told_so(client: Client) -> None:
    giver = signed_in_giver(paid())
    client.force_login(giver.user)  # type: ignore[arg-type]

    answer = client.get(ME).json()

    assert (answer["tier"], answer["benefits"]) == (None, [])
    assert fits(answer, SCHEMAS["Me"])
    assert membership_of(giver, now=NOON) is None


def test_no_answer_names_anybody(client: Client, supporter: Supporter) -> None:
    client.force_login(supporter.user)  # type: ignore[arg-type]

    assert supporter.email not in client.get(ME).content.decode()


def test_anything_but_a_get_is_refused_in_json(client: Client) -> None:
    for address in (ME, STATUS, "/api/v1/openapi.json"):
        response = client.post(address)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD"
        assert fits(response.json(), SCHEMAS["Error"])


def test_me_costs_few_queries(
    client: Client, supporter: Supporter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = make_token(claim_for_supporter(supporter, now=NOON))

    with django_assert_num_queries(2):
        bearer(client, token)


def test_each_supporter_has_a_limit_of_their_own(client: Client, supporter: Supporter) -> None:
    token = make_token(claim_for_supporter(supporter, now=NOON))
    for _ in range(60):
        assert bearer(client, token).status_code == 200

    refused = bearer(client, token)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    other = derive_tier_of(signed_in_giver(paid("other@example.org")))
    other_token = make_token(claim_for_supporter(other, now=NOON))
    assert bearer(client, other_token).status_code == 200


def test_guessing_is_limited_by_address(client: Client) -> None:
    answers = [bearer(client, f"guess-{number}").status_code for number in range(61)]

    assert answers == [401] * 60 + [429]


def test_a_script_learns_the_status_of_any_reader(client: Client, supporter: Supporter) -> None:
    now = int(NOON.timestamp())
    nobody = {
        "state": "anonymous",
        "as_of": now,
        "quiet_until": 0,
        "signed_in": False,
        "tenure": "",
        "band": "",
        "tier": "",
        "hints": [],
    }
    assert client.get(STATUS).json() == nobody
    client.force_login(supporter.user)  # type: ignore[arg-type]

    response = client.get(STATUS)

    known = {"state": "recurring", "signed_in": True, "tenure": "new", "band": "middle"}
    assert response.json() == nobody | known | {"tier": "friend"}
    assert fits(response.json(), SCHEMAS["Status"])
    assert response.cookies["status-twin"].value == f"recurring.{now}.0.new.middle.friend.s"


def test_each_answer_renews_both_cookies(client: Client, supporter: Supporter) -> None:
    client.cookies["status"] = make_token(claim_for_supporter(supporter, now=NOON - DAY / 2))

    cookies = client.get(STATUS).cookies

    token = read_token(cookies["status"].value, now=NOON)
    assert token is not None
    assert (token.issued_at, cookies["status-twin"].value.split(".")[1]) == (
        NOON,
        str(int(NOON.timestamp())),
    )


def test_the_status_of_a_known_browser_costs_four_queries(
    client: Client, supporter: Supporter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    RecurringPlan.objects.update(started_at=NOON - 100 * DAY)
    client.cookies["status"] = make_token(claim_for_supporter(supporter, now=NOON))

    with django_assert_num_queries(4):
        assert client.get(STATUS).json()["hints"] == ["invite"]


def test_only_the_newspapers_articles_may_read_the_word(client: Client, settings: Settings) -> None:
    settings.ARTICLE_ORIGINS = ["https://articles.example.org"]

    ours = client.get(STATUS, headers={"Origin": "https://articles.example.org"})
    others = client.get(STATUS, headers={"Origin": "https://evil.example"})

    assert ours["Access-Control-Allow-Origin"] == "https://articles.example.org"
    assert ours["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Origin" not in others
    assert "Origin" in ours["Vary"]
    assert "Origin" in others["Vary"]
    assert "Access-Control-Allow-Origin" not in client.get(
        ME, headers={"Origin": "https://articles.example.org"}
    )


def test_the_description_names_every_address_and_word(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json").json()

    assert set(answer["paths"]) == {ME, STATUS, DECIDE}
    assert answer["components"]["schemas"].keys() == DESCRIPTION["components"]["schemas"].keys()
    words = answer["components"]["schemas"]["Status"]["properties"]["state"]["enum"]
    assert words == SupporterState.values
