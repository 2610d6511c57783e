from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Connect the receivers, register the start-up checks and guard the books."""
        from payments import checks, guards, receivers  # noqa: F401  for their registrations
        from payments.desk import exception_sources as of_desk  # noqa: F401
        from payments.drift import exception_sources as of_drift  # noqa: F401
        from payments.finance import exception_sources as of_finance  # noqa: F401
        from payments.reconciliation import exception_sources  # noqa: F401
        from payments.triggers import watch_migrations

        watch_migrations(self)
