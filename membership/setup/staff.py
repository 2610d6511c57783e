"""The first member of staff, able to sign in with a second factor at once."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from membership.accounts.models import User, normalise_email
from membership.setup.questions import Answers, AnswersRefused
from membership.setup.steps import Outcome, Step

# Whoever sets a newspaper up begins with everything; further people get one role each.
_ROLES = ("admin", "editor", "finance lead")


@transaction.atomic
def ensure_staff(answers: Answers, *, adds_staff: bool) -> list[Step]:
    """See that the member of staff of this address is there, with roles and a second factor.

    Somebody who is there keeps the roles and the factors they have. Once a newspaper has an administrator, another one
    is made only where `adds_staff` says that this is meant.
    """
    email = normalise_email(answers["staff_email"])
    try:
        validate_email(email)
    except ValidationError as error:
        raise AnswersRefused({"staff_email": str(error.message)}) from error
    user = User.objects.filter(email=email).first()
    if user is not None and user.is_staff and user.groups.exists():
        account = Step(Outcome.OK, "Staff account", f"{user.email} is there.")
        return [account, _ensure_second_factor(user)]
    chief = User.objects.filter(is_staff=True, groups__name="admin").order_by("id").first()
    if chief is not None and not adds_staff:
        words = (
            f"{email} was not added, because {chief.email} is the administrator already. Give "
            "people their roles in the administration, or run this again with --add-staff to make "
            "one more full administrator."
        )
        return [Step(Outcome.NOTE, "Staff account", words)]
    if user is None:
        user = User(email=email, name=answers["staff_name"])
        user.set_unusable_password()
    user.is_staff = True
    user.save()
    user.groups.add(*Group.objects.filter(name__in=_ROLES))
    words = f"{user.email} signs in by mailed code; roles: {', '.join(_ROLES)}."
    return [Step(Outcome.MADE, "Staff account", words), _ensure_second_factor(user)]


def _ensure_second_factor(user: User) -> Step:
    """Set up an authenticator app and recovery codes; secrets are told this one time."""
    if is_mfa_enabled(user):
        return Step(Outcome.OK, "Second factor", f"{user.email} has one.")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).generate_codes()
    return Step(
        Outcome.MADE,
        "Second factor",
        "Add this key to an authenticator app now; it is not shown again.",
        once=(
            f"Key:            {secret}",
            f"As an address:  {get_adapter().build_totp_url(user, secret)}",
            f"Recovery codes: {' '.join(codes)}",
        ),
    )
