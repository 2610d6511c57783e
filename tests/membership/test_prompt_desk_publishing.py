"""Publishing from the desk: now, later, back to any earlier bundle, and the switch for all prompts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.models import PromptPublication, PromptRelease, PublicationKind
from membership.prompts.current import current_bundle, forget_bundle
from tests.membership.desk_pages import publish
from tests.membership.prompt_desk import Desk, titles, words
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(client: Client) -> Client:
    sign_in_staff(client, make_staff(role="editor", name="Publisher"))
    return client


def _latest() -> PromptPublication:
    return PromptPublication.objects.order_by("-id")[0]


def test_what_is_approved_is_published_and_readers_get_it(desk: Desk, publisher: Client) -> None:
    desk.rule()
    desk.write()

    page = publisher.get("/staff/prompts/publish/").content.decode()
    assert "Spring appeal" in page
    publish(publisher, reason="Spring is here.")

    assert titles(_latest()) == {"spring-appeal": "Open to everyone"}
    assert _latest().reason == "Spring is here."
    published = current_bundle(timezone.now())
    assert published is not None
    assert [each.id for each in published.bundle.campaigns] == ["spring-appeal"]


def test_only_what_is_chosen_is_published(desk: Desk, publisher: Client) -> None:
    desk.rule()
    desk.write()
    desk.write("later", variants=words("Later"))

    publish(publisher, {"chosen": "1", "with": ["spring-appeal"], "rules": "1"})

    assert titles(_latest()) == {"spring-appeal": "Open to everyone"}
    assert "Later" not in titles(_latest()).values()
    nothing = publisher.post("/staff/prompts/publish/", {"chosen": "1"})
    assert nothing.status_code == 400
    assert "Choose something that is approved" in nothing.content.decode()


def test_a_price_that_is_missing_in_a_country_refuses_with_the_sentence(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write("yen", name="Yen", offer="nobodys")

    page = publisher.get("/staff/prompts/publish/").content.decode()
    response = publisher.post("/staff/prompts/publish/")

    sentence = "Yen: the campaign ‘nobodys’ that it leads to takes no gifts now."
    assert sentence in page
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert _latest() == live


def test_a_publication_is_scheduled_by_the_newspapers_clock_and_taken_back(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write(variants=words("In summer"))
    summer = timezone.now().year + 1

    publish(publisher, live_from=f"{summer}-07-01T09:00")

    ordered = PromptRelease.objects.order_by("-id")[0]
    # Nine o'clock in London is eight in UTC.
    assert ordered.live_from.isoformat() == f"{summer}-07-01T08:00:00+00:00"
    assert _latest() == live
    assert "Revision 2 scheduled" in publisher.get("/staff/prompts/").content.decode()
    publisher.post(f"/staff/prompts/publish/{ordered.pk}/withdraw/")
    ordered.refresh_from_db()
    assert ordered.withdrawn_at is not None


def test_one_click_goes_back_to_an_earlier_bundle(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write(variants=words("Second"))
    desk.publish()
    assert live.bundle is not None

    page = publisher.get("/staff/prompts/history/").content.decode()
    assert f"/staff/prompts/history/{live.bundle.sha256}/roll-back/" in page
    publisher.post(f"/staff/prompts/history/{live.bundle.sha256}/roll-back/")

    assert _latest().kind == PublicationKind.ROLLBACK
    assert titles(_latest()) == {"spring-appeal": "Open to everyone"}
    again = publisher.get("/staff/prompts/publish/?chosen=1&with=spring-appeal").content.decode()
    assert "revision 2" in again


def test_the_switch_stops_every_prompt_within_half_a_minute_and_back(
    live: PromptPublication, publisher: Client
) -> None:
    now = timezone.now()
    forget_bundle()
    assert current_bundle(now) is not None

    publisher.post("/staff/prompts/switch/", {"to": "off", "reason": "A mistake in it."})

    pointer = publisher.get("/prompts/pointer.json")
    ages = [int(part.split("=")[1]) for part in pointer["Cache-Control"].split(", ")[1:3]]
    kept = 5
    assert sum(ages) + kept <= 30
    assert pointer.json()["bundle"] is None
    assert current_bundle(now + timedelta(seconds=kept)) is None
    assert "switched off" in publisher.get("/staff/prompts/").content.decode()
    page = publisher.get("/staff/prompts/switch/").content.decode()
    assert "“A mistake in it.”" in page

    publisher.post("/staff/prompts/switch/", {"to": "on"})
    assert publisher.get("/prompts/pointer.json").json()["bundle"] is not None
