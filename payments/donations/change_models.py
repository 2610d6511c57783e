from django.db import models

from payments.donations.models import Payment


class PaymentChange(models.Model):
    """A note that what a payment gave, or what the ledger says of it, is not what sums that are kept were made of.

    Whoever reads sums reads what a noted payment is part of from the rows, until the sums are made again and the note
    is deleted. Notes are rows of their own without a unique key, so that no two who write one wait for each other.
    """

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.payment_id}"
