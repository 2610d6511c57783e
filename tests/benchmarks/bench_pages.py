"""The donation page against a constant Django template view of the same size."""

from collections.abc import Iterator
from contextlib import contextmanager

import django


def main() -> None:
    django.setup()
    from tests.benchmarks.pages_rate import measure_pages

    with _newspaper():
        measure_pages()


@contextmanager
def _newspaper() -> Iterator[None]:
    """Make a database of our own with an open campaign, and drop it at the end."""
    from django.db import connection

    from tests.factories import make_newspaper

    home = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = "masthead_bench_pages"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        make_newspaper(body="One paragraph about what the money does.\n\n" * 5)
        yield
    finally:
        connection.creation.destroy_test_db(home, verbosity=0)


if __name__ == "__main__":
    main()
