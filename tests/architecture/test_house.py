"""The rules of the house that no linter knows."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [ROOT / "config", ROOT / "membership", ROOT / "payments"]
INDEXES = [
    ROOT / app / f"{name}.py"
    for app in ("membership", "payments")
    for name in ("models", "tasks", "admin")
]


def _sources(*folders: Path) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def _named(paths: Iterable[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_holds_two_nouns() -> None:
    files = _sources(*SHIPPED, ROOT / "tests")
    assert _named(path for path in files if len(path.read_text().splitlines()) > 300) == []


@pytest.mark.parametrize("path", INDEXES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_index_file_only_imports(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    allowed = (ast.Import, ast.ImportFrom, ast.Expr)
    others = [
        node
        for node in body
        if not isinstance(node, allowed)
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]
    assert others == []


def test_every_topic_says_in_one_line_what_it_is() -> None:
    topics = [
        path
        for path in _sources(*SHIPPED)
        if path.name == "__init__.py" and "management" not in path.parts
    ]
    said = {path: ast.get_docstring(ast.parse(path.read_text())) or "" for path in topics}
    assert _named(path for path, words in said.items() if len(words.splitlines()) != 1) == []


def test_the_user_migration_depends_on_nothing_of_payments() -> None:
    source = (ROOT / "membership/migrations/0001_user.py").read_text()
    dependencies = re.search(r"dependencies = (\[.*?\])", source, re.DOTALL)
    assert dependencies
    assert ast.literal_eval(dependencies[1]) == [("auth", "0012_alter_user_first_name_max_length")]


def test_product_code_knows_nothing_of_tests_or_the_sandbox() -> None:
    words = re.compile(r"\b(sandbox|pytest|settings\.TEST\w*|unittest)\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{token.start[0]}"
        for path in _sources(ROOT / "membership", ROOT / "payments")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type in (tokenize.NAME, tokenize.STRING) and words.search(token.string)
    ]
    assert found == []


def test_nothing_is_mocked() -> None:
    mocks = re.compile(r"unittest\.mock|from mock |import mock\b|MagicMock")
    found = [
        str(path.relative_to(ROOT))
        for path in _sources(*SHIPPED, ROOT / "tests")
        if path != Path(__file__) and mocks.search(path.read_text())
    ]
    assert found == []


def test_whoever_books_lets_the_sums_of_the_day_go() -> None:
    assert _named(path for path in _sources(ROOT / "payments") if _keeps_sums(path)) == []


def _keeps_sums(path: Path) -> bool:
    """Say whether a file inserts rows that are summed by day, and lets no sums go."""
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    inserted = {"LedgerPosting", "BalanceTransaction"}
    books = calls & (inserted | {f"{name}.objects.create" for name in inserted})
    return bool(books) and "forget_sums" not in calls


def test_whoever_changes_what_a_payment_gave_notes_it() -> None:
    assert _named(path for path in _sources(ROOT / "payments") if _writes_gifts(path)) == []


def _writes_gifts(path: Path) -> bool:
    """Say whether a file saves payments, refunds or disputes, inserts lines or frozen amounts, and notes no change."""
    source = path.read_text()
    writes = re.search(
        r"\b(payment|refund|dispute)\.save\(|"
        r"\b(Payment|Refund|BalanceTransaction|ReportingAmount)\.objects\.(bulk_)?create\(",
        source,
    )
    return bool(writes) and "note_changes(" not in source


def test_whoever_changes_what_a_payment_gives_marks_its_payer() -> None:
    files = [path for path in _sources(ROOT / "payments", ROOT / "membership") if _hides(path)]
    assert _named(files) == []


# The fields of a payment of which its sums by year are made, and what may stand in the place of their names.
_GIVES = {"status", "currency", "amount", "refunded_amount", "lost_amount", "succeeded_at"}
_PAYMENTS = re.compile(r"(^|\.)(payment|Payment\.objects(\..*)?|payments?(\..*)?)\.(\w+)$")
_WRITES = {"save", "update", "create", "bulk_create", "bulk_update", "update_or_create"}


def _hides(path: Path) -> bool:
    """Say whether a file saves what a payment gives, and marks nobody."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    marks = any(ast.unparse(node.func) == "mark_givers" for node in nodes)
    return any(_changes_giving(node) for node in nodes) and not marks


def _changes_giving(call: ast.Call) -> bool:
    written = _PAYMENTS.search(ast.unparse(call.func))
    if written is None or written[5] not in _WRITES:
        return False
    fields = {word.arg for word in call.keywords}
    if written[5] == "update":
        return bool(fields & _GIVES)
    told = [word.value for word in call.keywords if word.arg == "update_fields"] or call.args[1:]
    names = {
        each.value for value in told for each in ast.walk(value) if isinstance(each, ast.Constant)
    }
    return not names or bool(names & _GIVES)


def test_whoever_changes_a_plan_or_whose_it_is_announces_it() -> None:
    assert _named(path for path in _sources(*SHIPPED) if _changes_plans_silently(path)) == []


def _changes_plans_silently(path: Path) -> bool:
    """Say whether a file writes what moves recurring revenue, or whose a gift is, and does not let kept days go."""
    source = path.read_text()
    kinds = set(re.findall(r"PlanChangeKind\.([A-Z]+)", source))
    writes = re.search(r"\bPlanChange\(\n|\bPlanChange\.objects\.(bulk_)?create\(", source)
    moves = writes and not (kinds and kinds <= {"RENEWED", "RESTARTED"})
    moves_people = re.search(r"\bcustomer\.party = |\.party = party|update\(party=", source)
    return bool(
        (moves and "plan_changed.send(" not in source)
        or (moves_people and "parties_changed.send(" not in source)
    )


def test_every_scheduled_task_exists() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(app.tasks)


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        loose = [
            line
            for line in (ROOT / name).read_text().splitlines()
            if line and not line.lstrip().startswith("#") and "==" not in line
        ]
        assert loose == [], name
