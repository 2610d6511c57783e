"""Nothing is published from the desk that was not simulated exactly so and found good."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import PromptPublication, PromptSimulation, SimulationState
from membership.prompts.simulating import claim_simulation
from tests.membership.desk_pages import publish, simulate
from tests.membership.prompt_definitions import rules
from tests.membership.prompt_desk import Desk, titles, words
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

_FIRST = "Simulate exactly this choice first"


@pytest.fixture
def publisher(client: Client) -> Client:
    sign_in_staff(client, make_staff(role="editor", name="Publisher"))
    return client


def _publications() -> int:
    return PromptPublication.objects.count()


def test_what_was_not_simulated_is_not_published(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write(variants=words("Second"))

    refused = publisher.post("/staff/prompts/publish/")
    assert refused.status_code == 400
    assert _FIRST in refused.content.decode()

    simulate(publisher)
    desk.write("another", variants=words("Another"))
    choice = {"chosen": "1", "with": ["spring-appeal", "another"]}
    assert _FIRST in publisher.post("/staff/prompts/publish/", choice).content.decode()

    desk.write(variants=words("Third"))
    other = publisher.post("/staff/prompts/publish/", {"chosen": "1", "with": ["spring-appeal"]})
    assert _FIRST in other.content.decode()
    assert "Something has changed since" in other.content.decode()
    assert _publications() == 1

    publish(publisher, choice)
    assert titles(PromptPublication.objects.first()) == {
        "another": "Another",
        "spring-appeal": "Third",
    }


def test_a_simulation_tells_reach_differences_and_whom_nobody_asks(
    live: PromptPublication,
    desk: Desk,
    publisher: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    desk.write("before-it", name="Comes first", priority=200, variants=words("First"))
    desk.write("unseen", name="Unseen", priority=1, variants=words("Never"))

    found = simulate(publisher)

    assert found.state == SimulationState.DONE
    assert found.refusals == []
    address = f"/staff/prompts/simulations/{found.reference}/"
    with django_assert_max_num_queries(11):
        page = publisher.get(address).content.decode()
    assert "Nothing speaks against publishing it." in page
    assert "Comes first instead of Spring appeal." in page
    assert "are asked for money; of those whose payment fails, 0." in page
    assert "1 prompt would be seen by nobody." in page
    assert "other prompts come first" in page.lower()
    assert found.result["supporters_asked"] == 0


def test_the_same_bytes_are_simulated_once(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write(variants=words("Second"))

    publisher.post("/staff/prompts/simulate/", {"views": "5000"})
    publisher.post("/staff/prompts/simulate/", {"views": "5000"})
    assert PromptSimulation.objects.count() == 1

    publisher.post("/staff/prompts/simulate/", {"views": "300000"})
    assert list(PromptSimulation.objects.values_list("views", flat=True)) == [300_000, 5_000]


def test_a_finding_of_the_policy_is_in_the_simulation_and_refuses(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write("open", offer="nobodys", name="Open")
    desk.write("fine", variants=words("Fine"))

    found = simulate(publisher)

    sentence = "Open: the campaign ‘nobodys’ that it leads to takes no gifts now."
    assert found.refusals == [sentence]
    response = publisher.post("/staff/prompts/publish/")
    assert response.status_code == 400
    assert response.content.decode().count(sentence) == 1
    assert _publications() == 1


def test_an_exclusion_goes_only_with_new_rules_that_were_simulated(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    other = {"id": "other", "slots": [], "sections": ["obituaries"], "tags": [], "types": []}
    desk.rule(rules(exclusions=[other]))
    desk.write(variants=words("Second"))

    publish(publisher, {"chosen": "1", "with": ["spring-appeal"]})
    first = PromptPublication.objects.first()
    assert first is not None
    assert first.bundle is not None
    assert b'"deaths"' in bytes(first.bundle.body)

    publish(publisher, {"chosen": "1", "rules": "1"})
    second = PromptPublication.objects.first()
    assert second is not None
    assert second.bundle is not None
    assert b'"deaths"' not in bytes(second.bundle.body)


def test_a_simulation_whose_worker_was_lost_runs_again_and_fails_in_the_end(
    live: PromptPublication, desk: Desk, publisher: Client
) -> None:
    desk.write(variants=words("Second"))
    publisher.post("/staff/prompts/simulate/")
    now = timezone.now()

    for attempt in range(3):
        later = now + timedelta(minutes=11 * attempt)
        assert claim_simulation(now=later) is not None
        assert claim_simulation(now=later) is None
    assert claim_simulation(now=now + timedelta(hours=1)) is None

    found = PromptSimulation.objects.get()
    assert found.state == SimulationState.FAILED
    page = publisher.get(f"/staff/prompts/simulations/{found.reference}/").content.decode()
    assert "never came to an end" in page
