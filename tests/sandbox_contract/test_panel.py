"""The control panel: what people see, and that its buttons are the controls that tests use."""

import httpx
import pytest

from tests.sandbox.client import SandboxAccount
from tests.sandbox.controls import CONTROLS
from tests.sandbox.web.panel_actions import ALL, Action
from tests.sandbox_contract.stories import Story


def get(account: SandboxAccount, path: str) -> httpx.Response:
    return httpx.get(f"{account.api_base}/_panel/{path}", trust_env=False)


def press(account: SandboxAccount, action: str, **typed: str) -> httpx.Response:
    return httpx.post(f"{account.api_base}/_panel/{action}", data=typed, trust_env=False)


@pytest.mark.parametrize("action", ALL.values(), ids=list(ALL))
def test_every_action_is_a_control(action: Action) -> None:
    assert action.control in CONTROLS


def test_it_shows_the_clock_objects_events_and_requests(story: Story) -> None:
    session = story.paid(story.gift())
    overview = get(story.account, "")
    assert overview.status_code == 200
    for seen in ("Its clock reads", "checkout.session.completed", "/v1/checkout/sessions"):
        assert seen in overview.text
    assert "<script" not in overview.text
    assert "£15.00" in get(story.account, "objects/charge/").text
    shown = get(story.account, f"object/{session.id}").text
    assert "complete" in shown
    assert "_line_items" not in shown
    assert get(story.account, "object/nothing").status_code == 404


def test_a_long_list_has_pages(story: Story) -> None:
    made = [story.client.v1.customers.create({}).id for _ in range(52)]
    first = get(story.account, "objects/customer/").text
    assert (made[-1] in first, made[0] in first) == (True, False)
    after = first.partition("?after=")[2].partition('"')[0]
    second = get(story.account, f"objects/customer/?after={after}").text
    assert (made[-1] in second, made[0] in second) == (False, True)
    assert "?after=" not in second


def test_an_event_is_sent_again_and_the_clock_advanced(story: Story) -> None:
    story.paid(story.gift())
    assert story.account.take_deliveries()
    event = story.account.events("charge.succeeded")[0]["id"]
    done = press(story.account, "resend", event=event)
    assert (done.status_code, done.headers["Location"].endswith("?done=resend")) == (303, True)
    assert [d.event_id for d in story.account.take_deliveries()] == [event]
    before = story.account.advance(seconds=0)
    press(story.account, "advance", days="2", hours="1", minutes="0")
    assert story.account.advance(seconds=0) - before >= 2 * 86400 + 3600


def test_a_charge_is_disputed_and_the_dispute_lost(story: Story) -> None:
    story.paid(story.gift())
    charge = story.client.v1.charges.list().data[0].id
    assert "Dispute this" in get(story.account, f"object/{charge}").text
    assert press(story.account, "dispute", charge=charge, reason="duplicate").status_code == 303
    dispute = story.client.v1.disputes.list().data[0]
    assert (dispute.reason, dispute.amount) == ("duplicate", 1500)
    assert "Win this" in get(story.account, f"object/{dispute.id}").text
    assert press(story.account, "lose", dispute=dispute.id, lost_for="500").status_code == 303
    assert story.client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert "Win this" not in get(story.account, f"object/{dispute.id}").text


def test_webhook_faults_are_switched_on_and_off(story: Story) -> None:
    assert story.account.webhook_secret
    press(story.account, "webhook_faults", duplicates="on", delay="60")
    story.client.v1.customers.create({})
    assert story.account.take_deliveries() == []
    press(story.account, "burst", copies="3")
    assert len(story.account.take_deliveries()) == 3
    press(story.account, "webhooks_well")
    story.client.v1.customers.create({})
    assert len(story.account.take_deliveries()) == 1


def test_a_test_clock_is_advanced(story: Story) -> None:
    clock = story.client.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    assert press(story.account, "advance_clock", clock=clock.id, days="3").status_code == 303
    moved = story.client.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert moved.frozen_time == 1_800_000_000 + 3 * 86400


def test_calls_fail_as_asked(story: Story) -> None:
    press(story.account, "fail", n="1", status="503", path_contains="customers")
    answer = httpx.get(
        f"{story.account.api_base}/v1/customers",
        headers={"Authorization": f"Bearer {story.account.key}"},
        trust_env=False,
    )
    assert answer.status_code == 503


def test_what_cannot_be_done_is_said_in_a_sentence(story: Story) -> None:
    refused = press(story.account, "dispute", charge="ch_none")
    assert (refused.status_code, "No such charge" in refused.text) == (400, True)
    assert press(story.account, "advance", days="many").status_code == 400
    assert press(story.account, "advance", days="5000").status_code == 400
    assert press(story.account, "nothing").status_code == 404
    foreign = httpx.post(
        f"{story.account.api_base}/_panel/advance",
        data={"days": "1"},
        headers={"Origin": "https://evil.test"},
        trust_env=False,
    )
    assert foreign.status_code == 403
