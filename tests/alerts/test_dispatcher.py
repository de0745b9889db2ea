"""Sending what is due: leases, isolation, threads, folding, health; and three days of broken targets."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from alerts.channels.base import Channel, Outcome, Result
from alerts.channels.webhook import WebhookChannel, WebhookSettings
from alerts.dispatcher import Dispatcher, Sent
from alerts.outbox import PATIENCE
from alerts.routing import Route, Routing
from alerts.timing import Burst, Digest, Quiet, Timing
from app.demo.site import Reply, Request, Site
from store.models import Alert, Delivery
from store.queries import outbox as queries
from store.values import DeliveryState
from tests.alerts.newsroom import NOON, Newsroom
from tests.alerts.post import SECRET, Scripted, ScriptedSettings, tools

DOWN = Outcome(Result.RETRY, "answered 503")


@dataclass
class Desk:
    """A newsroom with a dispatcher on its clock."""

    room: Newsroom
    channels: Mapping[str, Any]
    timings: Mapping[str, Timing] = field(default_factory=dict)
    naps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room.routing = Routing((Route("all", tuple(self.channels)),), self.timings)

    def run(self) -> Sent:
        return asyncio.run(self.dispatcher().run_due())

    def dispatcher(self, owner: str = "one") -> Dispatcher:
        return Dispatcher(
            self.room.store,
            self.channels,
            now=lambda: self.room.now,
            routing=self.room.routing,
            owner=owner,
            sleep=self._nap,
        )

    def run_until_quiet(self, limit: datetime) -> None:
        """Play the clock from one due moment to the next."""
        while True:
            self.run()
            with self.room.store.read() as session:
                following = queries.next_due(session)
            if following is None or following > limit:
                return
            self.room.now = max(following, self.room.now + timedelta(milliseconds=1))

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    def states(self, channel: str) -> list[DeliveryState]:
        return [row.state for row in self.room.deliveries() if row.channel == channel]


def voices(room: Newsroom, count: int, prefix: str = "Voice") -> None:
    for number in range(count):
        room.tell("deny", speaker=f"{prefix} {number}")


def test_what_is_due_is_sent_once(newsroom: Newsroom) -> None:
    desk = Desk(newsroom, {"desk": Scripted()})
    newsroom.tell("deny")
    assert desk.run().sent == {"desk": 1}
    assert desk.run().total == 0
    row = newsroom.deliveries()[0]
    assert (row.state, row.attempts, row.sent_at) == (DeliveryState.SENT, 1, NOON)


def test_every_try_carries_the_same_id(newsroom: Newsroom) -> None:
    channel = Scripted([DOWN, DOWN])
    desk = Desk(newsroom, {"desk": channel})
    newsroom.tell("deny")
    desk.run_until_quiet(NOON + timedelta(hours=1))
    assert len(channel.tries) == 3
    assert len(set(channel.tries)) == 1
    assert re.fullmatch(r"[0-9a-f-]+", channel.tries[0])


def test_a_killed_senders_delivery_is_sent_under_the_same_id_when_its_lease_ends(newsroom: Newsroom) -> None:
    channel = Scripted()
    desk = Desk(newsroom, {"desk": channel})
    newsroom.tell("deny")
    with newsroom.store.write() as session:
        due = queries.due(session, "desk", newsroom.now)
        queries.lease(session, due, owner="killed", until=newsroom.now + timedelta(minutes=1))
        uid = queries.uid(due[0])
    assert desk.run().total == 0
    newsroom.later(minutes=1)
    assert desk.run().total == 1
    assert channel.tries == [uid]


def test_two_senders_never_send_the_same(newsroom: Newsroom) -> None:
    channel = Scripted()
    desk = Desk(newsroom, {"desk": channel})
    voices(newsroom, 30)

    async def race() -> None:
        await asyncio.gather(desk.dispatcher("one").run_due(), desk.dispatcher("two").run_due())

    asyncio.run(race())
    assert len(channel.tries) == len(set(channel.tries)) == 30


def test_what_follows_in_a_thread_hangs_on_what_was_sent_before(newsroom: Newsroom) -> None:
    channel = Scripted()
    desk = Desk(newsroom, {"desk": channel})
    voices(newsroom, 3)
    desk.run()
    first, second, third = channel.tries
    assert third
    assert channel.threads == [None, {"uid": first}, {"uid": second}]


def test_a_hanging_target_delays_no_other(newsroom: Newsroom) -> None:
    class Hanging(Scripted):
        async def send(self, *_: Any, **__: Any) -> Outcome:
            await asyncio.Event().wait()
            raise AssertionError

    good = Scripted()
    desk = Desk(newsroom, {"bad": Hanging(), "good": good})
    newsroom.tell("deny")

    async def watch() -> None:
        dispatcher = desk.dispatcher()
        await dispatcher.kick()
        await asyncio.sleep(0)
        while not good.tries:
            await asyncio.sleep(0.001)
        await dispatcher.close(grace=0.0)

    asyncio.run(watch())
    assert len(good.tries) == 1
    assert desk.states("bad") == [DeliveryState.PENDING]


def test_a_channel_that_raises_costs_only_its_try(newsroom: Newsroom) -> None:
    class Broken(Scripted):
        async def send(self, *_: Any, **__: Any) -> Outcome:
            raise ZeroDivisionError

    good = Scripted()
    desk = Desk(newsroom, {"bad": Broken(), "good": good})
    newsroom.tell("deny")
    assert desk.run().sent == {"good": 1}
    assert "ZeroDivisionError" in newsroom.deliveries()[0].last_error


def test_behind_a_failing_target_the_rest_waits_untried(newsroom: Newsroom) -> None:
    channel = Scripted([DOWN])
    desk = Desk(newsroom, {"desk": channel})
    voices(newsroom, 5)
    desk.run()
    assert len(channel.tries) == 1
    newsroom.later(seconds=10)
    desk.run()
    assert desk.states("desk") == [DeliveryState.SENT] * 5


def test_one_message_that_is_refused_holds_up_no_other(newsroom: Newsroom) -> None:
    channel = Scripted([Outcome(Result.REJECTED, "554 no", whole_target=False)])
    desk = Desk(newsroom, {"desk": channel})
    voices(newsroom, 3)
    desk.run()
    assert desk.states("desk") == [DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT]


def test_a_target_that_is_gone_is_switched_off_at_once(newsroom: Newsroom) -> None:
    channel = Scripted([Outcome(Result.GONE, "answered 410")])
    desk = Desk(newsroom, {"desk": channel, "other": Scripted()})
    voices(newsroom, 3)
    desk.run()
    assert desk.states("desk") == [DeliveryState.DEAD] * 3
    newsroom.later(days=1)
    newsroom.tell("deny", speaker="Late Voice", said="03-02")
    desk.run()
    assert len(channel.tries) == 1
    assert desk.states("desk")[-1] is DeliveryState.DEAD


def test_a_channel_that_fails_for_an_hour_is_told_through_another_once(newsroom: Newsroom) -> None:
    other = Scripted()
    desk = Desk(newsroom, {"desk": Scripted([DOWN] * 100), "other": other})
    newsroom.tell("deny")
    desk.run_until_quiet(NOON + timedelta(hours=5))
    notices = [message.headline for message in other.messages if message.kind == "channel-failing"]
    assert notices == ["Channel “desk” has failed since 2022-03-01 12:00 UTC"]


def test_a_channel_that_works_again_says_so_and_gets_what_waited(newsroom: Newsroom) -> None:
    class Down(Scripted):
        async def send(self, *arguments: Any, **named: Any) -> Outcome:
            down = newsroom.now < NOON + timedelta(hours=2)
            return DOWN if down else await super().send(*arguments, **named)

    other = Scripted()
    desk = Desk(newsroom, {"desk": Down(), "other": other})
    voices(newsroom, 3)
    desk.run_until_quiet(NOON + timedelta(hours=12))
    assert desk.states("desk") == [DeliveryState.SENT] * 3
    assert [message.kind for message in other.messages][3:] == ["channel-failing", "channel-recovered"]


def test_what_waits_for_a_channel_that_is_no_longer_configured_ends_as_a_dead_letter(
    newsroom: Newsroom,
) -> None:
    desk = Desk(newsroom, {"desk": Scripted()})
    newsroom.routing = Routing((Route("all", ("forgotten",)),))
    newsroom.tell("deny")
    desk.run()
    assert desk.states("forgotten") == [DeliveryState.PENDING]
    newsroom.later(days=4)
    desk.run()
    assert desk.states("forgotten") == [DeliveryState.DEAD]


def test_an_alert_that_cannot_be_read_is_a_dead_letter_and_holds_up_no_other(newsroom: Newsroom) -> None:
    desk = Desk(newsroom, {"desk": Scripted()})
    voices(newsroom, 2)
    with newsroom.store.write() as session:
        alert = session.get_one(Alert, newsroom.alerts()[0].id)
        alert.payload = {"version": 99}
        session.add(alert)
    desk.run()
    assert desk.states("desk") == [DeliveryState.DEAD, DeliveryState.SENT]


def test_slack_and_its_like_are_paced(newsroom: Newsroom) -> None:
    desk = Desk(newsroom, {"slack": Scripted(pace=timedelta(seconds=1))})
    voices(newsroom, 4)
    desk.run()
    assert desk.naps == [1.0] * 4


def collapsing() -> Scripted:
    return Scripted(settings=ScriptedSettings(collapse=True))


def test_a_burst_becomes_one_message_that_lists_all(newsroom: Newsroom) -> None:
    channel = collapsing()
    desk = Desk(newsroom, {"desk": channel}, {"desk": Timing(burst=Burst(3))})
    voices(newsroom, 8)
    desk.run()
    assert [message.kind for message in channel.messages] == ["digest"]
    listed = channel.messages[0].lists[0].items
    assert len(listed) == 8
    assert desk.states("desk") == [DeliveryState.FOLDED] * 8 + [DeliveryState.SENT]


def test_a_reversal_is_never_lost_in_a_burst(newsroom: Newsroom) -> None:
    channel = collapsing()
    desk = Desk(newsroom, {"desk": channel}, {"desk": Timing(burst=Burst(3))})
    newsroom.tell("deny", said="02-27", speaker="Turncoat")
    desk.run()
    voices(newsroom, 5)
    newsroom.tell("confirm", speaker="Turncoat")
    desk.run()
    headlines = [message.headline for message in channel.messages]
    assert any(headline.startswith("REVERSAL") for headline in headlines)


def test_a_folded_list_that_fails_is_tried_again_as_it_is(newsroom: Newsroom) -> None:
    channel = collapsing()
    channel.script = [DOWN]
    desk = Desk(newsroom, {"desk": channel}, {"desk": Timing(burst=Burst(3))})
    voices(newsroom, 6)
    desk.run_until_quiet(NOON + timedelta(hours=1))
    assert len(channel.tries) == 2
    assert len(set(channel.tries)) == 1


def test_an_hourly_digest_gathers_the_hour(newsroom: Newsroom) -> None:
    channel = Scripted()
    desk = Desk(newsroom, {"desk": channel}, {"desk": Timing(digest=Digest.HOURLY)})
    newsroom.later(minutes=10)
    voices(newsroom, 3)
    assert desk.run().total == 0
    newsroom.later(minutes=50)
    desk.run()
    assert [message.kind for message in channel.messages] == ["digest"]
    assert channel.messages[0].headline.endswith("(and 2 more)")


def test_after_the_quiet_hours_one_message_tells_what_was_held(newsroom: Newsroom) -> None:
    channel = collapsing()
    desk = Desk(newsroom, {"desk": channel}, {"desk": Timing(quiet=Quiet(time(11), time(14)))})
    newsroom.tell("deny", said="02-27", speaker="Turncoat")
    newsroom.tell("confirm", speaker="Turncoat")
    voices(newsroom, 2)
    desk.run()
    assert [message.urgent for message in channel.messages] == [True]
    newsroom.later(hours=2)
    desk.run()
    assert [message.kind for message in channel.messages] == ["statement", "digest"]


def test_a_failed_target_does_not_make_a_machine_read_lists(newsroom: Newsroom) -> None:
    channel = Scripted([DOWN] * 12)
    desk = Desk(newsroom, {"hook": channel}, {"hook": Timing()})
    voices(newsroom, 4)
    desk.run_until_quiet(NOON + timedelta(hours=12))
    assert {message.kind for message in channel.messages} == {"statement"}


ANSWERS: dict[str, Reply] = {
    "busy": Reply(status=429, headers={"Retry-After": "7200"}),
    "broken": Reply(status=500),
    "moved": Reply(status=308, headers={"Location": "/well"}),
    "gone": Reply(status=410),
    "slow": Reply(delay=0.2),
}
OUTAGE_TIMEOUT = 0.02


def test_three_days_of_broken_targets_lose_nothing_and_touch_nobody_else(newsroom: Newsroom) -> None:
    """A virtual clock over real receivers: every delivery is sent or a dead letter that says why."""
    arrivals: dict[str, list[datetime]] = {name: [] for name in [*ANSWERS, "well"]}

    def answer(request: Request) -> Reply:
        name = request.path.strip("/")
        arrivals[name].append(newsroom.now)
        return ANSWERS.get(name, Reply())

    with Site(answer) as site:
        desk = Desk(newsroom, {name: hook(site, name) for name in arrivals})
        for moment in range(3):
            newsroom.now = NOON + timedelta(minutes=20 * moment)
            voices(newsroom, 1, f"Hour {moment}")
            desk.run()
        desk.run_until_quiet(NOON + PATIENCE + timedelta(days=2))
    rows = newsroom.deliveries()
    assert not [row for row in rows if row.state is DeliveryState.PENDING]
    well = [row for row in rows if row.channel == "well"]
    assert all(row.state is DeliveryState.SENT and row.attempts == 1 for row in well)
    assert all(_sent_within(row, newsroom, timedelta(seconds=5)) for row in well)
    for name in ANSWERS:
        dead = [row for row in rows if row.channel == name]
        assert all(row.state is DeliveryState.DEAD and row.last_error for row in dead), name
    assert len(arrivals["gone"]) == 1
    gaps = [late - early for early, late in zip(arrivals["busy"], arrivals["busy"][1:], strict=False)]
    assert min(gaps) >= timedelta(seconds=7200)
    told = {message.payload["headline"] for message in newsroom.alerts("channel-failing")}
    assert len(told) == len(ANSWERS)


def hook(site: Site, name: str) -> Channel:
    section = {
        "url": site.url(f"/{name}"),
        "secret": SECRET,
        "timeout": OUTAGE_TIMEOUT if name == "slow" else 5,
    }
    return WebhookChannel(WebhookSettings.model_validate(section), tools(), name=name)


def _sent_within(row: Delivery, room: Newsroom, limit: timedelta) -> bool:
    created = next(alert.created_at for alert in room.alerts() if alert.id == row.alert_id)
    return row.sent_at is not None and row.sent_at - created <= limit
