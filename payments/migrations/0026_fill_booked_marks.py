from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 10_000


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark what is on the books, batch by batch, each in a transaction of its own. Safe to run again."""
    lines = apps.get_model("payments", "BalanceTransaction").objects.order_by()
    charges = lines.filter(reporting_category="charge", payment=models.OuterRef("pk"))
    _mark(apps.get_model("payments", "Payment"), charges)
    _mark(apps.get_model("payments", "Refund"), lines.filter(refund=models.OuterRef("pk")))


def _mark(model: type[models.Model], lines: "models.QuerySet[models.Model]") -> None:
    rows = model._default_manager.order_by()
    last = rows.aggregate(last=models.Max("pk"))["last"] or 0
    for start in range(0, last + 1, BATCH):
        batch = rows.filter(models.Exists(lines), pk__gte=start, pk__lt=start + BATCH)
        batch.filter(is_booked=False).update(is_booked=True)


class Migration(migrations.Migration):
    # One transaction would hold every payment until its end.
    atomic = False

    dependencies = [("payments", "0025_booked_marks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
