from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembershipConfig(AppConfig):
    name = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        """Connect the receivers."""
        from membership import receivers  # noqa: F401  imported for its registrations
        from membership.accounts.roles import sync_roles

        post_migrate.connect(sync_roles, sender=self)
