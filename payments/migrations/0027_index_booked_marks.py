from django.db import migrations, models


class Migration(migrations.Migration):
    """After the marks are set, so that the indexes hold only what is to be booked."""

    dependencies = [("payments", "0026_fill_booked_marks")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(succeeded_at__isnull=False, is_booked=False),
                fields=["succeeded_at", "id"],
                name="payment_to_book",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(status="succeeded", is_booked=False),
                fields=["created_at", "id"],
                name="refund_to_book",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(status="failed"),
                fields=["failed_at", "id"],
                name="refund_by_failure",
            ),
        ),
    ]
