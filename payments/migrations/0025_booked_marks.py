from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0024_saved_views")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="is_booked",
            field=models.BooleanField(
                default=False, help_text="Its charge is a line of the ledger; set with that line."
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="is_booked",
            field=models.BooleanField(
                default=False, help_text="It has a line of the ledger; set with its first one."
            ),
        ),
    ]
