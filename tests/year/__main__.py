"""`python -m tests.year`: play the year into a database, to look at it on the finance pages.

    python -m tests.year --database sqlite:///var/year.sqlite3 --check

The database is made where there is none, and must hold no newspaper yet. The sandbox lives only as long as the play.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime


def main() -> int:
    arguments = _parse()
    os.environ["DATABASE_URL"] = arguments.database
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_demo"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from payments.models import LegalEntity
    from tests.factories import make_newspaper
    from tests.life import LifeClock
    from tests.sandbox.client import Sandbox
    from tests.sandbox.process import start_sandbox
    from tests.year.checks import CHECKS
    from tests.year.player import play

    call_command("migrate", verbosity=0)
    if LegalEntity.objects.exists():
        print("year: this database has a newspaper already; name an empty one.", file=sys.stderr)
        return 1
    process = start_sandbox()
    settings.STRIPE_API_BASE = settings.STRIPE_CHECKOUT_ORIGIN = process.base_url
    sandbox = Sandbox(process.base_url).account()
    settings.STRIPE_WEBHOOK_SECRETS = [sandbox.webhook_secret]
    clock = LifeClock(sandbox)
    failed = 0
    try:
        began = time.perf_counter()
        played = play(make_newspaper(), sandbox, clock)
        print(f"The year {played.year} was played in {time.perf_counter() - began:.0f} seconds.")
        for sentence, check in CHECKS.items() if arguments.check else ():
            try:
                check(played)
                print(f"  true   {sentence}")
            except AssertionError as error:
                failed += 1
                print(f"  FALSE  {sentence}: {error}")
    finally:
        clock.stop()
        process.stop()
    print(f"It is {datetime.now(UTC):%d %B %Y} again. To look at it:")
    print(f"  DATABASE_URL={arguments.database} make demo, then /finance/?month={played.year}-06")
    return int(failed > 0)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--database", required=True, help="a DATABASE_URL")
    parser.add_argument("--check", action="store_true", help="say of each sentence if it is true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
