"""The PDF of a receipt: an accessible archive file, the same bytes each time, from bundled assets only."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from payments.receipts import libraries
from payments.receipts.checks import receipt_libraries_are_installed
from payments.receipts.pdf import BundledAssets, render_pdf
from payments.receipts.typefaces import ASSETS

ISSUED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def content(**changes: Any) -> dict[str, Any]:
    return {
        "document_type": "receipt",
        "title": "Receipt",
        "number": "HC-2026-000001",
        "locale": "en-GB",
        "issued": {"label": "Issued on", "text": "20 November 2026", "iso": "2026-11-20"},
        "issuer": {
            "legal_name": "Harbour Courier Limited",
            "trading_name": "The Harbour Courier",
            "registration_label": "Company number",
            "registration_number": "00000000",
            "address": ["1 Quay Street", "Harbourtown"],
            "contact_email": "support@courier.example",
            "note": "This contribution is not a charitable donation.",
        },
        "payer_name": "Ada Reader",
        "payer_email": "ada@example.org",
        "currency": "GBP",
        "lines": [{"label": "Contribution", "amount": {"minor": 1000, "text": "£10.00"}}],
        "total": {"label": "Total received", "amount": {"minor": 1000, "text": "£10.00"}},
        "facts": [{"label": "Paid with", "text": "Visa ending 4242", "iso": ""}],
        "payment_reference": "7b0e6b1e-6a0f-4f7e-9e51-3a3a2a5f7f11",
        "manage_url": "https://support.courier.example/support/",
        **changes,
    }


def render(**changes: Any) -> bytes:
    return render_pdf(
        "payments/receipts/receipt.html",
        content(**changes),
        issued_at=ISSUED_AT,
        identifier="0123456789abcdef",
    )


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def tags(node: Any) -> list[str]:
    """Every structure type below `node`, in reading order."""
    if isinstance(node, list):
        return [tag for child in node for tag in tags(child.get_object())]
    if not isinstance(node, DictionaryObject):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (tags(node["/K"].get_object()) if "/K" in node else [])


def fonts(reader: PdfReader) -> list[DictionaryObject]:
    resources = reader.pages[0]["/Resources"].get_object()
    return [font.get_object() for font in resources["/Font"].get_object().values()]


class TestConformance:
    def test_the_same_content_gives_the_same_bytes(self) -> None:
        assert len({render() for _ in range(3)}) == 1

    def test_another_process_gives_the_same_bytes(self, tmp_path: Path) -> None:
        script = (
            "import django, sys; django.setup()\n"
            "from tests.payments.test_receipt_pdf import render\n"
            "sys.stdout.buffer.write(render())"
        )
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "PATH": "",
            "PYTHONHASHSEED": "7",
        }
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            check=True,
        )
        assert run.stdout == render()

    def test_it_declares_the_archive_and_the_accessible_profile(self) -> None:
        metadata = read(render()).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        assert 'pdfaid:part="3"' in metadata
        assert 'pdfaid:conformance="A"' in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert metadata.count("<rdf:RDF") == 1

    def test_title_language_dates_and_identifier_are_set(self) -> None:
        reader = read(render())
        root = reader.trailer["/Root"]
        assert reader.metadata is not None
        assert reader.metadata.title == "Receipt HC-2026-000001, The Harbour Courier"
        assert reader.metadata.creation_date == ISSUED_AT
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert bytes(reader.trailer["/ID"][0].original_bytes) == b"0123456789abcdef"

    def test_it_has_one_page_with_one_heading_and_tables_with_headers(self) -> None:
        reader = read(render())
        found = tags(reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object())
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert len(reader.pages) == 1
        assert found.count("/H1") == 1
        assert found.count("/H2") == 1
        assert found.count("/Table") == 2
        assert found.count("/TH") >= 6
        assert found.count("/Link") == 2

    def test_every_font_is_embedded(self) -> None:
        embedded = fonts(read(render(payer_name="Łukasz Ελένη Київ")))
        assert len(embedded) >= 4
        for font in embedded:
            descendant = font["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)

    def test_the_data_travels_inside(self) -> None:
        (attachment,) = read(render()).attachment_list
        assert attachment.name == "HC-2026-000001.json"
        assert json.loads(attachment.content) == content()


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Łukasz Wiśniewski",
            "Nguyễn Thị Ngữ",
            "Ελένη Παπαδοπούλου",
            "Володимир Їжакевич",
            "محمد الفارسي",
            "שרה כהן",
            "山田太郎",
            "김민준",
            "अमिता शर्मा",
            "Zoë 🦊 Reader",
            "A" * 200,
            "Averylongname " * 14,
        ],
    )
    def test_any_name_is_drawn_and_kept_in_the_data(self, name: str) -> None:
        reader = read(render(payer_name=name))
        (attachment,) = reader.attachment_list
        assert json.loads(attachment.content)["payer_name"] == name
        assert len(reader.pages) == 1

    @pytest.mark.parametrize(
        "name", ["Łukasz Wiśniewski", "Ελένη Παπαδοπούλου", "Володимир Їжакевич"]
    )
    def test_each_script_is_drawn_with_its_own_file(self, name: str) -> None:
        """Two files under one font name would swap glyphs in print while the copied text stays right."""
        names = [str(font["/BaseFont"]) for font in fonts(read(render(payer_name=name)))]
        assert len(names) == len(set(names))
        assert any("ext" in font or "greek" in font or "cyrillic" in font for font in names)

    def test_letters_that_no_font_holds_are_counted_and_not_logged(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        private_use = "\U0010f8ff" * 3
        with caplog.at_level(logging.DEBUG, logger="payments"):
            render(payer_name=private_use)
        assert "HC-2026-000001 has 1 characters that no font of this machine holds" in caplog.text
        assert "\U0010f8ff" not in caplog.text

    def test_markup_in_a_name_is_only_text(self) -> None:
        reader = read(render(payer_name='<img src="file:///etc/passwd">'))
        assert '<img src="file:///etc/passwd">' in reader.pages[0].extract_text()


class TestAssets:
    @pytest.mark.parametrize(
        "url",
        [
            "https://example.org/logo.png",
            "http://127.0.0.1/x",
            "file:///etc/passwd",
            f"{ASSETS.as_uri()}/../../settings.py",
            f"{ASSETS.as_uri()}/%2e%2e/%2e%2e/settings.py",
            "data:text/plain,hello",
        ],
    )
    def test_nothing_but_bundled_files_is_opened(self, url: str) -> None:
        with pytest.raises(PermissionError):
            BundledAssets().fetch(url)

    def test_a_bundled_file_is(self) -> None:
        with (ASSETS / "receipt.css").open("rb") as file:
            response = BundledAssets().fetch((ASSETS / "receipt.css").as_uri())
            assert response.read() == file.read()
            response.close()


class TestLibraries:
    def test_what_is_missing_is_told_with_the_command_that_installs_it(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        absent = libraries.Library("Nothing", ("libnothing-at-all.so.0",), "libnothing0")
        monkeypatch.setattr(libraries, "LIBRARIES", (*libraries.LIBRARIES, absent))
        assert libraries.main([]) == 1
        assert "sudo apt-get install -y libnothing0" in capsys.readouterr().out
        assert libraries.main(["--packages"]) == 1
        assert capsys.readouterr().out == "libnothing0\n"
        (error,) = receipt_libraries_are_installed(None)
        assert error.hint == "On Debian or Ubuntu: sudo apt-get install -y libnothing0"

    def test_this_machine_has_them_all(self) -> None:
        assert libraries.main([]) == 0
        call_command("check", tags=["receipts"])

    def test_a_bare_python_can_look(self) -> None:
        path = Path(libraries.__file__)
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(path)], capture_output=True, check=False
        )
        assert (run.returncode, run.stdout) == (0, b"")
