"""Where no donation page can be shown: kind words, and where else to go."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from payments.models import Campaign, CampaignStatus
from tests.factories import CampaignFactory, make_newspaper
from tests.membership.donation_page import URL

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("slug", ["nothing-here", "draft"])
def test_an_unknown_campaign_and_a_draft_look_the_same_and_point_elsewhere(
    client: Client, campaign: Campaign, slug: str
) -> None:
    CampaignFactory.create(slug="draft", status=CampaignStatus.DRAFT)
    response = client.get(f"/donate/{slug}/")
    assert response.status_code == 404
    assert "We cannot find this appeal" in response.content.decode()
    assert f'href="{URL}"' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_campaign_that_ended_thanks_and_points_elsewhere(
    client: Client, campaign: Campaign, method: str
) -> None:
    CampaignFactory.create(slug="ended", closes_at=timezone.now() - timedelta(days=1))
    response = getattr(client, method)("/donate/ended/")
    assert response.status_code == 410
    assert "This appeal has ended" in response.content.decode()


def test_an_open_campaign_that_takes_no_currency_is_not_offered(client: Client, db: None) -> None:
    CampaignFactory.create(slug="empty")
    assert client.get("/donate/empty/").status_code == 410


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Europe/London", "en-GB", "3 December 2026, 14:00 GMT"),
        ("America/New_York", "en-US", "December 3, 2026, 9:00\u202fAM EST"),
    ],
)
def test_a_campaign_that_has_not_opened_says_when_it_will(  # noqa: PLR0917
    client: Client, campaign: Campaign, method: str, zone: str, language: str, words: str
) -> None:
    campaign.entity.time_zone = zone
    campaign.entity.save()
    CampaignFactory.create(slug="soon", title="Our winter appeal", opens_at=OPENS)
    with time_machine.travel(OPENS - timedelta(days=1)):
        response = getattr(client, method)("/donate/soon/", headers={"Accept-Language": language})
    page = response.content.decode()
    assert response.status_code == 404
    assert f"This appeal opens on <strong>{words}</strong>" in page
    assert "Our winter appeal" in page
    assert "ended" not in page
    assert f'href="{URL}"' in page


@pytest.mark.parametrize("fields", [{"opens_at": OPENS}, {"closes_at": OPENS - timedelta(days=2)}])
def test_readers_are_never_sent_on_to_what_takes_no_gifts(
    client: Client, campaign: Campaign, fields: dict[str, datetime]
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    with time_machine.travel(OPENS - timedelta(days=1)):
        page = client.get("/donate/nothing/").content.decode()
    assert f'href="{URL}"' not in page


def test_the_front_door_leads_to_the_one_open_campaign(client: Client, campaign: Campaign) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, URL)


def test_the_front_door_lists_several_campaigns_and_the_way_to_my_support(
    client: Client, campaign: Campaign
) -> None:
    other = make_newspaper(slug="investigations")
    CampaignFactory.create(slug="shut", status=CampaignStatus.CLOSED)
    page = client.get("/").content.decode()
    for words in (campaign.title, f'href="{URL}"', f'href="/donate/{other.slug}/"', "/support/"):
        assert words in page
    assert "/donate/shut/" not in page


def test_the_front_door_is_kind_where_nothing_is_open(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(status=CampaignStatus.CLOSED)
    response = client.get("/")
    assert response.status_code == 200
    assert "We take no new gifts at present" in response.content.decode()


def test_every_page_leads_home_by_the_newspapers_name(client: Client, campaign: Campaign) -> None:
    assert '<a class="masthead-name" href="/">' in client.get(URL).content.decode()


def test_the_oldest_address_of_an_icon_answers(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/membership/icon.svg")
