"""The browsers of those who visit the site."""

from django.test import Client

from tests.factories import UserFactory
from tests.staff import make_staff, sign_in_staff


def browser_of(visitor: str) -> Client:
    """Return the browser of a visitor whom the tables of authorisation.py name, signed in as they would be."""
    client = Client()
    if visitor in ("reader", "stranger"):
        client.force_login(UserFactory.create(email=f"{visitor}@example.org"))
    elif visitor == "one factor":
        client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    elif visitor == "superuser":
        sign_in_staff(client, make_staff(is_superuser=True))
    elif visitor != "anonymous":
        sign_in_staff(client, make_staff(role=visitor))
    return client
