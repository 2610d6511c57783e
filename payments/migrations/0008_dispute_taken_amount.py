from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def fill_taken(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was withdrawn so far is taken whole until Stripe's next word on the dispute."""
    disputes = apps.get_model("payments", "Dispute").objects.filter(is_withdrawn=True)
    disputes.update(taken_amount=models.F("amount"))


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_statements")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="taken_amount",
            field=models.PositiveBigIntegerField(
                default=0, help_text="How much of the amount Stripe has taken and not given back."
            ),
        ),
        migrations.RunPython(fill_taken, migrations.RunPython.noop),
        migrations.RemoveField(model_name="dispute", name="is_withdrawn"),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(taken_amount__lte=models.F("amount")),
                name="dispute_taken_within_amount",
            ),
        ),
    ]
