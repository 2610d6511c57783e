import unicodedata
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone


def normalise_email(value: str) -> str:
    """Return the one spelling under which an address is stored and compared.

    Unicode is composed (NFKC), surrounding space dropped and everything case-folded: two spellings of one mailbox
    must never make two people.
    """
    return unicodedata.normalize("NFKC", value.strip()).casefold()


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; Django's own commands pass a password, which `set_password` does not keep."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in: a reader or a member of staff, known by email."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False, help_text="May enter the staff pages.")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return str(self.reference)

    def set_password(self, raw_password: str | None) -> None:
        """Keep no password, whatever is given: everyone signs in by a mailed code or a passkey."""
        self.set_unusable_password()

    def has_usable_password(self) -> bool:
        """Nobody has one, so that no page offers to change it or asks for it."""
        return False

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class SignInCode(models.Model):
    """A mailed code that waits to be typed in the browser that asked for it.

    The row is the same for a known and an unknown address, and it is deleted when it is used, guessed at too often or
    stale: an address that nobody proved leaves nothing behind. The browser's session holds only `reference`.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254, help_text="Normalised.")
    digest = models.CharField(
        max_length=64, help_text="Keyed digest of the reference and the code."
    )
    attempts_left = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.reference)


class SignedInSession(models.Model):
    """A browser in which somebody is signed in, so that they can see and end it from another one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=80, blank=True, help_text="Its kind, in words.")
    signed_in_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session {self.pk}"
