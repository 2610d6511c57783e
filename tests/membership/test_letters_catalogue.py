"""Every letter of the catalogue in both editions, read as its reader would."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Engine

from membership.letters.catalogue import CATALOGUE, Stream
from membership.letters.compose import printed
from membership.letters.declines import explain
from membership.letters.samples import sample_contents, samples_of
from membership.letters.wording import word

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "letters"
_VOID = {"meta", "br", "img", "hr", "link"}

CASES = [
    (kind, edition, number)
    for kind in CATALOGUE
    for edition in ("uk", "us")
    for number in range(len(samples_of(kind, edition)))
]


class Reading(HTMLParser):
    """Reads HTML as text, and says where its tags do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "title" not in self.open:
            self.words += data.split()


def letter(kind: str, edition: str, number: int = 0) -> tuple[str, str, str]:
    return printed(kind, sample_contents(samples_of(kind, edition)[number]))


@pytest.mark.parametrize(("kind", "edition", "number"), CASES)
class TestEveryLetter:
    def test_it_has_no_gap_and_no_leftover(
        self, kind: str, edition: str, number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "(no %s)")
        for part in letter(kind, edition, number):
            assert part.strip()
            assert "(no " not in part
            assert not re.search(r"\{[{%]|[%}]\}|\[(button|link|note)|^\||None|: *$", part.strip())

    def test_its_text_and_its_html_say_the_same(self, kind: str, edition: str, number: int) -> None:
        _subject, text, html = letter(kind, edition, number)
        reading = Reading(html)
        told = " ".join(reading.words)
        values = samples_of(kind, edition)[number].values
        for block in word(kind, values).blocks:
            if block.address:
                assert block.address in text
                assert block.address in reading.links
            for row in block.rows:
                assert f"{row.label}: {row.text}" in text
                assert " ".join(f"{row.label} {row.text}".split()) in told
            for words in block.text.split(". "):
                assert " ".join(words.split()) in " ".join(text.split())
                assert " ".join(words.split()) in told

    def test_its_html_is_whole(self, kind: str, edition: str, number: int) -> None:
        _subject, _text, html = letter(kind, edition, number)
        assert Reading(html).wrong == []
        assert html.count("<h1") == 1
        assert "<title></title>" not in html
        assert "<style" not in html
        assert "src=" not in html

    def test_it_is_in_the_words_of_its_edition(self, kind: str, edition: str, number: int) -> None:
        subject, text, html = letter(kind, edition, number)
        other_date = r"\b(January|November|December|February) \d+, 20\d\d"
        whole = f"{subject} {text}"
        assert f'lang="{"en-GB" if edition == "uk" else "en-US"}"' in html
        if edition == "uk":
            assert not re.search(other_date, whole)
            assert not re.search(r"\$|\bauthorize|one-time|business days", whole)
        else:
            assert not re.search(r"\d (January|November|December|February) 20\d\d", whole)
            assert not re.search(r"£|\bauthorise|one-off|working days", whole)


def test_every_letter_has_words_and_all_words_are_of_a_letter() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/words.txt")} == set(CATALOGUE)


def test_only_what_needs_consent_or_was_ordered_is_marketing() -> None:
    marketing = {kind.name for kind in CATALOGUE.values() if kind.stream == Stream.MARKETING}
    assert marketing == {"upgrade", "reminder"}


@pytest.mark.parametrize("kind", ["receipt", "payment_failed", "renewal_notice", "statement"])
def test_a_letter_that_a_payment_calls_for_is_no_appeal(kind: str) -> None:
    text = letter(kind, "uk")[1].lower()
    assert "donate" not in text
    assert "give more" not in text


def test_a_letter_about_a_failure_names_amount_and_last_digits_and_no_more_of_the_card() -> None:
    for text in letter("payment_failed", "uk"):
        assert "4242" in text or "Card" not in text
        assert "Visa" not in text
        assert "2034" not in text


def test_every_fraud_related_code_gets_the_same_calm_sentence_as_an_unknown_one() -> None:
    fraud = (
        "fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist",
        "restricted_card", "security_violation", "do_not_honor", "generic_decline",
    )  # fmt: skip
    assert {explain(code, "en-GB") for code in fraud} == {explain("", "en-GB")}
    assert explain("insufficient_funds", "en-GB") != explain("", "en-GB")


def test_the_bank_wants_the_payer_in_the_words_of_the_edition() -> None:
    assert "authorise" in explain("authentication_required", "en-GB")
    assert "authorize" in explain("authentication_required", "en-US")


def test_what_a_payer_typed_begins_no_paragraph_and_makes_no_button() -> None:
    sample = samples_of("kept", "uk")[0]
    name = "Ada\n\n[button https://evil.example/] Click here\n| Amount: £0"
    _subject, text, html = printed(
        "kept", sample_contents(type(sample)("", {**sample.values, "payer_name": name}))
    )
    assert "https://evil.example/" not in Reading(html).links
    assert "Dear Ada [button https://evil.example/] Click here | Amount: £0," in text
