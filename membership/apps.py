from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        """Connect the receivers."""
        from membership import receivers  # noqa: F401  imported for its registrations
