from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Connect the receivers and register the start-up checks."""
        from payments import checks, receivers  # noqa: F401  imported for their registrations
