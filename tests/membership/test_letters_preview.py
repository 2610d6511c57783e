"""Staff look at every letter with sample data, in both editions."""

import pytest
from django.urls import reverse

from membership.letters.catalogue import CATALOGUE
from membership.letters.samples import samples_of
from tests.architecture.visitors import browser_of

pytestmark = pytest.mark.django_db


def test_the_list_leads_to_every_letter_in_both_editions() -> None:
    page = browser_of("editor").get(reverse("membership:letter_list")).content.decode()
    for kind in CATALOGUE:
        for edition in ("uk", "us"):
            assert reverse("membership:letter_preview", args=[kind, edition]) in page


def test_a_letter_is_shown_as_subject_text_and_html() -> None:
    staff = browser_of("support")
    address = reverse("membership:letter_preview", args=["payment_failed", "us"])
    page = staff.get(address).content.decode()
    assert "We could not collect your gift of $10.00" in page
    assert "On November 20, 2026 we tried" in " ".join(page.split())
    frame = reverse("membership:letter_html", args=["payment_failed", "us"])
    assert f'src="{frame}?sample=0"' in page
    html = staff.get(frame).content.decode()
    assert "A payment did not go through" in html
    assert 'lang="en-US"' in html


def test_each_way_in_which_a_letter_may_read_can_be_chosen() -> None:
    staff = browser_of("support")
    address = reverse("membership:letter_preview", args=["payment_failed", "uk"])
    page = staff.get(address, {"sample": "3"}).content.decode()
    assert "is about to end" in page
    for sample in samples_of("payment_failed", "uk"):
        assert sample.label[1:] in page


@pytest.mark.parametrize(
    "path",
    ["postcard/uk/", "receipt/fr/", "receipt/uk/?sample=9", "receipt/uk/?sample=x"],
)
def test_what_is_no_letter_is_not_found(path: str) -> None:
    assert browser_of("support").get(f"/staff/letters/{path}").status_code == 404
