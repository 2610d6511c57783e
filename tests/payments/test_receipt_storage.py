"""Where documents are kept: an object storage overwrites what it is given under one name."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import InMemoryStorage
from pytest_django import Settings

from payments.models import Receipt, ReceiptDocument
from payments.receipts.actions import issue_receipt, render_receipt
from payments.receipts.queries import stored_pdf
from tests.factories import NOON, PaymentFactory

pytestmark = pytest.mark.django_db


class ObjectStorage(InMemoryStorage):
    """Two workers that ask at once find the same name free; the other one is done before this one goes on."""

    others: Iterator[Receipt] = iter(())

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        for receipt in type(self).others:
            render_receipt(receipt.pk, now=NOON)
        saved: str = super()._save(name, content)  # type: ignore[misc]
        return saved


def test_the_worker_that_comes_second_leaves_the_only_file(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.{ObjectStorage.__name__}"},
    }
    receipt = issue_receipt(PaymentFactory.create().pk, now=NOON)
    ObjectStorage.others = iter([receipt])

    document = render_receipt(receipt.pk, now=NOON)

    assert document == ReceiptDocument.objects.get()
    assert stored_pdf(document).startswith(b"%PDF")
