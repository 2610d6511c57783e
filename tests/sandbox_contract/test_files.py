"""Files through stripe-python: uploaded in parts, kept whole, held to Stripe's limits, and named as evidence."""

import io

import httpx
import pytest
from stripe import IdempotencyError, InvalidRequestError, StripeClient

from tests.sandbox.client import SandboxAccount
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story
from tests.sandbox_contract.test_disputes import FRAUDULENT, dispute_of
from tests.sandbox_contract.test_refunds import charge_of

PDF = b"%PDF-1.7\nevidence\n%%EOF\n"
JPEG, PNG = b"\xff\xd8\xff\xe0photo\xff\xd9", b"\x89PNG\r\n\x1a\nscreen"


def named(contents: bytes, name: str = "receipt.pdf") -> io.BytesIO:
    """A file as stripe-python sends it: its name is the stream's."""
    stream = io.BytesIO(contents)
    stream.name = name
    return stream


def upload(client: StripeClient, contents: bytes, key: str = "", name: str = "receipt.pdf") -> str:
    options = {"idempotency_key": key} if key else {}
    made = client.v1.files.create(
        {"purpose": "dispute_evidence", "file": named(contents, name)},
        options,  # type: ignore[arg-type]
    )
    return made.id


@pytest.mark.parametrize(
    ("contents", "kind"), [(PDF, "pdf"), (JPEG, "jpg"), (PNG, "png"), (PDF + bytes(2**22), "pdf")]
)
def test_a_file_is_kept_whole_and_known_by_its_contents(
    stripe_client: StripeClient, account: SandboxAccount, contents: bytes, kind: str
) -> None:
    made = checked(
        stripe_client.v1.files.create(
            {"purpose": "dispute_evidence", "file": named(contents, 'ada "1".exe')}
        )
    )
    assert (made["type"], made["size"], made["purpose"]) == (
        kind,
        len(contents),
        "dispute_evidence",
    )
    shown = checked(stripe_client.v1.files.retrieve(made["id"]))
    assert shown == made
    assert account.contents(made["id"]) == contents
    answer = httpx.get(made["url"], headers={"Authorization": f"Bearer {account.key}"})
    assert answer.content == contents
    assert httpx.get(made["url"]).status_code == 401


def test_files_are_listed_by_purpose_and_expire(
    stripe_client: StripeClient, account: SandboxAccount
) -> None:
    first, second = upload(stripe_client, PDF), upload(stripe_client, PNG)
    listed = checked(stripe_client.v1.files.list({"purpose": "dispute_evidence"}))
    assert [each["id"] for each in listed["data"]] == [second, first]
    assert checked(stripe_client.v1.files.list({"purpose": "pci_document"}))["data"] == []
    account.advance(days=280)
    with pytest.raises(RuntimeError, match="404"):
        account.contents(first)


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (b"GIF89a", "PDF, a JPEG or a PNG"),
        (b"", "empty"),
        (PDF + bytes(5 * 2**20), "up to 5 MB"),
    ],
)
def test_what_stripe_does_not_take_is_refused(
    stripe_client: StripeClient, contents: bytes, sentence: str
) -> None:
    with pytest.raises(InvalidRequestError, match=sentence) as refusal:
        upload(stripe_client, contents)
    assert refusal.value.param == "file"
    assert stripe_client.v1.files.list().data == []


def test_a_form_without_a_file_or_with_an_unknown_purpose_is_refused(
    stripe_client: StripeClient,
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        stripe_client.v1.files.create({"purpose": "dispute_evidence", "file": "receipt.pdf"})
    assert refusal.value.param == "file"
    with pytest.raises(InvalidRequestError) as refusal:
        stripe_client.v1.files.create({"purpose": "family_photo", "file": named(PDF)})
    assert refusal.value.param == "purpose"


def test_an_idempotency_key_makes_one_file_and_is_held_to_its_contents(
    stripe_client: StripeClient,
) -> None:
    first = upload(stripe_client, PDF, "key")
    assert upload(stripe_client, PDF, "key") == first
    assert len(stripe_client.v1.files.list().data) == 1
    with pytest.raises(IdempotencyError):
        upload(stripe_client, PNG, "key")


def test_a_dispute_takes_files_as_evidence(story: Story) -> None:
    dispute = dispute_of(story, charge_of(story, card=FRAUDULENT))
    receipt, screen = upload(story.client, PDF), upload(story.client, PNG, name="screen.png")
    answered = checked(
        story.client.v1.disputes.update(
            dispute,
            {
                "evidence": {"receipt": receipt, "uncategorized_file": screen},
                "expand": ["evidence.receipt"],
            },
        )
    )
    assert answered["evidence"]["receipt"]["filename"] == "receipt.pdf"
    assert answered["evidence"]["uncategorized_file"] == screen
    assert answered["evidence_details"]["has_evidence"] is True
    assert answered["status"] == "under_review"
