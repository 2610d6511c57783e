from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 10_000


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Note the postings that wait for their rates. Safe to run again."""
    waiting = apps.get_model("payments", "WaitingAmount")
    postings = apps.get_model("payments", "LedgerPosting").objects.filter(
        balance_transaction__isnull=False, balance_transaction__reporting=None
    )
    found = postings.order_by().values_list("pk", flat=True).iterator(chunk_size=BATCH)
    waiting.objects.bulk_create(
        (waiting(posting_id=posting) for posting in found), BATCH, ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0033_waiting_amounts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
