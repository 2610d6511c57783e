"""The pointer and the bundles as browsers and caches get them, and the bundle that the server decides by."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from membership.models import PromptBundle, PromptPublication
from membership.prompts.current import current_bundle, forget_bundle
from membership.prompts.signing import is_signed, public_key, sign
from tests.factories import NOON

pytestmark = pytest.mark.django_db

_SOON = timedelta(seconds=5)


def _bundle(publication: PromptPublication) -> PromptBundle:
    assert publication.bundle is not None
    return publication.bundle


def test_the_pointer_names_the_bundle_and_its_signature(
    client: Client, live: PromptPublication, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        response = client.get("/prompts/pointer.json")

    assert response.json() == {
        "schema": 1,
        "bundle": _bundle(live).sha256,
        "signature": live.signature,
        "at": int(NOON.timestamp()),
    }
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == (
        "public, max-age=15, stale-while-revalidate=10, stale-if-error=86400"
    )


def test_a_browser_can_prove_that_the_bytes_are_what_the_pointer_names(
    client: Client, live: PromptPublication
) -> None:
    said = client.get("/prompts/pointer.json").json()
    response = client.get(f"/prompts/bundle/{said['bundle']}.json")

    assert hashlib.sha256(response.content).hexdigest() == said["bundle"]
    assert is_signed(response.content, said["signature"], public_key())
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("what", ["pointer", "bundle"])
def test_what_caches_share_is_the_same_for_everyone(
    client: Client, live: PromptPublication, what: str
) -> None:
    path = {
        "pointer": "/prompts/pointer.json",
        "bundle": f"/prompts/bundle/{_bundle(live).sha256}.json",
    }[what]
    response = client.get(path, headers={"Origin": "https://news.example", "Accept-Language": "de"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.has_header("Vary")
    assert not response.cookies
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(path).status_code == 405

    same = client.get(path, headers={"If-None-Match": response["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same["Cache-Control"] == response["Cache-Control"]
    assert same["Access-Control-Allow-Origin"] == "*"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unknown_bundle_is_not_remembered_as_missing(client: Client) -> None:
    response = client.get(f"/prompts/bundle/{'0' * 64}.json")

    assert (response.status_code, response["Cache-Control"]) == (404, "no-store")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get("/prompts/bundle/NoHash.json").status_code == 404


def test_before_the_first_publication_the_pointer_names_nothing(client: Client) -> None:
    assert client.get("/prompts/pointer.json").json()["bundle"] is None
    forget_bundle()
    assert current_bundle(NOON) is None


def test_the_server_reads_a_published_bundle_at_most_every_five_seconds(
    live: PromptPublication, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        first = current_bundle(NOON)
    with django_assert_num_queries(0):
        assert current_bundle(NOON + _SOON - timedelta(microseconds=1)) is first
    with django_assert_num_queries(1):
        assert current_bundle(NOON + _SOON) is first
    assert first is not None
    assert first.sha256 == _bundle(live).sha256
    assert [each.id for each in first.bundle.campaigns] == ["spring-appeal"]


def _point_at(body: bytes, signature: str, *, sha256: str = "") -> None:
    """Publish what our own actions would never publish."""
    bundle = PromptBundle.objects.create(
        sha256=sha256 or hashlib.sha256(body).hexdigest(),
        body=body,
        compiled_at=NOON,
        until=NOON + timedelta(days=7),
        manifest={},
    )
    PromptPublication.objects.create(
        bundle=bundle, signature=signature, kind="publish", published_at=NOON
    )


def test_a_bundle_that_is_not_right_is_refused_and_the_last_good_one_kept(
    live: PromptPublication, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    good = bytes(_bundle(live).body)
    kept = current_bundle(NOON)
    without_exclusions = good.replace(b'"exclusions":[{', b'"exclusions":[],"was":[{')
    newer = good.replace(b'"schema":1', b'"schema":2')
    changed = good.replace(b"Open to everyone", b"Open to no one..")
    assert len({good, without_exclusions, newer, changed}) == 4

    cases = [
        (without_exclusions, sign(without_exclusions), ""),
        (newer, sign(newer), ""),
        (changed, live.signature, ""),
        (changed, sign(changed), "1" * 64),
        (b"not json", sign(b"not json"), ""),
    ]
    for number, (body, signature, sha256) in enumerate(cases, start=1):
        _point_at(body, signature, sha256=sha256)
        assert current_bundle(NOON + number * _SOON) is kept, number

    refused = [record.getMessage() for record in caplog.records]
    assert len(refused) == len(cases)
    assert all("the last good one stays" in words for words in refused)
